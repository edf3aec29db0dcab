"""The command that says what changed between two sets of results."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from ruralincome.cli import options
from ruralincome.series import InputError


def diff(
    before: Annotated[Path, typer.Argument(help="A result.json, or a folder of reports.")],
    after: Annotated[Path, typer.Argument(help="The same, later.")],
    to: Annotated[Path | None, typer.Option(help="A file to write it to, as Markdown.")] = None,
    language: options.LanguageOption = "vi",
) -> None:
    """Say what moved each probability between two results, or two folders of them."""
    from ruralincome.data.files import write_all
    from ruralincome.report.pages.changes import changes
    from ruralincome.report.words.words import text

    old, new = _results(before), _results(after)
    if before.is_file() and after.is_file():
        old = dict(zip(new, old.values(), strict=True))  # two are compared, whatever they are called
    both = [name for name in new if name in old]
    if not both:
        raise InputError("cli.nothing_alike", before=before, after=after)
    titles = {name: text(result["title"], language) for name, result in (old | new).items()}
    found = [(titles[name], _moved(name, old[name], new[name])) for name in both]
    said = changes(found, [titles[name] for name in sorted(old.keys() ^ new.keys())], language)
    print(said, end="")
    if to is not None:
        write_all({to: said.encode()})


def _results(path: Path) -> dict[str, Mapping[str, Any]]:
    """The results in a folder of reports, or the one of a file, by scenario."""
    from ruralincome.batch.kept import read

    files = sorted(path.glob("*/*/result.json")) if path.is_dir() else [path]
    return {result["scenario"]: result for result in map(read, files)}


def _moved(name: str, then: Mapping[str, Any], now: Mapping[str, Any]) -> Any:
    """What moved a probability, with the causes told apart where today's folder still gives the later result."""
    from ruralincome.data.package import find_root
    from ruralincome.scenario.answer import answer
    from ruralincome.scenario.file import read_scenario
    from ruralincome.scenario.since import plainly

    found = plainly(then, now)
    if found.terms is None and found.before is not None and found.after is not None:
        try:
            path = find_root() / "params" / f"{name}.yaml"
            again = answer(read_scenario(path), name, since=then).moved if path.is_file() else None
        except InputError:
            again = None
        found = again if again and again.after == found.after else found
    return found
