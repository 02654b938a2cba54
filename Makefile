# Two commands: `make run` sets everything up and serves; `make test` sets everything up and checks everything.
# Paths are relative on purpose: the checkout may live in a folder with spaces in its name.
SHELL := /bin/sh
# Compiled files are kept, whatever the shell says: every start after the first is quicker.
unexport PYTHONDONTWRITEBYTECODE
PY := .venv/bin/python

.PHONY: help run setup venv test check lint types imports unit bench bench-peer eval lock screenshots clean
help:
	@echo "make run     set up (first time) and serve on http://127.0.0.1:8000"
	@echo "make test    set up and run every check and test"
	@echo "make check   the quick part: lint, types, import rules, fast tests"
	@echo "make bench   measure calls in real time (13 minutes); make bench-peer: the same calls against Pipecat"
	@echo "make eval DATA=folder: measure understanding"

run: setup
	@exec $(PY) main.py serve

setup: venv
	@$(PY) main.py models pull --default || echo "Some models are missing; the assistant starts without them and 'main.py doctor' says what that means."

venv:
	@sh deploy/setup.sh

test: setup
	@$(MAKE) --no-print-directory lint types imports
	@$(PY) -m pytest -n 2 --dist worksteal tests

check: venv
	@$(MAKE) --no-print-directory lint types imports unit

lint:
	@$(PY) -m ruff check . && $(PY) -m ruff format --check .

types:
	@$(PY) -m mypy

imports:
	@$(PY) deploy/check_imports.py

unit:
	@$(PY) -m pytest -n 2 -m "not slow" tests

# Real calls against a server of its own, about 13 minutes: ARGS="--seed 7", ARGS="--calls 1 --crowd 4 --dry", DATA=folder (see docs/performance.md).
bench: setup
	@$(PY) -m bench $(ARGS)

# The same calls against Pipecat, in an environment of its own under .setup, about 20 minutes: ARGS="--sides ours,smart".
bench-peer: setup
	@$(PY) -m bench peer $(ARGS)

eval: setup
	@$(PY) -m bench.evaluate $(if $(DATA),"$(DATA)",)

screenshots: setup
	@$(PY) -m bench.screenshots

# Resolve the dependencies anew and write the lock files (hashes, no addresses).
lock: venv
	@sh deploy/lock.sh

clean:
	rm -rf .venv .setup .mypy_cache .ruff_cache .pytest_cache
