"""Standards: thresholds by group and year, with the decision that set them."""

import pytest

from ruralincome.places.standard import read_standard, standard_names
from ruralincome.series import InputError

OWN = """
name: {vi: Tiêu chí, en: Line}
decision: Decision 1
valid_from: 2021-01-01
unit: million_vnd_per_person_year
groups:
  - name: {vi: Núi, en: Hills}
    thresholds: {2021: 40, 2025: 52.5}
    source: annex, table 2
"""


def own(tmp_path, text=OWN):
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
    return read_standard(str(tmp_path / "own.yaml"))


def test_what_ships_is_as_published():
    found = read_standard("new-rural-income-2020")
    lines = {group.name.en: group.thresholds for group in found.groups}
    assert lines["South Central Coast"] == lines["Central Highlands"] == {2020: 41}
    assert lines["South East"] == {2020: 59}
    assert len(lines) == 8
    assert found.threshold("Duyên Hải Nam Trung bộ", 2020) == found.threshold("south central coast", 2020) == 41
    assert all(group.source.startswith("https://") for group in found.groups)
    assert standard_names() == ("new-rural-income-2020",)


def test_a_standard_of_one_s_own(tmp_path):
    assert own(tmp_path).threshold("Núi", 2025) == 52.5


@pytest.mark.parametrize(
    ("group", "year", "code"),
    [("Núi", 2020, "standard_days"), ("Núi", 2022, "standard_year"), ("Biển", 2021, "standard_group")],
)
def test_what_it_does_not_say(tmp_path, group, year, code):
    with pytest.raises(InputError) as raised:
        own(tmp_path).threshold(group, year)
    assert raised.value.code == f"places.{code}"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("decision: Decision 1\n", "", "own.yaml: decision: nothing is stated; add"),
        ("decision: Decision 1", "decision: ''", "decision"),
        ("2021-01-01", "1/1/2021", "valid_from"),
        ("52.5", "'52,5'", "groups.0.thresholds.2025: 52,5 is no number; write it"),
        ("52.5", "-3", "groups.0.thresholds.2025: -3 is not above 0; state"),
        ("source: annex, table 2", "sauce: annex", "groups.0"),
        ("2021-01-01", "2021-02-31", "valid_from: '2021-02-31' is not a day"),
        ("unit:", "until: 2020-12-31\nunit:", "own.yaml: the standard ends"),
        ("unit:", "\tunit:", "own.yaml row 5: this is not YAML in UTF-8; correct the row"),
        ("source:", "note: \a\nsource:", "own.yaml row 9: this is not YAML in UTF-8"),
        ("2025:", "year:", "groups.0.thresholds.year: 'year' is no year; write it in four digits"),
        (OWN, "", "own.yaml: keys with values belong here, and '' is none"),
        (OWN, "[a]", "own.yaml: keys with values belong here, and '['a']' is none"),
        ("million_vnd_per_person_year", "tien", "own.yaml: there is no unit 'tien'; write one of"),
    ],
)
def test_a_file_that_is_no_standard_is_told_by_its_key(tmp_path, old, new, told):
    with pytest.raises(InputError) as raised:
        own(tmp_path, OWN.replace(old, new))
    assert told in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("name", ["new-rural-income-2035", "nowhere.yaml"])
def test_a_standard_that_is_not_there(name):
    with pytest.raises(InputError):
        read_standard(name)


def test_its_unit_may_be_in_words(tmp_path):
    found = own(tmp_path, OWN.replace("million_vnd_per_person_year", "triệu đồng/người/năm"))
    assert found.unit == "million_vnd_per_person_year"


def test_a_group_stands_once(tmp_path):
    groups = OWN[OWN.index("  -") :]
    with pytest.raises(InputError, match="stands there twice"):
        own(tmp_path, OWN + groups)
