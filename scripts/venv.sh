#!/usr/bin/env bash
# Make .venv hold exactly what a lock names, and this checkout: scripts/venv.sh requirements.lock
set -euo pipefail
cd "$(dirname "$0")/.."
lock=$1
if ! .venv/bin/python -c 'import pip' 2> /dev/null; then
  scripts/python.sh -m venv --clear .venv
fi
pip=(.venv/bin/python -m pip --disable-pip-version-check --no-input)
"${pip[@]}" install --quiet --require-hashes --only-binary :all: -r "$lock"
"${pip[@]}" install --quiet --no-deps --no-build-isolation --no-index --editable .
