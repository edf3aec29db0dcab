"""What tests of the panel's command share."""

from pathlib import Path

import pytest

from ruralincome.cli.panel import run_panel


@pytest.fixture
def run(tmp_path, capsys):
    """Run the command on a table; what it wrote, printed and returned."""

    def go(content, **options):
        path = tmp_path / "xa.csv"
        path.write_text(content, encoding="utf-8")
        status = run_panel(path, output=tmp_path / "out", **{"target": "48.9@2021", **options})
        return status, tmp_path / "out" / "xa", capsys.readouterr()

    return go


@pytest.fixture
def interrupt_reading(monkeypatch):
    """From now on Ctrl-C meets whoever begins to read a table."""
    opened = Path.open

    def interrupted(path, mode="r", *rest, **options):
        if path.suffix == ".csv" and mode == "rb":
            raise KeyboardInterrupt
        return opened(path, mode, *rest, **options)

    return lambda: monkeypatch.setattr(Path, "open", interrupted)


@pytest.fixture
def params(tmp_path):
    def write(content):
        path = tmp_path / "mine.yaml"
        path.write_text(content, encoding="utf-8")
        return path

    return write
