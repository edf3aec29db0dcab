#!/usr/bin/env bash
# Guess: a forecast without width, a plain number, has a CRPS: the absolute error, which is what the score becomes there. Two packages that
# compute it say so.
# Seen: scoringrules 0.10.0 and properscoring 0.1 both give nan for a normal of spread 0, while scoringrules gives 0.5 for three members at one value, the
# same forecast. As a benchmark's mean leaves nan out, or turns into it, a package that gives intervals of no width is judged by the histories on which it did
# not: just those that it should be blamed for go missing.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/python -m pip install --quiet --disable-pip-version-check scoringrules==0.10.0 properscoring==0.1 numpy==2.4.6 scipy==1.17.1
cat > try.py <<'PY'
import math
import warnings
from importlib.metadata import version

import numpy as np
import properscoring as ps
import scoringrules as sr

warnings.simplefilter("ignore")
print({name: version(name) for name in ("scoringrules", "properscoring")})
came, said = 1.5, 1.0
closed = {"scoringrules": float(sr.crps_normal(came, said, 0.0)), "properscoring": float(ps.crps_gaussian(came, said, 0.0))}
nearly = float(sr.crps_normal(came, said, 1e-9))
members = float(sr.crps_ensemble(came, np.full(3, said)))
print(closed, "spread 1e-9:", nearly, "three members:", members)
assert all(math.isnan(value) for value in closed.values())
assert abs(nearly - 0.5) < 1e-6 and members == 0.5
PY
v/bin/python try.py
