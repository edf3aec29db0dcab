# Two commands do all the set-up: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
export OPENBLAS_NUM_THREADS ?= 1
export OMP_NUM_THREADS ?= 1
export PYTHONHASHSEED ?= 0
export JUPYTER_PLATFORM_DIRS ?= 1

.PHONY: run test test-all lab bench lock clean
.DELETE_ON_ERROR:

run: $(STAMP)
	$(BIN)/ruralincome run

test: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict ruralincome
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not long"
	$(BIN)/ruralincome run --output build/reports

# What `test` leaves out, too: before a release.
test-all: test
	$(BIN)/python -m pytest -n 2 --dist loadfile -m long

lab: $(STAMP)
	JUPYTER_CONFIG_PATH="$(CURDIR)/jupyter" $(BIN)/jupyter lab notebooks/explore.ipynb

# PANELS=DIR is a folder of panel CSV files; without it, one sentence names the sources.
bench: $(STAMP) $(if $(PANELS),$(VENV)/.bench)
	@$(if $(PANELS),$(VENV)/bench,$(VENV))/bin/python benchmarks/run.py $(if $(PANELS),--panels "$(PANELS)")
	@$(BIN)/python benchmarks/readme.py

# An environment of its own on top of the other: the peers bring pyarrow, which pandas loads where it finds it, and whose
# thread forbids kernels to fork.
$(VENV)/.bench: requirements-bench.lock $(STAMP)
	$(BIN)/python -m venv --clear $(VENV)/bench
	$(BIN)/python -c 'import sysconfig; print("import site; site.addsitedir(%r)" % sysconfig.get_path("purelib"))' \
	  > "$$($(VENV)/bench/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/below.pth"
	$(VENV)/bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-bench.lock
	@touch $@

# The locks hold hashes and no addresses. The runtime, dev and cluster groups share one; bench has its own, within it.
lock: $(STAMP)
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --extra dev --extra cluster pyproject.toml --output-file requirements.lock
	sed -n 's/^\([a-zA-Z0-9._-]*==[^\\]*\).*/\1/p' requirements.lock > $(VENV)/pins
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --extra bench --constraints $(VENV)/pins pyproject.toml --output-file requirements-bench.lock

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "ruralincome needs Python 3.11 or later, and '$(PYTHON)' is older: install a newer one and name it, as in: make PYTHON=python3.13 $(MAKECMDGOALS)" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "Python's venv module is missing: install it (Debian and Ubuntu: apt-get install python3-venv) and run make again" >&2; exit 2; }
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

clean:
	rm -rf $(VENV) build reports
