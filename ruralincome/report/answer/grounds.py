"""The sections that say how far to trust an answer: caveats, parameters in words, provenance."""

import math
from collections.abc import Iterator
from textwrap import shorten

from markupsafe import Markup

from ruralincome.report.blocks import Block, block, bullets, details
from ruralincome.report.tables import heads, lines, table
from ruralincome.report.templates import rendered
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
from ruralincome.report.words.verdicts import verdict_label, verdict_name
from ruralincome.report.words.words import capital, chance, day, fault, number, percent, quantity, say, text
from ruralincome.scenario.result import Answer
from ruralincome.series import InputError
from ruralincome.series.units import factor
from ruralincome.target.target import Outlook

COVID = (2020, 2021)

SHORT = {"coverage", "two", "gaps", "covid", "nominal", "multiple"}
"""Doubts that have a few words for the summary."""

FOOT = 150
"""Letters that the foot of a printed page has for a source."""


def caveats(answer: Answer, language: str) -> Block:
    """What the data cannot say, each sentence worked out from the figures."""
    doubts = list(_doubts(answer, language))
    said = [say(f"report.caveats.{code}", language, **facts) for code, facts in doubts]
    short = [say(f"page.doubt.{code}", language, **facts) for code, facts in doubts if code in SHORT]
    finding = capital(", ".join(short) or say("page.doubt.none", language)) + "."
    return block(
        "caveats", "report.caveats.heading", language, bullets(said),
        lines=said, headed=False, finding=finding, paper=True,
    )  # fmt: skip


def parameters(answer: Answer, language: str) -> Block:
    """The scenario in words."""
    rows = [[say(f"report.parameters.{key}", language), shown] for key, shown in _stated(answer, language) if shown]
    head = heads("report.parameters", language, "item", "value")
    shown = table(say("report.parameters.table", language), head, rows, css="stack plain")
    steps = "; ".join(adjustments(answer, language)) or say("page.parameters.none", language)
    finding = say("page.parameters", language, steps=capital(steps), seed=answer.scenario.seed)
    said = lines(rows, ": ")
    return block("parameters", "report.parameters.heading", language, shown, lines=said, headed=False, finding=finding)


def provenance(answer: Answer, language: str) -> Block:
    """Inputs with their hashes, sources, versions, and how to get the same report again."""
    inputs = {table.label: table.sha256 for table in answer.evidence.tables.values()}
    files = [[file, Markup("<code>{}</code>").format(sha256)] for file, sha256 in inputs.items()]
    versions = say("report.provenance.versions", language)
    used = list(answer.provenance["versions"].items())
    again = say("report.provenance.reproduce", language, name=answer.name)
    parts = [
        _sources(answer, language),
        table(say("report.provenance.inputs", language), heads("report.provenance", language, "file", "hash"), files),
        Markup("<p>{}</p><pre><code>{}</code></pre>").format(again, params_text(answer)),
        details(versions, table(versions, heads("report.provenance", language, "package", "version"), used)),
    ]
    first = answer.evidence.series.sources[0].titles if answer.evidence.series.sources else None
    finding = "; ".join(
        filter(None, [text(first, language), f"ruralincome {answer.provenance['versions']['ruralincome']}"])
    )
    said = lines(files, " ")
    return block("provenance", "report.provenance.heading", language, *parts, lines=said, headed=False, finding=finding)


def params_text(answer: Answer) -> str:
    """The scenario as the params file that makes it again: what differs from the defaults."""
    import yaml

    stated = answer.scenario.model_dump(exclude_defaults=True, exclude={"extends", "name"})
    stated = {"title": answer.scenario.title.model_dump(), **stated}
    return str(yaml.safe_dump(stated, allow_unicode=True, sort_keys=False))


def _doubts(answer: Answer, language: str) -> Iterator[tuple[str, dict[str, object]]]:
    """Codes of caveats with their facts."""
    a, published, spec = answer.assessment, answer.evidence.published, answer.evidence.spec
    if pairs := "; ".join(_coverage(answer, language)):
        yield "coverage", {"pairs": pairs}
    if len(a.series.years) < 3:
        yield "two", {"count": len(a.series.years)}
    if missing := [str(t) for t in range(a.series.years[0], a.series.origin) if t not in a.series.years]:
        yield "gaps", {"years": ", ".join(missing)}
    yield from _of_figures(answer, language)
    if a.reference is not None:
        yield "class", class_facts(a.reference, language)
    if a.range is not None and a.probability is not None:
        low, high, now = (chance(p, language) for p in (*a.range, a.probability))
        yield "range", {"low": low, "high": high, "chance": now}
    if left := "; ".join(_left_out(answer, language)):
        yield "left_out", {"classes": left}
    if set(range(a.series.origin + 1, a.target.year + 1)) & set(COVID):
        yield "covid", {}
    yield a.series.prices, {}
    base = published.value(a.base_year)
    ratio = spec.value / base
    if (spec.prices or published.prices) == published.prices and abs(ratio - round(ratio, 1)) < 1e-9:
        value = number(base, language, published.decimals)
        yield "multiple", {"base": a.base_year, "ratio": number(ratio, language, 1), "value": value}
    yield "target_is_question", {}


