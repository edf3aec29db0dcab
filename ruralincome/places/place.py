"""Place and Link: a place is a code with the days it was valid; a link says what became of it on the day it ended."""

import re
from calendar import monthrange
from dataclasses import dataclass
from typing import Literal

from ruralincome.series import InputError

LinkKind = Literal["whole", "divided"]

DAY = re.compile(r"[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
"""A day as text, 2025-07-01: days so written are in order as text is."""


def day(words: str) -> str:
    """The day that `words` state. Raises InputError for what is no day of the calendar."""
    if not DAY.fullmatch(words) or int(words[8:]) > monthrange(int(words[:4]), int(words[5:7]))[1]:
        raise InputError("places.no_day", day=words)
    return words


@dataclass(frozen=True, slots=True)
class Place:
    """A place: a code, and the days it was valid. The same code on other days is another place.

    first: its first day, empty where nobody knows; until: the first day on which it was no more, empty where it still
    is. parent: the code of the place it lies in; level: which kind of place (province, district, commune).
    also: other names it goes by.
    """

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
        for stated in (self.first, self.until):
            if stated:
                day(stated)
        if self.until and self.until <= self.first:
            raise InputError("places.ends_first", code=self.code, first=self.first, until=self.until)

    def valid(self, on: str) -> bool:
        """Whether it was there on a day; the empty day is before all others."""
        return self.first <= on and (not self.until or on < self.until)


@dataclass(frozen=True, slots=True)
class Link:
    """The place with the code `old` went into the one with the code `new` on a day.

    kind: whole, or one of several that it was divided into. share: of its people, those who went along (0..1); None
    where it is not known. A divided place that lost only land has a link with all its people and others with none.
    basis: who says so.
    """

    old: str
    new: str
    day: str
    kind: LinkKind = "whole"
    share: float | None = 1.0
    basis: str = ""

    def __post_init__(self) -> None:
        day(self.day)
        if self.kind not in ("whole", "divided"):
            raise InputError("places.kind", old=self.old, new=self.new, kind=self.kind)
        if self.share is not None and not 0 <= self.share <= 1:
            raise InputError("places.share", old=self.old, new=self.new, share=self.share)
        if self.kind == "whole" and self.share != 1:
            raise InputError("places.whole_share", old=self.old, new=self.new, share=self.share)


@dataclass(frozen=True, slots=True)
class Share:
    """A place at the other end of one or more links: the share of people that went between (None: not known)."""

    place: Place
    share: float | None
    basis: str = ""
