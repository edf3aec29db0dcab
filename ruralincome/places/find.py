"""Find the place that a person means by a code, a name, or a name with what it lies in."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from ruralincome.places.boundaries import Boundaries, grouped, told
from ruralincome.places.names import rough, splits, spoken, typed, unquoted
from ruralincome.places.place import Place
from ruralincome.series import InputError
from ruralincome.series.names import clean, sound

SHOWN = 8
"""Candidates that a refusal lists."""
ENTRY = 2
"""Letters of a name without marks below which nothing is suggested."""
CODE = 5
"""Digits of the longest code."""


@dataclass(frozen=True, eq=False)
class Finder:
    """The names of a country's places, ready to be searched.

    A code is one that the table has, whatever its letters. Names match whichever way their tone marks stand and are
    encoded, with any dash, and Phường or P. before them; a number in quotes or with zeros is that number. What the
    place lies in follows after commas, as in "Xã Hoài Đức, Lâm Đồng". A kind that is stated (Xã) must be its own.
    """

    boundaries: Boundaries

    def find(self, words: str, on: str | None = None) -> tuple[Place, ...]:
        """Every place that the words may mean: of any day unless one is stated, those that still stand first."""
        code = unquoted(words)
        found = self.boundaries.holders(code)
        for name, *areas in () if code.isdigit() else splits(clean(words)):
            found = found or tuple(p for p in self._named(name) if self._within(p, areas))
        return tuple(sorted((p for p in found if on is None or p.valid(on)), key=lambda p: p.until != ""))

    def one(self, words: str, on: str | None = None) -> Place:
        """The one place that the words mean.

        Raises InputError for words that mean none, with what sounds like them, or several: then it lists them; and for
        a day before the table begins.
        """
        if on is not None and on < self.boundaries.begins:
            raise InputError("places.before", words=words, on=on, begins=self.boundaries.begins)
        found = self.find(words, on)
        if len(found) == 1:
            return found[0]
        if found:
            raise self.several(words, found)
        other = () if on is None else self.find(words)
        if other:
            raise InputError("places.not_on", words=words, on=on, found=self.listed(other))
        near = self.near(words, on)
        code = "places.unknown_near" if near else "places.unknown"
        raise InputError(code, words=words, table=self.boundaries.name, found=self.listed(near))

    def several(self, words: str, found: tuple[Place, ...]) -> InputError:
        """Why words that may mean several places mean none."""
        return InputError("places.several", words=words, found=self.listed(found), count=len(found))

    def near(self, words: str, on: str | None = None) -> tuple[Place, ...]:
        """Places for a suggestion: whose names, and those of what they lie in, are the same without marks and kinds, or
        whose codes are without the zeros before them that a spreadsheet takes away."""
        found, other = self.padded(words, on), tuple[Place, ...]()
        for name, *areas in ([rough(sound(part)) for part in parts] for parts in splits(clean(words))):
            near = tuple(self._rough.get(name, ())) if len(name) >= ENTRY and not name.isdigit() else ()
            lain = [set().union(*map(_roughly, self.boundaries.above(p))) for p in near]
            found = found or tuple(p for p, names in zip(near, lain, strict=True) if names >= set(areas))
            other = other or near  # what is said of where it lies is no place
        return tuple(p for p in found or other if on is None or p.valid(on))

    def known(self, words: Sequence[str]) -> list[bool]:
        """Which of many words may mean a place: for the others there is none, and none that sounds like it.

        Compared are letters without marks alone, of what stands before each comma, dash and point.
        """
        text = "\n".join(words)
        letters = text.translate({ord(c): _letter(c) for c in set(text)}).split("\n")
        return [any(key in self._keys for key in accumulate(said.split(","))) for said in letters]

    def padded(self, words: str, on: str | None = None) -> tuple[Place, ...]:
        """Places whose code is that of the words with zeros before it."""
        code = unquoted(words)
        longer = (code.zfill(n) for n in range(len(code) + 1, CODE + 1)) if code.isdigit() else ()
        return tuple(p for other in longer for p in self.boundaries.holders(other) if on is None or p.valid(on))

    def listed(self, places: tuple[Place, ...]) -> tuple[InputError | str, ...]:
        """Places as a person tells them apart, for a fault: code, name, what they lie in, their days."""
        shown = (InputError("places.candidate", code=p.code, name=self.full(p), days=told(p)) for p in places[:SHOWN])
        return (*shown, "…") if len(places) > SHOWN else tuple(shown)

    def full(self, place: Place) -> str:
        """The name with what it lies in: Xã Hoài Đức, Tỉnh Lâm Đồng."""
        return ", ".join([place.name, *dict.fromkeys(p.name for p in self.boundaries.above(place))])

    def _named(self, name: str) -> tuple[Place, ...]:
        kind, bare = spoken(name)
        found = self._heard.get(bare, ())
        if not kind:
            return tuple(found)
        same = tuple(p for p in found if spoken(p.name)[0] == kind)
        return same or tuple(self._heard.get(spoken(f"{kind} {name}")[1], ()))

    def _within(self, place: Place, areas: list[str]) -> bool:
        """Whether each of the areas is the name of one that the place lay in."""
        lain = [name for p in self.boundaries.above(place) for name in _names(p)] if areas else []
        wanted = (spoken(area) for area in areas)
        return all(any(bare == heard and kind in ("", own) for own, heard in lain) for kind, bare in wanted)

    @cached_property
    def _heard(self) -> dict[str, list[Place]]:
        return grouped(
            (bare, p) for p in self.boundaries.places for bare in dict.fromkeys(bare for _, bare in _names(p))
        )

    @cached_property
    def _keys(self) -> frozenset[str]:
        said = "\n".join([*self._rough, *(place.code for place in self.boundaries.places)])
        return frozenset(said.translate({ord(c): _letter(c) for c in set(said)}).replace(",", "").split("\n"))

    @cached_property
    def _rough(self) -> dict[str, list[Place]]:
        return grouped((heard, place) for place in self.boundaries.places for heard in _roughly(place))


def _names(place: Place) -> list[tuple[str, str]]:
    """A place's names as kind and sound; other names have the kind of the first."""
    kind, bare = spoken(place.name)
    return [(kind, bare), *((kind, spoken(other)[1]) for other in place.also)]


def _roughly(place: Place) -> set[str]:
    """A place's names without marks, with the kind (long or short) before them and without."""
    return {rough(said) for kind, bare in _names(place) for said in (bare, *(f"{k} {bare}" for k in typed(kind)))}


def _letter(c: str) -> str:
    """What `known` compares of a letter: a comma for what may part names."""
    return "," if c in ",;(/.-\u2013\u2014" else c if c == "\n" else "" if c.isdigit() else rough(sound(c))
