#!/usr/bin/env bash
# Guess: importing a library of statistics loads what is compiled already; its manual is made when the manual is made. Who starts Python with -OO, which
# leaves docstrings out, saves them.
# Seen: scipy 1.17.1. Importing scipy.stats takes the docstrings of 474 functions apart by sections, adds a table of which array libraries (CuPy, JAX, Dask)
# the function takes, and sets them together again: 56 % of all calls of Python functions that the import makes, 679,000 where 1.15.3 made 228,000 and
# 1.16.3 made 337,000. The setting SCIPY_ARRAY_API=0 changes nothing. Under -OO the docstrings are gone, and the 474 tables are written all the same, with
# 30 % of the calls. Each process pays anew: statsmodels imports scipy.stats for a straight line, and each notebook of a batch has a kernel of its own.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
install() {
  python3 -m venv "$1"
  "$1/bin/python" -m pip install --quiet --disable-pip-version-check "${@:2}"
}
install before scipy==1.15.3 numpy==2.2.6
install between scipy==1.16.3 numpy==2.2.6
install now scipy==1.17.1 numpy==2.2.6
cat > try.py <<'PY'
import sys
from importlib.metadata import version

import numpy  # noqa: F401 - its own calls are not counted

calls = within = written = depth = 0


def look(frame, event, _):
    """Count calls, and those made while a docstring is written anew."""
    global calls, within, written, depth
    writes = frame.f_code.co_name == "decorator" and frame.f_code.co_filename.endswith("_array_api.py")
    if event == "call":
        calls += 1
        depth += writes
        written += writes
        within += depth > 0
    elif event == "return":
        depth -= writes


sys.setprofile(look)
import scipy.stats  # noqa: E402

sys.setprofile(None)
print("scipy", version("scipy"), "docstrings written:", written, "calls:", calls, "share:", round(within / calls, 3))
known, low, high = map(float, sys.argv[1:])
if written != known or not low < within / calls <= high:  # -OO leaves assertions out, too
    raise SystemExit("changed")
PY
before/bin/python try.py 0 -1 0
between/bin/python try.py 64 0.1 0.2
now/bin/python try.py 474 0.5 0.6
SCIPY_ARRAY_API=0 now/bin/python try.py 474 0.5 0.6
now/bin/python -OO try.py 474 0.25 0.35
now/bin/python -OO -c "import scipy.stats; print(scipy.stats.linregress.__doc__)" | now/bin/python -c "
import sys
words = sys.stdin.read()
print('under -OO:', ' '.join(words.split())[-160:])
assert 'Array API Standard Support' in words and 'Calculate a linear least-squares regression' not in words"
