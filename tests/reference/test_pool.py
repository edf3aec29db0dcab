"""Pools of classes: what a file states, and what cannot be pooled."""

import json
from dataclasses import replace

import pytest

from ruralincome.reference.reference import Component, ReferenceClass, merged
from ruralincome.reference.vintages import class_names, pool, pool_names, read_class, vintages
from ruralincome.series import InputError, Text

TITLE = {"vi": "gộp", "en": "pool"}


def a_class(name, m0=0.05, prices="nominal", **more):
    part = Component(1.0, m0=m0, k0=4.0, a0=3.0, b0=0.002)
    found = ReferenceClass(name, Text(name, name), "income", prices, 2000, 2010, 5, 50, (part,), **more)
    return replace(found, growth={1: (0.0, 0.1)})


OWN, WORLD = a_class("own", 0.05, "real", inflation=(0.03, 0.01), rho=0.3), a_class("world", 0.02)


def pool_of(*members):
    known = {member.name: member for member in members}
    return pool("pool", {"title": TITLE, "members": [*known]}, known.get)


def test_the_pool_that_ships_is_the_default_of_the_article():
    assert pool_names() == ("vietnam-pool",)
    assert "vietnam-pool" not in class_names()
    found = read_class("vietnam-pool", 2020)
    assert [member.name for member in found.members] == ["vietnam-provinces-real", "international"]
    assert vintages("vietnam-pool") == vintages("vietnam-provinces-real")
    assert all(member.last_year <= 2020 for member in found.members)
    with pytest.raises(InputError, match="vietnam-provinces-real"):
        read_class("vietnam-pool", 2000)


def test_each_member_is_brought_to_the_prices_asked_for():
    nominal, real = pool_of(OWN, WORLD).into("nominal"), pool_of(OWN, WORLD).into("real")
    assert [m.components[0].m0 for m in nominal.members] == pytest.approx([0.08, 0.02])
    assert [m.components[0].m0 for m in real.members] == pytest.approx([0.05, -0.01])
    assert nominal.prices == nominal.members[1].prices == "nominal"
    assert real.prices == real.members[1].prices == "real"
    assert nominal.growth == nominal.members[0].growth
    assert sum(c.weight for c in nominal.components) == pytest.approx(1)
    assert pool_of(WORLD, OWN).into("nominal").components[0].m0 == pytest.approx(0.02)


def test_parts_that_were_put_together_are_put_together_in_each_family():
    found = merged(pool_of(OWN, WORLD), (1.0, 1.0))
    assert found.members == (merged(OWN, (1.0, 1.0)), merged(WORLD, (1.0, 1.0)))


def test_a_file_under_the_root_may_pool_classes_of_ones_own(tmp_path):
    (tmp_path / "own.json").write_text(json.dumps(OWN.to_json()), encoding="utf-8")
    stated = {"title": TITLE, "members": ["own.json", "international"]}
    (tmp_path / "mine.json").write_text(json.dumps(stated), encoding="utf-8")
    found = read_class("mine.json", 2020, root=tmp_path)
    assert [member.name for member in found.members] == ["own", "international"]


TRIAL = {"origin": 2014, "year": 2016, "places": 63, "inside50": 0.5, "inside80": 0.8, "inside95": 0.9, "error": 0.1}


@pytest.mark.parametrize(("changed", "said"), [
    ({"members": ["mine.json", "own.json", "international"]}, r"^mine\.json names itself among its members; take"),
    ({"members": ["./mine.json", "own.json"]}, r"^mine\.json names itself among its members"),
    ({"members": "international"}, r"^mine\.json: members is 'international'; list two classes or more"),
    ({"members": []}, r"^mine\.json: members is \[\]; list two classes or more"),
    ({"members": ["own.json"]}, r"^mine\.json: a pool needs two different classes or more, not own\.json"),
    ({"record": [{**TRIAL, "error": "x"}]}, r"^mine\.json: record\[0\]\.error is x, not a number at least -4"),
    ({"record": [{**TRIAL, "inside80": 9.68}]}, r"^mine\.json: record\[0\]\.inside80 is 9\.68, not a number"),
])  # fmt: skip
def test_a_pool_file_that_cannot_stand_is_refused_by_file_and_field(tmp_path, changed, said):
    (tmp_path / "own.json").write_text(json.dumps(OWN.to_json()), encoding="utf-8")
    stated = {"title": TITLE, "members": ["own.json", "international"]}
    (tmp_path / "mine.json").write_text(json.dumps(stated | changed), encoding="utf-8")
    with pytest.raises(InputError, match=said):
        read_class("mine.json", 2020, root=tmp_path)


def test_what_is_no_pool_is_refused_by_name():
    with pytest.raises(InputError, match=r"pool: a pool needs two different classes or more, not own"):
        pool_of(OWN)
    with pytest.raises(InputError, match="needs two different classes"):
        pool("twice", {"title": TITLE, "members": ["own", "own"]}, lambda _: OWN)
    with pytest.raises(InputError, match="deep is a pool itself"):
        pool_of(OWN, replace(pool_of(OWN, WORLD), name="deep"))
    with pytest.raises(InputError, match=r"different kinds \(income, general\)"):
        pool_of(OWN, replace(WORLD, kind="general"))


def test_what_is_of_one_member_is_not_of_the_pool():
    one = replace(OWN, error=0.02, centre=0.1, widths=((1, 1.2),), country="VN")
    found = pool_of(one, WORLD)
    assert (found.error, found.centre, found.widths, found.country, found.record) == (0, 0, (), "", ())
    assert (found.members[0].error, found.members[0].centre) == (0.02, 0.1)


def test_how_places_move_together_is_that_of_the_first_member():
    found = pool_of(replace(OWN, rhos=(0.2, 0.4)), replace(WORLD, rho=0.6, rhos=(0.5, 0.7)))
    assert (found.rho, found.rhos) == (0.3, (0.2, 0.4))


def test_what_an_older_file_does_not_state_is_none():
    stated = {key: value for key, value in OWN.to_json().items() if key not in ("rho", "error", "centre", "measure")}
    found = ReferenceClass.from_json(stated)
    assert (found.rho, found.error, found.centre, found.rhos, found.fading) == (0, 0, 0, (), None)
    assert found.prior() == found.components
