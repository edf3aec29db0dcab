"""Words and numbers in both languages: gettext catalogues read at run time, numbers by babel, rounding half up."""

import json
import math
import re
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain
from typing import Any

from ruralincome.series import Faults, InputError
from ruralincome.series.faults import from_json, plain
from ruralincome.series.units import MONEY
from ruralincome.target.likelihood import whole_percent

LOCALE = files("ruralincome.report.words") / "locale"
LANGUAGES = tuple(sorted((folder.name for folder in LOCALE.iterdir() if folder.is_dir()), key=lambda x: (x != "vi", x)))
"""Every folder of words is a language, Vietnamese first, which is that of the offices this is for."""
MESSAGE = re.compile(r'^msgid (".*"(?:\n".*")*)\nmsgstr (".*"(?:\n".*")*)', re.MULTILINE)
"""A message of a .po file: gettext's form, of which we use codes and sentences; babel takes ten times as long."""
NAMES = "almost_certain very_likely likely rather even rather_not unlikely very_unlikely almost_impossible"
WORDS = tuple(zip((99, 90, 66, 56, 45, 33, 10, 1, 0), NAMES.split(), strict=True))
"""Words for a probability, from the smallest whole percent of each: they nest in the IPCC's (likelihood.py)."""
DAYS = {"day", "on", "first", "until", "begins"}  # facts that may be days; in English they stand as cells take them
ANY = Context(prec=400)
"""Digits enough for any double."""


def say(code: str, language: str, /, **facts: object) -> str:
    """The sentence of `code`, its {named} places filled with `facts` (numbers already formatted).

    Raises KeyError for a code without words: a fault of the program, not of the input.
    """
    sentence = catalogue(language)[code]
    return sentence.format(**facts) if facts else sentence


def fault(found: InputError, language: str) -> str:
    """A fault in words, a line for each where it is several; facts that are faults are said in the same language."""
    if isinstance(found, Faults):
        return "\n".join(dict.fromkeys(fault(one, language) for one in found.faults))
    facts = {name: _fact(value, language, name in DAYS) for name, value in found.facts.items()}
    return catalogue(language).get(f"fault.{found.code}", found.code).format(**facts)


def text(words: Any, language: str) -> str:
    """The given words (with `vi` and `en`, or keyed by them) in one language; the English ones in one they lack."""
    if isinstance(words, Mapping):
        return str(words.get(language, words["en"]))
    return "" if words is None else str(getattr(words, language, words.en))


def capital(words: str) -> str:
    """The words with a capital at their beginning, the rest as it is."""
    return words[:1].upper() + words[1:]


@lru_cache(1 << 12)  # babel reads its patterns anew each time
def number(value: float, language: str, digits: int = 1) -> str:
    """A number with `digits` after the point, rounded half up: 60.25 is 60,3 in Vietnamese, 60.3 in English."""
    from babel.numbers import format_decimal  # here, as the command says most things without it

    if not math.isfinite(value):
        raise ValueError(f"{value} cannot be printed")
    with localcontext(ANY):
        rounded = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
        pattern = f"#,##0.{'0' * digits}".rstrip(".")
        shown = format_decimal(abs(rounded), pattern, locale=language, decimal_quantization=False)
    return f"−{shown}" if rounded < 0 else str(shown)


def compact(value: float, language: str, digits: int = 1) -> str:
    """A number for a picture: from a million on to four figures, its size in words (1,353 tỷ)."""
    from babel.numbers import format_compact_decimal

    if abs(value) < 1e6:
        return number(value, language, digits)
    return str(format_compact_decimal(float(f"{value:.4g}"), format_type="long", locale=language, fraction_digits=3))


def percent(fraction: float, language: str, digits: int = 1) -> str:
    """A fraction as a percentage: 0.08909 is 8,9% in Vietnamese."""
    return number(float(Decimal(repr(float(fraction))) * 100), language, digits) + "%"


