# The two commands a newcomer needs: `make demo` and `make test`. Each sets up what it needs.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv/bin
SCALE ?= small
PORT ?= 8000
export SCALE

.PHONY: demo test check drill bench setup serve format clean

demo: setup  ## Build the demo city (SCALE=small|full) and serve it
	$(VENV)/xinfeng demo --scale $(SCALE) --port $(PORT)

test: setup browser  ## Run every test, browser tests included
	$(VENV)/pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not drill" $(ARGS)

drill: setup browser  ## Run the slow drills: full disk, killed database, full-scale build
	$(VENV)/pytest -m drill $(ARGS)

check: setup  ## Format, lint, types, import order, missing migrations, templates
	$(VENV)/ruff format --check .
	$(VENV)/ruff check .
	$(VENV)/mypy
	$(VENV)/lint-imports
	$(VENV)/xinfeng makemigrations --check --dry-run
	$(VENV)/pytest -q $(wildcard tests/test_templates.py) tests/test_rooms.py

bench: setup  ## Measure the table of docs/benchmarks.md (full scale; takes minutes)
	$(VENV)/python -m bench $(ARGS)

format: setup
	$(VENV)/ruff format .
	$(VENV)/ruff check --fix .

setup: .venv/ready

.venv/ready: pyproject.toml uv.lock $(wildcard xinfeng/*/locale/*/LC_MESSAGES/*.po)
	@command -v uv >/dev/null || [ -x .uv/bin/uv ] || { $(PYTHON) -m venv .uv && .uv/bin/pip install --quiet "uv==0.13.9"; }
	PATH="$$PATH:$(CURDIR)/.uv/bin" uv sync --quiet --locked --python $(PYTHON)
	$(VENV)/python -m xinfeng.config.messages compile
	@touch $@

.PHONY: browser
browser:
	@bash bin/install-browser

clean:
	rm -rf .venv .uv var
