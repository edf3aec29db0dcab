"""From the key press to the changed page: the explorer in JupyterLab, in Chromium, against a live kernel.

python benchmarks/explorer.py [PRESSES] prints the median, the 95th percentile and the worst in milliseconds for each
slider: until the chart has changed, and until verdict, rules and the lines of Python have, too. PRESSES is a multiple
of 16, 48 unless stated.

A clock in the page starts with the key event, before any widget sees it, and stops at the second animation frame after
the change, when Chromium has painted it. Each press waits for the answer to the one before.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
MOVES = ("target", "year", "points", "sd", "target with a shock", "year with a shock")
HANDLES = ("target", "year", "points", "sd", "as_of")
CLOCK = """() => {
  window.chart = []; window.page = [];
  const root = document.querySelector(".ri-explore");
  let start = 0;
  root.addEventListener("keydown", () => { start = performance.now(); }, true);
  const stop = (selector, times) => {
    new MutationObserver(() => requestAnimationFrame(() => requestAnimationFrame(() => {
      times.push(performance.now() - start);
    }))).observe(root.querySelector(selector), { childList: true });
  };
  stop(".ri-picture > .widget-html:last-child .widget-html-content", window.chart);
  stop(".ri-code .widget-html-content", window.page);
}"""


def main(presses: int) -> dict[str, dict[str, dict[str, float]]]:
    browser = _load(ROOT / "tests" / "browser" / "conftest.py")
    with tempfile.TemporaryDirectory() as folder:
        project = browser.copy_project(Path(folder))
        with browser.serving(project, *browser.LAB) as address, browser.open_chromium() as chromium:
            page = chromium.new_page(viewport={"width": 1400, "height": 1100})
            browser.run_all(page, f"{address}/lab/tree/notebooks/explore.ipynb")
            page.evaluate(CLOCK)
            found = {}
            for name in MOVES:
                if "shock" in name:
                    _press(page, "points", 3)
                found[name] = _press(page, name, presses)
    return {name: {part: _summary(times) for part, times in parts.items()} for name, parts in found.items()}


def _press(page, name, presses):
    """Times of presses on one slider, eight one way and eight back, until chart and page have changed."""
    page.locator(".ri-control .noUi-handle").nth(HANDLES.index(name.split()[0])).focus()
    page.evaluate("window.chart.length = window.page.length = 0")
    for k in range(presses):
        page.keyboard.press(("ArrowRight", "ArrowLeft")[k // 8 % 2])
        page.wait_for_function(f"window.chart.length === {k + 1} && window.page.length === {k + 1}")
    return page.evaluate("({ chart: window.chart, page: window.page })")


def _summary(times):
    ordered = sorted(times)
    last = len(ordered) - 1
    found = {"median": ordered[last // 2], "p95": ordered[round(0.95 * last)], "worst": ordered[-1]}
    return {key: round(value, 1) for key, value in found.items()}


def _load(path):
    spec = importlib.util.spec_from_file_location("browser", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 48
    print(json.dumps({"cores": os.cpu_count(), "presses": count, "unit": "ms", "found": main(count)}, indent=1))
