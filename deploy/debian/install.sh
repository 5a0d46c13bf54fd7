#!/bin/sh
# Installs Heedful on Debian 12 or later, or upgrades it: sudo ./install.sh [pip options, such as --no-index --find-links FOLDER]
# Safe to run again. It never touches /etc/heedful/heedful.env or /var/lib/heedful once they are there.
set -eu
here=$(dirname "$(readlink -f "$0")")
say() { printf '\n== %s\n' "$*"; }
fail() { printf 'install.sh: %s\n' "$*" >&2; exit 1; }

[ "$(id -u)" = 0 ] || fail "needs root; run: sudo $0"
command -v systemctl > /dev/null || fail "needs systemd; for a container see deploy/container"
python3 -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2> /dev/null ||
  fail "needs Python 3.11 or later with venv; run: apt-get install python3 python3-venv"
for library in libpangoft2-1.0.so.0 libharfbuzz-subset.so.0; do
  ldconfig -p | grep -q "$library" ||
    fail "needs what PDFs are set with; run: apt-get install --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation"
done
wheel=$(find "$here" -maxdepth 1 -name 'heedful-*.whl' | sort | tail -n 1)
[ -n "$wheel" ] || fail "no heedful-*.whl beside this script; 'make build' makes both"

say "user and folders"
getent passwd heedful > /dev/null || adduser --system --group --home /var/lib/heedful --no-create-home --shell /usr/sbin/nologin heedful
install -d -m 0700 -o heedful -g heedful /var/lib/heedful
install -d -m 0700 -o heedful -g heedful /var/backups/heedful
install -d -m 0750 -o root -g heedful /etc/heedful
if [ -e /etc/heedful/heedful.env ]; then
  echo "keeping /etc/heedful/heedful.env"
else
  install -m 0640 -o root -g heedful "$here/heedful.env" /etc/heedful/heedful.env
fi

say "program in /opt/heedful"
[ -x /opt/heedful/bin/python ] || python3 -m venv /opt/heedful
/opt/heedful/bin/pip install --quiet --disable-pip-version-check --require-hashes "$@" -r "$here/requirements.lock"
/opt/heedful/bin/pip install --quiet --disable-pip-version-check --no-deps --no-index --force-reinstall "$wheel"
install -m 0755 "$here/heedful" /usr/local/sbin/heedful
install -m 0644 "$here/heedful.service" /etc/systemd/system/heedful.service
systemctl daemon-reload
/opt/heedful/bin/heedful --version

if systemctl is-active --quiet heedful; then
  say "restart with the new version"
  systemctl restart heedful
  systemctl --no-pager --lines=0 status heedful
else
  say "installed; now"
  echo "1. put your addresses and mail server into /etc/heedful/heedful.env"
  echo "2. systemctl enable --now heedful"
  echo "3. heedful doctor"
fi
