"""The engine `ruralincome` of papermill, which loads every engine when it is imported: nothing heavy stands here."""

from pathlib import Path
from typing import Any

import click
from papermill import translators, utils
from papermill.engines import NBClientEngine

from ruralincome.data.spoken import language
from ruralincome.report.words import words
from ruralincome.series import InputError


class Refused(InputError, click.ClickException):
    """A parameter that papermill's command refuses in one line; for a caller in Python an InputError as any."""

    exit_code = 2
    show_color = None  # type: ignore[misc]  # set where click begins such a fault

    def format_message(self) -> str:
        """The fault in the language of the terminal."""
        return words.fault(self, language())


class Engine(NBClientEngine):  # type: ignore[misc]
    """Strict parameters, and kernels forked from one that has imported the stack; the rest as papermill does it."""

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, *stated: Any, **kwargs: Any) -> Any:
        """Execute the notebook. Raises InputError for a parameter it has not, or of another type; none is written."""
        from ruralincome.batch import kernels, plan

        about = nb.metadata.get("papermill", {})
        notebook, given = Path(about.get("input_path") or "notebook"), about.get("parameters", {})
        try:
            plan.check_given(notebook.stem, notebook, given, known := plan.declared(nb.cells))
            for name, kinds in (known or {}).items():
                kind = plan.kind(value := given.get(name))
                if name in given and kinds and kind not in kinds:
                    bare = "str" in kinds and kind in ("int", "float", "bool", "None")  # -p makes 1 of 01
                    facts = {"notebook": notebook.name, "name": name, "value": repr(value), "kinds": kinds}
                    raise InputError("batch.parameter_text" if bare else "batch.parameter_kind", **facts)
        except InputError as fault:
            raise Refused(fault.code, **fault.facts) from None
        for cell in (one for one in nb.cells if "injected-parameters" in one.metadata.get("tags", ())):
            told = kernel_name, utils.nb_language(nb), given, "Parameters"
            cell.source = translators.translate_parameters(*told)  # papermill made a text of a tuple
        assert kernels.NAME  # imported for what it does: kernels of this process start warm from now on
        return super().execute_notebook(nb, kernel_name, *stated, **kwargs)
