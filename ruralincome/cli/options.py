"""Options that several commands share: how each is asked for, and refused where it is wrong."""

import functools
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from ruralincome.places.across import RULES, Rule
from ruralincome.report.words.words import LANGUAGES
from ruralincome.series import InputError, Kind, Prices


def choice(code: str, name: str, known: tuple[str, ...], words: str) -> Any:
    """An option that is one of `known`, or several; another word is a fault of `code`, whose fact `name` it is."""

    def checked(stated: Any) -> Any:
        for word in [stated] if isinstance(stated, str) else stated or ():
            if word not in known:
                raise InputError(code, **{name: word}, known=known)
        return stated if isinstance(stated, str | None) else [*dict.fromkeys(stated)]

    return typer.Option(parser=str, metavar="|".join(known), callback=checked, help=words)


def reports(stated: Path | None) -> Path:
    """The folder for what is written: as stated, or reports/ of the root, or here where there is none."""
    from ruralincome.data.package import nearest_root  # here, as --help starts without it

    return stated or (nearest_root() or Path()) / "reports"


HOW = {
    "sheet": "The sheet to read, where several hold a table.",
    "columns": "Heads by what they are: year=Năm,value=…,place=Xã.",
    "indicator": "The indicator that is meant, where a file holds several: its name, or a part of it.",
    "unit": "Unit of the figures, in words or as a code; the file's own, or the usual, unless stated.",
    "decimal": "The decimal sign, . or , where no figure shows which it is.",
    "year": "first or second: the year that 2019/20 stands for.",
}
"""What a user may state of a file of figures, the same of every command that reads one."""


def reads(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command with the options by which a file of figures is read, which it is handed as `reading`."""

    @functools.wraps(command)
    def read(**given: Any) -> Any:
        from ruralincome.data.forms.reading import Options  # here, as --help starts without it

        stated = Options(**{name: given.pop(name) for name in HOW})
        return command(**given, reading=stated)

    plain = inspect.signature(command)
    reading = plain.parameters["reading"].replace(kind=inspect.Parameter.KEYWORD_ONLY, default="")
    own = [one for one in plain.parameters.values() if one.name != "reading"]
    asked = {name: Annotated[str, typer.Option(help=words)] for name, words in HOW.items()}
    more = [reading.replace(name=name, annotation=annotation) for name, annotation in asked.items()]
    read.__signature__ = plain.replace(parameters=[*own, *more])  # type: ignore[attr-defined]
    return read


BOTH = [*LANGUAGES]
FilesArgument = Annotated[list[Path] | None, typer.Argument(help="Params files; all of params/ unless named.")]
LanguageOption = Annotated[str, choice("cli.language", "language", LANGUAGES, "Language of the answer.")]
LanguagesOption = Annotated[list[str], choice("cli.language", "language", LANGUAGES, "May be repeated.")]
KindOption = Annotated[Kind, choice("cli.kind", "kind", get_args(Kind), "What the series is of.")]
PricesOption = Annotated[Prices, choice("cli.prices", "prices", get_args(Prices), "Prices that the values are in.")]
RuleOption = Annotated[Rule | None, choice("cli.rule", "word", RULES, "What if it was redrawn; refuse unless stated.")]
ONE = "What if it was redrawn; refuse unless stated. To rebuild takes its parts: panel, or parts: in the params file."
RuleOfOneOption = Annotated[Rule | None, choice("cli.rule_of_one", "word", ("refuse", "old", "break"), ONE)]
OutputOption = Annotated[Path | None, typer.Option(help="Where the results go; reports/ of the root.")]
ClusterOption = Annotated[str | None, typer.Option(help="Address of a dask scheduler to run on.")]
TableOption = Annotated[Path | None, typer.Option(help="Folder of a country's places.csv and links.csv.")]
PublishedOption = Annotated[str, typer.Option(help="Day on which the figures came out, YYYY-MM-DD, for revisions.")]


def _template(path: Path | None) -> None:
    """Write an .xlsx to fill in, and end: nothing else is asked for then."""
    if path is not None:
        from ruralincome.data.files import write_all
        from ruralincome.data.forms.workbook import template

        write_all({path: template()})
        print(path)
        raise typer.Exit


TemplateOption = Annotated[
    Path | None, typer.Option(is_eager=True, callback=_template, help="Write an .xlsx to fill in, and stop.")
]
