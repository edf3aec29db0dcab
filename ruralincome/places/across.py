"""Series across a redrawing: what a user may choose where a place ended or began between two observations. The figure
of a year is of the places that stand at its end: with 1 July 2025 as the day 2025 is a year of the new ones."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args

from ruralincome.places.boundaries import Boundaries, Place
from ruralincome.series import InputError, Series

Bridge = Literal["refuse", "old", "rebuild", "break"]
"""Refuse; follow the old territory; rebuild the new one of its parts; two levels and one growth (see below)."""
BRIDGES: tuple[Bridge, ...] = get_args(Bridge)
UNKNOWN = {"place_divided": -2, "no_origin": -1}  # numbers of parts: one was divided, or of no table
NONE = (InputError("places.rule_none"),)
People = Mapping[int, Mapping[str, float]]
"""{year: {code of a place: people}}."""


@dataclass(frozen=True)
class Redrawn:
    """A series as it is used across a redrawing, and how that came about.

    day: of the redrawing, empty where there is none; weights: for each year that was rebuilt, the year whose people
    weighed the parts; parts: their codes; incomes: what all people of each part earned in the last year, in units of
    the series, or their people; became: names of what the place went into; basis: who says that all figures are of the
    new territory (rule restated, a matter of the figures, not a choice); moved: the year in which each figure from
    before a break stands."""

    series: Series
    place: Place
    day: str = ""
    rule: Bridge | Literal["restated"] = "refuse"
    weights: Mapping[int, int] | None = None
    parts: tuple[str, ...] = ()
    incomes: tuple[float, ...] = ()
    became: tuple[str, ...] = ()
    basis: str = ""
    moved: Mapping[int, int] | None = None

    @property
    def fixed(self) -> tuple[int, ...]:
        """Years whose parts were weighed by the people of another year."""
        return tuple(year for year, of in (self.weights or {}).items() if year != of)


def ends(year: int) -> str:
    """The day whose places a year's figure is of: its last."""
    return f"{year:04}-12-31"


def across(boundaries: Boundaries, place: Place, series: Series, rule: Bridge, until: int) -> Redrawn:
    """A series of a place to be asked of a year `until`, by a rule other than to rebuild. Its figures are of the
    borders of their own years, or of one day where the series states it (see `restated`). Old: the series is left as it
    is, who chose it says that its figures are of that. Break: the step across the day is no growth. Raises InputError
    where the place was redrawn and the rule is to refuse, and for a break after which nothing is observed."""
    if not (day := boundaries.redrawn(place, began(series), ends(max(until, series.origin)))):
        return Redrawn(series, place)
    if rule == "break":
        after = next((i for i, year in enumerate(series.years) if ends(year) >= day), None)
        if after is None:
            rules = serving(boundaries, place, day, after=False)
            raise InputError("places.nothing_after", name=place.name, code=place.code, day=day, rules=rules or NONE)
        found = series.broken(after)
        return Redrawn(found, place, day, rule, moved=dict(zip(series.years[:after], found.years, strict=False)))
    if rule == "old":
        if place.first == day:
            raise InputError("places.not_old", name=place.name, code=place.code, day=day)
        heirs = [heir.place for heir in boundaries.became(place, day) if heir.share != 0]
        into = heirs or [went for _, went in boundaries.scattered(place)]
        return Redrawn(series, place, day, rule, became=tuple(one.name for one in into))
    rules = serving(boundaries, place, day, ends(series.origin) >= day) or NONE
    raise InputError("places.redrawn", name=place.name, code=place.code, day=day, rules=rules)


def serving(
    boundaries: Boundaries, place: Place, day: str, after: bool,
    known: Mapping[Place, Collection[int]] | None = None, mixed: Collection[str] = (),
) -> tuple[InputError, ...]:  # fmt: skip
    """The rules that would serve a place redrawn on a day, as sentences. after: has it figures after that day? known:
    years with figures of places with people, if known; mixed: rules that figures of old and new borders forbid."""
    new = place if place.first == day else boundaries.home(place, day)
    parts = [part for part in boundaries.parts(new) if part.share != 0] if new else []
    years = [{*known.get(part.place, ())} if known is not None else {0} for part in parts if part.share is not None]
    whole = 0 < len(parts) == len(years) and bool(set.intersection(*years))
    fit = {"old": new != place, "rebuild": whole, "break": after}
    return tuple(InputError(f"places.rule_{rule}") for rule, serves in fit.items() if serves and rule not in mixed)


