"""The field for another target reads numbers as its page writes them."""

import pytest

from ruralincome.report.pages.html import render

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("vi", {"44.800": "44800", "44.800,0": "44800", "12.345,6": "12345,6", "44.8": "44,8"}),
        ("en", {"1,000": "1000", "12,345.6": "12345.6", "44,800.5": "44800.5", "44,8": "44.8"}),
    ],
)
def test_groups_of_three_are_thousands_by_the_sign_of_the_page(chromium, executed, tmp_path, language, written):
    (tmp_path / "report.html").write_text(render(executed(language), language, "x"), encoding="utf-8")
    tab = chromium.new_page()
    tab.goto((tmp_path / "report.html").as_uri())

    def told(text):
        tab.locator("#level").fill(text)
        return tab.locator("#told").inner_text(), tab.locator("#level").get_attribute("aria-invalid")

    answers = {text: told(text) for text in written}
    assert answers == {text: told(plain) for text, plain in written.items()}
    assert {wrong for _, wrong in answers.values()} == {"false"}
    assert told("1.2.3")[1] == told("")[1] == told("1e9")[1] == "true"
    for far in ("1400000000", "44901", "9" * 400, "0,04"):  # as the library refuses: a unit is wrong
        assert told(far)[1] == "true"
        assert "%" not in told(far)[0]
    assert ("99.677,3%" if language == "vi" else "99,677.3%") in told("44800")[0]
    assert told("44800")[0].startswith("44.800 triệu đồng: " if language == "vi" else "44,800 million VND: ")
    tab.close()
