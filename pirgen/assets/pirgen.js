// generated_by: pirgen
// Makes the reviews and the action items searchable and filterable; the view is in the address, so that it can be sent.
// Without this script the lists are there as they are. Nothing is asked of any other server.
(() => {
  "use strict";
  const FILTERS = ["severity", "service", "tag", "year", "state"];
  const SORTS = new Map([["", "newest"], ["date", "oldest"], ["-resolved", "longest"], ["resolved", "shortest"],
    ["severity", "gravest"], ["title", "title"], ["incident", "incident"]]);
  const UNITS = { w: 604800, d: 86400, h: 3600, m: 60, s: 1 };
  const PAGE = 50;

  const node = (name, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };
  const part = (name, text) => node("span", { className: `pirgen-${name}` }, text);
  const small = (text, look) => node("small", look ? { className: `pirgen-${look}` } : {}, text);
  const listed = (text) => (text || "").split(", ").filter(Boolean);
  const seconds = (text) => [...text.split(" (")[0].matchAll(/(\d+)([wdhms])/g)].reduce((sum, [, count, unit]) => sum + count * UNITS[unit], text ? 0 : -1);
  const natural = new Intl.Collator(undefined, { numeric: true });

  // A row of the page, and one of the file, which gets the form of the first one's link.
  const fromPage = (item) => {
    const { severity = "", date = "", lasted = "", services, tags, state } = item.querySelector(".pirgen-entry").dataset;
    const link = item.querySelector("a"), id = item.querySelector(".pirgen-main small");
    return { severity, date, state, lasted, service: listed(services), tag: listed(tags), title: (link || item).textContent,
      incident: id ? id.textContent : "", text: `${item.textContent}\n${services}\n${tags}`, item };
  };
  const fromFile = (form) => ([incident, title, severity, look, date, lasted, services, tags, state, line, items, itemsLook]) => ({
    severity, date, state, lasted, service: listed(services), tag: listed(tags), title, incident,
    text: [incident, title, severity, date, services, tags, state, line].join("\n"),
    make: () => node("li", {}, node("span", { className: `pirgen-chip${look && ` pirgen-${look}`}` }, severity), " ",
      node("span", { className: "pirgen-main" }, node("a", { href: form(incident) }, title), " ", small(incident), ...(line ? [" ", part("line", line)] : [])), " ",
      node("span", { className: "pirgen-end" }, part("keep", date || "no date"), " ", small(lasted || "end not known"),
        ...(items ? [" ", small(items, itemsLook)] : []), ...(state === "complete" ? [] : [" ", small(state, "warn")]))),
  });
  const shown = (row) => row.item ? row.item.cloneNode(true) : row.make();

  const start = () => {
    const mark = document.getElementById("pirgen-index"), end = document.getElementById("pirgen-end");
    if (!mark || !end || mark.dataset.pirgen) return;
    mark.dataset.pirgen = "reviews";
    const groups = [];
    for (let one = mark.nextElementSibling; one && one !== end; one = one.nextElementSibling) groups.push(one);
    const items = groups.flatMap((group) => [...group.querySelectorAll("li:has(> .pirgen-entry)")]);
    let rows = items.map(fromPage), count = Number(mark.dataset.count) || rows.length, file = mark.dataset.rows;
    const order = new Map(JSON.parse(mark.dataset.severities).map((name, place) => [name, place]));
    const rank = (name) => order.get(name) ?? order.size;
    const by = {
      date: (a, b) => natural.compare(a.date, b.date) || natural.compare(a.incident, b.incident),
      resolved: (a, b) => a.length - b.length,
      severity: (a, b) => rank(a.severity) - rank(b.severity) || natural.compare(a.severity, b.severity) || natural.compare(b.date, a.date),
      title: (a, b) => natural.compare(a.title, b.title),
      incident: (a, b) => natural.compare(a.incident, b.incident),
    };
    let page = 0;

    const search = node("input", { type: "search", id: "pirgen-q", autocomplete: "off" });
    const selects = new Map(FILTERS.map((name) => [name, node("select", { id: `pirgen-${name}` })]));
    const sort = node("select", { id: "pirgen-sort" }, ...[...SORTS].map(([value, text]) => node("option", { value }, text)));
    const told = node("output", { role: "status" });
    const clear = node("button", { type: "button" }, "Show all");
    const back = node("button", { type: "button" }, "Previous"), on = node("button", { type: "button" }, "Next");
    const labelled = (text, control) => node("label", { htmlFor: control.id }, text, control);
    const controls = node("div", { className: "pirgen-controls", role: "group", ariaLabel: "Choose reviews" }, labelled("Search", search),
      ...[...selects].map(([name, select]) => labelled(name[0].toUpperCase() + name.slice(1), select)), labelled("Order", sort));
    const list = node("ul", { className: "pirgen-found" });
    const pager = node("div", { className: "pirgen-told" }, back, on);
    mark.append(controls, node("div", { className: "pirgen-told" }, told, clear), list, pager);

    const prepare = () => {
      for (const row of rows) Object.assign(row, { year: row.date.slice(0, 4), text: row.text.toLowerCase(), length: seconds(row.lasted) });
      for (const [name, select] of selects) {
        const known = [...new Set(rows.flatMap((row) => row[name]))].filter(Boolean).sort(name === "severity" ? (a, b) => rank(a) - rank(b) || natural.compare(a, b) : natural.compare);
        if (name === "year") known.reverse();
        const chosen = select.value;
        select.replaceChildren(node("option", { value: "" }, "any"), ...known.map((value) => node("option", { value }, value)));
        select.value = chosen;
        select.parentElement.hidden = !file && known.length < 2;
      }
    };
    // The rows that the page does not hold come when somebody asks for them.
    let loading, failed = "";
    const whole = () => file ? (loading ??= load()) : undefined;
    const load = async () => {
      try {
        const answer = await fetch(file), data = await answer.json();
        const id = rows.find((row) => row.incident).incident, [before, after] = items.map((item) => item.querySelector("a")).find(Boolean).getAttribute("href").split(encodeURIComponent(id));
        rows = [...rows.filter((row) => !row.incident), ...data.rows.map(fromFile((name) => before + encodeURIComponent(name) + after))];
        count = rows.length;
      } catch {
        failed = "; the others could not be loaded";
      }
      file = "";
      prepare();
    };

    const draw = (push) => {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      const chosen = FILTERS.map((name) => [name, selects.get(name).value]).filter(([, value]) => value);
      const isPlain = !words.length && !chosen.length && !sort.value && !page;
      for (const group of groups) group.hidden = !isPlain;
      list.hidden = isPlain;
      let found = isPlain ? rows : rows.filter((row) => words.every((word) => row.text.includes(word)) && chosen.every(([name, value]) => [row[name]].flat().includes(value)));
      const name = sort.value.replace(/^-/, "");
      if (name) {
        found = [...found].sort(by[name]);
        if (sort.value[0] === "-") found.reverse();
        if (name === "resolved") found = [...found.filter((one) => one.length >= 0), ...found.filter((one) => one.length < 0)]; // unknown is not 0
      }
      const total = isPlain ? count : found.length, pages = Math.max(1, Math.ceil(total / PAGE));
      page = Math.min(Math.max(0, page), pages - 1);
      list.replaceChildren(...(isPlain ? [] : found.slice(page * PAGE, (page + 1) * PAGE).map(shown)));
      told.textContent = `${total} of ${count}${pages > 1 && !isPlain ? `, page ${page + 1} of ${pages}` : ""}${failed}`;
      pager.hidden = isPlain || pages < 2;
      back.disabled = page === 0;
      on.disabled = page === pages - 1;
      clear.hidden = isPlain;
      if (push) {
        const view = new URLSearchParams();
        if (words.length) view.set("q", search.value.trim());
        for (const [key, value] of chosen) view.set(key, value);
        if (sort.value) view.set("sort", sort.value);
        if (page) view.set("page", page + 1);
        history.replaceState(history.state, "", `${location.pathname}${[...view].length ? `?${view}` : ""}${location.hash}`);
      }
    };
    const restore = async () => {
      const view = new URLSearchParams(location.search);
      if ([...view].length) await whole();
      search.value = view.get("q") || "";
      for (const name of FILTERS) {
        const select = selects.get(name), wanted = view.get(name) || "";
        const option = [...select.options].find((one) => one.value === wanted) ||
          [...select.options].find((one) => wanted && one.value.startsWith(`${wanted} (`));
        if (!option) select.append(node("option", { value: wanted }, wanted)); // nothing is called that, and nothing is found
        select.value = option ? option.value : wanted;
      }
      sort.value = SORTS.has(view.get("sort") || "") ? view.get("sort") || "" : "";
      page = (Number.parseInt(view.get("page"), 10) || 1) - 1;
      draw(false);
    };
    const changed = async () => { await whole(); page = 0; draw(true); };
    search.oninput = changed;
    for (const select of [...selects.values(), sort]) select.onchange = changed;
    for (const event of ["focusin", "pointerenter"]) controls.addEventListener(event, whole, { once: true });
    clear.onclick = () => {
      search.value = "";
      for (const select of [...selects.values(), sort]) select.value = "";
      changed();
      search.focus();
    };
    const turn = (by) => { page += by; draw(true); mark.scrollIntoView(); };
    back.onclick = () => turn(-1);
    on.onclick = () => turn(1);
    addEventListener("popstate", restore);
    prepare();
    restore();
  };

  // Action items: rows that are not chosen are hidden, and so are lists without a row that is.
  const choose = () => {
    const mark = document.getElementById("pirgen-items"), end = document.getElementById("pirgen-end");
    if (!mark || !end || mark.dataset.pirgen) return;
    mark.dataset.pirgen = "items";
    const teams = new Map(Object.entries(JSON.parse(mark.dataset.teams))), parts = [];
    for (let one = mark.nextElementSibling; one && one !== end; one = one.nextElementSibling) {
      if (one.localName === "h2") parts.push({ list: one.firstChild.textContent, nodes: [] });
      parts.at(-1)?.nodes.push(one);
    }
    const rows = parts.flatMap((part) => part.nodes.flatMap((one) => [...one.querySelectorAll("tbody tr")]).map((item) => ({
      item, part, list: part.list, owner: item.querySelector("[data-pirgen=Owner]").textContent,
      severity: item.querySelector(".pirgen-chip").textContent, text: item.textContent.toLowerCase() })));
    if (!rows.length) return;
    const same = (name) => (row, value) => row[name].toLowerCase() === value.toLowerCase();
    const tests = { owner: same("owner"), severity: same("severity"), list: same("list"),
      team: (row, value) => teams.get(value)?.includes(row.owner.toLowerCase()) };
    const known = (name) => name === "team" ? [...teams.keys()] : name === "list" ? parts.map((part) => part.list)
      : [...new Set(rows.map((row) => row[name]))].sort(natural.compare);
    const search = node("input", { type: "search", id: "pirgen-q", autocomplete: "off" });
    const selects = new Map(["owner", "team", "severity", "list"].map((name) => [name, node("select", { id: `pirgen-${name}` },
      ...["", ...known(name)].map((value) => node("option", { value }, value || "any")))]));
    const told = node("output", { role: "status" }), clear = node("button", { type: "button" }, "Show all");
    const labelled = (text, control) => node("label", { htmlFor: control.id, hidden: control.length === 1 }, text, control);
    mark.append(node("div", { className: "pirgen-controls", role: "group", ariaLabel: "Choose action items" }, labelled("Search", search),
      ...[...selects].map(([name, select]) => labelled(name[0].toUpperCase() + name.slice(1), select))),
      node("div", { className: "pirgen-told" }, told, clear));

    const draw = (push) => {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      const chosen = [...selects].map(([name, select]) => [name, select.value]).filter(([, value]) => value);
      const fits = (row) => words.every((word) => row.text.includes(word)) && chosen.every(([name, value]) => tests[name](row, value));
      const found = new Set(rows.filter(fits)), left = new Set([...found].map((row) => row.part)), isPlain = !words.length && !chosen.length;
      for (const row of rows) row.item.hidden = !found.has(row);
      for (const part of parts) for (const one of part.nodes) one.hidden = !isPlain && !left.has(part);
      told.textContent = `${found.size} of ${rows.length}`;
      clear.hidden = isPlain;
      if (!push) return;
      const view = new URLSearchParams(words.length ? [["q", search.value.trim()], ...chosen] : chosen);
      history.replaceState(history.state, "", `${location.pathname}${[...view].length ? `?${view}` : ""}${location.hash}`);
    };
    const restore = () => {
      const view = new URLSearchParams(location.search);
      search.value = view.get("q") || "";
      for (const [name, select] of selects) {
        const wanted = view.get(name) || "", option = [...select.options].find((one) => one.value.toLowerCase() === wanted.toLowerCase());
        if (!option) select.append(node("option", { value: wanted }, wanted)); // nobody is called that, and nothing is found
        select.value = option ? option.value : wanted;
        select.parentElement.hidden = select.length === 1;
      }
      draw(false);
    };
    search.oninput = () => draw(true);
    for (const select of selects.values()) select.onchange = () => draw(true);
    clear.onclick = () => {
      search.value = "";
      for (const select of selects.values()) select.value = "";
      draw(true);
      search.focus();
    };
    // The name of an owner or a team, wherever it stands, chooses theirs.
    for (const name of ["owner", "team"]) {
      for (const link of document.querySelectorAll(`td:has(.pirgen-${name}) a[href^="#"]`)) {
        link.addEventListener("click", () => {
          const select = selects.get(name), option = [...select.options].find((one) => one.value.toLowerCase() === link.textContent.toLowerCase());
          if (!option) return;
          select.value = option.value;
          draw(true);
        });
      }
    }
    addEventListener("popstate", restore);
    restore();
  };

  // What themes leave out: a way for keys into tables wider than the page, and in Material a name for the search.
  const mend = () => {
    document.querySelector(".md-search[role=dialog]:not([aria-label])")?.setAttribute("aria-label", "Search");
    for (const box of document.querySelectorAll(".md-typeset__scrollwrap, [role=main] table")) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  };

  addEventListener("resize", mend);
  addEventListener("beforeprint", () => document.querySelectorAll("details.pirgen-data:not(.pirgen-long)").forEach((one) => { one.open = true; }));
  if (window.document$) window.document$.subscribe(() => { start(); choose(); setTimeout(mend); }); // it can load pages without a new document
  else if (document.readyState === "loading") addEventListener("DOMContentLoaded", () => { start(); choose(); mend(); });
  else { start(); choose(); mend(); }
})();
