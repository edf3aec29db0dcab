"""Frames: a series from what pandas holds, and back; and how a notebook shows a value. pandas is loaded when used."""

import math
from collections.abc import Callable
from decimal import Decimal
from numbers import Real
from typing import Any, ClassVar

from ruralincome.series.faults import InputError


class Shows:
    """What a notebook shows as a small table in the reader's language, never as pages of repr."""

    table: ClassVar[Callable[[Any], dict[str, str]] | None] = None
    draw: ClassVar[Callable[[Any, Any, str], Any] | None] = None
    """How, by media type; and how its chart is drawn on axes: set by the package, since both lie in a room above."""
    speaks: ClassVar[Callable[[], str]] = lambda: "vi"
    """The reader's language, set by the package, too."""

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:  # noqa: ARG002
        return Shows.table(self) if Shows.table else {"text/plain": repr(self)}


def observed(frame: Any, year: str | None, value: str | None, error: str | None) -> dict[str, tuple[Any, ...]]:
    """Years, values and standard errors of a DataFrame, or of a Series of pandas whose index holds the years. Raises
    InputError naming the column or the row: none such, an index of days, years as text, a missing value."""
    if not hasattr(frame, "dtypes"):
        raise InputError("series.no_frame", given=type(frame).__name__)
    columns = {str(frame.name or "value"): frame} if not hasattr(frame, "columns") else dict(frame.items())
    rest = [name for name in columns if name not in (year, error)]
    if value is None and len(rest) != 1:
        raise InputError("series.frame_value", columns=rest)
    named = {"year": year, "value": rest[0] if value is None else value, "error": error}
    for role, name in named.items():
        if name is not None and name not in columns:
            raise InputError("series.frame_column", role=role, name=name, columns=[*columns])
    stated = frame.index if year is None else columns[year]
    kind = getattr(stated, "dtype", None)
    if (name := str(kind)).startswith("period["):
        if not name.startswith(("period[Y", "period[A")):
            raise InputError("series.frame_period", frequency=name[7:-1])
        stated = [period.year for period in stated]
    elif getattr(kind, "kind", "") == "M":
        raise InputError("series.frame_days", first=str(stated[0] if len(stated) else "")[:10])
    for wrong in (t for t in stated if not _is_number(t) or int(t) != t or not 1000 <= t <= 9999):
        raise InputError("series.frame_year", year=repr(wrong))
    found: dict[str, tuple[Any, ...]] = {"years": tuple(map(int, stated))}
    for key, column in (("values", named["value"]), ("standard_errors", error)):
        if column is not None:
            for t, x in zip(found["years"], columns[column], strict=True):
                if not _is_number(x):  # a missing figure is not made up
                    raise InputError("series.frame_missing", column=column, year=t, value=repr(x))
            found[key] = tuple(map(float, columns[column]))
    return found


def _is_number(stated: Any) -> bool:
    return isinstance(stated, Real | Decimal) and not isinstance(stated, bool) and not math.isnan(stated)
