"""Boundaries: places with the days they were valid, links between them, and the ways between any two days."""

import math
import re
from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import islice, pairwise
from typing import Literal, TypeVar

from ruralincome.series import Faults, InputError

_Key = TypeVar("_Key", bound=Hashable)
_Item = TypeVar("_Item")
TOLERANCE = 1e-6  # shares of one place sum to one within this
LinkKind = Literal["whole", "divided"]

DAY = re.compile(r"[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
"""A day as text, 2025-07-01: days so written are in order as text is."""
SHOWN = 20  # faults of a table that are told at once


@lru_cache(1 << 10)
def sound_day(words: str) -> str:
    """The day that `words` state. Raises InputError for what is no day of the calendar."""
    if not DAY.fullmatch(words) or int(words[8:]) > monthrange(int(words[:4]), int(words[5:7]))[1]:
        raise InputError("places.no_day", words=words)
    return words


@dataclass(frozen=True, slots=True)
class Place:
    """A place: a code, and the days it was valid. The same code on other days is another place.
    parent: code of the place it lies in; level: its kind (province, district, commune); first: its first day, empty
    where nobody knows; until: the first on which it was no more, empty where it still is; also: other names."""

    code: str
    name: str
    parent: str = ""
    level: str = ""
    first: str = ""
    until: str = ""
    also: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.code or not self.name:
            raise InputError("places.no_code", code=self.code, name=self.name)
        for stated in filter(None, (self.first, self.until)):
            sound_day(stated)
        if self.until and self.until <= self.first:
            raise InputError("places.ends_first", code=self.code, first=self.first, until=self.until)

    @property
    def days(self) -> InputError:
        """Its days in words, as a fact of a fault."""
        kind = ("before" if self.until else "always") if not self.first else "between" if self.until else "from"
        return InputError(f"places.days_{kind}", first=self.first, until=self.until)

    def valid(self, on: str) -> bool:
        """Whether it was there on a day; the empty day is before all others."""
        return self.first <= on and (not self.until or on < self.until)


@dataclass(frozen=True, slots=True)
class Link:
    """The place with the code `old` went into the one with the code `new` on a day.
    kind: whole, or one of several that it was divided into. share: of its people, those who went along (0..1), None if
    not known: one that lost only land has a link with all and others with none. basis: who says so."""

    old: str
    new: str
    day: str
    kind: LinkKind = "whole"
    share: float | None = 1.0
    basis: str = ""

    def __post_init__(self) -> None:
        sound_day(self.day)
        if self.kind not in ("whole", "divided"):
            raise InputError("places.kind", old=self.old, new=self.new, kind=self.kind)
        if self.share is not None and not 0 <= self.share <= 1:
            raise InputError("places.share", old=self.old, new=self.new, share=self.share)
        if self.kind == "whole" and self.share != 1:
            raise InputError("places.whole_share", old=self.old, new=self.new, share=self.share)


@dataclass(frozen=True, slots=True)
class Share:
    """A place at the other end of links: the share of people that went between (None: not known), who says so."""

    place: Place
    share: float | None
    basis: str = ""


Dated = dict[tuple[str, str], Place]
"""{(code, day): the place}."""


@dataclass(frozen=True, eq=False)
class Boundaries:
    """The places of a country with their days, and what became of each that ended; begins: the first day it tells of.
    Raises Faults for rows that cannot stand: a code valid twice on one day, a chain with a gap, shares beside one."""

    name: str
    places: tuple[Place, ...]
    links: tuple[Link, ...]
    source: str = ""
    begins: str = ""
    _lain: dict[tuple[str, str, str], tuple[Place, ...]] = field(default_factory=dict, init=False, repr=False)
    _coded = cached_property[dict[str, list[Place]]](
        lambda self: grouped((p.code, p) for p in sorted(self.places, key=lambda p: p.first))
    )
    _into = cached_property[dict[tuple[str, str], list[Link]]](
        lambda self: grouped(((link.new, link.day), link) for link in self.links)
    )
    _ending = cached_property[Dated](lambda self: {(p.code, p.until): p for p in self.places if p.until})
    _beginning = cached_property[Dated](lambda self: {(p.code, p.first): p for p in self.places})

    def __post_init__(self) -> None:
        if faults := list(islice(self._faults(), SHOWN)):
            raise Faults(faults)

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
            found, nearest = dict[Place, None](), [place]
            while nearest:
                parents = dict.fromkeys(p for below in nearest for p in self.holders(below.parent))
                nearest = [p for p in parents if _together(p, place) and p not in found]
                found |= dict.fromkeys(nearest)
            self._lain[key] = tuple(found)
        return self._lain[key]

    def became(self, place: Place, on: str) -> tuple[Share, ...]:
        """What stands on a day in the place of one, each with the share of its people; itself where it still stands.
        Shares multiply over several days; all people are in an only heir; nothing stands for one of a level that ended.
        Raises InputError for a day before the place was."""
        if on < place.first:
            raise InputError("places.not_yet", name=place.name, code=place.code, first=place.first, on=on)
        if place.valid(on):
            return (Share(place, 1.0),)
        ends = _walk(place, lambda p: () if p.valid(on) else self.heirs(p))
        there = tuple(end for end in ends if end.place.valid(on))
        return (replace(there[0], share=1.0),) if len(there) == len(ends) == 1 else there

    def stood(self, place: Place, on: str) -> tuple[Share, ...]:
        """What stood on an earlier day in the place of one, each with the share of its own people that came here.
        Raises InputError for a day after the place's last, and where the table does not go back to the day."""
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
        return next((end.place for end in self.became(place, on) if (end.share or 0) > 1 - TOLERANCE), None)

    def went(self, old: Place, new: Place) -> bool:
        """Whether people of one place are in another, of the same day or a later one."""
        later = self.became(old, new.first) if new.first > old.first else ()
        return old == new or any(end.place == new and end.share != 0 for end in later)

    def heirs(self, place: Place) -> tuple[Share, ...]:
        """What it became on the day it ended, those first that most of its people went to; nothing if it still is."""
        out = self._out.get((place.code, place.until), ())
        return tuple(Share(self._beginning[link.new, link.day], link.share, link.basis) for link in out)

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
        """The day between two on which other people came into the place, or its own left; empty where none did: one of
        which the same people make the next, under whichever code and name, goes on in it."""
        while first < place.first <= last:
            if (before := self._before(place)) is None:
                return place.first
            place = before
        while first < place.until <= last:
            heir = self.home(place, place.until)
            if heir is None or self._before(heir) != place:
                return place.until
            place = heir
        return ""

    @cached_property
    def _out(self) -> dict[tuple[str, str], list[Link]]:
        most = sorted(self.links, key=lambda link: -(0.5 if link.share is None else link.share))
        return grouped(((link.old, link.day), link) for link in most)

    def _before(self, place: Place) -> Place | None:
        """The place all of whose people, and no others, make another one."""
        parts = [part.place for part in self.parts(place) if part.share != 0]
        return parts[0] if len(parts) == 1 and self.home(parts[0], place.first) == place else None

    def _faults(self) -> Iterator[InputError]:
        for code, held in self._coded.items():
            for earlier, later in pairwise(held):
                if not earlier.until or later.first < earlier.until:
                    yield InputError("places.code_twice", code=code, names=(earlier.name, later.name))
        for link in self.links:
            for way, code, known in (("ends", link.old, self._ending), ("begins", link.new, self._beginning)):
                if (code, link.day) not in known:
                    yield InputError(f"places.link_{way}", old=link.old, new=link.new, day=link.day, code=code)
        for (code, day), links in self._out.items():
            if len({link.new for link in links}) < len(links):
                yield InputError("places.link_twice", code=code, day=day)
            elif len(links) > 1 and any(link.kind == "whole" for link in links):
                yield InputError("places.whole_twice", code=code, day=day, new=tuple(link.new for link in links))
            total, sure = math.fsum(link.share or 0 for link in links), all(link.share is not None for link in links)
            if total > 1 + TOLERANCE or (sure and total < 1 - TOLERANCE):
                yield InputError("places.shares", code=code, day=day, total=total)
            elif not sure and total > 1 - TOLERANCE:  # all its people went somewhere, and some of them elsewhere
                yield InputError("places.share_left", code=code, day=day)
        levels = {p.level for p in self.places if (p.code, p.until) in self._out}
        begun, above = {(p.level, p.first) for p in self.places}, {p.parent for p in self.places}
        for p in self.places:
            goes_on = p.level in levels or not self.links or (p.level, p.until) in begun
            if p.until and goes_on and (p.code, p.until) not in self._out:
                yield InputError("places.gap", name=p.name, code=p.code, until=p.until)
            if p.parent and p.parent not in self._coded:
                yield InputError("places.no_parent", name=p.name, code=p.code, parent=p.parent)
            if p.code in above and p in self.above(p):
                yield InputError("places.in_itself", name=p.name, code=p.code, parent=p.parent)


def grouped(pairs: Iterable[tuple[_Key, _Item]]) -> dict[_Key, list[_Item]]:
    """The second of pairs by the first."""
    found: dict[_Key, list[_Item]] = {}
    for key, item in pairs:
        found.setdefault(key, []).append(item)
    return found


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
            for way in [_joined(here, share) for share in beyond] or [here]:
                into = further if beyond else ends
                if (held := into.get(way.place)) is not None:
                    known = None if held.share is None or way.share is None else held.share + way.share
                    way = Share(way.place, known, "; ".join(dict.fromkeys((held.basis, way.basis))))
                into[way.place] = way
        front = tuple(further.values())
    return tuple(ends.values())


def _joined(one: Share, further: Share) -> Share:
    """Two shares one after the other: none of what is unknown is none."""
    stated = (one.share, further.share)
    share = 0.0 if 0 in stated else None if None in stated else (one.share or 0) * (further.share or 0)
    return Share(further.place, share, "; ".join(dict.fromkeys(filter(None, (one.basis, further.basis)))))
