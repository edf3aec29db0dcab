#!/bin/sh
# Called with a manifest's path when not every report was made: says why, by mail to $MAILTO where there is mail.
words=$(python3 - "$1" <<'PYTHON'
import json, sys
try:
    found = json.load(open(sys.argv[1], encoding="utf-8"))
except (OSError, ValueError):
    found = {"runs": [{"status": "none"}], "jobs": {}}
run = (found.get("runs") or [{"status": "failed"}])[-1]
if run["status"] == "refused":
    print(f"the run was refused: {run['message']}")
elif run["status"] in ("failed", "interrupted"):
    if run["status"] == "interrupted":
        print("the run was interrupted")
    for name, job in found["jobs"].items():
        if job["status"] == "pending":
            print(f"{name}: not run")
        elif job["status"] != "ok":
            print(f"{name}: {job.get('message', '')}")
else:
    print("a run was refused, and could not be noted in the manifest; its log says why")
PYTHON
)
if [ -n "$MAILTO" ] && command -v mail > /dev/null; then
    printf '%s\n' "$words" | mail -s "ruralincome: not every report was made" "$MAILTO"
else
    printf '%s\n' "$words" >&2
fi
