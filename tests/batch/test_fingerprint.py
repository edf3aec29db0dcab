"""What every report of a folder rests on, as one hash."""

from importlib import metadata

from ruralincome.batch.plan import fingerprint, versions


def test_the_fingerprint_is_of_data_and_of_versions(tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    table = tmp_path / "data" / "t.csv"
    table.write_text("1")
    first = fingerprint(tmp_path)
    assert fingerprint(tmp_path) == first
    table.write_text("2")
    assert fingerprint(tmp_path) != first
    table.write_text("1")
    (tmp_path / "data" / ".ipynb_checkpoints").mkdir()
    for name in (".DS_Store", ".t.csv.swp", ".ipynb_checkpoints/t-checkpoint.csv"):
        (tmp_path / "data" / name).write_text("junk")
    assert fingerprint(tmp_path) == first
    (tmp_path / "data" / "t.2.csv").write_text("a name with a dot in it")
    assert fingerprint(tmp_path) != first
    (tmp_path / "data" / "t.2.csv").unlink()
    installed = metadata.metadata

    def other(name):
        about = installed(name)
        if name == "numpy":
            about.replace_header("Version", "0")
        return about

    monkeypatch.setattr(metadata, "metadata", other)
    assert fingerprint(tmp_path) != first


def test_versions_reach_what_our_dependencies_depend_on():
    found = versions()
    assert {"ruralincome", "pandas", "numpy", "papermill", "nbclient"} <= found.keys()
    assert "pytest" not in found
