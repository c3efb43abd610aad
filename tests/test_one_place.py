"""A fact is said in one place: what is added to one file appears wherever people and programs look for it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pirgen.config import Config
from pirgen.incidents.contract import list_schema, show_schema
from pirgen.project import Project
from pirgen.report.contract import actions_schema, report_schema
from pirgen.report.metrics import figures, listings
from pirgen.review.milestones import INTERVALS, MILESTONES
from pirgen.schema import as_json, read
from pirgen.warehouse.telling import rollup_schema
from tests.support import ROOT, Repo, review
from tests.test_report import timeline

METRIC = '''"""How many reviews name a service."""

from pirgen.report.metrics import Verdict, listing, share
from pirgen.report.columns import INCIDENT, COUNT
from pirgen.report.table import Column


@{decorator}
def {name}(ledger, as_of):
    """Services that are named."""
    {body}
'''
SHARE = METRIC.format(
    name="serviced",
    decorator='share(title="Reviews with services", short="Serviced", definition="named / all", about="incidents")',
    body="return (Verdict(i, bool(i.snapshot and i.snapshot.services)) for i in ledger.incidents.values())",
)
LISTING = METRIC.format(
    name="lonely_incidents",
    decorator='listing(title="Incidents without a service", description="No service is named.", columns=(INCIDENT, '
    'Column("services", "Services", "How many.", COUNT)), shown=("incident_id", "services"), page="report", '
    'counted_by="services")',
    body='return [{"incident_id": name, "services": 0} for name in ledger.incidents]',
)


def test_the_shipped_report_schema_is_made_from_the_metrics(golden: Callable[[Path, str], None]) -> None:
    golden(ROOT / "schemas/report.schema.json", as_json(report_schema()))
    golden(ROOT / "schemas/actions.schema.json", as_json(actions_schema()))
    golden(ROOT / "schemas/rollup.schema.json", as_json(rollup_schema()))
    golden(ROOT / "schemas/incident-list.schema.json", as_json(list_schema()))
    golden(ROOT / "schemas/incident-show.schema.json", as_json(show_schema()))


@pytest.mark.parametrize("name", ["pir", "incident", "config"])
def test_the_shipped_schemas_have_the_milestones_of_the_table(name: str) -> None:
    shipped = json.loads((ROOT / f"schemas/{name}.schema.json").read_text(encoding="utf-8"))
    assert shipped == read(name)
    if name == "config":
        assert [*shipped["properties"]["milestones"]["properties"]] == [*MILESTONES]
        assert {*shipped["properties"]["intervals"]["properties"]} == {"preset", *INTERVALS}
        known = {one.name for one in figures()} - {"review_lead_time", "action_time_to_close"}
        assert {*shipped["properties"]["targets"]["properties"]} == known


def test_every_metric_is_what_its_file_is_called() -> None:
    names = {path.stem for path in (ROOT / "pirgen/report/metrics").glob("[!_]*.py")}
    assert {one.name for one in listings()} < names
    for listing in listings():
        keys = [column.key for column in listing.columns]
        assert {*listing.shown, listing.counted_by or keys[0]} <= {*keys}
        assert all(column.title for column in listing.columns if column.key in listing.shown), listing.name
        assert all(column.description and column.type for column in listing.columns), listing.name


def test_a_metrics_file_alone_makes_it_appear_everywhere(repo: Repo, tmp_path: Path) -> None:
    place = tmp_path / "copy"
    shutil.copytree(ROOT / "pirgen", place / "pirgen", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "schemas", place / "schemas")
    (place / "pirgen/report/metrics/serviced.py").write_text(SHARE, encoding="utf-8")
    (place / "pirgen/report/metrics/lonely_incidents.py").write_text(LISTING, encoding="utf-8")
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review()})

    def run(*words: str) -> str:
        command = [sys.executable, "-m", "pirgen", "-C", str(repo.folder), *words]
        done = subprocess.run(command, cwd=place, capture_output=True, text=True, env={**os.environ, "COLUMNS": "300"})
        assert done.returncode == 0, done.stderr
        return done.stdout

    for export in ("table", "markdown", "pretty"):
        text = run("report", "--export", export)
        assert "Reviews with services" in text
        assert "Incidents without a service" in text
    assert "Serviced" in run("report", "--by", "severity")
    told = json.loads(run("report", "--export", "json"))
    assert told["lonely_incidents"] == [{"incident_id": "INC-001", "services": 0}]
    assert told["metrics"][-1]["name"] == "serviced"
    assert ",lonely_incidents," in run("report", "--export", "csv")
    metrics = run("report", "--export", "openmetrics")
    assert "pirgen_serviced_ratio " in metrics
    assert "pirgen_lonely_incidents 1.0" in metrics
    run("render", "--dashboards", "docs/ops/pir")
    page = (repo.folder / "docs/ops/pir/report.md").read_text(encoding="utf-8")
    assert "| **Reviews with services** |" in page
    assert "## Incidents without a service" in page
    code = "from pirgen.report.contract import report_schema; print(*report_schema()['properties'])"
    done = subprocess.run([sys.executable, "-c", code], cwd=place, capture_output=True, text=True, check=True)
    assert "lonely_incidents" in done.stdout.split()


def test_the_review_page_measures_as_the_report_does(repo: Repo) -> None:
    whole = timeline(started="10:00", detected="11:00", acknowledged="11:10", mitigated="11:30", resolved="12:00")
    repo.write("pirgen.yaml", "intervals: {mttr: detected to resolved}\n")
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(timeline=whole, duration="2h")})
    repo.run("render")
    assert (
        '<span>+2h</span> <small>12:00</small> <small class="pirgen-verdict">1h from detected, target 1h, met</small>'
        in (repo.folder / "docs/ops/pir/INC-001.md").read_text(encoding="utf-8")
    )
    found = json.loads(repo.run("report", "--export", "json").stdout)
    figures = {row["name"]: row for row in found["metrics"]}
    assert figures["mttr"]["mean_minutes"] == 60
    assert (figures["resolution_target"]["done"], figures["resolution_target"]["of"]) == (1, 1)
    assert "after it" not in repo.run("lint", "--advice").stdout
    repo.run("render", "--dashboards", "docs/ops/pir")
    index = (repo.folder / "docs/ops/pir/index.md").read_text(encoding="utf-8")
    assert '<span class="pirgen-keep">2025-10-05</span> <small>2h</small>' in index, "as its own page says"


def test_intervals_know_what_stands_in() -> None:
    assert {name: one.starts for name, one in INTERVALS.items()} == {
        "mttd": ("started",),
        "mtta": ("detected",),
        "mttm": ("started", "detected"),
        "mttr": ("started", "detected"),
    }
    assert Config().intervals == INTERVALS
    assert Project(ROOT).config.intervals == INTERVALS
