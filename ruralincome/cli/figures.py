"""The command `read`: what a file holds and how it was understood, so that a person can confirm it."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from ruralincome.cli.options import reads
from ruralincome.data.spoken import language
from ruralincome.report.words.words import fault


@reads
def read(
    file: Annotated[Path, typer.Argument(help="A table as an office has it: CSV, workbook, PX, JSON-stat, SDMX.")],
    reading: Any,
    as_json: Annotated[bool, typer.Option("--json", help="Print a list of readings as JSON.")] = False,
) -> None:
    """Show what a file holds, and how it was understood."""
    from ruralincome.data.forms.read import read_file

    found = read_file(file, reading)
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
