#!/usr/bin/env bash
# Guess: a library of proper scores gives the CRPS of a Student t for every number of degrees of freedom above zero; or, for
# one degree, the score is infinite, since the mean is.
# Seen: scoringrules 0.10.0 returns nan for one degree of freedom, with a warning of a division by zero, and a number for 1.0001. The score
# exists: at the centre of a standard Cauchy it is 2 ln 2 / pi = 0.4413, as an integral shows. Two observations and a weak
# prior lead to just such a predictive, and the mean score of a benchmark turns into nan by one series.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/python -m pip install --quiet --disable-pip-version-check scoringrules==0.10.0 numpy==2.4.6 scipy==1.17.1
cat > try.py <<'PY'
import math
import warnings
from importlib.metadata import version

import scoringrules as sr
from scipy.integrate import quad
from scipy.stats import cauchy

warnings.simplefilter("ignore")
print("scoringrules", version("scoringrules"))
integral = 2 * quad(lambda x: cauchy.cdf(-x) ** 2, 0, math.inf)[0]
at_one, near_one = float(sr.crps_t(0.0, 1.0)), float(sr.crps_t(0.0, 1.0001))
print(f"integral {integral:.6f}, 2 ln 2 / pi {2 * math.log(2) / math.pi:.6f}, df=1: {at_one}, df=1.0001: {near_one:.6f}")
assert abs(integral - 2 * math.log(2) / math.pi) < 1e-8
assert math.isnan(at_one)
assert abs(near_one - integral) < 1e-3
PY
v/bin/python try.py
