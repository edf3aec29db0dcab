// What screen readers and the clipboard get, and widgets do not give: sliders of ipywidgets have no accessible name and
// announce a bare number; text that a kernel changes is not announced. Both are taken from what stands on the page.
// Everything else works without it.
(function begin() {
  const root = element.closest(".ri-explore");
  if (!root) { requestAnimationFrame(begin); return; }
  if (root.dataset.heard) return;  // the board of another series on the same page
  root.dataset.heard = "yes";
  root.scrollIntoView({ block: "start" });  // JupyterLab shows the last cell that was run, which is far below
  const words = (node) => (node ? node.textContent.trim() : "");
  function name() {
    for (const control of root.querySelectorAll(".ri-control")) {
      const handle = control.querySelector(".noUi-handle");
      if (!handle) continue;
      handle.setAttribute("aria-label", words(control.querySelector(".widget-label")));
      handle.setAttribute("aria-valuetext", words(control.querySelector(".ri-readout")));
      control.querySelector(".ri-box input")?.setAttribute("aria-label", words(control.querySelector(".widget-label")));
    }
    for (const live of root.querySelectorAll(".ri-live > .widget-html-content")) live.setAttribute("aria-live", "polite");
  }
  new MutationObserver(name).observe(root, { childList: true, subtree: true, characterData: true });
  name();
  // PageUp and PageDown go as many steps as make sense of the slider's range; the widget's own five are a hair's breadth.
  root.addEventListener("keydown", (event) => {
    const way = { PageUp: 1, PageDown: -1 }[event.key], slider = event.target.closest(".noUi-target");
    if (!way || !slider) return;
    event.preventDefault();
    event.stopPropagation();
    const page = +/ri-page-(\d+)/.exec(slider.closest("[class*=ri-page-]").className)[1];
    const { noUiSlider: at } = slider;
    at.set(+at.get() + way * page * at.options.step);
  }, true);
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
  // A file that is dropped goes to the kernel as its name and its bytes, by a text that is not shown.
  root.addEventListener("dragover", (event) => { if (event.target.closest(".ri-bring")) event.preventDefault(); });
  root.addEventListener("drop", (event) => {
    const file = event.target.closest(".ri-bring") && event.dataTransfer.files[0];
    if (!file) return;
    event.preventDefault();
    event.stopPropagation();
    const reader = new FileReader();
    reader.onload = () => {
      const text = root.querySelector(".ri-dropped textarea");
      text.value = file.name + "\n" + reader.result.split(",")[1];
      for (const kind of ["input", "change"]) text.dispatchEvent(new Event(kind, { bubbles: true }));
    };
    reader.readAsDataURL(file);
  }, true);
})();
