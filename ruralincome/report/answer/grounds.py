"""The sections that say how far to trust an answer: caveats, parameters in words, provenance."""

from __future__ import annotations

import math
from collections.abc import Iterator
from textwrap import shorten

from markupsafe import Markup

from ruralincome.report.blocks import Block, at_the_foot, bullets, details, section
from ruralincome.report.tables import table
from ruralincome.report.words.adjusting import adjustments, title
from ruralincome.report.words.phrases import (
    amount,
    class_facts,
    class_source,
    class_title,
    indicator,
    model_name,
    target_amount,
)
from ruralincome.report.words.words import day, number, percent, quantity, say, text
from ruralincome.scenario.result import Answer
from ruralincome.series import Source
from ruralincome.series.units import factor

COVID = (2020, 2021)

FOOT = 150
"""Letters that the foot of a printed page has for a source."""


def caveats(answer: Answer, language: str) -> Block:
    """What the data cannot say, each sentence worked out from the figures."""
    heading = say("report.caveats.heading", language)
    said = [*_coverage(answer, language), *_evidence(answer, language), *_question(answer, language)]
    return Block(section("caveats", heading, bullets(said)), "\n".join(said))


def parameters(answer: Answer, language: str) -> Block:
    """The scenario in words."""
    heading = say("report.parameters.heading", language)
    head = [say("report.parameters.item", language), say("report.parameters.value", language)]
    rows = [[say(f"report.parameters.{key}", language), shown] for key, shown in _stated(answer, language) if shown]
    shown = table(say("report.parameters.table", language), head, rows, css="stack plain")
    return Block(section("parameters", heading, shown), "\n".join(": ".join(row) for row in rows))


def provenance(answer: Answer, language: str) -> Block:
    """Inputs with their hashes, sources, versions, and how to get the same report again."""
    heading = say("report.provenance.heading", language)
    inputs = {table.label: table.sha256 for table in answer.evidence.tables.values()}
    head = [say(f"report.provenance.{key}", language) for key in ("file", "hash")]
    files = table(
        say("report.provenance.inputs", language),
        head,
        [[file, Markup("<code>{}</code>").format(sha256)] for file, sha256 in inputs.items()],
    )
    head = [say(f"report.provenance.{key}", language) for key in ("package", "version")]
    versions = table(
        say("report.provenance.versions", language), head, [[*item] for item in answer.provenance["versions"].items()]
    )
    again = say("report.provenance.reproduce", language, name=answer.name)
    sources = Markup("<h3>{}</h3>").format(say("report.provenance.sources", language))
    html = section(
        "provenance",
        heading,
        sources,
        _sources(answer, language),
        files,
        Markup("<p>{}</p><pre><code>{}</code></pre>").format(again, params_text(answer)),
        details(say("report.provenance.versions", language), versions),
    )
    return Block(html, "\n".join(f"{file} {sha256}" for file, sha256 in inputs.items()))


def params_text(answer: Answer) -> str:
    """The scenario as the params file that makes it again: what differs from the defaults."""
    import yaml

    stated = answer.scenario.model_dump(exclude_defaults=True, exclude={"extends", "name"})
    stated = {"title": answer.scenario.title.model_dump(), **stated}
    return str(yaml.safe_dump(stated, allow_unicode=True, sort_keys=False))


def _coverage(answer: Answer, language: str) -> Iterator[str]:
    """Each observation beside the survey's figure for the whole province, as data/NOTES would put it."""
    series, whole = answer.evidence.published, answer.evidence.whole
    scale = None if whole is None else factor(whole.unit, series.unit)
    if whole is None or scale is None:
        return
    pairs = []
    for year in sorted(set(series.years) & set(whole.years)):
        yearly, value = whole.value(year) * scale, series.value(year)
        same = number(yearly, "en", series.decimals) == number(value, "en", series.decimals)
        facts = {
            "year": year,
            "monthly": quantity(whole.value(year), whole.unit, language, whole.decimals),
            "yearly": quantity(yearly, series.unit, language, series.decimals + 1),
            "value": number(value, language, series.decimals),
        }
        pairs.append(say(f"report.caveats.coverage.{'same' if same else 'other'}", language, **facts))
    yield say("report.caveats.coverage", language, pairs="; ".join(pairs))


