"""Targets: the announced targets of data/targets.csv, judged by what was known; several of one series together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ruralincome.data.package import find_root, read_resource, read_series
from ruralincome.models.base import Refusal
from ruralincome.places.across import Rule
from ruralincome.places.names import spoken
from ruralincome.places.tables import vietnam, vietnam_provinces
from ruralincome.scenario.check import examined
from ruralincome.scenario.conditional import Conditional, lead
from ruralincome.scenario.file import Scenario
from ruralincome.scenario.territory import crossed
from ruralincome.target.inverse import Joint, joint
from ruralincome.target.target import Outlook, Target
from ruralincome.target.tracker import Fate, TargetRow, Tracked, track


@dataclass(frozen=True)
class Together:
    """Targets of one series on the same draws. joint: None where the lead model refused; draws: how many."""

    unit: str
    as_of: int
    targets: tuple[Target, ...]
    joint: Joint | None
    draws: int


def tracked_targets(as_of: int, root: Path | None = None, table: str = "targets") -> tuple[Tracked, ...]:
    """Every target of a table of the data package, those with an observed series assessed by the lead model."""
    root = root or find_root()
    rows = [TargetRow.from_cells(cells) for cells in read_resource(table, root).rows]
    fates = {row.place.vi: fate(row.place.vi) for row in rows}
    return tuple(track(row, as_of, _probability(row, as_of, root), fates[row.place.vi]) for row in rows)


def together(
    series: str,
    goals: Sequence[Mapping[str, float]],
    as_of: int,
    root: Path | None = None,
    seed: int = 0,
    redrawn: Rule = "refuse",
) -> Together:
    """P that several targets of one series are all met, by the lead model.

    goals: mappings with value and year, and direction where less is good; redrawn: the rule where the place was redrawn
    before the last of them. Raises Faults where it cannot be asked.
    """
    targets = tuple(Target(g["value"], int(g["year"]), direction=int(g.get("direction", 1))) for g in goals)
    asked = _lead(series, max(targets, key=lambda t: t.year), as_of, root or find_root(), seed, redrawn)
    both = None
    if not isinstance(asked.fit, Refusal):
        both = joint(asked.forecast, [(t.year, t.value, t.direction) for t in targets])
    return Together(asked.evidence.series.unit, as_of, targets, both, asked.draws)


def fate(name: str) -> Fate | None:
    """What became of an old province and its communes (xã); None for what was not redrawn, or is none."""
    found = [p for p in vietnam_provinces().find(name) if p.until]
    if len(found) != 1:
        return None
    place, table = vietnam().boundaries.at(found[0].code, ""), vietnam().boundaries
    below = [p for p in table.places if p.level == "commune" and p.until and place in table.above(p)]
    after = {heir.place for p in below for heir in table.became(p, place.until)}
    names = tuple(heir.place.name for heir in table.became(place, place.until))
    count = [sum(spoken(p.name)[0] == "Xã" for p in places) for places in (below, after)]
    return Fate(place.name, place.until, names, *count)


def _probability(row: TargetRow, as_of: int, root: Path) -> float | None:
    if row.series is None or row.deadline <= as_of:
        return None
    rule: Rule = "old" if crossed(read_series(row.series, root), row.deadline) else "refuse"
    asked = _lead(row.series, Target(row.value, row.deadline), as_of, root, redrawn=rule)
    found = asked.outlook()
    return found.probability(asked.evidence.target) if isinstance(found, Outlook) else None


def _lead(series: str, target: Target, as_of: int, root: Path, seed: int = 0, redrawn: Rule = "refuse") -> Conditional:
    """The lead model on what was known."""
    stated = {"value": target.value, "year": target.year}
    return lead(examined(Scenario.stated(series=series, target=stated, as_of=as_of, redrawn=redrawn), root), seed)
