"""Models: each a function Series -> Fit | Refusal, one family a file; here their names, and how commands load scipy."""

from contextlib import suppress
from importlib import import_module
from typing import Literal, get_args

ModelName = Literal[
    "pooled", "random_walk_with_drift", "log_trend", "linear_trend", "damped_trend", "theta", "local_linear_trend",
    "combination",
]  # fmt: skip
MODELS: tuple[ModelName, ...] = get_args(ModelName)
"""The lead first, then those that use the series alone, then their combination."""

UNREAD = {"f2py", "ma", "polynomial", "testing", "char", "rec", "ctypeslib", "strings"}
"""Parts of numpy that an answer does without, and that are loaded when somebody asks for them."""


def lean() -> None:
    """For commands and the stack of a batch: import scipy.special in less than half its time. scipy reads each part
    that numpy lists, such as f2py, the front end of a Fortran compiler: meanwhile numpy lists no UNREAD one. From then
    on scipy leaves the docstrings of its functions as they are: it takes each apart to add a note."""
    known = vars(import_module("numpy"))
    lists = {name: known[name] for name in ("__all__", "__dir__")}
    fewer = [name for name in known["__dir__"]() if name not in UNREAD]
    known.update(__all__=[name for name in fewer if name in known["__all__"]], __dir__=lambda: fewer)
    bare = type("Bare", (str,), {"__getitem__": lambda *_: []})  # a docstring without sections
    try:
        with suppress(ImportError):  # in a scipy of another make
            vars(import_module("scipy._lib._array_api"))["FunctionDoc"] = lambda of: bare(f"\n{of.__doc__ or ''}")
        import_module("scipy.special")
    finally:
        known.update(lists)
