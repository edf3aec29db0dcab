"""The command `read`: what a file holds and how it was understood, so that a person can confirm it."""

import json
from pathlib import Path
from typing import Annotated

import typer

from ruralincome.data.spoken import language
from ruralincome.report.words.words import fault


def read(
    file: Annotated[Path, typer.Argument(help="A table as an office has it: CSV, workbook, PX, JSON-stat, SDMX.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print a list of readings as JSON.")] = False,
    sheet: Annotated[str, typer.Option(help="The sheet to read, where several hold a table.")] = "",
    columns: Annotated[str, typer.Option(help="Heads by what they are: year=Năm,value=…,place=Xã.")] = "",
    unit: Annotated[str, typer.Option(help="Unit of the figures, where the file does not say it.")] = "",
    decimal: Annotated[str, typer.Option(help=". or , where no figure shows which it is.")] = "",
    year: Annotated[str, typer.Option(help="first or second: the year that 2019/20 stands for.")] = "",
) -> None:
    """Show what a file holds, and how it was understood."""
    from ruralincome.data.forms.read import read_table

    found = read_table(file, sheet, columns, unit, decimal, year)
    spoken = language()
    if as_json:
        said = "; ".join(fault(told, spoken) for told in found[0].understood)
        print(json.dumps([one.to_json() | {"understood": said} for one in found], ensure_ascii=False, indent=2))
        return
    for one in found:
        print(" | ".join(filter(None, (one.place, one.indicator, one.unit))))
        for when, shown, status in zip(one.years, one.shown, one.status, strict=True):
            print(f"  {when}  {shown or '..'}" + ("" if status == "final" else f"  {status}"))
    for told in found[0].understood:
        print(f"- {fault(told, spoken)}")
