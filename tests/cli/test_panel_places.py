"""`ruralincome panel` across a redrawing, and by a standard."""

import pandas as pd
import pytest

from ruralincome.cli.panel import run_panel
from ruralincome.data.forms.reading import Options
from ruralincome.panel.ready import Order
from ruralincome.reference.reference import merged
from ruralincome.reference.vintages import read_class
from ruralincome.series import InputError

SHIPPED = "new-rural-income-2020"
DUC_LINH = {"Thị trấn Đức Tài": 30.0, "Xã Đức Hạnh": 28.0, "Xã Đức Tín": 26.0}


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("RURALINCOME_LANGUAGE", "en")


@pytest.fixture
def asked(tmp_path):
    """A function (rows of a CSV, order, target) -> panel.csv by place, the page, and the folder."""

    def run(lines, target="60@2025", status=0, **order):
        path = tmp_path / "communes.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        done = run_panel(path, target, output=tmp_path, languages=["en"], order=Order(**order))
        assert done == status
        folder = tmp_path / "communes"
        page = (folder / "en" / "report.html").read_text(encoding="utf-8")
        return pd.read_csv(folder / "panel.csv", dtype={"place": str}).set_index("place"), page, folder

    return run


def communes(*more):
    rows = ["place,district,province,year,value,population", *more]
    for name, value in DUC_LINH.items():
        for year, growth in ((2016, 1.0), (2020, 1.4)):
            rows.append(f"{name},H. Đức Linh,Bình Thuận,{year},{value * growth},{1000 if year == 2020 else ''}")
    return rows


def test_a_target_beyond_the_day_is_refused_by_default(asked):
    found, page, _ = asked(communes(), status=1)
    assert set(found["refusal"]) == {"redrawn"}
    assert "choose a rule with --redrawn" in page
    assert "Places that were redrawn between their figures, or before the target, are refused." in page


PROVINCES = [f"Tỉnh {name},{year},40,1000" for name in ("Lâm Đồng", "Bình Thuận", "Đắk Nông") for year in (2016, 2020)]


def test_the_rules_that_serve_a_place_and_the_parts_it_lacks_are_told_everywhere(asked, capsys):
    head = "place,year,value,population"
    for rule, lines, reason, told in (
        (None, PROVINCES, "redrawn", "rebuild (the new one from its parts"),
        (None, [*PROVINCES[:4], "18796,2018,30,900"], "redrawn", "in a command): old (figures go on for the old"),
        ("rebuild", PROVINCES[:4], "part_missing", "there are no figures of 67 Tỉnh Đắk Nông; add them"),
        ("rebuild", PROVINCES[:5], "", "the figures of 2020 are not used, as some of 67 Tỉnh Đắk Nông are missing"),
    ):
        found, page, folder = asked([head, *lines], "60@2026", int(bool(reason)), rule=rule)
        assert set(found["refusal"].dropna()) == ({reason} if reason else set())
        for text in (
            capsys.readouterr().err,
            page,
            found["told"].iloc[0],
            (folder / "unplaced.csv").read_text("utf-8"),
        ):
            assert told in text
        assert reason or found["population"].tolist() == [3000]


@pytest.mark.parametrize(("languages", "told"), [(["vi"], "chọn một quy tắc"), (["en", "vi"], "choose a rule")])
def test_what_is_told_is_in_a_language_of_the_pages(tmp_path, languages, told):
    path = tmp_path / "communes.csv"
    path.write_text("\n".join(["place,year,value,population", *PROVINCES]), encoding="utf-8")
    assert run_panel(path, "60@2026", output=tmp_path, languages=languages) == 1
    for name in ("panel.csv", "unplaced.csv"):
        assert told in (tmp_path / "communes" / name).read_text("utf-8")


def test_what_is_wrong_with_a_row_is_not_told_as_a_matter_of_borders(asked, capsys):
    found, *_ = asked(["place,year,value,population", "Tỉnh Lâm Đồng,2014,n/d,9", *PROVINCES], "60@2026", 1)
    assert found["refusal"]["Tỉnh Lâm Đồng"] == "value_text"
    assert found["told"].isna()["Tỉnh Lâm Đồng"]
    assert "'Tỉnh Lâm Đồng' the first. 68" not in capsys.readouterr().err


