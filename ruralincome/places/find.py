"""Find the place that a person means by a code, or a name with what it lies in; map rows of one day to another."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from itertools import accumulate
from typing import Literal, NamedTuple

from ruralincome.places.boundaries import Boundaries, Place, grouped
from ruralincome.places.names import rough, short_forms, splits, spoken, unquoted
from ruralincome.series import InputError
from ruralincome.series.names import clean, each_letter, sound

SHOWN, ENTRY, CODE = 8, 2, 5
"""Candidates that a refusal lists; letters below which nothing is suggested; digits of the longest code."""


@dataclass(frozen=True, eq=False)
class Finder:
    """The names of a country's places, ready to be searched. They match whichever way their tone marks stand and are
    encoded, with any dash, and Phường or P. before them; a number in quotes or with zeros is that number. What the
    place lies in follows after commas, as in "Xã Hoài Đức, Lâm Đồng". A kind that is stated (Xã) must be its own."""

    boundaries: Boundaries

    def find(self, words: str, on: str | None = None) -> tuple[Place, ...]:
        """Every place that the words may mean: of any day unless one is stated, those that still stand first."""
        code, *lies = map(unquoted, words.split(","))
        found = tuple(p for p in self.boundaries.holders(code) if self._within(p, lies))
        for name, *areas in () if code.isdigit() and not lies else splits(clean(words)):
            found = found or tuple(p for p in self._named(name) if self._within(p, areas))
        return tuple(sorted((p for p in found if on is None or p.valid(on)), key=lambda p: p.until != ""))

    def one(self, words: str, on: str | None = None) -> Place:
        """The one place that the words mean.

        Raises InputError for words that mean none, with what sounds like them, or several, with a list; and for a day
        before the table begins."""
        if on is not None and on < self.boundaries.begins:
            raise InputError("places.before", words=words, on=on, begins=self.boundaries.begins)
        found = self.find(words, on)
        if len(found) == 1:
            return found[0]
        if found:
            raise self.several(words, found)
        if on is not None and (other := self.find(words)):
            raise InputError("places.not_on", words=words, on=on, found=self.listed(other))
        code = "places.unknown_near" if (near := self.near(words, on)) else "places.unknown"
        raise InputError(code, words=words, table=self.boundaries.name, found=self.listed(near))

    def several(self, words: str, found: tuple[Place, ...]) -> InputError:
        """Why words that may mean several places mean none."""
        return InputError("places.several", words=words, found=self.listed(found), count=len(found))

    def disagreement(self, place: Place, other: tuple[Place, ...]) -> InputError:
        """Why a code and the name beside it, which others bear, mean none."""
        return InputError("places.disagree", code=place.code, own=self.listed((place,)), other=self.listed(other))

    def near(self, words: str, on: str | None = None) -> tuple[Place, ...]:
        """Places to suggest: whose names, and those of what they lie in, are the same without marks and kinds, or whose
        codes are without the zeros that a spreadsheet takes away."""
        found, other = self.padded(words, on), tuple[Place, ...]()
        for name, *areas in ([rough(sound(part)) for part in parts] for parts in splits(clean(words))):
            near = tuple(self._rough.get(name, ())) if len(name) >= ENTRY and not name.isdigit() else ()
            lain = [{rough(name) for above in self.boundaries.above(p) for name in _called(above)} for p in near]
            found = found or tuple(p for p, names in zip(near, lain, strict=True) if names >= set(areas))
            other = other or near  # what is said of where it lies is no place
        return tuple(p for p in found or other if on is None or p.valid(on))

    def known(self, words: Sequence[str]) -> Iterator[bool]:
        """Which of many words may mean a place: for the others there is none, and none that sounds like it. Compared
        are letters without marks alone, of what stands before each comma, dash and point."""
        may = cache(lambda said: any(key in self._keys for key in accumulate(said.split(","))))
        return map(may, each_letter(words, _letter))

    def padded(self, words: str, on: str | None = None) -> tuple[Place, ...]:
        """Places whose code is that of the words with zeros before it."""
        code = unquoted(words)
        longer = (code.zfill(n) for n in range(len(code) + 1, CODE + 1)) if code.isdigit() else ()
        return tuple(p for other in longer for p in self.boundaries.holders(other) if on is None or p.valid(on))

    def listed(self, places: tuple[Place, ...]) -> tuple[InputError | str, ...]:
        """Places as a person tells them apart, for a fault: code, name, what they lie in, their days."""
        shown = (InputError("places.candidate", code=p.code, name=self.full(p), days=p.days) for p in places[:SHOWN])
        return (*shown, "…") if len(places) > SHOWN else tuple(shown)

    def full(self, place: Place) -> str:
        """The name with what it lies in: Xã Hoài Đức, Tỉnh Lâm Đồng."""
        return ", ".join([place.name, *dict.fromkeys(p.name for p in self.boundaries.above(place))])

    def _named(self, name: str) -> tuple[Place, ...]:
        kind, bare = spoken(name)
        found = self._heard.get(bare, [])
        same = [p for p in found if spoken(p.name)[0] == kind] if kind else found
        return tuple(same or (self._heard.get(spoken(f"{kind} {name}")[1], []) if kind else []))

    def _within(self, place: Place, areas: list[str]) -> bool:
        """Whether each of the areas is the name of one that the place lay in."""
        lain = [name for p in self.boundaries.above(place) for name in _names(p)] if areas else []
        wanted = (spoken(area) for area in areas)
        return all(any(bare == heard and kind in ("", own) for own, heard in lain) for kind, bare in wanted)

    @cached_property
    def _heard(self) -> dict[str, list[Place]]:
        return grouped((bare, p) for p in self.boundaries.places for bare in {bare for _, bare in _names(p)})

    @cached_property
    def _keys(self) -> frozenset[str]:
        said = [name for place in self.boundaries.places for name in (place.code, *_called(place))]
        return frozenset(words.replace(",", "") for words in each_letter(said, _letter))

    @cached_property
    def _rough(self) -> dict[str, list[Place]]:
        return grouped((heard, p) for p in self.boundaries.places for heard in {*map(rough, _called(p))})


class Named(NamedTuple):
    """How a row names a place: a code, or a name with what it lies in after commas; the day whose places it names; its
    year, where it has one; fault: why it names none; beside: the name that stands beside a code."""

    words: str
    day: str
    year: int | None = None
    fault: InputError | None = None
    beside: str = ""


@dataclass(frozen=True)
class Mapped:
    """What became of the people of a row's place (old): all are in `new`, they were divided, or nobody knows."""

    kind: Literal["whole", "divided", "unmapped"]
    old: Place | None = None
    new: Place | None = None
    fault: InputError | None = None


