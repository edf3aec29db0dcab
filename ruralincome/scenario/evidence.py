"""Evidence: all that a scenario rests on, read from the data package and brought into the terms of the question."""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ruralincome.data.package import Resource, find_root, read_rates, read_resource, read_series, resource_names
from ruralincome.places.across import Redrawn
from ruralincome.reference.reference import ReferenceClass, merged
from ruralincome.reference.vintages import class_names, read_class
from ruralincome.scenario.file import Scenario
from ruralincome.scenario.keys import TargetSpec, Terms
from ruralincome.scenario.territory import crossed, redrawn
from ruralincome.series import Faults, InputError, Kind, Prices, Series, Text, prices
from ruralincome.series.prices import Inflation
from ruralincome.series.units import spent_in, unit_of

if TYPE_CHECKING:
    from ruralincome.target.target import Target

HORIZON = 50  # the most years ahead of the last observation that a target may lie
WHOLE = {"binh_thuan_rural_income": "binh_thuan_whole_province"}  # coverage in doubt, and the whole place's series


@dataclass(frozen=True)
class Evidence:
    """What a scenario may know, in one basis of prices.
    published: the series as published, cut after as_of; series, goal: observations and target value in the terms of the
    question; companions, rates: what adjustments name; deflator: of the rates by which prices are restated; inflation:
    assumed ahead, None where no price is restated; usual: what a class in constant prices is given then; unsure:
    standard deviation of the price level a year that the restated target brings in; factors: by year ahead, what brings
    a level in the prices of the stated target to those of the question; fitted: the class as its file holds it; whole:
    the same place's series of another coverage; redrawn: what was done where it was redrawn before the target."""

    published: Series
    series: Series
    spec: TargetSpec
    goal: float
    reference: ReferenceClass
    as_of: int
    companions: Mapping[str, Series] = field(default_factory=dict)
    rates: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    deflator: str = ""
    inflation: Inflation | None = None
    usual: Inflation | None = None
    unsure: float = 0.0
    factors: Mapping[int, float] = field(default_factory=dict)
    fitted: ReferenceClass | None = None
    tables: Mapping[str, Resource] = field(default_factory=dict)
    whole: Series | None = None
    redrawn: Redrawn | None = None

    @property
    def inputs(self) -> dict[str, str]:
        """The hashes of what the question rests on, by file."""
        beside = {self.whole.name} - self.companions.keys() if self.whole is not None else ()
        return {table.label: table.sha256 for name, table in self.tables.items() if name not in beside}

    @property
    def target(self) -> "Target":
        """The target in the terms of the question."""
        from ruralincome.target.target import Target  # here, since `check` starts without the models

        return Target(self.goal, self.spec.year, self.spec.base_year, self.spec.direction)

    place = cached_property["Evidence"](lambda evidence: evidence)  # itself: a scenario is put to one place
    base = cached_property[int](lambda evidence: evidence.spec.base_year or evidence.series.years[0])  # of its baseline

    def title(self, name: str) -> Text | str:
        """The title of a table that was read; its name where it states none."""
        return self.tables[name].descriptor.titles or name

    def askable(self, year: int) -> bool:
        """Whether a year later than the target's may be asked of: no redrawing that nothing was said of lies before."""
        return year <= self.spec.year or self.redrawn is not None or not crossed(self.published, year)

    def level(self, value: float, year: int) -> float:
        """A level of `year` in the terms of the question; a file states it in the prices of its target."""
        return value * self.factors.get(year, 1.0)


