#!/bin/sh
# Called with a manifest's path when a run failed: names what failed, by mail to $MAILTO where there is mail.
words=$(python3 - "$1" <<'PYTHON'
import json, sys
jobs = json.load(open(sys.argv[1], encoding="utf-8"))["jobs"]
for name, job in jobs.items():
    if job["status"] != "ok":
        print(f"{name}: {job.get('reason', '')} {job.get('message', '')}".rstrip())
PYTHON
)
if [ -n "$MAILTO" ] && command -v mail > /dev/null; then
    printf '%s\n' "$words" | mail -s "ruralincome: some reports could not be made" "$MAILTO"
else
    printf '%s\n' "$words" >&2
fi