def map_rows(finder: Finder, rows: Iterable[Named], to: str) -> Iterator[Mapped]:
    """For each row its place on the day `to`. A place that stands in two rows of one year is mapped in neither; one
    that was divided has no new one: its fault lists those that it may have gone to."""
    rows = list(rows)
    found = look_up(finder, ((row.words, row.day) for row in rows if row.fault is None))
    places = [row.fault or found[row.words, row.day] for row in rows]
    seen = Counter((place, row.year) for row, place in zip(rows, places, strict=True) if isinstance(place, Place))
    end = cache(partial(_end, finder, to))
    for row, place in zip(rows, places, strict=True):
        if isinstance(place, InputError):
            yield Mapped("unmapped", fault=place)
        elif row.year is not None and seen[place, row.year] > 1:
            fault = InputError("places.row_twice", code=place.code, name=place.name, year=row.year)
            yield Mapped("unmapped", place, fault=fault)
        elif row.beside and (other := finder.find(row.beside)) and place not in other:
            yield Mapped("unmapped", place, fault=finder.disagreement(place, other))
        else:
            yield end(place)


def look_up(finder: Finder, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Place | InputError]:
    """What the words of a table mean on the days they are of, or why nothing; the same words are looked up once a day.
    Those that may mean several places, and codes that may have lost zeros, mean the one of the level of all that are
    sure, if there is one (a table of provinces); where none is sure, of the one level that has just one for each."""
    found, unsure = dict[tuple[str, str], Place | InputError](), dict[tuple[str, str], tuple[Place, ...]]()
    pairs = dict.fromkeys(wanted)
    meant = {words: finder.find(words) for words in dict.fromkeys(words for words, _ in pairs)}
    lost = [words for words, every in meant.items() if not every]
    may_be = dict(zip(lost, finder.known(list(map(clean, lost))), strict=True)) if lost else {}
    for words, on in pairs:
        there, begun = tuple(p for p in meant[words] if p.valid(on)), on >= finder.boundaries.begins
        try:
            if not may_be.get(words, True):
                raise InputError("places.unknown", words=words, table=finder.boundaries.name, found=())
            found[words, on] = there[0] if begun and len(there) == 1 else finder.one(words, on)
        except InputError as fault:
            found[words, on] = fault
        among = (*there, *finder.padded(words, on))
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


def _end(finder: Finder, to: str, place: Place) -> Mapped:
    try:
        ends = finder.boundaries.became(place, to)
    except InputError as fault:
        return Mapped("unmapped", place, fault=fault)
    if not ends:
        among = finder.listed(tuple(heir for _, heir in finder.boundaries.scattered(place)))
        facts = {"code": place.code, "name": place.name, "on": to}
        none = InputError("places.no_heir_of" if among else "places.no_heir", **facts, among=among)
        return Mapped("unmapped", place, fault=none)
    new = finder.boundaries.home(place, to)
    if new is None:
        among = finder.listed(tuple(end.place for end in ends if end.share != 0))
        why = "places.divided_among" if None in (end.share for end in ends) else "places.divided_shares"
        return Mapped("divided", place, fault=InputError(why, name=place.name, among=among))
    return Mapped("whole", place, new)


def _names(place: Place) -> list[tuple[str, str]]:
    """A place's names as kind and sound; other names have the kind of the first."""
    kind, bare = spoken(place.name)
    return [(kind, bare), *((kind, spoken(other)[1]) for other in place.also)]


def _called(place: Place) -> list[str]:
    """A place's names with the kind (long or short) before them, and without."""
    return [said for kind, bare in _names(place) for said in (bare, *(f"{k} {bare}" for k in short_forms(kind)))]


def _letter(c: str) -> str:
    """What `known` compares of a letter: a comma for what may part names."""
    return "," if c in ",;(/.-\u2013\u2014" else "" if c.isdigit() else rough(sound(c))
