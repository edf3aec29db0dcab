"""Words and numbers: both languages complete, numbers as each language writes them."""

import ast
import os
import re
import shutil
import string
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from ruralincome.data.package import UNITS
from ruralincome.report.words.words import (
    LANGUAGES,
    capital,
    catalogue,
    chance,
    compact,
    number,
    percent,
    quantity,
    say,
    text,
)
from ruralincome.series import Text
from ruralincome.target.likelihood import LIKELIHOODS

PACKAGE = Path(__file__).parents[3] / "ruralincome"
VIETNAMESE = re.compile(r"[ăâđêôơưáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ]", re.IGNORECASE)
NAMES = {"Bình Thuận", "Vĩnh Long", "Đ", "Xã Hoài Đức, Lâm Đồng", "year=Năm,value=…,place=Xã"}
HEADINGS = [
    ["report.sensitivity.axis", "take.measure.probability"],
    ["tracker.status.pace", "tracker.status.pace_at_most"],
]


def places(sentence):
    return sorted({name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None})


def test_every_language_has_the_same_codes():
    assert LANGUAGES[:2] == ("vi", "en")
    for language in LANGUAGES:
        assert catalogue(language).keys() == catalogue("vi").keys(), language


@pytest.mark.parametrize(("code", "name"), [("panel.agree.good", "good"), ("panel.agree.behind", "behind")])
def test_rules_that_agree_are_counted_so_that_one_is_no_plural(code, name):
    assert "every rule that reaches a verdict (1) says" in say(code, "en", **{name: 1})
    assert "mọi quy tắc có kết luận (1) đều cho" in say(code, "vi", **{name: 1})


def test_a_sentence_stands_once():
    """Not so a heading, a unit or a label, nor the words of a rule, which stand with it."""
    codes = {}
    for code, vietnamese in catalogue("vi").items():
        codes.setdefault((vietnamese, say(code, "en")), []).append(code)
    twice = [found for (_, words), found in codes.items() if len(found) > 1 and len(words.split()) > 4]
    own = re.compile(r"rule\.\w+\.value|unit\.\w+\.\w+|tracker\.rate\.\w+")
    assert [found for found in twice if not all(map(own.fullmatch, found))] == HEADINGS
    assert [found for found in codes.values() if len(found) > 1 and found[0].startswith("fault.")] == []


def test_a_code_says_the_same_in_every_language():
    faults = []
    for code, vietnamese in catalogue("vi").items():
        for language in LANGUAGES:
            said = say(code, language)
            if not said.strip():
                faults.append(f"{code} says nothing in {language}")
            if places(said) != places(vietnamese):
                faults.append(f"{code} names other facts in {language}: {said}")
            if language != "vi" and VIETNAMESE.search(re.sub("|".join(NAMES), "", said)):
                faults.append(f"{code} is Vietnamese in {language}: {said}")
    assert faults == []


def test_a_file_of_words_has_each_code_once_and_no_fuzzy_ones():
    seen = {}
    for path in sorted((PACKAGE / "report" / "words" / "locale").rglob("*.po")):
        content = path.read_text(encoding="utf-8")
        assert "fuzzy" not in content, path
        for code in re.findall(r'^msgid "(.+)"$', content, re.M):
            key = (path.parent.name, code)
            assert key not in seen, f"{code} stands in {path.name} and {seen.get(key)}"
            seen[key] = path.name


def test_words_are_read_as_gettext_reads_them():
    for language in LANGUAGES:
        found = {}
        for path in (PACKAGE / "report" / "words" / "locale" / language).glob("*.po"):
            with path.open("rb") as stream:
                found |= {message.id: message.string for message in read_po(stream, locale="en") if message.id}
        assert catalogue(language) == found


def test_every_code_the_program_names_has_words():
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say" and node.args:
                code = node.args[0]
                if isinstance(code, ast.Constant):
                    assert code.value in catalogue("vi"), f"{path.name}:{node.lineno} {code.value}"
                elif isinstance(code, ast.JoinedStr):
                    pattern = "".join(
                        re.escape(part.value) if isinstance(part, ast.Constant) else ".*" for part in code.values
                    )
                    found = [known for known in catalogue("vi") if re.fullmatch(pattern, known)]
                    assert found, f"{path.name}:{node.lineno} {pattern}"


