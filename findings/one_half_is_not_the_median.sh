#!/usr/bin/env bash
# Guess: the quantile at one half is the median, in one package at least, and four provinces have one median.
# Seen: polars 2.1.0 gives median() 6.8 and quantile(0.5) 7.4 of the same four figures, and describe() says 50 % and 75 % are both 7.4; DuckDB 2.0.1
# gives median() 6.8 and quantile(x, 0.5) 6.2; numpy 2.4.6 says 6.8. The defaults differ: "nearest", the lower one, a line between. Quantiles of growth
# of a small reference class move by half a point of growth a year and more by the choice of package, which nobody made.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/python -m pip install --quiet --disable-pip-version-check polars==2.1.0 duckdb==2.0.1 numpy==2.4.6
cat > try.py <<'PY'
from importlib.metadata import version

import duckdb
import numpy as np
import polars as pl

growth = [5.1, 6.2, 7.4, 9.9]
print({name: version(name) for name in ("polars", "duckdb", "numpy")})
series = pl.Series("growth", growth)
told = dict(series.describe().iter_rows())
values = ", ".join(f"({value}::double)" for value in growth)
rows = duckdb.connect().execute(f"select median(x), quantile(x, 0.5), quantile_cont(x, 0.5) from (values {values}) t(x)")
(found,) = rows.fetchall()
print("polars", series.median(), series.quantile(0.5), told["50%"], told["75%"], "duckdb", found, "numpy", np.quantile(growth, 0.5))
assert np.isclose([series.median(), np.median(growth), np.quantile(growth, 0.5), found[0], found[2]], 6.8).all()
assert series.quantile(0.5) == told["50%"] == told["75%"] == 7.4
assert found[1] == 6.2
PY
v/bin/python try.py
