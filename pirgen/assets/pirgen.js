// generated_by: pirgen
// Makes the index of reviews sortable, searchable and filterable; the view is in the address, so that it can be sent.
// Without this script the table is there as it is. Nothing is asked of any server.
(() => {
  "use strict";
  const FILTERS = [["severity", 2], ["service", 5], ["tag", 6], ["year", 3], ["state", 7]];
  const SORTED = ["incident", "title", "severity", "date", "resolved", "services", "tags", "review"];
  const UNITS = { w: 604800, d: 86400, h: 3600, m: 60, s: 1 };
  const PAGE = 50, LONG = 500;

  const node = (name, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };
  const listed = (text) => text.split(", ").filter(Boolean);
  const values = (cells, column) => column === 3 ? [cells[3].slice(0, 4)] : column > 4 && column < 7 ? listed(cells[column]) : [cells[column]];
  const seconds = (text) => [...text.split(" (")[0].matchAll(/(\d+)([wdhms])/g)].reduce((sum, [, count, unit]) => sum + count * UNITS[unit], text ? 0 : -1);
  const natural = new Intl.Collator(undefined, { numeric: true });

  // All rows: those of the table, or those that the page holds as data, which get the form of the first one's link.
  const read = (table) => {
    const island = document.getElementById("pirgen-rows");
    if (!island) return [...table.tBodies[0].rows].map((row) => ({ row, cells: [...row.cells].map((cell) => cell.textContent.trim()) }));
    const first = table.tBodies[0].rows[0].cells[0], id = first.textContent.trim();
    const [before, after] = first.querySelector("a").getAttribute("href").split(encodeURIComponent(id));
    return JSON.parse(island.textContent).map((cells) => ({ cells, href: before + encodeURIComponent(cells[0]) + after }));
  };
  const shown = (one) => one.row ??= node("tr", {}, ...one.cells.map((text, column) =>
    node("td", {}, column ? text : node("a", { href: one.href }, text))));

  const start = () => {
    const mark = document.getElementById("pirgen-index");
    let table = mark && mark.nextElementSibling;
    if (table && table.tagName !== "TABLE") table = table.querySelector("table");
    if (!table || table.dataset.pirgen) return;
    table.dataset.pirgen = "reviews"; // a class would take the theme's looks away
    const rows = read(table), body = table.tBodies[0], size = rows.length > LONG ? PAGE : Infinity;
    const order = new Map(JSON.parse(mark.dataset.severities).map((name, place) => [name, place]));
    const rank = (name) => order.get(name) ?? order.size;
    const compare = (column) =>
      column === 2 ? (a, b) => rank(a.cells[2]) - rank(b.cells[2]) || natural.compare(a.cells[2], b.cells[2])
      : column === 4 ? (a, b) => a.lasted - b.lasted
      : (a, b) => natural.compare(a.cells[column], b.cells[column]);
    for (const one of rows) Object.assign(one, { text: one.cells.join("\n").toLowerCase(), lasted: seconds(one.cells[4]) });
    let page = 0, sort = "";

    const search = node("input", { type: "search", id: "pirgen-q", autocomplete: "off" });
    const selects = new Map(FILTERS.map(([name, column]) => {
      const known = [...new Set(rows.flatMap(({ cells }) => values(cells, column)))].filter(Boolean).sort(name === "severity" ? (a, b) => rank(a) - rank(b) || natural.compare(a, b) : natural.compare);
      if (name === "year") known.reverse();
      return [name, node("select", { id: `pirgen-${name}` }, node("option", { value: "" }, "any"), ...known.map((value) => node("option", { value }, value)))];
    }));
    const told = node("output", { role: "status" });
    const clear = node("button", { type: "button" }, "Show all");
    const back = node("button", { type: "button" }, "Previous"), on = node("button", { type: "button" }, "Next");
    const labelled = (text, control) => node("label", { htmlFor: control.id }, text, control);
    const controls = node("div", { className: "pirgen-controls", role: "group", ariaLabel: "Choose reviews" }, labelled("Search", search),
      ...[...selects].filter(([, select]) => select.length > 2).map(([name, select]) => labelled(name[0].toUpperCase() + name.slice(1), select)), clear, told);
    const pager = node("div", { className: "pirgen-controls" }, back, on);
    mark.append(controls);
    if (size < Infinity) (table.closest(".md-typeset__scrollwrap") || table).after(pager);

    const heads = [...table.tHead.rows[0].cells];
    for (const [column, head] of heads.entries()) {
      const button = node("button", { type: "button" }, head.textContent);
      button.onclick = () => {
        sort = sort === SORTED[column] ? `-${SORTED[column]}` : SORTED[column];
        page = 0;
        draw(true);
      };
      head.replaceChildren(button);
    }

    const draw = (push) => {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      const chosen = FILTERS.map(([name, column]) => [selects.get(name).value, column]).filter(([value]) => value);
      let found = rows.filter(({ cells, text }) => words.every((word) => text.includes(word)) &&
        chosen.every(([value, column]) => values(cells, column).includes(value)));
      const column = SORTED.indexOf(sort.replace(/^-/, ""));
      if (column >= 0) {
        found = found.toSorted ? found.toSorted(compare(column)) : [...found].sort(compare(column));
        if (sort[0] === "-") found.reverse();
        if (column === 4) found = [...found.filter((one) => one.lasted >= 0), ...found.filter((one) => one.lasted < 0)]; // unknown is not 0
      }
      const pages = Math.max(1, Math.ceil(found.length / size));
      page = Math.min(Math.max(0, page), pages - 1);
      body.replaceChildren(...(size < Infinity ? found.slice(page * size, (page + 1) * size) : found).map(shown));
      heads.forEach((head, place) => place === column ? head.setAttribute("aria-sort", sort[0] === "-" ? "descending" : "ascending") : head.removeAttribute("aria-sort"));
      told.textContent = `${found.length} of ${rows.length}${pages > 1 ? `, page ${page + 1} of ${pages}` : ""}`;
      back.disabled = page === 0;
      on.disabled = page === pages - 1;
      clear.hidden = !words.length && !chosen.length && !sort;
      if (push) {
        const view = new URLSearchParams();
        if (words.length) view.set("q", search.value.trim());
        for (const [name] of FILTERS) if (selects.get(name).value) view.set(name, selects.get(name).value);
        if (sort) view.set("sort", sort);
        if (page) view.set("page", page + 1);
        history.replaceState(history.state, "", `${location.pathname}${view.size ?? [...view].length ? `?${view}` : ""}${location.hash}`);
      }
    };
    const restore = () => {
      const view = new URLSearchParams(location.search);
      search.value = view.get("q") || "";
      for (const [name] of FILTERS) {
        const select = selects.get(name), wanted = view.get(name) || "";
        const option = [...select.options].find((one) => one.value === wanted) ||
          [...select.options].find((one) => wanted && one.value.startsWith(`${wanted} (`));
        if (!option) select.append(node("option", { value: wanted }, wanted)); // nothing is called that, and nothing is found
        select.value = option ? option.value : wanted;
      }
      sort = SORTED.includes((view.get("sort") || "").replace(/^-/, "")) ? view.get("sort") : "";
      page = (Number.parseInt(view.get("page"), 10) || 1) - 1;
      draw(false);
    };
    const changed = () => { page = 0; draw(true); };
    search.oninput = changed;
    for (const select of selects.values()) select.onchange = changed;
    clear.onclick = () => {
      search.value = sort = "";
      for (const select of selects.values()) select.value = "";
      changed();
      search.focus();
    };
    const turn = (by) => { page += by; draw(true); mark.scrollIntoView(); };
    back.onclick = () => turn(-1);
    on.onclick = () => turn(1);
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
  addEventListener("beforeprint", () => document.querySelectorAll("details.pirgen-data").forEach((one) => { one.open = true; }));
  if (window.document$) window.document$.subscribe(() => { start(); setTimeout(mend); }); // it can load pages without a new document
  else if (document.readyState === "loading") addEventListener("DOMContentLoaded", () => { start(); mend(); });
  else { start(); mend(); }
})();
