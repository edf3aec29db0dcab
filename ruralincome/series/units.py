"""Units: what a figure counts, by its code. How a language writes each stands in the catalogues, by that code."""

import math
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal


@dataclass(frozen=True)
class Unit:
    """A unit of the project's figures.

    kind: an income, a rate of change in percent, a share in percent, a count of things, or another; currency: ISO 4217;
    factor: units of the currency, a person and year, in one; usual: between which levels incomes lie in it: beyond, the
    figures are in another unit; more: whether it counts what comes on top of what there is; of_places: whether it
    counts units of government, which end and begin."""

    code: str
    kind: Literal["money", "rate", "share", "count", "other"]
    currency: str = ""
    factor: float = 1.0
    usual: tuple[float, float] = (0.0, math.inf)
    more: bool = False
    of_places: bool = False
    limit = cached_property[float](lambda unit: 100.0 if unit.kind == "share" else math.inf)  # what no level passes


UNITS = {
    unit.code: unit
    for unit in (
        Unit("million_vnd_per_person_year", "money", "VND", 1e6, (0.5, 1000.0)),
        Unit("thousand_vnd_per_person_month", "money", "VND", 12e3, (50.0, 80_000.0)),
        Unit("percent_a_year", "rate"),
        Unit("percent", "share"),
        Unit("communes", "count", of_places=True),
        Unit("communes_more", "count", more=True, of_places=True),
        Unit("percent_of_communes", "share", of_places=True),
        Unit("districts", "count", of_places=True),
        Unit("districts_more", "count", more=True, of_places=True),
        Unit("products", "count"),
        Unit("products_more", "count", more=True),
        Unit("ratio", "other"),
        Unit("usd_per_person_year", "money", "USD"),
    )
}
"""Units that the project has words for, by code."""
INCOMES = tuple(sorted(code for code, unit in UNITS.items() if unit.kind == "money"))  # of an income
USUAL_INCOME = INCOMES[0]  # the unit of an income that is stated without one: a million VND a head and year
CURRENCIES = """
aed afn all amd aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd btn bwp byn bzd cad cdf chf clp
cny cop crc cup cve czk djf dkk dop dzd egp ern etb eur fjd fkp gbp gel ghs gip gmd gnf gtq gyd hkd hnl htg huf
idr ils inr iqd irr isk jmd jod jpy kes kgs khr kmf kpw krw kwd kyd kzt lak lbp lkr lrd lsl lyd mad mdl mga mkd
mmk mnt mop mru mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub
rwf sar sbd scr sdg sek sgd shp sle sos srd ssp stn syp szl thb tjs tmt tnd top try ttd twd tzs uah ugx usd uyu
uzs ves vnd vuv wst xaf xcd xcg xof xpf yer zar zmw zwg
"""
"""Currencies in use, ISO 4217, in small letters."""
SHARED = {
    "EUR": "AD AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MC ME MT NL PT SI SK SM VA XK",
    "USD": "US AS EC FM GU MH MP PA PR PW SV TC TL VG VI ZW",
    "XAF": "CF CG CM GA GQ TD",
    "XCD": "AG AI DM GD KN LC MS VC",
    "XOF": "BF BJ CI GW ML NE SN TG",
    "XPF": "NC PF WF",
}
"""Countries (ISO 3166) that use a currency which is not one country's own; the code of any other begins with its."""
MONEY = re.compile(
    rf"(?:(thousand|million|billion)_)?({'|'.join(CURRENCIES.split())})_per_(person|household)_(year|quarter|month)"
)
"""Codes of an income: thousand_vnd_per_person_month, eur_per_household_year."""
SCALE = {None: 1.0, "thousand": 1e3, "million": 1e6, "billion": 1e9, "year": 1.0, "quarter": 4.0, "month": 12.0}


def unit_of(code: str) -> Unit:
    """The unit of a code: one of UNITS, an income in any currency, or what a user calls it, which is never converted.

    >>> unit_of("thousand_eur_per_person_month").factor
    12000.0"""
    code = "percent" if code == "%" else code
    if (found := MONEY.fullmatch(code)) is None or code in UNITS:
        return UNITS.get(code) or Unit(code, "other")
    currency = f"{found[2].upper()}{' per household' if found[3] == 'household' else ''}"
    return Unit(code, "money", currency, SCALE[found[1]] * SCALE[found[4]])


def spent_in(currency: str, country: str) -> bool:
    """Whether a currency, by its ISO 4217 code, is that of a country, by its ISO 3166 code.

    >>> spent_in("EUR", "FR"), spent_in("EUR", "VN"), spent_in("VND", "VN")
    (True, False, True)"""
    return country in SHARED.get(currency[:3], currency[:2]).split()


JUMP, YEARLY = 8.0, 1.4
"""A value, or a target, that is JUMP times its neighbour, and YEARLY times more for each year beyond CALM between them,
is in another unit: a month and a year differ by 12. In 247 series of income and GDP per head of the benchmark and 63
provinces the largest change was 4 times in one year, 7 in five, 12 in seven, 19 in eight, 26 in ten (US dollars; all
others 2.4 in one, 6 in ten). So a month among years is found over five years, unless the level grew by half."""
CALM = {1: 5, -1: 2}  # years over which JUMP holds, by direction: a share of the poor may come to a tenth in five


def factor(code: str, other: str) -> float | None:
    """By what a figure in one unit is multiplied to be in the other; None where they cannot be compared."""
    one, two = unit_of(code), unit_of(other)
    same = one.currency and one.currency == two.currency
    return 1.0 if code == other else one.factor / two.factor if same else None


def too_far(years: Any, direction: int = 1) -> Any:
    """The log change over `years` (a number or an array) beyond which two levels cannot be in one unit."""
    beyond = years - CALM[direction]
    return math.log(JUMP) + math.log(YEARLY) * (beyond * (beyond > 0))
