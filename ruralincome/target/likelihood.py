"""Likelihood words: the IPCC scale over whole percents."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from ruralincome.series import InputError

LIKELIHOODS = (
    (99, "virtually_certain"), (90, "very_likely"), (66, "likely"), (33, "about_as_likely_as_not"), (10, "unlikely"),
    (1, "very_unlikely"), (0, "exceptionally_unlikely"),
)  # fmt: skip
"""Pairs (smallest whole percent, code), from the top."""


def whole_percent(probability: float) -> int:
    """The probability in whole percent, half up in the decimals that print: 0.285 is 29 although its double lies below.
    0 and 100 stand for "< 1 %" and "> 99 %": words print them so.

    >>> whole_percent(0.285), whole_percent(0.004), whole_percent(0.996)
    (29, 0, 100)"""
    if not 0 <= probability <= 1:
        raise InputError("target.no_probability", probability=probability)
    return int((Decimal(repr(float(probability))) * 100).quantize(Decimal(1), ROUND_HALF_UP))


def likelihood(probability: float) -> str:
    """The code of the likelihood word; the word follows the rounded percent.

    Source: Mastrandrea et al. (2010), Guidance Note for Lead Authors of the IPCC Fifth Assessment Report, table 1.

    >>> likelihood(0.369)
    'about_as_likely_as_not'"""
    percent = whole_percent(probability)
    return next(code for least, code in LIKELIHOODS if percent >= least)


def likelihoods(probability: Any, scale: Sequence[tuple[int, str]] = LIKELIHOODS) -> tuple[Any, tuple[str, ...]]:
    """Codes (n,) and names of the words of many probabilities, as `likelihood` gives them; -1 where it is nan. scale:
    pairs as in LIKELIHOODS."""
    import numpy as np  # here, so that words and `check` start without it

    known = np.nan_to_num(probability)
    k = np.floor(known * 100)
    whole = k + (known >= (k + 0.5) / 100)  # half up in the digits that print, as whole_percent
    code = np.searchsorted([percent for percent, _ in scale][::-1], whole, side="right") - 1
    return np.where(np.isnan(probability), -1, code).astype(np.int8), tuple(name for _, name in scale[::-1])