def headed(source):
    """Codes of the heads of tables: a prefix and any key that stands in the same file."""
    prefixes, keys = re.findall(r'heads\(\s*"([a-z_.]+)"', source), re.findall(r'"([a-z0-9_.]+)#?"', source)
    return {f"{prefix}.{key}" for prefix in prefixes for key in keys}


def test_every_code_is_used():
    known, patterns = set(), set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "heads":
                keys = [key.value.rstrip("#") if isinstance(key, ast.Constant) else None for key in node.args[2:]]
                prefix = node.args[0].value
                known |= {f"{prefix}.{key}" for key in keys if key}
                patterns |= {re.escape(prefix) + r"\..*"} if None in keys else set()
            elif isinstance(node, ast.Constant):
                known.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = [re.escape(p.value) if isinstance(p, ast.Constant) else ".*" for p in node.values]
                patterns |= {"".join(parts)} if re.match(r"[a-z_]+(\\\.|\.)", parts[0]) else set()
    elsewhere = [*PACKAGE.rglob("*.j2"), *(PACKAGE.parent / "notebooks").glob("*.ipynb")]
    known |= {code for path in elsewhere for code in headed(path.read_text(encoding="utf-8"))}
    text = "".join(path.read_text(encoding="utf-8") for path in elsewhere)
    parts = set(re.findall(r'"([a-z_]+\.[a-z_.]*)" ~', text))
    unused = [
        code
        for code in catalogue("vi")
        if code not in known
        and code.removesuffix(".same") not in known  # `ranged` takes it where both ends read alike
        and code not in text
        and not code.startswith(tuple(parts))
        and not any(re.fullmatch(pattern, code) for pattern in patterns)
    ]
    made = {"rule.eea.value.above", "rule.eea.value.below", "report.models.range.same"}  # from the code above them
    assert set(unused) <= made


@pytest.mark.parametrize("language", LANGUAGES)
def test_units_and_likelihoods_have_words(language):
    for unit in UNITS:
        assert say(f"unit.{unit}.name", language)
        assert number(48.9, language) in quantity(48.9, unit, language)
    words = {say(f"likelihood.{code}", language) for _, code in LIKELIHOODS}
    assert len(words) == len(LIKELIHOODS)


@pytest.mark.parametrize(
    ("value", "digits", "vietnamese", "english"),
    [
        (48.9, 1, "48,9", "48.9"),
        (60.25, 1, "60,3", "60.3"),  # half up, where half-even gives 60,2
        (2.675, 2, "2,68", "2.68"),  # the decimal number as written, not its double 2.67499...
        (6684.64, 1, "6.684,6", "6,684.6"),
        (-8.85, 1, "−8,9", "−8.9"),
        (-0.04, 1, "0,0", "0.0"),
        (5223.0, 0, "5.223", "5,223"),
        (1e-7, 2, "0,00", "0.00"),
    ],
)
def test_numbers_are_written_as_each_language_does(value, digits, vietnamese, english):
    assert number(value, "vi", digits) == vietnamese
    assert number(value, "en", digits) == english


@given(st.integers(-(10**8), 10**8), st.integers(0, 3))
def test_a_number_reads_back(units, digits):
    value = units / 10**digits
    shown = number(value, "en", digits)
    assert float(shown.replace(",", "").replace("−", "-")) == value


def test_a_number_of_any_size_is_written():
    assert number(1e30, "vi", 1) == "1." + ".".join(["000"] * 10) + ",0"
    assert percent(-7e25, "en", 0) == "−7" + ",000" * 9 + "%"


def test_a_number_that_is_none_is_refused():
    with pytest.raises(ValueError, match="nan cannot be printed"):
        number(float("nan"), "vi")


