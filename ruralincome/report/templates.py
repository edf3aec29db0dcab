"""Templates: one Jinja environment for every page and for the charts that pages are made of.

A template is given values and says them itself: the functions of the room of words stand in it by their names, without
their `language`, which is the template's own.
"""

import base64
import hashlib
import json
import math
import re
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from inspect import isfunction, signature, unwrap
from pathlib import Path
from textwrap import shorten
from typing import Any

from markupsafe import Markup

from ruralincome.report import blocks
from ruralincome.report.blocks import Block
from ruralincome.report.charts import pictures
from ruralincome.report.charts.fan import Fan
from ruralincome.report.charts.style import COLOURS, DARK, ELSEWHERE, roles
from ruralincome.report.words import phrases, verdicts, words

CONTROL = re.compile(  # what commands a terminal, turns text around or is not seen, but names that stand isolated
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u2028-\u202e"
    r"\u2060\u2066-\u2068\u206a-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    r"\U000e0001-\U000e007f](?<!\u2068(?=[^<\u2066-\u2069]+\u2069))"
)
UNSEEN = re.compile(r"<(svg|script|math|style)\b(?:(?!<svg\b).)*?</\1>", re.DOTALL)
CELLS, LINES = re.compile(r"</t[hd]>\s*(?=<t[hd])"), re.compile(r"</(?:p|li|tr|h\d|dt|dd|caption|summary|div)>")
TEMPLATES, SEAL = Path(__file__).parent / "template", 44


@cache
def environment() -> Any:
    """The environment of our own pages; everything put into a template is escaped unless it is Markup."""
    from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined  # not for a terminal

    folder = Path(__spec__.cached or "").parent  # of what Python compiled of us

    class Compiled(BytecodeCache):  # once, and kept there if it may; what is torn or foreign is none
        def load_bytecode(self, bucket: Any) -> None:
            with suppress(OSError):
                found = (folder / f"{bucket.key}.pyc").read_bytes()
                if found.startswith(_seal(found[SEAL:])):
                    bucket.bytecode_from_string(found[SEAL:])

        def dump_bytecode(self, bucket: Any) -> None:
            with suppress(OSError):
                content = bucket.bytecode_to_string()
                (folder / f"{bucket.key}.pyc").write_bytes(_seal(content) + content)

    compiled = Compiled() if __spec__.cached and not sys.dont_write_bytecode else None
    ours = Environment(loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, bytecode_cache=compiled)
    dressed(ours)
    return ours


def dressed(environment: Any) -> None:
    """Give an environment what our templates use: ours, and nbconvert's."""
    environment.autoescape = environment.trim_blocks = environment.lstrip_blocks = True
    environment.add_extension("jinja2.ext.do")
    environment.globals |= {"table": blocks.table, "formula": blocks.formula, "NONE": phrases.NONE}
    environment.globals |= {"target_digits": phrases.target_digits, "level_digits": phrases.level_digits}
    environment.globals |= {"numeric": blocks.Number, "capital": words.capital}
    environment.globals |= {"light": Markup(roles(COLOURS)), "dark": Markup(roles(DARK)), "say_in": words.say}
    environment.globals |= {"Fan": Fan, "Frame": pictures.Frame, "Scale": pictures.Scale}
    for room in (words, phrases, verdicts, blocks, pictures):
        for name, function in vars(room).items():
            if isfunction(unwrap(function)) and "language" in signature(function).parameters:
                environment.globals[name] = _bound(function)
    filters = environment.filters
    filters["role"] = lambda role: f"var(--ri-{role},{ELSEWHERE[role]})"
    filters["shorten"] = lambda words, most: shorten(words, most, placeholder="…")
    filters |= {"digest": lambda script: _seal(str(script).encode()).decode(), "expm1": math.expm1}


def rendered(name: str, **facts: object) -> Markup:
    """One of our templates, filled; `language` is that of its words."""
    return Markup(CONTROL.sub(" ", environment().get_template(name).render(**facts)))


def part(
    name: str, language: str, /, text: str | None = None, data: Mapping[str, Any] | None = None, **facts: object
) -> Block:
    """A piece of a page: the macro `file.macro` over these facts, and its words as text unless `text` is others."""
    file, _, macro = name.rpartition(".")
    module = environment().get_template(f"{file}.html.j2").make_module({"language": language, **facts})
    html = CONTROL.sub(" ", getattr(module, macro)()).strip()
    return Block(html, unmarked(html) if text is None else text, data)


def bundle(value: Any, language: str) -> dict[str, str]:
    """A public value as a notebook shows it, by media type: a table by the macro that bears the name of its class; its
    text is the table's, or what the macro `say_` and that name says."""
    known = environment().get_template("values.html.j2").module
    kind = next(base.__name__ for base in type(value).__mro__ if hasattr(known, base.__name__))
    said = part(f"values.say_{kind}", language, found=value).text if hasattr(known, f"say_{kind}") else None
    shown = part(f"values.{kind}", language, said, found=value)
    return {"text/html": shown.html, "text/plain": shown.text}


def unmarked(html: str) -> str:
    """The words of a piece of a page: a line a heading, paragraph, item or row of a table, its cells parted by ·."""
    while html != (html := UNSEEN.sub("", html)):
        pass  # the innermost picture first
    lines = ([Markup(cell).striptags() for cell in CELLS.split(line)] for line in LINES.split(html))
    return "\n".join(" · ".join(filter(None, cells)) for cells in lines if any(cells))


def embedded(document: object) -> Markup:
    """Data as JSON within a script element of a page: nothing in it can end that element."""
    words = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(words.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))


def source(name: str) -> Markup:
    """A style sheet or a script of ours as it stands."""
    return Markup((TEMPLATES / name).read_text(encoding="utf-8"))


def _bound(function: Callable[..., Any]) -> Any:
    """The function without its language, which is that of the template that calls it."""
    from jinja2 import pass_context

    at = list(signature(function).parameters).index("language")
    return pass_context(lambda page, *given, **facts: function(*given[:at], page["language"], *given[at:], **facts))


def _seal(content: bytes) -> bytes:
    """By which a content policy knows a script, and we what was compiled."""
    return base64.b64encode(hashlib.sha256(content).digest())
