#!/usr/bin/env bash
# Guess: a random walk with drift is one model, and one package gives it one prediction interval.
# Seen: statsmodels 0.15.0, six annual observations. UnobservedComponents("rwdrift") and ARIMA(0,1,0) with a trend agree on
# the drift to four digits; their standard errors differ by 22 % one year ahead and by 58 % five years ahead. The first
# divides by n - 1 and carries the uncertainty of the drift; the second takes the maximum likelihood variance and holds the
# drift for known, so that its width grows as the square root of the horizon. With few years that is the whole answer.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/python -m pip install --quiet --disable-pip-version-check statsmodels==0.15.0 numpy==2.4.6 scipy==1.17.1 pandas==3.0.0
cat > try.py <<'PY'
import warnings

import numpy as np
import statsmodels
import statsmodels.api as sm

warnings.simplefilter("ignore")
y = np.log([30.0, 32.6, 35.1, 38.0, 40.2, 44.9])
ahead = np.arange(1, 6)
state = sm.tsa.UnobservedComponents(y, "rwdrift").fit(disp=0).get_forecast(5)
arima = sm.tsa.ARIMA(y, order=(0, 1, 0), trend="t").fit().get_forecast(5)
print("statsmodels", statsmodels.__version__)
print("log level, state space:", np.round(state.predicted_mean, 4), "ARIMA:", np.round(arima.predicted_mean, 4))
print("its standard error, state space:", np.round(state.se_mean, 4), "ARIMA:", np.round(arima.se_mean, 4))
ratio = state.se_mean / arima.se_mean
print("ratio by horizon:", np.round(ratio, 2))
steps = np.diff(y)
s = steps.std(ddof=1)
textbook = s * np.sqrt(ahead + ahead**2 / len(steps))
print("textbook s sqrt(h + h^2/K):", np.round(textbook, 4))
assert np.allclose(state.predicted_mean, arima.predicted_mean, atol=2e-3)
assert np.allclose(state.se_mean, textbook, rtol=0.02)
assert np.allclose(arima.se_mean, arima.se_mean[0] * np.sqrt(ahead), rtol=1e-6)
assert 1.18 < ratio[0] < 1.27 and 1.5 < ratio[4] < 1.65
PY
v/bin/python try.py
