# Sampan's ritual. `make demo` and `make test` work on a fresh Debian machine with Python 3.11.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
JOBS ?= 2
SOURCE ?=

# what pages in many scripts and PDFs need, and what the tests need besides
DEBIAN_SHOW := fonts-noto-core fonts-noto-cjk libpango-1.0-0 libpangoft2-1.0-0
DEBIAN_TEST := $(DEBIAN_SHOW) chromium postgresql poppler-utils

.PHONY: help demo test test-postgres test-all-on-postgres check bench soak docs accept lock format

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 24

# ---- what must be installed; stamps make repeated runs instant

.venv/.stamp-debian-show: Makefile tools/debian-packages | .venv/.stamp-venv
	@tools/debian-packages $(DEBIAN_SHOW)
	@touch $@

.venv/.stamp-debian-test: Makefile tools/debian-packages | .venv/.stamp-venv
	@tools/debian-packages $(DEBIAN_TEST)
	@touch $@

.venv/.stamp-venv:
	@tools/make-venv "$(PYTHON)"
	@touch $@

.venv/.stamp-lock: requirements.lock pyproject.toml | .venv/.stamp-venv
	@echo "Installing the locked Python packages"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# ---- the targets

demo: .venv/.stamp-lock .venv/.stamp-debian-show ## build the invented region and show its page
	@$(BIN)/sampan demo $(DEMO)

test: .venv/.stamp-lock .venv/.stamp-debian-test ## every test but the soak, on SQLite and then on PostgreSQL
	@$(BIN)/pytest -m "not soak" -n $(JOBS) --dist loadfile --no-loadscope-reorder
	@$(MAKE) --no-print-directory test-postgres

test-postgres: .venv/.stamp-lock .venv/.stamp-debian-test ## the tests that keep records, on a private PostgreSQL
	@$(BIN)/python -m tests.postgres $(BIN)/pytest -m "postgres and not soak" -n $(JOBS) --dist loadfile --no-loadscope-reorder

test-all-on-postgres: .venv/.stamp-lock .venv/.stamp-debian-test ## every test but the soak, records on PostgreSQL
	@$(BIN)/python -m tests.postgres $(BIN)/pytest -m "not soak" -n $(JOBS) --dist loadfile --no-loadscope-reorder

check: .venv/.stamp-lock ## format, lint, types, imports, shape and docs
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@said=$$($(BIN)/lint-imports --no-logo) || { echo "$$said"; exit 1; }
	@$(BIN)/pytest tests/test_shape.py tests/test_docs.py

bench: .venv/.stamp-lock ## measured figures against their bars; exit 1 if one is short
	@$(BIN)/python -m benchmarks.run $(BENCH)

soak: .venv/.stamp-lock .venv/.stamp-debian-test ## the long runs of random trials
	@$(BIN)/pytest -m soak

docs: .venv/.stamp-lock ## write docs/reference from the code
	@$(BIN)/python -m tools.reference

accept: .venv/.stamp-lock ## write a source's expected.csv anew: make accept SOURCE=th-r506
	@test -n "$(SOURCE)" || { echo "Say which source: make accept SOURCE=th-r506" >&2; exit 2; }
	@SAMPAN_ACCEPT="$(SOURCE)" $(BIN)/pytest tests/sources -k "$(SOURCE)"
	@git --no-pager diff --stat -- "src/sampan/sources"

format: .venv/.stamp-lock ## put the code in its one format
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet --fix .

lock: .venv/.stamp-lock ## resolve requirements.lock anew from pyproject.toml
	@$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --extra dev --extra postgres \
	  --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-annotate --no-header \
	  --output-file requirements.lock pyproject.toml
