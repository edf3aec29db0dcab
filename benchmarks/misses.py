"""What was tried for the cells that miss: python benchmarks/misses.py --panels DIR [--only cells|ideas|m3].

The half learnt from, by classes that have not seen what they are asked: incomes up to each panel's CUT by the class of
folds.py at 1974 to 1985; other series at their last origin, a fifth at a time by the class of the other four. An idea
has one number, chosen there by the log score (ideas of the scale: by what the 50, 80 and 95 % intervals hold), for
each panel on the panels beside it; then once for all, and judged once on the half kept apart by the classes that ship.
A class that is right misses too, where years are few: `right` draws outcomes from the forecasts themselves, places of
a year correlated by the class's rho, and says how large a calibration error comes out then in nine of ten.
"""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import astuple, replace
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import numpy as np
from folds import FOLDS, fitted
from forecaster import NEWEST, default_class
from run import evaluator
from scipy.special import gammaln, ndtr, ndtri, stdtr

from ruralincome.models import recipe
from ruralincome.models.posterior import Steps, posterior
from ruralincome.models.prior import fit_components
from ruralincome.models.quantiles import mixture_quantile
from ruralincome.reference.component import Component
from ruralincome.reference.vintages import read_class

LEVELS = np.array([0.5, 0.8, 0.95])
SHARES = (np.arange(50) + 0.5) / 50
DRAWS = 400
FACTORS = np.array([0.90, 0.95, 1.00, 1.05, 1.10])


class Class(NamedTuple):
    """What a forecast rests on: components, widths and centre."""

    prior: tuple
    widths: tuple = ()
    centre: float = 0.0


class Asked(NamedTuple):
    """Histories of one panel, length and spacing under one class: log changes, what came, calendar years, series."""

    panel: str
    history: str
    spacing: tuple
    by: Class
    z: np.ndarray
    came: np.ndarray
    ahead: tuple
    year: np.ndarray
    series: np.ndarray


class Told(NamedTuple):
    """The mixtures of Student t, (n, h, c), weights as large; tail: the power that normal scores are brought to."""

    location: np.ndarray
    scale: np.ndarray
    df: np.ndarray
    weight: np.ndarray
    tail: float = 1.0

    def below(self, x):
        """The probability of less than x (n, h)."""
        share = (stdtr(self.df, (x[..., None] - self.location) / self.scale) * self.weight).sum(axis=-1)
        return share if self.tail == 1 else ndtr(_power(ndtri(share), 1 / self.tail))

    def log(self, x):
        """ln of the density at x (n, h); the tail's power is left out."""
        half, t = (self.df + 1) / 2, (x[..., None] - self.location) / self.scale
        density = np.exp(gammaln(half) - gammaln(self.df / 2) - half * np.log1p(t * t / self.df))
        return np.log((self.weight * density / np.sqrt(np.pi * self.df) / self.scale).sum(axis=-1))

    def crps(self, x):
        """Log CRPS x 100 of x (n, h)."""
        flat = [a.reshape(-1, a.shape[-1]) for a in self[:4]]
        shares = ndtr(_power(ndtri(SHARES), self.tail))
        miss = x[..., None] - mixture_quantile(*flat, shares).reshape(*x.shape, -1)
        return 200 * np.where(miss >= 0, SHARES * miss, (SHARES - 1) * miss).mean(axis=-1)


class Idea(NamedTuple):
    """Numbers to choose from, each a change of the components, or of what they tell; held: chosen by what intervals
    hold, else by the log score."""

    values: tuple
    component: Callable = None
    tell: Callable = None
    held: bool = False

    def change(self, value):
        """How forecasts are made under `value`."""
        return {"component": self.component and self.component(value), "tell": self.tell and self.tell(value)}


def _power(score, tail):
    return np.sign(score) * np.abs(score) ** tail


def _each(**changes):
    """A change of components: fields by name, each by what it is multiplied with or brought to the power of."""

    def by(value):
        def change(c):
            return replace(
                c, **{k: getattr(c, k) ** value if how == "**" else getattr(c, k) * value for k, how in changes.items()}
            )

        return lambda prior: [change(c) for c in prior]

    return by


def _two_speeds(value):
    """Each component twice, in equal shares, its spread forgotten faster and more slowly."""
    speeds = [_each(lam="**", eta="**")(power) for power in (value, 1 / value)]
    return lambda prior: [replace(c, weight=c.weight / 2) for speed in speeds for c in speed(prior)]


