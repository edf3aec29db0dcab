"""Territory: whether a scenario's place was redrawn before its target, and what its series is then."""

from collections.abc import Mapping
from dataclasses import replace

from ruralincome.places.across import Redrawn, Rule, across, ends, rebuild
from ruralincome.places.find import Finder
from ruralincome.places.names import spoken
from ruralincome.places.place import Place
from ruralincome.places.tables import vietnam, vietnam_people, vietnam_provinces
from ruralincome.series import InputError, Series, Text


def placed(series: Series, on: str) -> tuple[Finder, Place] | None:
    """The place of a series on a day, by its Vietnamese name; None where the table does not know it.

    A name without its kind (Vĩnh Long) is a province's; one with it (Huyện Đức Linh) may be of any level.
    """
    name = "" if series.place is None else series.place.vi
    for finder in (vietnam_provinces, vietnam) if spoken(name)[0] else (vietnam_provinces,):
        found = finder().find(name, on) if name else ()
        if len(found) == 1:
            return finder(), found[0]
    return None


def redrawn(series: Series, rule: Rule, until: int, parts: Mapping[str, Series]) -> Redrawn | None:
    """The series for a question of the year `until`, where its place was redrawn meanwhile; None where it was not.

    parts: with the rule to rebuild, the series of the other places that make the new one, by their names. Raises
    InputError where the rule is to refuse, or cannot be followed.
    """
    if (rule == "rebuild") != bool(parts):
        raise InputError("territory.parts")
    known = placed(series, ends(series.years[0]))
    if known is None:
        if parts:
            raise InputError("territory.no_place", name=series.name)
        return None
    finder, place = known
    if rule != "rebuild":
        found = across(finder.boundaries, place, series, rule, until)
        return found if found.day else None
    new = finder.boundaries.home(place, ends(until))
    if new is None or new == place:
        raise InputError("territory.not_redrawn", name=place.name, year=until)
    by_code = {place.code: series}
    for name, part in parts.items():
        one = placed(part, ends(part.years[0]))
        if one is None:
            raise InputError("territory.no_place", name=name)
        by_code[one[1].code] = part
    found = rebuild(finder.boundaries, new, by_code, vietnam_people())
    whole = Text(new.name, new.name)
    kept = replace(series, years=found.series.years, values=found.series.values, place=whole, standard_errors=None)
    return replace(found, series=kept)


def crossed(series: Series, until: int) -> bool:
    """Whether the place of a series was redrawn between its first year and `until`."""
    known = placed(series, ends(series.years[0]))
    return known is not None and bool(known[0].boundaries.redrawn(known[1], ends(series.years[0]), ends(until)))
