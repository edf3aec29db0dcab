#!/usr/bin/env bash
# Guess: a package of ISO 3166-2 codes released in February 2026 knows the provinces of Viet Nam as they are since 1 July 2025: 34.
# Seen: pycountry 26.2.16 lists 63, Bình Thuận (VN-40) and Ninh Thuận (VN-36) among them, and nothing marks one as ended; it has no dates at
# all. A code looked up there for a figure of 2025 or later finds a row and names a province that no longer is: Lâm Đồng
# (VN-35) is found too, and is the old one, without the other two that were joined to it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/python -m pip install --quiet --disable-pip-version-check pycountry==26.2.16
cat > try.py <<'PY'
from importlib.metadata import version

import pycountry

found = {s.code: s.name for s in pycountry.subdivisions.get(country_code="VN")}
fields = sorted(k for k in vars(next(iter(pycountry.subdivisions)))["_fields"])
print("pycountry", version("pycountry"), len(found), {c: found[c] for c in ("VN-35", "VN-36", "VN-40")}, fields)
assert len(found) == 63
assert found["VN-40"] == "Bình Thuận" and found["VN-35"] == "Lâm Đồng"
assert not any("date" in field or "valid" in field or "end" in field for field in fields)
PY
v/bin/python try.py