@pytest.mark.parametrize(
    ("probability", "shown"), [(0.004, "< 1%"), (0.285, "29%"), (0.5, "50%"), (0.994, "99%"), (0.996, "> 99%")]
)
def test_a_chance_is_in_whole_percent(probability, shown):
    assert chance(probability, "vi") == chance(probability, "en") == shown


def test_percent_rounds_the_fraction_that_prints():
    assert percent(0.08909, "vi") == "8,9%"
    assert percent(0.285, "en", 0) == "29%"


def test_a_number_of_a_picture_is_short_from_a_million_on():
    shown = [compact(x, "vi", 1) for x in (48.9, 44_800.0, 1e9, 1.35336e9)]
    assert shown == ["48,9", "44.800,0", "1 tỷ", "1,353 tỷ"]
    assert compact(1.35336e9, "en") == "1.353 billion"


def test_text_and_capital():
    assert text(Text("một", "one"), "vi") == "một"
    assert text(None, "en") == ""
    assert capital("đạt CPI") == "Đạt CPI"
    assert capital("") == ""


def test_an_unknown_code_is_a_fault_of_the_program():
    with pytest.raises(KeyError):
        say("no.such.code", "vi")


@pytest.mark.parametrize("language", LANGUAGES)
def test_models_and_their_refusals_have_words(language):
    from ruralincome.models import MODELS

    for model in MODELS:
        assert say(f"model.{model}.name", language)
    reasons = {
        node.args[1].value
        for path in (PACKAGE / "models").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "Refusal"
        and isinstance(node.args[1], ast.Constant)
    }
    assert "too_few" in reasons
    for reason in reasons:
        assert say(f"refusal.{reason}", language)


def test_every_fault_that_is_raised_has_words():
    raised = {
        node.args[0].value
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "InputError" and node.args
        if isinstance(node.args[0], ast.Constant) and re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", node.args[0].value)
    }
    assert "series.not_positive" in raised
    assert sorted(code for code in raised if f"fault.{code}" not in catalogue("en")) == []


def test_a_folder_of_words_under_another_name_is_a_language(tmp_path):
    """All of this file again, over a package in which English is there a second time, as `fr`."""
    for name in ("ruralincome", "notebooks", "docs"):
        shutil.copytree(PACKAGE.parent / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    locale = tmp_path / "ruralincome" / "report" / "words" / "locale"
    if (locale / "fr").exists():
        return  # we are that copy
    shutil.copytree(locale / "en", locale / "fr")
    copy = tmp_path / "tests" / "report" / "words" / Path(__file__).name
    copy.parent.mkdir(parents=True)
    shutil.copy(__file__, copy)
    shutil.copy(PACKAGE.parent / "tests" / "conftest.py", tmp_path / "tests")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(copy)]
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    spoken = [
        sys.executable,
        "-c",
        "from ruralincome.report.words import words; print(*words.LANGUAGES, words.__file__)",
    ]
    told = subprocess.run(spoken, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True).stdout
    assert told.split()[:3] == ["vi", "en", "fr"]
    assert str(tmp_path) in told
    for name in ("data", "params"):
        shutil.copytree(PACKAGE.parent / name, tmp_path / name)
    asked = [sys.executable, "-m", "ruralincome", "assess", "--language", "fr"]
    answered = subprocess.run(asked, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert answered.returncode == 0, answered.stderr
    which = [sys.executable, "-c", "import ruralincome as ri; ri.explore(language='fr'); print(ri.language('fr'))"]
    assert subprocess.run(which, cwd=tmp_path, env=environment, capture_output=True, text=True).stdout == "fr\n"


def test_words_that_the_glossary_rules_out_are_not_written():
    rows = re.findall(
        r"^\| [^|]+ \| [^|]+ \| ([^|]+) \| [^|]*\|$", (PACKAGE.parent / "docs" / "glossary.md").read_text("utf-8"), re.M
    )
    out = [word.strip() for row in rows[1:] for word in row.split(";")]
    assert len(out) > 10
    said = "\n".join(catalogue("vi").values()).lower()
    assert [word for word in out if re.search(rf"\b{word}\b", said)] == []
