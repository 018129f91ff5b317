#!/usr/bin/env bash
# Installs the browser that the browser tests drive, where there is none and we may: Debian's chromium, as root. Without
# it those tests are skipped, and say so.
set -euo pipefail

if command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; then
    exit 0
fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "setright: no chromium here, so the browser tests are skipped; install it, e.g. apt-get install chromium" >&2
    exit 0
fi
echo "setright: installing chromium for the browser tests" >&2
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
if ! { apt-get update -q && apt-get install -q -y --no-install-recommends chromium fonts-dejavu-core; } >"$log" 2>&1; then
    tail -5 "$log" >&2
    echo "setright: chromium could not be installed; the browser tests are skipped" >&2
fi
rm -f "$log"
