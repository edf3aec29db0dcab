"""Files written together, all or none; a folder that one run writes at a time, and what its processes share."""

import atexit
import csv
import hashlib
import io
import json
import os
import pickle
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import copy2, copymode
from typing import IO, Any, TypeVar

from ruralincome.series import InputError
from ruralincome.series.names import shielded

Made = TypeVar("Made")
Content = bytes | Callable[[Path], None] | None  # a function is given the part to write; None: no such file shall be
PART = ".ruralincome-part"  # how the name of a file ends that is not whole yet, by which a crash's leftovers are known
KEPT = ".ruralincome-kept"  # and of what stood there before, until all have their names: no longer, so that it fits
SHARED = "RURALINCOME_SHARED"  # begins the paths of what processes of a run share
FEW, MANY = 4, 64  # results that a process may leave there, and that may lie there
_handed: dict[Path, Any] = {}
WAIT = 60.0  # seconds to wait for another who writes to a folder for a moment only


@contextmanager
def all_or_none(writer: str = "", durable: bool = False) -> Iterator[Callable[[Path, Content], None]]:
    """Files that appear together when the block ends well, or not at all: put(path, content) writes each beside its
    place, and then all are renamed; a failure puts back what was. The same path again goes on with the same part. A
    file keeps its mode, and is written through the link that stands for it.
    writer: a name that keeps the parts of two writers apart, where there may be two. durable: bytes reach the disk
    before they get their name. Raises InputError when a file cannot be written."""
    parts, before, made = dict[Path, Path | None](), dict[Path, Path | None](), list[Path]()

    def put(path: Path, content: Content) -> None:
        path = _real(path)
        with write_fault(path):
            made.extend(folder for folder in reversed(path.parents) if not folder.exists())
            path.parent.mkdir(parents=True, exist_ok=True)
            part = parts[path] = None if content is None else part_of(path, writer)
            if part and isinstance(content, bytes):
                with part.open("wb") as stream:
                    stream.write(content)
                    if durable:
                        stream.flush()
                        os.fsync(stream.fileno())
            elif part and callable(content):
                content(part)

    try:
        yield put
        for path, part in parts.items():
            with write_fault(path):
                if was := _aside(path, part, writer):
                    before[path] = was
                part.replace(path) if part else path.unlink(missing_ok=True)
                before[path] = was
    except BaseException:
        for part in filter(None, [*parts.values()][::-1]):  # first the last, whose part `settle` asks for
            with suppress(OSError):
                part.unlink(missing_ok=True)
        for path, was in before.items():
            with suppress(OSError):  # the first fault is the one to tell
                if was:
                    was.replace(path)
                (was or path).unlink(missing_ok=True)
        _leave(made)
        raise
    for was in filter(None, before.values()):
        with suppress(OSError):
            was.unlink()


def write_all(contents: Mapping[Path, bytes | None], writer: str = "", durable: bool = False) -> None:
    """Write all files or none, as `all_or_none` does."""
    with all_or_none(writer, durable) as put:
        for path, content in contents.items():
            put(path, content)


def part_of(path: Path, writer: str = "", end: str = PART) -> Path:
    """Where a file is written before it gets its name, or lies (KEPT) before another is put in its place."""
    return (path := _real(path)).with_name(f".{path.name}{writer}{end}")


def settle(last: Path, folders: Sequence[str]) -> None:
    """Finish or undo what a crash left of `write_all`, whose `last` file was JSON; the others lie in `folders` beside.
    All parts are written before the first is renamed: where the last one is whole, each of them was."""
    found, whole = [p for folder in folders for p in (last.parent.parent / folder).glob("*")], False
    found += [part_of(p, end=end) for p in found if p.is_symlink() for end in (PART, KEPT)]
    with suppress(OSError, ValueError):
        parsed(part_of(last).read_text(encoding="utf-8"))
        whole = True
    parts = {p for p in found if p.match(f".*{PART}") and p.exists()}
    for part in sorted(parts, key=lambda part: (part == part_of(last), part)):
        if whole:
            _named(part, part.with_name(part.name[1 : -len(PART)]))
        else:
            part.unlink(missing_ok=True)
    for kept in (p for p in found if p.match(f".*{KEPT}")):
        kept.unlink(missing_ok=True)


