"""Targets: the announced targets of data/targets.csv, judged by what was known; several of one series together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ruralincome.data.package import find_root, read_resource, read_series
from ruralincome.models.forecast import Refusal
from ruralincome.places.across import Bridge
from ruralincome.places.boundaries import Place
from ruralincome.places.names import spoken
from ruralincome.places.tables import VIETNAM_FIRST, vietnam, vietnam_provinces
from ruralincome.scenario.check import examined
from ruralincome.scenario.conditional import Conditional, lead
from ruralincome.scenario.file import Scenario
from ruralincome.scenario.territory import COUNTRY, crossed
from ruralincome.series.names import clean, sound
from ruralincome.target.target import AllMet, Outlook, Target, all_met
from ruralincome.target.tracker import Chance, Fate, TargetRow, Tracked, bounded, track


@dataclass(frozen=True)
class Together:
    """Targets of one series on the same draws. joint: None where the lead model refused; draws: how many."""

    unit: str
    as_of: int
    targets: tuple[Target, ...]
    joint: AllMet | None
    draws: int


def tracked_targets(as_of: int, root: Path | None = None, table: str = "targets") -> tuple[Tracked, ...]:
    """Every target of a table of the data package, those with an observed series assessed by the lead model. A target
    announced after its baseline's year is assessed as of that year too, where more was published since."""
    root = root or find_root()
    rows = [TargetRow.from_cells(row.cells) for row in read_resource(table, root).table.records()]
    fates = {name: fate(name) for name in {row.place.vi for row in rows}}
    return tuple(_tracked(row, as_of, root, fates[row.place.vi]) for row in rows)


def together(
    series: str, goals: Sequence[Mapping[str, float]], as_of: int, root: Path | None = None, redrawn: Bridge = "refuse"
) -> Together:
    """P that several targets of one series are all met, by the lead model. goals: mappings with value, year, and
    direction where less is good; redrawn: the rule where the place was. Raises Faults where it cannot be asked."""
    targets = tuple(Target(g["value"], int(g["year"]), direction=int(g.get("direction", 1))) for g in goals)
    asked = _lead(series, max(targets, key=lambda t: t.year), as_of, root or find_root(), redrawn)
    asking = [(t.year, t.value, t.direction) for t in targets]
    both = None if isinstance(asked.fit, Refusal) else all_met(asked.forecast, asking)
    return Together(asked.evidence.series.unit, as_of, targets, both, asked.draws)


def fate(name: str) -> Fate | None:
    """What became of an old province or district and its communes (xã), or of the country's; None if not redrawn."""
    table = vietnam().boundaries
    if sound(clean(name)) in COUNTRY:
        communes = [p for p in table.places if p.level == "commune"]
        after = {p for p in communes if p.valid(VIETNAM_FIRST)}
        return _fate(name, VIETNAM_FIRST, (), [p for p in communes if not p.first], after)
    for finder in (vietnam_provinces, vietnam):
        found = [p for p in finder().find(name) if p.until and p.level != "commune"]
        if len(found) == 1:
            place = table.holders(found[0].code)[0]
            below = [p for p in table.places if p.level == "commune" and p.until and place in table.above(p)]
            heirs = {heir.place for p in below for heir in table.became(p, place.until)}
            became = [heir.place for heir in table.became(place, place.until)] or [p for _, p in table.scattered(place)]
            return _fate(place.name, place.until, tuple(p.name for p in became), below, heirs)
    return None


def _fate(name: str, day: str, became: tuple[str, ...], before: Iterable[Place], after: Iterable[Place]) -> Fate:
    return Fate(name, day, became, *(sum(spoken(p.name)[0] == "Xã" for p in places) for places in (before, after)))


def _tracked(row: TargetRow, as_of: int, root: Path, became: Fate | None) -> Tracked:
    if row.series is None:
        return track(row, as_of, fate=became)
    series = read_series(row.series, root)
    known, begun = [t for t in series.years if t <= min(as_of, row.deadline)], row.baseline_year or series.years[0]
    latest = (known[-1], series.value(known[-1])) if known and known[-1] > begun else None
    before = _chance(row, begun, root) if latest is not None and series.origin > begun else None
    return track(row, as_of, _chance(row, as_of, root), became, before=before, latest=latest)


def _chance(row: TargetRow, as_of: int, root: Path) -> Chance | None:
    """P(target) as of a year, of both ends of a range; None where its year has come or the lead model refused."""
    if row.series is None or row.deadline <= as_of:
        return None
    if row.kind == "share":  # bounded by its limit, where three figures stand
        share = bounded(read_series(row.series, root).until(as_of), row.deadline, row.value, row.total or 100.0)
        return None if isinstance(share, Refusal) else Chance(as_of, share)
    rule: Bridge = "old" if crossed(read_series(row.series, root), row.deadline) else "refuse"
    asked = _lead(row.series, Target(row.value, row.deadline), as_of, root, rule)
    found = asked.outlook()
    if not isinstance(found, Outlook):
        return None
    low = asked.evidence.target
    high = None if row.value_high is None else found.probability(replace(low, value=row.value_high))
    return Chance(as_of, found.probability(low), high)


def _lead(series: str, target: Target, as_of: int, root: Path, redrawn: Bridge) -> Conditional:
    """The lead model on what was known."""
    stated = {"value": target.value, "year": target.year}
    return lead(examined(Scenario.stated(series=series, target=stated, as_of=as_of, redrawn=redrawn), root), seed=0)