def gather(scenario: Scenario, root: Path, own: Series | None = None, full: Series | None = None) -> Evidence:
    """Read and restate what the scenario names; own: the series, where no table holds it; full: what its table holds,
    where it was read. Raises Faults with each key that cannot be read; InputError where the target is not ahead, the
    place redrawn without a rule, or prices mix."""
    full, spec, terms = full or own or read_series(scenario.series, root), scenario.target, scenario.terms
    published, unread = as_known(full, scenario.as_of), list[InputError]()
    as_of = scenario.known if scenario.known is not None else full.origin
    if spec.base_year is not None:
        with _under("target.base_year", unread):
            published.value(spec.base_year)
    with _under("reference", unread):
        reference = read_class(scenario.reference, as_of, root=root, hindsight=scenario.hindsight)
    parts, companions, rates = dict[str, Series](), dict[str, Series](), dict[str, Mapping[int, float]]()
    for i, name in enumerate(scenario.parts):
        with _under(f"parts[{i}]", unread):
            parts[name] = as_known(read_series(name, root), scenario.as_of or as_of)
    restated = terms is not None or (spec.prices or published.prices) != published.prices
    terms = terms or Terms(prices=published.prices)
    with _under("terms.deflator", unread):
        deflator = read_rates(terms.deflator, root) if restated else {}
    for i, step in enumerate(scenario.adjustments):
        for key, name, of_rates in step.needs():
            with _under(f"adjustments[{i}].{key}", unread):
                if of_rates:
                    rates[name] = read_rates(name, root)
                else:
                    companions[name] = as_known(read_series(name, root), scenario.as_of or as_of).joined
    if unread:
        raise Faults(unread)
    if spec.year <= published.origin:
        raise InputError("evidence.target_year_known", year=spec.year, origin=published.origin)
    if spec.year > published.origin + HORIZON:
        raise InputError("evidence.target_year_far", year=spec.year, origin=published.origin, horizon=HORIZON)
    published = published.joined
    with _under("redrawn"):
        across = redrawn(published, scenario.redrawn, spec.year, parts)
    if across is not None:
        published = across.series
        if across.incomes:  # rebuilt: a mean of several, by their shares of income
            reference = merged(reference, across.incomes)
    if spec.base_year is not None:
        published.value(spec.base_year)
    inputs = [*([] if own else [scenario.series]), *parts, *sorted(companions), *sorted(rates)]
    known = [full.origin, reference.last_year, *deflator, *(s.origin for s in companions.values())]
    as_of = min(as_of, max(known + [year for rate in rates.values() for year in rate]))  # a later one knows no more
    plain = Evidence(published, published, spec, spec.value, reference, as_of, companions, rates)
    if restated:
        inputs.append(terms.deflator)
        plain = _restated(plain, terms, {t: r for t, r in deflator.items() if t <= as_of})
    if (ahead := usual(reference, plain.series.prices, as_of, root)) is not None and plain.inflation is None:
        plain = replace(plain, usual=ahead)
        inputs.append(prices.DEFLATOR)
    with _under("reference"):
        of_kind(reference, plain.series.kind)
        at_home(reference, plain.series.unit)
        plain = replace(plain, reference=reference.into(plain.series.prices, plain.inflation or plain.usual))
    name, whole = WHOLE.get(published.name, ""), None
    if own is None and name in resource_names(root) and (across is None or across.rule == "old"):
        with suppress(InputError):  # of the survey, as known then
            whole = read_series(name, root).until(as_of)
            inputs.append(name)
    tables = {name: read_resource(name, root) for name in dict.fromkeys(inputs)}
    return replace(plain, fitted=reference, tables=tables, whole=whole, redrawn=across)


def as_known(full: Series, when: int | str | None) -> Series:
    """A series as it was known: up to a year, or by a day; all of it unless one is stated."""
    return full.known(when) if isinstance(when, str) else full.until(full.origin if when is None else when)


@contextmanager
def _under(key: str, unread: list[InputError] | None = None) -> Iterator[None]:
    """Put a fault under the key of what cannot be read: kept in `unread`, so that all are told at once, or raised."""
    try:
        yield
    except InputError as fault:
        found = InputError("data.at", where=key, fault=fault)
        if unread is None:
            raise found from None
        unread.append(found)