def _moved(field):
    return lambda value: lambda found, _: found._replace(**{field: getattr(found, field) * value})


def _grid(low, high):
    return tuple(np.round(np.arange(low, high + 0.01, 0.02), 2).tolist())


TIMES = (0.5, 0.7, 0.85, 1.0, 1.2, 1.5, 2.0, 3.0, 5.0)
IDEAS = {
    "as it ships": Idea((1.0,)),
    "a factor of the scale": Idea(_grid(0.7, 1.3), tell=_moved("scale"), held=True),
    "a factor of the scale for each further year": Idea(
        _grid(0.86, 1.14),
        tell=lambda s: lambda f, a: f._replace(scale=f.scale * s ** (np.array(a.ahead)[:, None] - 1.0)),
        held=True,
    ),
    "a factor of the degrees of freedom": Idea(TIMES, tell=_moved("df"), held=True),
    "a map of the tails": Idea(_grid(0.8, 1.4), tell=lambda s: lambda f, _: f._replace(tail=s), held=True),
    "a centre, in scales": Idea(
        _grid(-0.2, 0.2), tell=lambda s: lambda f, _: f._replace(location=f.location + s * f.scale)
    ),
    "a spread of two speeds (lam, eta to the power and its inverse)": Idea((1.0, 1.25, 1.5, 2.0, 3.0), _two_speeds),
    "a spread forgotten otherwise (lam, eta to the power)": Idea((0.25, *TIMES[:-1]), _each(lam="**", eta="**")),
    "own pace shrunk otherwise (k0 times)": Idea(TIMES, _each(k0="")),
    "own spread shrunk otherwise (a0, b0 times)": Idea(TIMES[1:-1], _each(a0="", b0="")),
    "the pace damped more (damping times)": Idea((0.85, 0.9, 0.94, 0.97, 1.0), _each(damping="")),
    "the fading pace (kappa times)": Idea((0.0, *TIMES[:-1]), _each(kappa="")),
    "the passing part (nu times)": Idea((0.0, *TIMES[:-1]), _each(nu="")),
}


def told(asked, component=None, tell=None):
    """The forecasts, the components or what they tell changed by an idea."""
    prior = asked.by.prior if component is None else component(asked.by.prior)
    n, k = asked.z.shape
    steps = Steps(asked.z.ravel(), np.tile(asked.spacing, n), np.full(n, k), shared=True)
    state = posterior(steps, tuple(prior))
    location, scale, df = state.yearly(np.array(asked.ahead, float))
    scale = scale * (np.interp(k, *zip(*asked.by.widths, strict=True)) if asked.by.widths else 1.0)
    found = Told(location + asked.by.centre * scale, scale, df + 0 * scale, state.weight[:, None] + 0 * scale)
    return found if tell is None else tell(found, asked)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--panels", required=True, type=Path, help="folder of the panel CSV files")
    parser.add_argument("--only", choices=("cells", "ideas", "m3"))
    parser.add_argument("--classes", type=Path, help="file in which the classes of the folds are kept for another run")
    arguments = parser.parse_args()
    evaluate, only = evaluator(arguments.panels), arguments.only
    classes = kept_classes(evaluate, arguments.classes)
    learnt = {"INCOME": incomes(evaluate, classes), "GENERAL": crossed(evaluate, classes)}
    apart = gathered(evaluate.tasks(), lambda t: shipped(t["kind"], t["years"][-1]))
    apart = {g: [a for a in apart if (a.panel in evaluate.INCOME) == (g == "INCOME")] for g in learnt}
    later = gathered(of_the_other_half(evaluate), lambda t: shipped(t["kind"], t["years"][-1]))
    later = [a for a in later if a.panel in evaluate.INCOME]
    if only in (None, "cells"):
        cells(learnt, later, apart)
    if only in (None, "ideas"):
        ideas(learnt, apart)
    if only in (None, "m3"):
        m3(evaluate, classes, learnt["GENERAL"], apart["GENERAL"])
    return 0


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
    return gathered(tasks, lambda t: classes[f"fifth {crc32(t['series'].encode()) % recipe.FOLDS}"])


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


def goals(asked):
    """Log changes of the targets: multiples of the level that the history's pace leads to, (n, h, factors)."""
    pace = asked.z.sum(axis=1) / sum(asked.spacing)
    return pace[:, None, None] * np.array(asked.ahead)[:, None] + np.log(FACTORS)


