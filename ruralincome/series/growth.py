"""Growth: the compound growth a year between two levels, and the level it carries to; for numbers and arrays alike."""

import math
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Level = TypeVar("Level", float, "NDArray[np.float64]")


def pace(first: Level, last: Level, years: Any) -> Level:
    """Growth a year, as a fraction: (last / first)^(1 / years) - 1, for levels of one sign; nan over no years.

    >>> f"{pace(32.6, 44.9, 4):.3%} a year achieved, {pace(44.9, 48.9, 1):.3%} needed"
    '8.332% a year achieved, 8.909% needed'"""
    if isinstance(years, int) and not years:
        return last * math.nan
    return power(last / first, 1 / years) - 1


def carried(level: Level, rate: Level, years: Any) -> Level:
    """The level after `years` at that growth a year: level (1 + rate)^years."""
    return level * power(1 + rate, years)


def power(base: Level, exponent: Any) -> Level:
    """base ** exponent, the same double everywhere: numpy's own power of arrays differs between processors."""
    if isinstance(base, float) and isinstance(exponent, int | float):
        return cast(Level, base**exponent)
    import numpy as np

    return cast(Level, np.float_power(base, exponent))
