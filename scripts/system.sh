#!/usr/bin/env bash
# See that the system has what Heedful needs: scripts/system.sh demo|test
# Missing Debian packages are installed with apt-get where that may be done (root, or sudo without a password);
# anywhere else the script says exactly what to install, and stops.
set -euo pipefail

purpose=$1
packages=() other=()

has() { command -v "$1" > /dev/null; }

has_library() { compgen -G "/usr/lib/*-linux-gnu/$1" > /dev/null || compgen -G "/lib/*-linux-gnu/$1" > /dev/null; }

python_is_ready() {
  "$(dirname "$0")/python.sh" -c 'import ensurepip, venv' 2> /dev/null
}

node_is_ready() {
  has node && has npm && [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ]
}

look() {
  packages=() other=()
  python_is_ready || packages+=(python3 python3-venv)
  node_is_ready || other+=("Node.js 20 or newer with npm (https://nodejs.org)")
  has flock || packages+=(util-linux)
  # What PDFs are set with.
  has_library libpangoft2-1.0.so.0 && has_library libharfbuzz-subset.so.0 || packages+=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)
  compgen -G '/usr/share/fonts/truetype/*/*.ttf' > /dev/null || packages+=(fonts-liberation)
  if [ "$purpose" = test ]; then
    has chromium || packages+=(chromium)
    has initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' > /dev/null || packages+=(postgresql)
    has unshare && has setpriv && has runuser || packages+=(util-linux)
    has git || packages+=(git)
    has systemd-analyze || packages+=(systemd)
    has nginx || packages+=(nginx-light)
    has caddy || packages+=(caddy)
    has_library libatomic.so.1 || packages+=(libatomic1) # Playwright's own node
  fi
}

look
if [ "${#packages[@]}" -gt 0 ] && has apt-get; then
  if [ "$(id -u)" = 0 ]; then
    as_root=()
  elif has sudo && sudo -n true 2> /dev/null; then
    as_root=(sudo -n)
  else
    as_root=(no)
  fi
  if [ "${as_root[*]}" != no ]; then
    printf -- '--- apt-get install %s\n' "${packages[*]}"
    "${as_root[@]}" apt-get update -qq
    # RUNLEVEL=1: what the tests start themselves, nginx and PostgreSQL, is not started as a service of the machine.
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "${packages[@]}"
    look
  fi
fi

if [ "${#packages[@]}" -gt 0 ]; then
  printf 'Heedful needs packages that are not installed, and may not install them itself. As root run:\n' >&2
  printf '  apt-get install --no-install-recommends %s\n' "${packages[*]}" >&2
fi
for need in "${other[@]}"; do
  printf 'Heedful needs %s.\n' "$need" >&2
done
[ "${#packages[@]}" = 0 ] && [ "${#other[@]}" = 0 ]
