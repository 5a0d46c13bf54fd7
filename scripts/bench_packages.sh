#!/usr/bin/env bash
# Put what `make bench` measures Heedful against into .make/bench, beside .venv and not in it: nothing else may come to need it.
# flashtext is published as source alone, so it alone is built here (with the newest setuptools); the rest are wheels.
set -euo pipefail
cd "$(dirname "$0")/.."
rm -rf .make/bench-packages
.venv/bin/python -m pip --disable-pip-version-check --no-input install --quiet --no-deps --require-hashes --only-binary :all: --no-binary flashtext \
  --target .make/bench-packages -r requirements-bench.lock
