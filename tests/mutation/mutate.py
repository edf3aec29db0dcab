"""Mutants of the rooms that compute, killed by each room's own tests; outside CI. `make mutate`.

A mutant is one change in one place: another comparison, another sign, a number moved, a condition turned round, `and`
for `or`. They are drawn by a seed over all rooms, by the number of places; each is put into a copy of the project, and
the room's tests are run on it. Survivors are printed with their line: mend the tests, or say why none can tell.
"""

import argparse
import ast
import copy
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("series", "reference", "rules", "models", "target", "scenario", "panel")
OTHER = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult,
    ast.And: ast.Or, ast.Or: ast.And, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
"""What stands for what."""
SLOWEST = 900.0
"""Seconds after which a mutant counts as killed: it does not end."""


def places(tree):
    """Nodes of a module that can be changed: not in docstrings, defaults of texts, or types."""
    away = set()
    for node in ast.walk(tree):
        for part in [getattr(node, "annotation", None), getattr(node, "returns", None)]:
            away |= {id(n) for n in ast.walk(part)} if part is not None else set()
    for node in ast.walk(tree):
        if id(node) in away:
            continue
        plain = isinstance(node, ast.Constant) and type(node.value) in (int, float)
        one = isinstance(node, ast.Compare) and type(node.ops[0]) in OTHER
        two = isinstance(node, ast.BinOp | ast.BoolOp) and type(node.op) in OTHER
        if plain or one or two or isinstance(node, ast.If | ast.IfExp):
            yield node


def mutant(tree, index):
    """The module with its place of that number changed, and the line."""
    made = copy.deepcopy(tree)
    node = list(places(made))[index]
    if isinstance(node, ast.Constant):
        node.value = node.value + 1
    elif isinstance(node, ast.Compare):
        node.ops[0] = OTHER[type(node.ops[0])]()
    elif isinstance(node, ast.BinOp | ast.BoolOp):
        node.op = OTHER[type(node.op)]()
    else:
        node.test = ast.UnaryOp(ast.Not(), node.test)
    return ast.unparse(ast.fix_missing_locations(made)), node.lineno


def killed(copied, room, path):
    """Whether the tests of a room fail on the copy; those that mirror the module come first, as most die by them."""
    own = sorted(str(p.relative_to(copied)) for p in (copied / "tests" / room).rglob(f"test_{path.stem}*.py"))
    code = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-m", "not long", *own]
    code += [f"tests/{room}"]
    around = os.environ | {"PYTHONPATH": str(copied), "OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        return subprocess.run(
            code, cwd=copied, env=around, capture_output=True, timeout=SLOWEST, check=False
        ).returncode
    except subprocess.TimeoutExpired:
        return 1


def main():
    """Draw mutants, run them, and say how many were killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--seed", type=int, default=19)
    parser.add_argument("--rooms", nargs="*", default=ROOMS)
    stated = parser.parse_args()
    found = []
    for room in stated.rooms:
        for path in sorted((ROOT / "ruralincome" / room).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            found += [(room, path, tree, i) for i in range(len(list(places(tree))))]
    drawn = random.Random(stated.seed).sample(found, min(stated.count, len(found)))
    counts = Counter()
    with tempfile.TemporaryDirectory() as folder:
        copied = Path(folder) / "project"
        shutil.copytree(ROOT, copied, ignore=shutil.ignore_patterns(".git", ".venv", "build", "reports", "__pycache__"))
        for room, path, tree, i in drawn:
            there = copied / path.relative_to(ROOT)
            before = there.read_text(encoding="utf-8")
            code, line = mutant(tree, i)
            there.write_text(code, encoding="utf-8")
            status = killed(copied, room, path)
            there.write_text(before, encoding="utf-8")
            counts["killed" if status else "survived"] += 1
            if not status:
                print(f"survived: {path.relative_to(ROOT)}:{line} (place {i} of the module)", flush=True)
            if not counts.total() % 20:
                print(f"so far: {dict(counts)}", flush=True)
    print(f"{date.today()} {len(drawn)} of {len(found)} places, seed {stated.seed}: {dict(counts)}")
    return int(counts["survived"] > 0.05 * len(drawn))


if __name__ == "__main__":
    sys.exit(main())
