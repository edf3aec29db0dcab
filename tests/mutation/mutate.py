"""Mutants of the rooms that compute, killed by each room's own tests; outside CI. `make mutate`.

A mutant is one change in one place: another comparison, another sign, a number moved, a condition turned round, `and`
for `or`. They are drawn by a seed over all rooms, by the number of places. Each is written into a copy of the project,
and a fork that has the libraries but nothing of ours runs the room's tests on it until one fails: the files that mirror
the module, then the others, quickest first. A file that never enters the function cannot tell, and is left out: which
files enter which functions is seen once, on the copy unchanged, where all must pass. Hypothesis draws the same examples
each time. Each verdict is a line of the log, so that a run that was stopped goes on, as long as the rooms are the same;
survivors are printed: mend the tests and run them `--again`, or say in explained.tsv why none can tell: those are not
run, and count as survivors until somebody runs them without it.
"""

import argparse
import ast
import compileall
import contextlib
import copy
import hashlib
import json
import os
import random
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from datetime import date
from importlib import import_module, util
from pathlib import Path
from py_compile import PycInvalidationMode

os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}  # before numpy comes
LIBRARIES = (
    *("babel.numbers", "hypothesis.extra.numpy", "nbformat.v4", "numpy", "pandas", "pydantic", "pytest", "yaml"),
    *("scipy.integrate", "scipy.optimize", "scipy.special", "scipy.stats"),
    *("statsmodels.regression.linear_model", "statsmodels.tsa.statespace.structural"),
    "statsmodels.tsa.statespace.exponential_smoothing",
)
ROOT = Path(__file__).parents[2]
ROOMS = ("series", "reference", "rules", "models", "target", "scenario", "panel")
LEFT = (".git", ".venv", "build", "reports", "__pycache__", ".*_cache", ".hypothesis")
"""What the copy does without."""
OTHER = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult,
    ast.And: ast.Or, ast.Or: ast.And, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
"""What stands for what."""
EXPLAINED = Path(__file__).with_name("explained.tsv")
"""Module, column, line of code, what was changed there, and why no test can tell."""
MEMORY = 6 << 30
"""Bytes that a fork may take."""
BROKEN = 70
"""Exit status of a fork in which pytest itself did not end: no verdict."""


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
    """The module with its place of that number changed; line and column, the function, and what was changed."""
    made = copy.deepcopy(tree)
    node = list(places(made))[index]
    part = node.test if isinstance(node, ast.If) else node
    before, within = ast.unparse(part), function(made, node)
    if isinstance(node, ast.Constant):
        node.value = node.value + 1
    elif isinstance(node, ast.Compare):
        node.ops[0] = OTHER[type(node.ops[0])]()
    elif isinstance(node, ast.BinOp | ast.BoolOp):
        node.op = OTHER[type(node.op)]()
    else:
        node.test = ast.UnaryOp(ast.Not(), node.test)
    after = ast.unparse(node.test if isinstance(node, ast.If) else node)
    code = ast.unparse(ast.fix_missing_locations(made))
    return code, (node.lineno, node.col_offset), within, f"{before} -> {after}"


def function(tree, node):
    """First line of the innermost function whose body has the node, decorators counted; 0 where the module runs it."""
    first = 0
    for f in ast.walk(tree):  # from the outermost inwards
        if isinstance(f, ast.FunctionDef) and any(n is node for part in f.body for n in ast.walk(part)):
            first = min([f.lineno, *(d.lineno for d in f.decorator_list)])
    return first


def tried(copied, files, limit, seen=None):
    """pytest's exit status over files of the copy in a fork (below 0: it did not end in `limit` seconds of processor,
    or ten times that on the clock), the first failure, and the seconds. seen: a file for the functions it entered."""
    out = copied.parent / "out"
    if not (child := os.fork()):
        try:
            inside(copied, files, limit, seen, out)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(BROKEN)
    until = time.monotonic() + 10 * limit
    while not (ended := os.wait4(child, os.WNOHANG))[0]:
        if time.monotonic() > until:
            os.kill(child, signal.SIGKILL)
        time.sleep(0.02)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)  # what it started
    code, text = os.waitstatus_to_exitcode(ended[1]), out.read_text(encoding="utf-8", errors="replace")
    if code == BROKEN:
        sys.exit(text)
    told = re.search("^(?:FAILED|ERROR).*", text, re.M)
    used = ended[2].ru_utime + ended[2].ru_stime
    return code, told[0][:200] if told else "", round(used, 1)


def inside(copied, files, limit, seen, out):
    """What the fork does."""
    os.setsid()
    os.chdir(copied)
    os.dup2(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 1)
    os.dup2(1, 2)
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.path.insert(0, str(copied))
    sys.dont_write_bytecode = seen is None  # the first time what pytest makes of the tests is kept
    os.environ |= {"PYTHONPATH": str(copied), "PYTHONDONTWRITEBYTECODE": "1"}
    assert "ruralincome" not in sys.modules
    assert Path(util.find_spec("ruralincome").origin).is_relative_to(copied)
    entered, package = set(), str(copied / "ruralincome") + os.sep

    def enter(frame, *_):
        code = frame.f_code
        if code.co_filename.startswith(package):
            name = "ruralincome" + os.sep + code.co_filename.removeprefix(package)
            entered.add((name, 0 if code.co_name == "<module>" else code.co_firstlineno))

    if seen:
        sys.addaudithook(lambda event, _: entered.add(("elsewhere", 0)) if event == "subprocess.Popen" else None)
        sys.settrace(enter)
    args = ["-x", "-m", "not long", "-p", "no:cacheprovider", "--hypothesis-profile=mutants"]
    args += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # of libraries that are here already
    code = int(sys.modules["pytest"].main([*args, f"--basetemp={copied.parent / 'temporary'}", *files]))
    if seen:
        sys.settrace(None)
        seen.write_text(json.dumps(sorted(entered)), encoding="utf-8")
    sys.stdout.flush()
    os._exit(code)


