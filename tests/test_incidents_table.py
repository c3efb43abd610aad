"""The table with a row an incident, worked out by hand."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from statistics import fmean, median
from typing import Any

from pirgen.config import Config
from pirgen.report import Report, exports, report
from pirgen.schema import Schema, read
from tests.support import Repo, review
from tests.test_report import history, metric

assert history  # the fixture: five incidents and their action items

NOW = datetime(2025, 11, 1, 9, tzinfo=UTC)
TIMES = ("detect", "acknowledge", "mitigate", "resolve")


def told(repo: Repo, config: Config | None = None) -> Report:
    return report(repo.folder, config or Config(), now=NOW)


def row(found: Report, incident_id: str) -> dict[str, Any]:
    [row] = [one for one in found.tables["incidents"].rows if one["incident_id"] == incident_id]
    return dict(row)


def test_every_incident_has_a_row(history: Repo) -> None:
    found = told(history)
    status = {one["incident_id"]: (one["status"], one["review_status"]) for one in found.tables["incidents"].rows}
    assert status == {
        "INC-001": ("over", "complete"),
        "INC-002": ("over", "complete"),
        "INC-003": ("over", "draft"),
        "INC-004": ("withdrawn", "withdrawn"),
        "INC-005": ("open", None),
    }
    two = row(found, "INC-002")
    assert [two[f"time_to_{verb}_seconds"] for verb in TIMES] == [600, 1800, 3600, 7200]
    assert (two["began_on"], two["started_at"], two["identified_at"]) == ("2025-10-05", "2025-10-05T10:00:00Z", None)
    assert (two["review_due"], two["review_completed_at"]) == ("2025-10-12", "2025-10-10T12:00:00Z")
    one = row(found, "INC-001")
    assert [one[f"time_to_{verb}_seconds"] for verb in TIMES] == [None, 120, None, 2700]
    assert [one[f"time_to_{verb}_assumed"] for verb in TIMES] == [False, False, False, True]
    assert [one[f"time_to_{verb}_inferred"] for verb in TIMES] == [False, True, False, True]
    late = [row(found, name)["review_days_late"] for name in ("INC-001", "INC-003", "INC-004", "INC-005")]
    assert late == [None, 24, None, None]
    five = row(found, "INC-005")
    assert (five["title"], five["review_due"], five["reviewed"]) == ("x", None, False)


def test_the_rows_add_up_to_the_figures(history: Repo) -> None:
    found = told(history)
    counted = [one for one in found.tables["incidents"].rows if one["status"] != "withdrawn"]
    for name, verb in (("mttd", "detect"), ("mtta", "acknowledge"), ("mttm", "mitigate"), ("mttr", "resolve")):
        times = [one[f"time_to_{verb}_seconds"] for one in counted]
        known = [time / 60 for time in times if time is not None]
        figure = metric(found, name)
        assert (figure["n"], figure["missing"]) == (len(known), len(times) - len(known))
        assert (figure["mean_minutes"], figure["median_minutes"]) == (fmean(known), median(known))


def test_a_review_that_covers_another_and_one_that_is_gone(repo: Repo) -> None:
    log = "- {at: '2025-10-05T08:00:00.25Z', kind: declared, incident_id: INC-002, title: 'Slow', severity: P2}\n"
    log += "- {at: '2025-10-05T09:00:00.75Z', kind: detected, text: x}\n"
    log += "- {at: '2025-10-05T10:00:00Z', kind: resolved}\n"
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(covers=["INC-002"], title="Down", services=["api", "web"]),
                               "operational_audit/incidents/INC-002.yaml": log,
                               "pir/INC-003.yaml": review("INC-003", root_cause="TODO", date="2025-10-04"),
                               "pir/INC-004.yaml": review("INC-004", date="2025-10-01")})  # fmt: skip
    repo.commit("2025-10-07", {"pir/INC-004.yaml": None})
    found = told(repo)
    statuses = [row(found, f"INC-00{number}")["review_status"] for number in (1, 2, 3, 4)]
    assert statuses == ["complete", "covered", "incomplete", "deleted"]
    assert (row(found, "INC-001")["title"], row(found, "INC-001")["services"]) == ("Down", ["api", "web"])
    two = row(found, "INC-002")
    assert (two["title"], two["status"], two["reviewed"]) == ("Slow", "over", True), "also of a log that is over"
    assert two["detected_at"] == "2025-10-05T09:00:00.750000Z"
    assert two["time_to_resolve_seconds"] == 3599.25
    [line] = [one for one in csv.DictReader(exports.render("csv", found).splitlines())
              if one["table"] == "incidents" and one["incident_id"] == "INC-001"]  # fmt: skip
    assert (line["services"], line["status"], line["started_at"]) == ("api, web", "over", "")


def test_a_time_that_runs_backwards_is_not_known(repo: Repo) -> None:
    log = "- {at: '2025-10-05T08:00:00Z', kind: declared, incident_id: INC-001, title: Slow, severity: P2}\n"
    kinds = {"detected": "08:00", "acknowledged": "08:00", "resolved": "07:00"}
    log += "".join(f"- {{at: '2025-10-05T{at}:00Z', kind: {kind}}}\n" for kind, at in kinds.items())
    repo.commit("2025-10-06", {"operational_audit/incidents/INC-001.yaml": log})
    one = row(told(repo), "INC-001")
    assert (one["time_to_resolve_seconds"], one["time_to_acknowledge_seconds"]) == (None, 0)


def test_the_configuration_says_what_an_interval_is(repo: Repo) -> None:
    repo.write("pirgen.yaml", "intervals: {preset: datadog}\nseverities: [{name: P1, review: false}]\n")
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review()})
    [one] = json.loads(repo.run("report", "--export", "json").stdout)["incidents"]
    assert (one["time_to_resolve_seconds"], one["time_to_resolve_assumed"]) == (2700, False)
    assert (one["review_required"], one["review_due"], one["review_status"]) == (False, None, "complete")


def test_it_fits_its_schema_and_is_left_out_where_owners_alone_count(history: Repo) -> None:
    whole = json.loads(exports.render("json", told(history)))
    assert Schema(read("report")).problems(whole) == []
    assert len(whole["incidents"]) == 5
    mine = json.loads(history.run("report", "--owner", "@platform", "--export", "json").stdout)
    assert "incidents" not in mine


def test_a_title_that_nobody_committed_is_told_as_such(repo: Repo) -> None:
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(title="Down")})
    assert not told(repo).uncommitted
    repo.write("pir/INC-001.yaml", review(title="Down for an hour"))
    found = told(repo)
    assert (found.uncommitted, row(found, "INC-001")["title"]) == (True, "Down for an hour")
