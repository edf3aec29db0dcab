#!/usr/bin/env bash
# Guess: with two observations a forecasting package either refuses or gives an interval so wide that it says "I do not know".
# Seen: statsforecast 2.1.1. RandomWalkWithDrift gives an "80 %" interval of width zero: 69.5 to 69.5 two years on. AutoARIMA chooses a constant
# mean, foretells that income falls back below the last figure and stays, and its own mean lies 14 % under it; its upper bound does not
# grow. Naive gives width. Nothing is raised or warned but a division by zero inside. The mean of both differs by 30.75 for the same history.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/python -m pip install --quiet --disable-pip-version-check statsforecast==2.1.1 numpy==2.4.6
cat > try.py <<'PY'
import warnings
from importlib.metadata import version

import numpy as np
from statsforecast.models import AutoARIMA, Naive, RandomWalkWithDrift

warnings.simplefilter("ignore")
y = np.array([32.6, 44.9])
print("statsforecast", version("statsforecast"))
found = {m.__name__: m().forecast(y=y, h=2, level=[80]) for m in (RandomWalkWithDrift, Naive, AutoARIMA)}
for name, made in found.items():
    print(name, {k: np.round(np.asarray(v, float), 2).tolist() for k, v in made.items()})
drift, auto = found["RandomWalkWithDrift"], found["AutoARIMA"]
assert np.array_equal(np.asarray(drift["lo-80"]), np.asarray(drift["hi-80"]))
assert np.allclose(np.asarray(drift["mean"], float), [57.2, 69.5])
assert np.allclose(np.asarray(auto["mean"], float), 38.75)
assert np.ptp(np.asarray(auto["hi-80"], float)) == 0
PY
v/bin/python try.py
