#!/usr/bin/env bash
# Guess: a package that brings addresses of before July 2025 to today's communes either finds the commune of a full address (commune, district, province) or says
# that it cannot.
# Seen: vietnamadminunits 1.0.4 takes "Xã Phú Tân, Huyện Châu Thành, Tỉnh Hậu Giang" to Xã Thuận Hòa, which is made of the Phú Tân of another
# district Châu Thành, that of Sóc Trăng. Resolution 1668/NQ-UBTVQH15, article 1, clause 57, puts the one of Hậu Giang into Xã Phú Hữu. Both new communes lie in
# Cần Thơ, so that nothing looks wrong, and nothing is raised. The same name in Sóc Trăng is taken to Thuận Hòa, too, and rightly.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/python -m pip install --quiet --disable-pip-version-check vietnamadminunits==1.0.4
cat > try.py <<'PY'
from importlib.metadata import version

from vietnamadminunits import convert_address

print("vietnamadminunits", version("vietnamadminunits"))
found = {}
for province in ("Hậu Giang", "Sóc Trăng"):
    unit = convert_address(f"Xã Phú Tân, Huyện Châu Thành, Tỉnh {province}")
    found[province] = (unit.ward_code, unit.ward, unit.province)
print(found)
assert found["Hậu Giang"] == found["Sóc Trăng"] == ("31582", "Xã Thuận Hòa", "Thành phố Cần Thơ")
PY
v/bin/python try.py
