# Two commands do all the set-up: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEV := $(VENV)/.dev
INSTALL = $(BIN)/uv pip install --quiet --python $(or $(INTO),$(BIN))/python
LOCKED = $(INSTALL) --require-hashes --only-binary :all: --requirements
export OPENBLAS_NUM_THREADS ?= 1
export OMP_NUM_THREADS ?= 1
export PYTHONHASHSEED ?= 0
export JUPYTER_PLATFORM_DIRS ?= 1
# Where bytecode may not be kept, every process compiles all that it imports: twice the time of a command.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test test-all fuzz trials mutate lab explore bench sktime docs lock clean
.DELETE_ON_ERROR:

run: $(STAMP)
	$(BIN)/ruralincome run

test: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict ruralincome
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not long"
	$(BIN)/ruralincome run --output build/reports

# What `test` leaves out, too: before a release.
test-all: test
	$(BIN)/python -m pytest -n 2 --dist loadfile -m long

# Outside CI: files changed at random are read by what reads them; two commands write at one moment; mutants of the rooms
# that compute, by their own tests. All say what they did; FUZZ, TRIALS and MUTATE take options: make fuzz FUZZ="--seconds 600"
fuzz: $(STAMP)
	$(BIN)/python tests/fuzz/fuzz.py $(FUZZ)

trials: $(STAMP)
	$(BIN)/python tests/fuzz/trials.py $(TRIALS)

mutate: $(DEV)
	$(BIN)/python tests/mutation/mutate.py $(MUTATE)

# As root, which a container is, JupyterLab wants to be told that this is meant.
lab: $(STAMP)
	JUPYTER_CONFIG_PATH="$(CURDIR)/jupyter" $(BIN)/jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root) \
	  --ServerApp.root_dir="$(CURDIR)" --LabApp.default_url=/lab/tree/notebooks/explore.ipynb

# The explorer alone, running, without its code.
explore: $(STAMP)
	$(BIN)/voila notebooks/explore.ipynb

# PANELS=DIR is a folder of panel CSV files; without it, one sentence names the sources.
bench: $(STAMP) $(if $(PANELS),$(VENV)/.bench)
	@$(if $(PANELS),$(VENV)/bench,$(VENV))/bin/python benchmarks/run.py $(if $(PANELS),--panels "$(PANELS)")
	@$(BIN)/python benchmarks/readme.py

# An environment of its own on top of the other: the peers bring pyarrow, which pandas loads where it finds it, and whose
# thread forbids kernels to fork.
$(VENV)/.bench: private INTO := $(VENV)/bench/bin
$(VENV)/.bench: requirements-bench.lock $(STAMP)
	$(BIN)/python -m venv --clear $(VENV)/bench
	$(BIN)/python -c 'import sysconfig; print("import site; site.addsitedir(%r)" % sysconfig.get_path("purelib"))' \
	  > "$$($(VENV)/bench/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/below.pth"
	$(LOCKED) requirements-bench.lock
	@touch $@

# The checks that sktime makes of a forecaster; it wants an older pandas, so that nothing is shared.
sktime: $(VENV)/.sktime
	$(VENV)/sktime/bin/python benchmarks/sktime_adapter.py

$(VENV)/.sktime: private INTO := $(VENV)/sktime/bin
$(VENV)/.sktime: requirements-sktime.lock $(STAMP)
	$(BIN)/python -m venv --clear $(VENV)/sktime
	$(LOCKED) requirements-sktime.lock
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

# The site in both languages, from sources that are here: no network, and every dead link is an error.
docs: $(DEV) $(VENV)/.docs
	$(BIN)/python docs/site/build.py

$(VENV)/.docs: requirements-docs.lock $(STAMP)
	$(LOCKED) requirements-docs.lock
	@touch $@

# The locks hold hashes and no addresses: what running needs, what the tests add, what the benchmarks and the site add, each within the first.
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url
PINS := sed -n 's/^\([a-zA-Z0-9._-]*==[^\\]*\).*/\1/p' requirements.lock > $(VENV)/pins
lock: $(STAMP)
	echo uv | $(COMPILE) - --output-file requirements-uv.lock
	$(COMPILE) --extra all --group build pyproject.toml --output-file requirements.lock
	$(PINS)
	$(COMPILE) --group dev --constraints $(VENV)/pins --output-file requirements-dev.lock
	$(COMPILE) --group bench --constraints $(VENV)/pins --output-file requirements-bench.lock
	$(COMPILE) --group sktime --group build pyproject.toml --output-file requirements-sktime.lock
	$(COMPILE) --group docs --constraints $(VENV)/pins --output-file requirements-docs.lock

$(STAMP): requirements.lock requirements-uv.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "ruralincome needs Python 3.11 or later, and '$(PYTHON)' is older: install a newer one and name it, as in: make PYTHON=python3.13 $(MAKECMDGOALS)" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "Python's venv module is missing: install it (Debian and Ubuntu: apt-get install python3-venv) and run make again" >&2; exit 2; }
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-uv.lock
	$(LOCKED) requirements.lock
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): requirements-dev.lock $(STAMP)
	$(LOCKED) requirements-dev.lock
	@touch $@

clean:
	rm -rf $(VENV) build reports
