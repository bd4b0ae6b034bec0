# The commands of this project. Each sets up what it needs by itself, once: a bare Debian with python3, make and the
# package registries is enough. `make run` starts the application, `make test` runs everything, `make check` the quick part.

SHELL := /bin/sh
.DEFAULT_GOAL := run
.DELETE_ON_ERROR:
.PHONY: run test check lint format soak rounds asvs bench lock vendor messages clean
# Two set-ups in one .venv must not run side by side.
.NOTPARALLEL:

VENV := .venv
PYTHON := $(VENV)/bin/python
WORKERS ?= 2
PYTEST := $(PYTHON) -m pytest -n $(WORKERS)

export PYTHONPATH := .
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore

# A moved tree or an upgraded system leaves an environment whose Python does not start: set up again.
BROKEN := $(shell $(PYTHON) -c pass >/dev/null 2>&1 || rm -rf $(VENV)/run.stamp $(VENV)/test.stamp $(VENV)/dev.stamp)

run: $(VENV)/run.stamp
	@exec $(PYTHON) -m tracker run

# Everything: the linters, the whole suite on SQLite, the integration suite again on a real PostgreSQL. The closing line
# of the last run is the one of the whole suite; coverage of both is measured together (setup.cfg holds the gate).
test: $(VENV)/test.stamp lint
	@.ci/chromium
	rm -f .coverage
	$(PYTHON) -m tests.postgres $(PYTEST) tests/integration --cov --cov-report= --cov-fail-under=0
	$(PYTEST) --cov --cov-append --cov-report=term

check: $(VENV)/test.stamp lint
	$(PYTEST) tests/unit tests/rules

# The long proofs of safety: processes killed a thousand times over all write paths, generated requests for every route by
# every role, bad disks, bad lines. Hours on all processors; the last line is one JSON object. SOAK="--requests 500" is shorter,
# SOAK="--minutes 60" ends the requests after an hour, when all routes have had about as many.
SOAK ?=
soak: $(VENV)/test.stamp
	@$(PYTHON) -m tests.soak $(SOAK)

# The random part of the suite again and again, each time with other seeds.
ROUNDS ?= 20
rounds: $(VENV)/test.stamp
	@set -e; round=1; while [ $$round -le $(ROUNDS) ]; do \
	    echo "Round $$round of $(ROUNDS)"; \
	    $(PYTEST) --hypothesis-seed=$$(date +%s%N) tests/unit tests/integration; \
	    round=$$((round + 1)); \
	done

# The requirements of OWASP ASVS 5.0, chapters V1 to V8: runs the tests that carry an id, prints n of n and what is open.
asvs: $(VENV)/test.stamp
	@.ci/chromium
	$(PYTEST) -m asvs -p tests.asvs

# How fast the pages are with that many issues; the last line is one JSON object (benchmarks/README.md).
SIZES ?= 1000 10000 100000
bench: $(VENV)/run.stamp
	@$(PYTHON) -m benchmarks.bench $(SIZES)

lint: $(VENV)/test.stamp
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	$(VENV)/bin/lint-imports

format: $(VENV)/test.stamp
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

# Locks: dev first, then the others against it, so that one name has one version everywhere.
UV_COMPILE = $(VENV)/bin/uv pip compile setup.cfg --quiet --universal -p 3.11 --generate-hashes --no-header
lock: $(VENV)/dev.stamp
	$(UV_COMPILE) --upgrade --extra dev --extra test --extra postgres -o requirements-dev.txt
	$(UV_COMPILE) --extra test --extra postgres -c requirements-dev.txt -o requirements-test.txt
	$(UV_COMPILE) -c requirements-dev.txt -o requirements.txt

# The English catalogue; Vietnamese is the language of the source.
CATALOGUE := tracker/translations/en/LC_MESSAGES/messages
messages: $(VENV)/dev.stamp
	$(VENV)/bin/pybabel -q extract -F babel.cfg -k _l -k lazy_gettext -k mark --no-location --sort-output --project=tracker \
	    --omit-header -o $(VENV)/messages.pot tracker
	mkdir -p $(dir $(CATALOGUE))
	test -f $(CATALOGUE).po || $(VENV)/bin/pybabel -q init -i $(VENV)/messages.pot -o $(CATALOGUE).po -l en
	$(VENV)/bin/pybabel -q update --ignore-pot-creation-date -i $(VENV)/messages.pot -o $(CATALOGUE).po -l en --no-fuzzy-matching
	$(VENV)/bin/pybabel compile --statistics -i $(CATALOGUE).po -o $(CATALOGUE).mo

# Third-party files of the pages, from the npm registry; only who changes a version needs Node.
vendor:
	sh tracker/static/vendor/refresh.sh

clean:
	rm -rf $(VENV) build dist *.egg-info .coverage .coverage.* .mypy_cache .pytest_cache .ruff_cache \
	    .import_linter_cache .hypothesis test-results
	find tracker tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/run.stamp: requirements.txt
	@.ci/install $(VENV) requirements.txt
	@touch $@

$(VENV)/test.stamp: requirements-test.txt
	@.ci/install $(VENV) requirements-test.txt
	@touch $@ $(VENV)/run.stamp

$(VENV)/dev.stamp: requirements-dev.txt
	@.ci/install $(VENV) requirements-dev.txt
	@touch $@ $(VENV)/test.stamp $(VENV)/run.stamp
