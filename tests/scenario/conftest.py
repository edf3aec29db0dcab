"""What the tests of scenarios share."""

import pytest


@pytest.fixture
def params(tmp_path):
    (tmp_path / "params").mkdir()

    def write(name, text):
        path = tmp_path / "params" / f"{name}.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write