def scored(asked, **change):
    """What each history of a group scores: (n, h) arrays, and (n, h, factors) of the targets."""
    found = told(asked, **change)
    below = found.below(asked.came)
    goal = goals(asked)
    p = np.stack([1 - found.below(goal[..., i]) for i in range(goal.shape[-1])], axis=-1)
    return found, below, p, asked.came[..., None] >= goal


def calibration(p, reached):
    """The evaluator's calibration error, in points."""
    p, reached = p.ravel(), reached.ravel()
    cell = np.clip((np.clip(p, 0.001, 0.999) * 10).astype(int), 0, 9)
    gap = np.bincount(cell, p, 10) - np.bincount(cell, reached, 10)
    return 100 * float(np.abs(gap).sum() / len(p))


def summed(groups, crps=True, **change):
    """Of each history: CRPS and log score, shares inside (means of panel means), calibration error."""
    rows = {}
    for asked in groups:
        found, below, p, reached = scored(asked, **change)
        inside = np.abs(below - 0.5)[..., None] <= LEVELS / 2
        score = found.crps(asked.came) if crps else np.zeros(asked.came.shape)
        row = rows.setdefault(asked.history, {}).setdefault(asked.panel, [])
        row.append((score, found.log(asked.came), inside, p, reached))
    out = {}
    for history, panels in rows.items():
        each = {
            panel: [np.concatenate([r[i].reshape(-1, *r[i].shape[2:]) for r in parts]) for i in range(5)]
            for panel, parts in panels.items()
        }
        out[history] = {
            "crps": np.mean([e[0].mean() for e in each.values()]),
            "log": np.mean([e[1].mean() for e in each.values()]),
            "inside": 100 * np.mean([e[2].mean(axis=0) for e in each.values()], axis=0),
            "panels": {panel: 100 * e[2].mean(axis=0) for panel, e in each.items()},
            "calibration": calibration(*(np.concatenate([e[i] for e in each.values()]) for i in (3, 4))),
        }
    return out


def right(groups, rho, seed=1):
    """The calibration error and the share inside 80 % that a class which is right shows, from the 5th to the 95th of a
    hundred, by history: outcomes drawn from the forecasts, a year's shock shared with rho, a series' years a walk."""
    rng, out = np.random.default_rng(seed), {}
    for history in {a.history: 0 for a in groups}:
        some = [a for a in groups if a.history == history]
        ps = [scored(a)[2] for a in some]
        years = [a.year[:, None] + np.array(a.ahead) for a in some]
        low, high = min(y.min() for y in years), max(y.max() for y in years)
        errors, shares = [], []
        for _ in range(DRAWS):
            common, all_p, all_came, inside = rng.standard_normal(high - low + 1), [], [], {}
            for a, p, y in zip(some, ps, years, strict=True):
                own = rng.standard_normal(y.shape)
                z = np.cumsum(np.sqrt(rho) * common[y - low] + np.sqrt(1 - rho) * own, axis=1)
                u = ndtr(z / np.sqrt(np.arange(1, y.shape[1] + 1)))
                all_p.append(p.ravel())
                all_came.append((1 - p < u[..., None]).ravel())
                inside.setdefault(a.panel, []).append((np.abs(u - 0.5) <= 0.4).ravel())
            errors.append(calibration(np.concatenate(all_p), np.concatenate(all_came)))
            shares.append(100 * np.mean([np.concatenate(x).mean() for x in inside.values()]))
        out[history] = (np.quantile(errors, [0.5, 0.95]), np.quantile(shares, [0.05, 0.95]))
    return out


def cells(learnt, later, apart):
    """Each cell on both halves, what a class that is right would show, and each panel of the half kept apart."""
    rho = read_class("international", NEWEST).rho
    print("| group | history | half | 50/80/95 % | calibration error | a class that is right: error, 80 % holds |")
    print("| --- | --- | --- | --- | --- | --- |")
    for group in learnt:
        sets = {"learnt from": learnt[group], "kept apart": apart[group]}
        if group == "INCOME":
            sets = {
                "learnt from, up to the cut": learnt[group],
                "learnt from, after the cut": later,
                "kept apart": apart[group],
            }
        for name, groups in sets.items():
            found, fair = summed(groups, crps=False), right(groups, rho if group == "INCOME" else 0.0)
            for history, row in found.items():
                (half, most), (low, high) = fair[history]
                inside = "/".join(f"{x:.0f}" for x in row["inside"])
                print(
                    f"| {group} | {history} | {name} | {inside} | {row['calibration']:.1f} "
                    f"| {half:.1f}, up to {most:.1f}; {low:.0f}-{high:.0f} |", flush=True
                )  # fmt: skip
    print("\n| panel, kept apart: inside 80 % | " + " | ".join(summed(apart["INCOME"], crps=False)) + " |")
    for group in apart:
        found = summed(apart[group], crps=False)
        for panel in dict.fromkeys(a.panel for a in apart[group]):
            print(f"| {panel} | " + " | ".join(f"{row['panels'][panel][1]:.0f}" for row in found.values()) + " |")


