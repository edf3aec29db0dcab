#!/usr/bin/env bash
# Guess: Prophet, given one figure a year, sees that there is no season to fit; and given two figures its interval is wide, or it refuses.
# Seen: prophet 1.5.0 fits a yearly season to seven figures of 31 December, twenty coefficients told apart by leap days alone: figures that grow by exactly 7 % a year
# are foretold with steps that are uneven. With two figures it draws the line through them, and the "80 %" interval four years on is narrower than a
# millionth of the level. yearly_seasonality=False takes the season away; nothing takes the certainty.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/python -m pip install --quiet --disable-pip-version-check prophet==1.5.0 pandas==3.0.6 numpy==2.4.6
cat > try.py <<'PY'
import logging
import warnings
from importlib.metadata import version

import numpy as np
import pandas as pd
from prophet import Prophet

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)


def days(years):
    return pd.to_datetime([f"{year}-12-31" for year in years])


print("prophet", version("prophet"))
np.random.seed(0)
even = pd.DataFrame({"ds": days(range(2014, 2021)), "y": 30 * 1.07 ** np.arange(7)})
model = Prophet().fit(even)
ahead = model.predict(pd.DataFrame({"ds": days(range(2021, 2026))}))["yhat"].to_numpy()
steps = np.diff(ahead)
print("seasons", list(model.seasonalities), "coefficients", model.params["beta"].shape[1], "steps", np.round(steps, 2))
two = pd.DataFrame({"ds": days((2016, 2020)), "y": [32.6, 44.9]})
told = Prophet().fit(two).predict(pd.DataFrame({"ds": days((2024,))})).iloc[0]
print("two figures:", told["yhat"], "interval", told["yhat_lower"], told["yhat_upper"])
assert list(model.seasonalities) == ["yearly"] and model.params["beta"].shape[1] == 20
assert steps.min() < steps[0] * 1.02 and not np.all(np.diff(steps) > 0)
assert 0 <= told["yhat_upper"] - told["yhat_lower"] < 1e-6 * told["yhat"]
PY
v/bin/python try.py
