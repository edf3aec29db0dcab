"""Page: the explorer's style, and the script that gives screen readers and the clipboard what widgets do not.

Sliders of ipywidgets have no accessible name and announce a bare number; text that a kernel changes is not announced.
The script takes both from what stands on the page. Everything else works without it.
"""

from ruralincome.report.charts.style import COLOURS, DARK, roles
from ruralincome.report.templates import source

STYLE = f"""<style>
.ri-explore {{ {roles(COLOURS)} color: var(--ri-ink); max-width: 1100px; container-type: inline-size; }}
body[data-jp-theme-light="false"] .ri-explore {{ {roles(DARK)} }}
{source("charts.css")}
"""
STYLE += """.ri-explore .ri-board { flex-flow: row wrap; align-items: flex-start; gap: 8px 28px; }
.ri-explore .ri-controls { flex: 1 1 320px; min-width: 280px; max-width: 420px; }
.ri-explore .ri-picture { flex: 2 1 420px; min-width: 280px; }
.ri-explore .ri-control { margin: 2px 0 6px; overflow: hidden; }
.ri-explore .ri-control .widget-label, .ri-explore .ri-row .widget-label {
  width: auto; color: inherit; height: auto; line-height: 1.4; white-space: normal; text-align: start;
}
.ri-explore .ri-control .widget-hslider, .ri-explore .ri-control .widget-dropdown {
  height: auto; flex-flow: column; align-items: stretch;
}
.ri-explore .ri-control .slider-container { flex: none; margin: 9px 12px 0; height: 22px; }
.ri-explore .ri-control select { flex: none; height: 28px; width: 100%; }
.ri-explore .ri-control .widget-dropdown { width: auto; }
.ri-explore .ri-readout { margin-top: -8px; font-weight: 600; font-variant-numeric: tabular-nums; line-height: 1.4; }
.ri-explore .noUi-handle:focus-visible { outline: 3px solid var(--ri-target); outline-offset: 2px; }
.ri-explore .widget-html-content { line-height: 1.45; font-size: 14px; }
.ri-explore p { margin: 0 0 .5em; }
.ri-explore .question { color: var(--ri-quiet); }
.ri-explore .answer { font-size: 1.35em; font-weight: 600; line-height: 1.3; }
.ri-explore .fault { font-size: 1.15em; color: var(--ri-target); }
.ri-explore h2 { font-size: 1.15em; margin: .6em 0 .3em; }
.ri-explore h3 { font-size: 1em; margin: .6em 0 .3em; }
.ri-explore table { border-collapse: collapse; width: 100%; margin: 0; font-size: 13px; }
.ri-explore caption { text-align: start; color: var(--ri-quiet); padding: 4px 0; }
.ri-explore th, .ri-explore td {
  text-align: start !important; vertical-align: top; padding: 3px 10px 3px 0; border: 0;
  border-bottom: 1px solid var(--ri-line); white-space: normal; max-width: none; background: none;
}
.ri-explore thead th { color: var(--ri-quiet); font-weight: 400; }
.ri-explore .outlook { white-space: nowrap; }
.ri-explore .on_track, .ri-explore .met { color: var(--ri-other); }
.ri-explore .behind, .ri-explore .away, .ri-explore .missed { color: var(--ri-target); }
.ri-explore .hidden { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
.ri-explore pre {
  margin: 0; padding: 8px 10px; border: 1px solid var(--ri-line); white-space: pre-wrap; font-size: 13px;
  color: inherit; background: none;
}
.ri-explore pre:focus-visible { outline: 3px solid var(--ri-target); }
.ri-explore .ri-row { flex-flow: row wrap; align-items: center; gap: 4px 10px; overflow: visible; }
.ri-explore .ri-row .widget-text { width: auto; }
.ri-explore .ri-row .widget-text input { width: 15em; }
.ri-explore .jupyter-button { width: auto; }
@container (max-width: 560px) {
  .ri-fan { height: 15rem; }
  .ri-explore thead { position: absolute; clip-path: inset(50%); }
  .ri-explore table.stack, .ri-explore .stack caption { display: block; }
  .ri-explore .stack tbody, .ri-explore .stack tr { display: block; }
  .ri-explore .stack tr { border-bottom: 1px solid var(--ri-line); padding: 4px 0; }
  .ri-explore .stack th, .ri-explore .stack td { display: block; border: 0; padding: 1px 0; }
  .ri-explore .stack td::before { content: attr(data-label) ": "; color: var(--ri-quiet); }
  .ri-explore .widget-html-content ul { padding-inline-start: 1.2em; }
}
</style>"""

SCRIPT = """
(function begin() {
  const root = element.closest(".ri-explore");
  if (!root) { requestAnimationFrame(begin); return; }
  const words = (node) => (node ? node.textContent.trim() : "");
  function name() {
    for (const control of root.querySelectorAll(".ri-control")) {
      const handle = control.querySelector(".noUi-handle");
      if (!handle) continue;
      handle.setAttribute("aria-label", words(control.querySelector(".widget-label")));
      handle.setAttribute("aria-valuetext", words(control.querySelector(".ri-readout")));
    }
    const live = root.querySelector(".ri-live > .widget-html-content");
    if (live) live.setAttribute("aria-live", "polite");
  }
  new MutationObserver(name).observe(root, { childList: true, subtree: true, characterData: true });
  name();
  root.addEventListener("click", (event) => {
    const lines = root.querySelector(".ri-code pre");
    if (!event.target.closest(".ri-copy") || !lines) return;
    const tell = (what) => {
      const said = root.querySelector("[data-copied]");
      said.className = "";
      said.textContent = said.dataset[what];
    };
    const select = () => { lines.focus(); getSelection().selectAllChildren(lines); tell("selected"); };
    if (!navigator.clipboard) { select(); return; }  // as over http from another machine
    navigator.clipboard.writeText(lines.textContent).then(() => tell("copied"), select);
  });
})();
"""
