"""Files that belong together, and the lock of a folder."""

from pathlib import Path

import pytest

from ruralincome.data.files import hold, write_all
from ruralincome.series import InputError


def test_two_writers_of_a_report_keep_their_parts_apart(tmp_path, monkeypatch):
    """A worker thought lost writes on, half-way, while its replacement completes the report."""
    report, result = tmp_path / "report.html", tmp_path / "result.json"
    result.write_text("of an earlier run")
    replace = Path.replace

    def late(self, target):
        if self.name == ".report.html.1.part":
            (tmp_path / ".report.html.1.part").write_text("half")
            monkeypatch.setattr(Path, "replace", replace)
            write_all({report: b"whole", result: None}, ".2")
            raise OSError(28, "No space left on device", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", late)
    with pytest.raises(InputError):
        write_all({report: b"other"}, ".1")
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {"report.html": "whole"}


def test_two_runs_do_not_meet(tmp_path):
    part = tmp_path / "a" / "vi" / ".report.html.1.part"
    part.parent.mkdir(parents=True)
    part.write_text("half")
    with hold(tmp_path, [".*.part", "*/*/.*.part"]):
        assert not part.exists()
        with pytest.raises(InputError, match="another run is writing here; wait for it or choose another --output"):
            hold(tmp_path).__enter__()
    with hold(tmp_path):
        pass


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(InputError, match=r"cannot be written \(Not a directory\); choose another --output"),
        hold(tmp_path / "file" / "out"),
    ):
        pass
