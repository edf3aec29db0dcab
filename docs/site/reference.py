"""The reference pages, in both languages, from what the code declares: docstrings, the schema, rules, shapes, walls.

Each function (language) -> Markdown, and `PAGES` names the file of each. By hand are only the words of words.yaml.
"""

import importlib.util
import inspect
import json
import re
from pathlib import Path
from typing import get_args

import yaml
from typer.main import get_command

import ruralincome as ri
from ruralincome.cli import app, explained
from ruralincome.report.words.words import catalogue, number
from ruralincome.rules import RULES
from ruralincome.scenario.shapes import SHAPES, InYears, Span

ROOT = Path(__file__).parents[2]
WORDS = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text(encoding="utf-8"))


def rules(language):
    """Every rule: its traits, formula, source, and whether it was verified."""
    words = WORDS[language]
    parts = _head("rules", language)
    head = ("rule", "shape", "anchor", "line", "mark")
    rows = [
        (
            f"[{_named(rule, language)}](#{_anchor(rule.code, language)})",
            words[rule.shape],
            words[rule.anchor],
            _least(rule.line, language),
            words[rule.mark],
        )
        for rule in RULES
    ]
    parts.append(_table([words[key] for key in head], rows))
    for rule in RULES:
        parts += [
            f"({_anchor(rule.code, language)})=",
            f"## {_named(rule, language)}",
            _prose(inspect.getdoc(rule.function)),
        ]
        parts.append(
            f"`{rule.code}` · {words['source']}: {_escaped(rule.source)} · {words['mark']}: {words[rule.mark]}"
        )
        rows = [
            (
                catalogue(language).get(f"label.{step.label}", step.label),
                words[step.outlook],
                _least(step.least, language),
            )
            for step in rule.steps
        ]
        parts.append(f"{words['labels']}:\n\n" + _table([words[key] for key in ("label", "standing", "least")], rows))
    return _page(parts)


def shapes(language):
    """Every shape: what it does, its sentence in the report, its keys."""
    words, schema = WORDS[language], _schema()
    guide = (ROOT / "docs" / language / "scenarios.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\*\*(\w+)\*\*: (.+)$", guide, re.M))
    parts = _head("shapes", language)
    for shape in SHAPES:
        kind = get_args(shape.model_fields["kind"].annotation)[0]
        does = next(base.__name__ for base in (Span, InYears, object) if issubclass(shape, base))
        parts += [f"## {kind}", told[kind]]
        if sentence := catalogue(language).get(f"adjustment.{kind}"):
            parts.append(f"{words['report']}: {_code(sentence)}.")
        parts.append(f"`{shape.__name__}` {words['Shape' if does == 'object' else does]}.")
        parts.append(_keys(schema["$defs"][shape.__name__], words, leave=("kind",)))
    return _page(parts)


def parameters(language):
    """Every key of a params file, from the schema."""
    words, schema = WORDS[language], _schema()
    parts = [*_head("parameters", language), f"## {words['file']}", _keys(schema, words)]
    for name in ("TargetSpec", "Terms", "Sweep", "Grid", "Driver", "Words"):
        parts += [
            f"## {name}",
            _escaped(schema["$defs"][name].get("description", "")),
            _keys(schema["$defs"][name], words),
        ]
    return _page(parts)


def python(language):
    """Every public name with its signature and docstring."""
    parts = _head("python", language)
    for name in ri.__all__:
        found = getattr(ri, name)
        parts += [f"## {name}", f"```python\n{name}{_signature(found)}\n```", _prose(inspect.getdoc(found))]
    return _page(parts)


def command(language):
    """Every command, as `--help` shows it."""
    parts, stated = _head("command", language), ri.language()

    def walk(found, path):
        context = found.context_class(found, info_name=path, terminal_width=96, max_content_width=96)
        parts.extend([f"## {path}", f"```text\n{found.get_help(context).strip()}\n```"])
        for name, child in sorted(getattr(found, "commands", {}).items()):
            walk(child, f"{path} {name}")

    ri.language(language)
    explained(whole := get_command(app), "ruralincome")
    walk(whole, "ruralincome")
    ri.language(stated)
    return _page(parts)