def _evidence(answer: Answer, language: str) -> Iterator[str]:
    a = answer.assessment
    if len(a.series.years) < 3:
        yield say("report.caveats.two", language, count=len(a.series.years))
    missing = [str(t) for t in range(a.series.years[0], a.series.origin) if t not in a.series.years]
    if missing:
        yield say("report.caveats.gaps", language, years=", ".join(missing))
    if a.reference is not None:
        yield say("report.caveats.class", language, **class_facts(a.reference, language))
    if set(range(a.series.origin + 1, a.target.year + 1)) & set(COVID):
        yield say("report.caveats.covid", language)
    yield say(f"report.caveats.{a.series.prices}", language)


def _question(answer: Answer, language: str) -> Iterator[str]:
    a = answer.assessment
    published = answer.evidence.published
    base = published.value(a.base_year)
    ratio = answer.evidence.spec.value / base
    same = (answer.evidence.spec.prices or published.prices) == published.prices
    if same and abs(ratio - round(ratio, 1)) < 1e-9:
        facts = {"ratio": number(ratio, language, 1), "value": number(base, language, published.decimals)}
        yield say("report.caveats.multiple", language, base=a.base_year, **facts)
    yield say("report.caveats.target_is_question", language)


def _stated(answer: Answer, language: str) -> Iterator[tuple[str, str]]:
    a, scenario = answer.assessment, answer.scenario
    target = target_amount(a.target.value, a.series, language)
    base = amount(a.series.value(a.base_year), a.series, language)
    yield "title", getattr(scenario.title, language)
    yield "reasoning", getattr(scenario.reasoning, language) if scenario.reasoning else ""
    yield "series", indicator(a.series, language)
    yield "coverage", text(a.series.coverage, language)
    yield "target", say("report.parameters.target.words", language, target=target, year=a.target.year)
    yield "base", say("report.parameters.base.words", language, year=a.base_year, value=base)
    yield "prices", _prices(answer, language)
    yield "as_of", str(answer.evidence.as_of)
    if a.reference is not None:
        yield "reference", say("report.parameters.reference.words", language, **class_facts(a.reference, language))
    yield "models", ", ".join(model_name(o.model, language) for o in a.outlooks)
    yield "adjustments", "; ".join(adjustments(answer, language)) or say("report.parameters.none", language)
    yield "seed", str(scenario.seed)


def _prices(answer: Answer, language: str) -> str:
    """The terms of the question, and the inflation assumed where a price was restated."""
    a, ahead = answer.assessment, answer.evidence.inflation
    words = say(f"report.parameters.prices.{a.series.prices}", language, year=a.series.price_year)
    if ahead is None:
        return words
    facts = {"mean": percent(math.expm1(ahead.mean), language), "sd": number(100 * ahead.sd, language, 1)}
    deflator = title(answer, answer.evidence.deflator, language)
    return say("report.parameters.prices.assumed", language, prices=words, deflator=deflator, **facts)


def _used(answer: Answer, language: str) -> list[tuple[str, Source]]:
    """What was measured, and where it was published."""
    a, tables = answer.assessment, dict(answer.evidence.tables)
    shown = [series for series in (a.series, answer.evidence.whole) if series is not None]
    used = [(indicator(series, language), source) for series in shown for source in series.sources]
    for series in shown:
        tables.pop(series.name, None)
    return used + [
        (title(answer, name, language), source) for name, table in tables.items() for source in table.sources
    ]


def _class_source(answer: Answer, language: str) -> str:
    reference = answer.assessment.reference
    return "" if reference is None else class_source(reference, language)


def _sources(answer: Answer, language: str) -> Markup:
    """All sources as a list; their titles also at the foot of each printed page."""
    used = _used(answer, language)
    items: list[str] = [_source(source, what, language) for what, source in used]
    reference, last = answer.assessment.reference, _class_source(answer, language)
    if reference is not None:
        named = class_title(reference, reference.prices, language)
        items.append(say("report.provenance.class", language, reference=named, source=last))
    names = dict.fromkeys(
        shorten(name, FOOT, placeholder="…") for name in [*(_title(s, language) for _, s in used), last]
    )
    foot = say("report.provenance.foot", language, sources="; ".join(filter(None, names)))
    return at_the_foot(foot, bullets(items))


def _title(source: Source, language: str) -> str:
    return text(source.titles, language) or source.title


def _source(source: Source, what: str, language: str) -> Markup:
    """A source as a link where its place is a web address; the address also in print."""
    words = Markup("{}: {}").format(what, _title(source, language))
    if source.path.startswith(("https://", "http://")):
        words += Markup(' <a href="{0}">{0}</a>').format(source.path)
    elif source.path:
        words += Markup(" {}").format(source.path)
    return (
        words + Markup(", {}").format(say("report.provenance.accessed", language, date=day(source.accessed, language)))
        if source.accessed
        else words
    )
