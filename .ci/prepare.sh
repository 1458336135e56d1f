#!/usr/bin/env bash
# What the tests need: as root on Debian it is installed; otherwise it is named, with how to point at one's own.
set -euo pipefail
cd "$(dirname "$0")/.."

PACKAGES="postgresql redis-server chromium-headless-shell gettext poppler-utils libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
missing=""
if command -v dpkg-query >/dev/null; then
    for package in $PACKAGES; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q "install ok" || missing="$missing $package"
    done
fi
if [ -n "$missing" ] && [ "$(id -u)" = 0 ]; then
    echo "Installing$missing…"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends $missing >/dev/null
elif [ -n "$missing" ]; then
    cat >&2 <<TEXT
These packages are missing:$missing
    sudo apt-get install --no-install-recommends$missing
Or point at your own: DATABASE_URL=postgres://…, REDIS_URL=redis://…, CHROMIUM=/path/to/chromium make test
Going on with what there is.

TEXT
fi
exec "${PYTHON:-python3}" cmtl/run.py --tests
