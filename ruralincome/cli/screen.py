"""Screen: the streams that the command writes to, which no data can command; and the fault that nobody foresaw."""

import os
import sys
from contextlib import suppress
from typing import Any

from ruralincome.series import InputError
from ruralincome.series.faults import plain


class Screen:
    """Standard output, which no data can command. Raises InputError for what cannot be written, but a broken pipe."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

    def write(self, text: str) -> None:
        """Write the printable of each line."""
        self._told(lambda: self.stream.write("\n".join(map(plain, text.split("\n")))))

    def flush(self) -> None:
        """Write what is kept."""
        self._told(self.stream.flush)

    def _told(self, act: Any) -> None:
        try:
            act()
        except BrokenPipeError:
            raise
        except UnicodeEncodeError as fault:
            raise InputError("cli.letter", encoding=self.stream.encoding, letter=fault.object[fault.start]) from None
        except OSError as fault:
            raise InputError("cli.unwritten", why=fault.strerror) from None


class Aside(Screen):
    """Standard error: what is said beside the answer; where it cannot be written, the rest goes on."""

    def write(self, text: str) -> None:
        """Write as it is: a bar commands the terminal."""
        self._told(lambda: self.stream.write(text))

    def _told(self, act: Any) -> None:
        try:
            act()
        except (OSError, ValueError):
            with suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), self.stream.fileno())


def opened() -> None:
    """Open what the shell closed (`>&-`), so that no file of ours gets its number; to write there fails."""
    for number, name in ((1, "stdout"), (2, "stderr")):
        if getattr(sys, name) is None:
            if (found := os.open(os.devnull, os.O_RDONLY if number == 1 else os.O_WRONLY)) != number:
                os.dup2(found, number)
            setattr(sys, name, open(number, "w", encoding="utf-8", closefd=False))  # noqa: SIM115


def unexpected(fault: Exception) -> InputError:
    """A fault that nobody foresaw, as a line; the fault itself where it is the input's."""
    if isinstance(fault, InputError):
        return fault
    return InputError("cli.unexpected", kind=type(fault).__name__, detail=str(fault)[:200])
