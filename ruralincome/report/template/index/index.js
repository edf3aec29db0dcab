"use strict";
for (const part of document.querySelectorAll("main > .in")) {
  const rows = [...part.querySelectorAll("tbody tr")];
  const tools = part.querySelector(".tools");
  const filter = part.querySelector(".filter");
  const status = part.querySelector("select.status");
  const shown = part.querySelector(".shown");
  const show = () => {
    const wanted = filter.value.toLocaleLowerCase(part.lang);
    let count = 0;
    for (const row of rows) {
      const fits = row.textContent.toLocaleLowerCase(part.lang).includes(wanted);
      row.hidden = !(fits && (!status.value || row.dataset.state === status.value));
      count += !row.hidden;
    }
    shown.textContent = shown.dataset.words.replace("#", count);
  };
  filter.addEventListener("input", show);
  status.addEventListener("change", show);
  tools.hidden = false;
  show();
  for (const head of part.querySelectorAll("th[data-column]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      for (const other of part.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const key = head.dataset.column;
      const value = (row) => row.dataset[key] ?? "";
      rows.sort((a, b) => {
        if (!value(a) || !value(b)) return !value(a) - !value(b);
        const order = key === "title" ? value(a).localeCompare(value(b), part.lang) : value(a) - value(b);
        return up ? order : -order;
      });
      rows[0]?.parentNode.append(...rows);
    });
  }
}
document.querySelectorAll("input[name=language]").forEach((choice) =>
  choice.addEventListener("change", () => { document.documentElement.lang = choice.id; }));
