// What screen readers and the clipboard get, and widgets do not give: sliders of ipywidgets have no accessible name and
// announce a bare number; text that a kernel changes is not announced. Both are taken from what stands on the page.
// Everything else works without it.
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