def _left_out(answer: Answer, language: str) -> Iterator[str]:
    """Each class that could not have been chosen: its chance, and why not."""
    for one in answer.assessment.alternatives:
        if one.left_out and isinstance(one.outlook, Outlook):
            said = chance(one.outlook.probability(answer.assessment.target), language)
            title = class_title(one.reference, one.reference.prices, language)
            yield say(f"report.caveats.left_out.{one.left_out}", language, title=title, chance=said)


def _of_figures(answer: Answer, language: str) -> Iterator[tuple[str, dict[str, object]]]:
    """What those who published the figures say of them: statuses, a break, and what was revised."""
    a, published = answer.assessment, answer.evidence.published
    known = [(t, status) for t, status in published.statuses if t <= published.origin]
    if known:
        told = (f"{t}: {fault(InputError(f'data.status_{status}'), language)}" for t, status in known)
        yield "statuses", {"pairs": "; ".join(told)}
    if broken := [str(t) for t, status in known if status == "break"]:
        yield "break", {"years": ", ".join(broken)}
    for old in published.vintages:
        facts = {"year": old.year, "published": day(old.published, language), "revised": day(old.revised, language)}
        values = {"old": amount(old.value, published, language), "new": amount(old.new, published, language)}
        yield "revised", {**facts, **values}
    if answer.before:
        now = {v.rule: v for v in a.verdicts}
        moved = [v for v in answer.before if v.label != now[v.rule].label]
        names = (
            f"{verdict_name(v, language)}: {verdict_label(v, language)} → {verdict_label(now[v.rule], language)}"
            for v in moved
        )
        yield "moved" if moved else "unmoved", {"rules": "; ".join(names)}


def _coverage(answer: Answer, language: str) -> Iterator[str]:
    """Each observation beside the survey's figure for the whole province, as data/NOTES would put it."""
    series, whole = answer.evidence.published, answer.evidence.whole
    scale = None if whole is None else factor(whole.unit, series.unit)
    if whole is None or scale is None:
        return
    for year in sorted(set(series.years) & set(whole.years)):
        level, value = whole.value(year) * scale, series.value(year)
        same = number(level, "en", series.decimals) == number(value, "en", series.decimals)
        monthly = quantity(whole.value(year), whole.unit, language, whole.decimals)
        yearly = quantity(level, series.unit, language, series.decimals + 1)
        facts = {"monthly": monthly, "yearly": yearly, "value": number(value, language, series.decimals)}
        yield say(f"report.caveats.coverage.{'same' if same else 'other'}", language, year=year, **facts)


def _stated(answer: Answer, language: str) -> Iterator[tuple[str, str]]:
    a, scenario = answer.assessment, answer.scenario
    target = target_amount(a.target.value, a.series, language)
    base = amount(a.series.value(a.base_year), a.series, language)
    yield "title", text(scenario.title, language)
    yield "reasoning", text(scenario.reasoning, language)
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


def _sources(answer: Answer, language: str) -> Markup:
    """What was measured, and where it was published; last the reference class."""
    measured = [series for series in (answer.evidence.series, answer.evidence.whole) if series is not None]
    tables, reference = answer.evidence.tables, answer.assessment.reference
    found = [(indicator(series, language), series.sources) for series in measured]
    others = tables.keys() - {series.name for series in measured}
    found += [(title(answer, name, language), each.sources) for name, each in tables.items() if name in others]
    sources = [
        (what, text(one.titles, language) or one.title, one.path, one.accessed and day(one.accessed, language))
        for what, each in found
        for one in each
    ]
    facts = {}
    if reference is not None:
        named = class_title(reference, reference.prices, language)
        facts = {"reference": named, "published": class_source(reference, language)}
    titles = [*(name for _, name, *_ in sources), *filter(None, [facts.get("published")])]
    foot = "; ".join(dict.fromkeys(shorten(name, FOOT, placeholder="…") for name in titles))
    foot = say("report.provenance.foot", language, sources=foot)
    return rendered("answer/sources.html.j2", language=language, sources=sources, foot=foot, **facts)
