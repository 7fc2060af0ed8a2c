# `make run` and `make test` are all a fresh machine needs; `make help` lists the rest.
.DEFAULT_GOAL := help
PYTHON ?= python3
UV_VERSION := 0.13.9
BIN := .venv/bin

.PHONY: help setup run test lint system

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: .venv/ready ## prepare .venv from the lock file

.venv/ready: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip --disable-pip-version-check -q install uv==$(UV_VERSION)
	$(BIN)/uv pip sync --python $(BIN)/python --require-hashes -q requirements.lock
	$(BIN)/uv pip install --python $(BIN)/python -q --no-deps --no-build-isolation -e .
	@touch $@

lint: setup ## style and layering
	$(BIN)/ruff check . && $(BIN)/ruff format --check .

test: setup ## every test
	$(BIN)/python -m pytest
