"""A country of our own: one splits, two merge, one is renamed, and what they became is merged again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redrawing import at

from ruralincome.places import Boundaries, Link, Place
from ruralincome.series import Faults, InputError

SPLIT, MERGE = "2010-01-01", "2020-07-01"


def country(**changes):
    """West is divided in 2010 into hill and dale (no shares); in 2020 these join, and east lends its code to both."""
    places = {
        "west": Place("1", "West", until=SPLIT),
        "hill": Place("2", "Hill", first=SPLIT, until=MERGE),
        "dale": Place("3", "Dale", first=SPLIT, until=MERGE),
        "east": Place("4", "East", until=MERGE),
        "land": Place("4", "Eastland", first=MERGE),
        "isle": Place("5", "Isle"),
    }
    links = {
        "west-hill": Link("1", "2", SPLIT, "divided", None),
        "west-dale": Link("1", "3", SPLIT, "divided", None),
        "hill-land": Link("2", "4", MERGE),
        "dale-land": Link("3", "4", MERGE),
        "east-land": Link("4", "4", MERGE),
    }
    for name, value in changes.items():
        table = places if isinstance(value, Place) else links
        table[name] = value
    return Boundaries("ours", tuple(places.values()), tuple(link for link in links.values() if link))


def test_a_code_is_another_place_on_another_day():
    ours = country()
    assert at(ours, "4", "2020-06-30").name == "East"
    assert at(ours, "4", "2020-07-01").name == "Eastland"
    assert [p.name for p in ours.holders("4")] == ["East", "Eastland"]
    assert [p.name for p in ours.on("2015-01-01")] == ["Hill", "Dale", "East", "Isle"]


def test_shares_are_not_known_where_nobody_states_them():
    ours = country()
    west = at(ours, "1", "2000-01-01")
    assert {(end.place.name, end.share) for end in ours.became(west, "2015-01-01")} == {("Hill", None), ("Dale", None)}
    assert ours.home(west, "2015-01-01") is None


def test_what_was_divided_and_joined_again_is_whole():
    ours = country()
    west, land = at(ours, "1", "2000-01-01"), at(ours, "4", "2025-01-01")
    assert ours.home(west, "2025-01-01") == land
    assert {(part.place.name, part.share) for part in ours.stood(land, "2005-01-01")} == {("West", 1.0), ("East", 1.0)}
    assert {part.place.name for part in ours.stood(land, "2015-01-01")} == {"Hill", "Dale", "East"}


def test_shares_multiply_along_a_chain():
    ours = country(
        **{"west-hill": Link("1", "2", SPLIT, "divided", 0.25), "west-dale": Link("1", "3", SPLIT, "divided", 0.75)}
    )
    assert [end.share for end in ours.became(at(ours, "1", ""), "2015-01-01")] == [0.75, 0.25]  # most people first


def test_a_place_that_still_stands_is_itself():
    ours = country()
    isle = at(ours, "5", "2015-01-01")
    assert [end.place for end in ours.became(isle, "2025-01-01")] == [isle]
    assert ours.redrawn(isle, "1990-12-31", "2030-12-31") == ""


def test_the_day_on_which_a_place_was_redrawn():
    ours = country()
    hill = at(ours, "2", "2015-01-01")
    assert ours.redrawn(hill, "2012-12-31", "2019-12-31") == ""
    assert ours.redrawn(hill, "2012-12-31", "2021-12-31") == MERGE
    assert ours.redrawn(hill, "2008-12-31", "2015-12-31") == SPLIT


def test_the_same_people_under_another_name_are_not_redrawn():
    old, new = Place("1", "Old", until=MERGE), Place("9", "New", first=MERGE)
    ours = Boundaries("ours", (old, new), (Link("1", "9", MERGE),))
    assert ours.redrawn(old, "2010-12-31", "2022-12-31") == ""
    assert ours.redrawn(new, "2010-12-31", "2022-12-31") == ""


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("places.code_twice", {"more": Place("5", "Second isle", first="2000-01-01")}),
        ("places.link_ends", {"more": Link("5", "4", MERGE)}),
        ("places.link_begins", {"more": Link("2", "5", MERGE, "divided", None)}),
        ("places.gap", {"east-land": None}),
        ("places.gap", dict.fromkeys(("west-hill", "west-dale", "hill-land", "dale-land", "east-land"))),
        ("places.no_parent", {"more": Place("8", "Reef", parent="99")}),
        ("places.in_itself", {"more": Place("8", "Reef", parent="8")}),
        ("places.link_twice", {"more": Link("2", "4", MERGE)}),
        ("places.whole_twice", {"more": Place("7", "Up", first=MERGE), "less": Link("2", "7", MERGE)}),
        ("places.shares", {"west-hill": Link("1", "2", SPLIT, "divided", 0.6), "west-dale": None}),
        ("places.share_left", {"west-hill": Link("1", "2", SPLIT, "divided", 1.0)}),
        (
            "places.shares",
            {f"west-{n}": Link("1", c, SPLIT, "divided", 0.6) for n, c in (("hill", "2"), ("dale", "3"))},
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_table_that_cannot_stand(code, changes):
    with pytest.raises(Faults) as raised:
        country(**changes)
    assert code in {fault.code for fault in raised.value.faults}
    assert all(len(line) < 300 for line in str(raised.value).splitlines())


@pytest.mark.parametrize(
    ("code", "make"),
    [
        ("places.no_day", lambda: Place("1", "West", until="2020-13-01")),
        ("places.no_day", lambda: Place("1", "West", until="1/7/2025")),
        ("places.no_code", lambda: Place("", "West")),
        ("places.ends_first", lambda: Place("1", "West", first="2020-01-01", until="2019-01-01")),
        ("places.kind", lambda: Link("1", "2", MERGE, "half")),
        ("places.share", lambda: Link("1", "2", MERGE, "divided", 1.5)),
        ("places.whole_share", lambda: Link("1", "2", MERGE, "whole", 0.5)),
        ("places.not_yet", lambda: country().became(at(country(), "2", "2015-01-01"), "2005-01-01")),
        ("places.no_more", lambda: country().stood(at(country(), "2", "2015-01-01"), "2025-01-01")),
        (
            "places.origin",
            lambda: country(isle=Place("5", "Isle", first=SPLIT)).stood(Place("5", "Isle", first=SPLIT), ""),
        ),
    ],
)
def test_what_is_asked_wrongly_is_one_line(code, make):
    with pytest.raises(InputError) as raised:
        make()
    assert raised.value.code == code
    assert "\n" not in str(raised.value)
    assert "places." not in str(raised.value)


@st.composite
def countries(draw):
    """Communes that are merged, divided with shares, and merged again, on two days."""
    count = draw(st.integers(1, 8))
    rows = [[Place(f"{i}", f"A{i}", until=SPLIT) for i in range(count)]]
    links = []
    for first, until, letter in ((SPLIT, MERGE, "B"), (MERGE, "", "C")):
        number = draw(st.integers(1, 6))
        into: dict[int, None] = {}
        for old in rows[-1]:
            chosen = draw(st.lists(st.integers(0, number - 1), min_size=1, max_size=3, unique=True))
            cuts = sorted(draw(st.lists(st.floats(0, 1), min_size=len(chosen) - 1, max_size=len(chosen) - 1)))
            shares = [b - a for a, b in zip([0.0, *cuts], [*cuts, 1.0], strict=True)]
            for new, share in zip(chosen, shares, strict=True):
                kind = "whole" if len(chosen) == 1 else "divided"
                links.append(Link(old.code, f"{new}", first, kind, share))
                into[new] = None
        rows.append([Place(f"{i}", f"{letter}{i}", first=first, until=until) for i in into])
    return Boundaries("drawn", tuple(p for row in rows for p in row), tuple(links))


@given(countries(), st.data())
def test_no_person_is_lost(ours, data):
    old = ours.on("2000-01-01")
    people = data.draw(st.lists(st.integers(0, 10**6), min_size=len(old), max_size=len(old)))
    for day in ("2005-01-01", "2015-01-01", "2025-01-01"):
        there: dict[Place, float] = {}
        for place, count in zip(old, people, strict=True):
            for end in ours.became(place, day):
                there[end.place] = there.get(end.place, 0) + count * end.share
        assert set(there) == set(ours.on(day))
        assert sum(there.values()) == pytest.approx(sum(people), abs=1e-6)


@given(countries())
def test_one_way_is_two_ways_in_turn(ours):
    for place in ours.on("2000-01-01"):
        direct = {end.place: end.share for end in ours.became(place, "2025-01-01")}
        steps: dict[Place, float] = {}
        for middle in ours.became(place, "2015-01-01"):
            for end in ours.became(middle.place, "2025-01-01"):
                steps[end.place] = steps.get(end.place, 0) + middle.share * end.share
        assert steps == pytest.approx(direct)


@given(countries())
def test_back_is_the_way_there(ours):
    there = {(a, end.place): end.share for a in ours.on("2000-01-01") for end in ours.became(a, "2025-01-01")}
    back = {(part.place, b): part.share for b in ours.on("2025-01-01") for part in ours.stood(b, "2000-01-01")}
    assert back == pytest.approx(there)
