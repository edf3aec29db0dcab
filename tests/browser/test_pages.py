"""Reports and the index in Chromium: what a person sees, hears from a screen reader, prints and reaches by keyboard."""

import json
import shutil
import subprocess
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from ruralincome.batch.results import index_page, link
from ruralincome.report.pages.html import render
from ruralincome.report.words.words import LANGUAGES
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import Scenario

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LONG = {"vi": "Dịch COVID-19 <1>", "en": f"A COVID-19 dip <{'W' * 40}>"}
SCENARIOS = {
    "baseline": {},
    "refused": {"models": ["log_trend"]},
    "dip": {"extends": "covid_delayed_2025", "title": LONG},
    "sweep": {"extends": "shocks_and_targets"},
    "real": {"extends": "real_terms"},
    "national": {"extends": "national_rural_2020"},
}
PAGES = [f"{name}-{language}" for name in SCENARIOS for language in LANGUAGES] + [f"index-{x}" for x in LANGUAGES]


@pytest.fixture(scope="module")
def shots():
    """Where pictures of the pages go, to be looked at."""
    folder = Path(__file__).parents[2] / "build" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def site(executed, tmp_path_factory):
    """The folder of a batch: every scenario in both languages, one of them failed, and the index."""
    folder = tmp_path_factory.mktemp("site")
    jobs = {}
    for name, parameters in SCENARIOS.items():
        for language in LANGUAGES:
            here = folder / name / language
            here.mkdir(parents=True)
            notebook = executed(language, **parameters)
            bundle = next(o.data for c in notebook.cells for o in c.outputs if "text/html" in o.data)
            result = bundle["application/vnd.ruralincome.result+json"]
            (here / "result.json").write_text(json.dumps(result), encoding="utf-8")
            (here / "report.html").write_text(render(notebook, language, result["title"][language]), encoding="utf-8")
            jobs[f"{name}/{language}"] = {"scenario": name, "language": language, "status": "ok"}
    for language in LANGUAGES:
        (folder / "broken" / language).mkdir(parents=True)
        fault = {"code": "batch.timeout", "facts": {"seconds": 5}}
        broken = {"scenario": "broken", "language": language, "status": "failed", "fault": fault}
        jobs[f"broken/{language}"] = broken
    manifest = {"version": 1, "runs": [], "jobs": jobs}
    link(manifest, folder)
    (folder / "index.html").write_text(index_page(manifest, folder), encoding="utf-8")
    return folder


@contextmanager
def opened(browser, site, page, width=1280, scheme="light", height=800):
    """A page of the site; whatever leaves it or complains is a failure."""
    name, language = page.split("-")
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    tab = context.new_page()
    faults = []
    tab.on("console", lambda message: faults.append(message.text))
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on("request", lambda request: request.url.startswith("file:") or faults.append(request.url))
    tab.goto((site / ("index.html" if name == "index" else f"{name}/{language}/report.html")).as_uri())
    if name == "index":
        tab.check(f"#{language}")
    yield tab
    context.close()
    assert faults == []


KINDS = ["baseline-vi", "sweep-en", "refused-vi", "index-vi"]
"""One page of each kind: what every commit looks at; the rest is for long runs."""


def each(*widths):
    """Parameters page, width, scheme: the kinds at 360 and 1280 px, all pages at the other widths in long runs."""
    often = {(page, width) for page in KINDS for width in (360, 1280)}
    return [
        pytest.param(page, width, scheme, marks=() if (page, width) in often else pytest.mark.long)
        for width, scheme in widths
        for page in PAGES
    ]


@pytest.mark.parametrize(
    ("page", "width", "scheme"), each((360, "dark"), (1280, "light"), (320, "light"), (768, "dark"), (1440, "light"))
)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(chromium, shots, site, page, width, scheme):
    from axe_playwright_python.sync_playwright import Axe

    with opened(chromium, site, page, width, scheme) as tab:
        tab.screenshot(path=shots / f"{page}-{width}-{scheme}.png", full_page=True)
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        tab.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
        tab.screenshot(path=shots / f"{page}-{width}-{scheme}-open.png", full_page=True)
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        found = Axe().run(tab)
        assert found.violations_count == 0, found.generate_report()
        unsure = [v["id"] for v in found.response["incomplete"]]
        assert set(unsure) <= {"color-contrast"}, unsure


