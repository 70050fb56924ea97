# Two commands do the set-up: `make demo` and `make test`. Everything is installed into .venv from
# the hash-checked lists in requirements/; nothing outside this folder is touched.

PYTHON ?= python3
ARGS ?=
# Two processes more than there are cores, since tests wait for servers, disks and other processes.
# `make tests WORKERS=0` runs all tests in one, as a debugger wants it.
WORKERS ?= $$($(BIN)/python -c 'import os; print(os.cpu_count() + 2)')

VENV := .venv
BIN := $(VENV)/bin
CREATED := $(VENV)/created.stamp
RUN := $(VENV)/run.stamp
DEV := $(VENV)/dev.stamp
MUTATION := $(VENV)/mutation.stamp

COMPILE := uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header --no-strip-extras $(UPGRADE)

SPECTRAL := @stoplight/spectral-cli@6.16.3

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test check lint types contracts tests coverage format bench mutation openapi-lint lock clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

demo: $(RUN) ## score the reference data and show it; ARGS=--no-serve stops before serving
	$(BIN)/gaptracker demo $(ARGS)

test: check ## install what development needs, then run every check

check: lint types contracts tests ## format, lint, types, import contracts and tests

lint: $(DEV)
	$(BIN)/ruff format --check
	$(BIN)/ruff check

types: $(DEV)
	$(BIN)/mypy

contracts: $(DEV)
	$(BIN)/lint-imports --no-logo

tests: $(DEV)
	$(BIN)/pytest -n $(WORKERS) --maxprocesses 8 --dist loadfile --no-loadscope-reorder $(ARGS)

coverage: ## run the tests and say which lines none of them reaches; takes a third longer
	$(MAKE) tests ARGS='--cov --cov-report=term $(ARGS)'

format: $(DEV) ## rewrite the code as the formatter and the linter want it
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(RUN) ## measure the whole reference run: wall time and peak memory
	$(BIN)/python -m benchmarks.reference_run $(ARGS)

mutation: $(MUTATION) ## change the core in thousands of ways, see which no test notices; ARGS='gaptracker.pairing.*'
	HYPOTHESIS_PROFILE=mutation $(BIN)/mutmut run $(ARGS)
	$(BIN)/python -m scripts.mutation_table

openapi-lint: ## lint docs/openapi.json with Spectral; needs Node's npx and its package registry
	npx --yes --package $(SPECTRAL) spectral lint docs/openapi.json \
		--ruleset .spectral.yaml --fail-severity warn

lock: ## renew requirements/ after a change in pyproject.toml (needs uv); UPGRADE=--upgrade moves all
	$(COMPILE) --group build --output-file requirements/run.txt
	$(COMPILE) --group build --all-extras --constraint requirements/run.txt \
		--output-file requirements/extras.txt
	$(COMPILE) --group dev --constraint requirements/run.txt --output-file requirements/dev.txt
	$(COMPILE) --group dev --group mutation --constraint requirements/dev.txt \
		--output-file requirements/mutation.txt

clean: ## remove .venv, caches and built files; the data in .gaptracker stay
	rm -rf $(VENV) build dist mutants .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
	rm -rf .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The first interpreter that is new enough and can create an environment.
$(CREATED):
	@for python in $(PYTHON) python3.13 python3.12 python3.11 python3.14; do \
		command -v "$$python" >/dev/null 2>&1 || continue; \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
			echo "$$python cannot create environments: its module ensurepip is missing." >&2; \
			echo "On Debian and Ubuntu: apt-get install python3-venv" >&2; \
			exit 1; \
		fi; \
		echo "creating $(VENV) with $$("$$python" --version)"; \
		"$$python" -m venv --clear $(VENV) && touch $@ && exit 0; \
		exit 1; \
	done; \
	echo "No Python 3.11 or newer was found; tried $(PYTHON) and python3.11 to python3.14." >&2; \
	echo "Install one, or name it: make PYTHON=/path/to/python3.11 ..." >&2; \
	exit 1

$(RUN): $(CREATED) requirements/run.txt pyproject.toml
	@echo "installing what running needs into $(VENV)"
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

$(DEV): $(RUN) requirements/dev.txt
	@echo "installing what development needs into $(VENV)"
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	touch $@

$(MUTATION): $(DEV) requirements/mutation.txt
	@echo "installing what mutation testing needs into $(VENV)"
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/mutation.txt
	touch $@
