"""Series: what was observed, in which unit and prices, from which source."""

from ruralincome.series.faults import Faults, InputError
from ruralincome.series.series import SMALLEST, Kind, Prices, Series, Source, Text, series

__all__ = ["SMALLEST", "Faults", "InputError", "Kind", "Prices", "Series", "Source", "Text", "series"]
