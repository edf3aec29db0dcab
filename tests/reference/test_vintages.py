"""The classes that ship: a question of the past gets one that knew no later year."""

import json

import pytest

from ruralincome.reference.vintages import class_names, read_class, vintages
from ruralincome.series import InputError


def test_a_class_knows_nothing_after_as_of():
    for name in class_names():
        known = vintages(name)
        last = max(known)
        assert read_class(name, last).last_year == last
        assert read_class(name, last + 30).last_year == last
        with pytest.raises(InputError, match=f"knows years up to .*, after as_of {min(known) - 1}"):
            read_class(name, min(known) - 1)
        assert read_class(name, min(known) - 1, hindsight=True).last_year == min(known)


def test_a_class_of_ones_own_is_a_file_under_the_root(tmp_path):
    name = class_names()[0]
    found = read_class(name, 2100)
    (tmp_path / "mine.json").write_text(json.dumps(found.to_json()), encoding="utf-8")
    assert read_class("mine.json", 2100, root=tmp_path) == found
    with pytest.raises(InputError, match=r"no reference class file other\.json"):
        read_class("other.json", 2100, root=tmp_path)
    with pytest.raises(InputError, match="no reference class 'nowhere'; choose one of"):
        read_class("nowhere", 2100)
