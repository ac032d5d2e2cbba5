# The two commands of the README are `make chat` and `make test`; each sets up what it needs first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: chat serve ingest test coverage check lint lock vectors clean
.DEFAULT_GOAL := chat

chat: $(VENV)/.installed
	@$(BIN)/yinju chat

serve: $(VENV)/.installed
	@$(BIN)/yinju serve

ingest: $(VENV)/.installed
	@$(BIN)/yinju ingest

test: $(VENV)/.installed-dev
	@$(BIN)/python -m pytest -q

# The same with branch coverage, which takes half as long again.
coverage: $(VENV)/.installed-dev
	@$(BIN)/python -m pytest -q --cov --cov-report=term:skip-covered

check: lint test

lint: $(VENV)/.installed-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

# Both stamps hang on the lock files alone, so a second run does nothing.
$(VENV)/.installed: requirements.lock pyproject.toml
	@echo "Setting up $(VENV) (about a minute, once)" >&2
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.lock
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

# Renews seeds/vectors.npz; needed whenever an essay or the way it is cut into passages changes.
vectors: $(VENV)/.installed
	@$(BIN)/yinju --corpus seeds vectors

# Renews the lock files from pyproject.toml (takes minutes: every wheel is hashed).
lock: $(VENV)/.installed-dev
	$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header \
	    --no-emit-index-url --no-emit-find-links --extra build --extra dev --output-file requirements-dev.lock pyproject.toml
	$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header \
	    --no-emit-index-url --no-emit-find-links --extra build --constraint requirements-dev.lock --output-file requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) data .coverage .pytest_cache .mypy_cache .ruff_cache
