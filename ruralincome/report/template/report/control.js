"use strict";
(() => {
  const form = document.getElementById("ask");
  const papers = document.querySelectorAll("details.paper");
  addEventListener("beforeprint", () => papers.forEach((one) => { one.dataset.was = one.open; one.open = true; }));
  addEventListener("afterprint", () => papers.forEach((one) => { one.open = one.dataset.was === "true"; }));
  if (!form) return;
  const { quantiles, last, origin, down, comma, words, said, amount } = JSON.parse(document.getElementById("quantiles").textContent);
  const [level, slide, year, told, share] =
    ["level", "slide", "year", "told", "share"].map((id) => document.getElementById(id));
  // by the page's own sign, groups of three are thousands, one such group too; else either sign is the decimal one
  const groups = comma ? /^[1-9]\d{0,2}(\.\d{3})+(,\d+)?$/ : /^[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/;
  const value = () => {
    let text = level.value.replace(/[\s\u00a0]/g, "");
    if (groups.test(text)) text = text.replace(comma ? /\./g : /,/g, "");
    return /^\d+([.,]\d+)?$/.test(text) ? Number(text.replace(",", ".")) : NaN;
  };
  // P of at least x: between two of the 199 quantiles the logarithm is carried straight
  const above = (x, q) => {
    if (x <= q[0]) return x < q[0] ? 0.9975 : 0.995;
    if (x > q[198]) return 0.0025;
    let i = 1;
    while (x > q[i]) i += 1;
    const step = Math.log(q[i] / q[i - 1]);
    return 1 - (i + (step > 0 ? Math.log(x / q[i - 1]) / step : 1)) / 200;
  };
  const shown = (x, digits) => {
    const set = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    return (x < 0 ? "\u2212" : "") + Math.abs(x).toLocaleString(comma ? "vi" : "en", set);
  };
  const plain = (x) => x.toLocaleString(comma ? "vi" : "en", { maximumFractionDigits: 9 });
  const tell = () => {
    const x = value();
    const far = x > 1000 * last || 1000 * x < last; // as `check` refuses: a unit is wrong
    level.setAttribute("aria-invalid", far || !(x > 0));
    if (far || !(x > 0)) {
      told.textContent = x > 0 ? said.far.replace("{last}", plain(last)) : said.wrong;
      share.setAttribute("width", "0");
      return;
    }
    const p = down ? 1 - above(x, quantiles[year.value]) : above(x, quantiles[year.value]);
    const whole = Math.floor(100 * p + 0.5);
    const growth = 100 * (Math.pow(x / last, 1 / (year.value - origin)) - 1);
    told.dataset.chance = p;
    told.textContent = said.told
      .replace("{target}", amount.replace("#", plain(x)))
      .replace("{chance}", whole < 1 ? "< 1%" : whole > 99 ? "> 99%" : `${whole}%`)
      .replace("{word}", words.find(([least]) => whole >= least)[1])
      .replace("{growth}", `${shown(growth, 1)}%`);
    share.setAttribute("width", `${100 * p}%`);
  };
  level.addEventListener("input", () => { if (value() > 0) slide.value = value(); tell(); });
  slide.addEventListener("input", () => { level.value = plain(Number(slide.value)); tell(); });
  year.addEventListener("change", tell);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  tell();
})();
