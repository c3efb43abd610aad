# Everything a fresh machine needs is Python 3.11 or later with venv, git and make.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo check test lowest audit golden pictures commands fuzz nightly engines mutants clean

# The story is in tests/demo; its last day is the same as in tests/demo/__init__.py, and a test compares them.
DAY := 2026-03-31
demo:
	@echo "Everything here is made up: half a year of a team that does not exist, as of its last day, $(DAY)."
	@$(MAKE) --no-print-directory .venv/site
	@rm -rf demo
	@$(BIN)/python -m tests.demo demo
	@echo; echo "== What burns: pirgen report --brief --as-of $(DAY)"; echo
	@$(BIN)/pirgen -C demo report --brief --as-of $(DAY)
	@echo; echo "== The CI job fails, as it should: pirgen check --as-of $(DAY)"; echo
	@$(BIN)/pirgen -C demo check --as-of $(DAY); code=$$?; echo "exit code $$code"; test $$code -eq 1
	@echo; echo "== The site: mkdocs build --strict"
	@cd demo && NO_MKDOCS_2_WARNING=1 ../$(BIN)/mkdocs build --strict
	@echo "Open demo/site/index.html in a browser. Try commands in demo/, such as: ../$(BIN)/pirgen history INC-006"

# Each of the many processes reads what another one has compiled, also where the surroundings forbid to write that:
# to collect the tests then takes 4 s of processor time in each worker, and 9 s otherwise.
check test: export PYTHONDONTWRITEBYTECODE :=

# What takes three quarters of a minute on two cores: all but the tests that start a program or are marked slow, see tests/quick.py.
check: .venv/dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest --numprocesses auto -p tests.quick

# Files are handed out by name: by their number of tests the browser, which has few and long ones, would come last.
test: .venv/dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

# `make test` runs with the newest versions. This runs, with the lowest that pyproject.toml allows, tests that touch each
# dependency: tzdata (timeline), PyYAML (document), jsonschema and jsonschema-rs (schema), click,
# GitPython, msgspec, icalendar and prometheus_client (exports), duckdb (warehouse), feedgenerator and Jinja2 (pages),
# codeowners, detect-secrets, MkDocs, Material and mcp.
lowest: .venv/dev
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv/lowest
	$(BIN)/uv pip install --quiet --python .venv/lowest/bin/python --resolution lowest-direct --editable ".[all,material]"
	$(BIN)/uv pip install --quiet --python .venv/lowest/bin/python pytest pytest-xdist hypothesis markdown-it-py vobject
	.venv/lowest/bin/python -m pytest --numprocesses auto tests/test_timeline.py tests/test_document.py \
	  tests/test_schema.py tests/test_exports.py tests/test_pages.py tests/test_warehouse.py tests/test_mcp.py
	.venv/lowest/bin/python -m pytest --numprocesses auto -k "codeowners or kept_output_has_no_secrets or a_site_has_the_reviews" \
	  tests/test_rules.py tests/test_incident.py tests/test_mkdocs.py

# Known vulnerabilities of what pirgen needs, where a service that knows them can be reached.
audit: .venv/dev
	$(BIN)/python -m tests.dependencies

golden: .venv/dev
	$(BIN)/python -m pytest --update-golden

# The pictures of README, with Chromium, and those of a terminal; that of an editor where Neovim 0.12 and tmux are
# installed. Two runs on one machine make the same files.
pictures: .venv/dev
	PIRGEN_BROWSER=required $(BIN)/python -m pytest --update-golden tests/test_pictures.py tests/test_recordings.py

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
	rm -rf .venv site demo dist

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
	$(MAKE) engines
	PIRGEN_BROWSER=required $(BIN)/python -m pytest tests/test_browser.py
	$(MAKE) mutants

# Other engines read an export and count as the report does: dbt on DuckDB, and Spark where Java is installed.
engines: .venv/dev
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv/engines
	$(BIN)/uv pip install --quiet --python .venv/engines/bin/python "dbt-core<1.11" "dbt-duckdb<1.11" pyspark sqlglot
	PIRGEN_ENGINES=$(CURDIR)/.venv/engines/bin/python $(BIN)/python -m pytest tests/test_engines.py

# The property tests on many more inputs: 20,000 each.
fuzz: .venv/dev
	$(BIN)/python -m pytest --hypothesis-profile=long -k "any_ or every_span or safe_fix or agree" tests/test_document.py tests/test_markdown.py \
	  tests/test_suppressions.py tests/test_formats.py tests/test_fix.py tests/test_schema.py tests/test_readers_agree.py

# Changes the code of the ledger, the report and the timeline, thing by thing, and lists what no test notices. It takes
# some hours; `.venv/bin/mutmut run 'pirgen.report.story.*'` tries a part, `.venv/bin/mutmut show NAME` shows a change.
# What runs when a module is imported, such as the columns of a table, is changed too late: what is listed of it says nothing.
mutants: .venv/dev
	$(BIN)/mutmut run
	$(BIN)/mutmut results
