"""Templates: one Jinja environment for every page and for the charts that pages are made of."""

import base64
import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from ruralincome.report.charts.style import COLOURS, DARK, ELSEWHERE, roles
from ruralincome.report.tables import heads, table
from ruralincome.report.words.words import say

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""What commands a terminal, and is no text of a page."""
TEMPLATES = Path(__file__).parent / "template"


@cache
def environment() -> Any:
    """The environment of our own pages; everything put into a template is escaped unless it is Markup."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # not loaded for the words of a terminal

    ours = Environment(loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, autoescape=True)
    dressed(ours)
    return ours


def dressed(environment: Any) -> None:
    """Give an environment what our templates use: ours, and nbconvert's."""
    environment.autoescape = environment.trim_blocks = environment.lstrip_blocks = True
    environment.globals |= {"say": say, "heads": heads, "table": table}
    environment.globals |= {"light": Markup(roles(COLOURS)), "dark": Markup(roles(DARK))}
    environment.filters |= {"role": lambda role: f"var(--ri-{role},{ELSEWHERE[role]})", "digest": _digest}


def rendered(name: str, **facts: object) -> Markup:
    """One of our templates, filled."""
    return Markup(CONTROL.sub(" ", environment().get_template(name).render(**facts)))


def embedded(document: object) -> Markup:
    """Data as JSON within a script element of a page: nothing in it can end that element."""
    words = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(words.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))


def source(name: str) -> Markup:
    """A style sheet or a script of ours as it stands."""
    return Markup((TEMPLATES / name).read_text(encoding="utf-8"))


def _digest(script: str) -> str:
    """By which a content policy knows a script."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
