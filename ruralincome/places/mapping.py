"""Map rows that name places of one day to the places of another; what cannot be mapped is said of the row."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from ruralincome.places.find import Finder
from ruralincome.places.place import Place
from ruralincome.series import InputError


@dataclass(frozen=True)
class Named:
    """How a row names a place: a code, or a name and what it lies in; and the day whose places it names.

    year: of the row, where it has one.
    """

    day: str
    code: str = ""
    name: str = ""
    areas: tuple[str, ...] = ()
    year: int | None = None

    @property
    def words(self) -> str:
        """The code, or the name with its areas, as one would look for it."""
        return self.code or ", ".join(filter(None, (self.name, *self.areas)))


@dataclass(frozen=True)
class Mapped:
    """What became of the place of a row: its people all went to `new` (whole), or it was divided, or is unmapped.

    old: the place that the row names, where it is known.
    """

    kind: Literal["whole", "divided", "unmapped"]
    old: Place | None = None
    new: Place | None = None
    fault: InputError | None = None


def map_rows(finder: Finder, rows: Iterable[Named], to: str) -> Iterator[Mapped]:
    """For each row its place on the day `to`. A place that stands in two rows of one year is mapped in neither.

    A place that was divided, nobody knows how, has no new one: its fault lists those that it may have gone to.
    """
    rows = list(rows)
    found: dict[tuple[str, str], Place | InputError] = {}
    places = [_place(finder, row, found) for row in rows]
    seen: dict[tuple[tuple[str, str], int], int] = {}
    for row, place in zip(rows, places, strict=True):
        if isinstance(place, Place) and row.year is not None:
            seen[place.key, row.year] = seen.get((place.key, row.year), 0) + 1
    ends: dict[Place, Mapped] = {}
    for row, place in zip(rows, places, strict=True):
        if isinstance(place, InputError):
            yield Mapped("unmapped", fault=place)
        elif row.year is not None and seen[place.key, row.year] > 1:
            fault = InputError("places.row_twice", code=place.code, name=place.name, year=row.year)
            yield Mapped("unmapped", place, fault=fault)
        else:
            if place not in ends:
                ends[place] = _end(finder, place, to)
            yield ends[place]


def _place(finder: Finder, row: Named, found: dict[tuple[str, str], Place | InputError]) -> Place | InputError:
    """The place of a row; the same words on the same day are looked up once."""
    key = row.words, row.day
    if key not in found:
        try:
            found[key] = finder.at(row.code, row.day) if row.code else finder.one(row.words, row.day)
        except InputError as fault:
            found[key] = fault
    return found[key]


def _end(finder: Finder, place: Place, to: str) -> Mapped:
    try:
        ends = finder.boundaries.became(place, to)
    except InputError as fault:
        return Mapped("unmapped", place, fault=fault)
    if not ends:
        among = finder.listed(tuple(heir for _, heir in finder.boundaries.scattered(place)))
        facts = {"code": place.code, "name": place.name, "level": place.level, "on": to}
        none = InputError("places.no_heir_of" if among else "places.no_heir", **facts, among=among)
        return Mapped("unmapped", place, fault=none)
    new = finder.boundaries.home(place, to)
    if new is None:
        among = finder.listed(tuple(end.place for end in ends if end.share != 0))
        return Mapped("divided", place, fault=InputError("places.divided_among", name=place.name, among=among))
    return Mapped("whole", place, new)
