"""Fixes: what they change, and that they change nothing else."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pirgen.config import Config
from pirgen.document import load
from pirgen.files import Source
from pirgen.lint import Linter
from pirgen.lint.fix import fix
from pirgen.workspace import Workspace
from tests.support import Cli, review

MESSY = """\
# A comment at the top
incident_id: INC-001   # the id
Severity: "p1"
date: 2025-10-05
duration: 30m          # to be checked
impact: >-
    Folded text
    of two lines
timeline:
-   time: "14:30"
    event: Alert triggered   # by the pager
    # a comment inside
-   {time: '14:32', event: On-call acknowledged}
-   time: '23:10'
    event: >
        Nothing
        of note
-   time: "00:15"
    event: Incident resolved
    by: "@ann"
root_cause: |
    # not a comment

    Text

contributing-factors: [a, "b # c"]
action_items: [{id: AI-001, action: Add metrics, owner: "@platform", due: "2025-10-12"}]
lessons_learned: [Watch it]
"""
MENDED = """\
# A comment at the top
incident_id: INC-001   # the id
severity: "P1"
date: 2025-10-05
duration: 30m          # to be checked
impact: >-
    Folded text
    of two lines
timeline:
-   time: "14:30"
    event: Alert triggered   # by the pager
    kind: detected
    # a comment inside
-   {time: '14:32', event: On-call acknowledged, kind: acknowledged}
-   time: '23:10'
    event: >
        Nothing
        of note
-   time: "00:15"
    event: Incident resolved
    kind: resolved
    by: "@ann"
root_cause: |
    # not a comment

    Text

contributing_factors: [a, "b # c"]
action_items: [{id: AI-001, action: Add metrics, owner: "@platform", due: "2025-10-12"}]
lessons_learned: [Watch it]
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_everything_else_is_kept(cli: Cli, end: str, mark: str) -> None:
    path = cli.write("pir/INC-001.yaml", (mark + MESSY).replace("\n", end).encode())
    path.chmod(0o640)
    done = cli.run("lint", "--fix")
    assert path.read_bytes().decode() == (mark + MENDED).replace("\n", end)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert done.stderr == "pir/INC-001.yaml: 6 fixes (milestone-kind, schema)\n"
    assert done.stdout.startswith("warning[duration-matches-timeline]")
    assert "warning[explicit-timezone]" in done.stdout, "no fix invents a zone that nobody stated"
    assert "1 file checked: 2 warnings" in done.stdout
    assert cli.run("lint", "--fix").stderr == ""
    assert [file.name for file in path.parent.iterdir()] == ["INC-001.yaml"]


def test_unsafe_fixes_are_asked_for(cli: Cli) -> None:
    path = cli.write("pir/INC-001.yaml", MENDED.replace("severity:", "sverity:"))
    cli.run("lint", "--fix")
    assert path.read_text(encoding="utf-8") == MENDED.replace("severity:", "sverity:")
    done = cli.run("lint", "--fix", "--unsafe-fixes")
    assert path.read_text(encoding="utf-8") == MENDED.replace("30m ", "9h45m ")
    assert done.stdout.endswith("1 file checked: 1 warning; `pirgen rules explicit-timezone` says why\n")


@pytest.mark.parametrize("mark", ["\n", "\r\n"])
def test_an_ignore_that_silences_nothing_is_taken_away(tmp_path: Path, mark: str) -> None:
    comment = "# pirgen: ignore[no-placeholder] it was one"
    text = review(root_cause="A pool\n", impact="Much").replace("\n", mark)
    noted = text.replace("impact: Much", f"impact: Much  {comment}").replace(
        "root_cause:", f"{comment}{mark}root_cause:"
    )
    noted += "# pirgen: ignore[no-placeholder] at the end"
    assert noted.count("pirgen:") == 3
    assert mended(noted, tmp_path) == mended(text, tmp_path)


UNORDERED = """\
timeline:
  # the pager
  - time: "14:32"
    event: On-call acknowledged   # by phone
    kind: acknowledged

  - time: unknown
    event: Somebody noticed
  # the alert
  -
    time: "14:30"
    event: Alert triggered
    kind: detected
  - {time: "15:15", event: Incident resolved, kind: resolved}
"""
ORDERED = """\
timeline:
  # the alert
  -
    time: "14:30"
    event: Alert triggered
    kind: detected
  # the pager
  - time: "14:32"
    event: On-call acknowledged   # by phone
    kind: acknowledged

  - time: unknown
    event: Somebody noticed
  - {time: "15:15", event: Incident resolved, kind: resolved}
"""


