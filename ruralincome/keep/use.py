"""Use: a figure that came later, let into the answers that were asked as of an earlier year."""

import re
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from ruralincome.data.files import write_all
from ruralincome.data.package import find_root, read_series, written
from ruralincome.keep.observe import Appended
from ruralincome.scenario.check import check
from ruralincome.scenario.file import read_scenario
from ruralincome.series import Faults, InputError

STATED = re.compile(rb"^as_of:[^#\r\n]*?(?=[ \t]*(?:#.*)?\r?$)", re.MULTILINE)
"""Where a params file states it."""


def usable(done: Appended, root: Path | None = None) -> dict[str, int | str]:
    """By params file, the as_of with which an answer that was held would use the figure: its year, or the day on which
    it came out where the file states a day. None whose target is of that year or an earlier one."""
    where, day = root or find_root(), f"{done.year:04}-12-31"
    with suppress(InputError):  # rates have none
        day = dict(read_series(done.name, where).published).get(done.year, day)
    asked = {name: read_scenario(where / "params" / f"{name}.yaml") for name in done.held}
    later = {name: one.as_of for name, one in asked.items() if one.target.year > done.year}
    return {name: day if isinstance(as_of, str) else done.year for name, as_of in later.items()}


def use(done: Appended, root: Path | None = None) -> tuple[Path, ...]:
    """Advance as_of in the params files of `usable`, all of them or none; the rest of each stays as it is written.

    One that has it from a file it extends is left alone where that one is advanced. Raises InputError where a file
    would be wrong with it.
    """
    where = root or find_root()
    wanted, params = usable(done, where), where / "params"
    with written(where), TemporaryDirectory() as folder:
        tried = Path(folder) / "params"  # as faults name it
        trial = {name: tried / f"{name}.yaml" for name in wanted}
        before = {path.name: path.read_bytes() for path in params.glob("*.yaml")}
        write_all({tried / name: content for name, content in before.items()})
        for name, path in trial.items():
            write_all({path: STATED.sub(f"as_of: {wanted[name]}".encode(), path.read_bytes())})
        for name, path in trial.items():
            if read_scenario(path).as_of != wanted[name]:
                text = path.read_bytes()
                end = b"\r\n" if b"\r\n" in text else b"\n"
                write_all({path: text.rstrip() + end + f"as_of: {wanted[name]}".encode() + end})
        if faults := check([*trial.values()], where):
            raise InputError("keep.not_used", year=done.year, fault=Faults(faults).faults[0])
        after = {path.name: path.read_bytes() for path in trial.values()}
        changed = {params / name: content for name, content in after.items() if content != before[name]}
        write_all(changed)
    return tuple(changed)
