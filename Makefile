# The commands of the project. A fresh clone needs Python 3.11+ and make: every command sets itself up.

export PIP_DISABLE_PIP_VERSION_CHECK := 1

PYTHON  ?= python3
VENV    := .venv
BIN     := $(VENV)/bin
READY   := $(VENV)/.installed
SOURCE  := lifecycle workflows activities runtime console gateway bench tools worker.py starter.py

LINT    = $(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy $(SOURCE) tests && $(BIN)/lint-imports

.DEFAULT_GOAL := help
.PHONY: help demo dev check test bench lint format docs picture lock release clean leave-trial

help: ## what there is to run
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

demo: $(READY) ## twelve customers live sixteen months on a real Temporal server (ARGS=--exit ends by itself)
	@$(BIN)/python starter.py demo $(ARGS)

dev: $(READY) ## the same stack, lasting, under .evergreen/, without customers
	@$(BIN)/python starter.py dev $(ARGS)

check: lint ## the checks that take less than a minute: lint, types, import lines, the tests without a server (ARGS goes to pytest)
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile -m "not server and not postgres and not browser and not slow" $(ARGS)

# Not reordered: by number of tests the file with the longest ones would come last, and one core would wait for the other. Three at once
# on two cores: tests with a server wait now and then. Lint goes beside them, and says at once what it finds.
test: $(READY) ## every check: lint, types, import lines, tests (ARGS goes to pytest)
	@{ $(LINT); } & lint=$$!; \
	$(BIN)/python -m pytest -q -n 3 --dist loadfile --no-loadscope-reorder $(ARGS); tests=$$?; \
	wait $$lint || { echo "make test: lint has failed; what it found stands above." >&2; exit 1; }; \
	exit $$tests

bench: $(READY) ## the figures of the README (ARGS chooses)
	@$(BIN)/python -m bench $(ARGS)

lint: $(READY) ## ruff, formatting, mypy, import-linter
	@$(LINT)

format: $(READY) ## lay the code out and mend what can be mended
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

docs: $(READY) ## write the tables of docs/events.md, docs/settings.md and docs/reports.md from the code
	@$(BIN)/python -m tools.event_docs
	@$(BIN)/python -m tools.settings_docs
	@$(BIN)/python -m tools.report_docs

picture: ## draw docs/architecture.svg from docs/architecture.dot (needs Graphviz)
	@command -v dot >/dev/null || { echo "make picture: dot is not found; on Debian and Ubuntu 'apt install graphviz' brings it." >&2; exit 1; }
	@dot -Tsvg docs/architecture.dot -o docs/architecture.svg

leave-trial: $(READY) ## how often a short command that connects ends with the wrong status, with and without runtime/process/exit.py
	@$(BIN)/python -m tools.exit_trial $(ARGS)

# A machine's own package folders are set aside: they would narrow the hashes to its platform. The oldest Python we
# support resolves, so that what only older ones need is in. UPGRADE=1 takes newer versions.
lock: ## pin requirements.in, with hashes, in requirements.lock (and a worker's part in deploy/)
	@python3.11 --version >/dev/null 2>&1 || { echo "make lock: python3.11 is not found; the lock is made with the oldest Python it serves, install it." >&2; exit 1; }
	@tools=$$(mktemp -d) && trap 'rm -rf "$$tools"' EXIT && \
	python3.11 -m venv "$$tools" && \
	export PIP_CONFIG_FILE=/dev/null CUSTOM_COMPILE_COMMAND="make lock" && unset PIP_FIND_LINKS PIP_EXTRA_INDEX_URL && \
	"$$tools/bin/pip" install -qq "pip-tools==7.6.2" && \
	compile() { "$$tools/bin/pip-compile" --quiet --generate-hashes --no-emit-index-url --no-emit-trusted-host \
	    --no-emit-find-links --allow-unsafe --strip-extras "$$@"; } && \
	compile $(if $(UPGRADE),--upgrade) --output-file requirements.lock requirements.in && \
	sed '/^# To run the embedded server/,$$d' requirements.in > "$$tools/worker.in" && \
	compile --no-annotate --constraint requirements.lock --output-file deploy/requirements.lock "$$tools/worker.in" && \
	echo "requirements.lock and deploy/requirements.lock are made; 'make test' installs and tries the first."

release: $(READY) ## write what tests/releases/ keeps of the commit that is checked out, as the version that pyproject.toml names
	@$(BIN)/python -m tools.release

clean: ## remove what can be made again (.evergreen/, the data, stays)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	    echo "Evergreen needs Python 3.11 or newer and '$(PYTHON)' is $$($(PYTHON) --version 2>&1 | head -1); name one with 'make PYTHON=python3.12'." >&2; exit 1; }
	@printf 'Setting up %s (once; a minute or so) ... ' '$(VENV)'
	@$(PYTHON) -m venv $(VENV) || { echo "'$(PYTHON) -m venv' failed; on Debian and Ubuntu 'apt install python3-venv' brings it." >&2; exit 1; }
	@$(BIN)/python -m pip install -qq --require-hashes -r requirements.lock
	@touch $@
	@echo 'done.'
