"""The parameters a notebook declares, and what is refused before anything runs."""

import nbformat
import pytest

from ruralincome.batch.plan import Task, plan
from ruralincome.report.words.words import fault
from ruralincome.series import InputError


def planned(tasks, output):
    return plan(tasks, ["vi", "en"], output, "same", {})


def test_wrong_input_is_one_line_with_a_remedy(notebook, kernelspec, tmp_path):
    text = tmp_path / "text.ipynb"
    text.write_text("hello")
    bare, other = tmp_path / "bare.ipynb", tmp_path / "other.ipynb"
    nbformat.write(nbformat.v4.new_notebook(), bare)
    nbformat.write(nbformat.v4.new_notebook(metadata={"kernelspec": kernelspec | {"name": "ir"}}), other)
    cases = [
        ([Task("a", notebook, {"rat": 1})], "a: n.ipynb has no parameter 'rat': did you mean 'rate'?"),
        ([Task("a", notebook, {"zzz": 1})], "it has a, b, language, rate"),
        ([Task("a", tmp_path / "absent.ipynb")], "absent.ipynb: the notebook cannot be read"),
        ([Task("a", text)], "not a Jupyter notebook; name a file that JupyterLab opens"),
        (
            [Task("a", bare)],
            "bare.ipynb: the notebook names no kernel; open it in JupyterLab, choose Python 3 and save it",
        ),
        ([Task("a", other)], "other.ipynb: the notebook wants the kernel 'ir', which is not installed; open it in"),
        ([Task("a", notebook), Task("a", notebook)], "2 scenarios are called 'a'"),
        ([], "nothing to run: name at least one params file"),
    ]
    for tasks, words in cases:
        with pytest.raises(InputError) as caught:
            planned(tasks, tmp_path)
        assert words in str(caught.value)
        assert "\n" not in str(caught.value)
        assert fault(caught.value, "vi") != str(caught.value)


@pytest.mark.parametrize(
    ("source", "tags", "fault"),
    [
        ("rate = 2\nlanguage = 'vi'", [], "batch.parameter_none"),
        ("", ["parameters"], "batch.parameter_none"),
        ("%load_ext x\nother = 1", ["parameters"], ""),
        ("language, (rate, *rest) = 'vi', (1, 2)", ["parameters"], ""),
        ("language = rate = None", ["parameters", "remove-cell"], ""),
    ],
)
def test_only_a_cell_with_the_tag_declares_and_one_that_is_not_python_takes_anything(
    kernelspec, tmp_path, source, tags, fault
):
    """papermill would put the parameters of every scenario where nothing reads them, and each report were the same."""
    path = tmp_path / "free.ipynb"
    cells = [nbformat.v4.new_code_cell(source, metadata={"tags": tags})]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernelspec}), path)
    asked = [Task("a", path, {"rate": 1})]
    if not fault:
        assert planned(asked, tmp_path).jobs[0].parameters["rate"] == 1
        return
    with pytest.raises(InputError) as told:
        planned(asked, tmp_path)
    assert told.value.code == fault
    assert "tag the cell that sets them 'parameters'" in str(told.value)
