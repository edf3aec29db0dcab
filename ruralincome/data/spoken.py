"""The language that is spoken: as stated, by the environment, by the folder's data package, or by the machine."""

import json
import os
from contextlib import suppress
from pathlib import Path

from ruralincome.series import InputError

LANGUAGES = ("vi", "en")
STATED = "RURALINCOME_LANGUAGE"


def language(code: str = "") -> str:
    """Set the language of what notebooks and the terminal show; without a code, say which it is.

    In turn: RURALINCOME_LANGUAGE, which this sets; `"language"` in data/datapackage.json of the nearest folder above;
    LC_ALL, LC_MESSAGES or LANG, the first that is set; English. Raises InputError for a language without words.
    """
    if code and code not in LANGUAGES:
        raise InputError("cli.language", language=code, known=LANGUAGES)
    if code:
        os.environ[STATED] = code  # where the processes that we start find it, too
    machine = next((found for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (found := os.environ.get(name))), "")
    stated = (os.environ.get(STATED, ""), _of_folder(), machine[:2])
    return next((found for found in stated if found in LANGUAGES), "en")


def _of_folder() -> str:
    """What the nearest data package states; nothing where there is none, or it cannot be read."""
    with suppress(OSError, ValueError, AttributeError):
        for folder in (Path.cwd(), *Path.cwd().parents):
            if (path := folder / "data" / "datapackage.json").is_file():
                return str(json.loads(path.read_text(encoding="utf-8")).get("language", ""))
    return ""
