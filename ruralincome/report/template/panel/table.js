"use strict";
(() => {
  const data = JSON.parse(document.getElementById("places").textContent);
  const { words, likelihoods, labels, refusals, digits, language } = data;
  const table = document.querySelector("#ranked table");
  const body = table.tBodies[0];
  const [search, filter, back, next, status] =
    ["search", "filter", "back", "next", "status"].map((id) => document.getElementById(id));
  const PAGE = matchMedia("(max-width: 40rem)").matches ? 50 : 100;
  const bare = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase().replace(/y/g, "i"); // tỷ and tỉ are one word
  const shown = new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const points = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const whole = new Intl.NumberFormat(language);
  const level = (x) => (x === null ? "" : shown.format(x));
  const rate = (x) => (x === null ? "" : points.format(x * 100).replace("-", "−") + "%");
  const chance = (p) => {
    if (p === null) return "";
    const percent = Math.round(Number((p * 100).toPrecision(12)));
    return percent < 1 ? "< 1%" : percent > 99 ? "> 99%" : percent + "%";
  };
  const [NAME, AREA, LAST, YEAR, TARGET, BY, GROWTH, NEEDED, MEDIAN, LOW, HIGH, P, LIKELY, LABEL, REFUSED] = Array(15).keys();
  const rows = data.rows;
  const keys = rows.map((row) => bare(row[NAME] + " " + row[AREA]));
  const sorters = [NAME, LAST, TARGET, GROWTH, NEEDED, MEDIAN, LOW, P, P, LABEL];
  let order = rows.map((_, i) => i), column = 7, falling = true, page = 0;

  const cells = (row) => [
    row[NAME],
    row[LAST] === null ? "" : `${level(row[LAST])} (${row[YEAR]})`,
    row[TARGET] === null ? "" : level(row[TARGET]) + (row[BY] === null ? "" : ` (${row[BY]})`),
    rate(row[GROWTH]), rate(row[NEEDED]), level(row[MEDIAN]),
    row[LOW] === null ? "" : `${level(row[LOW])} – ${level(row[HIGH])}`,
    chance(row[P]),
    row[REFUSED] >= 0 ? refusals[row[REFUSED]] : row[LIKELY] >= 0 ? likelihoods[row[LIKELY]] : "",
    row[LABEL] >= 0 ? labels[row[LABEL]] : "",
  ];
  const heads = [...table.tHead.rows[0].cells];
  const numeric = new Set([1, 2, 3, 4, 5, 6, 7]);

  function line(row) {
    const tr = document.createElement("tr");
    cells(row).forEach((text, i) => {
      const cell = document.createElement(i ? "td" : "th");
      if (i) cell.dataset.label = heads[i].textContent; else cell.scope = "row";
      if (numeric.has(i)) cell.className = "number";
      cell.textContent = text;
      if (!i && row[AREA]) {
        const area = document.createElement("span");
        area.className = "area";
        area.textContent = row[AREA];
        cell.append(" ", area);
      }
      tr.append(cell);
    });
    return tr;
  }

  function draw() {
    const last = Math.max(0, Math.ceil(order.length / PAGE) - 1);
    page = Math.min(Math.max(page, 0), last);
    const from = page * PAGE, to = Math.min(from + PAGE, order.length);
    body.replaceChildren(...order.slice(from, to).map((i) => line(rows[i])));
    back.disabled = page === 0;
    next.disabled = page === last;
    status.textContent = order.length
      ? words.status.replace("{from}", whole.format(from + 1)).replace("{to}", whole.format(to)).replace("{total}", whole.format(order.length))
      : words.empty;
  }

  function arrange() {
    const wanted = bare(search.value.trim().replace(/\s+/g, " "));
    const only = filter.value;
    const key = sorters[column];
    const compare = new Intl.Collator(language, { numeric: true }).compare;
    order = rows.map((_, i) => i).filter((i) =>
      (!wanted || keys[i].includes(wanted)) &&
      (only === "" || (only === "refused" ? rows[i][REFUSED] >= 0 : rows[i][LIKELY] === Number(only))));
    const value = (i) => (key === LABEL && rows[i][LABEL] < 0 ? null : rows[i][key]);
    order.sort((a, b) => {
      const x = value(a), y = value(b);
      if (x === null || y === null) return (x === null) - (y === null) || a - b;
      const first = typeof x === "string" ? compare(x, y) : x - y;
      return (falling ? -first : first) || a - b;
    });
    heads.forEach((head, i) => {
      if (i === column) head.setAttribute("aria-sort", falling ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    page = 0;
    draw();
  }

  heads.forEach((head, i) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.addEventListener("click", () => {
      falling = column === i ? !falling : i !== 0;
      column = i;
      arrange();
    });
    head.replaceChildren(button);
  });
  likelihoods.forEach((word, i) => filter.add(new Option(word, i), 1));
  search.addEventListener("input", arrange);
  filter.addEventListener("change", arrange);
  back.addEventListener("click", () => { page -= 1; draw(); });
  next.addEventListener("click", () => { page += 1; draw(); });
  document.getElementById("controls").hidden = false;
  document.getElementById("static").hidden = true;
  arrange();
})();
