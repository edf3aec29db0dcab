"""The questions of benchmarks/misses.py, as arrays: those of the half learnt from, with classes that have not seen what
they are asked, and those of the half kept apart, with the classes that ship."""

import json
from dataclasses import astuple
from zlib import crc32

import numpy as np
from folds import FOLDS, fitted
from forecaster import default_class
from ideas import Asked, Class

from ruralincome.models import recipe
from ruralincome.models.prior import fit_components
from ruralincome.reference.component import Component


def kept_classes(evaluate, path):
    """The classes of the folds, {name: Class}, from the file where it has them."""
    if path and path.is_file():
        stated = json.loads(path.read_text(encoding="utf-8"))
        return {k: Class(tuple(Component(*c) for c in p), tuple(map(tuple, w)), m) for k, (p, w, m) in stated.items()}
    found = {}
    for year in FOLDS:
        prior, windows = fitted(evaluate, year, memory=True, states=True)
        found[str(year)] = Class(prior, recipe.fit_widths([(windows, prior)]))
    panels = [_half(evaluate, p) for p in evaluate.COMPETITION]
    held = recipe.cross_fitted(panels, 1.0, lambda w: fit_components(w, 3, memory=True))
    centre = recipe.fit_centre(held)
    widths = recipe.fit_widths(held, 1.5, centre)
    found |= {f"fifth {k}": Class(prior, widths, centre) for k, (_, prior) in enumerate(held)}
    if path:
        plain = {k: ([astuple(c) for c in p], w, m) for k, (p, w, m) in found.items()}
        path.write_text(json.dumps(plain), encoding="utf-8")
    return found


def _half(evaluate, panel):
    """The half of a panel that may be learnt from, up to its CUT."""
    last = evaluate.CUT.get(panel, 10**6)
    places = {n: (t[t <= last], v[t <= last]) for n, (t, v) in evaluate.load(panel).items() if (v > 0).all()}
    return {n: row for n, row in places.items() if not evaluate.is_scored(panel, n) and len(row[0]) > 1}


def shipped(kind, origin):
    """The class that ships for an origin."""
    found = default_class(kind, origin)
    return Class(found.prior(), found.widths, found.centre)


def of_the_other_half(evaluate):
    """The evaluator's questions of the half learnt from: after the cut where years are dated."""
    known = evaluate.is_scored
    evaluate.is_scored = lambda panel, name: not known(panel, name)
    try:
        return evaluate.tasks()
    finally:
        evaluate.is_scored = known


def incomes(evaluate, classes):
    """Every history of the half learnt from whose five years lie between a fold and the cut."""
    found = []
    for year in FOLDS:
        tasks = []
        for panel in ("us_state", "us_msa", "maddison", "wb_usd"):
            for name, (t, v) in _half(evaluate, panel).items():
                for o in range(int(np.searchsorted(t, year)), len(t) - evaluate.MAX_HORIZON):
                    for history, offsets in evaluate.HISTORIES.items():
                        if o + offsets[0] >= 0:
                            tasks.append(_task(panel, name, history, t, v, o, offsets, evaluate.MAX_HORIZON))
        found += gathered(tasks, lambda _, by=classes[str(year)]: by)
    return found


def _task(panel, name, history, t, v, o, offsets, most):
    return {
        "panel": panel, "series": name, "history": history,
        "years": [int(t[o + i]) for i in offsets], "values": [float(v[o + i]) for i in offsets],
        "horizon_years": [int(y) for y in t[o + 1 : o + most + 1]], "outturns": v[o + 1 : o + most + 1].tolist(),
    }  # fmt: skip


def crossed(evaluate, classes):
    """The evaluator's questions of the competitions' half learnt from, by classes that have not seen the series."""
    tasks = [t for t in of_the_other_half(evaluate) if t["kind"] == "general"]
    return gathered(tasks, lambda t: fifth(classes, t["series"]))


def fifth(classes, series):
    """The class that has not seen a series: that of the four fifths without it."""
    return classes[f"fifth {crc32(series.encode()) % recipe.FOLDS}"]


def gathered(tasks, by):
    """Tasks as arrays."""
    groups = {}
    for t in tasks:
        ahead = tuple(y - t["years"][-1] for y in t["horizon_years"])
        key = t["panel"], t["history"], tuple(np.diff(t["years"]).tolist()), by(t), ahead
        groups.setdefault(key, []).append(t)
    return [
        Asked(
            *key[:4],
            np.diff(np.log([t["values"] for t in rows])),
            np.log(np.array([t["outturns"] for t in rows]) / np.array([t["values"] for t in rows])[:, -1:]),
            key[4],
            np.array([t["years"][-1] for t in rows]),
            np.array([t["series"] for t in rows]),
        )
        for key, rows in groups.items()
    ]
