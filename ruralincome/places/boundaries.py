"""Boundaries: places and links of one country, and the ways between any two days."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import TypeVar

from ruralincome.places.place import Link, Place, Share
from ruralincome.series import Faults, InputError

Key = TypeVar("Key", bound=Hashable)
Item = TypeVar("Item")
TOLERANCE = 1e-6
"""Shares of one place sum to one within this."""
SHOWN = 20
"""Faults of a table that are told at once."""


@dataclass(frozen=True, eq=False)
class Boundaries:
    """The places of a country with their days, and what became of each that ended; begins: the first day it tells of.

    Raises Faults, one for each row that cannot stand: a code valid twice on one day, a link between days on which its
    places neither end nor begin, a place that ended and of which no link tells (a chain with a gap), shares that do
    not sum to one.
    """

    name: str
    places: tuple[Place, ...]
    links: tuple[Link, ...]
    source: str = ""
    begins: str = ""
    _lain: dict[tuple[str, str, str], tuple[Place, ...]] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        faults = [fault for _, fault in zip(range(SHOWN), self._faults(), strict=False)]
        if faults:
            raise Faults(faults)

    def at(self, code: str, on: str) -> Place:
        """The place with a code on a day.

        Raises InputError where no place ever had the code, or none on that day, naming the days on which one had.
        """
        held = self.holders(code)
        if not held:
            raise InputError("places.no_such_code", code=code, table=self.name)
        if found := next((place for place in held if place.valid(on)), None):
            return found
        raise InputError("places.other_days", code=code, on=on, name=held[-1].name, days=tuple(map(told, held)))

    def holders(self, code: str) -> tuple[Place, ...]:
        """Every place that ever had the code, the first in time first."""
        return tuple(self._coded.get(code, ()))

    def on(self, day: str, level: str = "") -> tuple[Place, ...]:
        """The places of a level on a day, in the order of the table."""
        return tuple(p for p in self.places if p.valid(day) and level in ("", p.level))

    @cached_property
    def days(self) -> tuple[str, ...]:
        """The days on which places ended or began."""
        return tuple(sorted({day for place in self.places for day in (place.first, place.until) if day}))

    def above(self, place: Place) -> tuple[Place, ...]:
        """The places that it lay in, the nearest first; more than one of a level where they changed in its days."""
        key = place.parent, place.first, place.until
        if key not in self._lain:
            found: list[Place] = []
            nearest = [place]
            while nearest:
                parents = dict.fromkeys(p for below in nearest for p in self.holders(below.parent))
                nearest = [p for p in parents if _together(p, place) and p not in found]
                found += nearest
            self._lain[key] = tuple(found)
        return self._lain[key]

    def became(self, place: Place, on: str) -> tuple[Share, ...]:
        """What stands on a day in the place of one, each with the share of its people; itself where it still stands.

        Over several days shares multiply. A place whose only heir is one has all its people there; nothing stands for
        one of a level that ended. Raises InputError for a day before the place was.
        """
        if on < place.first:
            raise InputError("places.not_yet", name=place.name, code=place.code, first=place.first, on=on)
        if place.valid(on):
            return (Share(place, 1.0),)
        ends = _walk(place, lambda p: () if p.valid(on) else self.heirs(p))
        if len(ends) == 1:
            return (replace(ends[0], share=1.0),) if ends[0].place.valid(on) else ()
        return tuple(end for end in ends if end.place.valid(on))

    def stood(self, place: Place, on: str) -> tuple[Share, ...]:
        """What stood on an earlier day in the place of one, each with the share of its own people that came here.

        Raises InputError for a day after the place's last, and where the table does not go back to the day.
        """
        if place.until and on >= place.until:
            raise InputError("places.no_more", name=place.name, code=place.code, until=place.until, on=on)
        ends = _walk(place, lambda p: () if p.valid(on) else self.parts(p))
        for end in ends:
            if not end.place.valid(on):
                raise InputError("places.origin", name=end.place.name, code=end.place.code, first=end.place.first)
        # all people of a part that was divided and put together again came here, though no share is stated
        whole = [end.share is None and len(self.became(end.place, place.first)) == 1 for end in ends]
        return tuple(replace(end, share=1.0) if one else end for end, one in zip(ends, whole, strict=True))

    def home(self, place: Place, on: str) -> Place | None:
        """The one place of a day to which all its people went; None where they were divided, or nobody knows."""
        ends = self.became(place, on)
        return next((end.place for end in ends if end.share is not None and end.share > 1 - TOLERANCE), None)

    def heirs(self, place: Place) -> tuple[Share, ...]:
        """What it became on the day it ended, those first that most of its people went to; nothing if it still is."""
        links = self._out.get((place.code, place.until), ())
        return tuple(Share(self._beginning[link.new, link.day], link.share, link.basis) for link in links)

    def scattered(self, place: Place) -> tuple[tuple[int, Place], ...]:
        """Of a place that ended without an heir (a district): what its units went into, and how many of them did."""
        below = [p for p in self.places if p.parent == place.code and _together(p, place) and p.until == place.until]
        count = Counter(heir.place for p in below for heir in self.heirs(p) if heir.share != 0)
        return tuple((n, heir) for heir, n in count.most_common())

    def parts(self, place: Place) -> tuple[Share, ...]:
        """What it was made of on its first day, each with the share of its own people that came here."""
        links = self._into.get((place.code, place.first), ())
        return tuple(Share(self._ending[link.old, link.day], link.share, link.basis) for link in links)

    def redrawn(self, place: Place, first: str, last: str) -> str:
        """The day between two on which other people came into the place, or its own left; empty where none did.

        A place of which the same people make the next one, under whichever code and name, goes on in it.
        """
        while first < place.first <= last:
            parts = [part for part in self.parts(place) if part.share != 0]
            if len(parts) != 1 or not self._goes_on(parts[0].place, place):
                return place.first
            place = parts[0].place
        while first < place.until <= last:
            heir = self.home(place, place.until)
            if heir is None or not self._goes_on(place, heir):
                return place.until
            place = heir
        return ""

    @cached_property
    def _coded(self) -> dict[str, list[Place]]:
        return grouped((place.code, place) for place in sorted(self.places, key=lambda p: p.first))

    @cached_property
    def _out(self) -> dict[tuple[str, str], list[Link]]:
        links = sorted(self.links, key=lambda link: -(0.5 if link.share is None else link.share))
        return grouped(((link.old, link.day), link) for link in links)

    @cached_property
    def _into(self) -> dict[tuple[str, str], list[Link]]:
        return grouped(((link.new, link.day), link) for link in self.links)

    @cached_property
    def _ending(self) -> dict[tuple[str, str], Place]:
        return {(p.code, p.until): p for p in self.places if p.until}

    @cached_property
    def _beginning(self) -> dict[tuple[str, str], Place]:
        return {(p.code, p.first): p for p in self.places}

    def _goes_on(self, old: Place, new: Place) -> bool:
        """Whether the people of the new place are all of the old one, and no others."""
        parts = [part for part in self.parts(new) if part.share != 0]
        return [part.place for part in parts] == [old] and self.home(old, new.first) == new

    def _faults(self) -> Iterator[InputError]:
        for code, held in self._coded.items():
            for earlier, later in pairwise(held):
                if not earlier.until or later.first < earlier.until:
                    yield InputError("places.code_twice", code=code, names=(earlier.name, later.name))
        for link in self.links:
            facts = {"old": link.old, "new": link.new, "day": link.day}
            if (link.old, link.day) not in self._ending:
                yield InputError("places.link_ends", **facts, code=link.old)
            if (link.new, link.day) not in self._beginning:
                yield InputError("places.link_begins", **facts, code=link.new)
        for (code, day), links in self._out.items():
            if len({link.new for link in links}) < len(links):
                yield InputError("places.link_twice", code=code, day=day)
            elif len(links) > 1 and any(link.kind == "whole" for link in links):
                yield InputError("places.whole_twice", code=code, day=day, new=tuple(link.new for link in links))
            stated = [link.share for link in links if link.share is not None]
            total = math.fsum(stated)
            if total > 1 + TOLERANCE or (len(stated) == len(links) and total < 1 - TOLERANCE):
                yield InputError("places.shares", code=code, day=day, total=total)
        levels = {p.level for p in self.places if (p.code, p.until) in self._out}
        for place in self.places:
            if place.until and place.level in levels and (place.code, place.until) not in self._out:
                yield InputError("places.gap", name=place.name, code=place.code, until=place.until)


def grouped(pairs: Iterable[tuple[Key, Item]]) -> dict[Key, list[Item]]:
    """The second of pairs by the first."""
    found: dict[Key, list[Item]] = defaultdict(list)
    for key, item in pairs:
        found[key].append(item)
    return dict(found)


def told(place: Place) -> InputError:
    """The days of a place in words, as a fact of a fault: before a day, from a day, between two, or always."""
    kind = ("before" if place.until else "always") if not place.first else "between" if place.until else "from"
    return InputError(f"places.days_{kind}", first=place.first, until=place.until)


def _together(one: Place, other: Place) -> bool:
    """Whether there was a day on which both were valid."""
    return not (one.until and one.until <= other.first) and not (other.until and other.until <= one.first)


def _walk(place: Place, step: Callable[[Place], tuple[Share, ...]]) -> tuple[Share, ...]:
    """The ends of all ways from a place, the shares on each multiplied and those of ways to one end added."""
    ends: dict[Place, Share] = {}
    front = step(place) or (Share(place, 1.0),)
    while front:
        further: dict[Place, Share] = {}
        for here in front:
            beyond = step(here.place)
            if not beyond:
                _add(ends, here)
            for share in beyond:
                basis = "; ".join(dict.fromkeys(filter(None, (here.basis, share.basis))))
                _add(further, Share(share.place, _times(here.share, share.share), basis))
        front = tuple(further.values())
    return tuple(ends.values())


def _add(found: dict[Place, Share], more: Share) -> None:
    held = found.get(more.place)
    if held is not None:
        known = None if held.share is None or more.share is None else held.share + more.share
        more = Share(more.place, known, "; ".join(dict.fromkeys((held.basis, more.basis))))
    found[more.place] = more


def _times(one: float | None, other: float | None) -> float | None:
    if one == 0 or other == 0:
        return 0.0
    return None if one is None or other is None else one * other
