#!/usr/bin/env bash
# Guess: a package that writes figures out in words, for a decision's text or a page read aloud, says what stands after the point as it stands:
# 44.05 in Vietnamese is "bốn mươi bốn phẩy không năm", and a fall of 3.5 % stays a fall.
# Seen: num2words 0.5.14. 44.05 becomes "bốn mươi bốn phẩy năm", what anybody takes for 44.5, while 44.5 itself is "phẩy năm mươi". Two places are
# kept and the others cut off: 0.083 is "không phẩy tám", which one hears as 0.8. The sign goes too: -3.5 is said in the very words of 17.5, as its project
# has been told since 2020. Its English has all of these right; in Vietnamese nothing is raised or warned for them.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/python -m pip install --quiet --disable-pip-version-check num2words==0.5.14 docopt==0.6.2
cat > try.py <<'PY'
import sys
from importlib.metadata import version

from num2words import num2words

sys.stdout.reconfigure(encoding="utf-8")
print("num2words", version("num2words"))
said = {figure: num2words(figure, lang="vi") for figure in (-3, -3.5, 17.5, 44.05, 44.5, 44.9, 0.083, 0.08)}
for figure, words in said.items():
    print(figure, "|", words, "|", num2words(figure, lang="en"))
assert said[-3] == "mười bảy"
assert said[-3.5] == said[17.5] == "mười bảy phẩy năm mươi"
assert said[44.05] == "bốn mươi bốn phẩy năm" and said[44.5] == "bốn mươi bốn phẩy năm mươi"
assert said[0.083] == said[0.08] == "không phẩy tám"
assert num2words(-3.5, lang="en") == "minus three point five"
assert num2words(44.05, lang="en") == "forty-four point zero five"
PY
v/bin/python try.py
