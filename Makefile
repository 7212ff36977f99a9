# Every target sets up what it needs from nothing and is quick when it is there.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
KB := $(BIN)/python -m kb
export PYTHONPATH := $(CURDIR)
export KB_DATA_DIR ?= $(CURDIR)/data/local

RUN := $(VENV)/.run
DEV := $(VENV)/.dev
RAY := $(VENV)/.ray

.PHONY: help setup setup-dev setup-ray lock demo serve test-fast test test-slow check format eval-sample eval-languages eval-across eval-abstention eval-answers eval-facts \
	eval-authorities eval-sentences calibrate reader reader-multilingual entailment tune-retrieval sample bench bench-ingest bench-ocr bench-ocr-languages bench-embedders bench-beside bench-answers bench-writes bench-search bench-reranker \
	soak-corpus soak-kill soak-faults soak-hostile \
	soak-growth fuzz-api system-deps clean

help: ## what there is to make
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 16

setup: $(RUN) ## install what the service needs into .venv
setup-dev: $(DEV) $(RAY) ## install what the tests and the checks need as well

$(RUN): requirements/torch.txt requirements/cuda.txt requirements/build.txt requirements/run.txt requirements/models.txt requirements/install.sh
	@PYTHON="$(PYTHON)" VENV="$(VENV)" bash requirements/install.sh run

$(DEV): $(RUN) requirements/dev.txt
	@PYTHON="$(PYTHON)" VENV="$(VENV)" bash requirements/install.sh dev

setup-ray: $(RAY) ## install Ray, for kb ingest --engine ray
$(RAY): $(RUN) requirements/ray.txt
	@PYTHON="$(PYTHON)" VENV="$(VENV)" bash requirements/install.sh ray

lock: ## renew the locks in requirements/ from pyproject.toml; UPGRADE=1 or UPGRADE=name for newer pins
	@PYTHON="$(PYTHON)" UPGRADE="$(UPGRADE)" bash requirements/lock.sh

demo: $(RUN) ## ingest the sample firm and answer questions about it
	@PATH="$(abspath $(BIN)):$$PATH" bash data/demo.sh

serve: $(RUN) ## the page and the API on http://127.0.0.1:8321
	@$(KB) serve

SIDE_BY_SIDE := -n auto --maxprocesses 4 --dist loadfile
test-fast: $(DEV) $(RAY) ## the tests that start no process, load no model and need nothing to be quiet
	@$(BIN)/python -m pytest $(SIDE_BY_SIDE) -m "not slow and not alone and not process and not model"

test: $(DEV) $(RAY) ## all tests but the slow ones
	@$(BIN)/python -m pytest $(SIDE_BY_SIDE) -m "not slow and not alone"
	@$(BIN)/python -m pytest -m "not slow and alone"

test-slow: $(DEV) $(RAY) ## the tests that take minutes
	@$(BIN)/python -m pytest -m slow

KILLS ?= 200
MINUTES ?= 35
SEED ?= 1
soak-kill: $(DEV) ## commands killed hundreds of times; nothing may be lost or doubled
	@$(BIN)/python -m tests.soak.kill --kills $(KILLS) --minutes $(MINUTES) --seed $(SEED)
	@$(BIN)/python -m tests.soak.beside --seed $(SEED)

soak-faults: $(DEV) ## every write, fsync and rename fails once; full disks
	@$(BIN)/python -m tests.soak.faults

soak-hostile: $(DEV) ## files of every format made to take long, beside a service that is searched and ended, as JSON
	@$(BIN)/python -m tests.soak.hostile --seed $(SEED)

soak-growth: $(DEV) ## what fifty changes of a folder cost on disk
	@$(BIN)/python -m tests.soak.growth

check: $(DEV) $(RAY) ## format, lint, types, arrows, size limits
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tests/limits.py

format: $(DEV) ## format and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

FUZZ ?= 200
fuzz-api: $(DEV) ## FUZZ requests to every route that no client would send; none may fail inside
	@FUZZ=$(FUZZ) $(BIN)/python -m pytest -m slow tests/api/test_fuzzing.py

sample: $(DEV) ## make the sample firms' binary files again from their sources
	$(BIN)/python data/sample-sources/build.py

