"""What a run needs of the machine: a folder for what lasts no longer than itself, and words fit for a log."""

import os
import re
import tempfile


def short_folder(length: int = 50) -> str:
    """The folder for temporary files; another where its name is longer, as the path of a socket ends at 103 bytes."""
    usual = tempfile.gettempdir()
    places = (usual, os.environ.get("XDG_RUNTIME_DIR", ""), "/tmp", "/var/tmp")
    return next((p for p in places if p and len(os.fsencode(p)) <= length and os.access(p, os.W_OK | os.X_OK)), usual)


def one_line(text: str) -> str:
    """Words as one line, not too long, without what commands a terminal."""
    text = re.sub(r"\x1b\[[0-?]*[ -/]*[@-~]", "", text)
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:300]
