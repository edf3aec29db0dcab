"""What it would take: the required path year by year, and the growth needed among growth there was."""

import re
from pathlib import Path

import pytest

from ruralincome.report.answer import sections
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import Scenario

ROOT = Path(__file__).parents[3]


def test_the_required_path_ends_at_the_target_and_its_steps_add_up():
    found = answer(Scenario.stated(extends="target_2025"), "target_2025", ROOT)
    html = str(sections.key_numbers(found, "en").html)
    shown = html[
        html.index("The required path year by year (computed; million VND per person per year, current prices)") :
    ]
    rows = re.findall(r'<tr><th scope="row">(\d{4})</th>(.*?)</tr>', shown[: shown.index("</table>")], re.S)
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row) for _, row in rows]
    assert [year for year, _ in rows] == ["2021", "2022", "2023", "2024", "2025"]
    levels = [float(row[0]) for row in cells]
    assert levels == pytest.approx([44.9 * (67.35 / 44.9) ** (k / 5) for k in range(1, 6)], abs=0.0051)
    assert cells[-1][0] == "67.35"
    assert sum(float(row[1]) for row in cells) == pytest.approx(67.35 - 44.9, abs=0.03)
    assert cells[-1][2] == f"{found.assessment.probability:.0%}"
    assert "path year by year" not in sections.key_numbers(answer(Scenario(), "baseline", ROOT), "en").html
    refused = answer(Scenario.stated(extends="target_2025", models=["log_trend"]), "refused", ROOT)
    assert "Chance of that level" not in sections.key_numbers(refused, "en").html
    assert "path year by year" in sections.key_numbers(refused, "en").html


@pytest.mark.parametrize(
    ("year", "words"),
    [
        (2021, "Kept up for four years, {growth} a year is higher than {four} of four-year growth"),
        (2025, "Kept up for four years, {growth} a year is higher than {four} of four-year growth"),
        (2024, None),
        (2030, "Growth of {growth} a year, as needed, is higher than {one} of one-year growth and {four} of four-year"),
    ],
)
def test_the_growth_needed_also_stands_among_growth_over_four_years(year, words):
    found = answer(
        Scenario.stated(target={"value": 44.9 * 1.06 ** (year - 2020), "year": year}, redrawn="old"), "x", ROOT
    )
    reference, html = found.assessment.reference, sections.key_numbers(found, "en").html
    one, four = (f"{reference.percentile(found.assessment.required_growth, span):.0%}" for span in (1, 4))
    if words is None:
        assert "Kept up" not in html
        assert f"higher than {four} of 4-year growth" in html
    else:
        assert words.format(growth="6.0%", one=one, four=four) in html
