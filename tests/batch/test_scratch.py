"""Words fit for a log, and where sockets stand."""

import os

from ruralincome.batch.scratch import one_line, short_folder


def test_words_of_a_notebook_command_no_terminal():
    assert one_line("\x1b[31mred\x1b[0m\x1b]0;title\x07\n\tand \x9b31m more\udc80 Bình Thuận") == (
        "red ]0;title and 31m more Bình Thuận"
    )
    assert len(one_line("x" * 1000)) == 300


def test_sockets_stand_where_their_path_is_short(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", "/tmp")
    assert short_folder() == "/tmp"
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / ("x" * 60)))
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/nowhere")
    assert short_folder() == "/tmp"
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/var")
    assert short_folder() == ("/var" if os.access("/var", os.W_OK) else "/tmp")
