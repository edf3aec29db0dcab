"""The explorer as people meet it: in JupyterLab and in Voila, by keyboard alone."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ruralincome.reference.vintages import read_class
from ruralincome.report.words.words import text

SHOTS = Path(__file__).parents[2] / "build" / "screenshots"
RURALINCOME = Path(sys.executable).with_name("ruralincome")
DARK = '{"theme": "JupyterLab Dark"}'
SAID = {
    "vi": {
        "target": "Mục tiêu",
        "moved": "49,2 triệu đồng/người/năm",
        "paged": "54,2 triệu đồng/người/năm",
        "typed": "49,2",
        "points": "Cú sốc đối với tốc độ tăng năm 2021",
        "shock": "−2,0 điểm phần trăm",
        "as_of": "Chỉ biết số liệu đến hết năm",
        "unknown": "chưa thể biết nhóm tham chiếu",
        "reference": "Nhóm tham chiếu",
        "name": "Tên kịch bản",
        "saved": "Đã lưu kịch bản params/thu_nghiem_vi.yaml",
        "taken": "Đã có kịch bản params/thu_nghiem_vi.yaml",
        "copied": "Đã sao chép",
        "file": "thu_nghiem_vi",
    },
    "en": {
        "target": "Target",
        "moved": "49.2 million VND",
        "paged": "54.2 million VND",
        "typed": "49.2",
        "points": "Shock to growth in 2021",
        "shock": "−2.0 percentage points",
        "as_of": "Known: figures up to the end of",
        "unknown": "could not be known",
        "reference": "Reference class",
        "name": "Scenario name",
        "saved": "Saved as params/trial_en.yaml",
        "taken": "There is a params/trial_en.yaml already",
        "copied": "are on the clipboard",
        "file": "trial_en",
    },
}


@pytest.mark.browser
@pytest.mark.parametrize("language", ["vi", pytest.param("en", marks=pytest.mark.long)])
def test_the_explorer_in_jupyterlab(language, lab, chromium, tools):
    folder, address = lab
    words = SAID[language]
    notebook = folder / "notebooks" / f"explore_{language}.ipynb"
    source = (folder / "notebooks" / "explore.ipynb").read_text(encoding="utf-8")
    notebook.write_text(source.replace('language = \\"vi\\"', f'language = \\"{language}\\"'), encoding="utf-8")
    if language == "en":  # the other theme, too
        theme = folder / ".jupyter" / "settings" / "@jupyterlab" / "apputils-extension"
        theme.mkdir(parents=True, exist_ok=True)
        (theme / "themes.jupyterlab-settings").write_text(DARK)
    clipboard = ["clipboard-read", "clipboard-write"]
    context = chromium.new_context(viewport={"width": 1360, "height": 2300}, permissions=clipboard)
    page = context.new_page()
    faults = tools.watched(page, address)
    tools.run_all(page, f"{address}/lab/tree/notebooks/explore_{language}.ipynb")
    assert not page.locator("[data-mime-type='application/vnd.jupyter.stderr']").count()
    assert not page.get_by_text("Jupyter news").count()
    expect(page.locator(".ri-explore .answer")).to_be_in_viewport()  # and not the last cell that was run
    explorer, answer, chart = (
        page.locator(".ri-explore"),
        page.locator(".ri-explore .answer"),
        page.locator(".ri-chart"),
    )
    explorer.screenshot(path=SHOTS / f"lab_{language}.png")
    first, drawn = answer.inner_text(), chart.evaluate("e => e.outerHTML")

    explorer.get_by_role("combobox").nth(1).focus()  # the list of series
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == words["target"]
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(answer).to_contain_text(words["moved"])
    target = explorer.get_by_role("slider", name=words["target"], exact=True)
    expect(target).to_have_attribute("aria-valuetext", re.compile(re.escape(words["moved"])))
    assert answer.inner_text() != first
    assert chart.evaluate("e => e.outerHTML") != drawn

    page.keyboard.press("PageUp")  # fifty of its steps
    expect(answer).to_contain_text(words["paged"])
    explorer.get_by_role("textbox", name=words["target"], exact=True).fill(words["typed"])
    page.keyboard.press("Enter")
    expect(answer).to_contain_text(words["moved"])
    expect(target).to_have_attribute("aria-valuenow", "49.2")

    explorer.get_by_role("slider", name=words["points"]).focus()
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    expect(explorer).to_contain_text(words["shock"])
    expect(explorer.locator(".ri-code")).to_contain_text("'points': -2.0")  # what a move writes last
    shocked = answer.inner_text()

    reference, as_of = (explorer.get_by_label(words["reference"]), explorer.get_by_role("slider", name=words["as_of"]))
    chosen = reference.input_value()
    reference.select_option(label=text(read_class("vietnam-provinces", 2020).title, language))
    as_of.focus()
    page.keyboard.press("Home")
    expect(explorer.locator(".fault")).to_contain_text(words["unknown"])
    expect(page.locator(".ri-explore .ri-chart")).to_have_count(0)
    explorer.screenshot(path=SHOTS / f"lab_{language}_unknown.png")
    reference.select_option(chosen)
    as_of.focus()
    page.keyboard.press("End")
    expect(answer).to_have_text(shocked)

    reference.focus()
    page.keyboard.press("End")
    expect(answer).not_to_have_text(shocked)
    reference.select_option(chosen)
    expect(answer).to_have_text(shocked)

    explorer.get_by_label(words["name"]).focus()
    page.keyboard.type(words["file"])
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    status = explorer.get_by_role("status")
    expect(status).to_contain_text(words["saved"])
    page.keyboard.press("Enter")
    expect(status).to_contain_text(words["taken"])
    for _ in range(3):  # past the report and the files to take away
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(status).to_contain_text(words["copied"])
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.splitlines() == explorer.locator(".ri-code pre").inner_text().splitlines()
    explorer.screenshot(path=SHOTS / f"lab_{language}_shock.png")

    assessed = run(folder, RURALINCOME, "assess", f"params/{words['file']}.yaml", "--json")
    whole = int(100 * json.loads(assessed)["probability"] + 0.5)
    assert f"{whole}%" in shocked
    lines = "import sys; *lines, last = sys.stdin.read().splitlines(); exec('\\n'.join(lines)); print(eval(last))"
    assert float(run(folder, sys.executable, "-c", lines, stdin=copied)) == json.loads(assessed)["probability"]

    assert tools.violations(page, ".ri-explore") == []
    page.locator(".jp-Cell").last.scroll_into_view_if_needed()
    page.screenshot(path=SHOTS / f"lab_{language}_walk.png")
    assert faults == []
    context.close()


@pytest.mark.browser
def test_the_explorer_in_voila(lab, chromium, tools):
    folder, _ = lab
    with tools.serving(folder, "voila", "notebooks/explore.ipynb", "--no-browser", "--Voila.ip=127.0.0.1") as address:
        page = chromium.new_page(viewport={"width": 390, "height": 1600})
        faults = tools.watched(page, address)
        page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")  # as without https
        page.goto(address, timeout=1_800_000)
        page.locator(".ri-chart").wait_for()
        page.get_by_role("slider", name="Mục tiêu", exact=True).focus()
        page.keyboard.press("ArrowRight")
        expect(page.locator(".answer")).to_contain_text("49,0 triệu đồng/người/năm")
        page.get_by_role("combobox").first.focus()
        page.keyboard.press("ArrowDown")
        expect(page.locator(".answer")).to_contain_text("49.0 million VND")
        expect(page.get_by_role("slider", name="Target", exact=True)).to_have_attribute("aria-valuenow", "49.0")
        page.get_by_role("button", name="Copy as Python").click()
        expect(page.get_by_role("status")).to_contain_text("press Ctrl+C")
        chosen = page.evaluate("getSelection().toString()")
        assert chosen.strip() == page.locator(".ri-code pre").inner_text().strip()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.screenshot(path=SHOTS / "voila_en_narrow.png")
        assert not page.locator(".jp-CodeCell .jp-InputArea:visible").count()
        assert [fault for fault in faults if fault.startswith("uncaught")] == []  # Voila itself asks a CDN for icons
        page.close()


def expect(locator):
    """Wait for what the kernel answers, however busy the machine is."""
    from playwright.sync_api import expect as expected

    expected.set_options(timeout=600_000)
    return expected(locator)


def run(folder, *command, stdin=""):
    """What a command of the project prints, run in a folder; it must end well and say nothing on stderr."""
    ran = subprocess.run(command, cwd=folder, input=stdin, capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, "")
    return ran.stdout
