#!/usr/bin/env bash
# Run a step of the set-up only when something that it is made from has changed since it last succeeded:
#   scripts/step.sh NAME [--output PATH]... INPUT... -- COMMAND [ARGUMENT]...
# Inputs are files and folders (packages, caches and what is built in them don't count). What they held is remembered in
# .make/NAME, so that a second run needs neither network nor time. A missing output runs the step again.
set -euo pipefail
cd "$(dirname "$0")/.."

name=$1
shift
outputs=() inputs=()
while [ "$1" != -- ]; do
  if [ "$1" = --output ]; then
    outputs+=("$2")
    shift
  else
    inputs+=("$1")
  fi
  shift
done
shift

fingerprint() {
  {
    printf '%s\n' "$*" "$PWD"
    for input in "${inputs[@]}"; do
      if [ ! -e "$input" ]; then
        printf 'step %s: %s is missing\n' "$name" "$input" >&2
        exit 1
      fi
    done
    find "${inputs[@]}" \( -name node_modules -o -name __pycache__ -o -name dist -o -name vendor -o -name _built \) -prune -o -type f -print0 |
      sort -z | xargs -0 -r sha256sum
  } | sha256sum
}

is_current() {
  [ -f ".make/$name" ] && [ "$(cat ".make/$name")" = "$1" ] || return 1
  for output in "${outputs[@]}"; do
    [ -e "$output" ] || return 1
  done
}

mkdir -p .make
exec 9> ".make/$name.lock"
flock 9 # a second make waits for the first one's step, then finds it done
now=$(fingerprint "$@")
if ! is_current "$now"; then
  printf -- '--- %s\n' "$name"
  "$@" 9>&-
  printf '%s\n' "$now" > ".make/$name"
fi
