"""The record of a class of one's own: fitted again at past origins, and held against what came."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np

from ruralincome.data.forms.read import rows_of
from ruralincome.keep.fit import Fitting, fit_from_csv
from ruralincome.keep.panels import PANEL, errors_of, places_of
from ruralincome.models.posterior import Steps
from ruralincome.models.recipe import Errors, Observed
from ruralincome.models.walk import pooled_walks
from ruralincome.reference.component import Trial
from ruralincome.reference.reference import ReferenceClass
from ruralincome.series import InputError

AHEAD = 2
"""Years ahead of an origin that a class is tested at."""
MANY, APART = 20, 5
"""Where a panel spans more than so many years, origins lie so far apart."""
HISTORY = 5
"""Figures of a place that a test knows at the most: as many as short official series have."""


def with_record(
    found: ReferenceClass,
    order: Fitting,
    folder: Path | None = None,
    known: Callable[[int], ReferenceClass] | None = None,
) -> ReferenceClass:
    """The class with its record: the same order fitted on what was known at each origin, tested two years ahead.

    known: the class as it was known at an origin, where it need not be fitted. An origin without one is left out;
    panels whose years are counts have none.
    """
    if order.undated:
        return found
    start, trials = folder or Path(), list[Trial]()
    panels, errors = dict[str, Observed](), dict[str, Mapping[int, float]]()
    for text in order.panels:
        path, _, last = text.partition("@")
        table, most = rows_of(start / path, *PANEL, options=order.options), min(order.until, int(last or order.until))
        whole = places_of(table, undated=False)
        errors |= {f"{path} {name}": own for name, own in errors_of(table, undated=False).items()}
        panels[path] = {name: (t[t <= most], v[t <= most]) for name, (t, v) in whole.items()}
    places = {f"{path} {name}": row for path, panel in panels.items() for name, row in panel.items()}
    for origin in _origins(places):
        with suppress(InputError):
            then = known(origin) if known else fit_from_csv(replace(order, until=origin), start, lambda _: None)
            trials += tested(places, then.into(order.prices), origin, errors)
    return replace(found, record=tuple(trials))


def tested(places: Observed, reference: ReferenceClass, origin: int, errors: Errors) -> list[Trial]:
    """The class, known at the end of `origin`, against each year of the next two that has figures; errors: of those
    that it is told, by their surveys."""
    years = range(origin + 1, origin + 1 + AHEAD)
    return [trial for year in years if (trial := _trial(places, reference, origin, year, errors))]


def _origins(places: Observed) -> Sequence[int]:
    """Years with figures of half of the places at least, but for the last."""
    seen, count = np.unique(np.concatenate([t for t, _ in places.values()]), return_counts=True)
    years = [int(year) for year in seen[2 * count >= len(places)]][:-1]
    return years if not years or years[-1] - years[0] <= MANY else years[::-1][1::APART][::-1]


def _trial(places: Observed, reference: ReferenceClass, origin: int, year: int, errors: Errors) -> Trial | None:
    cut = {n: (t[t <= origin][-HISTORY:], v[t <= origin][-HISTORY:], v[t == year]) for n, (t, v) in places.items()}
    known = {
        n: row
        for n, row in cut.items()
        if len(row[0]) > 1 and row[0][-1] == origin and len(row[2]) and row[1].min() > 0
    }
    if not known:
        return None
    times, values, came = zip(*known.values(), strict=True)
    said = np.array([errors.get(n, {}).get(int(y), 0.0) for n, t in zip(known, times, strict=True) for y in t])
    steps = Steps(
        np.concatenate([np.diff(np.log(v)) for v in values]), np.concatenate([np.diff(t) for t in times]),
        np.array([len(t) - 1 for t in times]), errors=said if said.any() else None,
    )  # fmt: skip
    walks = pooled_walks(steps, np.array([v[-1] for v in values]), reference)
    outcome, ahead = np.array([float(one[0]) for one in came]), np.full(len(known), year - origin)
    off = np.abs(walks.probability(ahead, outcome) - 0.5)
    error = np.log(outcome / walks.quantile(ahead, np.array([0.5]))[:, 0])
    half, most, all_but = (round(float(np.mean(off <= level / 2)), 3) for level in (0.5, 0.8, 0.95))
    return Trial(origin, year, len(known), half, most, all_but, round(float(np.median(error)), 4))
