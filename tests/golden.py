"""Compare two folders of results: what a change of the house must not change. Not a test; run it by hand.

python tests/golden.py BEFORE AFTER [--ignore PART ...] prints a line a difference and ends with 1 if there is one.
What may differ is listed in MAY_DIFFER; a part of a page is named by the id of its section.
"""

import argparse
import difflib
import json
import re
import sys
from pathlib import Path

MAY_DIFFER = {"result.json": ("provenance", "version"), "report.html": ("provenance", "code")}
"""Keys of results and sections of pages that hold versions, hashes or the program's own lines."""
CLOCK = r"Last run: |Lần chạy gần nhất: "
"""Lines that tell the time."""
SUFFIXES = {".html", ".json", ".csv"}


def shown(path, ignored):
    """What is compared of a file, as lines."""
    text = path.read_text(encoding="utf-8")
    if path.name == "manifest.json":
        return sorted(json.loads(text)["runs"][-1]["jobs"])
    if path.suffix == ".json":
        content = json.loads(text)
        for key in (*MAY_DIFFER["result.json"], *ignored):
            content.pop(key, None)
        return json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True).splitlines()
    if path.suffix == ".html":
        text = re.sub(r'<pre class="code">.*?</pre>', "", text, flags=re.S)
        for part in (*MAY_DIFFER["report.html"], *ignored):
            text = re.sub(rf'<section class="[^"]*" id="{part}".*?</section>', "", text, flags=re.S)
        if {"svg", "text"} & {*ignored}:
            while "<svg" in text:  # the innermost first
                text = re.sub(r"<svg(?:(?!<svg).)*?</svg>", "", text, flags=re.S)
        if "text" in ignored:  # the words alone, whatever the markup
            text = re.sub(r"<(style|script).*?</\1>", "", text, flags=re.S)
            text = re.sub(r"<[^>]*>", "\n", text)
    return [line.strip() for line in text.splitlines() if line.strip() and not re.search(CLOCK, line)]


def differences(before, after, ignored=()):
    """Lines `path: what differs`, files on one side only among them."""
    names = {p.relative_to(f) for f in (before, after) for p in f.rglob("*") if p.suffix in SUFFIXES}
    for name in sorted(names):
        if not ((before / name).is_file() and (after / name).is_file()):
            yield f"{name}: only in {'after' if (after / name).is_file() else 'before'}"
            continue
        old, new = shown(before / name, ignored), shown(after / name, ignored)
        changed = [line for line in difflib.unified_diff(old, new, lineterm="", n=0) if line[0] in "+-"][2:]
        yield from (f"{name}: {line[:160]}" for line in changed[:6])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--ignore", nargs="*", default=[])
    stated = parser.parse_args()
    found = list(differences(stated.before, stated.after, stated.ignore))
    print("\n".join(found) or "no difference")
    sys.exit(bool(found))
