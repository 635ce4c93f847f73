# make demo   the whole comparison on a small made-up data set
# make test   all tests
# make lint   style and formatting
# make results POOL=... SEED400=... BACKBONE=...   the committed results, from unpacked DFDC faces
# All make .venv first if need be. Another Python: make demo PYTHON=python3.12

PYTHON ?= python3
PY := .venv/bin/python

.PHONY: demo test lint results constraints clean

demo: .venv/ready
	$(PY) -m keras_impl.demo

test: .venv/ready
	$(PY) -m pytest

lint: .venv/ready
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

# POOL and SEED400: folders with metadata.json and faces/*.jpg; BACKBONE: ImageNet weights of
# ResNet50 without top, .h5. About 1.5 hours on 2 cores.
RUN := .venv/bin/python -m keras_impl
WORK := data/results

results: .venv/ready
	$(RUN).extract_faces --data $(SEED400) --out $(WORK)/seed400/faces
	$(RUN).extract_embeddings --faces $(WORK)/seed400/faces --out $(WORK)/seed400/embeddings
	$(RUN).make_split --embeddings $(WORK)/seed400/embeddings --protocol seed --repeats 100 \
		--out $(WORK)/seed400/seed.json
	for kernel in linear rbf; do $(RUN).train_svm --embeddings $(WORK)/seed400/embeddings \
		--split $(WORK)/seed400/seed.json --kernel $$kernel --out results/dfdc_seed400/draws100; done
	$(RUN).train_baseline --embeddings $(WORK)/seed400/embeddings \
		--split $(WORK)/seed400/seed.json --out results/dfdc_seed400/draws100
	$(RUN).compare --results results/dfdc_seed400/draws100 --embeddings $(WORK)/seed400/embeddings
	$(RUN).make_split --embeddings $(WORK)/seed400/embeddings --protocol seed --repeats 20 \
		--out $(WORK)/seed400/seed20.json
	for kernel in linear rbf; do $(RUN).train_svm --embeddings $(WORK)/seed400/embeddings \
		--split $(WORK)/seed400/seed20.json --kernel $$kernel --out results/dfdc_seed400/draws20; done
	$(RUN).train_resnet --faces $(WORK)/seed400/faces --embeddings $(WORK)/seed400/embeddings \
		--split $(WORK)/seed400/seed20.json --backbone-weights $(BACKBONE) --out results/dfdc_seed400/draws20
	$(RUN).compare --results results/dfdc_seed400/draws20 --embeddings $(WORK)/seed400/embeddings
	$(RUN).extract_faces --data $(POOL) --out $(WORK)/pool/faces
	$(RUN).extract_embeddings --faces $(WORK)/pool/faces --out $(WORK)/pool/embeddings
	for rule in random source person; do \
		$(RUN).make_split --embeddings $(WORK)/pool/embeddings --protocol $$rule --out $(WORK)/pool/$$rule.json && \
		$(RUN).train_svm --embeddings $(WORK)/pool/embeddings --split $(WORK)/pool/$$rule.json \
			--kernel rbf --out results/dfdc_pool/$$rule && \
		$(RUN).train_baseline --embeddings $(WORK)/pool/embeddings --split $(WORK)/pool/$$rule.json \
			--out results/dfdc_pool/$$rule && \
		$(RUN).train_resnet --faces $(WORK)/pool/faces --embeddings $(WORK)/pool/embeddings \
			--split $(WORK)/pool/$$rule.json --backbone-weights $(BACKBONE) --max-training-faces 4000 \
			--out results/dfdc_pool/$$rule && \
		$(RUN).compare --results results/dfdc_pool/$$rule --embeddings $(WORK)/pool/embeddings || exit 1; done
	$(RUN).compare --results results/dfdc_pool --by-protocol

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
