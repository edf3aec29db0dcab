"""Find the place that a person means by a code, a name, or a name with what it lies in."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from ruralincome.places.boundaries import Boundaries, told
from ruralincome.places.names import rough, spoken, typed
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

    Names match whichever way their tone marks stand and are encoded, with any dash, and Phường or P. before them; a
    number in quotes or with zeros is that number. What the place lies in follows after commas, as in
    "Xã Hoài Đức, Lâm Đồng". A kind that is stated (Xã) must be the place's own.
    """

    boundaries: Boundaries

    def find(self, words: str, on: str | None = None) -> tuple[Place, ...]:
        """Every place that the words may mean: of any day unless one is stated, those that still stand first."""
        code = clean(words)
        if code.isdigit():
            found = self.boundaries.holders(code)
        else:
            name, *areas = (part.strip() for part in code.split(","))
            found = tuple(p for p in self._named(name) if self._within(p, areas))
        return tuple(sorted((p for p in found if on is None or p.valid(on)), key=lambda p: p.until != ""))

    def one(self, words: str, on: str | None = None) -> Place:
        """The one place that the words mean.

        Raises InputError for words that mean none, with what sounds like them, or several: then it lists them.
        """
        found = self.find(words, on)
        if len(found) == 1:
            return found[0]
        if found:
            raise InputError("places.several", words=words, found=self.listed(found), count=len(found))
        other = () if on is None else self.find(words)
        if other:
            raise InputError("places.not_on", words=words, on=on, found=self.listed(other))
        near = self.near(words, on)
        code = "places.unknown_near" if near else "places.unknown"
        raise InputError(code, words=words, table=self.boundaries.name, found=self.listed(near))

    def at(self, code: str, on: str) -> Place:
        """The place with a code on a day; of a code that no place ever had, the fault names those with zeros before."""
        return self.boundaries.at(code, on) if self.boundaries.holders(code) else self.one(code, on)

    def near(self, words: str, on: str | None = None) -> tuple[Place, ...]:
        """Places for a suggestion: whose names, and those of what they lie in, are the same without marks and kinds, or
        whose codes are without the zeros before them that a spreadsheet takes away."""
        name, *areas = (rough(sound(part)) for part in clean(words).split(","))
        found = tuple(self._rough.get(name, ())) if len(name) >= ENTRY and not name.isdigit() else ()
        if name.isdigit() and not areas:
            found = tuple(p for n in range(len(name) + 1, CODE + 1) for p in self.boundaries.holders(name.zfill(n)))
        inside = (p for p in found if on is None or p.valid(on))
        return tuple(p for p in inside if all(self._lies(p, area) for area in areas))

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
        if not areas:
            return True
        key = place.parent, place.first, place.until
        if key not in self._areas:
            self._areas[key] = [name for p in self.boundaries.above(place) for name in _names(p)]
        wanted = (spoken(area) for area in areas)
        return all(any(bare == heard and kind in ("", own) for own, heard in self._areas[key]) for kind, bare in wanted)

    @cached_property
    def _areas(self) -> dict[tuple[str, str, str], list[tuple[str, str]]]:
        """Names of what lies above places of one parent and the same days, as they are first wanted."""
        return {}

    @cached_property
    def _heard(self) -> dict[str, list[Place]]:
        heard: dict[str, list[Place]] = defaultdict(list)
        for place in self.boundaries.places:
            for bare in dict.fromkeys(bare for _, bare in _names(place)):
                heard[bare].append(place)
        return dict(heard)

    def _lies(self, place: Place, area: str) -> bool:
        return any(area in _roughly(above) for above in self.boundaries.above(place))

    @cached_property
    def _rough(self) -> dict[str, list[Place]]:
        found: dict[str, list[Place]] = defaultdict(list)
        for place in self.boundaries.places:
            for heard in _roughly(place):
                found[heard].append(place)
        return dict(found)


def _names(place: Place) -> list[tuple[str, str]]:
    """A place's names as kind and sound; other names have the kind of the first."""
    kind, bare = spoken(place.name)
    return [(kind, bare), *((kind, spoken(other)[1]) for other in place.also)]


def _roughly(place: Place) -> set[str]:
    """A place's names without marks, with the kind (long or short) before them and without."""
    return {rough(said) for kind, bare in _names(place) for said in (bare, *(f"{k} {bare}" for k in typed(kind)))}
