#!/bin/sh
# Everything that must pass. Installs what the tests need from the system, when it may.
set -eu
BIN=${BIN:-.venv/bin}

need() { # what must succeed, Debian package
  eval "$1" >/dev/null 2>&1 && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing $2"
    without_starting "$2"
  else
    echo "$2 is needed for the tests: sudo apt-get install $2"
    exit 1
  fi
}

POLICY=/usr/sbin/policy-rc.d # what Debian asks before it starts what it has just installed

without_starting() ( # package; tests start its server themselves, nobody else wants it now or after a boot
  if [ ! -e "$POLICY" ]; then
    trap 'rm -f "$POLICY"' EXIT
    trap 'exit 130' INT TERM
    printf '#!/bin/sh\nexit 101\n' >"$POLICY"
    chmod +x "$POLICY"
  fi
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$1" >/dev/null
  [ ! -e "/etc/init.d/$1" ] || update-rc.d "$1" disable
)

need "command -v chromium || command -v chromium-browser || command -v google-chrome" chromium
need "command -v openssl" openssl
need "ls /usr/lib/postgresql/*/bin/initdb || command -v initdb" postgresql
need "command -v nginx || test -x /usr/sbin/nginx" nginx
need "command -v systemd-analyze" systemd
need "$BIN/playwright --version" libatomic1 # the browser's driver is a program that wants it

# Known weaknesses of the pinned packages: one fails the tests, no network does not.
"$BIN"/python -m tests.weaknesses

"$BIN"/ruff check .
"$BIN"/ruff format --check .
"$BIN"/mypy
"$BIN"/lint-imports
"$BIN"/python -m pytest -q -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder "$@"
