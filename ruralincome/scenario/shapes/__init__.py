"""Shapes: what a scenario may do to growth, a class each that holds all that is to be known of it. Registered here, a
shape is read from params files, checked, drawn, put to panels, said in words, and tested."""

from typing import Annotated, Any, get_args

from pydantic import Field

from ruralincome.scenario.shapes.adding import Dip, Driver, Elasticity, Shock
from ruralincome.scenario.shapes.base import InYears, Known, Move, Shape, Span
from ruralincome.scenario.shapes.setting import Accelerate, Disruption, Halt, Linear, Pace, PathTo, Percent, Return

__all__ = [
    "SHAPES", "Accelerate", "Adjustment", "Dip", "Disruption", "Driver", "Elasticity", "Halt", "InYears",
    "Known", "Linear", "Move", "Pace", "PathTo", "Percent", "Return", "Shape", "Shock", "Span",
]  # fmt: skip

Adjustment = Annotated[
    Shock | Dip | Disruption | Accelerate | Pace | Linear | Percent | Halt | PathTo | Return | Elasticity,
    Field(discriminator="kind"),
]
_union: Any = get_args(Adjustment)[0]
SHAPES: tuple[type[Shape], ...] = get_args(_union)  # all shapes there are
