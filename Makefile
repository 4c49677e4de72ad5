# make run: the helpline on this machine.  make test: everything that must pass.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: run test install bench
.DELETE_ON_ERROR:

install: $(STAMP)

$(STAMP): requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; say which: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/python || { echo "Making $(VENV)"; $(PYTHON) -m venv $(VENV); }
	@echo "Installing packages"
	@{ $(BIN)/python -m pip install --disable-pip-version-check -r requirements.txt 2>&1; \
	   echo $$? > $(VENV)/.code; } | tee $(VENV)/install.log | awk -v all=$$(grep -c == requirements.txt) \
	   '/^(Collecting|Processing|Requirement already)/ { printf "\r  %d of %d", ++n, all; fflush() } END { print "" }'
	@test "$$(cat $(VENV)/.code)" = 0 || { tail -5 $(VENV)/install.log; exit 1; }
	@touch $@

run: install
	@$(BIN)/python -m ivr migrate
	@$(BIN)/python -m ivr audio build
	@$(BIN)/python -m ivr serve

bench: install
	@$(BIN)/python -m pytest tests/benchmarks -q -s --timeout=1200 -o python_files='bench_*.py'

test: install
	@BIN=$(BIN) sh tests/run.sh