@pytest.mark.parametrize("page", ["baseline-vi", "dip-en", "sweep-vi", "real-en"])
def test_ten_seconds_are_enough(chromium, site, page):
    """The first screen holds the answer and its picture; what is not folded takes two screens and a half."""
    picture = "#heat-map-0 svg" if page.startswith("sweep") else "#fan svg.ri-fan"
    with opened(chromium, site, page) as tab:
        for part in ("h1", ".big", "dl", picture):
            box = tab.locator(part).first.bounding_box()
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= 800, part
        assert tab.locator("details.ri").first.bounding_box()["y"] <= 2.5 * 800
    with opened(chromium, site, page, 360, height=740) as tab:
        for part in ("h1", ".big", "dl dd:first-of-type"):
            box = tab.locator(part).first.bounding_box()
            assert box["y"] + box["height"] <= 740, part
        assert tab.locator("details.ri").first.bounding_box()["y"] <= 4.5 * 740


@pytest.mark.parametrize(("page", "width", "scheme"), each((360, "light"), (1280, "light")))
def test_labels_in_figures_stay_inside_and_apart(chromium, site, page, width, scheme):
    measure = """() => [...document.querySelectorAll("main svg.ri-chart, main svg.ri-drawn")]
        .filter(s => s.getBoundingClientRect().width)
        .map(s => {
            const frame = s.getBoundingClientRect(), texts = [...s.querySelectorAll("text")];
            const box = t => t.getBoundingClientRect();
            const out = texts.filter(t => box(t).left < frame.left - 8 || box(t).right > frame.right + 8);
            const touch = [];
            texts.forEach((a, i) => texts.slice(i + 1).forEach(b => {
                const p = box(a), q = box(b);
                const x = Math.min(p.right, q.right) - Math.max(p.left, q.left);
                const y = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
                if (x > 2 && y > 0.45 * Math.min(p.height, q.height)) touch.push(a.textContent + " | " + b.textContent);
            }));
            return {out: out.map(t => t.textContent), touch};
        })"""
    with opened(chromium, site, page, width, scheme) as tab:
        tab.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
        for figure in tab.evaluate(measure):
            assert figure == {"out": [], "touch": []}


@pytest.mark.parametrize("page", ["baseline-vi", "dip-en", "national-vi"])
def test_other_targets_are_the_librarys_within_half_a_point(chromium, site, page):
    """200 drawn cases: targets from far below to far above, every year offered, comma and point alike."""
    name, language = page.split("-")
    found = answer(Scenario.stated(**SCENARIOS[name]), name)
    lead, rng = found.assessment.lead.view, np.random.default_rng(17)
    with opened(chromium, site, page) as tab:
        years = [int(y) for y in tab.locator("#year option").all_inner_texts()]
        cases = []
        for k in range(200):
            year = int(rng.choice(years))
            level = float(lead.quantile([year], [rng.uniform(0.002, 0.998)])[0, 0]) * rng.uniform(0.97, 1.03)
            cases.append((f"{level:.2f}".replace(".", ",.,."[k % 4]), str(year)))
        told = tab.evaluate(
            """cases => cases.map(([text, at]) => {
                level.value = text; year.value = at;
                year.dispatchEvent(new Event("change"));
                return Number(told.dataset.chance);
            })""",
            cases,
        )
        right = [lead.probability(int(y), float(x.replace(",", "."))) for x, y in cases]
        assert np.abs(np.array(told) - right).max() < 0.005
        stated = str(found.assessment.target.value)
        tab.locator("#level").fill(stated.replace(".", ","))
        tab.locator("#year").select_option(str(found.assessment.target.year))
        assert f": {tab.locator('.big').inner_text()} – " in tab.locator("#told").inner_text()
        tab.locator("#level").fill("4.8.9")
        assert "48" in tab.locator("#told").inner_text()
        assert "%" not in tab.locator("#told").inner_text()
        tab.locator("#slide").focus()
        before = tab.locator("#level").input_value()
        tab.keyboard.press("ArrowRight")
        assert tab.locator("#level").input_value() != before
        assert ("," in tab.locator("#level").input_value()) == (language == "vi" and "," in before) or before == "4.8.9"


def test_without_a_script_an_answer_and_a_table_stand(chromium, site):
    context = chromium.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto((site / "baseline/vi/report.html").as_uri())
    assert not tab.locator("#ask").is_visible()
    assert f": {tab.locator('.big').inner_text()} – " in tab.locator("#told").inner_text()
    tab.locator("#needs summary").first.click()
    assert tab.locator("#needs table.levels").is_visible()
    context.close()


