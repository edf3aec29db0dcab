"""The lead model as an sktime forecaster, and what sktime's own checks of a forecaster say of it.

Run by `make sktime`, in an environment of its own: sktime does not go with every pandas that the product admits.
"""

import sys
import warnings

import numpy as np
import pandas as pd
import sktime
from forecaster import default_class
from sktime.forecasting.base import BaseForecaster
from sktime.utils.estimator_checks import check_estimator

from ruralincome.models.forecast import Refusal
from ruralincome.models.walk import pooled
from ruralincome.series import Series

FIRST = 2000
"""The year that the first step stands for where the index is none of years."""


class PooledDrift(BaseForecaster):
    """Pooled drift of positive annual levels under the default class of `kind`; the point forecast is the median.

    kind: "income" or "general", which class answers. steps: "years", or "any": each step of the index, whatever its
    length, is taken for a year. Missing values are years without a figure. Raises ValueError for an index that is none
    of years where steps is "years", for levels that are not positive, and where the model refuses.

    >>> import pandas as pd
    >>> from sktime_adapter import PooledDrift
    >>> y = pd.Series([38.2, None, 44.9], index=pd.period_range("2018", "2020", freq="Y"))
    >>> [round(float(value), 1) for value in PooledDrift().fit(y).predict(fh=[1, 2])]
    [47.8, 50.5]
    """

    _tags = {
        "authors": "ruralincome",
        "capability:categorical_in_X": False,
        "capability:exogenous": False,
        "capability:insample": False,
        "capability:missing_values": True,
        "capability:multivariate": False,
        "capability:pred_int": True,
        "capability:pred_int:insample": False,
        "requires-fh-in-fit": False,
        "y_inner_mtype": "pd.Series",
    }

    def __init__(self, kind: str = "income", steps: str = "years"):
        self.kind = kind
        self.steps = steps
        super().__init__()

    def _fit(self, y, X=None, fh=None):
        places = _years(y.index, self.steps)
        known = y.notna().to_numpy()
        years = tuple(int(year) for year in places[known])
        series = Series("y", years, tuple(float(value) for value in y[known]), kind=self.kind)
        fit = pooled(series, default_class(self.kind, series.origin))
        if isinstance(fit, Refusal):
            raise ValueError(f"the model refuses this series: {fit.reason} {dict(fit.values)}")
        self.last_, self.fit_ = int(places[-1]), fit  # the cutoff may lie after the last figure
        return self

    def _predict(self, fh, X=None):
        index = fh.to_absolute_index(self.cutoff)
        return pd.Series(self._quantiles(fh, [0.5])[:, 0], index=index, name=self._y.name)

    def _predict_quantiles(self, fh, X, alpha):
        columns = pd.MultiIndex.from_product([self._get_varnames(), alpha])
        return pd.DataFrame(self._quantiles(fh, alpha), index=fh.to_absolute_index(self.cutoff), columns=columns)

    def _quantiles(self, fh, q):
        ahead = np.asarray(fh.to_relative(self.cutoff).to_pandas(), int)
        return np.asarray(self.fit_.quantile([self.last_ + int(step) for step in ahead], q))

    @classmethod
    def get_test_params(cls, parameter_set="default"):
        """The checks of sktime feed days and months: each step is taken for a year."""
        return [{"kind": "general", "steps": "any"}, {"kind": "income", "steps": "any"}]


def _years(index, steps):
    """The year of each step of the index."""
    if isinstance(index, pd.DatetimeIndex | pd.PeriodIndex):
        periods = index if isinstance(index, pd.PeriodIndex) else index.to_period(index.freqstr or index.inferred_freq)
        if periods.freqstr.startswith("Y"):
            return np.asarray(periods.year)
        ordinals = periods.astype("int64")
    elif steps == "years":
        return np.asarray(index)
    else:
        ordinals = np.asarray(index)
    if steps == "years":
        raise ValueError(f"the index has steps of {index.freqstr}, not of years: give annual figures, or steps='any'")
    return np.asarray(ordinals - ordinals[0] + FIRST)


REFUSED = "test_update_with_exogenous_variables"
"""The checks that feed a level of zero, which a model of positive levels must refuse."""


def main() -> int:
    """Run the checks; write the counts and each that failed with its reason, and fail if any did but those REFUSED."""
    warnings.simplefilter("ignore", FutureWarning)  # of what sktime 1.3 will do
    found = check_estimator(PooledDrift, raise_exceptions=False, verbose=False)
    failed = {name: str(result) for name, result in found.items() if result != "PASSED"}
    passed = len(found) - len(failed)
    print(f"sktime {sktime.__version__}, pandas {pd.__version__}: {passed} checks passed, {len(failed)} not")
    for name, result in failed.items():
        print(f"- {name}: {result.splitlines()[0]}")
    return any(not (name.startswith(REFUSED) and "is not positive" in result) for name, result in failed.items())


if __name__ == "__main__":
    sys.exit(main())