def _judged(groups, crps=True, **change):
    """Means over the cells: CRPS, log score, distance of what intervals hold, calibration error; cells that reach."""
    rows = summed(groups, crps, **change).values()
    off = [np.abs(r["inside"] - 100 * LEVELS).mean() for r in rows]
    kept = [77 <= r["inside"][1] <= 84 for r in rows]
    return (
        float(np.mean([r["crps"] for r in rows])), float(np.mean([r["log"] for r in rows])), float(np.mean(off)),
        float(np.mean([r["calibration"] for r in rows])), sum(r["calibration"] <= 4 for r in rows), sum(kept),
    )  # fmt: skip


HEAD = "group | idea | by panel | CRPS | log score | off | error | for all | CRPS | log score | off | error | cells"


def ideas(learnt, apart):
    """Each idea: the number chosen on the other panels, scored on each; then chosen on all, and judged once."""
    print(f"| {HEAD} |\n|" + " --- |" * (HEAD.count("|") + 1))
    for group, found in learnt.items():
        panels = {panel: [a for a in found if a.panel == panel] for panel in dict.fromkeys(a.panel for a in found)}
        for name, idea in IDEAS.items():
            table = np.array(
                [[_judged(own, False, **idea.change(v))[1:3] for v in idea.values] for own in panels.values()]
            )
            loss = table[..., 1] if idea.held else -table[..., 0]
            chosen = [idea.values[int(np.argmin(np.delete(loss, i, axis=0).mean(axis=0)))] for i in range(len(panels))]
            whole = idea.values[int(np.argmin(loss.mean(axis=0)))]
            rows = [_judged(own, **idea.change(v)) for own, v in zip(panels.values(), chosen, strict=True)]
            last = _judged(apart[group], **idea.change(whole))
            cells = ["{:.2f} | {:.3f} | {:.1f} | {:.1f}".format(*row[:4]) for row in (np.mean(rows, axis=0), last)]
            by = " ".join(f"{v:g}" for v in chosen)
            print(
                f"| {group} | {name} | {by} | {cells[0]} | {whole:g} | {cells[1]} | {last[4]}, {last[5]} |", flush=True
            )


def m3(evaluate, classes, learnt, apart):
    """sMAPE of the median, six figures ahead of each whole yearly series of M3, by half, the pace damped further;
    and what that does to the short histories of all three competitions."""
    halves = {False: [], True: []}
    for name, (t, v) in evaluate.load("m3y").items():
        if len(t) >= 14 and (v > 0).all():
            halves[evaluate.is_scored("m3y", name)].append((name, v))
    counts = " | ".join(
        f"sMAPE of {len(halves[half])}, {word}" for half, word in ((False, "learnt from"), (True, "apart"))
    )
    print(f"| pace damped by | {counts} | CRPS, learnt from | log score | CRPS, apart | log score |\n|" + " --- |" * 7)
    for factor in IDEAS["the pace damped more (damping times)"].values:
        row = []
        for half, named in halves.items():
            errors = []
            for name, v in named:
                by = shipped("general", 0) if half else classes[f"fifth {crc32(name.encode()) % recipe.FOLDS}"]
                z = np.diff(np.log(v[:-6]))[None]
                asked = Asked("m3y", "", (1,) * z.shape[1], by, z, z, tuple(range(1, 7)), z, z)
                found = told(asked, _each(damping="")(factor))
                middle = v[-7] * np.exp(mixture_quantile(*(a[0] for a in found[:4]), np.array([0.5]))[:, 0])
                errors.append(np.mean(200 * np.abs(middle - v[-6:]) / (middle + v[-6:])))
            row.append(f"{np.mean(errors):.2f}")
        for groups in (learnt, apart):
            row += ["{:.2f} | {:.3f}".format(*_judged(groups, component=_each(damping="")(factor))[:2])]
        print(f"| {factor} | {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    sys.exit(main())