eval-languages: $(RUN) ## the figures for the firm in eight languages, by language of question and document, as JSON
	@$(KB) eval languages

eval-across: $(DEV) ## answers in another language, by vectors alone, before and after clearing, on EVAL, as JSON: three minutes
	@$(BIN)/python -m tests.bench.across_languages $(EVAL)/xquad

eval-sample: $(RUN) ## the figures for the sample firm's 60 questions, as JSON
	@$(KB) eval sample

EVAL ?= ../shared/eval
eval-authorities: $(DEV) ## short citations resolved rightly, beside eyecite alone, on CORPUS, as JSON
	@$(BIN)/python -m tests.bench.authorities $(CORPUS)

eval-sentences: $(DEV) ## where sentences end in opinions of CORPUS, ours and nupunkt's beside a person's marks, as JSON
	@$(BIN)/python -m tests.bench.sentence_ends $(CORPUS)

eval-facts: $(RUN) ## precision and recall of facts read from the contracts in EVAL, as JSON
	@$(BIN)/python tests/bench/facts.py $(EVAL)

CORPUS ?= ../shared/corpus
PEER ?= ../shared/peers/llamaindex_starter.py
CONTRACTS ?= 0
PEER_ENV := data/local/peer
PEER_NEEDS := llama-index-readers-file==0.7.0 llama-index-embeddings-huggingface==0.8.0 \
	llama-index-vector-stores-chroma==0.6.0 striprtf==0.0.35 defusedxml==0.7.1
BENCHED := --corpus $(CORPUS) --contracts $(CONTRACTS) --peer $(PEER) --peer-python $(PEER_ENV)/bin/python

