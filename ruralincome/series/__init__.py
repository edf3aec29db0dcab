"""Series: what was observed, in which unit and prices, from which source."""

from ruralincome.series.faults import Faults, InputError
from ruralincome.series.frames import Shows
from ruralincome.series.said import Fact, Priced, Said, Shown
from ruralincome.series.series import Kind, Prices, Series, Source, Status, Text, Vintage

__all__ = [
    "Fact", "Faults", "InputError", "Kind", "Priced", "Prices", "Said", "Series", "Shown", "Shows",
    "Source", "Status", "Text", "Vintage",
]  # fmt: skip