@pytest.mark.parametrize("end", ["\n", ""])
@pytest.mark.parametrize("mark", ["\n", "\r\n"])
def test_entries_are_put_in_order_with_their_comments(tmp_path: Path, mark: str, end: str) -> None:
    head = review(timeline=None)
    unordered, ordered = ((head + text).removesuffix("\n").replace("\n", mark) + end for text in (UNORDERED, ORDERED))
    assert mended(unordered, tmp_path) == unordered
    assert mended(unordered, tmp_path, unsafe=True) == ordered


def test_a_diff_shows_and_writes_nothing(cli: Cli) -> None:
    path = cli.write("pir/INC-001.yaml", review(severity="p2"))
    before = path.read_bytes()
    done = cli.run("lint", "--diff")
    assert done.returncode == 1
    assert "-severity: p2\n+severity: P2\n" in done.stdout
    assert done.stdout.startswith("--- a/pir/INC-001.yaml\n+++ b/pir/INC-001.yaml\n")
    assert path.read_bytes() == before
    cli.run("lint", "--fix")
    assert cli.run("lint", "--diff").returncode == 0


def test_the_commonest_slip_is_put_in_quotes(cli: Cli) -> None:
    text = review().replace("'@platform'", "@platform  # the team")
    path = cli.write("pir/INC-001.yaml", text + 'related: [INC-001]\nresolution: `x` was "y"\n')
    done = cli.run("lint")
    assert done.stdout.endswith("1 file checked: 2 errors, 1 warning; `pirgen lint --fix` mends 2\n")
    cli.run("lint", "--fix")
    said = path.read_text(encoding="utf-8")
    assert 'owner: "@platform"  # the team\n' in said
    assert "resolution: '`x` was \"y\"'\n" in said


def mended(text: str, folder: Path, *, unsafe: bool = False) -> str:
    workspace = Workspace(folder, Config())
    source = Source("pir/INC-001.yaml", text.encode())
    after, _ = fix(source, Linter(workspace).check, unsafe=unsafe)
    return after.data.decode()


EVENTS = st.sampled_from(["Alert triggered", "On-call acknowledged", "x: y", "# z", "Incident resolved", "é\u2028", ""])
ENTRY = st.fixed_dictionaries(
    {"time": st.sampled_from(["14:30", "14:40", "23:50", "00:10", "unknown", "~15:00", "x"]), "event": EVENTS},
    optional={"kind": st.sampled_from(["detected", "note", "Resolved"]), "by": st.just("@ann")},
)
CHANGES = st.fixed_dictionaries(
    {"timeline": st.lists(ENTRY, max_size=5)},
    optional={
        "severity": st.sampled_from(["P1", "p1", " P2", "P9", "1"]),
        "status": st.sampled_from(["draft", "In-Review", "complete"]),
        "lesson_learned": st.just(["x"]),
        "Tags": st.just(["a"]),
        "duration": st.sampled_from(["45m", "1h", "x"]),
    },
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(changes=CHANGES, flow=st.booleans(), style=st.sampled_from([None, '"', "'"]))
def test_a_safe_fix_changes_no_other_value_and_a_second_run_nothing(
    changes: dict[str, Any], flow: bool, style: str | None, tmp_path: Path
) -> None:
    data = yaml.safe_load(review(**changes))
    text = yaml.dump(data, sort_keys=False, allow_unicode=True, default_flow_style=flow, default_style=style)
    after = mended(text, tmp_path)
    assert mended(after, tmp_path) == after
    before, now = load(Source("x", text.encode())).data, load(Source("x", after.encode())).data
    if before is None:
        return
    renamed = {"Tags": "tags"}
    for key, value in before.items():
        kept = now[renamed.get(key, key)] if key not in now else now[key]
        if key == "timeline":
            assert [{k: v for k, v in entry.items() if k != "kind"} for entry in kept] == [
                {k: v for k, v in entry.items() if k != "kind"} for entry in value
            ]
        elif key in ("severity", "status") and isinstance(value, str):
            assert kept.lower() == {"1": "p1"}.get(value, value.strip().lower().replace("-", "_"))
        else:
            assert kept == value
    assert set(now) == {renamed.get(key, key) for key in before}
