#!/usr/bin/env bash
# Guess: a script has ended with its last line. A short command costs its imports and its work; who turns the garbage collector off saves what that takes.
# Seen: pandas 2.3.3, statsmodels 0.14.5, on CPython 3.11.7, 3.12.1 and 3.13.0. About a fifth of the processor time of a process that imports pandas, or
# statsmodels, comes after its last line: as it ends, the interpreter goes through all that was imported for garbage, several times. After `gc.disable()`
# three quarters and more of it are left, as most of these rounds do not ask whether they may. `gc.freeze()` in the last line leaves a seventh. Each short
# run of a schedule pays it anew.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv there
there/bin/python -m pip install --quiet --disable-pip-version-check numpy==2.2.6 scipy==1.15.3 pandas==2.3.3 statsmodels==0.14.5
cat > end.py <<'PY'
import os
import subprocess
import sys
from importlib.metadata import version
from statistics import median

ENDS = {"as it comes": "", "gc.disable()": "gc.disable()", "gc.freeze()": "gc.freeze()"}


def after(module, last):
    """CPU seconds from the last line of a process to its end, and those of the whole."""
    code = f"import gc, sys, time\nimport {module}\n{last}\nprint(time.process_time(), flush=True)"
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    until = float(child.stdout.read())
    _, _, used = os.wait4(child.pid, 0)
    whole = used.ru_utime + used.ru_stime
    return whole - until, whole


print("Python", sys.version.split()[0], *(f"{name} {version(name)}" for name in ("pandas", "statsmodels")))
for module in ("pandas", "statsmodels.api"):
    after(module, "")  # which compiles what it imports
    runs = {end: [after(module, last) for _ in range(7)] for end, last in ENDS.items()}
    share = median(spent / whole for spent, whole in runs["as it comes"])
    times = {end: median(spent for spent, _ in runs[end]) / median(s for s, _ in runs["as it comes"]) for end in ENDS}
    print(f"import {module}: {share:.0%} after the last line;", {end: f"{ratio:.2f} of it" for end, ratio in times.items()})
    assert share > 0.1 and times["gc.disable()"] > 0.6 and times["gc.freeze()"] < 0.4, "changed"
PY
there/bin/python end.py
