# Everything a newcomer, a developer or the gate runs. Needs Python 3.11+ with its venv module, git and make; nothing else.
PYTHON ?= python3
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
DJANGO := DJANGO_SETTINGS_MODULE=razdar.settings $(BIN)/python -m django
TYPED := bench tests/languages tests/live tests/mission tests/shape tests/weakening tests/needs.py

.DEFAULT_GOAL := help
.PHONY: help demo test check static bench presidio requirements heavy walk screenshots runtime dev

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-14s%s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: runtime ## install, start everything on loopback and open the start page
	@$(BIN)/razdar demo

# Hundreds of processes are started: what they import is compiled once.
test: export PYTHONDONTWRITEBYTECODE :=
test: dev ## the test suite (ARGS="-k words" narrows it)
	@$(PYTEST) -n auto --dist loadgroup -m "not heavy" $(ARGS)

check: static test ## the whole gate: format, lint, types, contracts, migrations, deployment check, tests

bench: dev ## measure the figures we publish, each beside a baseline in the same run
	@for file in bench/[a-z]*.py; do echo "== $$file"; $(BIN)/python "$$file" || exit 1; done

presidio: ## Presidio, which bench/redaction.py measures beside ours, in an environment of its own
	@$(PYTHON) -m venv var/presidio
	@var/presidio/bin/python -m pip install --quiet --editable ".[presidio]"

requirements: dev ## which of the mission's requirements a passing test shows
	@$(BIN)/python -m tests.mission.report

heavy: dev ## the long acceptance tests
	@$(PYTEST) -m "heavy and not walk and not screenshots" $(ARGS)

walk: dev ## every screen as everybody who opens it, in every language, and by keyboard (ARGS="-k words" narrows it)
	@$(BIN)/python -m tests.walk.report $(ARGS)

screenshots: dev ## pictures of every screen into var/screenshots
	@rm -f var/screenshots/*.png
	@$(PYTEST) -n auto --dist loadgroup -m screenshots tests/walk $(ARGS)
	@$(BIN)/python -m tests.walk.pictures

static: dev
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/mypy $(TYPED)
	$(BIN)/mypy --scripts-are-modules scripts/environment scripts/get-asterisk scripts/messages scripts/tls-postgres
	$(BIN)/lint-imports
	$(DJANGO) makemigrations --check --dry-run
	RAZDAR_URL=https://desk.example.org $(DJANGO) check --deploy --fail-level WARNING

runtime:
	@$(PYTHON) scripts/environment runtime

dev:
	@$(PYTHON) scripts/environment dev
