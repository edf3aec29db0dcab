"""How fast a sweep is, against asking each of its cells as a scenario of its own, in one run on one machine.

    python benchmarks/sweep.py [--asked N]

The sweep has 10,000 cells: 50 shocks x 100 targets x 2 reference classes on the article's case. N of the cells (20) are
answered one by one in the same process, which is what a notebook a cell would do without its kernel, and compared.
Prints one line; CPU time, since other work may run beside it.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np

from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import Scenario

ROOT = Path(__file__).resolve().parents[1]
SWEEP = {
    "shock": {"first": -10.0, "last": 4.7, "step": 0.3},
    "target": {"first": 44.0, "last": 53.9, "step": 0.1},
    "references": ["vietnam-provinces-real", "vietnam-provinces"],
}


def main() -> None:
    """Run both and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--asked", type=int, default=20, help="cells that are answered one by one")
    asked = parser.parse_args().asked
    scenario = Scenario.stated(sweep=SWEEP)
    asked_all = answer(scenario, root=ROOT)
    answer(_one(0.0, 48.9, SWEEP["references"][0]), root=ROOT)  # what is imported and read once counts for neither
    begun = time.process_time()
    cells = asked_all.cells
    swept = time.process_time() - begun
    chosen = np.random.default_rng(1).integers(0, cells.probability.shape, (asked, 3))
    begun = time.process_time()
    each = [answer(_one(cells.shocks[j], cells.targets[k], cells.references[i]), root=ROOT) for i, j, k in chosen]
    one = (time.process_time() - begun) / asked
    apart = [abs(a.assessment.probability - cells.probability[tuple(c)]) for a, c in zip(each, chosen, strict=True)]
    print(
        f"{cells.probability.size:,} cells in {swept:.2f} s of CPU time, {one * cells.probability.size / swept:,.0f} "
        f"times as fast as one by one; {asked} cells differ by at most {max(apart):.5f}"
    )


def _one(points: float, target: float, reference: str) -> Scenario:
    """A cell as a scenario of its own."""
    steps = [{"kind": "shock", "years": [2021], "points": points}]
    return Scenario.stated(adjustments=steps, target={"value": target}, reference=reference)


if __name__ == "__main__":
    main()
