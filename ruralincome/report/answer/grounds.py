"""The sections that say how far to trust an answer: caveats, parameters in words, provenance."""

from ruralincome.report.blocks import Block
from ruralincome.report.templates import part
from ruralincome.scenario.result import Answer
from ruralincome.series.units import factor


def caveats(answer: Answer, language: str) -> Block:
    """What the data cannot say, each sentence worked out from the figures."""
    return part("answer/grounds.caveats", language, answer=answer, coverage=_coverage(answer))


def parameters(answer: Answer, language: str) -> Block:
    """The scenario in words."""
    return part("answer/grounds.parameters", language, answer=answer)


def provenance(answer: Answer, language: str) -> Block:
    """Inputs with their hashes, sources, versions, and how to get the same report again."""
    return part("answer/grounds.provenance", language, answer=answer, params=params_text(answer))


def params_text(answer: Answer) -> str:
    """The scenario as the params file that makes it again: what differs from the defaults."""
    import yaml

    stated = answer.scenario.model_dump(exclude_defaults=True, exclude={"extends", "name"})
    stated = {"title": answer.scenario.title.model_dump(), **stated}
    return str(yaml.safe_dump(stated, allow_unicode=True, sort_keys=False))


def _coverage(answer: Answer) -> list[tuple[int, float, float]]:
    """Years with a figure of the survey for the whole province too: that figure, and the same in the series' unit."""
    series, whole = answer.evidence.published, answer.evidence.whole
    scale = None if whole is None else factor(whole.unit, series.unit)
    if whole is None or scale is None:
        return []
    both = sorted(set(series.years) & set(whole.years))
    return [(year, whole.value(year), whole.value(year) * scale) for year in both]
