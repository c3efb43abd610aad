# Everything a fresh machine needs is Python 3.11 or later with venv, git and make.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test lowest audit golden commands fuzz nightly mutants clean

demo: .venv/site
	@echo "== pirgen lint: every review of this repository"
	$(BIN)/pirgen lint
	@echo "== pirgen render: a page for each"
	$(BIN)/pirgen render
	@echo "== pirgen report: what git proves"
	$(BIN)/pirgen report
	@echo "== pirgen check: the CI job; it fails, as it should, on two overdue action items"
	$(BIN)/pirgen check; test $$? -eq 1
	@echo "== the site"
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict
	@echo "Open site/index.html in a browser, or run: $(BIN)/mkdocs serve"

# Files are handed out by name: by their number of tests the browser, which has few and long ones, would come last.
test: .venv/dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

# `make test` runs with the newest versions. This runs, with the lowest that pyproject.toml allows, tests that touch each
# dependency: tzdata (timeline), PyYAML (document), jsonschema and jsonschema-rs (schema), click,
# GitPython, msgspec, icalendar and prometheus_client (exports), feedgenerator and Jinja2 (pages), codeowners,
# detect-secrets, MkDocs and Material.
lowest: .venv/dev
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv/lowest
	$(BIN)/uv pip install --quiet --python .venv/lowest/bin/python --resolution lowest-direct --editable ".[all,material]"
	$(BIN)/uv pip install --quiet --python .venv/lowest/bin/python pytest pytest-xdist hypothesis markdown-it-py vobject
	.venv/lowest/bin/python -m pytest --numprocesses auto tests/test_timeline.py tests/test_document.py \
	  tests/test_schema.py tests/test_exports.py tests/test_pages.py
	.venv/lowest/bin/python -m pytest --numprocesses auto -k "codeowners or kept_output_has_no_secrets or a_site_has_the_reviews" \
	  tests/test_rules.py tests/test_incident.py tests/test_mkdocs.py

# Known vulnerabilities of what pirgen needs, where a service that knows them can be reached.
audit: .venv/dev
	$(BIN)/python -m tests.dependencies

golden: .venv/dev
	$(BIN)/python -m pytest --update-golden

.venv/site: pyproject.toml
	test -d .venv || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[site,material]"
	@touch $@

# uv installs all this in a third of the time that pip takes.
.venv/dev: pyproject.toml
	test -d .venv || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python --editable ".[dev]"
	@touch $@

clean:
	rm -rf .venv site dist

# Odd command lines on odd projects. CI runs it for SECONDS after the tests; another SEED tries others.
SECONDS ?= 30
SEED ?= 1
commands: .venv/dev
	$(BIN)/python -m tests.fuzz --seconds $(SECONDS) --seed $(SEED)

# What takes too long for every commit, some hours: odd command lines that were not tried before, attacks, property tests on
# many inputs, the site in a browser (without Chromium this fails), the mutants.
nightly: .venv/dev
	$(BIN)/python -m tests.fuzz --seconds 3600 --seed $$(date +%Y%m%d)
	$(BIN)/python -m tests.attack
	$(MAKE) fuzz
	PIRGEN_BROWSER=required $(BIN)/python -m pytest tests/test_browser.py
	$(MAKE) mutants

# The property tests on many more inputs: 20,000 each.
fuzz: .venv/dev
	$(BIN)/python -m pytest --hypothesis-profile=long -k "any_ or every_span or safe_fix or agree" tests/test_document.py tests/test_markdown.py \
	  tests/test_suppressions.py tests/test_formats.py tests/test_fix.py tests/test_schema.py tests/test_readers_agree.py

# Changes the code of the ledger, the report and the timeline, thing by thing, and lists what no test notices. It takes
# an hour or two; `.venv/bin/mutmut show NAME` shows a change.
mutants: .venv/dev
	$(BIN)/mutmut run
	$(BIN)/mutmut results
