"""YAML: what is no mapping, what would be read as something else, and what is read as it stands."""

from pathlib import Path

import pytest

from ruralincome.scenario.check import check
from ruralincome.scenario.file import read_params
from ruralincome.series import InputError


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- a\n- b\n", r"params/x\.yaml: holds a list, not keys with values; write lines such as"),
        ("seed: 1\nseed: 2\n", "line 2: key 'seed' stands twice"),
        ("target: {value: 1\n", "not readable as YAML"),
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
