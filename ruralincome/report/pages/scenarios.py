"""Scenarios side by side: what a batch found, question by question, every scenario by its name."""

from collections.abc import Sequence

from ruralincome.report.blocks import NOTHING, Block
from ruralincome.report.charts import pictures
from ruralincome.report.pages.rankings import Ranking
from ruralincome.report.templates import part
from ruralincome.report.words.phrases import basis_name
from ruralincome.report.words.words import say, text


def overview(asked: Sequence[Ranking], language: str, failed: Sequence[str] = ()) -> Block:
    """The range of the chance for the question that most ask, as the page's heading; what failed."""
    return part("compare.overview", language, asked=asked, failed=failed, asks=asks(asked[0], language))


def changes(asked: Sequence[Ranking], language: str) -> Block:
    """What each scenario makes of the chance: hollow the base's, filled its own; a table a question."""
    several = [(asks(q, language), q) for q in asked if q.base and len(q.answered) > 1]
    scale = pictures.Scale(0, 1)
    return part("compare.changes", language, asked=several, pictures=pictures, scale=scale) if several else NOTHING


def forecasts(asked: Sequence[Ranking], language: str) -> Block:
    """Median and 80 % interval of the target's year, from high to low, against the target; a table a question."""
    each = [(asks(question, language), question, pictures.Scale.around(question.levels)) for question in asked]
    return part("compare.forecasts", language, asked=each, pictures=pictures)


def asks(question: Ranking, language: str) -> str:
    """What a question asks of, in words: indicator, year and prices."""
    first = question.results[0]
    place, title = text(first["place"], language), text(first["series_title"], language) or question.series
    indicator = say("report.indicator", language, title=title, place=place) if place else title
    prices = basis_name(question.basis, question.price_year, language)
    return say("compare.question", language, indicator=indicator, year=question.year, prices=prices)
