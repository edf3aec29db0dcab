"""What was tried for the cells that miss: python benchmarks/misses.py --panels DIR [--only cells|ideas|m3].

The half learnt from, by classes that have not seen what they are asked: incomes up to each panel's CUT by the class of
folds.py at 1974 to 1985; other series at their last origin, a fifth at a time by the class of the other four. An idea
has one number, chosen there by the log score (ideas of the scale: by what the 50, 80 and 95 % intervals hold), for
each panel on the panels beside it; then once for all, and judged once on the half kept apart by the classes that ship.
A class that is right misses too, where years are few: `right` draws outcomes from the forecasts themselves, places of
a year correlated by the class's rho, and says how large a calibration error comes out then in nine of ten.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
from forecaster import NEWEST
from halves import crossed, fifth, gathered, incomes, kept_classes, of_the_other_half, shipped
from ideas import IDEAS, Asked, told
from run import evaluator
from scipy.special import ndtr

from ruralincome.models.quantiles import mixture_quantile
from ruralincome.reference.vintages import read_class

LEVELS = np.array([0.5, 0.8, 0.95])
DRAWS = 400
FACTORS = np.array([0.90, 0.95, 1.00, 1.05, 1.10])


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
    damped = IDEAS["the pace damped more (damping times)"]
    for factor in damped.values:
        row = []
        for half, named in halves.items():
            errors = []
            for name, v in named:
                by = shipped("general", 0) if half else fifth(classes, name)
                z = np.diff(np.log(v[:-6]))[None]
                asked = Asked("m3y", "", (1,) * z.shape[1], by, z, z, tuple(range(1, 7)), z, z)
                found = told(asked, damped.component(factor))
                middle = v[-7] * np.exp(mixture_quantile(*(a[0] for a in found[:4]), np.array([0.5]))[:, 0])
                errors.append(np.mean(200 * np.abs(middle - v[-6:]) / (middle + v[-6:])))
            row.append(f"{np.mean(errors):.2f}")
        for groups in (learnt, apart):
            row += ["{:.2f} | {:.3f}".format(*_judged(groups, component=damped.component(factor))[:2])]
        print(f"| {factor} | {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    sys.exit(main())
