"""How fast a batch is, against what one would do without it, in one run on one machine; results as ratios.

    python benchmarks/batch.py [N ...] [--loop M] [--pool M] [--base BASE]

For each N (20 and 200 unless stated), N scenarios of notebooks/scenario.ipynb in one language:
(a) a shell loop of `papermill` and `jupyter nbconvert --to html`; (b) the same, as many at a time as cores, one BLAS
thread each;
(c) a pool of processes with papermill and one exporter each; ours: `ruralincome run`, the whole command.
To stay affordable (a) and (b) are timed on M scenarios (20) and (c) on at most M (100); where N is another number their
seconds are scaled, and the page says so. A loop's cost is the same for each scenario; the pool's start is scaled along.
The loops run the notebooks of BASE, a worktree of an earlier build (as for builds.py), or those of this one.
The physical limit is the CPU time of the cells, measured in a process that has imported everything, over the cores.
Both sizes take about twelve minutes on two quiet cores. Writes benchmarks/batch.json and benchmarks/batch.md.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
from pathlib import Path

from ways import CORES, ROOT, cell_seconds, clocked, kernels, ours, params, process_pool, shell_loop, unchanged


def main() -> None:
    """Run all, print and write the results."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sizes", nargs="*", type=int, default=[20, 200])
    parser.add_argument("--loop", type=int, default=20, help="scenarios on which the loops (a) and (b) are timed")
    parser.add_argument("--pool", type=int, default=100, help="scenarios on which the pool (c) is timed, at most")
    parser.add_argument("--base", type=Path, default=ROOT, help="the build whose notebooks the loops run")
    options = parser.parse_args()
    results = {"cores": CORES, "python": sys.version.split()[0], "load": os.getloadavg()[0], "sizes": {}}
    results["loops"] = "this build's" if options.base == ROOT else "an earlier build's"
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        results["kernels"] = kernels(work)
        loops = timed_loops(options.loop, work / "loops", options.base)
        for size in options.sizes:
            results["sizes"][size] = measure(size, loops, options.pool, work / str(size))
            print(json.dumps(results["sizes"][size], indent=1), flush=True)
        results["unchanged"] = unchanged(1000, work / "unchanged")
    here = Path(__file__).parent
    (here / "batch.json").write_text(json.dumps(results, indent=1) + "\n")
    (here / "batch.md").write_text(table(results))
    print(table(results))


def timed_loops(count: int, work: Path, root: Path) -> dict[str, object]:
    """Wall clock and CPU seconds a scenario of the loops (a) and (b); reports that they did not make."""
    files = params(count, work)
    found: dict[str, object] = {"timed": count, "not_made": {}}
    for way, at_once in (("a", 1), ("b", CORES)):
        seconds = clocked(lambda out=work / way, at_once=at_once: shell_loop(files, out, at_once, root))
        found[way] = [x / count for x in seconds]
        found["not_made"][way] = count - len(
            list((work / way).glob("*.html"))
        )  # papermill's kernels may race for a port
    return found


def measure(size: int, loops: dict, most: int, work: Path) -> dict[str, object]:
    """Wall clock and CPU seconds of each way for `size` scenarios, and what is read off while ours runs."""
    files = params(size, work)
    few = files[:most]
    cells = cell_seconds()
    runs = [ours(files, work / "ours-1")]
    c = [x * size / len(few) for x in clocked(lambda: process_pool(few, work / "c"))]
    if size <= most:  # a short one is noisy: once before the others and once after
        runs.append(ours(files, work / "ours-2"))
    limit = statistics.median([*cells, *cell_seconds()]) / CORES
    mine = [statistics.mean(each) for each in zip(*(seconds for seconds, _ in runs), strict=True)]
    read = {name: statistics.mean(r[name] for _, r in runs) for name in runs[0][1]}
    a, b = ([size * x for x in loops[way]] for way in "ab")
    return {
        "a": a,
        "b": b,
        "c": c,
        "timed_a_b": loops["timed"],
        "timed_c": len(few),
        "ours": mine,
        "ours_each": [seconds for seconds, _ in runs],
        "times_a": ratio(a, mine),
        "times_b": ratio(b, mine),
        "times_c": ratio(c, mine),
        "limit_seconds": limit * size,
        "share_of_limit": limit * size / mine[0],
        "cells_of_cpu": limit * CORES * size / mine[1],
        "share_of_limit_steady": limit / read["steady"],
        "first_result_seconds": read["first"],
        "kernel_pss_mb": max(r["kernel_pss_mb"] for _, r in runs),
        "not_made": {**loops["not_made"], "c": len(few) - len(list((work / "c").glob("*.html")))},
    }


def ratio(theirs: list[float], mine: list[float]) -> list[float]:
    return [x / y for x, y in zip(theirs, mine, strict=True)]


def table(results: dict) -> str:
    """The results as a page."""
    lines = [
        "# Batch",
        "",
        f"{results['cores']} cores, Python {results['python']}, load average {results['load']:.1f} at the start. "
        "Made by benchmarks/batch.py; see there for what is compared.",
        f"The loops (a, b) run {results['loops']} notebooks.",
        "Ratios are of one run on one machine, of wall clock / of CPU time; where other work ran beside it, the second",
        "is the more robust. The seconds are that machine's.",
        "",
        "| scenarios | ours, s | faster than (a) shell loop | than (b) one a core | than (c) pool "
        "| share of the limit | in steady state | cells' share of our CPU time | first result, s | a kernel, MB |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for size, r in results["sizes"].items():
        lines.append(
            f"| {size} | {r['ours'][0]:.1f} | {r['times_a'][0]:.1f} / {r['times_a'][1]:.1f} "
            f"| {r['times_b'][0]:.1f} / {r['times_b'][1]:.1f} | {r['times_c'][0]:.1f} / {r['times_c'][1]:.1f} | "
            f"{r['share_of_limit']:.0%} | {r['share_of_limit_steady']:.0%} "
            f"| {r['cells_of_cpu']:.0%} | {r['first_result_seconds']:.1f} | "
            f"{f'{mb:.0f}' if (mb := r['kernel_pss_mb']) else ''} |"
        )
    kernels, same = results["kernels"], results["unchanged"]
    lines += [
        "",
        f"A kernel is ready in {kernels['ready_ms_median']:.0f} ms (median), an ordinary one in "
        f"{kernels['ready_ms_usual']:.0f} ms. {same['scenarios']} unchanged scenarios are recognised in "
        f"{same['seconds']:.1f} s.",
        "",
    ]
    for size, r in results["sizes"].items():
        scaled = [
            f"({ways}) timed on {r[key]}" for ways, key in (("a, b", "timed_a_b"), ("c", "timed_c")) if r[key] != size
        ]
        missed = {way: count for way, count in r["not_made"].items() if count}
        lines.append(
            f"At {size}: {', '.join(scaled) + ' scenarios and scaled' if scaled else 'all ways timed in full'}; "
        )
        lines.append(f"reports that a way did not make: {missed or 'none'}.")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
