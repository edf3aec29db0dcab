"use strict";
const bare = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase().replace(/y/g, "i"); // tỷ and tỉ are one word
const all = document.getElementById("rows");
const data = all ? JSON.parse(all.textContent) : {};
const MOST = 100;
for (const part of document.querySelectorAll("main > .in")) {
  const filter = part.querySelector(".filter");
  const shown = part.querySelector(".shown");
  const groups = [...part.querySelectorAll(".group")].map((group) => ({
    group,
    rows: [...group.querySelectorAll("tbody tr, li")].map((row) => [row, bare([group.querySelector("h2").textContent, row.textContent, row.querySelector("a")?.getAttribute("href")].join(" ").replace("/report.html", ""))]),
  }));
  const found = part.querySelector(".found");
  const many = data[part.lang];
  const keys = many?.rows.map(([folder, title, , k]) => bare(`${many.questions[k]} ${title} ${folder}`));
  const tell = (count) => { shown.textContent = shown.dataset.words.replace("#", count.toLocaleString(part.lang)); };
  const search = (words) => {
    const fits = many.rows.filter((_, i) => words.every((word) => keys[i].includes(word)));
    found.querySelector("tbody").replaceChildren(...fits.slice(0, MOST).map(([folder, title, p, k]) => {
      const row = document.createElement("tr");
      const name = document.createElement("th");
      const link = document.createElement("a");
      const cell = document.createElement("td");
      name.scope = "row";
      link.href = `${folder}/report.html`;
      link.textContent = title;
      name.append(link, ` – ${many.questions[k]}`);
      cell.className = "number";
      const whole = Math.floor(100 * p + 0.5);
      cell.textContent = p === null ? "–" : whole < 1 ? "< 1%" : whole > 99 ? "> 99%" : `${whole}%`;
      row.append(name, cell);
      return row;
    }));
    tell(fits.length);
  };
  const show = () => {
    const words = bare(filter.value).split(/\s+/).filter(Boolean);
    const far = Boolean(many && words.length);
    if (found) found.hidden = !far;
    let count = 0;
    for (const { group, rows } of groups) {
      let inside = 0;
      for (const [row, key] of rows) {
        row.hidden = !words.every((word) => key.includes(word));
        inside += !row.hidden;
      }
      group.hidden = far || !inside;
      count += inside;
    }
    if (far) search(words); else tell(count);
  };
  filter.addEventListener("input", show);
  part.querySelector(".tools").hidden = false;
  show();
}
document.querySelectorAll("input[name=language]").forEach((choice) =>
  choice.addEventListener("change", () => { document.documentElement.lang = choice.id; }));
