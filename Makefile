# The two commands of the README are `make chat` and `make test`; each sets up what it needs first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: chat serve ingest test coverage check lint lock vectors peers third-party clean
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

# Yinju beside other ways to search, which get an environment of their own. BENCH is a folder with xquad/raw and
# cmrc2018/dev; docs/search.md says where they come from, and holds the figures.
BENCH ?= ../shared/bench
PEERS := .venv-peers
MEASURED := OMP_NUM_THREADS=1 ORT_DISABLE_TELEMETRY=1

peers: $(PEERS)/.installed
	@$(MEASURED) $(PEERS)/bin/python -m tests.peers.compare --bench $(BENCH)
	@$(PEERS)/bin/python -m tests.peers.report

third-party: $(VENV)/.installed
	@$(MEASURED) $(BIN)/python -m tests.peers.third_party --bench $(BENCH)
	@$(BIN)/python -m tests.peers.report

$(PEERS)/.installed: requirements.lock pyproject.toml tests/peers/requirements.txt
	@test -x $(PEERS)/bin/python || $(PYTHON) -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements.lock
	@$(PEERS)/bin/python -m pip --disable-pip-version-check --quiet install -r tests/peers/requirements.txt
	@$(PEERS)/bin/python -m pip --disable-pip-version-check --quiet install --no-deps --no-build-isolation --editable .
	@touch $@

# Renews the lock files from pyproject.toml (takes minutes: every wheel is hashed).
lock: $(VENV)/.installed-dev
	$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header \
	    --no-emit-index-url --no-emit-find-links --extra build --extra dev --output-file requirements-dev.lock pyproject.toml
	$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header \
	    --no-emit-index-url --no-emit-find-links --extra build --constraint requirements-dev.lock --output-file requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) $(PEERS) data .coverage .pytest_cache .mypy_cache .ruff_cache
