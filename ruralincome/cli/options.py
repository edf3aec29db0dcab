"""Options that several commands share: how each is asked for, and refused where it is wrong."""

import functools
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from ruralincome.data.spoken import language
from ruralincome.places.across import BRIDGES, Bridge
from ruralincome.report.words.words import LANGUAGES
from ruralincome.series import InputError, Kind, Prices


def choice(code: str, name: str, known: tuple[str, ...], by: Any = None) -> Any:
    """An option that is one of `known`, or several, else what `by` says; another word is a fault of `code`."""

    def checked(stated: Any) -> Any:
        for word in [stated] if isinstance(stated, str) else stated or ():
            if word not in known:
                raise InputError(code, **{name: word}, known=known)
        return stated if isinstance(stated, str | None) else [*dict.fromkeys(stated)]

    return typer.Option(parser=str, metavar="|".join(known), callback=checked, default_factory=by, show_default=not by)


def reports(stated: Path | None) -> Path:
    """The folder for what is written: as stated, or reports/ of the root, or here where there is none."""
    from ruralincome.data.package import nearest_root  # here, as --help starts without it

    return stated or (nearest_root() or Path()) / "reports"


HOW = ("sheet", "columns", "indicator", "unit", "decimal", "year")  # what may be stated of any file of figures


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
    more = [reading.replace(name=name, annotation=str) for name in HOW]
    read.__signature__ = plain.replace(parameters=[*own, *more])  # type: ignore[attr-defined]
    return read


BOTH = [*LANGUAGES]
FilesArgument = Annotated[list[Path] | None, typer.Argument()]
LanguageOption = Annotated[str, choice("cli.language", "language", LANGUAGES, language)]
LanguagesOption = Annotated[list[str], choice("cli.language", "language", LANGUAGES)]
KindOption = Annotated[Kind, choice("cli.kind", "kind", get_args(Kind))]
MeasureOption = Annotated[str, choice("cli.measure", "measure", ("income", "gdp"))]
PricesOption = Annotated[Prices, choice("cli.prices", "prices", get_args(Prices))]
RuleOption = Annotated[Bridge | None, choice("cli.rule", "word", BRIDGES)]
RuleOfOneOption = Annotated[Bridge | None, choice("cli.rule_of_one", "word", ("refuse", "old", "break"))]


def _template(path: Path | None) -> None:
    """Write an .xlsx to fill in, and end: nothing else is asked for then."""
    if path is not None:
        from ruralincome.data.files import write_all
        from ruralincome.data.forms.workbook import template

        write_all({path: template()})
        print(path)
        raise typer.Exit


TemplateOption = Annotated[Path | None, typer.Option(is_eager=True, callback=_template)]
