"""Explorer: sliders in JupyterLab for a target, and the chart, verdict and rules that answer each move."""

from ruralincome.explorer.board import explore

__all__ = ["explore"]
