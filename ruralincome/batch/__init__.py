"""Many notebooks at once, at night and unattended: plan, execute, resume.

summary = run([Task(name, notebook, parameters), ...], ["vi", "en"], output=Path("reports"), root=root)
"""

from ruralincome.batch.execute import Outcome, Summary, preview, run
from ruralincome.batch.plan import Job, Plan, Task

__all__ = ["Job", "Outcome", "Plan", "Summary", "Task", "preview", "run"]
