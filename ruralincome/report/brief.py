"""To take away: the brief, one A4 page for somebody who decides, made of the report's own parts."""

from importlib.metadata import version

from ruralincome.report.answer.needs import held
from ruralincome.report.answer.sections import caveats, moves, verdict
from ruralincome.report.answer.sentences import answered
from ruralincome.report.templates import part, rendered
from ruralincome.report.words.words import say
from ruralincome.scenario.result import Answer


def brief(answer: Answer, language: str) -> str:
    """The first screen of the report, which levels are safer, what moves the answer, what to mind and the sources."""
    parts = (moves(answer, language), held(answer, language), part("answer/grounds.sources", language, answer=answer))
    return str(
        rendered(
            "brief.html.j2",
            language=language,
            title=say("page.brief.of", language, answer=answered(answer.assessment, language)),
            verdict=verdict(answer, language).html,
            parts=[found.html for found in parts],
            doubts=caveats(answer, language).text.splitlines()[:2],
            made=say("page.made.shared", language, version=version("ruralincome")),
        )
    )
