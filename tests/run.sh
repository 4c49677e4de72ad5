#!/bin/sh
# Everything that must pass. Installs what the tests need from the system, when it may.
set -eu
BIN=${BIN:-.venv/bin}

need() { # what must succeed, Debian package
  eval "$1" >/dev/null 2>&1 && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing $2"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$2" >/dev/null
  else
    echo "$2 is needed for the tests: sudo apt-get install $2"
    exit 1
  fi
}

need "command -v chromium || command -v chromium-browser || command -v google-chrome" chromium
need "command -v openssl" openssl
need "ls /usr/lib/postgresql/*/bin/initdb || command -v initdb" postgresql
need "$BIN/playwright --version" libatomic1 # the browser's driver is a program that wants it

# Known weaknesses of the pinned packages: one fails the tests, no network does not.
"$BIN"/python -m tests.weaknesses

"$BIN"/ruff check .
"$BIN"/ruff format --check .
"$BIN"/mypy
"$BIN"/lint-imports
"$BIN"/python -m pytest -q -n auto --maxprocesses 4 --dist loadfile "$@"