def _restated(plain: Evidence, terms: Terms, known: Mapping[int, float]) -> Evidence:
    """Series, companions and target in the terms asked for; only inflation known at as_of, and the stated one."""
    published, spec = plain.published, plain.spec
    base = terms.year if terms.year is not None else published.price_year or published.origin
    if terms.year is not None and terms.prices == "nominal" and spec.prices != "real":
        raise InputError("evidence.year_without_use", year=terms.year)
    if published.price_year is not None and base != published.price_year:
        raise InputError("evidence.other_base", year=base, own=published.price_year, name=published.name)
    ahead = _assumed(terms, known, plain.as_of)
    if terms.prices == "nominal" and published.prices == "real":
        raise InputError("evidence.real_only", name=published.name)
    companions, series, factors = plain.companions, published, dict[int, float]()
    try:
        if terms.prices == "real":
            if published.prices == "nominal":
                series = prices.deflate(published, known, base)
            companions = {n: s if s.prices == "real" else prices.deflate(s, known, base) for n, s in companions.items()}
        if (spec.prices or published.prices) != series.prices:
            levels = {t: prices.level(known, base, t, ahead) for t in range(published.origin + 1, spec.year + 1)}
            factors = {t: 1 / level if series.prices == "real" else level for t, level in levels.items()}
    except InputError as fault:
        code = "evidence.deflator" if terms.year is None else "evidence.deflator_year"
        raise InputError(code, year=terms.year, deflator=terms.deflator, fault=fault) from None
    plain = replace(plain, deflator=terms.deflator, inflation=ahead, unsure=ahead.sd if factors else 0.0)
    goal = spec.value * factors.get(spec.year, 1.0)
    return replace(plain, series=series, companions=companions, goal=goal, factors=factors)


def class_of_question(name: str, evidence: Evidence, root: Path, hindsight: bool = False) -> ReferenceClass:
    """A class by name in the prices of the question. Raises InputError as `read_class` and where prices mix."""
    found = read_class(name, evidence.as_of, root=root, hindsight=hindsight)
    if evidence.redrawn is not None and evidence.redrawn.incomes:
        found = merged(found, evidence.redrawn.incomes)
    ahead = evidence.inflation or evidence.usual or usual(found, evidence.series.prices, evidence.as_of, root)
    at_home(found, evidence.series.unit)
    return found.into(evidence.series.prices, ahead)


def of_kind(reference: ReferenceClass, kind: Kind) -> None:
    """Raise InputError where a class is of other figures than those asked about: incomes, or general ones."""
    if reference.kind != kind:
        raise InputError(f"reference.not_{kind}", name=reference.name)


def at_home(reference: ReferenceClass, unit: str, panel: bool = False) -> None:
    """Raise InputError where a class is of one country and figures in `unit`, a code, are in another's money; or where
    those of a panel are money, which is income there, and the class is not of incomes."""
    money = unit_of(unit).currency
    if panel and money:
        of_kind(reference, "income")
    for part in reference.members or (reference,):
        if part.country and money and not spent_in(money, part.country):
            raise InputError("reference.other_country", name=part.name, country=part.country, unit=unit)


def others(name: str, evidence: Evidence, root: Path) -> Iterator[tuple[ReferenceClass, str]]:
    """Every single class that ships, but `name`, in the prices of the question where it can be, and "", or why it could
    not have been chosen: "kind", "measure" (of something else), "later" (it knows later years), "country", "prices"."""
    for label in (label for label in class_names() if label != name):
        found = read_class(label, evidence.as_of, root=root, hindsight=True)
        why = "kind" if found.kind != evidence.series.kind else "measure" if found.measure == "gdp" else ""
        why = why or "later" * (found.last_year > evidence.as_of)
        try:
            yield class_of_question(label, evidence, root, hindsight=True), why
        except InputError as fault:
            yield found, why or ("country" if fault.code == "reference.other_country" else "prices")


def usual(
    reference: ReferenceClass, asked: Prices, as_of: int, root: Path | None = None, terms: Terms | None = None
) -> Inflation | None:
    """The inflation that a class in constant prices is given for a question at current prices, by the terms if stated;
    None where there is no need of it, or the folder does not know that of as_of: then the class's own holds."""
    if asked == "real" or not reference.real:
        return None
    if terms is not None:
        return _assumed(terms, read_rates(terms.deflator, root) if terms.inflation is None else {}, as_of)
    with suppress(InputError):
        return prices.expected(read_rates(prices.DEFLATOR, root or find_root()), as_of)
    return None


def _assumed(terms: Terms, known: Mapping[int, float], as_of: int) -> Inflation:
    """The inflation ahead that terms state, else that of the year as_of."""
    if terms.inflation is not None:
        return Inflation(math.log1p(terms.inflation / 100), (terms.sd or 0.0) / 100)
    try:
        ahead = prices.expected(known, as_of)
    except InputError as fault:
        raise InputError("evidence.inflation_unstated", fault=fault) from None
    return ahead if terms.sd is None else replace(ahead, sd=terms.sd / 100)
