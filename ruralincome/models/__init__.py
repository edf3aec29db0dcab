"""Models: each a function Series -> Fit | Refusal, one family a file; here their names alone, which load no numpy."""

from typing import Literal, get_args

ModelName = Literal[
    "pooled", "random_walk_with_drift", "log_trend", "linear_trend", "damped_trend", "theta", "local_linear_trend",
    "combination",
]  # fmt: skip
MODELS: tuple[ModelName, ...] = get_args(ModelName)
"""The lead first, then those that use the series alone, then their combination."""
