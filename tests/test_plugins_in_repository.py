"""Plugins of the repository itself: a rule, a format, an export, a metric and a chart, each a file."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import jsonschema
import pytest

from pirgen import testing
from pirgen.errors import PirgenError
from pirgen.lint import Linter
from pirgen.project import Project
from pirgen.report.contract import report_schema
from pirgen.report.metrics import figures, listings
from tests.support import ROOT, Repo, item, review
from tests.test_one_place import LISTING, SHARE
from tests.test_plugins import RULE

FORMAT = '''\
"""Findings for TeamCity."""


def render(diagnostics, files, colour):
    return "".join(f"##teamcity[inspection file='{one.file}' line='{one.span.line}']\\n" for one in diagnostics)


def left_out(diagnostics):
    return "nothing"
'''
EXPORT = '''\
"""The completion rate in a word."""

from .. import helper


def render(report):
    [row] = (row for row in report.tables["metrics"].rows if row["name"] == "review_completion")
    return helper.line(row["percent"])
'''
CHART = '''\
"""How many services each incident has."""

from pirgen.site.charts import Chart, bars, series

PAGE = "report"


def draw(ledger, relations):
    rows = [(name, len(one.snapshot.services)) for name, one in ledger.incidents.items() if one.snapshot]
    drawing = bars([(name, [count]) for name, count in rows], [*series(["services"]).values()])
    columns = ("Incident", "Services")
    return Chart("services", "Services of incidents", "What each names.", "rows", drawing, columns, rows)
'''
FILES = {
    "pirgen.yaml": "plugins: [tools.reviews]\n",
    "tools/reviews/rules/no_blame.py": RULE,
    "tools/reviews/formats/teamcity.py": FORMAT,
    "tools/reviews/exports/word.py": EXPORT,
    "tools/reviews/metrics/serviced.py": SHARE,
    "tools/reviews/metrics/lonely_incidents.py": LISTING,
    "tools/reviews/charts/services.py": CHART,
    "tools/reviews/helper.py": 'def line(percent):\n    return f"{percent}%\\n"\n',
}
CARELESS = review(root_cause="Somebody was careless", services=["api"])


@pytest.fixture
def plugged(repo: Repo) -> Repo:
    repo.commit("2025-10-06", {**FILES, "pir/INC-001.yaml": CARELESS})
    return repo


def test_files_in_the_repository_are_rules_formats_exports_metrics_and_charts(plugged: Repo) -> None:
    done = plugged.run("lint")
    assert (done.returncode, "error[no-blame]: this blames" in done.stdout) == (1, True)
    assert "looks for causes" in plugged.run("rules", "no-blame").stdout
    done = plugged.run("lint", "--format", "teamcity")
    assert done.stdout.startswith("##teamcity[inspection file='pir/INC-001.yaml' line='")
    assert done.stderr == "teamcity: nothing\n"
    assert "##teamcity" in plugged.run("check", "--format", "teamcity").stdout
    assert plugged.run("report", "--export", "word").stdout == "100%\n"
    told = json.loads(plugged.run("report", "--export", "json", "--by", "severity").stdout)
    assert told["metrics"][-1]["name"] == "serviced"
    assert told["metrics"][-1]["percent"] == 100
    assert told["groups"]["severity"]["P1"]["metrics"][-1]["name"] == "serviced"
    assert told["lonely_incidents"] == [{"incident_id": "INC-001", "services": 0}]
    jsonschema.validate(told, json.loads(plugged.run("schema", "report").stdout))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(told, report_schema())
    assert "Reviews with services" in plugged.run("report", "--all").stdout
    assert "pirgen_lonely_incidents 1.0" in plugged.run("report", "--export", "openmetrics").stdout
    assert ",services" in plugged.run("report", "--export", "csv").stdout.splitlines()[0]
    assert plugged.run("render", "--dashboards", "docs/ops/pir").returncode == 0
    page = (plugged.folder / "docs/ops/pir/report.md").read_text(encoding="utf-8")
    shown = ("| **Reviews with services** |", "## Services of incidents", "## Incidents with")
    assert all(said in page for said in shown)


def test_an_unknown_name_is_told_with_those_of_the_plugins(plugged: Repo) -> None:
    done = plugged.run("lint", "--format", "teamcty")
    assert (done.returncode, "'teamcity'" in done.stderr) == (2, True)
    assert "'word'" in plugged.run("report", "--export", "words").stderr


def test_importing_leaves_no_trace(plugged: Repo) -> None:
    before = {path.relative_to(plugged.folder) for path in plugged.folder.rglob("*") if ".git" not in path.parts}
    assert plugged.run("lint").returncode == 1
    plugged.run("report")
    after = {path.relative_to(plugged.folder) for path in plugged.folder.rglob("*") if ".git" not in path.parts}
    assert after == before


def test_bytecode_of_a_checkout_is_not_believed(plugged: Repo) -> None:
    source = plugged.folder / "tools/reviews/rules/no_blame.py"
    other = plugged.write("other.py", source.read_text(encoding="utf-8").replace("this blames", "FORGED"))
    code = "import py_compile, sys; py_compile.compile(sys.argv[1], sys.argv[2], invalidation_mode="
    place = source.parent / f"__pycache__/no_blame.{sys.implementation.cache_tag}.pyc"
    mode = "py_compile.PycInvalidationMode.UNCHECKED_HASH)"
    subprocess.run([sys.executable, "-c", code + mode, str(other), str(place)], check=True)
    other.unlink()
    assert place.exists()
    done = plugged.run("lint")
    assert ("this blames" in done.stdout, "FORGED" in done.stdout) == (True, False)


def test_a_module_of_the_repository_takes_no_other_modules_place(repo: Repo) -> None:
    for name in ("json", "click", "pirgen", "tools", "yaml"):
        repo.write(f"{name}.py", RULE.replace("no_blame", f"no_{name}"))
    repo.write("pirgen.yaml", "plugins: [json, click, pirgen, yaml]\n")
    repo.write("pir/INC-001.yaml", CARELESS)
    script = (
        "import sys; from pathlib import Path; from pirgen.project import Project\n"
        "before = [*sys.path]; config = Project(Path(sys.argv[1])).config\n"
        "from pirgen.lint.rules import names\n"
        "print(*(name for name in names(config.plugins) if name in ('no-json', 'no-click', 'no-pirgen', 'no-yaml')))\n"
        "import json, click, pirgen, yaml\n"
        "print(any(sys.argv[1] in str(m.__file__) for m in (json, click, pirgen, yaml)), before == sys.path)\n"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", script, str(repo.folder)], capture_output=True, text=True, cwd=repo.folder.parent
    )
    assert done.stdout == "no-click no-json no-pirgen no-yaml\nFalse True\n", done.stderr


def test_two_projects_have_their_own_plugins(repo: Repo) -> None:
    repo.write("shared.py", RULE.replace("this blames", "SHARED"))
    for name in ("a", "b"):
        repo.write(f"{name}/pirgen.yaml", "plugins: [ours, shared]\n")
        rule = RULE.replace("no_blame", "no_harm").replace("this blames", f"of {name}")
        repo.write(f"{name}/ours.py", rule)
        repo.write(f"{name}/pir/INC-001.yaml", CARELESS)
    repo.commit("2025-10-06", {})
    out = repo.run("lint", "--format", "json").stdout
    said = {(one["file"], one["message"]) for one in json.loads(out)}
    assert said == {(f"{name}/pir/INC-001.yaml", text) for name in ("a", "b") for text in (f"of {name}", "SHARED")}


WRONG = {
    "a syntax error": (
        {"formats/teamcity.py": "def render(:\n"},
        ("lint", "--format", "teamcity"),
        "plugins of pirgen.yaml: `ours` cannot be imported (ours/formats/teamcity.py:1: SyntaxError: invalid syntax",
    ),
    "an error while it is imported": (
        {"__init__.py": "import json\n1 / 0\n"},
        ("report",),
        "plugins of pirgen.yaml: `ours` cannot be imported (ours/__init__.py:2: ZeroDivisionError: division by zero)",
    ),
    "it ends the process": (
        {"__init__.py": "import sys\nsys.exit(0)\n"},
        ("lint",),
        "plugins of pirgen.yaml: `ours` cannot be imported (ours/__init__.py:2: SystemExit: 0)",
    ),
    "a missing module": (
        {"__init__.py": "from .nothing import here\n"},
        ("lint",),
        "cannot be imported (ours/__init__.py:1: ModuleNotFoundError: No module named 'ours.nothing')",
    ),
    "a format that crashes": (
        {"formats/teamcity.py": "def render(diagnostics, files, colour):\n    return files['x']\n"},
        ("lint", "--format", "teamcity"),
        "ours/formats/teamcity.py:2: the plugin `ours` failed (TypeError: 'int' object is not subscriptable)",
    ),
    "a format that ends the process": (
        {"formats/teamcity.py": "def render(diagnostics, files, colour):\n    raise SystemExit(0)\n"},
        ("lint", "--format", "teamcity"),
        "ours/formats/teamcity.py:2: the plugin `ours` failed (SystemExit: 0)",
    ),
    "a format that returns nothing": (
        {"formats/teamcity.py": "def render(diagnostics, files, colour): pass\n"},
        ("lint", "--format", "teamcity"),
        "ours/formats/teamcity.py: `render` returned NoneType where str is needed",
    ),
    "a format without its function": (
        {"formats/teamcity.py": "\n"},
        ("lint", "--format", "teamcity"),
        "ours/formats/teamcity.py: there is no Callable `render` in it",
    ),
    "a format under a name of ours": (
        {"formats/json.py": FORMAT},
        ("lint", "--format", "teamcity"),
        "plugins of pirgen.yaml: `ours` has formats/json.py, but that name is taken",
    ),
    "a file that cannot be imported by its name": (
        {"formats/team-city.py": FORMAT},
        ("lint",),
        "ours/formats/team-city.py: a plugin's file needs a name of letters, digits and _",
    ),
    "a metric that crashes": (
        {"metrics/serviced.py": SHARE.replace("i.snapshot.services", "i.nonsense")},
        ("report",),
        "ours/metrics/serviced.py:11: the plugin `ours` failed (AttributeError",
    ),
    "a metric that ends the process": (
        {"metrics/serviced.py": SHARE.replace("i.snapshot.services", "exit(0)")},
        ("report",),
        "ours/metrics/serviced.py:11: the plugin `ours` failed (SystemExit: 0)",
    ),
    "a share of times": (
        {"metrics/serviced.py": SHARE.replace("@share", "@mean").replace("listing, share", "listing, share, mean")},
        ("report",),
        "ours/metrics/serviced.py: `serviced` is a mean and yielded something else than a Taken",
    ),
    "a metric under the name of another part": (
        {"metrics/incidents.py": LISTING.replace("lonely_incidents", "incidents")},
        ("report",),
        "ours/metrics/incidents.py: `incidents` is the name of a part of every report",
    ),
    "a metric of another name": (
        {"metrics/others.py": SHARE},
        ("report",),
        "ours/metrics/others.py: there is no Figure or Listing `others` in it",
    ),
    "a metric that is called otherwise": (
        {"metrics/others.py": SHARE + "\n\nothers = serviced\n"},
        ("report",),
        "ours/metrics/others.py: `others` is called `serviced`; a metric has the name of its file",
    ),
    "a listing without a value": (
        {"metrics/lonely_incidents.py": LISTING.replace(', "services": 0', "")},
        ("report",),
        "ours/metrics/lonely_incidents.py: `lonely_incidents` returned a row without services",
    ),
    "a listing that shows what it has not": (
        {"metrics/lonely_incidents.py": LISTING.replace('"services")', '"harm")')},
        ("report",),
        "ours/metrics/lonely_incidents.py: `lonely_incidents` shows harm, which is not among its columns",
    ),
    "a listing on no page": (
        {"metrics/lonely_incidents.py": LISTING.replace('page="report"', 'page="index"')},
        ("report",),
        "ours/metrics/lonely_incidents.py: `lonely_incidents` has the page `index`; use report or actions",
    ),
    "a chart that is none": (
        {"charts/services.py": 'PAGE = "report"\n\n\ndef draw(ledger, relations):\n    return 1\n'},
        ("render", "--dashboards", "docs/ops/pir"),
        "ours/charts/services.py: `draw` returned int where Chart is needed",
    ),
    "a chart of an unknown kind": (
        {"charts/services.py": CHART.replace('"rows", drawing', '"pie", drawing')},
        ("render", "--dashboards", "docs/ops/pir"),
        "pie.svg.j2",
    ),
    "nothing at all": ({"__init__.py": ""}, ("lint",), "`ours` holds no rule, and nothing in a folder charts, exports"),
    "a rule that is none": ({"rules/no_blame.py": "x = 1\n"}, ("lint",), "there is no Rule `no_blame` in it"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_mistake_in_a_plugin_is_a_sentence_with_its_file(repo: Repo, wrong: str) -> None:
    files, words, expected = WRONG[wrong]
    repo.commit("2025-10-06", {"pirgen.yaml": "plugins: [ours]\n", "pir/INC-001.yaml": CARELESS,
                               **{f"ours/{name}": text for name, text in files.items()}})  # fmt: skip
    done = repo.run(*words)
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert expected in done.stderr
    assert done.stderr.startswith("pirgen: ")
    assert "please report" not in done.stderr
    assert "_pirgen_plugins_" not in done.stderr


def test_mkdocs_tells_a_mistake_in_a_plugin_without_a_traceback(plugged: Repo) -> None:
    plugged.write("tools/reviews/charts/services.py", CHART.replace("ledger.incidents", "ledger.nonsense"))
    plugged.write("mkdocs.yml", "site_name: x\nplugins: [pirgen]\n")
    plugged.write("docs/index.md", "# Home\n")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet"]
    done = subprocess.run(command, cwd=plugged.folder, capture_output=True, text=True)
    assert done.returncode == 1
    assert "tools/reviews/charts/services.py:9: the plugin `tools.reviews` failed (AttributeError" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_rule_that_crashes_is_a_finding_that_names_its_line(repo: Repo) -> None:
    repo.write("pirgen.yaml", "plugins: [ours]\n")
    repo.write("ours.py", RULE.replace('"careless" in review.root_cause', "review.nonsense"))
    repo.write("pir/INC-001.yaml", CARELESS)
    done = repo.run("lint")
    assert done.returncode == 1
    assert "the rule crashed: ours.py:" in done.stdout
    assert "mend the plugin" in done.stdout


@pytest.mark.parametrize("words", [["lint"], ["lint", "pir/INC-001.yaml"], ["check"]])
def test_a_rule_that_ends_the_process_passes_nothing(repo: Repo, words: list[str]) -> None:
    repo.write("ours.py", RULE.replace('"careless" in review.root_cause', "exit(0)"))
    repo.commit("2025-10-06", {"pirgen.yaml": "plugins: [ours]\n", "pir/INC-001.yaml": CARELESS})
    done = repo.run(*words)
    assert done.returncode == 1
    assert "the rule crashed: ours.py:" in done.stdout
    assert "(SystemExit: 0)" in done.stdout


def test_a_plugin_without_rules_leaves_the_verdicts_kept(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pirgen.lint.cache.WORTHWHILE", 1)
    repo.write("pirgen.yaml", "plugins: [ours]\n")
    repo.write("ours/formats/teamcity.py", FORMAT)
    repo.write("pir/INC-001.yaml", CARELESS)
    assert Linter(Project(repo.folder).workspace(), cached=True)._cache.cached
    repo.write("ours/rules/no_blame.py", RULE)
    assert not Linter(Project(repo.folder).workspace(), cached=True)._cache.cached


HISTORY: testing.History = {
    "2025-10-06": {"pir/INC-001.yaml": review(services=["api"])},
    "2025-10-08T09:00:00Z": {"pir/INC-002.yaml": review("INC-002", action_items=[item("AI-001", "Mend it")])},
}


def test_authors_can_run_everything_on_texts(plugged: Repo) -> None:
    [plugin] = Project(plugged.folder).config.plugins
    [serviced] = [one for one in figures((plugin,)) if one.name == "serviced"]
    [row] = testing.measure(serviced, HISTORY)
    assert (row["done"], row["of"], row["percent"]) == (1, 2, 50)
    [lonely] = [one for one in listings((plugin,)) if one.name == "lonely_incidents"]
    assert [row["incident_id"] for row in testing.measure(lonely, HISTORY)] == ["INC-001", "INC-002"]
    [only] = testing.measure(lonely, {"2025-10-06": HISTORY["2025-10-06"]})
    assert only["incident_id"] == "INC-001"
    assert testing.export(plugin.module("exports.word"), HISTORY) == "100%\n"
    assert testing.draw(plugin.module("charts.services"), HISTORY).rows == [("INC-001", 1), ("INC-002", 0)]
    written = testing.write(plugin.module("formats.teamcity"), {"pir/INC-001.yaml": review(severity="P9")})
    assert written.startswith("##teamcity[inspection file='pir/INC-001.yaml' line='2']\n")
    with pytest.raises(PirgenError, match="there is no Callable `render`"):
        testing.export(plugin.module("charts.services"), HISTORY)
    with testing.ledger_of(HISTORY) as ledger:
        assert [f"{fact.at:%m-%d %H:%M} {fact.event}" for fact in ledger.facts if fact.event == "review_opened"] == [
            "10-06 12:00 review_opened", "10-08 09:00 review_opened"
        ]  # fmt: skip


def test_a_history_that_cannot_be_made_is_refused() -> None:
    wrong: list[testing.History] = [{}, {"monday": {}}, {"2025-10-06": {'a"b': "x"}}]
    for history in wrong:
        with pytest.raises(ValueError), testing.ledger_of(history):
            pass


def test_the_plugin_of_the_how_to_works(repo: Repo) -> None:
    page = (ROOT / "docs/how-to/extend.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```(?:python|yaml)\n(.*?)```", page, re.DOTALL)
    named = {match[1]: text for text in blocks if (match := re.match(r"# (\S+)\n", text))}
    assert len(named) == 6
    repo.commit("2025-10-06", {**named, "test_ours.py": blocks[-1], "pir/INC-001.yaml": CARELESS})
    done = subprocess.run([sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "test_ours.py"], cwd=repo.folder,
                          capture_output=True, text=True)  # fmt: skip
    assert (done.returncode, "2 passed" in done.stdout) == (0, True), done.stdout
    assert "no-blame" in repo.run("lint", "--format", "teamcity").stdout
    assert repo.run("report", "--export", "word").stdout == "1 overdue\n"
    assert "Reviews with services  " in repo.run("report", "--all").stdout
    repo.run("render", "--dashboards", "docs/ops/pir")
    assert "## Services\n" in (repo.folder / "docs/ops/pir/report.md").read_text(encoding="utf-8")
