"""From an office's file to the page: statuses, gaps, breaks, revisions and precision travel; options are the same."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ruralincome.cli import app
from ruralincome.data.forms.read import read_table
from ruralincome.data.package import read_rates, read_series
from ruralincome.keep.observe import observe, observe_file
from ruralincome.keep.place import new
from ruralincome.report.answer.sections import caveats
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import Scenario, read_scenario
from ruralincome.scenario.result import result
from ruralincome.series import InputError, Vintage

ROOT = Path(__file__).parents[2]
FILE = """Năm;Thu nhập bình quân;Trạng thái;Ngày công bố;Sai số chuẩn;Cỡ mẫu;Hệ số thiết kế
2014;28,5;;2015-05-01;0,5;900;1,4
2016;32,6;;01/05/2017;0,5;900;1,4
2016;33,1;;30/05/2019;0,5;900;1,4
2018;;..;;;;
2019;41,0;break;2020-05-01;0,6;900;1,4
2020;44,9;sơ bộ;2021-05-01;0,6;900;1,4
"""


@pytest.fixture
def root(tmp_path):
    for folder in ("data", "params"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def placed(root, text=FILE, **stated):
    path = root / "figures.csv"
    path.write_text(text.replace("01/05/2017", "2017-05-01"), encoding="utf-8")
    unit = "triệu đồng/người/năm"
    return new("Xã Thử", path, "55@2025", **{"source": "Yearbook", "name": "thu", "unit": unit, "root": root, **stated})


def test_what_a_file_says_of_its_figures_travels_to_the_series(root):
    said = placed(root).said
    series = read_series("thu", root)
    assert (series.years, series.values) == ((2014, 2016, 2019, 2020), (28.5, 33.1, 41.0, 44.9))
    assert series.statuses == ((2018, "not_available"), (2019, "break"), (2020, "preliminary"))
    assert series.vintages == (Vintage(2016, 32.6, 33.1, "2017-05-01", "2019-05-30"),)
    assert series.standard_errors == (0.5, 0.5, 0.6, 0.6)
    assert series.samples == ((900.0, 1.4),) * 4
    assert "Xã Thử 2018" in str(said[-1])


def test_a_day_that_may_be_of_two_months_is_refused(root):
    path = root / "figures.csv"
    path.write_text(FILE, encoding="utf-8")
    with pytest.raises(InputError, match=r"row 3 column 4.*2021-06-30"):
        read_table(path)


def test_statuses_and_revisions_reach_the_page_and_the_result(root):
    placed(root)
    found = answer(read_scenario(root / "params" / "thu.yaml"), "thu", root)
    kept = json.loads(json.dumps(result(found)))
    assert kept["statuses"] == [[2018, "not_available"], [2019, "break"], [2020, "preliminary"]]
    assert kept["revised"] == [[2016, 32.6, 33.1, "2017-05-01", "2019-05-30"]]
    for language, words in {
        "en": ("32.6", "33.1", "preliminary", "broken at 2019"),
        "vi": ("32,6", "gián đoạn"),
    }.items():
        told = caveats(found, language).text
        for word in words:
            assert word in told


def test_a_revision_says_which_verdicts_move(root):
    placed(root, FILE.replace("break", "").replace("33,1", "42,0").replace("30/05/2019", "2019-05-30"))
    found = answer(read_scenario(root / "params" / "thu.yaml"), "thu", root)
    moved = [v.rule for v, now in zip(found.before, found.assessment.verdicts, strict=True) if v.label != now.label]
    told = caveats(found, "en").text
    assert ("earlier → now" in told) == bool(moved)
    assert ("moves no official verdict" in told) == (not moved)


def test_the_step_across_a_break_is_no_growth(root):
    placed(root)
    found = answer(read_scenario(root / "params" / "thu.yaml"), "thu", root)
    steps = found.assessment.series.steps
    assert [round(y, 9) for _, y in steps] == pytest.approx([0.14963, 0.09087], abs=1e-4)  # 2014-2016, 2019-2020


def test_as_of_a_day_knows_what_was_published_by_then(root):
    placed(root)
    known = read_series("thu", root).known("2018-12-31")
    assert (known.years, known.values, known.vintages) == ((2014, 2016), (28.5, 32.6), ())
    assert read_series("thu", root).until(2016).values == (28.5, 32.6)
    keys = {"series": "thu", "target": {"value": 40, "year": 2019}, "reference": "vietnam-provinces-real"}
    evidence = answer(Scenario(**keys, as_of="2018-12-31", hindsight=True), "x", root).evidence
    assert evidence.published.last == 32.6
    with pytest.raises(InputError, match="published by 2010"):
        read_series("thu", root).known("2010-01-01")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("2016;33,1;;30/05/2019", "2016;33,1;;"), "2016.*32.6 and 33.1|two figures"),
        (("0,5;900", ";900"), "2 standard errors for 4 values"),
        (("0,6;900", "99;900"), "standard error"),
        (("900;1,4\n2020", ";\n2020"), "3 of 4 observations state a sample size"),
    ],
)
def test_what_cannot_stand_is_refused_and_nothing_written(root, change, words):
    text = FILE.replace(*change)
    with pytest.raises(InputError, match=words):
        placed(root, text)
    assert not (root / "data" / "thu.csv").exists()


PLAIN = "Năm;Thu nhập\n2016;32,6\n2018;38,2\n2020;44,9\n"
LATER = "Xã;2018;2019;2020;Sơ bộ 2021\nXã Thử;38,2;41,0;44,9;47,0\nXã Khác;1,0;2,0;3,5;4,0\n"


def test_observe_reads_a_file(root):
    placed(root, PLAIN)
    path = root / "later.csv"
    path.write_text(LATER, encoding="utf-8")
    (added,) = observe_file("thu", path, "Yearbook 2022", root=root)
    assert (added.year, added.value) == (2021, 47.0)
    assert "2019" in str(added.said[-1])  # before the last known, and left out
    series = read_series("thu", root)
    assert (series.origin, series.statuses) == (2021, ((2021, "preliminary"),))
    with pytest.raises(InputError, match="no figure that thu does not have"):
        observe_file("thu", path, "Yearbook 2022", root=root)


def test_a_revision_states_its_day_as_the_first_figure_did(root):
    placed(root, PLAIN)
    with pytest.raises(InputError, match="--published"):
        observe("thu", 2020, "45.3", "Yearbook", published="2022-05-30", root=root)
    observe("thu", 2021, "47.0", "Yearbook", published="2022-05-30", root=root)
    observe("thu", 2021, "47.4", "Yearbook", published="2023-05-30", root=root)
    series = read_series("thu", root)
    assert (series.last, series.vintages) == (47.4, (Vintage(2021, 47.0, 47.4, "2022-05-30", "2023-05-30"),))
    with pytest.raises(InputError, match="later day"):
        observe("thu", 2021, "47.5", "Yearbook", published="2023-05-30", root=root)


def test_a_figure_joins_a_series_that_states_its_precision(root):
    placed(root)
    with pytest.raises(InputError, match="standard errors"):
        observe("thu", 2021, "47.0", "Yearbook", root=root)
    known = {"standard_error": "0.7", "sample_size": "800", "design_effect": "1.3"}
    observe("thu", 2021, "47.0", "Yearbook", published="2022-05-30", precision=known, root=root)
    series = read_series("thu", root)
    assert (series.standard_errors[-1], series.samples[-1]) == (0.7, (800.0, 1.3))


def test_a_year_of_rates_that_stands_twice_is_refused(root):
    from ruralincome.data.cells import observed
    from ruralincome.data.table import table_of

    table = table_of(b"year,value\n2019,2.8\n2020,3.2\n2020,32\n", "cpi.csv")
    with pytest.raises(InputError, match="row 4: year 2020 stands twice"):
        observed(table.records(), positive=False)
    assert read_rates("vietnam_cpi", root)[2020] == pytest.approx(0.032, abs=0.001)


UNITS = {
    "USD/người/năm": "usd_per_person_year",
    "nghìn EUR/người/tháng": "thousand_eur_per_person_month",
    "million KHR per person per year": "million_khr_per_person_year",
}


@pytest.mark.parametrize(("words", "code"), UNITS.items())
def test_an_income_may_be_in_any_currency(root, words, code):
    placed(root, PLAIN, unit=words)
    assert read_series("thu", root).unit == code
    assert caveats(answer(read_scenario(root / "params" / "thu.yaml"), "thu", root), "vi").text


def test_an_income_of_a_household_is_none_of_a_person(root):
    with pytest.raises(InputError, match="state --kind general"):
        placed(root, PLAIN, unit="triệu đồng/hộ/năm")
    placed(root, PLAIN, unit="triệu đồng/hộ/năm", kind="general")


def test_a_class_that_is_named_is_of_such_figures(root):
    with pytest.raises(InputError, match="is a class of other figures than incomes"):
        placed(root, reference="general")
    with pytest.raises(InputError, match="is a class of incomes, the series is not"):
        placed(root, PLAIN, unit="tạ/ha", kind="general", reference="international")


def test_constant_prices_are_asked_for(root):
    table = "Thu nhập theo giá so sánh 2010\nNăm;Giá trị\n2018;38,2\n2020;43,5\n"
    with pytest.raises(InputError, match="state --prices real and --price-year"):
        placed(root, table)
    placed(root, table, prices="real", price_year=2010)
    assert read_series("thu", root).price_year == 2010


def test_a_general_series_has_a_unit_in_any_words_and_an_income_has_not(root):
    placed(root, PLAIN, unit="tạ/ha", kind="general")
    assert read_series("thu", root).unit == "tạ/ha"
    with pytest.raises(InputError, match="tạ/ha"):
        placed(root, PLAIN, unit="tạ/ha", name="khac")


@pytest.mark.parametrize("command", ["read", "new", "observe", "panel", "reference fit", "ledger score"])
def test_every_command_that_reads_figures_has_the_same_options(command):
    shown = CliRunner().invoke(app, [*command.split(), "--help"]).output
    for option in ("--sheet", "--columns", "--decimal", "--unit", "--year"):
        assert option in shown
