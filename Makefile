# make demo   the whole comparison on a small made-up data set
# make test   all tests, but for those that take minutes: make test-heavy
# make lint   style, formatting, types, and that imports go one way
# make results POOL=... SEED400=... SPEECH=... BACKBONE=...   the committed results, from unpacked data
# make docs/demo   the demo's report as it is shown in the documentation
# All make .venv first if need be. Another Python: make demo PYTHON=python3.12

PYTHON ?= python3
PY := .venv/bin/python

.PHONY: demo docs/demo test test-heavy lint results results-seed400 results-pool results-speech shipped shipped-sound constraints clean

demo: .venv/ready
	$(PY) -m keras_impl.demo

docs/demo: demo
	mkdir -p docs/demo
	cp results/demo/comparison.md results/demo/*.png docs/demo/

test: .venv/ready
	$(PY) -m pytest

test-heavy: .venv/ready
	$(PY) -m pytest -m heavy

lint: .venv/ready
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	.venv/bin/lint-imports --no-logo
	$(PY) -m mypy

# POOL and SEED400: folders with metadata.json and faces/*.jpg; SPEECH: a folder with clips.csv and clips/;
# BACKBONE: ImageNet weights of ResNet50 without top, .h5. About four hours on 2 cores, one of them for ResNet50
# on faces under the rule that counts, person, and two for ResNet50 on sound.
RUN := .venv/bin/python -m keras_impl
SEED_WORK := data/results/seed400
POOL_WORK := data/results/pool
SPEECH_WORK := data/results/speech

results: results-seed400 results-pool results-speech

results-seed400: .venv/ready
	$(RUN).extract_faces --data $(SEED400) --out $(SEED_WORK)/faces
	$(RUN).extract_embeddings --faces $(SEED_WORK)/faces --out $(SEED_WORK)/embeddings
	for draws in 100 20; do \
		in="--samples $(SEED_WORK)/embeddings --split $(SEED_WORK)/draws$$draws.json"; \
		out="results/dfdc_seed400/draws$$draws"; \
		$(RUN).make_split --samples $(SEED_WORK)/embeddings --protocol seed --repeats $$draws \
			--out $(SEED_WORK)/draws$$draws.json && \
		$(RUN).train_svm $$in --out $$out && \
		$(RUN).train_svm $$in --out $$out --kernel rbf || exit 1; done
	$(RUN).train_baseline --samples $(SEED_WORK)/embeddings --split $(SEED_WORK)/draws100.json \
		--out results/dfdc_seed400/draws100
	$(RUN).train_resnet --faces $(SEED_WORK)/faces --samples $(SEED_WORK)/embeddings \
		--split $(SEED_WORK)/draws20.json --out results/dfdc_seed400/draws20 --backbone-weights $(BACKBONE)
	for draws in 100 20; do $(RUN).compare --results results/dfdc_seed400/draws$$draws \
		--samples $(SEED_WORK)/embeddings \
		--title "DFDC sample set, original protocol, $$draws draws" || exit 1; done

results-pool: .venv/ready
	$(RUN).extract_faces --data $(POOL) --out $(POOL_WORK)/faces
	$(RUN).extract_embeddings --faces $(POOL_WORK)/faces --out $(POOL_WORK)/embeddings
	for rule in random source person; do \
		in="--samples $(POOL_WORK)/embeddings --split $(POOL_WORK)/$$rule.json"; \
		out="results/dfdc_pool/$$rule"; \
		$(RUN).make_split --samples $(POOL_WORK)/embeddings --protocol $$rule \
			--out $(POOL_WORK)/$$rule.json && \
		$(RUN).train_svm $$in --out $$out --kernel rbf && \
		$(RUN).train_baseline $$in --out $$out || exit 1; done
	in="--samples $(POOL_WORK)/embeddings --split $(POOL_WORK)/person.json --out results/dfdc_pool/person"; \
	$(RUN).train_resnet --faces $(POOL_WORK)/faces $$in --backbone-weights $(BACKBONE) && \
	$(RUN).train_fusion $$in
	$(RUN).compare --results results/dfdc_pool --by-protocol
	for rule in random source person; do $(RUN).compare --results results/dfdc_pool/$$rule \
		--samples $(POOL_WORK)/embeddings --title "DFDC faces, split rule '$$rule'" || exit 1; done

# Under corpus, which counts, the folds are those by which the recipe was chosen, each without itself
# (benchmarks/sound_recipe.py without --split tries all recipes, in two hours), and all models are measured by stress.
results-speech: .venv/ready
	.venv/bin/python benchmarks/speech_table.py $(SPEECH)
	$(RUN).extract_sound --data $(SPEECH)/recordings.csv --out $(SPEECH_WORK)
	in="--modality sound --samples $(SPEECH_WORK)"; \
	.venv/bin/python benchmarks/sound_recipe.py $(SPEECH_WORK) $(BACKBONE) --split $(SPEECH_WORK)/corpus.json && \
	for rule in system person; do \
		$(RUN).make_split $$in --protocol $$rule --folds 3 --out $(SPEECH_WORK)/$$rule.json || exit 1; done; \
	for rule in corpus system person; do \
		to="--split $(SPEECH_WORK)/$$rule.json --out results/speech/$$rule"; \
		$(RUN).train_svm $$in $$to --keep-folds && \
		$(RUN).train_svm $$in $$to --keep-folds --kernel rbf && \
		$(RUN).train_baseline $$in $$to && \
		$(RUN).train_resnet $$in $$to --keep-folds --backbone-weights $(BACKBONE) || exit 1; done
	$(RUN).stress --modality sound --samples $(SPEECH_WORK) --model results/speech/corpus
	.venv/bin/python benchmarks/speech_details.py $(SPEECH) $(SPEECH_WORK) results/speech/corpus > results/speech/details.md
	$(RUN).compare --modality sound --results results/speech --by-protocol
	for rule in corpus system person; do $(RUN).compare --modality sound --results results/speech/$$rule \
		--samples $(SPEECH_WORK) --title "Speech clips, whole groups held out: $$rule" || exit 1; done

.venv/ready: setup.cfg pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 10) <= sys.version_info < (3, 14))' || \
		{ echo "Python 3.10 to 3.13 is needed: name one with make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv .venv || \
		{ rm -rf .venv; echo "Python can't make a virtual environment: apt-get install python3-venv"; exit 1; }
	$(PY) -m pip install --quiet --constraint constraints.txt --editable '.[test]'
	@touch $@

# Resolve anew for all supported Pythons at once; needs uv.
constraints:
	uv pip compile --quiet --universal --python-version 3.10 --extra test --extra dask --extra web --extra heic --extra export --no-annotate --no-emit-index-url \
		--upgrade --output-file constraints.txt setup.cfg

# The detector of faces that comes with the package, with its card, from what results-pool trained, and measured here
# on degraded faces and on other sets: ffpp=... and so on, folders with faces/ and embeddings/ of each, if they are there.
SETS :=

shipped: .venv/ready
	$(RUN).stress --model results/dfdc_pool/person/resnet --samples $(POOL_WORK)/embeddings --faces $(POOL_WORK)/faces
	for set in $(SETS); do $(RUN).stress --model results/dfdc_pool/person/resnet --samples $$set/embeddings \
		--faces $$set/faces --name $$(basename $$set) || exit 1; done
	$(RUN).publish --model results/dfdc_pool/person/resnet --out keras_impl/models/shipped \
		--data "faces of the training part of DFDC, the Deepfake Detection Challenge of 2019"

# The detector of sound that comes with the package: by the same recipe, from everything.
shipped-sound: .venv/ready
	$(RUN).train_resnet --modality sound --samples $(SPEECH_WORK) --split $(SPEECH_WORK)/corpus.json --everything \
		--out $(SPEECH_WORK)/everything --backbone-weights $(BACKBONE)
	$(RUN).publish --model $(SPEECH_WORK)/everything/resnet --figures results/speech/corpus --language English \
		--data "clips from the demonstration pages of 28 repositories of speech papers and toolkits" \
		--out keras_impl/models/shipped/sound

clean:
	rm -rf .venv data/demo
