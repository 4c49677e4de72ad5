#!/bin/sh
# Everything that must pass. Installs what the tests need from the system, when it may.
set -eu
BIN=${BIN:-.venv/bin}

need() { # program, Debian package
  command -v "$1" >/dev/null 2>&1 && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing $2"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$2" >/dev/null
  else
    echo "$2 is needed for the tests: sudo apt-get install $2"
    exit 1
  fi
}

need chromium chromium
need openssl openssl
postgres() { ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1; }
postgres || need initdb postgresql
"$BIN"/ruff check .
"$BIN"/ruff format --check .
"$BIN"/mypy
"$BIN"/lint-imports
"$BIN"/python -m pytest -q "$@"