def began(series: Series) -> str:
    """The day whose borders the first value of a series is of."""
    return series.territory or ends(series.years[0])


def restated(boundaries: Boundaries, place: Place, series: Series, people: People) -> Redrawn | None:
    """The series of a new place that a publisher gives for years before the place was there, with the people of its
    parts, by whom the class is narrowed; None for another series."""
    if not series.territory or ends(series.years[0]) >= place.first:
        return None
    parts, lived = split(boundaries, place, people)
    return Redrawn(series, place, place.first, "restated", parts=parts, incomes=lived, basis=series.territory_source)


def split(boundaries: Boundaries, place: Place, people: People) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Codes of the parts of a place, and their people, the last known; none where some are not known."""
    codes = tuple(part.place.code for part in boundaries.parts(place) if part.share != 0)
    known = [year for year, stated in people.items() if codes and all(code in stated for code in codes)]
    return (codes, tuple(people[max(known)][code] for code in codes)) if known else ((), ())


def parts_on(boundaries: Boundaries, place: Place, on: str) -> int:
    """How many parts a place had on a day, or UNKNOWN; those that none of its people came from are none."""
    try:
        shares = [part.share for part in boundaries.stood(place, on) if part.share != 0]
    except InputError:  # the table does not go back so far
        return UNKNOWN["no_origin"]
    return UNKNOWN["place_divided"] if None in shares else len(shares)


def rebuild(
    boundaries: Boundaries, place: Place, parts: Mapping[str, Series], people: People, *, total: bool = False
) -> Redrawn:
    """The series of a new place from those of its parts, in the years in which all of them are observed.

    parts: series by the codes of the places that it was made of. A mean per head is weighed by people, those of the
    year where they are stated for all parts, else those of the nearest year that is (the later of two). total: the
    values are totals and add up. Of a part that came by a stated share, that share of its people or its total counts.
    Raises InputError for a part whose people were divided, nobody knows how; one without figures, or with figures of
    another unit; no year that all have; no people stated."""
    facts = {"name": place.name, "code": place.code}
    shares = {part.place: part.share for part in boundaries.parts(place) if part.share != 0}
    codes = tuple(part.code for part in shares)
    if not shares:
        raise InputError("places.no_parts", **facts)
    if divided := tuple(f"{part.code} {part.name}" for part, share in shares.items() if share is None):
        raise InputError("places.divided", **facts, divided=divided)
    if missing := tuple(f"{part.code} {part.name}" for part in shares if part.code not in parts):
        raise InputError("places.part_missing", **facts, missing=missing)
    chosen = [parts[code] for code in codes]
    if len({(one.unit, one.prices, one.price_year) for one in chosen}) > 1:
        raise InputError("places.part_unit", **facts, units=tuple(sorted({one.unit for one in chosen})))
    of = {code: dict(zip(parts[code].years, parts[code].values, strict=True)) for code in codes}
    if not (years := sorted(set.intersection(*map(set, of.values())))):
        raise InputError("places.no_year", **facts, parts=codes)
    known = [] if total else [year for year, stated in people.items() if all(code in stated for code in codes)]
    if not known and not total:
        raise InputError("places.no_people", **facts, parts=codes)
    weights, values = {}, []
    for year in years:
        weight = {part.code: share or 0.0 for part, share in shares.items()}
        if not total:
            weights[year] = min(known, key=lambda other: (abs(other - year), -other))
            weight = {code: share * people[weights[year]][code] for code, share in weight.items()}
        value = sum(weight[code] * of[code][year] for code in codes)
        values.append(value if total else value / sum(weight.values()))
    plain = replace(chosen[0], place=None, sources=(), standard_errors=None)
    series = replace(plain, name=place.code, years=tuple(years), values=tuple(values))
    incomes = tuple(weight[code] * of[code][years[-1]] for code in codes)  # those of the last year
    return Redrawn(series, place, place.first, "rebuild", weights, codes, incomes)


def followed(before: Series, own: Series) -> Series:
    """What was rebuilt of a place, and its own figures where there are any."""
    if (before.unit, before.prices, before.price_year) != (own.unit, own.prices, own.price_year):
        raise InputError("places.part_unit", name=own.name, code=before.name, units=(before.unit, own.unit))
    values = dict(zip(before.years, before.values, strict=True)) | dict(zip(own.years, own.values, strict=True))
    years = tuple(sorted(values))
    return replace(before, years=years, values=tuple(values[year] for year in years))
