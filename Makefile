# Everything a person does with the project. `make help` lists it.

PYTHON ?= python3
PORT ?= 8000
BENCH ?=
VENV := .venv
BIN := $(VENV)/bin
FLASK := $(BIN)/flask --app wsgi

.DEFAULT_GOAL := help
.PHONY: help run test test-long check bench clean

help: ## List these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/run: requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/test: $(VENV)/run requirements-test.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-test.txt
	@touch $@

run: $(VENV)/run ## Set up, load the bundled facts into an empty database, serve at http://127.0.0.1:8000, the worker beside it
	@$(FLASK) bootstrap
	@echo "Security Assistance Tracker at http://127.0.0.1:$(PORT)/ (Ctrl-C stops it)"
	@$(FLASK) worker --beside-parent --quiet & exec $(BIN)/gunicorn --bind 127.0.0.1:$(PORT) --workers 2 --threads 4 --graceful-timeout 3 --log-level warning wsgi:app

check: $(VENV)/test ## Formatting, lint, types and import rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

test: check ## Check, then every test that fits in five minutes, on as many cores as there are
	$(BIN)/pytest --numprocesses auto --dist worksteal

test-long: check ## The full counts: hundreds of kills, whole Congresses
	$(BIN)/pytest --numprocesses auto --dist worksteal -m 'long or not long'

bench: $(VENV)/test ## Print tables of ratios; BENCH=name for one
	$(BIN)/python -m tests.benchmarks $(BENCH)

clean: ## Forget the virtual environment and caches; instance/ stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
