"""What each idea of the recipe buys, on years that were not fitted on: python benchmarks/folds.py --panels DIR.

The half of the series that may be learnt from, cut at the evaluator's CUT, is fitted up to 1974, 1978, 1982 and 1985
and scored on what came after, up to the cut: nothing of the scored half, and nothing after the cut, is looked at.
"""

import argparse
import sys
from functools import partial
from pathlib import Path

import numpy as np
from run import evaluator

from ruralincome.models import recipe
from ruralincome.models.posterior import columns
from ruralincome.models.prior import ahead_of, fit_components
from ruralincome.models.quantiles import mixture_quantile
from ruralincome.series import InputError

FOLDS = (1974, 1978, 1982, 1985)
WORLD, STATES = ("maddison", "wb_usd"), ("us_state", "us_msa")
IDEAS = {
    "one pace": {},
    "one pace, damped by 0.9": {"damping": 0.9},
    "memory": {"memory": True},
    "memory, states of the United States brought to the others' mean": {"memory": True, "states": True},
    "memory, states, two components": {"memory": True, "states": True, "count": 2},
    "memory, states, half-life 5 years": {"memory": True, "states": True, "half_life": 5.0},
    "memory, states, half-life 20 years": {"memory": True, "states": True, "half_life": 20.0},
}
SHARES = (np.arange(50) + 0.5) / 50


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--panels", required=True, type=Path, help="folder of the panel CSV files")
    evaluate = evaluator(parser.parse_args().panels)
    print("| idea | log CRPS x 100 | countries | states |\n| --- | --- | --- | --- |")
    for name, idea in IDEAS.items():
        try:
            rows = [score(evaluate, year, **idea) for year in FOLDS]
        except InputError as fault:  # a component without spread: the idea gives no class on that fold
            print(f"| {name} | no class: {fault.code} | | |", flush=True)
            continue
        panels = {panel: np.mean([row[panel] for row in rows if panel in row]) for panel in (*WORLD, *STATES)}
        world, states = (np.mean([panels[p] for p in group]) for group in (WORLD, STATES))
        print(f"| {name} | {np.mean(list(panels.values())):.2f} | {world:.2f} | {states:.2f} |", flush=True)
    return 0


def score(evaluate, year, **idea):
    """{panel: mean log CRPS x 100 after `year`} of the class fitted up to `year`."""
    prior, _ = fitted(evaluate, year, **idea)
    found = {panel: _after(_learnt(evaluate, panel), year, prior) for panel in (*WORLD, *STATES)}
    return {panel: 100 * float(np.mean(np.concatenate(rows))) for panel, rows in found.items() if rows}


def fitted(evaluate, year, count=3, half_life=10.0, damping=1.0, memory=False, states=False):
    """The class fitted up to `year`, and the windows that it was fitted on."""
    learnt = partial(_learnt, evaluate, last=year)
    panels = [learnt(p) for p in WORLD]
    mean = np.mean([recipe.mean_growth(p, half_life) for p in panels])
    if states:
        panels += [recipe.sped_up(p, mean - recipe.mean_growth(p, half_life)) for p in map(learnt, STATES) if p]
    windows = recipe.windows(panels, half_life)
    return fit_components(windows, count, damping, memory), windows


def _after(places, year, prior):
    """CRPS of every history whose origin is `year` or later, a list of arrays."""
    scores = []
    for strides in recipe.HISTORIES:
        first = year - sum(strides)
        late = {n: (t[t >= first], v[t >= first]) for n, (t, v) in places.items() if t[-1] >= year + recipe.HORIZON}
        windows = recipe.windows([late], 1e9) if late else []
        scores += [_crps(w, prior) for w in windows if w.spacing == strides]
    return scores


def _learnt(evaluate, panel, last=9999):
    """The places of the half to learn from, in the years up to the cut and to `last`."""
    last = min(last, evaluate.CUT[panel])
    places = {n: row for n, row in evaluate.load(panel).items() if not evaluate.is_scored(panel, n)}
    cut = {n: (t[t <= last], v[t <= last]) for n, (t, v) in places.items() if (v > 0).all()}
    return {n: (t, v) for n, (t, v) in cut.items() if len(t) >= 2}


def _crps(w, prior):
    """CRPS of each window, the mean over its years ahead, (n,)."""
    state, location, scale, df = ahead_of(w, columns(tuple(prior)))
    n, years, c = location.shape
    flat = (np.broadcast_to(a, location.shape).reshape(n * years, c) for a in (location, scale, df))
    quantiles = mixture_quantile(*flat, np.repeat(state.weight, years, axis=0), SHARES).reshape(n, years, -1)
    miss = w.following[:, :, None] - quantiles
    return 2 * np.where(miss >= 0, SHARES * miss, (SHARES - 1) * miss).mean(axis=(1, 2))


if __name__ == "__main__":
    sys.exit(main())