@contextmanager
def hold(folder: Path, leftovers: Sequence[str] = (), wait: float = 0.0) -> Iterator[None]:
    """Hold a folder: the one lock of all that write. The operating system lets go when we end, even by kill -9.
    leftovers: patterns of the parts that a run which was killed left in it, and which go; wait: seconds to wait for
    another. Raises InputError when the folder cannot be written or another holds it."""
    made = [above for above in (*reversed(folder.parents), folder) if not above.exists()]
    path, until = folder / ".ruralincome.lock", time.monotonic() + wait
    try:
        while True:
            folder.mkdir(parents=True, exist_ok=True)
            handle = path.open("a+", encoding="utf-8")
            taken = _taken(handle)
            with suppress(FileNotFoundError):  # of one who has ended meanwhile
                if taken and os.path.samestat(os.fstat(handle.fileno()), path.stat()):
                    break
            handle.close()
            if not taken and time.monotonic() >= until:
                raise InputError("data.held", folder=folder)
            time.sleep(0.01)
    except OSError as fault:
        raise InputError("data.unwritable", folder=folder, why=fault.strerror) from None
    try:
        for part in (found for end in (PART, KEPT) for of in leftovers for found in folder.glob(of.replace(PART, end))):
            with write_fault(part):
                part.unlink(missing_ok=True)
        yield
    finally:
        with suppress(OSError):
            path.unlink()
        handle.close()
        _leave(made)


def csv_lines(
    columns: Sequence[str], rows: Iterable[Mapping[str, str]], header: bool = True, encoding: str = "utf-8"
) -> bytes:
    """Rows as CSV, one line each, as the data package is written; utf-8-sig as encoding is what spreadsheets want."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns, extrasaction="ignore", lineterminator="\n")
    if header:
        writer.writeheader()
    writer.writerows({column: shielded(cell) for column, cell in row.items()} for row in rows)
    return stream.getvalue().encode(encoding)


def parsed(text: str | bytes) -> Any:
    """What a text in JSON says. Raises ValueError for one that is none, is nested too deep, or has a key twice."""
    try:
        return json.loads(text, object_pairs_hook=_once)
    except RecursionError:
        raise InputError("data.json_deep") from None


def json_text(content: Mapping[str, Any]) -> bytes:
    """JSON as the data package is written."""
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def seal(content: bytes) -> dict[str, int | str]:
    """What the data package says of a file's bytes: how many, and their hash."""
    return {"bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}


def no_pipe(path: Path) -> Path:
    """A path to be read. Raises InputError for a pipe or a device, which keeps its reader waiting, or never ends."""
    if path.exists() and not path.is_file() and not path.is_dir():
        raise InputError("data.pipe", file=path)
    return path


def taken_over(*asked: object) -> Any:
    """What another process of the run left of the same, by its repr, turn and working folder, taken away; None where
    none did. It lies where SHARED says, in a folder of the run's own: nobody else may write there, it is a pickle."""
    with suppress(Exception):  # no such folder, nobody has found it, or was killed as it wrote
        path = _shared(asked)
        content = path.read_bytes()
        path.unlink()
        _handed[path] = b""  # its turn is over
        return pickle.loads(content)


def handed_on(made: Made, *asked: object) -> Made:
    """What was found, to be left there as this process ends, with all that has been worked out of it until then; not
    where the run has no such folder, or much lies there."""
    with suppress(KeyError, OSError):
        if len(_handed) < FEW:
            _handed[_shared(asked)] = made
    return made


@atexit.register
def _hand_on() -> None:
    for path, made in _handed.items():
        with suppress(Exception):  # what holds a notebook's own objects is for nobody else
            if made != b"" and len(list(path.parent.iterdir())) < MANY:
                path.write_bytes(pickle.dumps(made))


def _shared(asked: object) -> Path:
    told = repr((len(_handed), Path.cwd(), asked)).encode()
    return Path(f"{os.environ[SHARED]}-{hashlib.sha256(told).hexdigest()}")


@contextmanager
def write_fault(path: Path) -> Iterator[None]:
    """What goes wrong with a file that is written, as a fault."""
    try:
        yield
    except OSError as fault:
        raise InputError("data.unwritten", file=path, why=fault.strerror) from None


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def _aside(path: Path, part: Path | None, writer: str) -> Path | None:
    """A file by a second name, to be put back by; a copy where the disk has no links, None where there is none."""
    if not path.is_file():
        return None
    if part:
        copymode(path, part)  # which is gone where two paths are one file
    (aside := part_of(path, writer, KEPT)).unlink(missing_ok=True)
    try:
        aside.hardlink_to(path)
    except OSError:
        copy2(path, aside)
    return aside


def _named(part: Path, path: Path) -> None:
    with suppress(FileNotFoundError):
        copymode(path, part)
    part.replace(path)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(found := dict(pairs)) < len(pairs):
        keys = [key for key, _ in pairs]
        raise InputError("data.json_twice", key=next(key for key in keys if keys.count(key) > 1))
    return found


def _taken(handle: IO[str]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _leave(made: Sequence[Path]) -> None:
    """Take away the folders that were made and hold nothing."""
    for folder in reversed(made):
        with suppress(OSError):
            folder.rmdir()
