"""Options that several commands share: how each is asked for, and refused where it is wrong."""

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
    from ruralincome.data.package import find_root  # here, as --help starts without it

    try:
        return stated or find_root() / "reports"
    except InputError:
        return Path("reports")


BOTH = [*LANGUAGES]
LanguageOption = Annotated[str, choice("cli.language", "language", LANGUAGES, "Language of the answer.")]
LanguagesOption = Annotated[list[str], choice("cli.language", "language", LANGUAGES, "May be repeated.")]
KindOption = Annotated[Kind, choice("cli.kind", "kind", get_args(Kind), "What the series is of.")]
PricesOption = Annotated[Prices, choice("cli.prices", "prices", get_args(Prices), "Prices that the values are in.")]
RuleOption = Annotated[
    Rule | None, choice("cli.rule", "word", RULES, "What to do where a place was redrawn; refuse unless stated.")
]
OutputOption = Annotated[Path | None, typer.Option(help="Where the results go; reports/ of the root.")]
ClusterOption = Annotated[str | None, typer.Option(help="Address of a dask scheduler to run on.")]
TableOption = Annotated[Path | None, typer.Option(help="Folder of a country's places.csv and links.csv.")]