@pytest.mark.parametrize("head", ["code,year,value", "Mã xã,Năm,Thu nhập", "code,place,year,value"])
def test_a_place_is_named_by_a_column_of_codes(asked, head):
    named = "23194,Thị trấn Đức Tài" if "place" in head else "23194"
    found, page, _ = asked([head, f"{named},2018,30", f"{named},2020,33"], rule="old")
    (place,) = found.index
    assert place == named.split(",")[-1]
    assert found["last"][place] == 33
    assert "states no unit" in page


def test_a_code_and_a_name_of_two_places_are_refused(asked):
    found, _, folder = asked(["code,place,year,value", "23194,Xã Đức Tín,2018,30"], status=1)
    assert found["refusal"].tolist() == ["code_disagrees"]
    assert "the name beside it is of 23215" in (folder / "unplaced.csv").read_text(encoding="utf-8")


def test_a_target_before_the_day_is_asked_as_ever(asked):
    found, page, _ = asked(communes(), target="50@2024")
    assert found["refusal"].isna().all()
    assert "Places that were redrawn" not in page


def test_names_of_no_place_are_left_alone_unless_a_rule_is_stated(asked):
    rows = ["place,year,value", "A,2016,30", "A,2020,40"]
    assert asked(rows)[0]["refusal"].isna().all()
    found, _, folder = asked(rows, status=1, rule="old")
    assert found["refusal"]["A"] == "place_unknown"
    assert "no place is called 'A'" in (folder / "unplaced.csv").read_text("utf-8-sig")


def test_new_communes_of_old_ones(asked):
    found, page, folder = asked(communes(), rule="rebuild")
    assert list(found.index) == ["Xã Hoài Đức"]
    assert found["province"]["Xã Hoài Đức"] == "Tỉnh Lâm Đồng"
    assert found["last"]["Xã Hoài Đức"] == pytest.approx(28 * 1.4)
    assert found["population"]["Xã Hoài Đức"] == 3000
    assert "computed from their parts" in page
    assert "In 2016 the parts are weighed by people of another year" in page
    assert "about 3 % too high" in page
    assert not (folder / "unplaced.csv").exists()


def test_a_pace_of_the_class_is_that_of_the_narrower_class_where_places_are_rebuilt(tmp_path):
    path, scenario = tmp_path / "communes.csv", tmp_path / "fast.yaml"
    path.write_text("\n".join(communes()), encoding="utf-8")
    step = "adjustments: [{kind: pace, best: 0.2}]\n"
    scenario.write_text(
        "target: {value: 60, year: 2025}\nredrawn: rebuild\nreference: vietnam-provinces\n" + step, "utf-8"
    )
    run_panel(path, None, [scenario], output=tmp_path, languages=["en"])
    found = pd.read_csv(tmp_path / "communes" / "panel.csv").set_index("place")
    assert list(found.index) == ["Xã Hoài Đức"]  # the rule of the params file
    incomes = [value * 1000 for value in DUC_LINH.values()]
    pace = merged(read_class("vietnam-provinces", 2020), incomes).into("nominal").pace(0.9)
    assert found["median"]["Xã Hoài Đức"] == pytest.approx(28 * 1.4 * (1 + pace) ** 5, rel=1e-4)


def test_params_files_that_state_two_rules(tmp_path):
    path = tmp_path / "communes.csv"
    path.write_text("\n".join(communes()), encoding="utf-8")
    scenarios = [tmp_path / f"{rule}.yaml" for rule in ("old", "break")]
    for one in scenarios:
        one.write_text(f"redrawn: {one.stem}\n", encoding="utf-8")
    with pytest.raises(InputError) as raised:
        run_panel(path, None, scenarios, output=tmp_path, languages=["en"])
    assert raised.value.code == "places.several_rules"


def test_several_places_may_be_refused_for_one_reason(asked):
    named = "Phường Yên Sở,Quận Hoàng Mai,Thành phố Hà Nội"  # its people came to three of today's
    rows = ["place,district,province,year,value,population", f"{named},2016,20,2380", f"{named},2020,24,19074"]
    _, _, folder = asked(rows, rule="rebuild", status=1)
    told = pd.read_csv(folder / "unplaced.csv")
    assert sorted(name.split(",")[0] for name in told["place"]) == ["Phường Hoàng Mai", "Phường Yên Sở", "Xã Thanh Trì"]
    assert told["why"].str.contains("2380 and 19074 cannot both be right").all()


