# Everything lives in one .venv: the bot, its tests, its tools. `make` alone tells what there is.

# `make UV= …` sets up without it.
UV := $(shell command -v uv 2>/dev/null)
READY := .venv/.ready
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))

# The first Python that is new enough when run: a name on the PATH may be a mere shim. PYTHON=… comes first.
FIND_PYTHON := for name in $(PYTHON) python3 python3.13 python3.12 python3.11 python3.14 python; do \
	"$$name" -c '$(NEW_ENOUGH)' 2>/dev/null && echo "$$name" && break; done

# One after the other, also with -j: the targets share one .venv.
.NOTPARALLEL:
.PHONY: help run test check bench lock clean

help:  ## this list
	@awk -F ':.*## *' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' Makefile

run: $(READY)  ## run the bot (the first time, set up; then at once)
	@.venv/bin/paperwire run

test: $(READY)  ## run the tests
	.venv/bin/python -m pytest -n auto

check: $(READY)  ## ruff, formatting, mypy --strict
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy --strict

bench: $(READY)  ## run the benchmarks and refresh bench/README.md
	.venv/bin/python bench/run_all.py

lock:  ## renew requirements.lock from pyproject.toml (needs uv)
	@test -n "$(UV)" || { echo "make lock needs uv (https://docs.astral.sh/uv/)."; exit 1; }
	$(UV) pip compile --quiet --upgrade --universal --python-version 3.11 --extra dev --extra bench --extra charts \
		--generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --output-file requirements.lock \
		pyproject.toml

clean:  ## remove .venv and all caches (data and .env stay)
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis build *.egg-info bench/.cache
	find bot handlers storage tests bench -name __pycache__ -type d -prune -exec rm -rf {} +

# An interrupted set-up leaves .venv/.unfinished behind, and the next one begins anew.
$(READY): requirements.lock pyproject.toml
	@if [ -e .venv/.unfinished ] || ! .venv/bin/python -c '$(NEW_ENOUGH)' 2>/dev/null; then rm -rf .venv; fi
	@mkdir -p .venv && touch .venv/.unfinished && rm -f $@
ifneq ($(UV),)
	@[ -x .venv/bin/python ] || { python=$$($(FIND_PYTHON)); $(UV) venv --quiet --allow-existing --python "$${python:->=3.11}" .venv; }
	$(UV) pip install --quiet --python .venv/bin/python --require-hashes -r requirements.lock
	$(UV) pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation -e .
else
	@[ -x .venv/bin/python ] || { python=$$($(FIND_PYTHON)); \
		[ -n "$$python" ] || { echo "paperwire needs Python 3.11 or newer; this is $$(python3 --version 2>&1)." \
			"Install one and call make again, or name one: make PYTHON=/path/to/python3.12 …"; exit 1; }; \
		"$$python" -m venv .venv; }
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	PYTHONWARNINGS=ignore .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
endif
	@rm .venv/.unfinished && touch $@
