# `make demo` and `make test` need nothing but Python 3.11 or later and make.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
SPREAD := -n auto --dist worksteal

.PHONY: setup demo test check fix bench bench-stages bench-large bench-peers audit clean
.DEFAULT_GOAL := help

help:
	@echo "make demo   the main job on thirty invented students, in demo/"
	@echo "make test   the tests          make check  format, lint, types, tests"
	@echo "make setup  .venv alone        make bench  measurements    make audit  every template, many seeds"

setup: $(VENV)/ready

$(VENV)/ready: requirements.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later with venv is needed (on Debian: apt install python3-venv), or set PYTHON=/path/to/python"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

# the tests also work on a cluster and read from an object store; the program itself does not need what that takes
$(VENV)/complete: $(VENV)/ready requirements-far.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-far.txt
	@touch $@

demo: setup
	$(BIN)/grader demo
	@echo "(grader is $(BIN)/grader)"

test: $(VENV)/complete
	$(BIN)/python -m pytest $(SPREAD)

check: $(VENV)/complete
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	MYPYPATH=src:bench $(BIN)/mypy bench/*.py bench/peers/*.py
	$(BIN)/python -m pytest $(SPREAD)

fix: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/complete
	$(BIN)/python bench/run.py

bench-stages: setup
	$(BIN)/python bench/stages.py

bench-large: $(VENV)/complete
	$(BIN)/python bench/large.py

# beside other graders, which have an environment of their own
bench-peers: $(VENV)/ready bench/peers/$(VENV)/ready
	PYTHONPATH=bench $(BIN)/python bench/peers/run.py

bench/peers/$(VENV)/ready: bench/peers/requirements.txt
	$(PYTHON) -m venv bench/peers/$(VENV)
	bench/peers/$(BIN)/python -m pip install --quiet --disable-pip-version-check -r bench/peers/requirements.txt
	@touch $@

audit: setup
	$(BIN)/grader check $$($(BIN)/python -c 'from grader.templates import BUILT_IN; print(*BUILT_IN)') --seeds 200

clean:
	rm -rf $(VENV) bench/peers/$(VENV) demo build dist *.egg-info src/*.egg-info
