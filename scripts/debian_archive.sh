#!/usr/bin/env bash
# Put the wheel, the locked list of what it needs and deploy/'s files into one archive: dist/heedful-VERSION-debian.tar.gz
set -euo pipefail
cd "$(dirname "$0")/.."
wheel=$(ls dist/heedful-*.whl)
name=$(basename "$wheel" | sed -E 's/^(heedful-[^-]+)-.*/\1/')
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
inside=$folder/$name
mkdir "$inside"
cp "$wheel" requirements.lock LICENSE deploy/debian/install.sh deploy/debian/heedful deploy/debian/heedful.env deploy/systemd/heedful.service deploy/systemd/low-ports.conf "$inside"
cp deploy/nginx/heedful.conf "$inside/nginx-heedful.conf"
cp deploy/caddy/Caddyfile "$inside/Caddyfile"
cp docs/technician-guide.md docs/settings.md "$inside"
tar --sort=name --owner=0 --group=0 --numeric-owner -C "$folder" -czf "dist/$name-debian.tar.gz" "$name"
printf 'dist/%s-debian.tar.gz\n' "$name"
