# Everything below works on a machine with Python 3.11 or newer, make and pip: what a target needs, it
# installs first, into .venv. Packages are installed again only when pyproject.toml or constraints.txt change.
#
#   make run     the main comparison, with charts; ARGS="run plan-2025 --region fujian/taining" for another command
#   make test    the quick tests;  make test-all  the slow ones too;  make lint  style, types, layers
#   make benchmark   speed beside other tools and as models grow; ARGS="--quick", ARGS="--write docs/performance.md"
#   make faults  plant faults and see whether the tests notice (hours); ARGS="--only tie --jobs 2"
#   make answers  write the committed answers of the shipped scenarios anew: explain every change
#   make prove   all tests, all faults and the whole validation: hours; before a release
#   make clean   remove .venv and caches; results stay
#
# PYTHON=/path/to/python3.13 chooses the interpreter.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)
ARGS ?=
TEST_ARGS ?=

VENV := .venv
IN_VENV := $(VENV)/bin/python
INSTALL := $(IN_VENV) -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test test-all lint benchmark faults answers prove clean

help:
	@sed -n 's/^#   //p' Makefile

run: $(VENV)/.installed-run
	@$(IN_VENV) run_scenarios.py $(ARGS)

test: $(VENV)/.installed-test
	@echo "Running the quick tests"
	@$(IN_VENV) -m pytest --numprocesses auto -m "not slow" $(TEST_ARGS)

test-all: $(VENV)/.installed-test
	@echo "Running all tests, the slow ones too"
	@$(IN_VENV) -m pytest --numprocesses auto $(TEST_ARGS)

lint: $(VENV)/.installed-dev
	@echo "Checking style, types and layers"
	@$(IN_VENV) -m ruff check --quiet --output-format concise .
	@$(IN_VENV) -m ruff format --check --quiet .
	@$(IN_VENV) -m mypy --no-error-summary
	@$(VENV)/bin/lint-imports --no-logo >$(VENV)/layers.txt || { cat $(VENV)/layers.txt; exit 1; }

benchmark: $(VENV)/.installed-benchmarks
	@$(IN_VENV) -m benchmarks $(ARGS)

faults: $(VENV)/.installed-test
	@$(IN_VENV) -m tests.mutation --write docs/planted-faults.md $(ARGS)

answers: $(VENV)/.installed-test
	@$(IN_VENV) -m tests.answers

prove: test-all faults
	@$(IN_VENV) run_scenarios.py validate

clean:
	@echo "Removing .venv and caches"
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Some systems ship Python without the part that puts pip into a new environment; pip can do it from outside.
$(IN_VENV):
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; none was found (PYTHON=... names one)" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; PYTHON=$(PYTHON) is not" >&2; exit 1; }
	@echo "Making .venv with $(PYTHON)"
	@"$(PYTHON)" -m venv $(VENV) >/dev/null 2>&1 || { rm -rf $(VENV); "$(PYTHON)" -m venv --without-pip $(VENV) \
		&& "$(PYTHON)" -m pip --quiet --python $(IN_VENV) install pip; }

$(VENV)/.installed-run: pyproject.toml constraints.txt | $(IN_VENV)
	@echo "Installing what the simulation needs (once; takes a minute or two)"
	@$(INSTALL) .
	@touch $@

$(VENV)/.installed-test: pyproject.toml constraints.txt | $(IN_VENV)
	@echo "Installing what the tests need (once; takes a minute or two)"
	@$(INSTALL) ".[test]"
	@touch $@ $(VENV)/.installed-run

$(VENV)/.installed-dev: pyproject.toml constraints.txt | $(IN_VENV)
	@echo "Installing what the checks need (once)"
	@$(INSTALL) ".[test,dev]"
	@touch $@ $(VENV)/.installed-test $(VENV)/.installed-run

$(VENV)/.installed-benchmarks: pyproject.toml constraints.txt | $(IN_VENV)
	@echo "Installing the tools that are compared (once)"
	@$(INSTALL) ".[benchmarks]"
	@touch $@ $(VENV)/.installed-run
