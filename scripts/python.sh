#!/usr/bin/env bash
# Run the first Python of 3.11 or newer that is found; $PYTHON goes first. Only ever used to make the virtual environment.
set -euo pipefail
for python in ${PYTHON:-} python3.11 python3 python3.12 python3.13 /usr/bin/python3; do
  if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then
    exec "$python" "$@"
  fi
done
printf 'Heedful needs Python 3.11 or newer.\n' >&2
exit 1