@pytest.mark.parametrize("page", ["baseline-vi", "dip-en", "index-vi"])
def test_print_to_a4(chromium, shots, site, page):
    from pypdf import PdfReader

    with opened(chromium, site, page) as tab:
        printed = tab.pdf(prefer_css_page_size=True, print_background=True, tagged=True, outline=True)
    (shots / f"{page}.pdf").write_bytes(printed)
    pages = PdfReader(BytesIO(printed)).pages
    assert [round(float(x)) for x in pages[0].mediabox[2:]] == [595, 842]
    each = [" ".join(p.extract_text().split()) for p in pages]
    text = " ".join(each)
    if not page.startswith("index"):
        assert len(pages) == 2
        foot = {"baseline-vi": "Nguồn: “Vĩnh Long đẩy nhanh", "dip-en": "Sources: “Vĩnh Long"}[page]
        assert all(foot in words for words in each)
    assert f"1 / {len(pages)}" in text
    assert "from ruralincome" not in text
    for words in {
        "baseline-vi": ("Mục tiêu 48,9 triệu đồng năm 2021", "Nguồn gốc", "McArthur–Rasmussen", "Cú sốc chung"),
        "dip-en": (
            "67.35 million VND by the end of 2025",
            "Compared with no adjustment",
            "Level reached with the chance",
        ),
        "index-vi": ("Khả năng đạt của từng mục tiêu",),
    }[page]:
        assert words in text, words


def test_keyboard_alone(chromium, site):
    with opened(chromium, site, "baseline-vi") as tab:
        tab.keyboard.press("Tab")
        assert tab.evaluate("document.activeElement.className") == "skip"
        tab.keyboard.press("Enter")
        assert tab.evaluate("document.activeElement.id") == "main"
        for name in ("level", "year", "slide"):
            tab.keyboard.press("Tab")
            assert tab.evaluate("document.activeElement.id") == name
        tab.keyboard.press("Tab")
        assert tab.evaluate("document.activeElement.tagName") == "SUMMARY"
        tab.keyboard.press("Enter")
        assert tab.locator("#needs table.levels").is_visible()
        code = tab.locator("pre.code").first
        assert not code.is_visible()
        tab.locator("#show-code").focus()
        tab.keyboard.press("Space")
        assert code.is_visible()


def test_the_index_searches_without_diacritics_and_speaks_two_languages(chromium, site):
    with opened(chromium, site, "index-vi") as tab:
        rows = tab.locator("main > .vi .rows tbody tr:visible")
        assert rows.count() == len(SCENARIOS)
        assert "cơ sở" in rows.first.inner_text()
        search = tab.locator("main > .vi .filter")
        search.fill("dych covid")  # i and y are one letter: tỉ and tỷ are both usual
        assert rows.count() == 1
        assert tab.locator("main > .vi .shown").inner_text() == "Đang hiện 1 dòng"
        search.fill("refused")  # a folder's name
        assert rows.count() == 1
        search.fill("broken")
        assert rows.count() == 0
        assert "quá thời gian cho phép: sau 5 giây" in tab.locator("main > .vi .group:visible").inner_text()
        search.fill("")
        assert rows.count() == len(SCENARIOS)
        tab.locator("#vi").focus()
        tab.keyboard.press("ArrowRight")
        assert tab.evaluate("document.documentElement.lang") == "en"
        assert tab.get_by_role("heading", level=1).inner_text() == "The chance of every target"
        tab.get_by_role("link", name="A COVID-19", exact=False).first.click()
        assert tab.locator("html").get_attribute("lang") == "en"
        assert tab.url.endswith("dip/en/report.html")


def test_every_page_leads_to_the_others(chromium, site):
    with opened(chromium, site, "dip-en") as tab:
        tab.get_by_role("link", name="Tiếng Việt").click()
        assert tab.url.endswith("dip/vi/report.html")
        tab.locator("a[rel=next]").click()
        assert tab.url.endswith("sweep/vi/report.html")
        tab.locator("a[rel=prev]").click()
        tab.get_by_role("link", name="Mọi kịch bản").click()
        assert tab.url.endswith("index.html")


@pytest.mark.long
@pytest.mark.parametrize("page", KINDS[:3])
@pytest.mark.parametrize("width", [360, 1280])
def test_firefox_draws_what_is_looked_at(shots, site, tmp_path, page, width):
    """Pictures by Firefox itself, for people to look at; what can be held here is that there is something on them."""
    firefox = shutil.which("firefox-esr") or shutil.which("firefox")
    if firefox is None:
        pytest.skip("no Firefox: install it (Debian: apt-get install firefox-esr)")
    shot, address = shots / f"{page}-{width}-firefox.png", (site / page.replace("-", "/") / "report.html").as_uri()
    flags = ["--headless", "--no-remote", "--profile", tmp_path, f"--window-size={width},1600"]
    subprocess.run([firefox, *flags, "--screenshot", shot, address], check=True, capture_output=True, timeout=1800)
    assert shot.stat().st_size > 20_000
