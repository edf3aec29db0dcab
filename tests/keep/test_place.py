"""A new place and a new observation: what is written, what is refused, and that a failure leaves nothing behind."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ruralincome.data.package import read_series
from ruralincome.keep.observe import observe
from ruralincome.keep.place import new, slug
from ruralincome.scenario.answer import answer
from ruralincome.scenario.check import check
from ruralincome.scenario.file import read_scenario
from ruralincome.series import InputError

ROOT = Path(__file__).parents[2]

VINH_LONG = """year,value,status,source
2010,1239,final,"GSO, by province"
2012,1744,final,"GSO, by province"
2014,2205,final,"GSO, by province"
2016,2378,final,"GSO, by province"
2018,3089,final,"GSO, by province"
2019,3329,final,"GSO, by province"
2020,3201,final,"GSO, by province"
"""
"""Vĩnh Long, whole province, thousand VND a head and month at current prices. Source: GSO, monthly average income
per capita at current prices by province (Thu nhập bình quân đầu người một tháng theo giá hiện hành theo địa phương)."""


@pytest.fixture
def root(tmp_path):
    for folder in ("data", "params"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


@pytest.fixture
def csv_file(tmp_path):
    path = tmp_path / "figures.csv"
    path.write_text(VINH_LONG, encoding="utf-8")
    return path


def snapshot(root):
    return {p.relative_to(root): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


def vinh_long(csv_file, root, target="4500@2025", **stated):
    stated = {"redrawn": "old", **stated}
    return new("Vĩnh Long", csv_file, target, unit="thousand_vnd_per_person_month", root=root, **stated)


def test_vinh_long_is_answered_at_once(csv_file, root):
    placed = vinh_long(csv_file, root)
    assert (placed.name, placed.reference) == ("vinh_long", "vietnam-pool")
    params = root / "params" / "vinh_long.yaml"
    assert params in placed.files
    assert check([params], root) == []
    series = read_series("vinh_long", root)
    assert (series.origin, series.last, series.unit) == (2020, 3201, "thousand_vnd_per_person_month")
    found = answer(read_scenario(params), "vinh_long", root)
    assert found.assessment.historical_growth == pytest.approx((3201 / 1239) ** (1 / 10) - 1)
    assert found.assessment.required_growth == pytest.approx((4500 / 3201) ** (1 / 5) - 1)
    assert 0 < found.assessment.probability < 1
    assert read_series("binh_thuan_rural_income", root).last == 44.9


def test_a_place_that_is_redrawn_before_its_target_wants_a_rule(csv_file, root):
    with pytest.raises(InputError) as raised:
        vinh_long(csv_file, root, redrawn="refuse")
    assert raised.value.code == "places.redrawn"
    assert not (root / "params" / "vinh_long.yaml").exists()
    vinh_long(csv_file, root)
    assert "redrawn: old\n" in (root / "params" / "vinh_long.yaml").read_text("utf-8")


def test_figures_of_a_new_province_s_earlier_years_want_the_source_s_word(csv_file, root):
    for territory, code in (
        ("2025-07-01", "territory.unsourced"), ("1/7/2025 GSO", "places.no_day"), ("GSO", "places.no_day"),
        ("2999-07-01 GSO", "territory.ahead"),
    ):  # fmt: skip
        with pytest.raises(InputError) as raised:
            vinh_long(csv_file, root, redrawn="refuse", territory=territory)
        assert raised.value.code == code
    vinh_long(csv_file, root, redrawn="refuse", territory="2025-07-01 GSO, yearbook of 2025")
    params = root / "params" / "vinh_long.yaml"
    assert "redrawn" not in params.read_text("utf-8")
    assert check([params], root) == []
    assert answer(read_scenario(params), root=root).evidence.redrawn.basis == "GSO, yearbook of 2025"


def test_the_class_is_one_that_knows_no_later_year(root, tmp_path):
    path = tmp_path / "old.csv"
    path.write_text("year,value,source\n2000,10,x\n2005,14,x\n", encoding="utf-8")
    placed = new("Nơi cũ", path, "20@2010", root=root)
    assert placed.reference == "international"
    params = root / "params" / "noi_cu.yaml"
    assert check([params], root) == []
    assert answer(read_scenario(params), root=root).evidence.reference.last_year <= 2005
    with pytest.raises(InputError, match=r"no reference class serves .* as of 2005: .*knows years up to 2014"):
        new("Nơi cũ", path, "20@2010", name="again", reference="vietnam-provinces-real", root=root)
    path.write_text("year,value,source\n1930,10,x\n", encoding="utf-8")
    with pytest.raises(InputError, match="no reference class serves a1930 as of 1930"):
        new("X", path, "20@1940", name="a1930", root=root)


def test_a_folder_that_is_not_one_yet_becomes_a_working_root(csv_file, tmp_path, monkeypatch):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    monkeypatch.chdir(folder)
    new("Vĩnh Long", csv_file, "4500@2025", unit="thousand_vnd_per_person_month", redrawn="old")
    assert sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()) == [
        ".gitattributes",
        ".gitignore",
        "Makefile",
        "data/datapackage.json",
        "data/vietnam_cpi.csv",
        "data/vietnam_gdp_growth.csv",
        "data/vietnam_rural_income.csv",
        "data/vinh_long.csv",
        "notebooks/.shipped.json",
        "notebooks/compare.ipynb",
        "notebooks/explore.ipynb",
        "notebooks/scenario.ipynb",
        "params/schema.json",
        "params/vinh_long.yaml",
    ]
    assert 0 < answer(read_scenario(folder / "params" / "vinh_long.yaml")).assessment.probability < 1
    real = folder / "params" / "real.yaml"
    real.write_text("extends: vinh_long\nterms: {prices: real}\n", encoding="utf-8")
    assert check([real], folder) == []


@pytest.mark.slow
def test_a_new_folder_runs_to_reports(csv_file, tmp_path, monkeypatch):
    folder = tmp_path / "office"
    folder.mkdir()
    monkeypatch.chdir(folder)
    new("Vĩnh Long", csv_file, "4500@2025", unit="thousand_vnd_per_person_month", redrawn="old")
    command = Path(sys.executable).with_name("ruralincome")
    subprocess.run([command, "run", "--language", "vi"], check=True, capture_output=True)
    report = (folder / "reports" / "vinh_long" / "vi" / "report.html").read_text(encoding="utf-8")
    assert "Vĩnh Long" in report
    assert (folder / "reports" / "compare" / "vi" / "report.html").is_file()


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (["2016,28.5", "2018,3089"], "value 3089 in 2018 is no income in million_vnd.*state --unit thousand_vnd"),
        (["2016,28.5", "2018,340"], "340 in 2018 cannot be in one unit with 28.5 in 2016; state every row in million"),
        (["2016,34.2", "2018,3.1"], "3.1 in 2018 cannot be in one unit with 34.2 in 2016"),
    ],
)
def test_figures_in_two_units_are_refused(root, tmp_path, rows, words):
    path = tmp_path / "mixed.csv"
    path.write_text("year,value,source\n" + "".join(f"{row},x\n" for row in rows), encoding="utf-8")
    before = snapshot(root)
    with pytest.raises(InputError, match=words):
        new("Nơi mới", path, "50@2025", root=root)
    assert snapshot(root) == before


def test_monthly_figures_are_not_taken_for_yearly_ones(csv_file, root):
    with pytest.raises(InputError, match=r"value 1239 in 2010 is no income in million_vnd_per_person_year"):
        new("Vĩnh Long", csv_file, "4500@2025", root=root)


def test_the_data_package_stays_valid(csv_file, root):
    from frictionless import validate

    vinh_long(csv_file, root)
    observe("vinh_long", 2021, 3173, "GSO, by province", root=root)
    report = validate(str(root / "data" / "datapackage.json"))
    assert report.valid, report.flatten(["type", "message"])


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        ({"target": "4500"}, "'4500' is not a value and a year; write VALUE@YEAR"),
        ({"target": "4,5@2025"}, "write 4.5@2025"),
        ({"target": "4500@2020"}, r"2020 is not a year after the last observation \(2020\)"),
        ({"target": "4500@2071"}, "2071.*50 years"),
        ({"target": "54@2025"}, r"54 is far from 3201 \(2020\); state it in thousand_vnd_per_person_month"),
        ({"name": "Vĩnh Long"}, "is not made of small letters"),
        ({"name": "binh_thuan_rural_income"}, "is there already; state another --name"),
        ({"prices": "real"}, "prices real and price_year None do not go together"),
    ],
)
def test_new_refuses_and_writes_nothing(csv_file, root, stated, words):
    before = snapshot(root)
    with pytest.raises(InputError, match=words):
        vinh_long(csv_file, root, **stated)
    assert snapshot(root) == before


def test_new_refuses_an_unknown_unit(csv_file, root):
    with pytest.raises(InputError, match="unit 'dong' is not known for incomes; choose one of million_vnd"):
        new("Vĩnh Long", csv_file, "4500@2025", unit="dong", root=root)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("when,abc\nx,3201\n", "column 'year' is missing; its columns are when, abc"),
        ("year,value,source\n", "has no row"),
        ("year,value,source\n20,3201,GSO\n", "row 2: year '20' is not a calendar year"),
        ('year,value,source\n2019,3201.5,GSO\n2020,"3,2",GSO\n', r"row 3: value '3,2' is not a number.*write 3\.2"),
        ("year,value\n2020,3201\n", "row 2: no source"),
        ("year,value\n2020,3,2\n", "row 2 has not one cell a column; is there a decimal comma"),
        ("year,value,source\n2020,0,GSO\n", "row 2: value 0 is not positive"),
        ("year,value,source\n2020,2,GSO\n2019,1,GSO\n", "year 2019 comes after 2020"),
    ],
)
def test_a_csv_that_cannot_stand_is_refused(root, tmp_path, content, words):
    path = tmp_path / "bad.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=words):
        new("Nơi mới", path, "4500@2025", unit="thousand_vnd_per_person_month", root=root)
    assert not (root / "params" / "noi_moi.yaml").exists()


def test_a_missing_csv_is_named(root, tmp_path):
    with pytest.raises(InputError, match=r"no file .*nowhere\.csv; name a table .* with year, value"):
        new("X", tmp_path / "nowhere.csv", "4500@2025", root=root)


def test_names():
    assert slug("Đắk Lắk") == "dak_lak"
    assert slug(" TP. Hồ Chí Minh ") == "tp_ho_chi_minh"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            "year,value\n2016,３２.６\n2020,44.9\n",
            "row 2: value '３２.６' is not written with the digits 0 to 9; write 32.6",
        ),
        ("year,value\n２０１６,32.6\n2020,44.9\n", "row 2: year '２０１６' is not a calendar year of four digits"),
        ("year,value\n2016,32.6\n2020,44,900\n", "row 3 has not one cell a column"),
        ('year,value\n2016,32.6\n2020,"44,900"\n', "row 3: value '44,900' may be read in two ways"),
        ("year,value,value\n2016,32.6,31\n2020,44.9,40\n", "column 'value' stands twice"),
    ],
)
def test_what_no_other_command_could_read_afterwards_is_refused(root, tmp_path, content, words):
    path = tmp_path / "in.csv"
    path.write_text(content, encoding="utf-8")
    before = snapshot(root)
    with pytest.raises(InputError, match=words):
        new("Thử", path, "55@2025", source="Yearbook", root=root)
    assert snapshot(root) == before


def test_a_target_of_any_size_is_a_number_in_the_params_file(root, tmp_path):
    path = tmp_path / "big.csv"
    path.write_text("year,value\n2016,2000000000000\n2020,3e12\n", encoding="utf-8")
    new("GDP X", path, "4000000000000@2025", source="s", kind="general", name="gdpx", root=root)
    assert "value: 4000000000000\n" in (root / "params" / "gdpx.yaml").read_text(encoding="utf-8")
    assert check([root / "params" / "gdpx.yaml"], root) == []
    assert read_series("gdpx", root).last == 3e12


@pytest.mark.parametrize("place", ["Vinh\udcff Long", "", " \u200b"])
def test_a_place_that_cannot_be_written_is_refused(csv_file, root, place):
    with pytest.raises(InputError, match="is not a name that can be written"):
        new(place, csv_file, "4500@2025", unit="thousand_vnd_per_person_month", name="vl", root=root)


def test_two_at_once_are_both_there(csv_file, root):
    """As two commands do it: each in a process of its own."""
    code = (
        "import sys; from pathlib import Path; from ruralincome.keep.place import new; "
        "new(sys.argv[1], Path(sys.argv[2]), '4500@2025', unit='thousand_vnd_per_person_month', root=Path(sys.argv[3]))"
    )
    command = [sys.executable, "-c", code]
    running = [subprocess.Popen([*command, name, str(csv_file), str(root)]) for name in ("P one", "P two", "P three")]
    assert [one.wait() for one in running] == [0, 0, 0]
    assert [read_series(name, root).last for name in ("p_one", "p_two", "p_three")] == [3201] * 3
