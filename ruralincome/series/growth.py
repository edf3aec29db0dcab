"""Growth: the compound growth a year between two levels, and the level it carries to; for numbers and arrays alike."""

import math
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_Level = TypeVar("_Level", float, "NDArray[np.float64]")


def pace(first: _Level, last: _Level, years: Any) -> _Level:
    """Growth a year, as a fraction: (last / first)^(1 / years) - 1, for levels of one sign; nan over no years.

    >>> f"{pace(32.6, 44.9, 4):.3%} a year achieved, {pace(44.9, 48.9, 1):.3%} needed"
    '8.332% a year achieved, 8.909% needed'"""
    if isinstance(years, int) and not years:
        return last * math.nan
    return power(last / first, 1 / years) - 1


def carried(level: _Level, rate: _Level, years: Any) -> _Level:
    """The level after `years` at that growth a year: level (1 + rate)^years."""
    return level * power(1 + rate, years)


def power(base: _Level, exponent: Any) -> _Level:
    """base ** exponent, the same double everywhere: numpy's own power of arrays differs between processors."""
    if isinstance(base, float) and isinstance(exponent, int | float):
        return cast(_Level, base**exponent)
    import numpy as np

    return cast(_Level, np.float_power(base, exponent))
