"""The exports, read back by what will read them: csv, Markdown, Prometheus, calendars."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import icalendar
import pytest
from markdown_it import MarkdownIt
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from pirgen.config import Config
from pirgen.errors import PirgenError
from pirgen.report import Report, exports, report
from pirgen.report.exports import ical
from pirgen.report.table import Row
from pirgen.schema import read
from pirgen.text.terminal import printable
from tests.support import DATA, Cli, Repo, item, review
from tests.test_report import history

assert history  # the fixture: five incidents and their action items

NOW = datetime(2025, 11, 1, 9, tzinfo=UTC)
HOSTILE = [
    "=HYPERLINK(\"http://x\")", "+1+1", "-2+3", "@SUM(A1)", "a|b", "<script>alert(1)</script>", "a\nEND:VCALENDAR\nb",
    "a,b;c\\n", '"q" \'q\'', "](javascript:x)", "{% raw %}", "\u202ertl", "```", "é 🦊",
    "</details>", "# h", "a\r\nDUE:x", "\x1b]0;a\x07 \x9b31m",
]  # fmt: skip


def told(repo: Repo, *by: str) -> Report:
    return report(repo.folder, Config(), now=NOW, by=by)


@pytest.fixture
def hostile(repo: Repo) -> Repo:
    """A review whose every text is hostile."""
    items = [item(f"AI-{n:03d}", text, owner=text, due="2025-10-12") for n, text in enumerate(HOSTILE)]
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(action_items=items, services=HOSTILE, severity=HOSTILE[0])})
    return repo


def test_csv_holds_every_row_of_every_table(history: Repo) -> None:
    found = told(history)
    read = list(csv.DictReader(exports.render("csv", found).splitlines()))
    rows = [{"table": name, **row} for name, table in found.tables.items() for row in table.rows]
    of = {"as_of": "2025-11-01T09:00:00+00:00", "revision": found.revision, "shallow": False}
    assert len(read) == len(rows)
    for line, row in zip(read, rows, strict=True):
        assert {key: value for key, value in line.items() if value} == {
            key: _as_csv(value) for key, value in {**of, **row}.items() if value not in (None, "", [])
        }


@pytest.mark.parametrize(
    "text", ["=1", " =1", "\n=1", "\u00a0\ufeff+1", "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20x()"]
)
def test_no_text_begins_as_a_formula_however_a_spreadsheet_reads_it(repo: Repo, text: str) -> None:
    one = review(action_items=[item("AI-001", text, owner=text, due="2025-10-12")], title=text)
    repo.commit("2025-10-06", {"pir/INC-001.yaml": one})
    rows = [*csv.DictReader(io.StringIO(exports.render("csv", told(repo)), newline=""))]
    [row] = (row for row in rows if row["table"] == "open_actions")
    assert row["action"] == row["owner"] == f"'{text}"


def _as_csv(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {one}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_csv_has_the_same_columns_whatever_there_is(history: Repo, tmp_path: Path) -> None:
    empty = Repo(tmp_path / "empty")
    empty.commit("2025-10-01", {"README.md": "x"})
    heads = [exports.render("csv", told(repo)).split("\n")[0] for repo in (history, empty)]
    assert heads[0] == heads[1]
    assert set(read("report")["properties"]["closed_actions"]["items"]["properties"]) < set(heads[0].split(","))


def test_every_export_says_that_a_clone_is_shallow(history: Repo, tmp_path: Path) -> None:
    history.git("clone", "--quiet", "--depth=1", f"file://{history.folder}", str(tmp_path / "shallow"))
    marks = {"csv": ",true,metrics", "ical": "From a shallow clone", "openmetrics": "pirgen_shallow 1.0",
             "json": '"shallow": true', "table": "shallow clone", "markdown": "shallow clone"}  # fmt: skip
    for name, mark in marks.items():
        done = Cli(tmp_path / "shallow").run("report", "--allow-shallow", "--export", name)
        assert mark in done.stdout, name
        assert "this clone is shallow" in done.stderr


def test_csv_holds_the_groups_too(history: Repo) -> None:
    read = list(csv.DictReader(exports.render("csv", told(history, "severity")).splitlines()))
    counts = {row["group"]: (row["incidents"], row["open_actions"]) for row in read if row["table"] == "groups"}
    assert counts == {"P1": ("2", "1"), "P2": ("1", "2"), "P3": ("1", "0")}
    [mttr] = [row for row in read if (row["name"], row["by"], row["group"]) == ("mttr", "severity", "P2")]
    assert (mttr["table"], mttr["mean_minutes"]) == ("metrics", "120.0")


def test_csv_gives_a_spreadsheet_no_formula_and_keeps_every_line(hostile: Repo) -> None:
    found = told(hostile)
    text = exports.render("csv", found)
    read = list(csv.reader(text.splitlines(keepends=True)))
    assert {len(row) for row in read} == {len(read[0])}
    cells = [cell for row in read for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "\t", "\r"))]
    assert [cell for cell in cells if cell.startswith("@")] == []
    assert "'@SUM(A1)" in cells
    assert "a\nEND:VCALENDAR\nb" in cells


def test_an_owners_handle_stays_as_it_is(history: Repo) -> None:
    assert ",@platform," in exports.render("csv", told(history))


def test_the_mail(history: Repo, golden: Callable[[Path, str], None]) -> None:
    golden(DATA / "report.md", exports.render("markdown", told(history, "severity")))


def test_no_text_gets_out_of_its_cell_in_markdown(hostile: Repo) -> None:
    text = exports.render("markdown", told(hostile, "service"))
    shown = MarkdownIt("commonmark").enable("table").render(text)
    tags = set(re.findall(r"</?([a-z0-9]+)", shown))
    assert tags <= {"h1", "h2", "h3", "p", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "code",
                    "details", "summary", "a"}  # fmt: skip
    assert shown.count("<details>") == shown.count("</details>")
    for rows in re.findall(r"<table>(.*?)</table>", shown, re.DOTALL):
        widths = {len(re.findall("<t[hd][ >]", row)) for row in rows.split("</tr>") if "<t" in row.split("<tr>")[-1]}
        assert len(widths - {0}) == 1
    assert set(re.findall(r'href="([^"]*)', shown)) == {"http://x"}


def test_a_long_mail_is_cut_and_says_so(repo: Repo) -> None:
    items = [item(f"AI-{n:04d}", "x" * 50, due="2026-01-01") for n in range(700)]
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(action_items=items)})
    text = exports.render("markdown", told(repo))
    assert "and 500 more; `pirgen report` lists them all" in text
    assert len(text) <= 65_536


def test_a_mail_of_long_texts_still_fits_an_issue(repo: Repo) -> None:
    items = [item(f"AI-{n:04d}", "word " * 600, due="2025-10-12", owner=f"@o{n}") for n in range(60)]
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(action_items=items)})
    text = exports.render("markdown", told(repo))
    assert len(text) <= 65_536
    assert text.endswith("The rest is left out; `pirgen report` tells all.\n")
    assert text.count("<details>") == text.count("</details>")


def parsed(text: str) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)  # type: ignore[no-untyped-call]
        for sample in family.samples
    }


def test_prometheus_reads_what_is_known_and_nothing_else(history: Repo) -> None:
    found = told(history, "severity")
    samples = parsed(exports.render("openmetrics", found))
    assert samples["pirgen_mttr_mean_seconds",] == 75 * 60
    assert samples["pirgen_mttr_mean_seconds_by_severity", "P2"] == 2 * 3600
    assert ("pirgen_mtta_mean_seconds_by_severity", "P3") not in samples
    assert samples["pirgen_mtta_missing_by_severity", "P3"] == 1
    assert samples["pirgen_action_completion_ratio",] == 0.5
    assert samples["pirgen_overdue_actions",] == 1
    assert samples["pirgen_overdue_actions_by_owner", "@platform"] == 1
    assert ("pirgen_mttr_target_met",) not in samples, "three times are not enough for a verdict"
    assert samples["pirgen_review_completion_target_met",] == 0
    assert samples["pirgen_action_time_to_close_censored",] == 4
    assert samples["pirgen_report_time_seconds",] == NOW.timestamp()


def test_prometheus_is_told_1_for_a_target_that_is_met(repo: Repo) -> None:
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review()})
    assert parsed(exports.render("openmetrics", told(repo)))["pirgen_review_completion_target_met",] == 1


def test_where_nothing_is_known_there_is_no_figure(repo: Repo) -> None:
    repo.commit("2025-10-06", {"README.md": "x"})
    samples = parsed(exports.render("openmetrics", told(repo)))
    assert [name for name, *_ in samples if name.endswith(("_seconds", "_ratio", "_met"))] == [
        "pirgen_report_time_seconds"
    ]
    assert samples["pirgen_overdue_actions",] == 0


def test_the_sum_of_a_family_counts_nothing_twice(history: Repo) -> None:
    """That of the parts is the whole, where no part overlaps another."""
    text = exports.render("openmetrics", told(history, "severity", "owner", "quarter"))
    families = {one.name: one for one in text_string_to_metric_families(text)}  # type: ignore[no-untyped-call]
    assert all(len({frozenset(sample.labels) for sample in one.samples}) == 1 for one in families.values())
    counts = [name for name in families if "_by_" in name and not re.search("_(seconds|ratio|met)_by_", name)]
    assert {name.rpartition("_by_")[2] for name in counts} >= {"severity", "owner", "quarter"}
    for name in counts:
        whole = families[name.rpartition("_by_")[0]]
        assert sum(one.value for one in families[name].samples) == whole.samples[0].value, name


@pytest.mark.parametrize("made", ["history", "hostile"])
def test_promtool_accepts_it(made: str, request: pytest.FixtureRequest) -> None:
    promtool = shutil.which("promtool")
    if promtool is None and os.environ.get("PIRGEN_BROWSER") != "required":
        pytest.skip("promtool is not installed")
    assert promtool, "CI installs promtool"
    text = exports.render("openmetrics", told(request.getfixturevalue(made), "severity", "owner", "service"))
    done = subprocess.run([promtool, "check", "metrics"], input=text, capture_output=True, text=True)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    assert parsed(text)


def todos(text: str) -> list[Any]:
    return list(icalendar.Calendar.from_ical(text).walk("VTODO"))


def events(text: str) -> list[Any]:
    return list(icalendar.Calendar.from_ical(text).walk("VEVENT"))


def test_a_calendar_shows_what_is_due_on_its_day(history: Repo) -> None:
    text = exports.render("ical", told(history))
    assert [(str(one["summary"]), one["dtstart"].dt, str(one["status"])) for one in events(text)] == [
        ("INC-001 AI-002: Add tests", date(2025, 10, 25), "CONFIRMED"),
        ("INC-002 AI-001: Tune alerts", date(2025, 12, 1), "CONFIRMED"),
    ], "what has no date has no day"
    assert {str(one["transp"]) for one in events(text)} == {"TRANSPARENT"} and "DTSTART;VALUE=DATE:20251025" in text
    calendar = icalendar.Calendar.from_ical(text)
    assert str(calendar["x-wr-calname"]) == str(calendar["name"]) == "Action items"
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT6H\r\n" in text
    assert [str(one["uid"]) for one in events(text)] == [
        str(one["uid"]) for one in todos(exports.render("todo", told(history)))
    ][:2]
    assert exports.render("ical", told(history)) == text


def test_a_list_of_tasks_has_what_is_open(history: Repo) -> None:
    text = exports.render("todo", told(history))
    assert [(str(one["summary"]), one["due"].dt if "due" in one else None) for one in todos(text)] == [
        ("INC-001 AI-002: Add tests", date(2025, 10, 25)),
        ("INC-002 AI-001: Tune alerts", date(2025, 12, 1)),
        ("INC-002 AI-005: No date yet", None),
    ]
    assert "First due: 2025-10-15 (slips: 1)" in str(todos(text)[0]["description"])
    assert exports.render("todo", told(history)) == text


def test_an_item_keeps_its_uid_and_an_address_is_invited(repo: Repo) -> None:
    seen = set()
    for day, due in (("2025-10-06", "2025-11-12"), ("2025-10-07", "2025-11-20")):
        one = item("AI-001", "Add metrics", due=due, owner="ann@example.org", status="in_progress")
        repo.commit(day, {"pir/INC-001.yaml": review(action_items=[one])})
        [todo] = todos(exports.render("todo", told(repo)))
        seen.add(str(todo["uid"]))
        assert (str(todo["attendee"]), str(todo["status"])) == ("mailto:ann@example.org", "IN-PROCESS")
    assert len(seen) == 1


def test_an_item_is_written_once_for_all_calendars(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    items = [item("AI-001", "Add metrics"), item("AI-002", "Add tests")]
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(action_items=items)})
    written, event = [], ical._event

    def noted(row: Row) -> Any:
        written.append(row["action_id"])
        return event(row)

    monkeypatch.setattr(ical, "_event", noted)
    known: dict[str, bytes] = {}
    assert ical.render(told(repo), known) == ical.render(told(repo), known) == ical.render(told(repo))
    assert written == ["AI-001", "AI-002"] * 2
    assert len(known) == 2


def test_no_text_gets_out_of_its_property_in_a_calendar(hostile: Repo) -> None:
    found = todos(exports.render("todo", told(hostile)))
    assert len(found) == len(events(exports.render("ical", told(hostile)))) == len(HOSTILE)
    assert len({str(one["uid"]) for one in found}) == len(HOSTILE)
    assert {one["due"].dt for one in found} == {date(2025, 10, 12)}
    assert "INC-001 AI-006: a\nEND:VCALENDAR\nb" in [str(one["summary"]) for one in found]


@pytest.mark.parametrize("owner", [*HOSTILE, "a\nb", "\u2028"])
def test_a_calendar_is_called_after_any_owner(hostile: Repo, owner: str) -> None:
    text = exports.render("ical", replace(told(hostile), owners=(owner,)))
    name = icalendar.vText(f"Action items: {printable(owner)}").to_ical().decode()
    lines = text.replace("\r\n ", "").split("\r\n")
    assert [line for line in lines if "NAME:" in line] == [f"NAME:{name}", f"X-WR-CALNAME:{name}"]
    assert len(events(text)) == len(HOSTILE)


@pytest.mark.parametrize("text", ["a\nb", "a\r\nX-B:c", "a\x0bb", "\x1b[31m", "\0", "a\x9fb"])
def test_no_name_brings_a_line_end_or_a_control_into_a_calendar(repo: Repo, text: str) -> None:
    items = [item("AI-001", text, owner=text)]
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(action_items=items, severity=text)})
    written = exports.render("ical", replace(told(repo), owners=(text,)))
    assert not re.search("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028]", written)
    assert str(events(written)[0]["categories"].cats[0]) == printable(text)


@pytest.mark.parametrize("name", ["ical", "todo"])
def test_a_calendar_of_nothing_holds_a_component(repo: Repo, name: str) -> None:
    one = item("AI-001", "Add metrics", status="done")
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(action_items=[one])})
    written = exports.render(name, told(repo))
    [only] = icalendar.Calendar.from_ical(written).subcomponents
    assert only.name == "VTIMEZONE", "RFC 5545 wants one, and some programs do too; this one shows nothing"
    assert "TZOFFSETTO:+0000\r\n" in written


@pytest.mark.parametrize(
    ("name", "library", "extra"),
    [("ical", "icalendar", "ical"), ("openmetrics", "prometheus_client", "openmetrics")],
)
def test_a_library_that_is_not_there_is_named(
    history: Repo, monkeypatch: pytest.MonkeyPatch, name: str, library: str, extra: str
) -> None:
    for module in [module for module in sys.modules if module.split(".")[0] == library]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(PirgenError, match=rf'needs {library}: `pip install "pirgen\[{extra}\]"`'):
        exports.render(name, told(history))


def test_json_is_json_of_everything(hostile: Repo) -> None:
    found = json.loads(exports.render("json", told(hostile, "service")))
    assert len(found["open_actions"]) == len(HOSTILE)
    assert set(found["groups"]["service"]) == set(HOSTILE)


@pytest.mark.parametrize("name", ["csv", "ical", "json", "markdown", "openmetrics", "pretty", "table"])
def test_no_export_holds_a_control_character(hostile: Repo, name: str) -> None:
    text = exports.render(name, told(hostile, "service"))
    assert "SUM(A1)" in text
    assert set(re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text.replace("\r\n", "\n"))) == set()


@pytest.mark.parametrize("name", ["", ".", "/"])
def test_an_output_without_a_name_is_one_clear_line(history: Repo, name: str) -> None:
    for words in (("report",), ("lint", "--format", "json")):
        done = history.run(*words, "--output-file", name)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
