"""Many notebooks at once, at night and unattended: plan, execute, resume.

tasks = [Task(name, notebook, parameters), ...]
summary = run(tasks, ["vi", "en"], output=Path("reports"), root=root, jobs=2)
sys.exit(summary.status)
"""

from ruralincome.batch.execute import Outcome, Summary, preview, run
from ruralincome.batch.plan import Job, Plan, Task

__all__ = ["Job", "Outcome", "Plan", "Summary", "Task", "preview", "run"]
