"""Files that appear all_or_none, and the one lock of all that write."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ruralincome.data.files import KEPT, PART, all_or_none, hold, no_pipe, parsed, settle, write_all
from ruralincome.series import InputError


def contents(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_files_appear_when_the_block_ends_and_a_path_again_goes_on(tmp_path):
    (tmp_path / "gone").write_bytes(b"of an earlier run")

    def more(part):
        with part.open("ab") as stream:
            stream.write(b"row\n")

    with all_or_none() as put:
        put(tmp_path / "a" / "rows", more)
        put(tmp_path / "a" / "rows", more)
        put(tmp_path / "b", b"whole")
        put(tmp_path / "gone", None)
        assert set(contents(tmp_path)) == {"a/.rows.ruralincome-part", ".b.ruralincome-part", "gone"}
    assert contents(tmp_path) == {"a/rows": b"row\nrow\n", "b": b"whole"}


@pytest.mark.parametrize("fault", [KeyboardInterrupt(), InputError("data.empty", file="x"), OSError("no file of ours")])
def test_a_block_that_fails_leaves_nothing_and_its_fault(tmp_path, fault):
    def fails():
        with all_or_none() as put:
            put(tmp_path / "new" / "a", b"half")
            raise fault

    with pytest.raises(type(fault)) as told:
        fails()
    assert told.value is fault
    assert list(tmp_path.iterdir()) == []


def test_a_failure_half_way_puts_everything_back(tmp_path, monkeypatch):
    first, second = tmp_path / "a", tmp_path / "b"
    first.write_bytes(b"old")
    replace = Path.replace

    def fails(self, target):
        if target == second:
            raise OSError(28, "No space left on device", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(InputError, match=r"b: cannot be written \(No space left on device\); nothing was changed"):
        write_all({first: b"new", second: b"new"})
    assert contents(tmp_path) == {"a": b"old"}


@pytest.mark.parametrize("there", [True, False])
def test_a_link_is_written_through(tmp_path, there):
    real, link = tmp_path / "shared" / "real", tmp_path / "data" / "link"
    for path in (real, link):
        path.parent.mkdir()
    if there:
        real.write_bytes(b"old")
    link.symlink_to(Path("..") / "shared" / "real")
    with all_or_none() as put:
        put(link, lambda part: part.write_bytes(b"new"))
        assert list(real.parent.glob(f".*{PART}"))
        assert not list(link.parent.glob(f".*{PART}"))
    assert link.is_symlink()
    assert contents(tmp_path) == {"data/link": b"new", "shared/real": b"new"}


def test_a_file_keeps_its_mode_also_where_it_is_put_back(tmp_path, monkeypatch):
    kept, last = tmp_path / "a", tmp_path / "b"
    kept.write_bytes(b"old")
    kept.chmod(0o440)
    write_all({kept: b"new"})
    assert (kept.read_bytes(), kept.stat().st_mode & 0o777) == (b"new", 0o440)
    replace = Path.replace

    def fails(self, target):
        if target == last:
            raise OSError(28, "No space left on device", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(InputError):
        write_all({kept: b"newer", last: b"new"})
    assert contents(tmp_path) == {"a": b"new"}
    assert kept.stat().st_mode & 0o777 == 0o440


@pytest.mark.parametrize("links", [True, False])
def test_a_file_is_put_back_as_it_was_and_is_not_read(tmp_path, monkeypatch, links):
    """Old files may be larger than the memory: they get a second name, or a copy where the disk has no links."""
    changed, gone, last = tmp_path / "a", tmp_path / "b", tmp_path / "c"
    for path in (changed, gone):
        path.write_bytes(path.name.encode())
        path.chmod(0o440)
    before = [path.stat() for path in (changed, gone)]
    replace, read, link = Path.replace, Path.read_bytes, Path.hardlink_to

    def fails(self, target):
        if target == last:
            assert set(contents(tmp_path)) == {"a", *(f".{p.name}{KEPT}" for p in (changed, gone)), f".c{PART}"}
            raise OSError(28, "No space left on device", str(target))
        return replace(self, target)

    def linked(self, target):
        if not links:
            raise OSError(1, "Operation not permitted", str(self))
        return link(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", fails)
        patched.setattr(Path, "hardlink_to", linked)
        patched.setattr(Path, "read_bytes", lambda path: None if path.parent == tmp_path else read(path))
        with pytest.raises(InputError):
            write_all({changed: b"new", gone: None, last: b"new"})
    assert contents(tmp_path) == {"a": b"a", "b": b"b"}
    after = [path.stat() for path in (changed, gone)]
    assert [s.st_mode for s in after] == [s.st_mode for s in before]
    assert [s.st_ino for s in after] == [s.st_ino for s in before] or not links


@pytest.mark.parametrize("fault", [OSError(5, "Input/output error"), None])
def test_one_that_cannot_be_put_back_costs_no_other_file(tmp_path, monkeypatch, fault):
    names = ("a", "b", "c")
    for name in names:
        (tmp_path / name).write_text(name)
    replace = Path.replace

    def fails(self, target):
        if fault and self.name == f".a{KEPT}":
            raise fault
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", fails)
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError):
        write_all({**{tmp_path / name: b"new" for name in names}, tmp_path / "folder": b"new"})
    there = {"a": b"new", "b": b"b", "c": b"c", f".a{KEPT}": b"a"} if fault else {name: name.encode() for name in names}
    assert contents(tmp_path) == there


def test_one_file_by_two_names_is_refused_and_put_back(tmp_path):
    (tmp_path / "vi").mkdir()
    (tmp_path / "vi" / "report.html").write_text("old")
    (tmp_path / "en").symlink_to("vi")
    with pytest.raises(InputError, match=r"en/report.html: cannot be written"):
        write_all({tmp_path / language / "report.html": language.encode() for language in ("vi", "en")})
    assert contents(tmp_path / "vi") == {"report.html": b"old"}


def test_names_as_long_as_a_part_may_have_are_written(tmp_path):
    path = tmp_path / ("x" * (254 - len(PART)))
    for content in (b"first", b"second"):
        write_all({path: content, tmp_path / "b": content})
    assert {*contents(tmp_path).values()} == {b"second"}
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("whole", [True, False])
def test_what_a_crash_left_behind_a_link_is_settled(tmp_path, whole):
    last, link, real = tmp_path / "data" / "p.json", tmp_path / "data" / "t.csv", tmp_path / "shared" / "t.csv"
    for path, content in ((last, b"{}"), (real, b"old")):
        path.parent.mkdir()
        path.write_bytes(content)
    real.chmod(0o640)
    link.symlink_to(real)
    (real.parent / f".t.csv{PART}").write_bytes(b"new")
    (real.parent / f".t.csv{KEPT}").hardlink_to(real)
    (last.parent / f".p.json{KEPT}").write_bytes(b"older")
    (last.parent / ("x" * 230)).write_bytes(b"a name that has no room for more")
    (last.parent / f".p.json{PART}").write_bytes(b'{"a": 1}' if whole else b'{"a"')
    settle(last, ("data", "params"))
    table, package = (b"new", b'{"a": 1}') if whole else (b"old", b"{}")
    (last.parent / ("x" * 230)).unlink()
    assert contents(tmp_path) == {"data/p.json": package, "data/t.csv": table, "shared/t.csv": table}
    assert link.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640


def test_a_pipe_is_no_file_to_read_and_a_folder_is_told_by_who_reads(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="pipe is a pipe, not a file; save what it gives to a file and name that"):
        no_pipe(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "none"):
        assert no_pipe(path) == path


def test_a_folder_is_held_by_one_and_left_as_it_was(tmp_path):
    with hold(tmp_path / "new" / "out"):
        with (
            pytest.raises(InputError, match="another run is writing here; wait for it or choose another folder"),
            hold(tmp_path / "new" / "out"),
        ):
            pass
        assert (tmp_path / "new" / "out").is_dir()
    assert list(tmp_path.iterdir()) == []


def test_who_waits_comes_in_turn(tmp_path):
    """Each reads what the one before wrote, whoever takes the lock away meanwhile."""
    counter = tmp_path / "counter"

    def count(_):
        with hold(tmp_path, wait=60):
            counter.write_text(str(int(counter.read_text()) + 1) if counter.exists() else "1")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(60)))
    assert contents(tmp_path) == {"counter": b"60"}


def test_the_lock_of_one_who_was_killed_is_free_and_its_parts_go(tmp_path):
    theirs = {".lock", ".mine.part", "b/.report.html.part", "package.lock"}
    (tmp_path / "b").mkdir()
    for name in (*theirs, ".ruralincome.lock", ".a.ruralincome-part", ".a.ruralincome-kept"):
        (tmp_path / name).write_text("")
    with hold(tmp_path, (".*.ruralincome-part",)):
        assert set(contents(tmp_path)) == {*theirs, ".ruralincome.lock"}
    assert set(contents(tmp_path)) == theirs


@pytest.mark.parametrize(
    ("text", "words"), [("[" * 100_000, "nested too deep"), ('{"a": 1, "b": {"c": 1, "c": 2}}', "'c' stands twice")]
)
def test_json_that_would_end_the_reader_or_says_a_thing_twice_is_refused(text, words):
    with pytest.raises(ValueError, match=words):
        parsed(text)


def test_two_writers_of_a_report_keep_their_parts_apart(tmp_path, monkeypatch):
    """A worker thought lost writes on, half-way, while its replacement completes the report."""
    report, result = tmp_path / "report.html", tmp_path / "result.json"
    result.write_text("of an earlier run")
    replace = Path.replace

    def late(self, target):
        if self.name == ".report.html.1.ruralincome-part":
            (tmp_path / ".report.html.1.ruralincome-part").write_text("half")
            monkeypatch.setattr(Path, "replace", replace)
            write_all({report: b"whole", result: None}, ".2")
            raise OSError(28, "No space left on device", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", late)
    with pytest.raises(InputError):
        write_all({report: b"other"}, ".1")
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {"report.html": "whole"}


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(InputError, match=r"cannot be written \(Not a directory\); choose a folder that you may"),
        hold(tmp_path / "file" / "out"),
    ):
        pass