def entered_by(copied, room, log):
    """Of each file of the room's tests, as far as it has tests that run: its seconds and the functions it enters."""
    known = {}
    for path in sorted((copied / "tests" / room).rglob("test_*.py")):
        name = str(path.relative_to(copied))
        key = {"file": name, "tests": hashlib.sha256(path.read_bytes()).hexdigest()[:12]}
        if not (line := log.find(key)):
            seen = copied.parent / "seen"
            code, told, seconds = tried(copied, [name], 1800, seen)
            if code not in (0, 5):
                sys.exit(f"{name} fails where nothing is changed ({code}): {told}")
            entered = json.loads(seen.read_text(encoding="utf-8")) if code == 0 else []
            line = log.add({**key, "seconds": seconds, "entered": entered})
        if line["entered"]:
            known[name] = line["seconds"], {tuple(e) for e in line["entered"]}
    return known


def verdict(copied, module, known, within):
    """Whether tests tell the copy, whose `module` is changed in the function at line `within`; by what; in how long."""
    asked = (str(module), within), ("elsewhere", 0)
    able = sorted((seconds, name) for name, (seconds, entered) in known.items() if entered.intersection(asked))
    mirror = [name for _, name in able if Path(name).name.startswith(f"test_{module.stem}")]
    spent = 0.0
    for files in (mirror, [name for _, name in able if name not in mirror]):
        if files:
            limit = 60 + 5 * int(sum(seconds for seconds, name in able if name in files))
            code, told, seconds = tried(copied, files, limit)
            spent += seconds
            if code:
                return "too long" if code < 0 else "killed", told or f"status {code}", spent
    return "survived", f"{len(able)} files that enter it", spent


def explained():
    """What no test can tell, by module, column, line of code and change: once rewritten it is tried again."""
    return {tuple(line.split("\t")[:4]) for line in EXPLAINED.read_text(encoding="utf-8").splitlines()}


class Log:
    """Lines of JSON of runs on the same rooms; of two on one thing the later holds."""

    def __init__(self, path, rooms):
        self.path, self.rooms = path, rooms
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        self.lines = [line for line in lines if line["rooms"] == rooms]

    def find(self, key):
        return next((line for line in reversed(self.lines) if key.items() <= line.items()), None)

    def add(self, line):
        self.lines.append(line | {"rooms": self.rooms})
        with self.path.open("a", encoding="utf-8") as file:
            print(json.dumps(self.lines[-1]), file=file, flush=True)
        return line


def main():
    """Draw mutants, run them, and say how many were killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--seed", type=int, default=19)
    parser.add_argument("--rooms", nargs="*", default=ROOMS)
    parser.add_argument("--log", type=Path, default=ROOT / "build" / "mutants.jsonl")
    parser.add_argument(
        "--again", metavar="PART", nargs="?", const="", help="survivors whose PATH:LINE has PART, again"
    )
    stated = parser.parse_args()
    found, whole = [], hashlib.sha256()
    for room in stated.rooms:
        for path in sorted((ROOT / "ruralincome" / room).rglob("*.py")):
            whole.update(path.read_bytes())
            tree = ast.parse(path.read_text(encoding="utf-8"))
            found += [(room, path, tree, i) for i in range(len(list(places(tree))))]
    drawn = random.Random(stated.seed).sample(found, min(stated.count, len(found)))
    for name in LIBRARIES:
        import_module(name)
    settings, phase = sys.modules["hypothesis"].settings, sys.modules["hypothesis"].Phase
    told = {"deadline": None, "derandomize": True, "database": None, "phases": (phase.explicit, phase.generate)}
    settings.register_profile("mutants", **told)
    log, counts, known, idle = Log(stated.log, whole.hexdigest()[:12]), Counter(), {}, explained()
    with tempfile.TemporaryDirectory() as folder:
        copied = Path(folder) / "project"
        shutil.copytree(ROOT, copied, ignore=shutil.ignore_patterns(*LEFT))
        compiled = PycInvalidationMode.CHECKED_HASH  # by content: a change within the second is seen
        compileall.compile_dir(copied / "ruralincome", quiet=1, invalidation_mode=compiled)
        for room, path, tree, i in drawn:
            module = path.relative_to(ROOT)
            code, (number, column), within, change = mutant(tree, i)
            source = path.read_text(encoding="utf-8").splitlines()[number - 1].strip()
            if (str(module), str(column), source, change) in idle:
                counts["explained"] += 1
                continue
            line = log.find({"module": str(module), "place": i})
            if not line or (stated.again is not None and line["verdict"] == "survived" and stated.again in line["at"]):
                if room not in known:
                    known[room] = entered_by(copied, room, log)
                (copied / module).write_text(code, encoding="utf-8")
                said, by, seconds = verdict(copied, module, known[room], within)
                shutil.copyfile(path, copied / module)
                line = {"module": str(module), "place": i, "at": f"{module}:{number}", "change": change}
                log.add(line := line | {"verdict": said, "by": by, "seconds": round(seconds, 1)})
            counts[line["verdict"]] += 1
            if line["verdict"] == "survived":
                print(f"survived: {line['at']} {change} (place {i} of the module; {line['by']})", flush=True)
            if not counts.total() % 20:
                print(f"so far: {dict(counts)}", flush=True)
    print(f"{date.today()} {len(drawn)} of {len(found)} places, seed {stated.seed}: {dict(counts)}")
    return int(counts["survived"] > 0.05 * (len(drawn) - counts["explained"]))


if __name__ == "__main__":
    sys.exit(main())
