"""The fan chart of a report: the fan's picture with its finding, its words and its table."""

from markupsafe import Markup

from ruralincome.report.blocks import figure
from ruralincome.report.charts import pictures
from ruralincome.report.charts.fan import BANDS, HIGH, LOW, MEDIAN, Fan
from ruralincome.report.tables import NONE, table
from ruralincome.report.words.phrases import amount, target_amount, target_digits, unit_name
from ruralincome.report.words.words import number, percent, say
from ruralincome.target.target import Assessment


def fan_chart(a: Assessment, language: str) -> Markup:
    """Observations, prediction intervals of the lead model, the target and the path it requires."""
    fan = Fan.of(a)
    words = _words(fan, a, language)
    picture = pictures.fan(fan, words["alt"], language)
    return figure("fan-chart", words["finding"], picture, [words["note"]], _data(fan, language), language)


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
        "base": a.base_year,
        "origin": a.series.origin,
    }
    if fan.quantiles is None:
        return {key: say(f"report.fan.{key}.refused", language, **facts) for key in ("finding", "alt", "note")}
    end = fan.quantiles[-1]
    facts |= {"low": number(end[LOW], language, digits), "high": amount(end[HIGH], a.series, language)}
    digits = target_digits(fan.target, digits)
    median, goal = (float(number(x, "en", digits).replace(",", "")) for x in (end[MEDIAN], fan.target))
    side = "at" if median == goal else "above" if median > goal else "below"
    # the gap between the two as they are printed, so that a reader who subtracts finds it
    facts |= {
        "median": amount(end[MEDIAN], a.series, language, digits),
        "gap": number(abs(median - goal), language, digits),
    }
    notes = [f"report.fan.note.{a.series.prices}", *(["report.fan.note.trend"] if fan.trend else [])]
    return {
        "finding": say(f"report.fan.finding.{side}", language, **facts),
        "alt": say("report.fan.alt", language, **facts),
        "note": " ".join(say(code, language, **facts) for code in notes),
    }


def _data(fan: Fan, language: str) -> Markup:
    digits, some = fan.series.decimals, fan.quantiles is not None
    head = [say(f"report.fan.{key}", language) for key in ("year", "observed", "required")]
    if some:
        head.append(say("report.fan.median", language))
        head += [say("report.fan.interval", language, level=f"{level:.0%}") for level in reversed(BANDS)]
    rows = [[str(t), number(y, language, digits), *[NONE] * (5 if some else 1)] for t, y in fan.observed]
    for k, (year, needed) in enumerate(fan.required[1:], start=1):
        cells = [str(year), NONE, number(needed, language, target_digits(fan.target, digits))]
        if fan.quantiles is not None:
            q = [number(x, language, digits) for x in fan.quantiles[k]]
            cells += [q[MEDIAN], *(f"{q[low]}–{q[6 - low]}" for low in (2, 1, 0))]
        rows.append(cells)
    caption = say("report.fan.table", language, unit=unit_name(fan.series, language))
    return table(caption, head, rows, numeric=range(1, 7))
