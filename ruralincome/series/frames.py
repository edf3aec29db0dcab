"""Frames: a series from what pandas holds, and back; and how a notebook shows a value. pandas is loaded when used."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from ruralincome.series.faults import InputError

if TYPE_CHECKING:
    import pandas as pd

    from ruralincome.series.series import Series


class Shows:
    """What a notebook shows as a small table in the reader's language, never as pages of repr."""

    view: ClassVar[Callable[[Any], dict[str, str]] | None] = None
    draw: ClassVar[Callable[[Any, Any, str], Any] | None] = None
    """How, by media type; and how its chart is drawn on axes: set by the package, since both lie in a room above."""

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:  # noqa: ARG002
        return Shows.view(self) if Shows.view else {"text/plain": repr(self)}


def observed(frame: Any, year: str | None, value: str | None, error: str | None) -> dict[str, tuple[Any, ...]]:
    """Years, values and standard errors of a DataFrame, or of a Series of pandas whose index holds the years.

    year: the column of years, the index unless named; value: the column of values, the only one unless named; error:
    the column of standard errors. Years are whole numbers or yearly periods. Raises InputError naming the column or
    the row: a column that is not there, an index of days or of other periods, years as text, a value that is missing.
    """
    columns = {str(frame.name or "value"): frame} if not hasattr(frame, "columns") else dict(frame.items())
    rest = [name for name in columns if name not in (year, error)]
    if value is None and len(rest) != 1:
        raise InputError("series.frame_value", columns=rest)
    named = {"year": year, "value": rest[0] if value is None else value, "error": error}
    for role, name in named.items():
        if name is not None and name not in columns:
            raise InputError("series.frame_column", role=role, name=name, columns=[*columns])
    found: dict[str, tuple[Any, ...]] = {
        "years": tuple(map(_year, _years(frame.index if year is None else columns[year])))
    }
    for key, role in (("values", "value"), ("standard_errors", "error")):
        if (name := named[role]) is not None:
            found[key] = tuple(_number(x, name, t) for x, t in zip(columns[name], found["years"], strict=True))
    return found


def frame(series: "Series") -> "pd.DataFrame":
    """A row an observation: year, value, and standard_error where the series states them."""
    import pandas as pd

    columns: dict[str, Any] = {"year": series.years, "value": series.values}
    if series.standard_errors is not None:
        columns["standard_error"] = series.standard_errors
    return pd.DataFrame(columns)


def _years(stated: Any) -> list[Any]:
    """Whole numbers of what holds the years; a yearly period is its year."""
    kind = getattr(stated, "dtype", None)
    if (name := str(kind)).startswith("period["):
        if not name.startswith(("period[Y", "period[A")):
            raise InputError("series.frame_period", frequency=name[7:-1])
        return [period.year for period in stated]
    if getattr(kind, "kind", "") == "M":
        raise InputError("series.frame_days", first=str(stated[0] if len(stated) else "")[:10])
    return list(stated)


def _year(stated: Any) -> int:
    """A year as a whole number."""
    if isinstance(stated, str | bool) or not hasattr(stated, "__int__") or stated != stated or int(stated) != stated:
        raise InputError("series.frame_year", year=repr(stated))
    return int(stated)


def _number(stated: Any, column: str, year: int) -> float:
    """A figure; a missing one is not made up."""
    try:
        found = float(stated) if not isinstance(stated, str | bool) else math.nan
    except (TypeError, ValueError):
        found = math.nan
    if math.isnan(found):
        raise InputError("series.frame_missing", column=column, year=year, value=repr(stated))
    return found
