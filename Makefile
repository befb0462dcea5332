# Every target does its own set-up. `make test ARGS="-k rank -x"` hands arguments on.
# Without make (Windows): `uv run --frozen parindex demo`, `uv run --frozen pytest`, and so on as below.

UV := sh tools/uv.sh
RUN := $(UV) run --frozen
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench docs clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' Makefile

setup: ## create .venv with everything that uv.lock names
	$(UV) sync --frozen

demo: ## score the Đồng Nai 2017 pack on generated answers
	$(RUN) parindex demo $(ARGS)

test: ## run the tests
	$(RUN) pytest -n auto $(ARGS)

check: ## lint, formatting, types, and which package may import which
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	$(RUN) lint-imports

bench: ## measure speed and wrong ranks against other engines
	$(RUN) python -m benchmarks.run $(ARGS)

docs: ## run the commands and examples in the documentation
	$(RUN) pytest tests/test_docs.py $(ARGS)

clean: ## remove caches and build results (environments stay)
	rm -rf build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name '.?*' -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +
