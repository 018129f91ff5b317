# The commands of this repository; CI runs these very targets. A fresh machine needs Python 3.11+ with pip, and git: the
# first target sets up .venv by itself.

.DEFAULT_GOAL := help
.SUFFIXES:

# .venv is up to date if it holds a stamp named after its place and the content of the lock files. So a checkout that
# brings other locks installs again, and every other run costs one cksum. Tests need more packages than running does.
run_locks := requirements.lock
dev_locks := requirements.lock requirements-extras.lock requirements-dev.lock
extras_locks := requirements.lock requirements-extras.lock
checksum = $(shell { pwd -P; cat pyproject.toml requirements-bootstrap.lock $(1); } | cksum | tr ' ' -)
run_stamp := .venv/installed-run-$(call checksum,$(run_locks))
dev_stamp := .venv/installed-dev-$(call checksum,$(dev_locks))
extras_stamp := .venv/installed-extras-$(call checksum,$(extras_locks))

# One thread per process: on few cores a numerics library's own threads only fight the test's other processes.
export OPENBLAS_NUM_THREADS ?= 1

.PHONY: help
help: ## List the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1@\2/p' Makefile | awk -F@ '{ printf "%-16s%s\n", $$1, $$2 }'

.PHONY: demo
demo: $(run_stamp) ## Start everything on this machine and watch real tickets being settled
	@.venv/bin/setright demo

.PHONY: test
test: $(dev_stamp) ## Run all tests, the quick ones first; ARGS="-k refund" chooses
	@.venv/bin/pytest --numprocesses auto --maxprocesses 4 --dist loadfile $(ARGS)

.PHONY: fuzz
fuzz: $(dev_stamp) ## Send the API nonsense for minutes, as every kind of caller; FUZZ_SECONDS=120 each
	@FUZZ_SECONDS=$${FUZZ_SECONDS:-120} .venv/bin/pytest -q tests/integration/api/test_fuzzing.py tests/integration/api/test_texts.py

.PHONY: lint
lint: $(dev_stamp) ## Check style, format, types and the import table
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check --quiet || { echo 'Run: make format'; exit 1; }
	@.venv/bin/mypy
	@.venv/bin/lint-imports

.PHONY: format
format: $(dev_stamp) ## Format the code and mend what ruff can mend safely
	@.venv/bin/ruff check --fix-only --quiet
	@.venv/bin/ruff format

.PHONY: lock
lock: $(dev_stamp) ## Compile the lock files from the .in files; ARGS="--upgrade" takes newer releases
	@$(lock_with) requirements-bootstrap.in --output-file requirements-bootstrap.lock
	@$(lock_with) requirements.in --override requirements-overrides.txt --output-file requirements.lock
	@$(lock_with) requirements-extras.in --output-file requirements-extras.lock
	@$(lock_with) requirements-dev.in --output-file requirements-dev.lock

lock_with = .venv/bin/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url \
	--custom-compile-command 'make lock' $(ARGS)

.PHONY: extras
extras: $(extras_stamp) ## Install what Stripe, MCP back ends and chat models need

.PHONY: clean
clean: ## Remove .venv and everything else that is made here (not your data)
	rm -rf .venv build *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(run_stamp):
	@rm -f .venv/installed-*
	@scripts/install.sh $(run_locks)
	@touch $@

# What the tests need includes what running needs.
$(extras_stamp):
	@rm -f .venv/installed-*
	@scripts/install.sh $(extras_locks)
	@touch $@ $(run_stamp)

$(dev_stamp):
	@rm -f .venv/installed-*
	@scripts/install.sh $(dev_locks)
	@touch $@ $(run_stamp) $(extras_stamp)
