"""A new observation: what is written, which verdicts it touches, what is refused, and that a crash leaves no half."""

import hashlib
import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ruralincome.data.package import read_rates, read_series, resource_names
from ruralincome.keep.observe import observe
from ruralincome.series import InputError

ROOT = Path(__file__).parents[2]


@pytest.fixture
def root(tmp_path):
    for folder in ("data", "params"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def snapshot(root):
    found = (p for p in sorted(root.rglob("*")) if p.is_file() and p.name != ".ruralincome.lock")  # which a kill leaves
    return {p.relative_to(root): p.read_bytes() for p in found}


def test_observe_appends_renews_the_hash_and_names_the_verdicts(root):
    found = observe("vietnam_rural_income", 2025, "4830.5", "GSO press release", root=root)
    series = read_series("vietnam_rural_income", root)
    assert (series.origin, series.last, series.decimals) == (2025, 4830.5, 1)
    assert found.touched == ()  # every shipped scenario is asked as of an earlier year
    later = [f"national_rural_{end}" for end in ("2025", "2030_high", "2030_high_2020", "2030_low", "2030_low_2020")]
    assert found.held == ("gdp_stays_low", "national_pace", "national_rural_2020", *later)
    assert found.due == ("national_rural_2020", "national_rural_2025")
    package = json.loads((root / "data" / "datapackage.json").read_text(encoding="utf-8"))
    entry = next(r for r in package["resources"] if r["name"] == "vietnam_rural_income")
    content = (root / "data" / "vietnam_rural_income.csv").read_bytes()
    assert entry["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert entry["bytes"] == len(content)


def test_observe_touches_what_is_asked_without_as_of(root):
    (root / "params" / "now.yaml").write_text("series: vietnam_rural_income\ntarget: {value: 6000, year: 2027}\n")
    (root / "params" / "broken.yaml").write_text("seris: x\n")
    assert observe("vietnam_rural_income", 2025, 4830, "GSO", root=root).touched == ("now",)


@pytest.mark.parametrize(
    ("year", "value", "source", "words"),
    [
        (2020, 46, "x", "has 44.9 for 2020 already; published figures are not overwritten"),
        (2018, 40, "x", "2018 comes before 2020, the last of"),
        (2021, "48,9", "x", r"2021: value '48,9' is not a number with a decimal point; write 48\.9"),
        (2021, "-1", "x", "value -1 is not positive"),
        (2021, 4890, "x", r"4890 is far from 44\.9 \(2020\); state it in million_vnd_per_person_year"),
        (2021, 47, " ", "no source; say where"),
        (2201, 47, "x", "more than 50 years after 2020"),
        (2021, "47.123", "x", "'47.123' has 3 digits after the point and binh_thuan_rural_income is published with 1"),
        (2021, 4.7, "x", "4.7 is far from 44.9"),
        (2021, "４７.９", "x", "is not written with the digits 0 to 9; write 47.9"),
        (2021, "47,900", "x", "'47,900' may be read in two ways; write it with a decimal point, and without marks"),
    ],
)
def test_observe_refuses_and_writes_nothing(root, year, value, source, words):
    before = snapshot(root)
    with pytest.raises(InputError, match=words):
        observe("binh_thuan_rural_income", year, value, source, root=root)
    assert snapshot(root) == before


@pytest.mark.parametrize(
    ("year", "value", "words"),
    [
        (2024, "3.3", r"has 3\.62\d* for 2024 already"),
        (2025, "3,3", r"write 3\.3"),
        (2025, "330", "beyond 100 percent a year; state the rate in percent"),
        (2025, "３.３", "is not written with the digits 0 to 9"),
        (2025, "about 3", "is not a number with a decimal point"),
    ],
)
def test_a_rate_that_cannot_stand_is_refused(root, year, value, words):
    before = snapshot(root)
    with pytest.raises(InputError, match=words):
        observe("vietnam_cpi", year, value, "GSO", root=root)
    assert snapshot(root) == before


def test_a_rate_is_added_and_touches_what_is_asked_in_real_terms(root):
    params = root / "params"
    (params / "now.yaml").write_text(
        "series: vietnam_rural_income\nas_of: 2025\ntarget: {value: 6000, year: 2027}\nterms: {prices: real}\n"
    )
    (params / "then.yaml").write_text("extends: now\nas_of: 2024\n")
    found = observe("vietnam_cpi", 2025, "-0.3", "GSO", root=root)
    assert read_rates("vietnam_cpi", root)[2025] == pytest.approx(-0.003)
    assert found.touched == ("now",)
    assert {"then", "real_terms", "real_target", "gdp_stays_low"} <= set(found.held)
    entry = next(r for r in json.loads((root / "data/datapackage.json").read_text())["resources"] if "cpi" in r["name"])
    assert entry["decimals"] == 1  # what is shown, not how long the bank's figures are


def test_every_series_can_be_observed_again_and_again(root):
    for name in set(resource_names(root)) - {"targets", "later_targets"}:
        for _ in range(2):
            rate = name in ("vietnam_cpi", "vietnam_gdp_growth")
            last = max(read_rates(name, root)) if rate else read_series(name, root).origin
            observe(name, last + 1, "3.1" if rate else f"{read_series(name, root).last:g}", "x, 'y'", root=root)


KILLED = """
import os, signal, sys
from pathlib import Path
from ruralincome.keep.observe import observe
replace, count = Path.replace, [0]
def replaced(self, target):
    if count[0] == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
    count[0] += 1
    return replace(self, target)
Path.replace = replaced
observe("binh_thuan_rural_income", 2021, "47.1", "x", root=Path(sys.argv[1]))
"""


@pytest.mark.parametrize("after", [0, 1])
def test_what_a_kill_left_is_finished_by_who_reads_next(root, after):
    killed = subprocess.run([sys.executable, "-c", KILLED, str(root), str(after)], check=False)
    assert killed.returncode == -signal.SIGKILL
    read_series("binh_thuan_rural_income", root)  # who reads settles it
    assert not list(root.rglob(".*-part"))
    with pytest.raises(InputError, match=r"has 47\.1 for 2021 already"):
        observe("binh_thuan_rural_income", 2021, "47.1", "x", root=root)
    assert read_series("binh_thuan_rural_income", root).last == 47.1
    content = (root / "data" / "binh_thuan_rural_income.csv").read_bytes()
    assert content.count(b"2021") == 3  # two sources of 2021, one row of it
    assert hashlib.sha256(content).hexdigest() in (root / "data" / "datapackage.json").read_text()


def test_a_table_that_wants_more_of_a_row_is_left_alone(root):
    path, described = root / "data" / "binh_thuan_rural_income.csv", root / "data" / "datapackage.json"
    lines = path.read_text(encoding="utf-8").splitlines()
    content = "".join(f"{line},{'page' if i == 0 else i}\n" for i, line in enumerate(lines)).encode()
    path.write_bytes(content)
    package = json.loads(described.read_text(encoding="utf-8"))
    entry = next(r for r in package["resources"] if r["name"] == "binh_thuan_rural_income")
    entry["schema"]["fields"].append({"name": "page", "type": "string", "constraints": {"required": True}})
    entry |= {"hash": f"sha256:{hashlib.sha256(content).hexdigest()}", "bytes": len(content)}
    described.write_text(json.dumps(package), encoding="utf-8")
    before = snapshot(root)
    with pytest.raises(InputError, match="its table wants a page in every row"):
        observe("binh_thuan_rural_income", 2021, "49.5", "s", root=root)
    assert snapshot(root) == before


def test_two_at_once_are_both_kept(root):
    """As two commands do it: each in a process of its own."""
    code = (
        "import sys; from pathlib import Path; from ruralincome.keep.observe import observe; "
        "observe(sys.argv[1], int(sys.argv[2]), sys.argv[3], 's', root=Path(sys.argv[4]))"
    )
    asked = [("binh_thuan_rural_income", "2021", "49.5"), ("vietnam_cpi", "2025", "3.6")]
    running = [subprocess.Popen([sys.executable, "-c", code, *one, str(root)]) for one in asked]
    assert [one.wait() for one in running] == [0, 0]
    assert read_series("binh_thuan_rural_income", root).last == 49.5
    assert read_rates("vietnam_cpi", root)[2025] == pytest.approx(0.036)


@pytest.mark.parametrize("cut", ["data/.binh_thuan.csv.ruralincome-part", "data/.datapackage.json.ruralincome-part"])
def test_what_was_cut_off_while_it_was_written_is_undone_and_nothing_of_others(root, cut):
    before, mine = snapshot(root), root / "reports" / ".page.ruralincome-part"
    mine.parent.mkdir()
    mine.write_text("of a run that goes on")
    (root / "data" / ".binh_thuan.csv.ruralincome-part").write_text("year,val")
    (root / cut).write_text('{"name": "ruralincome-da')
    observe("vietnam_cpi", 2025, "2.9", "GSO", root=root)
    assert mine.read_text() == "of a run that goes on"
    changed = {path.as_posix() for path, content in snapshot(root).items() if before.get(path) != content}
    assert changed == {"reports/.page.ruralincome-part", "data/vietnam_cpi.csv", "data/datapackage.json"}


def test_a_new_place_of_which_some_files_had_their_names_is_finished(root, tmp_path_factory):
    """A kill after the table got its name, and before params file and package did."""
    from ruralincome.keep.place import new

    rows = tmp_path_factory.mktemp("rows") / "rows.csv"
    rows.write_text("year,value\n2017,31.4\n2020,38.2\n", encoding="utf-8")
    done = new("Tam Bình", rows, "45@2023", source="Yearbook", root=root)
    for name in ("params/tam_binh.yaml", "data/datapackage.json"):
        path = root / name
        path.rename(path.with_name(f".{path.name}.ruralincome-part"))
    shutil.copy(ROOT / "data" / "datapackage.json", root / "data" / "datapackage.json")
    assert read_series(done.name, root).last == 38.2
    assert (root / "params" / "tam_binh.yaml").is_file()
    assert not list(root.rglob("*-part"))


def test_a_package_with_a_name_twice_or_a_third_language(root):
    described = root / "data" / "datapackage.json"
    package = json.loads(described.read_text(encoding="utf-8"))
    package["resources"][0]["place"] = {"vi": "a", "en": "b", "km": "c"}
    described.write_text(json.dumps(package), encoding="utf-8")
    assert read_series(package["resources"][0]["name"], root).place.en == "b"
    package["resources"].append(package["resources"][0])
    described.write_text(json.dumps(package), encoding="utf-8")
    with pytest.raises(InputError, match="has two resources named"):
        observe("vietnam_cpi", 2025, "2.9", "GSO", root=root)


@pytest.mark.parametrize("status", ["kế hoạch", "forecast", "later"])
def test_a_plan_is_no_figure_to_observe(root, status):
    with pytest.raises(InputError, match="is no status of a figure; write final"):
        observe("binh_thuan_rural_income", 2021, 47.9, "x", status=status, root=root)
    with pytest.raises(InputError, match=r"'47\.9 \(kế hoạch\)' is no status of a figure; write final"):
        observe("binh_thuan_rural_income", 2021, "47.9 (kế hoạch)", "x", root=root)


@pytest.mark.parametrize(
    ("value", "stated", "status"),
    [
        ("47.9 (*)", "final", "preliminary"), ("47.9p", "final", "preliminary"), ("47.9 ước", "final", "estimate"),
        ("47.9 b", "preliminary", "break"), ("47.9 (sơ bộ)", "final", "preliminary"),
        ("47.9", "estimate", "estimate"), ("47.9 (*)", "estimate", "estimate"),
    ],
)  # fmt: skip
def test_a_figure_bears_the_mark_that_it_has_in_a_table(root, value, stated, status):
    assert observe("binh_thuan_rural_income", 2021, value, "x", status=stated, root=root).value == 47.9
    kept = (root / "data" / "binh_thuan_rural_income.csv").read_text(encoding="utf-8").splitlines()[-1]
    assert kept.startswith(f"2021,47.9,{status},")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("47,9 (*)", r"write 47\.9"),
        ("47.9 triệu", "is not a number"),
        ("(*)", "is not a number"),
        ("47.9 %", "is not a number"),
        ("47.9 c", "is not a number"),
        ("47.9 1)", "is not a number"),
    ],
)
def test_a_figure_with_a_comma_or_an_unknown_mark_is_refused(root, value, words):
    with pytest.raises(InputError, match=words):
        observe("binh_thuan_rural_income", 2021, value, "x", root=root)
