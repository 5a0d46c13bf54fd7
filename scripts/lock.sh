#!/usr/bin/env bash
# Pin every dependency with hashes for all platforms: requirements.lock runs Heedful and builds it,
# requirements-dev.lock adds the tools of `make test`, requirements-bench.lock holds only what `make bench` measures Heedful
# against. Needs the package index; nothing else here does.
set -euo pipefail
cd "$(dirname "$0")/.."
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
"${PYTHON:-python3}" -m venv "$tools/venv"
"$tools/venv/bin/pip" install --quiet uv
printf '%s\n' 'hatchling>=1.27' 'editables>=0.5' > "$tools/build.in"

pin() {
  "$tools/venv/bin/uv" --no-config pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-emit-find-links --no-header --no-annotate "$@"
}

compile() {
  pin pyproject.toml "$tools/build.in" "$@"
}

compile --output-file requirements.lock
compile --extra dev --constraint requirements.lock --output-file requirements-dev.lock
"$tools/venv/bin/python" -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["bench"], sep="\n")' > "$tools/bench.in"
pin "$tools/bench.in" --output-file requirements-bench.lock
