"""A file dropped on the explorer reaches the text that the kernel reads, by the explorer's own script."""

from base64 import b64decode

import pytest

from ruralincome.report.templates import source

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SCRIPT = str(source("explorer/script.js"))
PAGE = """<div class="ri-explore"><div class="ri-bring"><p id="here">here</p>
<div class="ri-dropped"><textarea></textarea></div></div><div id="ours"></div></div>"""
DROP = """(content) => {
  const moved = new DataTransfer();
  moved.items.add(new File([content], "số liệu.csv"));
  window.heard = [];
  document.querySelector("textarea").addEventListener("input", (event) => window.heard.push(event.target.value));
  const over = { bubbles: true, cancelable: true, dataTransfer: moved };
  document.querySelector("#here").dispatchEvent(new DragEvent("drop", over));
}"""


def test_a_dropped_file_is_handed_on_with_its_name(chromium):
    page = chromium.new_page()
    page.set_content(PAGE)
    for _ in range(2):  # as the board of another series does
        page.evaluate("(script) => new Function('element', script)(document.querySelector('#ours'))", SCRIPT)
    page.evaluate(DROP, "Năm;Giá trị\n2016;32,6\n")
    page.wait_for_function("() => window.heard.length > 0")
    (told,) = page.evaluate("() => window.heard")
    name, packed = told.split("\n")
    assert name == "số liệu.csv"
    assert b64decode(packed).decode() == "Năm;Giá trị\n2016;32,6\n"
    page.close()