# the peer's own packages over those of .venv, which stay as they are
$(PEER_ENV)/.ready: $(DEV)
	@$(BIN)/python -m venv --clear $(PEER_ENV)
	@$(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' \
		> $$($(PEER_ENV)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/kb.pth
	@$(PEER_ENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps $(PEER_NEEDS)
	@touch $@

bench: $(DEV) $(if $(wildcard $(PEER)),$(PEER_ENV)/.ready) ## ingesting, searching and answering beside a peer and bare models, as JSON
	@$(BIN)/python -m tests.bench.questions $(BENCHED)

bench-ingest: $(DEV) $(if $(wildcard $(PEER)),$(PEER_ENV)/.ready) ## speed and memory of ingesting at 40, 400 and 4,000 documents, as JSON
	@$(BIN)/python -m tests.bench.ingesting $(BENCHED)

bench-ocr: $(DEV) ## words that OCR finds on worn pages, and seconds a page, as JSON: ten minutes
	@$(BIN)/python -m tests.bench.recognising --corpus $(CORPUS)

bench-ocr-languages: $(DEV) ## wrong characters of scans in eight languages, by engine, as JSON: five minutes
	@$(BIN)/python -m tests.bench.foreign_scans

SIZES ?= 10000,100000,1000000
bench-embedders: $(DEV) ## what the English and the multilingual embedder cost, in one run, as JSON: four minutes
	@$(BIN)/python -m tests.bench.embedders

bench-beside: $(DEV) ## searches while documents are ingested, and without, as JSON: two minutes
	@$(BIN)/python -m tests.bench.beside

bench-answers: $(DEV) ## quotes beside 100,000 synthetic chunks, memory over 500 answers, tokens at temperature 0, as JSON: ten minutes
	@$(BIN)/python -m tests.bench.answering

bench-writes: $(DEV) ## how long each transaction holds the one writer at 100,000 chunks, as JSON: three minutes
	@$(BIN)/python -m tests.bench.writes

bench-search: $(DEV) ## searching up to a million synthetic chunks beside numpy, FAISS and Chroma, as JSON
	@$(BIN)/python -m tests.bench.searching --sizes $(SIZES)

soak-corpus: $(DEV) ## every file of CORPUS, many of them hostile, to its end; states by format, as JSON
	@$(BIN)/python -m tests.soak.corpus $(CORPUS)

SHARED ?= ../shared
READING ?= 25
READING_ALL ?= 40
reader: $(RUN) ## train the reader again from SHARED: twenty-five minutes on two cores
	@if [ -d $(SHARED)/train ]; then $(KB) train reader $(SHARED) --minutes $(READING); \
	else echo "skipped: there is no $(SHARED)/train; name the folder with SHARED=..."; fi

reader-multilingual: $(RUN) ## train the reader of the multilingual model again from SHARED: forty minutes on two cores
	@if [ -d $(SHARED)/train ]; then $(KB) train reader $(SHARED) --minutes $(READING_ALL) --multilingual; \
	else echo "skipped: there is no $(SHARED)/train; name the folder with SHARED=..."; fi

ENTAILING ?= 40
entailment: $(RUN) ## train the judge's second voice again from SHARED: forty minutes on two cores
	@if [ -d $(SHARED)/train ]; then $(KB) train entailment $(SHARED) --minutes $(ENTAILING); \
	else echo "skipped: there is no $(SHARED)/train; name the folder with SHARED=..."; fi

LEGAL := $(EVAL)/legalbench-rag
CLAUSES := $(EVAL)/cuad_dev_gold.jsonl
RELEVANCE = $(KB) train relevance --clauses $(CLAUSES) --texts $(LEGAL)/corpus/cuad
NAMED = --set $(EVAL)/contract-nli/dev.json
calibrate: $(RUN) ## set the confidence of answers and its floor again from the firm's files and the contracts in EVAL
	@if [ -f $(CLAUSES) ]; then $(RELEVANCE) $(NAMED) && \
	KB_EMBEDDER_MODEL=multilingual $(RELEVANCE) --translations $(EVAL)/xquad; \
	else echo "skipped: there is no $(CLAUSES); name its folder with EVAL=..."; fi

eval-abstention: $(RUN) ## what abstains, by style of question, on the half that nothing was set on, as JSON
	@if [ -f $(CLAUSES) ]; then $(KB) eval abstention $(CLAUSES) --corpus $(LEGAL)/corpus/cuad --half B; \
	else echo "skipped: there is no $(CLAUSES); name its folder with EVAL=..."; fi

eval-answers: $(RUN) ## what answers show of gold spans on three sets of EVAL, by style of question, as JSON
	@if [ -f $(CLAUSES) ]; then $(KB) eval answers --set $(CLAUSES) --corpus $(LEGAL)/corpus/cuad \
	--set $(EVAL)/policyqa/dev.json --set $(EVAL)/contract-nli/dev.json $(MOST:%=--most %) --json; \
	else echo "skipped: there is no $(CLAUSES); name its folder with EVAL=..."; fi

eval-judge: $(RUN) ## what the judge of sentences says of rows with labels, by kind, beside a comparison of words
	@$(KB) eval judge $(SET:%=--set %) $(if $(wildcard $(SHARED)),--corpus $(SHARED))

SETS := $(addprefix $(LEGAL)/benchmarks/,privacy_qa.json contractnli.json cuad_dev.json)
TUNE = $(KB) train retrieval $(SETS) --corpus $(LEGAL)/corpus \
	--squad $(EVAL)/xquad/xquad.en.json --squad $(EVAL)/xquad/xquad.de.json --beir $(EVAL)/scifact \
	$(STORE:%=--store %)
tune-retrieval: $(RUN) ## set the weights of retrieval again from development questions in EVAL, the reranker's last
	@if [ -d $(EVAL) ]; then $(TUNE) $(ONLY:%=--only %) $(if $(ONLY),,&& $(TUNE) --only reranker); \
	else echo "skipped: there is no $(EVAL); name the folder with EVAL=..."; fi

bench-reranker: $(DEV) ## what a reranker brings and takes by the number of candidates, on EVAL, as JSON: eight minutes
	@if [ -d $(EVAL) ]; then $(BIN)/python -m tests.bench.rereading $(SETS) --corpus $(LEGAL)/corpus; \
	else echo "skipped: there is no $(EVAL); name the folder with EVAL=..."; fi

system-deps: ## install what some tests need (Debian, as root)
	apt-get update && apt-get install -y --no-install-recommends chromium fonts-dejavu-core \
		libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui fonts-wqy-zenhei \
		tesseract-ocr tesseract-ocr-ara tesseract-ocr-ell tesseract-ocr-rus

clean: ## remove the environment, caches and the local store
	rm -rf $(VENV) data/local .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
