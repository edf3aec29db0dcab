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


def test_a_notebook_without_a_parameters_cell_takes_anything(kernelspec, tmp_path):
    path = tmp_path / "free.ipynb"
    cells = [nbformat.v4.new_code_cell("1")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernelspec}), path)
    assert planned([Task("a", path, {"anything": 1})], tmp_path).jobs[0].parameters["anything"] == 1
