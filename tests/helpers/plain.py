"""A series from plain numbers."""

from ruralincome.series import Series


def series(years, values, name="series"):
    return Series(name, tuple(int(t) for t in years), tuple(float(v) for v in values))