def test_an_ambiguous_name_lists_its_candidates(asked):
    rows = communes("Đức Hạnh,,,2016,20,5", "Đức Hạnh,,,2020,30,5")
    found, _, folder = asked(rows, rule="rebuild", status=1)
    assert found["refusal"]["Đức Hạnh"] == "place_ambiguous"
    assert "23212 Xã Đức Hạnh, Huyện Đức Linh" in (folder / "unplaced.csv").read_text("utf-8-sig")
    assert found["refusal"].isna()["Xã Hoài Đức"]


def test_codes_with_their_zeros(asked):
    rows = ["place,year,value", "00097,2026,30", "00097,2027,33", "00097,2016,20"]
    found, _, _ = asked(rows, target="40@2028", rule="break")
    assert list(found.index) == ["00097"]


LINES = """
name: {vi: Tiêu chí, en: Line}
decision: Decision 1
valid_from: 2021-01-01
unit: million_vnd_per_person_year
groups:
  - {name: {vi: Núi, en: Hills}, thresholds: {2025: 48}, source: annex}
  - {name: {vi: Biển, en: Coast}, thresholds: {2025: 60}, source: annex}
"""


@pytest.fixture
def lines(tmp_path):
    path = tmp_path / "lines.yaml"
    path.write_text(LINES, encoding="utf-8")
    return str(path)


def test_lines_of_a_standard(asked, lines):
    rows = [f"{p},{g},{y},{v}" for p, g in (("A", "Núi"), ("B", "biển")) for y, v in ((2015, 30), (2020, 40))]
    found, page, _ = asked(["place,group,year,value", *rows], target=None, standard=lines)
    assert found["target"].to_dict() == {"A": 48, "B": 60}
    assert (found["target_year"] == 2025).all()
    assert "Places are held to Line (Decision 1), lines of 2025." in page


@pytest.mark.parametrize(
    ("target", "order", "code"),
    [
        ("41@2020", {"standard": "new-rural-income-2020"}, "places.two_targets"),
        (None, {"standard": "new-rural-income-2020", "by": 2021}, "places.standard_days"),
        ("41@2020", {"by": 2020}, "places.by_alone"),
        (None, {"standard": "nowhere"}, "places.no_standard"),
    ],
)
def test_an_order_that_cannot_be_followed(asked, target, order, code):
    with pytest.raises(InputError) as raised:
        asked(communes(), target=target, **order)
    assert raised.value.code == code


def test_a_standard_in_another_unit_than_the_table(asked, lines):
    rows = ["place,group,unit,year,value", *(f"A,Núi,USD,{y},{v}" for y, v in ((2015, 30), (2020, 40)))]
    with pytest.raises(InputError) as raised:
        asked(rows, target=None, standard=lines)
    assert raised.value.code == "panel.unit"


def test_the_unit_of_a_standard_is_told_beside_a_table_of_another_or_none(asked, capsys):
    rows = ["place,group,year,value", "A,Tây Nguyên,2016,30", "A,Tây Nguyên,2019,38"]
    asked(rows, None, standard=SHIPPED)
    assert "the lines of the standard are in million_vnd_per_person_year" in capsys.readouterr().err
    with pytest.raises(InputError) as raised:
        asked(
            [f"{rows[0]},unit", *(f"{row},thousand_vnd_per_person_month" for row in rows[1:])], None, standard=SHIPPED
        )
    assert (raised.value.code, raised.value.facts["scenario"]) == ("panel.unit", f"--standard {SHIPPED}")


def test_a_unit_that_is_stated_is_that_of_a_plain_table(tmp_path, capsys):
    path = tmp_path / "plain.csv"
    path.write_text("place,year,value\nA,2018,33.5\nA,2020,38.9\n", encoding="utf-8")
    with pytest.raises(InputError, match="usd_per_person_year"):
        run_panel(path, "50@2024", output=tmp_path, reading=Options(unit="usd_per_person_year"))
    unit = "million_vnd_per_person_year"
    assert run_panel(path, "50@2024", output=tmp_path, languages=["en"], reading=Options(unit=unit)) == 0
    assert "states no unit" not in capsys.readouterr().err
    assert pd.read_csv(tmp_path / "plain" / "panel.csv")["unit"].tolist() == [unit]
