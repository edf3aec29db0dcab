"""How the command is used: its help, and what is wrong with a use of it, in the language of who asks."""

import json
import shlex
from importlib.resources import files
from pathlib import Path

import pytest
import typer

from ruralincome.cli import app, main
from ruralincome.report.words.words import catalogue


def asked(monkeypatch, capsys, language, *arguments):
    monkeypatch.setenv("RURALINCOME_LANGUAGE", language)
    monkeypatch.setattr("sys.argv", ["ruralincome", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    return ended.value.code, said.out, said.err.splitlines()


@pytest.mark.parametrize(
    ("arguments", "english", "vietnamese"),
    [
        (["nothing"], "there is no command 'nothing'; see", "không có lệnh 'nothing'; xem"),
        (["bo'gus"], "there is no command 'bo'gus'; see", "không có lệnh 'bo'gus'; xem"),
        (["places"], "a word of the command is missing; see", "thiếu một từ của lệnh; xem"),
        (["diff", "a"], "after is missing; state it", "thiếu after; hãy nêu rõ"),
        (["diff", "a", "b", "c", "d"], "too many words: c d; see", "thừa tham số: c d; xem"),
        (["check", "--quick"], "there is no option --quick here; see", "không có tùy chọn --quick ở đây; xem"),
        (["run", "--cluster"], "--cluster needs a value; state it", "--cluster cần có giá trị; hãy nêu"),
        (["run", "--force=1"], "--force takes no value; state it alone", "--force không nhận giá trị; hãy ghi"),
        (["run", "--a.b"], "there is no option --a.b here; see", "không có tùy chọn --a.b ở đây; xem"),
        (
            ["run", "--jobs", "x"],
            "--jobs x: state a whole number, such as 1",
            "--jobs x: hãy nêu một số nguyên, ví dụ 1",
        ),
        (["panel", "p.csv", "--by", "x"], "--by x: state a year, such as 2025", "--by x: hãy nêu một năm, ví dụ 2025"),
        (
            ["reference", "fit", "p", "--name", "a", "--until", "x"],
            "--until x: state a year",
            "--until x: hãy nêu một năm",
        ),
        (["run", "--timeout=abc"], "--timeout abc: state a number", "--timeout abc: hãy nêu một số"),
        (["run", "--jobs", "0"], "--jobs 0: state 1 or more", "--jobs 0: hãy nêu số từ 1 trở lên"),
        (
            ["reference", "fit", "p.csv", "--name", "a", "--damping", "2"],
            "--damping 2: state 1 or less",
            "--damping 2: hãy nêu số không quá 1",
        ),
    ],
)
def test_a_fault_of_usage_is_one_line_in_either_language(monkeypatch, capsys, arguments, english, vietnamese):
    for language, words in (("en", f"error: {english}"), ("vi", f"lỗi: {vietnamese}")):
        status, out, lines = asked(monkeypatch, capsys, language, *arguments)
        assert (status, out, len(lines)) == (2, "", 1), lines
        assert lines[0].startswith(words)


@pytest.mark.parametrize(
    "arguments",
    [
        ["observe", "income", "2021", "48", "--source", "Niên giám\udcff"],
        ["new", "income", "--source", "Niên giám\udcff"],
        ["panel", "p.csv", "--unit", "Niên giám\udcff"],
        ["reference", "fit", "p.csv", "--title-vi", "Niên giám\udcff"],
        ["run", "--notebook", "Niên giám\udcff"],
        ["check", "Niên giám\udcff"],
    ],
)
def test_a_word_that_is_not_utf_8_is_named_and_nothing_is_written(monkeypatch, capsys, tmp_path, arguments):
    monkeypatch.chdir(tmp_path)
    for language, words in (
        ("en", "error: the word 'Niên giám\\udcff' is not UTF-8 text; type it again, or rename the file that it names"),
        ("vi", "lỗi: 'Niên giám\\udcff' không phải văn bản UTF-8; hãy gõ lại, hoặc đổi tên tệp mà nó chỉ tới"),
    ):
        assert asked(monkeypatch, capsys, language, *arguments) == (2, "", [words])
    assert list(tmp_path.iterdir()) == []


def test_a_language_without_words_is_refused_and_not_taken_for_english(monkeypatch, capsys):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    status, out, lines = asked(monkeypatch, capsys, "fr", "check")
    assert (status, out) == (2, "")
    assert lines == ["error: RURALINCOME_LANGUAGE is fr, a language without words here; set it to one of vi, en"]


@pytest.mark.parametrize("stated", [["--language", "vi"], ["--language=vi"]])
def test_a_language_that_is_stated_wins_over_one_without_words(monkeypatch, capsys, stated):
    monkeypatch.chdir(Path(__file__).parents[2])
    status, out, lines = asked(monkeypatch, capsys, "fr", "assess", "params/baseline.yaml", *stated)
    assert (status, lines) == (0, [])
    assert out.startswith("Thu nhập bình quân đầu người")


def test_what_the_system_says_of_a_file_is_in_the_language_of_who_asks(monkeypatch, capsys, tmp_path):
    for language, words in (("vi", "không có tệp hoặc thư mục này"), ("en", "No such file or directory")):
        status, _, lines = asked(monkeypatch, capsys, language, "diff", str(tmp_path / "a"), str(tmp_path / "b"))
        assert (status, [words in line for line in lines]) == (2, [True, True])


def commands(command, path=()):
    yield path, command
    for name, below in getattr(command, "commands", {}).items():
        yield from commands(below, (*path, name))


def test_the_help_of_each_command_is_in_the_language_of_who_asks(monkeypatch, capsys):
    for path, command in commands(typer.main.get_command(app)):
        name = path[-1] if path else "ruralincome"
        for language, usage in (("en", "Usage: "), ("vi", "Cách dùng: ")):
            status, out, lines = asked(monkeypatch, capsys, language, *path, "--help")
            known, page = catalogue(language), " ".join(out.split())
            assert (status, lines, out.startswith(usage)) == (0, [], True)
            codes = [f"help.{name}", "help.any.help"]
            for param in command.params:
                own = f"help.{name}.{param.name}"
                codes.append(own if own in known else f"help.any.{param.name}")
            for code in codes:
                assert "".join(known[code].split()) in "".join(page.split()), (path, code)


@pytest.mark.parametrize("columns", ["40", "60", "80", "100"])
def test_help_is_in_one_language_however_its_lines_break(monkeypatch, capsys, columns):
    monkeypatch.setenv("COLUMNS", columns)
    for path, _ in commands(typer.main.get_command(app)):
        assert "[default" not in asked(monkeypatch, capsys, "vi", *path, "--help")[1], path


def test_the_words_of_help_are_of_a_command_that_there_is():
    there = {"any.help"}
    for path, command in commands(typer.main.get_command(app)):
        name = path[-1] if path else "ruralincome"
        there |= {name} | {f"{word}.{param.name}" for param in command.params for word in (name, "any")}
    helped = {code.removeprefix("help.") for code in catalogue("en") if code.startswith("help.")}
    assert {code for code in helped if not code.startswith("word.")} <= there


def test_a_kernel_that_is_broken_is_a_word_of_doctor_s_and_the_rest_is_told(monkeypatch, capsys, tmp_path):
    for name, content in (("torn", "{x"), ("bare", "{}"), ("empty", '{"argv": []}'), ("list", "[]")):
        (tmp_path / "kernels" / name).mkdir(parents=True)
        (tmp_path / "kernels" / name / "kernel.json").write_text(content)
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    for language, word in (("en", "broken"), ("vi", "hỏng")):
        status, out, lines = asked(monkeypatch, capsys, language, "doctor")
        assert (status, lines) == (0, [])
        assert f"torn ({word}: " in out
        assert "DejaVu" in out.splitlines()[-1]


def test_the_command_that_a_shipped_class_states_is_one_that_is_taken():
    """As a parser takes it; the panels are not there."""
    fit = dict(commands(typer.main.get_command(app)))["reference", "fit"]
    stated = [
        json.loads(f.read_text(encoding="utf-8"))
        for f in files("ruralincome.reference.classes").iterdir()
        if f.name.endswith(".json")
    ]
    fitted = [one for one in stated if "members" not in one]
    assert len(fitted) > 10
    for one in fitted:
        given = fit.make_context("fit", shlex.split(one["command"])[3:]).params
        assert (given["name"], given["measure"]) == (one["name"], one.get("measure", "income"))
