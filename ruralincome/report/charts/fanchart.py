"""The fan of a report: its picture with its finding, its words, and what it says year by year."""

from markupsafe import Markup

from ruralincome.report.blocks import figure
from ruralincome.report.charts import pictures
from ruralincome.report.charts.fan import HIGH, LOW, MEDIAN, Fan
from ruralincome.report.words.phrases import target_amount, unit_name
from ruralincome.report.words.words import capital, number, percent, say
from ruralincome.target.target import Assessment


def fan_figure(a: Assessment, language: str) -> Markup:
    """Observations, prediction intervals of the lead model, and the target among a hundred outcomes of its year."""
    fan = Fan.of(a)
    words = _words(fan, a, language)
    return figure("fan", words["finding"], pictures.fan(fan, words["alt"], language), [words["note"]], "", language)


def fan_picture(a: Assessment, language: str) -> Markup:
    """The picture alone."""
    fan = Fan.of(a)
    return pictures.fan(fan, _words(fan, a, language)["alt"], language)


def _words(fan: Fan, a: Assessment, language: str) -> dict[str, str]:
    """The finding, the same in words for those who do not see it (alt), and the note below."""
    digits = a.series.decimals
    facts: dict[str, object] = {
        "observations": ", ".join(f"{t}: {number(y, language, digits)}" for t, y in fan.observed),
        "unit": unit_name(a.series, language),
        "target": target_amount(a.target.value, a.series, language),
        "year": a.target.year,
        "required": percent(a.required_growth, language),
        "origin": a.series.origin,
        "reached": fan.reached,
        "missed": 100 - fan.reached,
    }
    if fan.quantiles is None:
        return {key: say(f"report.fan.{key}.refused", language, **facts) for key in ("finding", "alt", "note")}
    low, median, high = (number(fan.quantiles[-1][k], language, digits) for k in (LOW, MEDIAN, HIGH))
    facts |= {"low": low, "median": median, "high": high}
    facts["dots"] = say(f"report.fan.dots.{a.series.prices}", language)
    facts["unit_name"] = capital(str(facts["unit"]))
    return {key: say(f"report.fan.{key}", language, **facts) for key in ("finding", "alt", "note")}
