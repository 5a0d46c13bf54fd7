#!/usr/bin/env bash
# Make .make/train hold this checkout with its training extra: torch and what it needs are large and wanted nowhere else.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/python.sh -m venv --clear .make/train
.make/train/bin/python -m pip --disable-pip-version-check --no-input install --quiet --constraint <(grep -oE '^[A-Za-z0-9._-]+==[^ ;]+' requirements.lock | sort -u -t= -k1,1) --editable '.[training]'
