"""Territory: whether a scenario's place was redrawn before its target, and what its series is then."""

from collections.abc import Mapping
from dataclasses import replace

from ruralincome.places.across import Bridge, Redrawn, across, began, ends, followed, rebuild, restated
from ruralincome.places.boundaries import Place
from ruralincome.places.find import Finder
from ruralincome.places.names import spoken
from ruralincome.places.tables import VIETNAM_FIRST, vietnam, vietnam_people, vietnam_provinces
from ruralincome.series import InputError, Series, Text
from ruralincome.series.names import clean, sound

COUNTRY = frozenset(map(sound, ("cả nước", "toàn quốc", "Việt Nam")))  # how the whole country sounds


def placed(series: Series, on: str) -> tuple[Finder, Place] | None:
    """The place of a series on a day, by its Vietnamese name; None where the table does not know it. A name without its
    kind (Vĩnh Long) is a province's; one with it (Huyện Đức Linh) may be of any level."""
    name = _name(series)
    for finder in (vietnam_provinces, vietnam) if spoken(name)[0] else (vietnam_provinces,):
        found = finder().find(name, on) if name else ()
        if len(found) == 1:
            return finder(), found[0]
    return None


def redrawn(series: Series, rule: Bridge, until: int, parts: Mapping[str, Series]) -> Redrawn | None:
    """The series for a question of the year `until`, where its place was redrawn meanwhile; None where it was not.
    parts: to rebuild it, the series of the other places that make the new one; one of them, or the series itself, may
    be the new place's own, whose figures go before. Raises InputError where the rule is to refuse, or cannot hold."""
    if (rule == "rebuild") != bool(parts):
        raise InputError("territory.parts")
    known = placed(series, began(series))
    if known is None:
        if parts or series.territory:
            raise InputError("territory.no_place", name=series.name)
        if rule != "old":
            _sure(series, until)
        return None
    finder, place = known
    if rule != "rebuild":
        found, later = across(finder.boundaries, place, series, rule, until), placed(series, ends(series.origin))
        if rule == "break" and found.day and not finder.find(_name(series), ends(series.origin)):
            raise InputError("territory.ended", name=place.name, code=place.code, day=found.day)
        if found.day and later and not finder.boundaries.went(place, later[1]):
            raise InputError("territory.another_place", name=place.name, code=place.code, day=found.day)
        stated = None if found.day else restated(finder.boundaries, place, series, vietnam_people())
        if stated is not None and rule != "refuse":
            raise InputError("territory.restated", name=place.name, day=series.territory, rule=rule)
        return found if found.day else stated
    new = finder.boundaries.home(place, ends(until))
    if new is None or not finder.boundaries.parts(new):
        raise InputError("territory.not_redrawn", name=place.name, year=until)
    every, by_place = {series.name: series, **parts}, dict[Place, Series]()
    for name, part in every.items():
        one = placed(part, began(part))
        if one is None:
            raise InputError("territory.no_place", name=name)
        if one[1] not in (new, *(part.place for part in finder.boundaries.parts(new))):
            raise InputError("territory.not_part", name=one[1].name, series=name, new=new.name)
        if one[1] in by_place:
            raise InputError("territory.twice", name=one[1].name, series=name, other=by_place[one[1]].name)
        by_place[one[1]] = part
    own = by_place.pop(new, None)
    found = rebuild(finder.boundaries, new, {p.code: part for p, part in by_place.items()}, vietnam_people())
    whole, joined = Text(new.name, new.name), found.series if own is None else followed(found.series, own)
    kept = replace(series, years=joined.years, values=joined.values, place=whole, standard_errors=None)
    return replace(found, series=kept)


def crossed(series: Series, until: int) -> bool:
    """Whether the place of a series was redrawn between its first year and `until`."""
    known = placed(series, began(series))
    return known is not None and bool(known[0].boundaries.redrawn(known[1], began(series), ends(until)))


def _sure(series: Series, until: int) -> None:
    """Raise InputError where a name that several have, or that lacks marks or its kind, may mean a place redrawn."""
    name, first = _name(series), began(series)
    asked = first < VIETNAM_FIRST <= ends(until) and name and sound(clean(name)) not in COUNTRY
    for finder in (vietnam_provinces, vietnam) if asked else ():  # the second is long to read
        found = finder().find(name, first)
        heard = spoken(name)[1]  # other marks make another name, unless there are none
        near = () if found else finder().near(name, first)
        found = found or tuple(p for p in near if name.isascii() or spoken(p.name)[1] in heard)
        if any(finder().boundaries.redrawn(place, first, ends(until)) for place in found):
            raise InputError("territory.unsure", name=name, found=finder().listed(found), count=len(found))


def _name(series: Series) -> str:
    return "" if series.place is None else series.place.vi
