"""What fuzzing once found is read or refused, and stays so."""

from pathlib import Path

import pytest
from fuzz import CORPUS, KINDS, changed, seeds, tried

FOUND = sorted(path for path in CORPUS.glob("*/*") if path.is_file())


@pytest.mark.parametrize("path", FOUND, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_what_was_found_stays_mended(path, tmp_path):
    assert tried(path.parent.name, path.read_bytes(), tmp_path) in ("read", "refused")


@pytest.mark.parametrize("kind", KINDS)
def test_whole_files_are_read_and_a_few_changed_ones_read_or_refused(kind, tmp_path):
    import random

    rng, whole = random.Random(kind), seeds(kind)
    assert tried(kind, whole[0], tmp_path) == "read"
    for _ in range(15):
        assert tried(kind, changed(rng.choice(whole), rng), Path(tmp_path)) in ("read", "refused")
