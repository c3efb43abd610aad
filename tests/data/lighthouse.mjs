// Lighthouse's scores of pages, a line of JSON each: node run.mjs CHROMIUM URL...
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const [chromePath, ...pages] = process.argv.slice(2);
const chrome = await launch({ chromePath, chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu"] });
for (const page of pages) {
  const { lhr } = await lighthouse(page, {
    port: chrome.port,
    onlyCategories: ["accessibility", "best-practices"],
    onlyAudits: ["cumulative-layout-shift"],
  });
  const scores = Object.fromEntries(Object.entries(lhr.categories).map(([name, one]) => [name, one.score]));
  const failed = Object.values(lhr.audits).filter((one) => one.score !== null && one.score < 1).map((one) => one.id);
  console.log(JSON.stringify({ ...scores, shift: lhr.audits["cumulative-layout-shift"].numericValue, failed }));
}
await chrome.kill();
