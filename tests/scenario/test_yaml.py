"""YAML: what is no mapping, what would be read as something else, and what is read as it stands."""

from pathlib import Path

import pytest

from ruralincome.scenario.check import check
from ruralincome.scenario.file import loaded, read_params
from ruralincome.series import InputError


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- a\n- b\n", r"params/x\.yaml: holds a list, not keys with values; write lines such as"),
        ("seed: 1\nseed: 2\n", "line 2: key 'seed' stands twice"),
        ("target: {value: 1\n", r"line 2: not readable as YAML \(did not find expected ',' or '}'\); mend that line"),
        ("hello\n", "holds a str, not keys"),
        ("a: !!python/object:os.system x\n", "not readable as YAML .*could not determine a constructor"),
    ],
)
def test_what_is_no_mapping_is_refused(params, text, words):
    with pytest.raises(InputError, match=words):
        read_params(params("x", text))


@pytest.mark.parametrize(
    "text", ["target: {value: 48.90}", "target: {value: 5.0e+1}", "seed: 0", "target: {year: 2021}"]
)
def test_plain_numbers_are_read(params, text):
    assert check([params("mine", text)], Path(__file__).parents[2]) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("as_of: 2019-02-30\n", "line 1: 2019-02-30 cannot be read as what it seems to be"),
        ("seed: 3\nhindsight: !!bool maybe\n", "line 2: maybe cannot be read"),
        ("title: !!timestamp soon\n", "line 1: soon cannot be read"),
        ("title: !!int many\n", "line 1: many is not a plain number"),
        (f"seed: {'7' * 4400}\n", "line 1: 7{40} cannot be read"),
        ("title: &t [*t]\n", "line 1: nested too deep, or a value that stands for itself"),
        ("title: " + "[" * 300_000, "line 1: nested too deep"),
        ("".join(f"x{i}: &x{i} [{f'*x{i - 1}, ' * 9 if i else ''}0]\n" for i in range(9)), "line 3: nested too deep"),
    ],
)
def test_what_would_end_the_reader_is_a_fault_of_its_line(params, text, words):
    with pytest.raises(InputError, match=words):
        read_params(params("odd", text))


def test_the_other_files_are_checked_all_the_same(params):
    paths = [params("one", "as_of: 2018-13-01\n"), params("two", "seeed: 1\n")]
    assert [str(fault).split(":")[0] for fault in check(paths, Path(__file__).parents[2])] == [
        "params/one.yaml",
        "params/two.yaml",
    ]


def test_yes_is_no_direction_as_the_schema_says(params):
    (fault,) = check([params("side", "target: {direction: yes}\n")], Path(__file__).parents[2])
    assert 'target.direction: "true"' in str(fault)


def test_a_day_is_its_text_as_notebooks_take_it():
    assert loaded("as_of: 2022-12-31") == {"as_of": "2022-12-31"}


def test_a_key_without_a_value_is_no_comma():
    assert loaded("seed: 1\nreference:\n9:\n") == {"seed": 1, "reference": None, 9: None}
    for text in ("{value: 48,9}", "{value: -48,9}"):
        with pytest.raises(InputError) as found:
            loaded(text)
        assert found.value.facts["fault"].code == "yaml.decimal_comma"
