"""Map rows that name places of one day to the places of another; what cannot be mapped is said of the row."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from ruralincome.places.find import Finder
from ruralincome.places.place import Place
from ruralincome.series import InputError
from ruralincome.series.names import clean


class Named(NamedTuple):
    """How a row names a place: a code, or a name with what it lies in after commas; the day whose places it names.

    year: of the row, where it has one; fault: why it names none.
    """

    words: str
    day: str
    year: int | None = None
    fault: InputError | None = None


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
    found = look_up(finder, ((row.words, row.day) for row in rows if row.fault is None))
    places = [row.fault or found[row.words, row.day] for row in rows]
    seen = Counter((place, row.year) for row, place in zip(rows, places, strict=True) if isinstance(place, Place))
    ends: dict[Place, Mapped] = {}
    for row, place in zip(rows, places, strict=True):
        if isinstance(place, InputError):
            yield Mapped("unmapped", fault=place)
        elif row.year is not None and seen[place, row.year] > 1:
            fault = InputError("places.row_twice", code=place.code, name=place.name, year=row.year)
            yield Mapped("unmapped", place, fault=fault)
        else:
            if place not in ends:
                ends[place] = _end(finder, place, to)
            yield ends[place]


def look_up(finder: Finder, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Place | InputError]:
    """What the words of a table mean on the days they are of, or why nothing; the same words are looked up once a day.

    Words that may mean several places, and codes that may have lost zeros, mean the one of the level of all that are
    sure, if there is one (a table of provinces); where none is sure, of the one level that has just one for each.
    """
    found: dict[tuple[str, str], Place | InputError] = {}
    unsure: dict[tuple[str, str], tuple[Place, ...]] = {}
    pairs = dict.fromkeys(wanted)
    lost = [words for words in dict.fromkeys(words for words, _ in pairs) if not finder.find(words)]
    may_be = dict(zip(lost, finder.known(list(map(clean, lost))), strict=True)) if lost else {}
    for words, on in pairs:
        try:
            if not may_be.get(words, True):
                raise InputError("places.unknown", words=words, table=finder.boundaries.name, found=())
            found[words, on] = finder.one(words, on)
        except InputError as fault:
            found[words, on] = fault
        among = (*finder.find(words, on), *finder.padded(words, on))
        if len(among) > 1:
            unsure[words, on] = among
    levels = {place.level for pair, place in found.items() if isinstance(place, Place) and pair not in unsure}
    if not levels and len(unsure) > 1:
        every = [Counter(place.level for place in among) for among in unsure.values()]
        levels = {level for level in every[0] if all(count[level] == 1 for count in every)}
    for (words, on), among in unsure.items():
        same = [place for place in finder.find(words, on) if {place.level} == levels]
        found[words, on] = same[0] if len(same) == 1 else finder.several(words, among)
    return found


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
