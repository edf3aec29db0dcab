"""One word, one thing: a class, an alias of types or a public function has a name that stands for nothing else."""

import ast
from collections import defaultdict

from tests.project.test_architecture import modules

SAME = {
    "Day": "a day in a file, as strict as that file is",
    "Year": "a year in a file, as far back as that file goes",
    "eurostat": "a proper name: the rule of Eurostat, and its form of files",
    "index_page": "the page, and how it is read from a folder and made",
    "observed": "what Series takes, from rows and from a DataFrame",
    "page": "the page that each module of pages is about",
    "redrawn": "a redrawing answered: of a series, of a table, and the sentence on it",
    "sweep": "what a scenario works out, and its part of the page",
    "together": "what a scenario works out, and its part of the page",
}
"""Names that stand twice for one thing, in the room that knows it and in the one that shows it."""


def meanings():
    """By name, what it stands for: modules that define it, or what an alias says, so that two of one text are one. A
    command of cli is named as what it calls."""
    found = defaultdict(set)
    for name, path in modules():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) or (isinstance(node, ast.FunctionDef) and not name.startswith("cli.")):
                found[node.name].add(name)
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                alias = node.targets[0].id
                found[alias].add(ast.unparse(node.value) if alias[:1].isupper() and not alias.isupper() else "")
    return {name: stands for name, stands in found.items() if not name.startswith("_")}


def test_no_two_things_have_one_name():
    twice = {name: sorted(stands) for name, stands in meanings().items() if len(stands) > 1}
    assert {name: stands for name, stands in twice.items() if name not in SAME} == {}
    assert SAME.keys() <= twice.keys(), "stands for one thing alone"
