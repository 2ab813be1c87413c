# make demo               measure a small network's information plane and say where its page is
# make test               all that has to hold: style, types, floors, tests, examples in docstrings
# make bench-attention    head entropies of transformers that lack parts, steering, the private cost
# make bench-bottleneck   the benchmarks of the information plane; INFOMETER_DATA=FOLDER: real data
# make bench-estimators   the estimators beside other libraries, their intervals and p-values;
#                         SLOW=1: also the slowest calls
# make bench-neural       bounds by trained critics: the forty tasks, their intervals, and the peers
# make bench-measure      what infometer measure makes of the real tables in INFOMETER_DATA=FOLDER
# make bench-graphs       links and labels of real graphs in INFOMETER_DATA=FOLDER beside GCN and
#                         GraphSAGE, six scenarios, and what 10^4 to 10^7 edges cost: hours
# make bench-preferences which comparisons teach the most: rates, designs, reward models, sizes, choix
# make bench-quantities   the exact quantities beside dit, SciPy, torch, cvxpy and directed_information
# make bench-streams      rows that never are in memory together: by batches, and on two workers
# make bench-tasks        the forty tasks of "Beyond Normal" beside the truth and a reference;
#                         WORKERS=1: only what a second process gains, on a quiet machine
# make bench-usable       usable information of the texts in INFOMETER_DATA=FOLDER, flipped labels
#                         beside cleanlab, orders of training, and what 10^5 texts cost
# make bench-questions    a question set from three documents that packages ship, gate by gate
# make docs               the documentation, in docs/_build/html
# make clean              remove what these made, except the environments in .venv*
#
# On Linux, PyPI's torch brings some gigabytes of CUDA. Without a GPU, pip's own variable gives the
# CPU build: pip prefers its 2.13.0+cpu to 2.13.0, and both meet the constraint torch==2.13.0:
#   make demo PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu
# Another Python than the one called python3:
#   make demo PYTHON=python3.12

PYTHON ?= python3
VENV := .venv
PEERS := .venv-peers
GRAPHS := .venv-graphs
USABLE := .venv-usable
PREFERENCES := .venv-preferences
PURELIB := -c 'import sysconfig; print(sysconfig.get_path("purelib"))'
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check install --progress-bar off
PINNED := pyproject.toml constraints.txt

.PHONY: demo test bench-attention bench-bottleneck bench-estimators bench-graphs bench-measure bench-neural \
  bench-preferences bench-quantities bench-questions bench-streams bench-tasks bench-usable docs clean

demo: $(VENV)/demo.stamp
	@$(BIN)/infometer plane --out infometer-plane

test: export OMP_NUM_THREADS = 1
test: export MKL_NUM_THREADS = 1
test: $(VENV)/test.stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m pytest -n 2

bench-attention: $(VENV)/test.stamp
	$(BIN)/python -m benchmarks.attention

bench-bottleneck: $(VENV)/test.stamp
	$(BIN)/python benchmarks/bottleneck.py

bench-estimators: $(VENV)/test.stamp $(PEERS)/peers.stamp
	$(BIN)/python benchmarks/estimators.py --peers $(PEERS)/bin/python $(if $(SLOW),--slow)
	$(BIN)/python -m benchmarks.estimators_coverage
	$(BIN)/python -m benchmarks.estimators_pvalues
	$(BIN)/python -m benchmarks.estimators_selection

bench-graphs: $(VENV)/test.stamp $(GRAPHS)/graphs.stamp
	$(GRAPHS)/bin/python -m benchmarks.graphs
	$(BIN)/python -m benchmarks.graphs_labels
	$(BIN)/python -m benchmarks.graphs_cost
	$(BIN)/python -m benchmarks.graphs_cost --slow

bench-measure: $(VENV)/test.stamp
	$(BIN)/python -m benchmarks.measure_tables

bench-neural: $(VENV)/test.stamp $(PEERS)/peers.stamp
	$(BIN)/python -m benchmarks.neural --peers $(PEERS)/bin/python

bench-preferences: $(VENV)/test.stamp $(PREFERENCES)/preferences.stamp
	$(PREFERENCES)/bin/python -m benchmarks.preferences

bench-quantities: $(VENV)/test.stamp $(PEERS)/peers.stamp
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.quantities --peers $(PEERS)/bin/python

bench-questions: $(VENV)/test.stamp
	$(BIN)/python -m benchmarks.questions

bench-streams: $(VENV)/test.stamp
	$(BIN)/python -m benchmarks.streams

bench-tasks: $(VENV)/test.stamp
	$(BIN)/python -m benchmarks.tasks $(if $(WORKERS),--workers)

bench-usable: $(VENV)/test.stamp $(USABLE)/usable.stamp
	$(USABLE)/bin/python -m benchmarks.usable

docs: $(VENV)/docs.stamp
	$(BIN)/python -m sphinx -W --keep-going -q docs docs/_build/html
	@echo docs/_build/html/index.html

clean:
	rm -rf build dist docs/_build docs/gallery docs/generated docs/results infometer-plane infometer-measure infometer-graph-* infometer-difficulty
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/demo.stamp: $(VENV)/created.stamp $(PINNED)
	@echo "Installing Infometer into $(VENV): the first time, this takes minutes"
	@$(PIP) -c constraints.txt -e ".[torch,cli]"
	@touch $@

$(VENV)/test.stamp: $(VENV)/created.stamp $(PINNED)
	@echo "Installing Infometer and its tests into $(VENV): the first time, this takes minutes"
	@$(PIP) -c constraints.txt -e ".[all]" --group test
	@touch $@

$(VENV)/docs.stamp: $(VENV)/created.stamp $(PINNED)
	@echo "Installing Infometer and Sphinx into $(VENV): the first time, this takes minutes"
	@$(PIP) -c constraints.txt -e ".[all]" --group docs
	@touch $@

# The peers need older packages than ours, and Python 3.11 or 3.12.
$(PEERS)/peers.stamp: benchmarks/estimators_peers.txt
	@echo "Installing the peers of the estimators into $(PEERS): the first time, this takes minutes"
	@$(PYTHON) -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip -qq --disable-pip-version-check install --progress-bar off -r $<
	@touch $@

# What a benchmark needs beside what .venv has: torch is not installed twice.
$(GRAPHS)/graphs.stamp $(USABLE)/usable.stamp $(PREFERENCES)/preferences.stamp: $(VENV)/test.stamp
	@$(BIN)/python -m venv $(@D)
	@echo "import site; site.addsitedir('$$($(BIN)/python $(PURELIB))')" \
	  > "$$($(@D)/bin/python $(PURELIB))/project.pth"
	@$(BIN)/python -m pip --python $(@D)/bin/python -qq --disable-pip-version-check install \
	  --progress-bar off -c constraints.txt --group bench-$(basename $(@F))
	@touch $@

# pip 25.1 is the first that knows --group.
$(VENV)/created.stamp:
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { \
	  echo "Infometer needs Python 3.11 or later, and $(PYTHON) is $$($(PYTHON) --version 2>&1);" \
	       "name another: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) --upgrade "pip>=25.1"
	@touch $@
