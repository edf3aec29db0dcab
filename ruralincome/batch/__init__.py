"""Batch: many notebooks at once, at night and unattended: planned, executed, resumed.

summary = run([Task(name, notebook, parameters), ...], ["vi", "en"], output=Path("reports"), root=root)"""

from ruralincome.batch.execute import Outcome, Summary, preview, run
from ruralincome.batch.plan import Job, Plan, Task, tasks

__all__ = ["Job", "Outcome", "Plan", "Summary", "Task", "preview", "run", "tasks"]
