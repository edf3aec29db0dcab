"""The language that is spoken: as stated, by the environment, by the folder's data package, or by the machine."""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from ruralincome.series import InputError

STATED = "RURALINCOME_LANGUAGE"
languages: Callable[[], tuple[str, ...]] = tuple  # those that have words: set by the package, as words lie above


def language(code: str = "") -> str:
    """Set the language of what notebooks and the terminal show; without a code, say which it is. In turn:
    RURALINCOME_LANGUAGE, which this sets; `"language"` in data/datapackage.json of the nearest folder above; LC_ALL,
    LC_MESSAGES or LANG, the first that is set; English. Raises InputError for a language without words."""
    if code and code not in languages():
        raise InputError("cli.language", language=code, known=languages())
    if code:
        os.environ[STATED] = code  # where the processes that we start find it, too
    machine = next((found for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (found := os.environ.get(name))), "")
    stated = [found[:2].lower() for found in (os.environ.get(STATED, ""), _of_folder(), machine)]  # of vi_VN too
    return next((found for found in stated if found in languages()), "en")


def _of_folder() -> str:
    """What the nearest data package states; nothing where there is none, or it cannot be read."""
    with suppress(OSError, ValueError, AttributeError, RecursionError):
        for folder in (Path.cwd(), *Path.cwd().parents):
            if (path := folder / "data" / "datapackage.json").is_file():
                return str(json.loads(path.read_text(encoding="utf-8")).get("language", ""))
    return ""
