# `make run` and `make test` are all a fresh machine needs; `make help` lists the rest.
.DEFAULT_GOAL := help
PYTHON ?= python3
UV_VERSION := 0.13.9
BIN := .venv/bin
LOCKED := --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q
SYSTEM := libreoffice-calc chromium poppler-utils fonts-noto-cjk openjdk-17-jre-headless openssh-server
# Without its cache Python compiles Airflow and Great Expectations anew for every process that loads them.
unexport PYTHONDONTWRITEBYTECODE
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)

# Without a network: what `make wheels` brought together on a machine that has one.
WHEELS := $(CURDIR)/data/wheels
ifneq ($(wildcard $(WHEELS)),)
export PIP_NO_INDEX := 1
export PIP_FIND_LINKS := $(WHEELS)
export UV_OFFLINE := 1
export UV_FIND_LINKS := $(WHEELS)
endif

.PHONY: help setup run airflow spark test bench detection docs lint wheels system lock

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: .venv/ready ## prepare .venv from the lock file

.venv/ready: requirements.lock pyproject.toml Makefile
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip --disable-pip-version-check -q install uv==$(UV_VERSION)
	@$(BIN)/uv pip sync --python $(BIN)/python --require-hashes -q requirements.lock
	@$(BIN)/uv pip install --python $(BIN)/python -q --no-deps --no-build-isolation -e .
	@touch $@

run: setup ## run every day of the sample deliveries and say where the results are
	@$(BIN)/python -m pipelines.demo

airflow: setup ## run the days by Airflow on this machine; SAMPLE=yes: those of the sample deliveries
	@$(BIN)/python dags/serve.py $(if $(SAMPLE),--sample)

spark: setup .venv/spark ## add Apache Spark to .venv (FANPIN_ENGINE=spark); it needs Java 17

.venv/spark: requirements-spark.lock .venv/ready
	@$(BIN)/uv pip install --python $(BIN)/python --require-hashes -q -r requirements-spark.lock
	@touch $@

test: spark ## every test; those that need a system program skip where there is none (make system)
	@$(BIN)/python -m pytest

bench: setup ## what a simulated province costs (docs/bench.md); PARTS="days engines" PERSONS="500000 1000000" OUT=folder
	@$(BIN)/python -m benchmarks.bench $(if $(PARTS),--parts $(PARTS)) $(if $(PERSONS),--persons $(PERSONS)) $(if $(OUT),--out $(OUT))

detection: setup ## what is found of a simulated province's truth, and how late (docs/detection.md); OUT=folder
	@$(BIN)/python -m benchmarks.detection $(if $(OUT),--out $(OUT))

docs: setup ## write docs/feeds.md anew from the declarations of the feeds
	@$(BIN)/python -m pipelines.dictionary > docs/feeds.md

lint: setup ## style
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

wheels: setup ## bring together in data/wheels what .venv holds, for a like machine without a network
	@$(BIN)/python -m pip --disable-pip-version-check download -q --require-hashes -r requirements.lock -d $(WHEELS)
	@$(BIN)/python -m pip --disable-pip-version-check download -q uv==$(UV_VERSION) -d $(WHEELS)

system: ## install the programs that some tests need (Debian)
	$(SUDO) apt-get update -qq
	$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(SYSTEM)

lock: setup ## work out the lock files anew from pyproject.toml
	@$(BIN)/uv pip compile pyproject.toml --extra dev --extra airflow $(LOCKED) -o requirements.lock
	@$(BIN)/uv pip compile --group spark -c requirements.lock $(LOCKED) -o requirements-spark.lock
