"""The explorer's notebook: a sentence that says what to press, the sliders, and a walk that a person reads."""

import ast
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOK = json.loads((ROOT / "notebooks" / "explore.ipynb").read_text(encoding="utf-8"))
SOURCES = {cell["id"]: "".join(cell["source"]) for cell in NOTEBOOK["cells"]}


def test_it_begins_with_what_to_press_and_hides_the_code_above_the_sliders():
    first, parameters, sliders, *_ = NOTEBOOK["cells"]
    assert (first["cell_type"], parameters["metadata"]["tags"]) == ("markdown", ["parameters"])
    assert "Run ▸ Run All Cells" in SOURCES["start"]
    assert all(cell["metadata"]["jupyter"]["source_hidden"] for cell in (parameters, sliders))
    assert "ri.explore(" in SOURCES[sliders["id"]]


def test_the_walk_is_told_in_markdown_and_its_code_is_calls_only():
    steps = [cell for cell in NOTEBOOK["cells"] if cell["cell_type"] == "markdown"][2:]
    for k, cell in enumerate(steps, start=1):
        vietnamese, english = "".join(cell["source"]).split("\n\n")
        assert vietnamese.startswith(f"**{k}. ")
        assert english.startswith(f"**{k}. ")
    assert len(steps) == 10
    code = "\n".join("".join(cell["source"]) for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code")
    assert "say(" not in code
    assert not any(isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda) for node in ast.walk(ast.parse(code)))


def test_figures_of_other_notebooks_do_not_hang_on_widgets():
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        if path.name != "explore.ipynb":
            content = path.read_text(encoding="utf-8")
            assert "ipywidgets" not in content, path.name
            assert "explore(" not in content, path.name


@pytest.fixture(scope="module", params=["vi", "en"])
def saved(request, tmp_path_factory):
    """The language, and what the cells of the notebook hold once it was run and saved, by their names."""
    import papermill
    from traitlets.config import Config

    out = tmp_path_factory.mktemp("saved") / "out.ipynb"
    with TemporaryDirectory() as sockets:  # a short path, and not the notebooks' folder
        papermill.execute_notebook(
            ROOT / "notebooks" / "explore.ipynb",
            out,
            {"language": request.param},
            cwd=str(ROOT / "notebooks"),
            progress_bar=False,
            config=Config({"KernelManager": {"transport": "ipc", "connection_file": f"{sockets}/kernel.json"}}),
        )
    cells = json.loads(out.read_text(encoding="utf-8"))["cells"]
    data = {cell["id"]: [o["data"] for o in cell["outputs"] if "data" in o] for cell in cells if "outputs" in cell}
    return request.param, {name: found[-1] for name, found in data.items() if found}


@pytest.mark.slow
def test_the_numbers_that_the_walk_states_are_those_that_its_cells_give(saved):
    language, data = saved
    plain = {name: "".join(found["text/plain"]) for name, found in data.items()}
    assert "8.332%" in plain["achieved"]
    assert "8.909%" in plain["needed"]
    assert "48.641, 0.259" in plain["projected"]
    assert "8,332%" in SOURCES["growth"]
    assert "8.909%" in SOURCES["required"]
    assert "48,641" in SOURCES["projection"]
    assert {"vi": "32,6 triệu đồng", "en": "32.6 million VND"}[language] in plain["series"]


@pytest.mark.slow
def test_saved_every_cell_with_widgets_says_the_same_as_html(saved):
    language, data = saved
    kind = "application/vnd.jupyter.widget-view+json"
    widgets = [found for found in data.values() if kind in found]
    assert len(widgets) == 1
    html = "".join(widgets[0]["text/html"])
    for words in (f'lang="{language}"', 'class="answer"', "ri-chart", "<caption"):
        assert words in html
    assert {"vi": "48,9 triệu đồng", "en": "48.9 million VND"}[language] in html
