"""The engine `ruralincome` of papermill, which loads every engine when it is imported: nothing heavy stands here."""

from pathlib import Path
from typing import Any

from papermill.engines import NBClientEngine


class Engine(NBClientEngine):  # type: ignore[misc]
    """Strict parameters, and kernels forked from one that has imported the stack; the rest as papermill does it."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **kwargs: Any) -> Any:
        """Execute the notebook. Raises InputError for a parameter that it has not, before any cell runs."""
        from ruralincome.batch import kernels, plan

        about = nb_man.nb.metadata.get("papermill", {})
        notebook = Path(about.get("input_path") or "notebook")
        plan.check_given(notebook.stem, notebook, about.get("parameters", {}), plan.declared(nb_man.nb.cells))
        assert kernels.NAME  # imported for what it does: kernels of this process start warm from now on
        return super().execute_managed_notebook(nb_man, kernel_name, **kwargs)
