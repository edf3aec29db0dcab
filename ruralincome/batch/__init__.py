"""Batch: many notebooks at once, at night and unattended: planned, executed, resumed.

summary = run([Task(name, notebook, parameters), ...], ["vi", "en"], output=Path("reports"), root=root)
"""

from ruralincome.batch.execute import Outcome, Summary, preview, refuse, run
from ruralincome.batch.plan import Job, Plan, Task, tasks

__all__ = ["Job", "Outcome", "Plan", "Summary", "Task", "preview", "refuse", "run", "tasks"]
