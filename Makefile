# make demo   the whole comparison on a small made-up data set
# make test   all tests
# make lint   style and formatting
# Both make .venv first if need be. Another Python: make demo PYTHON=python3.12

PYTHON ?= python3
PY := .venv/bin/python

.PHONY: demo test lint constraints clean

demo: .venv/ready
	$(PY) -m keras_impl.demo

test: .venv/ready
	$(PY) -m pytest

lint: .venv/ready
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

.venv/ready: setup.cfg pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 10) <= sys.version_info < (3, 14))' || \
		{ echo "Python 3.10 to 3.13 is needed: name one with make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv .venv || \
		{ rm -rf .venv; echo "Python can't make a virtual environment: apt-get install python3-venv"; exit 1; }
	$(PY) -m pip install --quiet --constraint constraints.txt --editable '.[test]'
	@touch $@

# Resolve anew for all supported Pythons at once; needs uv.
constraints:
	uv pip compile --quiet --universal --python-version 3.10 --extra test --no-annotate --no-emit-index-url \
		--upgrade --output-file constraints.txt setup.cfg

clean:
	rm -rf .venv data/demo
