"""Scores of kept verdicts, once the outturn has come: Brier, logarithmic, reliability, and the rules' own record."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ruralincome.data.forms.read import rows_of
from ruralincome.data.forms.reading import Options
from ruralincome.keep.book import Entry, read_book
from ruralincome.models.forecast import DRAWS, Array
from ruralincome.rules import RULES
from ruralincome.series import InputError
from ruralincome.series.units import too_far
from ruralincome.target.likelihood import LIKELIHOODS, likelihood

Tell = Callable[[InputError], None]  # what is given what is to be said of how a file was read
LEAST = 1 / (2 * DRAWS)
"""Probabilities are scored no nearer to 0 and 1 than this, half a draw: the log score of an impossible event that
happened would be infinite."""


@dataclass(frozen=True)
class Bin:
    """Verdicts with one likelihood word: how many, their mean probability, and the share that came true."""

    word: str
    count: int
    probability: float
    frequency: float


@dataclass(frozen=True)
class RuleScore:
    """One official rule: verdicts that were on track and otherwise, and the share of each whose target was met."""

    rule: str
    on_track: int
    on_track_met: float | None
    others: int
    others_met: float | None


@dataclass(frozen=True)
class Scores:
    """Proper scores of n verdicts, on `targets` distinct ones, by so many forecasts; smaller is better.

    brier: mean (p - o)^2; log: mean of -ln of the probability given to what happened; climate: the Brier score of
    always saying the share that came true, in hindsight. curve: what came true of what was said, rising, by isotonic
    regression (pool adjacent violators): least and greatest probability, share, verdicts of each step. off, told: how
    much of the Brier score the curve would take away, and by how much that is better than `climate`, so that brier =
    off - told + climate (CORP; Dimitriadis, Gneiting and Jordan 2021)."""

    n: int
    targets: int
    forecasts: int
    brier: float
    log: float
    climate: float
    reliability: tuple[Bin, ...]
    curve: tuple[tuple[float, float, float, int], ...]
    off: float
    told: float


@dataclass(frozen=True)
class Fared:
    """How n forecasts fared, each counted once: the shares of the outturns above the median and within the 80 %
    interval, and their mean distance from the median, in logarithms."""

    n: int
    above: float
    inside: float
    error: float


@dataclass(frozen=True)
class LedgerScore:
    """Scores of all verdicts whose outturn has come, of those written down in time, and what could not be scored.

    unknown: series of the outturns on which no verdict was kept; fared: the forecasts behind the verdicts, if kept."""

    entries: int
    pending: int
    refused: int
    scores: Scores | None
    in_time: Scores | None
    rules: tuple[RuleScore, ...]
    unknown: tuple[str, ...] = ()
    fared: Fared | None = None


def score(
    ledger: Path, outturns: Path | None, options: Options | None = None, tell: Tell = lambda _: None
) -> LedgerScore:
    """Score the verdicts whose outturn is in the CSV file `outturns` (columns series, year, value).

    None: no outturn is known yet; options: what is stated of how to read them; tell: is given what to say of that.
    Raises InputError as `read` does, and for outturns that cannot be read or contradict each other."""
    entries, known = read_book(ledger), read_outturns(outturns, options, tell) if outturns is not None else {}
    come = [(one, known[one.series, one.year]) for one in entries if (one.series, one.year) in known]
    for one, value in come:
        if abs(math.log(value / one.target)) >= too_far(max(one.year - one.as_of, 1), one.direction):
            facts = {"series": one.series, "year": one.year, "value": value, "target": one.target}
            raise InputError("keep.outturn_far", where=outturns.name if outturns else "", **facts)
    met = [(one, one.direction * (value - one.target) >= 0) for one, value in come]
    judged = [(one, came) for one, came in met if one.probability is not None]
    return LedgerScore(
        len(entries), len(entries) - len(come), len(come) - len(judged), _scores(judged),
        _scores([(one, came) for one, came in judged if one.in_time]), _records(met),
        tuple(sorted({series for series, _ in known} - {one.series for one in entries})), _fared(come),
    )  # fmt: skip


def read_outturns(
    path: Path, options: Options | None = None, tell: Tell = lambda _: None
) -> dict[tuple[str, int], float]:
    """Observed values by series and year. Raises InputError naming the row that cannot stand."""
    found: dict[tuple[str, int], float] = {}
    table = rows_of(path, ("series", "year", "value"), ("unit",), options=options)
    units = sorted({row.text("unit") for row in table.records()} - {""})
    for said in (*table.said, *(InputError("keep.outturn_unit", file=path.name, unit=unit) for unit in units)):
        tell(said)
    for row in table.records():
        key, value = (row.text("series"), row.year()), row.number("value")
        if not key[0]:
            raise InputError("keep.no_series", where=row.where)
        if value <= 0:
            raise InputError("data.not_positive", where=row.where, value=value)
        if found.setdefault(key, value) != value:
            raise InputError("keep.outturns", where=row.where, series=key[0], year=key[1], one=found[key], other=value)
    return found


def _fared(come: Sequence[tuple[Entry, float]]) -> Fared | None:
    """The forecasts of entries; of one series, origin and year the last kept counts."""
    told = {(one.series, one.as_of, one.year): (value, *one.interval) for one, value in come if one.interval}
    if not told:
        return None
    value, low, middle, high = np.array([told[key] for key in sorted(told)]).T
    above, inside, error = value > middle, (low <= value) & (value <= high), np.abs(np.log(value / middle))
    return Fared(len(value), *(float(column.mean()) for column in (above, inside, error)))


def _scores(judged: Sequence[tuple[Entry, bool]]) -> Scores | None:
    if not judged:
        return None
    p, came = np.array([(one.probability or 0.0, met) for one, met in judged]).T
    words, bins = np.array([likelihood(one) for one in p.tolist()]), list[Bin]()
    for _, word in LIKELIHOODS:
        if (inside := words == word).any():
            bins.append(Bin(word, int(inside.sum()), float(p[inside].mean()), float(came[inside].mean())))
    given = np.clip(np.where(came == 1, p, 1 - p), LEAST, 1 - LEAST)
    targets = len({(one.series, one.year, one.target) for one, _ in judged})
    forecasts = len({(one.series, one.as_of, one.year) for one, _ in judged})
    brier, log, share = (float(np.mean(x)) for x in ((p - came) ** 2, -np.log(given), came))
    return Scores(len(p), targets, forecasts, brier, log, share * (1 - share), tuple(bins), *_curve(p, came))


def _curve(stated: Array, came: Array) -> tuple[tuple[tuple[float, float, float, int], ...], float, float]:
    """The curve's steps, and the parts of the Brier score between it and what was said, or one share for all."""
    from scipy.optimize import isotonic_regression  # here, as it is slow to load

    distinct, which, count = np.unique(stated, return_inverse=True, return_counts=True)
    fitted = isotonic_regression(np.bincount(which, came) / count, weights=count).x
    of = [(share, np.flatnonzero(fitted == share)) for share in np.unique(fitted).tolist()]
    steps = [(*distinct[at[[0, -1]]].tolist(), share, int(count[at].sum())) for share, at in of]
    best = float(np.mean((fitted[which] - came) ** 2))
    return tuple(steps), float(np.mean((stated - came) ** 2)) - best, float(came.var()) - best


def _records(met: Sequence[tuple[Entry, bool]]) -> tuple[RuleScore, ...]:
    """The record of each rule that spoke: those that there are in their order, then those of other versions."""
    order, known, records = [rule.code for rule in RULES], sorted({rule for one, _ in met for rule in one.outlooks}), []
    for rule in sorted(known, key=lambda rule: order.index(rule) if rule in order else len(order)):
        said = [(one.outlooks.get(rule, "unknown"), came) for one, came in met]
        good = [came for outlook, came in said if outlook in ("on_track", "met")]
        bad = [came for outlook, came in said if outlook not in ("on_track", "met", "unknown")]
        share, other = (sum(some) / len(some) if some else None for some in (good, bad))
        records.append(RuleScore(rule, len(good), share, len(bad), other))
    return tuple(records)
