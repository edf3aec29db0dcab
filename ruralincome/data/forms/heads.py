"""Heads: the names of columns, periods and units as Vietnamese and English tables write them."""

import re
from functools import lru_cache

from ruralincome.data.cells import bare, tidy
from ruralincome.data.forms.figures import WORDS, flagged
from ruralincome.data.forms.reading import Mark
from ruralincome.series import InputError
from ruralincome.series.series import Status
from ruralincome.series.units import CURRENCIES, UNITS, unit_of

ROLES: dict[str, str] = WORDS["roles"]  # what a head in small letters without accents says of its column
BEGINS = {kind: re.compile(begin, re.IGNORECASE) for kind, begin in WORDS["begins"].items()}
LIKELY = re.compile("|".join(pattern.pattern for pattern in BEGINS.values()), re.IGNORECASE)  # to be no place
PERIOD = re.compile(WORDS["periods"]["year"])
UNIT = re.compile(r"\W*(?:{line}|{only}\W*$)".format_map(WORDS["units"]), re.IGNORECASE)
SCALE = re.compile("|".join({**WORDS["scales"], **WORDS["odd_scales"]}.values()))
SAYS: dict[str, Status] = {begin: status for status, begins in WORDS["early"].items() for begin in begins}


@lru_cache(4096)
def role(head: str) -> str:
    """What a column is by its head: a key of ROLES, or empty where the head does not say."""
    name = bare(head).strip(" :.")
    parts = (name, *re.split(r" [-–/] ", name))  # Tỉnh - Province
    return next((key for part in parts for key, words in ROLES.items() if re.fullmatch(words, part)), "")


def total(name: str, kind: str = "totals") -> bool:
    """Whether a row is of all places together; kind: or may be of a part of them (`regions`), a whole (`countries`)."""
    return bool(BEGINS[kind].match(name)) and bool(re.fullmatch(WORDS[kind], bare(name).strip("- ")))


def is_part(name: str) -> bool:
    """Whether a name is of a part of a place: Thành thị, Nam, Nữ; Nậm and Năm are none."""
    known = BEGINS["parts"].match(name) and re.fullmatch(WORDS["parts"], bare(name))
    return bool(known and not re.search(WORDS["no_parts"], name.casefold()))


def planned(head: str) -> bool:
    """Whether a head with a year is of a plan or a forecast, which is no observation."""
    plan, other = (re.fullmatch(WORDS["periods"][kind], bare(head)) for kind in ("plan", "other"))
    return bool(plan) and not other and not role(head)


def period(text: str, which: str = "") -> tuple[int, Mark, tuple[str, ...]] | None:
    """The calendar year of a head, its status and marks; None where the text is no period. which: "first" or "second",
    the year that 2019/20 stands for. Raises InputError for that without it, and for quarters and months."""
    if not re.search(r"[12][0-9]{3}", name := bare(text)) or len(name) > 40:
        return None
    if span := re.fullmatch(WORDS["periods"]["span"], name):
        first = int(span[1])
        second = int(span[2]) if len(span[2]) == 4 else first // 100 * 100 + int(span[2]) + 100 * (first % 100 == 99)
        if second == first + 1:
            if which not in ("first", "second"):
                raise InputError("data.which_year", head=text)
            return (first if which == "first" else second), "final", (tidy(text),)
        if second < first and not (len(span[2]) == 2 and 1 <= int(span[2]) <= 12):
            return None  # 2020/2019 is a ratio
        raise InputError("data.not_annual" if second < first else "data.span", head=text)
    for kind, code in (("day", "date_head"), ("part", "not_annual")):
        if re.fullmatch(WORDS["periods"][kind], name):
            raise InputError(f"data.{code}", head=text)
    if (found := PERIOD.fullmatch(name)) is None or not 1900 <= int(found["year"]) <= 2200:
        return None
    before, after = found["before"] or "", found["after"].strip()
    if "%" in after or planned(text):
        return None  # a ratio to another year, or no result
    after = "" if re.fullmatch(r"-12-31\b.*", after) else after.lstrip("-–/ ")
    early = before[:2] or after.strip("() ")[:2]
    if before or (early in SAYS and len(after) < 16 and re.match(r"\(?(so bo|sb|prel|uoc|est)", after)):
        return int(found["year"]), SAYS[early], (tidy(text),)
    try:
        status, notes = flagged(after, {"**": None, "***": None}, text)  # which only a note explains
    except InputError:
        return None
    return int(found["year"]), status, notes and (tidy(text),)


@lru_cache(4096)
def unit(words: str, about: str = "") -> str:
    """The code of the unit that words say, with what the title says of person and month; else the words themselves."""
    if (text := tidy(words).strip(" :()")) in UNITS or not text:
        return text
    if bare(text) in WORDS["percent"]:
        return "percent"
    name, whole = bare(text), f"{bare(text)} {bare(about)}"
    count = re.search(r"([0-9][0-9., ]*)(?:nghin|ngan|trieu|ty|dong|vnd|d\b)", name)
    if says("odd_scales", name) or (count and not re.fullmatch("1(000)*", re.sub(r"\D", "", count[1]))):
        return text  # of a scale that has no code
    codes = (word for word in re.findall(r"\b[a-z]{3}\b", name) if word in CURRENCIES)
    currency, of = says("currencies", name) or next(codes, ""), says("households", name) or says("persons", whole)
    yearly = says("years", name)
    every = says("months", name if yearly else whole) or yearly
    code = f"{says('scales', name)}_{currency}_per_{of}_{every or 'year'}".lstrip("_")
    return code if currency and of and every and unit_of(code).kind == "money" else text


def of_unit(mark: str, of: str) -> bool:
    """Whether a mark is of a scale (0.0" trđ") and says nothing else than the unit."""
    pairs = [(t, says(t, bare(mark)), says(t, bare(of).replace("_", " "))) for t in WORDS["units"]["told"]]
    return bool(SCALE.search(bare(mark))) and all(a == b or not (a or "scales" in table) for table, a, b in pairs)


@lru_cache(4096)
def says(table: str, text: str) -> str:
    """The first key of a table of the vocabulary whose words stand in a text; empty where none does."""
    return next((key for key, pattern in WORDS[table].items() if re.search(pattern, text)), "")


@lru_cache(4096)
def stated_unit(text: str, others: bool = True) -> str:
    """The words of a unit in a line above a table ("ĐVT: nghìn đồng"), or empty; others: those not of money, too."""
    text = tidy(text)
    found = re.search(WORDS["units"]["line"], text, re.I) or re.fullmatch(WORDS["units"]["inside"], text, re.I)
    if found:
        return found[1].strip()
    within = [words.strip() for words in re.findall(r"\(([^()]+)\)", text)]
    counted = within if others and not re.fullmatch(WORDS["units"]["whose"], bare(text)) else []
    counted = [t for t in counted if re.fullmatch(WORDS["units"]["others"], bare(t))]
    return next((t for t in within if t in counted or unit_of(unit(t, text)).kind == "money"), "")
