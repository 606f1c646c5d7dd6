# make demo   – the main job on the shipped example, from a bare checkout
# make test   – all tests        make check – linters, types, architecture
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin

.PHONY: demo test check bench example templates book format clean

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

demo: $(VENV)/.installed
	$(BIN)/thidua demo demo

test: $(VENV)/.installed
	PYTHONWARNDEFAULTENCODING=1 $(BIN)/python -m pytest -n auto --dist loadfile --cov --cov-report=term:skip-covered --cov-fail-under=95

check: $(VENV)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.installed
	$(BIN)/python benchmarks/end_to_end.py

example: $(VENV)/.installed
	$(BIN)/python examples/kien-giang/tao_vi_du.py
	$(BIN)/python examples/xa-nep-vang/tao_vi_du.py

templates: $(VENV)/.installed
	$(BIN)/python workbook_templates/generate.py

book: $(VENV)/.installed
	$(BIN)/python docs/tao_so_ma_loi.py

format: $(VENV)/.installed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf demo .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage dist
