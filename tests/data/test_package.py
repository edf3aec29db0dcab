"""The data package: the figures as published, and every way in which a file can be wrong."""

import csv
import hashlib
import io
import json
import shutil
from pathlib import Path

import pytest

from ruralincome.data.package import find_root, read_rates, read_resource, read_series, resource_names
from ruralincome.series import InputError
from ruralincome.series.units import UNITS

ROOT = Path(__file__).parents[2]


@pytest.fixture
def root(tmp_path):
    shutil.copytree(ROOT / "data", tmp_path / "data")
    return tmp_path


def rewrite(root, name, change=lambda text: text, descriptor=None):
    """Change a table and its descriptor, with a hash that matches."""
    path, package = root / "data" / f"{name}.csv", root / "data" / "datapackage.json"
    content = change(path.read_text(encoding="utf-8")).encode()
    path.write_bytes(content)
    document = json.loads(package.read_text(encoding="utf-8"))
    entry = next(r for r in document["resources"] if r["name"] == name)
    entry |= {"hash": f"sha256:{hashlib.sha256(content).hexdigest()}", **(descriptor or {})}
    package.write_text(json.dumps(document), encoding="utf-8")


RURAL = "binh_thuan_rural_income"


def test_the_articles_figures():
    series = read_series(RURAL, ROOT)
    assert (series.years, series.values) == ((2016, 2020), (32.6, 44.9))
    assert (series.unit, series.prices, series.kind) == ("million_vnd_per_person_year", "nominal", "income")
    assert series.title.vi.startswith("Thu nhập")
    assert "Nhân Dân" in series.sources[0].title


def test_every_row_has_a_source_and_every_resource_says_where_it_is_from():
    for name in resource_names(ROOT):
        resource = read_resource(name, ROOT)
        assert resource.table.rows
        assert all(row.text("source") for row in resource.table.records()), name
        assert all(s.title and s.path and s.accessed for s in resource.sources), name
        assert resource.descriptor.titles is not None


def test_the_package_is_valid_for_other_tools():
    from frictionless import validate

    report = validate(str(ROOT / "data" / "datapackage.json"))
    assert report.valid, report.flatten(["type", "message"])


def test_hashes_and_sizes_are_those_of_the_files():
    package = json.loads((ROOT / "data" / "datapackage.json").read_text(encoding="utf-8"))
    for entry in package["resources"]:
        content = (ROOT / "data" / entry["path"]).read_bytes()
        assert entry["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert entry["bytes"] == len(content)
        assert b"\r" not in content


def test_the_first_observation_is_the_whole_provinces_and_the_latest_is_not():
    rural, whole = read_series(RURAL, ROOT), read_series("binh_thuan_whole_province", ROOT)
    assert round(whole.value(2016) * 12 / 1000, 1) == rural.value(2016)
    assert round(whole.value(2020) * 12 / 1000, 1) != rural.value(2020)
    assert read_resource(RURAL, ROOT).descriptor.model_extra["compare_with"] == whole.name


def test_every_target_of_the_article_quotes_its_number():
    rows = [row.cells for row in read_resource("targets", ROOT).table.records()]
    computed = {"binh_thuan_new_rural_communes": 65 + 2, "binh_thuan_new_rural_communes_2020": 65 - 15}
    words = {"binh_thuan_advanced_communes": "hai xã", "binh_thuan_ocop_five_star": "từ ba đến năm"}
    for row in rows:
        assert row["unit"] in UNITS
        assert int(row["deadline"]) >= 2020
        if row["id"] in computed:
            assert float(row["value"]) == computed[row["id"]]
        elif row["id"] in words:
            assert words[row["id"]] in row["quote"]
        else:
            assert row["value"].replace(".", ",") in row["quote"], row["id"]
    assert len({row["id"] for row in rows}) == len(rows) == 14


def test_gdp_and_prices_cover_what_the_elasticities_need():
    gdp, cpi = read_rates("vietnam_gdp_growth", ROOT), read_rates("vietnam_cpi", ROOT)
    assert set(range(2000, 2021)) <= set(gdp) & set(cpi)
    assert gdp[2020] == pytest.approx(0.0287, abs=5e-5)
    assert cpi[2020] == pytest.approx(0.0322, abs=5e-5)


def test_the_root_is_found_from_below(monkeypatch):
    monkeypatch.chdir(ROOT / "tests" / "vectors")
    assert find_root() == ROOT
    assert read_series(RURAL).origin == 2020


def test_without_a_data_package_there_is_no_root(tmp_path):
    with pytest.raises(InputError, match=r"no data/datapackage\.json at or above .* ruralincome init$"):
        find_root(tmp_path)


def test_a_table_changed_by_hand_is_refused(root):
    path = root / "data" / f"{RURAL}.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("44.9", "48.9"), encoding="utf-8")
    with pytest.raises(InputError, match=r"data/binh_thuan_rural_income\.csv was changed: its sha256 is .*observe"):
        read_series(RURAL, root)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("2020,44.9", "2016,44.9", "row 3: year 2016 stands twice"),
        ("2020,44.9", "2012,44.9", "row 3: year 2012 comes after 2016"),
        ("2020,44.9", "2020,-44.9", "row 3: value -44.9 is not positive"),
        ("2020,44.9", "2020,0", "row 3: value 0 is not positive"),
        ("2020,44.9", '2020,"44,9"', r"row 3: value '44,9' is not a number with a decimal point; write 44\.9"),
        ("2020,44.9", "2020,44,9", "row 3 has not one cell a column; is there a decimal comma"),
        ("2020,44.9", "20,44.9", "row 3: year '20' is not a calendar year"),
        ("2020,44.9", "2020,nan", "row 3: value 'nan' is not a number"),
        ("year,value", "year,income", "has the columns .*; the schema wants"),
    ],
)
def test_a_row_that_cannot_stand_is_named(root, old, new, words):
    rewrite(root, RURAL, lambda text: text.replace(old, new))
    with pytest.raises(InputError, match=words):
        read_series(RURAL, root)


def test_a_table_without_rows_is_refused(root):
    rewrite(root, RURAL, lambda text: text.splitlines()[0] + "\n")
    with pytest.raises(InputError, match="has no rows below its heads; state at least one"):
        read_series(RURAL, root)


def test_an_unknown_unit_or_name_is_refused(root):
    with pytest.raises(InputError, match=r"no series 'nowhere' in data/datapackage\.json; choose one of binh_thuan"):
        read_series("nowhere", root)
    rewrite(root, RURAL, descriptor={"unit": "dong"})
    with pytest.raises(InputError, match="has the unknown unit 'dong'; choose one of"):
        read_series(RURAL, root)


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        ("x", r"constraints: input should be"),
        (None, r"constraints: input should be"),
        ({"required": "yes"}, "required"),
    ],
)
def test_constraints_that_are_none_are_refused(root, stated, words):
    package = root / "data" / "datapackage.json"
    document = json.loads(package.read_text(encoding="utf-8"))
    document["resources"][0]["schema"]["fields"][0]["constraints"] = stated
    package.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(InputError, match=words):
        read_series(RURAL, root)


def test_rates_are_no_levels_and_levels_no_rates():
    with pytest.raises(InputError, match="'vietnam_cpi' is not a series of levels"):
        read_series("vietnam_cpi", ROOT)
    with pytest.raises(InputError, match="is not a series of rates"):
        read_rates(RURAL, ROOT)


def test_a_missing_table_and_a_broken_package_are_named(root):
    (root / "data" / f"{RURAL}.csv").unlink()
    with pytest.raises(InputError, match="is missing; restore it from its source"):
        read_series(RURAL, root)
    (root / "data" / "datapackage.json").write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match=r"data/datapackage\.json cannot be read"):
        read_series(RURAL, root)


def test_the_year_of_constant_prices_is_read(root):
    rewrite(root, RURAL, descriptor={"prices": "real", "price_year": 2010})
    series = read_series(RURAL, root)
    assert (series.prices, series.price_year) == ("real", 2010)


def test_tables_are_plain_csv_that_a_spreadsheet_reads():
    for name in resource_names(ROOT):
        text = (ROOT / "data" / f"{name}.csv").read_text(encoding="utf-8")
        rows = list(csv.reader(io.StringIO(text)))
        assert len({len(row) for row in rows}) == 1
