# Antiphon, by make. `make help` lists the targets. Works with GNU make and with the make of macOS.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := UV_PYTHON_DOWNLOADS=never UV_NO_PROGRESS=1 $(BIN)/uv
ASSETS := src/antiphon/web/assets
BUNDLE := src/antiphon/web/static/bundle
READERS := tests/readers
CACHE := .cache
TEST_PG ?= postgresql://postgres@127.0.0.1:5432/postgres
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links

.PHONY: help run test check browser test-pg bench soak lock assets demo-music screenshots clean ready ready-dev ready-browser ready-bench
.DEFAULT_GOAL := help

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ready ## install what is missing, then start server and worker
	@exec $(BIN)/antiphon serve --with-worker

test: ready-dev ## the whole suite that needs no server beyond the project
	@$(BIN)/python -m pytest
	@$(BIN)/python -m tests.skipped

check: ready-dev ## formatting, lint, types, floors, templates, migrations, docs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/djlint --quiet --lint src/antiphon/web/templates
	$(BIN)/lint-imports
	$(BIN)/python -m pytest tests/unit/test_in_step.py
	ANTIPHON_DATA=$(CURDIR)/$(CACHE)/check $(BIN)/django-admin makemigrations --check --dry-run --settings antiphon.site.settings
	ANTIPHON_DATA=$(CURDIR)/$(CACHE)/check $(BIN)/django-admin check --settings antiphon.site.settings
	ANTIPHON_DATA=$(CURDIR)/$(CACHE)/check $(BIN)/mypy

browser: ready-dev ready-browser ## the pages in Debian's Chromium, as a person uses them
	@if $(BIN)/python -m tests.browser.chromium; then $(BIN)/python -m pytest tests/browser --override-ini="addopts=-p tests.environment -q"; fi

test-pg: ready-dev ## the database tests again, on PostgreSQL (TEST_PG=postgresql://…)
	ANTIPHON_DATABASE_URL=$(TEST_PG) $(BIN)/python -m pytest tests/db tests/api tests/contract

bench: ready-dev ## every benchmark, with its peers in the same run; `make bench-NAME` for one
	@for file in bench/[a-z]*.py; do name=$$(basename $$file .py); \
	  case $$name in table|crowd|audience|postgresql|bare|peer_nginx|gated) ;; *) $(BIN)/python -m bench.$$name || exit 1 ;; esac; done
	@$(MAKE) --no-print-directory bench-identification

bench-identification: ready-bench ## whose music is this: altered clips beside other systems (FULL=1 for all of them, an hour)
	$(BIN)/python -m bench.identification $(if $(FULL),--full,)

bench-%: ready-dev
	$(BIN)/python -m bench.$*

soak: ready-dev ## the long runs: kills, fuzz, load, API fuzz (SOAK=short for CI's seed)
	$(BIN)/python -m tests.soak $(if $(SOAK),--$(SOAK),)

demo-music: ready ## an hour of real free music from Debian's packages, cached, imported
	$(BIN)/python -m antiphon.site.real_music --cache $(CACHE)/music

screenshots: ready-dev ready-browser ## every page in light, dark and phone width, into tests/browser/out
	$(BIN)/python -m tests.browser.screenshots

lock: $(VENV)/ready-uv ## write the locked requirements again from the .in files
	$(COMPILE) requirements/uv.in -o requirements/uv.txt
	$(COMPILE) requirements/app.in -o requirements/app.txt
	$(COMPILE) requirements/dev.in -o requirements/dev.txt
	$(COMPILE) requirements/bench.in -o requirements/bench.txt
	$(COMPILE) requirements/node.in -o requirements/node.txt
	cd $(ASSETS) && npm install --package-lock-only --ignore-scripts --no-audit --no-fund
	cd $(READERS) && npm install --package-lock-only --ignore-scripts --no-audit --no-fund

assets: ready ## bundle the front end
	@rm -f $(BUNDLE)/stamp
	@$(MAKE) --no-print-directory $(BUNDLE)/stamp

clean: ## remove what was installed and built; the data folder stays
	rm -rf $(VENV) $(BUNDLE) $(ASSETS)/node_modules $(READERS)/node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache bench/out

ready: $(VENV)/ready-app $(BUNDLE)/stamp
ready-dev: $(VENV)/ready-dev $(BUNDLE)/stamp $(READERS)/node_modules/.package-lock.json
ready-browser: ready-dev
ready-bench: $(VENV)/ready-bench

$(VENV)/ready-venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Antiphon needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.12 run"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "Python's venv module is missing. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/ready-uv: requirements/uv.txt $(VENV)/ready-venv
	@echo "Installing (first time only) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

$(VENV)/ready-app: requirements/app.txt pyproject.toml $(VENV)/ready-uv
	@$(UV) pip install --quiet --require-hashes -r requirements/app.txt
	@$(UV) pip install --quiet --no-deps --no-build-isolation --offline -e .
	@touch $@

$(VENV)/ready-dev: requirements/dev.txt $(VENV)/ready-app
	@$(UV) pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

$(VENV)/ready-bench: requirements/bench.txt $(VENV)/ready-dev
	@$(UV) pip install --quiet --require-hashes -r requirements/bench.txt
	@touch $@

$(BUNDLE)/stamp: $(ASSETS)/package-lock.json $(wildcard $(ASSETS)/*.mjs) $(wildcard $(ASSETS)/css/*.css $(ASSETS)/css/*/*.css $(ASSETS)/js/*.js $(ASSETS)/js/*/*.js) | $(VENV)/ready-app
	@if ! command -v npm >/dev/null 2>&1; then \
	  echo "No npm here: installing Node from PyPI …"; \
	  $(UV) pip install --quiet --require-hashes -r requirements/node.txt; fi
	@cd $(ASSETS) && PATH="$$PATH:$(CURDIR)/$(BIN)" && \
	  { [ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --silent --ignore-scripts --no-audit --no-fund; } && \
	  node build.mjs
	@touch $@

# Readers of our declarations that others wrote. Tests skip them where they cannot be had, and `make test` says so.
$(READERS)/node_modules/.package-lock.json: $(READERS)/package-lock.json | $(BUNDLE)/stamp
	@cd $(READERS) && PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --silent --ignore-scripts --no-audit --no-fund || \
	  echo "The readers from npm could not be installed: their tests are skipped."
