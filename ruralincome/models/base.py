"""What models share: what is asked of them, checked, and how draws are made."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from ruralincome.models.forecast import Array
from ruralincome.series import InputError, Series

LARGEST = 300.0
"""Log changes are held within this: with one degree of freedom the far draws of a Student t have no finite level."""
STEADY = 1e-9  # a spread below this, in logarithms a year, is rounding: the series does not vary around its line


def levels(logs: Array) -> Array:
    """exp of logarithms, held within LARGEST."""
    return np.asarray(np.exp(np.clip(logs, -LARGEST, LARGEST)))


def shares(q: Sequence[float]) -> Array:
    """The probabilities asked for, checked. Raises InputError for one that is not between 0 and 1, or for none."""
    found = np.asarray(q, float)
    if not (found.ndim == 1 and found.size and found.min() > 0 and found.max() < 1):
        raise InputError("models.shares", shares=str(found.tolist()))
    return found


def positive(value: float) -> float:
    """The level asked about, checked. Raises InputError where it is not positive."""
    if not value > 0:
        raise InputError("models.not_positive", value=value)
    return value


def years_ahead(series: Series, years: Sequence[int]) -> NDArray[np.int64]:
    """How many years the years asked about lie ahead of the series. Raises InputError for one that does not."""
    ahead = np.asarray(years) - series.origin
    if not (len(ahead) and ahead.min() >= 1):
        raise InputError("models.not_ahead", year=min(years, default=None), origin=series.origin)
    return ahead


def stratified(rng: np.random.Generator, draws: int, columns: int) -> Array:
    """Latin hypercube, shape (draws, columns): each column holds one number from each of `draws` equal strata."""
    ranks = rng.permuted(np.tile(np.arange(draws, dtype=float), (columns, 1)), axis=1).T
    return np.asarray((ranks + rng.random((draws, columns))) / draws)


def with_margins(paths: Array, quantile: Callable[[Sequence[float]], Array]) -> Array:
    """The paths, each year's values replaced rank by rank by exact quantiles, shape (draws, years). quantile:
    probabilities (q,) -> levels (years, q), taken at 769 normal scores, ln level linear between them. The paths keep
    their order within each year, hence how years hang together; a probability is within a draw of the exact."""
    draws = paths.shape[0]
    scores = ndtri((np.arange(draws) + 0.5) / draws)
    nodes = np.linspace(scores[0], scores[-1], 769)
    values = np.log(quantile(ndtr(nodes).tolist()))
    exact = np.exp(np.array([np.interp(scores, nodes, row) for row in values]))
    return np.take_along_axis(exact.T, np.argsort(np.argsort(paths, axis=0), axis=0), axis=0)
