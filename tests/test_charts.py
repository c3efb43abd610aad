"""The charts say what the history says, in a picture, in words and in a table, whatever the texts hold."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pirgen.ledger import read_ledger
from pirgen.project import Project
from pirgen.review import read
from pirgen.review.milestones import INTERVALS
from pirgen.review.related import Relations
from pirgen.review.timeline import Clock
from pirgen.site import period, scale
from pirgen.site.charts import Chart, charts
from pirgen.site.timeline_picture import WIDTH, picture
from pirgen.templating import Templates
from pirgen.workspace import Workspace
from tests.support import Repo, item, review
from tests.test_markdown import HOSTILE

NOW = datetime(2025, 12, 1, 9, tzinfo=UTC)
DAYS = st.dates(date(2000, 1, 1), date(2040, 1, 1))


def drawn(repo: Repo) -> dict[str, Chart]:
    """All charts of a project, by name."""
    config = Project(repo.folder).config
    ledger = read_ledger(repo.folder, config, now=NOW)
    valid = Workspace(repo.folder, config).valid.values()
    relations = Relations({one.incident_id: one for one in valid if one})
    return {chart.name: chart for page in ("report", "actions") for chart in charts(page, ledger, relations)}


def incident(name: str, day: str, severity: str, end: str, **more: Any) -> dict[str, str]:
    timeline = [{"time": "10:00", "event": "x", "kind": "started"}, {"time": end, "event": "x", "kind": "resolved"}]
    return {f"pir/{name}.yaml": review(name, date=day, severity=severity, timeline=timeline, **more)}


@pytest.fixture
def history(repo: Repo) -> Repo:
    none = {"action_items": [], "no_action_items_reason": "none"}
    slow = review("INC-004", severity="P2", timeline=[{"time": "unknown", "event": "x", "kind": "started"}], **none)
    repo.commit("2025-10-06", {
        **incident("INC-001", "2025-08-01", "P1", "10:30", action_items=[
            item("AI-001", "Add metrics", due="2025-10-10"), item("AI-002", "Add tests", due="2025-11-20")]),
        **incident("INC-002", "2025-08-20", "P1", "12:30", **none, contributing_factors=[
            "No monitoring of  the Pool!"]),
        **incident("INC-003", "2025-10-02", "P2", "11:00", **none),
        "pir/INC-004.yaml": slow,
    })  # fmt: skip
    return repo


def test_times_to_resolve_are_those_of_the_incidents(history: Repo) -> None:
    found = drawn(history)
    chart = found["time_to_resolve"]
    assert chart.rows == [("2025-08", 2, "1h30m", "2h30m"), ("2025-10", 1, "1h", "1h")]
    assert chart.text.startswith("3 of 4 incidents, on a logarithmic scale; of the others the time is not known: 1.")
    assert chart.drawing
    assert len(chart.drawing["dots"]) == 3
    assert found["time_to_resolve_by_severity"].rows == [("P1", 2, "1h30m", "2h30m"), ("P2", 1, "1h", "1h")]
    assert found["incidents_over_time"].rows == [("2025-08", 2, 0, 2), ("2025-10", 0, 2, 2)]
    assert found["recurring_factors"].rows == [("No monitoring of the pool", 4, "INC-001, INC-002, INC-003, INC-004")]


def test_a_review_that_is_not_written_is_drawn_hollow_at_its_time_so_far(history: Repo) -> None:
    later = incident("INC-005", "2025-10-03", "P1", "10:30", status="draft", duration=None)
    history.commit("2025-10-07", later)
    chart = drawn(history)["review_lead_time"]
    # those of August took 66 and 47 days; of October, one took 4 days, and one is open for 58 days and 22 hours
    assert chart.rows == [("2025-08", 2, "56d13h", "66d1h30m"), ("2025-10", 2, "4d1h", "58d22h30m")]
    assert "hollow, at their time so far, are those that are still open: 1" in chart.text
    assert chart.drawing
    assert [told for *_, told, is_open in chart.drawing["dots"] if is_open] == [
        "INC-005, 2025-10-03: 58d22h30m, still open"
    ]
    assert figure(chart).count('fill="none" stroke=') == 1
    first = incident("INC-006", "2025-11-03", "P1", "10:30", status="draft", duration=None)
    history.commit("2025-11-07", first)
    chart = drawn(history)["review_lead_time"]
    assert chart.rows[-1] == ("2025-11", 1, "not reached", "27d22h30m")
    assert chart.drawing
    assert len(chart.drawing["medians"]) == 2


def test_open_overdue_and_done_are_as_git_had_them_day_by_day(history: Repo) -> None:
    def said(*items: dict[str, Any]) -> dict[str, str]:
        return incident("INC-001", "2025-08-01", "P1", "10:30", action_items=[*items])

    one, two = item("AI-001", "Add metrics", due="2025-10-10"), item("AI-002", "Add tests", due="2025-11-20")
    history.commit("2025-10-13", said({**one, "due": "2025-10-20"}, two))
    history.commit("2025-10-22", said({**one, "due": "2025-10-20", "status": "done"}, two))
    history.commit("2025-10-24", said({**one, "due": "2025-10-20"}, two))
    history.commit("2025-10-26", said({**one, "id": "AI-009", "due": "2025-10-20", "status": "done"}, two))
    history.commit("2025-10-28", said({**one, "id": "AI-009", "due": "2025-10-20", "status": "done"}))
    history.commit("2025-10-30", said({**one, "id": "AI-009", "due": "2025-10-20", "status": "done"}, two))
    chart = drawn(history)["actions_over_time"]
    days = {row[0]: row[1:] for row in chart.rows}
    expected = {
        "2025-10-06": (0, 2, 0), "2025-10-10": (0, 2, 0), "2025-10-11": (1, 2, 0), "2025-10-12": (1, 2, 0),
        "2025-10-13": (0, 2, 0), "2025-10-20": (0, 2, 0), "2025-10-21": (1, 2, 0), "2025-10-22": (0, 1, 1),
        "2025-10-24": (1, 2, 0), "2025-10-26": (0, 1, 1), "2025-10-28": (0, 0, 1), "2025-10-30": (0, 1, 1),
        "2025-11-20": (0, 1, 1), "2025-11-21": (1, 1, 1), "2025-12-01": (1, 1, 1),
    }  # fmt: skip
    assert {day: days[day] for day in expected} == expected


def test_nothing_is_drawn_of_nothing(repo: Repo) -> None:
    repo.commit("2025-10-06", {"README.md": "x"})
    found = drawn(repo)
    assert len(found) == 6
    for chart in found.values():
        assert (chart.drawing, list(chart.rows)) == (None, []), chart.name


def figure(chart: Chart) -> str:
    return Templates(Path()).render("charts/figure.md.j2", chart=chart)


def test_pictures_are_sound_and_hold_no_blank_line_whatever_the_texts(repo: Repo) -> None:
    texts = [text for text in HOSTILE if text.strip()]
    repo.write("pirgen.yaml", "severities: [{name: P1}, {name: Sev 2}]\n")
    for number, text in enumerate(texts, 1):
        name = f"INC-{number:03d}"
        items = [item("AI-001", text, owner=f"@o{number}", due="2025-10-10")]
        factors = {"contributing_factors": texts, "action_items": items}
        repo.write(*next(iter(incident(name, f"2025-0{number % 9 + 1}-01", "Sev 2", "10:30", **factors).items())))
    repo.commit("2025-10-06", {})
    for chart in drawn(repo).values():
        text = figure(chart)
        for element in re.findall(r"<figure.*?</figure>|<details.*?</details>", text, re.DOTALL):
            assert "\n\n" not in element, chart.name
            root = ET.fromstring(element)
            assert {node.tag for node in root.iter()} <= {
                *("figure", "svg", "title", "desc", "path", "text", "rect", "polyline"),
                *("details", "summary", "table", "thead", "tbody", "tr", "th", "td"),
            }
            if root.tag == "figure":
                assert [node.tag for node in root[0]][:2] == ["title", "desc"]
                assert root[0].attrib["role"] == "img"


CLOCK = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.integers(0, 59))
DATED = st.tuples(DAYS, CLOCK).map(lambda pair: f"{pair[0]} {pair[1]}")
TIME = CLOCK | CLOCK.map("~{}".format) | st.just("unknown") | DATED
KIND = st.sampled_from(["started", "detected", "mitigated", "resolved"])
ENTRY = st.fixed_dictionaries({"event": st.text(min_size=1), "time": TIME}, optional={"kind": KIND})
ZONE = st.sampled_from(["UTC", "Europe/Berlin", "+05:45"])


@given(st.lists(ENTRY, max_size=12), ZONE, st.none() | st.integers(1, 10**6))
def test_any_timeline_is_drawn_to_scale_inside_its_picture(entries: list[Any], zone: str, target: int | None) -> None:
    said = read({"date": "2025-03-30", "timeline": entries, "timezone": zone}, Clock())
    found = picture(said, INTERVALS["mttr"], target)
    known = [moment.at for moment in said.timeline if moment.at]
    if len({*known}) < 2:
        assert found is None
        return
    assert found
    marks = found.marks
    assert len(marks) == len(known)
    assert all(0 <= x <= WIDTH for x in (*(mark.x for mark in marks), *(x for x, _ in found.ticks)))
    span = (max(known) - min(known)).total_seconds()
    room = max(mark.x for mark in marks) - min(mark.x for mark in marks)
    for mark, at in zip(marks, known, strict=True):
        assert abs((mark.x - marks[0].x) - room * (at - known[0]).total_seconds() / span) < 0.3
    labels = found.labels
    for one in labels:
        for other in labels:
            if one is not other and one.line == other.line:
                left, right = sorted((one, other), key=lambda label: label.x)
                assert left.x + len(left.text) * scale.CHARACTER <= right.x
            if one is not other and one.line > other.line:
                assert not other.x < one.x < other.x + len(other.text) * scale.CHARACTER, "a line crosses a name"
    assert 0 < len(found.ticks) <= 10 or span < 120
    text = Templates(Path()).render("charts/timeline.svg.j2", picture=found, evidence=True, look="s1")
    assert "\n\n" not in text
    ET.fromstring(text.strip())


@given(st.lists(st.integers(0, 600), min_size=5, max_size=6).map(sorted))
def test_no_line_crosses_a_name_however_milestones_lie(minutes: list[int]) -> None:
    kinds = ("started", "detected", "acknowledged", "identified", "mitigated", "resolved")
    entries = [
        {"time": f"{8 + minute // 60:02d}:{minute % 60:02d}", "event": "x", "kind": kind}
        for minute, kind in zip(minutes, kinds[-len(minutes) :], strict=True)
    ]
    found = picture(read({"date": "2025-03-30", "timeline": entries}, Clock()), INTERVALS["mttr"], None)
    for one in found.labels if found else ():
        for other in found.labels if found else ():
            end = other.x + len(other.text) * scale.CHARACTER
            assert one is other or one.line <= other.line or not other.x < one.x < end, "a line crosses a name"
            assert one is other or one.line != other.line or not other.x <= one.x < end, "two names touch"


@pytest.mark.parametrize("day", ["2025-03-30", "2025-10-26"])
def test_ticks_stand_where_their_times_are_when_clocks_change(day: str) -> None:
    entries = [{"time": f"{day} {clock}", "event": "x"} for clock in ("00:00", "04:00", "06:00")]
    found = picture(read({"timeline": entries, "timezone": "Europe/Berlin"}, Clock()), INTERVALS["mttr"], None)
    assert found
    ticks = {text: x for x, text in found.ticks}
    assert abs(ticks["04:00"] - found.marks[1].x) < 0.3
    assert abs(ticks["06:00"] - found.marks[2].x) < 0.3
    assert ("02:00" in ticks) == (day == "2025-10-26")


def test_extremes_are_drawn() -> None:
    entries = [
        {"time": "2020-01-01 00:00", "event": "x", "kind": "started"},
        {"time": "2025-01-01 00:00", "event": "x"},
    ]
    found = picture(read({"timeline": entries}, Clock()), INTERVALS["mttr"], 10**12)
    assert found
    assert found.due is None
    assert all(len(text) == 10 for _, text in found.ticks), "of more than a year, with the year"
    assert scale.spans(1092 * 86_400, 1092 * 86_400) == [1092 * 86_400, 2 * 1092 * 86_400]


def test_drafts_and_placeholders_are_no_recurring_factors(repo: Repo) -> None:
    for name, status in (("INC-001", "draft"), ("INC-002", "draft"), ("INC-003", "complete"), ("INC-004", "complete")):
        repo.write(f"pir/{name}.yaml", review(name, status=status, contributing_factors=["TODO: why", "No canary"]))
    repo.commit("2025-10-06", {})
    assert drawn(repo)["recurring_factors"].rows == [("No canary", 2, "INC-003, INC-004")]


def test_many_severities_keep_their_names(repo: Repo) -> None:
    names = [f"Severity {number} of many" for number in range(1, 13)]
    repo.write("pirgen.yaml", f"severities: [{', '.join(f'{{name: {name}}}' for name in names)}]\n")
    for number, name in enumerate(names, 1):
        repo.write(*next(iter(incident(f"INC-{number:03d}", "2025-09-01", name, "10:30").items())))
    repo.commit("2025-10-06", {})
    root = ET.fromstring(re.findall(r"<figure.*?</figure>", figure(drawn(repo)["time_to_resolve"]), re.DOTALL)[0])
    left, top, width, height = map(float, root[0].attrib["viewBox"].split())
    texts = [node for node in root.iter("text") if (node.text or "").startswith("Severity")]
    assert len(texts) == 12
    assert all(left <= float(node.attrib["x"]) <= left + width - 100 for node in texts)
    assert all(top <= float(node.attrib["y"]) <= top + height for node in texts)


@given(st.lists(DAYS, min_size=1))
def test_any_days_lie_in_few_periods_without_a_gap(days: list[date]) -> None:
    spans = period.periods(days)
    assert 1 <= len(spans) <= period.MOST + 1
    assert all(one.end == other.first for one, other in pairwise(spans))
    for day in days:
        found = spans[period.place(spans, day)]
        assert found.first <= day < found.end


@given(st.floats(1, 1e9), st.floats(1, 1e9))
def test_any_durations_lie_between_the_lines_of_their_axis(one: float, other: float) -> None:
    shortest, longest = sorted((one, other))
    lines = scale.spans(shortest, longest)
    assert lines == sorted({*lines})
    assert len(lines) >= 2
    assert lines[0] <= max(shortest, 60)
    assert longest <= lines[-1]
    assert 0 <= scale.part(shortest, lines[0], lines[-1]) <= scale.part(longest, lines[0], lines[-1]) <= 1


@given(st.integers(0, 10**9))
def test_any_count_has_few_round_lines(highest: int) -> None:
    steps = scale.numbers(highest)
    assert steps[0] == 0
    assert steps[-1] >= max(highest, 1)
    assert 2 <= len(steps) <= 7
