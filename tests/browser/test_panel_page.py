"""The page of a panel in Chromium: searched, sorted and turned, the same numbers with and without its script."""

import pytest

from ruralincome.cli.panel import run_panel
from ruralincome.report.words.words import LANGUAGES

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Pages of 10,600 communes, one of them refused."""
    folder = tmp_path_factory.mktemp("panel")
    rows = ["province,district,place,year,value,target,target_year"]
    for i in range(10_600):
        place = f"{'Bình Thuận' if i % 2 else 'Lâm Đồng'},Huyện {i % 90},Xã Đông {i}"
        goal = round((30 + i % 97) * (1.3 + (i % 41) / 60), 1)
        rows += [f"{place},{t},{(30 + i % 97) * (1 + (t - 2016) * 0.08):.1f},{goal},2023" for t in (2016, 2018, 2020)]
    rows.append('Bình Thuận,Huyện 1,Xã Sai,2020,"48,9",60,2023')
    path = folder / "xa.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    assert run_panel(path, output=folder) == 1
    return folder / "xa"


@pytest.fixture(params=LANGUAGES)
def page(request, chromium, site, tools):
    """The page, opened; what must not happen is empty at the end."""
    context = chromium.new_context(viewport={"width": 1200, "height": 900})
    page = context.new_page()
    faults = tools.watched(page, "file://")
    page.goto((site / request.param / "report.html").as_uri())
    page.language = request.param
    yield page
    page.screenshot(path=f"build/screenshots/panel-{request.param}.png", full_page=True)
    context.close()
    assert faults == []


def cells(page, row=0):
    return [c.inner_text() for c in page.locator("#ranked tbody tr").nth(row).locator("th, td").all()]


def test_ten_thousand_places_are_searched_sorted_and_turned(page):
    def grouped(n):
        return f"{n:,}".replace(",", "." if page.language == "vi" else ",")

    status = page.locator("#status")
    assert grouped(10_601) in status.inner_text()
    assert page.locator("#ranked tbody tr").count() == 100
    first = cells(page)
    page.locator("#next").click()
    assert "101–200" in status.inner_text()
    page.locator("#search").fill("xa dong 1234")
    assert cells(page)[0].startswith("Xã Đông 1234")
    assert "1–1 " in status.inner_text()
    page.locator("#search").fill("sai")
    assert "48.9" in cells(page)[8]
    page.locator("#search").fill("khong co")
    assert page.locator("#ranked tbody tr").count() == 0
    page.locator("#search").fill("")
    assert cells(page) == first
    head = page.locator("#ranked thead th").nth(7)
    assert head.get_attribute("aria-sort") == "descending"
    head.get_by_role("button").focus()
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    assert cells(page) != first
    page.locator("#filter").select_option("refused")
    assert page.locator("#ranked tbody tr").count() == 1


def test_the_script_writes_the_rows_that_stood_there_without_it(page, chromium):
    context = chromium.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(page.url)
    assert plain.locator("#controls").is_hidden()
    for row in (0, 1, 42, 99):
        assert [" ".join(c.split()) for c in cells(page, row)] == [" ".join(c.split()) for c in cells(plain, row)]
    context.close()


def test_nothing_is_wrong_for_those_who_listen_or_enlarge(page, tools):
    assert tools.violations(page, "body") == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_narrow_window_turns_shorter_pages_and_paper_repeats_the_header(page):
    page.set_viewport_size({"width": 360, "height": 740})
    page.reload()
    assert page.locator("#ranked tbody tr").count() == 50
    row = page.locator("#ranked tbody tr").first.bounding_box()
    assert row["height"] < 140
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.emulate_media(media="print")
    shown = page.locator("#ranked thead button").first.evaluate("b => getComputedStyle(b).display")
    assert shown == "contents"  # Chromium repeats no header that holds a box which cannot be broken
