PYTHON ?= $(shell command -v python3.11 || command -v python3)
PORT ?= 8501
VENV := .venv
PIP := $(VENV)/bin/python -m pip --disable-pip-version-check install --quiet
# PyPI's torch for Linux brings gigabytes of CUDA; without an NVIDIA card the CPU build is enough.
CPU_TORCH := --index-url https://download.pytorch.org/whl/cpu --timeout 5 --retries 0

.PHONY: run test bench check setup clean

run: $(VENV)/runtime.stamp ## Open the playground on http://127.0.0.1:8501
	@$(VENV)/bin/python -m pages.shared.serve $(PORT)

test: $(VENV)/dev.stamp ## Run all tests
	@$(VENV)/bin/python -m pytest

bench: $(VENV)/dev.stamp ## Measure; prints figures and judges nothing
	@for each in tests/benchmarks/[!_]*.py; do \
		echo "== $$each"; $(VENV)/bin/python -m tests.benchmarks.$$(basename $$each .py) || exit; done

check: $(VENV)/dev.stamp ## Lint, formatting, types
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy

setup: $(VENV)/runtime.stamp ## Make the environment

clean: ## Remove the environment
	rm -rf $(VENV)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || \
		{ echo "First Lever needs Python 3.11. Install it, or run: make run PYTHON=/path/to/python3.11" >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/torch.stamp: | $(VENV)/bin/python
	@echo "Installing PyTorch (once) ..."
	@version=$$(grep '^torch==' requirements.lock); \
		command -v nvidia-smi >/dev/null || $(PIP) $(CPU_TORCH) "$$version" 2>/dev/null || true; \
		$(PIP) "$$version"
	@touch $@

$(VENV)/runtime.stamp: requirements.lock $(VENV)/torch.stamp
	@echo "Installing the other packages (once, a minute or two) ..."
	@$(PIP) -r requirements.lock
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/runtime.stamp
	@echo "Installing what the tests need ..."
	@$(PIP) -r requirements-dev.lock
	@touch $@
