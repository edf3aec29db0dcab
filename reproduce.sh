#!/usr/bin/env bash
# All results from the data: the environment from the hashed lock, then every scenario to a report in reports/.
set -euo pipefail
cd "$(dirname "$0")"
make run
