SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell command -v python3.11 || command -v python3)
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
APT := $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run demo test crash lint bench bench-reading generator fuzz screenshots blanks lock clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

# --- installation: only Python 3.11, git, make and apt are taken for granted -----------------------------------------

$(VENV)/run.stamp: requirements.lock pyproject.toml
	@command -v tesseract >/dev/null || { $(APT) update -q && $(APT) install -y -q --no-install-recommends tesseract-ocr tesseract-ocr-eng; }
	@# Debian keeps the venv module in a package of its own
	@[ -x $(BIN)/pip ] || $(PYTHON) -m venv $(VENV) >/dev/null || \
	  { $(APT) update -q && $(APT) install -y -q --no-install-recommends python3.11-venv && $(PYTHON) -m venv --clear $(VENV); }
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements-dev.lock
	@command -v chromium >/dev/null && ls /usr/sbin/dovecot /usr/lib/dovecot/imap /usr/sbin/slapd /usr/sbin/sshd /usr/lib/openssh/sftp-server /usr/lib/postgresql/*/bin/postgres /usr/lib/*/libatomic.so.1 >/dev/null 2>&1 || \
	  { $(APT) update -q && $(APT) install -y -q --no-install-recommends chromium fonts-dejavu-core libatomic1 postgresql dovecot-imapd slapd openssh-server; }
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

setup: $(VENV)/run.stamp  ## install what the product needs (tesseract, a venv from the lock file)

setup-dev: $(VENV)/dev.stamp  ## install what the tests need as well (chromium, PostgreSQL, Dovecot, OpenLDAP, OpenSSH)

# --- the product ---------------------------------------------------------------------------------------------------

run: setup  ## start the product with an invented cast and sample mails; Ctrl-C ends it
	@exec $(BIN)/correquests up --samples

demo: setup  ## the same without a person: prints what became of each sample mail
	@exec $(BIN)/correquests demo

# --- the workshop --------------------------------------------------------------------------------------------------

test: setup-dev  ## run all tests, fast rings first; ARGS=… runs just what it names
ifdef ARGS
	$(BIN)/python -m pytest $(ARGS)
else
	$(BIN)/python -m pytest -n 2 --dist worksteal --spread -m "not server and not browser"
	$(BIN)/python -m pytest -n 2 --dist loadscope -m "server or browser"
endif

crash: setup-dev  ## kill intake at each of its steps, SEEDS=n mixtures of mails each (default 50)
	CRASH_SEEDS=$(or $(SEEDS),50) $(BIN)/python -m pytest tests/intake/test_crash.py $(ARGS)

lint: setup-dev  ## ruff, mypy --strict, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup-dev  ## measure, and print a table
	$(BIN)/python -m tests.bench

# The form generator and the readers we measure against live in a venv of their own: nothing of theirs is in the product.
BENCH := .venv-bench
SHARED ?= ../shared
SEED ?= 3
N ?= 400
JOBS ?= 1
MINUTES ?= 5

$(BENCH)/stamp: requirements-bench.lock
	@[ -x $(BENCH)/bin/pip ] || $(PYTHON) -m venv $(BENCH) >/dev/null
	$(BENCH)/bin/pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements-bench.lock
	@touch $@

generator:
	@[ -f $(SHARED)/bench/gen.py ] || \
	  { echo "The form generator is not at $(SHARED)/bench/gen.py. Say where it is: make bench-reading SHARED=FOLDER"; exit 1; }

bench-reading: generator setup-dev $(BENCH)/stamp  ## measure the form reader and its peers (SHARED, SEED, N, JOBS)
	$(BIN)/python -m tests.bench.reading --generator $(SHARED)/bench/gen.py --peers $(BENCH) --seed $(SEED) --n $(N) --jobs $(JOBS)

fuzz: setup-dev  ## give the form reader damaged files for MINUTES
	$(BIN)/python -m tests.fuzz --minutes $(MINUTES)

screenshots: setup-dev  ## take the README's pictures again, from the running product
	$(BIN)/python -m tests.browser.screenshots docs

blanks: setup  ## draw the blank forms again from the schema
	$(BIN)/python -m forms.blank.draw

lock:  ## pin newer releases of everything
	$(BIN)/python -m pip install -q uv
	$(BIN)/uv pip compile pyproject.toml --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --group dev -c requirements.lock --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements-dev.lock
	$(BIN)/uv pip compile --group pyproject.toml:bench --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements-bench.lock

clean:  ## remove the venv and the sample installation
	rm -rf $(VENV) $(BENCH) var
