"""Names of the models, apart from the models, which load numpy: what checks a params file needs the names alone."""

from typing import Literal, get_args

ModelName = Literal[
    "pooled",
    "random_walk_with_drift",
    "log_trend",
    "linear_trend",
    "damped_trend",
    "theta",
    "local_linear_trend",
    "combination",
]
MODELS: tuple[ModelName, ...] = get_args(ModelName)
"""The lead first, then those that use the series alone, then their combination."""
