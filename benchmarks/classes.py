"""Fit the reference classes that ship: python benchmarks/classes.py --panels DIR [NAME ...]."""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from ruralincome.keep.fit import Fitting, fit_from_csv, with_record, write_class
from ruralincome.reference.reference import ReferenceClass
from ruralincome.reference.vintages import read_class, vintages
from ruralincome.series import InputError

CLASSES = Path(__file__).parent.parent / "ruralincome" / "reference" / "classes"
CPI = str(Path(__file__).parent.parent / "data" / "vietnam_cpi.csv")
GSO = "General Statistics Office of Viet Nam: monthly income per head at current prices by province, 2010-2020"
WORLD = "Maddison Project 2020 (GDP per head, real); World Bank (GDP per head, US dollars)"
INCOME = "OECD (household disposable income per head)"
COMPETITIONS = "Yearly series of the M1, M3 and tourism forecasting competitions"

PROVINCES = Fitting(
    "vietnam-provinces",
    ("vn_province.csv.gz",),
    "Các tỉnh, thành phố của Việt Nam, giá hiện hành",
    "Provinces of Viet Nam, current prices",
    components=1,
    short=True,
    country="VN",
    source=GSO,
)
REAL = replace(
    PROVINCES,
    name="vietnam-provinces-real",
    title_vi="Các tỉnh, thành phố của Việt Nam, giá so sánh cộng lạm phát kỳ vọng",
    title_en="Provinces of Viet Nam, constant prices plus expected inflation",
    deflate=CPI,
    source=f"{GSO}; consumer prices: World Bank",
)
INTERNATIONAL = Fitting(
    "international",
    ("maddison.csv.gz@1990", "wb_usd.csv.gz@1990", "oecd_hhdi.csv.gz@2002"),
    "Thu nhập và GDP bình quân đầu người của các nước",
    "Income and GDP per head of other countries",
    spread=("us_state.csv.gz@1985", "us_msa.csv.gz@1990"),
    memory=True,
    hold_out="dev",
    source=f"{WORLD}; {INCOME}; spread: Bureau of Economic Analysis (personal income per head)",
)
ALL = ("maddison.csv.gz", "wb_usd.csv.gz", "oecd_hhdi.csv.gz")
GDP = replace(
    INTERNATIONAL,
    name="international-gdp",
    panels=("maddison.csv.gz", "wb_usd.csv.gz"),
    spread=(),
    measure="gdp",
    title_vi="GDP bình quân đầu người của các nước",
    title_en="GDP per head of other countries",
    source=WORLD,
)
HOUSEHOLDS = replace(
    INTERNATIONAL,
    name="international-income",
    panels=("oecd_hhdi.csv.gz", "us_state.csv.gz", "us_msa.csv.gz"),
    spread=(),
    components=1,
    title_vi="Thu nhập bình quân đầu người của các nước OECD và các bang, vùng đô thị Hoa Kỳ",
    title_en="Income per head of OECD countries and of states and metropolitan areas of the United States",
    source=f"{INCOME}; Bureau of Economic Analysis (personal income per head)",
)
ORDERS = (
    PROVINCES,
    *(replace(REAL, until=year) for year in (2014, 2016, 2018)),
    REAL,
    replace(INTERNATIONAL, until=1990),
    INTERNATIONAL,
    replace(INTERNATIONAL, panels=ALL, spread=("us_state.csv.gz", "us_msa.csv.gz"), until=2018),
    replace(GDP, until=2000),
    replace(GDP, until=2018),
    replace(HOUSEHOLDS, until=2000),
    replace(HOUSEHOLDS, until=2018),
    Fitting(
        "general",
        ("m1y.csv.gz", "m3y.csv.gz", "toury.csv.gz"),
        "Các chuỗi số liệu năm nói chung",
        "Yearly series of all kinds",
        kind="general",
        until=2010,
        half_life=1.0,
        memory=True,
        hold_out="dev",
        undated=True,
        source=COMPETITIONS,
    ),
)
"""Every class that ships, each by its own command; only the panels' folder is not part of it."""


def tested(found: ReferenceClass, order: Fitting, panels: Path) -> ReferenceClass:
    """The class with its record.

    One of other countries costs minutes a fit: each origin is answered by the vintage that shipped before it, on all
    figures of its panels up to its own last year.
    """
    if not order.name.startswith("international"):
        return with_record(found, order, panels)
    whole = replace(order, panels=tuple(p.partition("@")[0] for p in order.panels), until=found.last_year)
    return with_record(found, whole, panels, lambda origin: read_class(order.name, origin))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--panels", required=True, type=Path, help="folder of the panel CSV files")
    parser.add_argument("--records", action="store_true", help="only renew the records of the classes as they ship")
    parser.add_argument("names", nargs="*", help="classes to fit; all of them unless stated")
    arguments = parser.parse_args()
    for order in ORDERS:
        if arguments.names and order.name not in arguments.names:
            continue
        try:
            shipped = [read_class(order.name, year) for year in vintages(order.name)] if arguments.records else ()
            kept = [found for found in shipped if found.command == order.command()]
            for found in kept if arguments.records else [fit_from_csv(order, arguments.panels)]:
                print(write_class(tested(found, order, arguments.panels), CLASSES))
        except InputError as fault:
            print(fault, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
