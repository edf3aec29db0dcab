"""The benchmark's results: what `make bench` leaves in benchmarks/, as the pages read it."""

import json
from pathlib import Path
from typing import Any

from ruralincome.series import InputError


def read_benchmark(name: str, root: Path) -> Any:
    """What benchmarks/NAME holds. Raises InputError where it is missing or torn."""
    try:
        return json.loads((root / "benchmarks" / name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise InputError("data.no_benchmark", name=name) from None
