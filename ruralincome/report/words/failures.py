"""Why a notebook failed, in the reader's language: what the manifest states in English, recognised and said again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from ruralincome.report.words.words import catalogue, number, say

KNOWN = {
    "timeout": r"not done after (?P<seconds>[\d.]+) s",
    "memory": r"cell (?P<cell>\d+): MemoryError\b.*",
    "died": r"the kernel ended: .*",
    "output.full": r"(?P<file>.+): cannot be written \(No space left on device\)",
    "output.closed": r"(?P<file>.+): cannot be written \((Permission denied|Read-only file system)\)",
    "output.file": r"(?P<file>.+): cannot be written \(.*\)",
    "ended": r"cell (?P<cell>\d+): SystemExit\b.*",
    "kernel": r"the notebook wants the kernel '(?P<kernel>.*)', which is not installed; .*",
    "kernel.none": r"the notebook names no kernel; .*",
    "ruin": r"cell \d+: InputError: .*\bleaves? no income; .*",
    "data.changed": r"cell \d+: InputError: (?P<file>\S+) was changed: .*",
    "data.missing": r"cell \d+: InputError: (?P<file>\S+) is missing; .*",
    "none": r"cell \d+: InputError: .* holds no result of a scenario in .*",
    "input": r"cell \d+: InputError: (?P<detail>.*)",
    "cell": r"cell (?P<cell>\d+): (?P<kind>\w+): ?(?P<detail>.*)",
}
"""What a batch and the core say, by the code of the same in words; `detail` is what has no words of ours."""


def failure(job: Mapping[str, Any], language: str) -> Markup:
    """Why a job of a manifest failed; a message without words of ours follows as it came. Empty if it did not fail."""
    if job.get("status") != "failed":
        return Markup("")
    message = str(job.get("message") or "")
    for code, pattern in KNOWN.items():
        if found := re.fullmatch(pattern, message):
            facts = found.groupdict()
            if "seconds" in facts:
                seconds = float(facts["seconds"])
                facts["seconds"] = number(seconds, language, 0 if seconds.is_integer() else 1)
            return _said(f"index.reason.{code}", facts, facts.pop("detail", ""), language)
    code = f"index.reason.{job.get('reason', '')}"
    return _said(code if code in catalogue(language) else "index.reason.error", {}, message, language)


def _said(code: str, facts: Mapping[str, str], detail: str, language: str) -> Markup:
    words = Markup("{}").format(say(code, language, **facts))
    if not detail:
        return words
    return Markup('{}<br>{} <code lang="en">{}</code>').format(words, say("index.reason.message", language), detail)