def chance(probability: float, language: str) -> str:
    """A probability in whole percent; beyond the ends '< 1%' and '> 99%'."""
    whole = whole_percent(probability)
    return {0: "< 1%", 100: "> 99%"}.get(whole, f"{number(whole, language, 0)}%")


def word(probability: float, language: str) -> str:
    """A probability in words, with its direction; they follow the whole percent that is printed."""
    whole = whole_percent(probability)
    return say(f"word.{next(code for least, code in WORDS if whole >= least)}", language)


def quantity(value: float, unit: str, language: str, digits: int = 1, form: str = "quantity") -> str:
    """A value with its unit: 48,9 triệu đồng/người/năm."""
    shown, code = number(value, language, digits), f"unit.{unit}.{form}"
    known = code in catalogue(language)
    return say(code, language, value=shown) if known else f"{shown} {unit_words(unit, language, form == 'short')}"


def unit_words(unit: str, language: str, short: bool = False) -> str:
    """The name of a unit: an income in any currency (thousand EUR per person per month; short: thousand EUR a month, a
    year's without its time), or a user's own words."""
    if f"unit.{unit}.name" in catalogue(language):
        return say(f"unit.{unit}.name", language)
    if (found := MONEY.fullmatch(unit)) is None:
        return unit
    scale = say(f"unit.scale.{found[1]}", language) if found[1] else ""
    facts = {"whose": say(f"unit.per.{found[3]}", language), "time": say(f"unit.per.{found[4]}", language)}
    code = f"unit.currency.{found[2]}"
    currency = say(code, language) if code in catalogue(language) else found[2].upper()
    form = "unit.money" if not short else "unit.money.year" if found[4] == "year" else "unit.money.short"
    return say(form, language, currency=f"{scale} {currency}".strip(), **facts)


def day(stated: str, language: str) -> str:
    """A day as each language writes it, 2026-11-23 as 23/11/2026; what is no such day is left as it is stated."""
    from babel.dates import format_date

    try:
        return str(format_date(date.fromisoformat(stated), "dd/MM/y" if language == "vi" else "d MMMM y", language))
    except ValueError:
        return stated


@cache
def catalogue(language: str) -> dict[str, str]:
    """All sentences of one language by code, from every .po file of its folder. Raises InputError for another one."""
    if language not in LANGUAGES:
        raise InputError("cli.language", language=language, known=LANGUAGES)
    sentences: dict[str, str] = {}
    folder = LOCALE / language
    for entry in sorted((e for e in folder.iterdir() if e.name.endswith(".po")), key=lambda e: e.name):
        messages = ",".join(chain(*MESSAGE.findall(entry.read_text(encoding="utf-8"))))
        strings = json.loads(f"[{messages}]".replace('"\n"', ""))  # one goes on in further lines
        sentences |= zip(strings[::2], strings[1::2], strict=True)
    del sentences[""]  # what a file says of itself
    return sentences


def stored_fault(entry: Mapping[str, Any], language: str) -> str:
    """The first line of the fault that a job or a run of a manifest keeps; empty where it keeps none, as in 0.1."""
    try:
        return fault(from_json(entry["fault"]), language).partition("\n")[0]
    except (LookupError, TypeError, ValueError, AttributeError):  # of 0.1, or of another make
        return ""


def _fact(value: object, language: str, dated: bool = False) -> object:
    """A fact as it is put into a sentence; sequences are listed."""
    if isinstance(value, InputError):
        return fault(value, language)
    if isinstance(value, float | Decimal):
        return f"{value:.10g}".replace(".", number(0.5, language)[1])
    if isinstance(value, str):
        value = catalogue(language).get(f"system.{value}", value)  # what the operating system says of a file
        return plain(day(value, language) if dated and language == "vi" and "-" in value else value)
    if not isinstance(value, tuple | list | frozenset):
        return value
    between = "; " if any(isinstance(one, InputError | float | Decimal) for one in value) else ", "
    return between.join(str(_fact(one, language)) for one in value)