def architecture(language):
    """The import table, the walls and the budgets, from the test that guards them."""
    words = WORDS[language]
    spec = importlib.util.spec_from_file_location("walls", ROOT / "tests" / "project" / "test_architecture.py")
    walls = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(walls)
    rows = []
    for floor, rooms in reversed(list(enumerate(walls.FLOORS))):
        for room in rooms:
            said = importlib.import_module(f"ruralincome.{room}").__doc__.split("\n")[0]
            budget = walls.LINES[room] + sum(more.get(room, 0) for more in walls.LATER.values())
            rows.append((floor, f"`{room}`", _escaped(said.partition(": ")[2]), budget))
    parts = [*_head("architecture", language), _table([words[key] for key in ("floor", "room", "for", "budget")], rows)]
    said = {
        "report.walls": walls.REPORT,
        "core.walls": walls.CORE,
        "edge.walls": walls.EDGES,
        "outside.walls": walls.OUTSIDE,
    }
    lines = [
        f"- {words[key].format(rooms=', '.join(f'`{room}`' for room in sorted(rooms)))}" for key, rooms in said.items()
    ]
    return _page([*parts, f"## {words['walls']}", "\n".join(lines)])


PAGES = {page.__name__: page for page in (rules, shapes, parameters, python, command, architecture)}


def _schema():
    return json.loads((ROOT / "params" / "schema.json").read_text(encoding="utf-8"))


def _head(name, language):
    return [f"# {WORDS[language][name]}", WORDS[language][f"{name}.about"]]


def _named(rule, language):
    return catalogue(language)[f"rule.{rule.code}.name"]


def _anchor(code, language):
    return f"{language}-rule-{code.replace('_', '-')}"


def _least(least, language):
    return WORDS[language]["below"] if least == float("-inf") else number(least, language, 3).rstrip("0").rstrip(",.")


def _keys(schema, words, leave=()):
    def stands(key, found):
        if key in schema.get("required", ()):
            return words["required"]
        return _code(json.dumps(found.get("default"), ensure_ascii=False))

    rows = [
        (f"`{key}`", _type(found), stands(key, found), _escaped(found.get("description", "")))
        for key, found in schema["properties"].items()
        if key not in leave
    ]
    return _table([words[key] for key in ("key", "type", "default", "about")], rows)


def _type(found):
    if "anyOf" in found or "oneOf" in found:
        return " / ".join(_type(one) for one in found.get("anyOf", found.get("oneOf")) if one.get("type") != "null")
    if "$ref" in found:
        return found["$ref"].rsplit("/", 1)[1]
    if "enum" in found or "const" in found:
        return ", ".join(f"`{value}`" for value in found.get("enum", [found.get("const")]))
    if found["type"] == "array":
        return f"[{_type(found['items'])}]"
    marks = {"minimum": "≥", "maximum": "≤", "exclusiveMinimum": ">", "exclusiveMaximum": "<"}
    return " ".join([found["type"], *(f"{sign} {found[key]}" for key, sign in marks.items() if key in found)])


def _signature(found):
    """The parameters without their types, which the code shows; what a factory makes is left out."""
    if inspect.isclass(found) and issubclass(found, Exception):
        return "(code, /, **facts)"
    if hasattr(found, "model_fields"):
        return "(**keys)"
    shown = re.sub(r"<class '(\w+)'>", r"\1", str(inspect.signature(found).replace(parameters=_bare(found))))
    return shown.partition(" -> ")[0].replace("=<factory>", "=...")


def _bare(found):
    return [p.replace(annotation=inspect.Parameter.empty) for p in inspect.signature(found).parameters.values()]


def _prose(text):
    """A docstring as Markdown: examples are code, the rest is text."""
    parts = []
    for paragraph in text.split("\n\n"):
        example = paragraph.lstrip().startswith(">>>")
        parts.append(f"```pycon\n{paragraph}\n```" if example else _escaped(paragraph))
    return "\n\n".join(parts)


def _escaped(text):
    """Text of which no sign is Markdown, but for what stands in backticks."""
    pieces = re.split(r"(`[^`\n]+`)", text)
    return "".join(p if p.startswith("`") else re.sub(r"([\\*_\[\]<>|$~{}#])", r"\\\1", p) for p in pieces)


def _code(text):
    return f"`{text}`".replace("|", "\\|")


def _table(head, rows):
    lines = ["| " + " | ".join(map(str, row)) + " |" for row in (head, ["---"] * len(head), *rows)]
    return "\n".join(lines)


def _page(parts):
    return "\n\n".join(parts) + "\n"
