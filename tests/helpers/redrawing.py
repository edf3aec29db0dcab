"""A country that was redrawn, and its tables."""

import pandas as pd

from ruralincome.places import Boundaries, Link, Place
from ruralincome.places.find import Finder

DAY = "2020-07-01"
HILL, DALE, FARM = (Place(code, name, until=DAY) for code, name in (("1", "Hill"), ("2", "Dale"), ("3", "Farm")))
ISLE, LAND, PORT = Place("5", "Isle"), Place("1", "Land", first=DAY), Place("4", "Port", first=DAY)


def ours(share=0.5):
    rest = None if share is None else 1 - share
    links = [Link("1", "1", DAY), Link("2", "1", DAY)]
    links += [Link("3", "1", DAY, "divided", share), Link("3", "4", DAY, "divided", rest)]
    return Finder(Boundaries("ours", (HILL, DALE, FARM, ISLE, LAND, PORT), tuple(links)))


def at(boundaries, code, day):
    """The place with a code on a day."""
    return next(place for place in boundaries.holders(code) if place.valid(day))


def table(*rows, **more):
    return pd.DataFrame(rows, columns=["place", "year", "value", "population"]).assign(**more)


PARTS = [
    ("Hill", 2010, 10.0, 100), ("Hill", 2015, 20.0, None), ("Dale", 2010, 20.0, 100), ("Dale", 2015, 30.0, 300),
    ("3", 2010, 40.0, 200), ("3", 2015, 50.0, 200), ("Isle", 2010, 7.0, None), ("Isle", 2015, 8.0, None),
]  # fmt: skip


def shown(frame):
    """{place: {year: value}} of the rows without a fault, and {place: fault}."""
    fault = frame["fault"].astype(str) if "fault" in frame else pd.Series("", frame.index)
    good, bad = frame[fault == ""], frame[fault != ""]
    values = {str(p): dict(zip(g["year"], g["value"], strict=True)) for p, g in good.groupby("place", observed=True)}
    return values, dict(zip(bad["place"].astype(str), fault[fault != ""], strict=True))
