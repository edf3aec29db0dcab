"""What every report of a folder rests on besides its notebook and parameters, as one hash."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import sys
from importlib import metadata
from pathlib import Path


def fingerprint(root: Path) -> str:
    """Hash of what every report of the folder rests on besides its notebook and parameters.

    That is data/, the source of this package, the versions of Python and of every package it depends on. Names that
    begin with a dot are left out: editors and file managers leave such files.
    """
    digest = hashlib.sha256(sys.version.encode())
    package = Path(__file__).parents[1]
    for base in (root / "data", package):
        for path in sorted(p for p in base.rglob("*") if p.is_file() and p.suffix != ".pyc"):
            name = path.relative_to(base).as_posix()
            if "/." not in f"/{name}":
                digest.update(name.encode() + b"\0" + path.read_bytes())
    digest.update(json.dumps(versions(), sort_keys=True).encode())
    return digest.hexdigest()


def versions(package: str = "ruralincome") -> dict[str, str]:
    """Installed version of the package and of everything it depends on, by name; extras are left out."""
    found: dict[str, str] = {}
    names = [package]
    while names:
        name = names.pop()
        with contextlib.suppress(metadata.PackageNotFoundError):
            about = metadata.metadata(name)  # parsed anew at each look
            found[name] = about["Version"]
            lines = (line for line in about.get_all("Requires-Dist") or () if "extra ==" not in line)
            names += {re.split(r"[^\w.-]", line, maxsplit=1)[0].lower() for line in lines} - found.keys()
    return found
