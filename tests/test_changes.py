"""What formats tell of fixes: each, made as its format says, gives the text that lint writes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pirgen.commands import main
from pirgen.config import Config
from pirgen.document.edit import apply
from pirgen.files import Source
from pirgen.lint import Linter
from pirgen.lint import changes as lint_changes
from pirgen.lint.changes import with_changes
from pirgen.lsp.actions import changes
from pirgen.workspace import Workspace
from tests.support import Cli, review

MESSY = """\
incident_id: INC-001   # 🚒 the id
Severity: "p1"
date: 2 July 2019
duration: 27 minutes
impact: 🚒 x
timeline:
- {time: "6:05", event: Alert triggered}
- time: '23:10'
  event: "🚒 of note" # pirgen: ignore[timeline-order] none
- time: "22:15"
  event: Incident resolved
root_cause: x
contributing-factors: a
action_items: [{action: Add metrics, owner: "@platform", due: "2025-10-12"}]
lessons_learned: [Watch it]
"""
BROKEN = """\
incident_id: INC-001
severity: P1
title: Late: the queue
timeline:
  - time: "14:30"
    event: Alert "one
action_items:
  - {id: AI-001, action: Add, owner: @platform}
"""


def sarif(text: str, change: dict[str, Any]) -> str:
    """The text after a replacement of SARIF, whose columns count characters here."""
    starts = [0, *(found.end() for found in re.finditer(r"\r\n|\n|\r", text))]
    region = change["deletedRegion"]
    start = starts[region["startLine"] - 1] + region["startColumn"] - 1
    end = starts[region["endLine"] - 1] + region["endColumn"] - 1
    new: str = change["insertedContent"]["text"]
    return text[:start] + new + text[end:]


def suggested(text: str, suggestion: dict[str, Any]) -> str:
    """The text after a suggestion for whole lines, the last one without its line end."""
    lines = text.splitlines(keepends=True)
    first, last = (suggestion["range"][side]["line"] for side in ("start", "end"))
    end = re.sub(r"[^\r\n]", "", lines[last - 1]) if last <= len(lines) else ""
    return "".join((*lines[: first - 1], suggestion["text"] + end, *lines[last:]))


def piped(folder: Path, text: str, style: str) -> Result:
    words = ["-C", str(folder), "lint", "-", "--advice", "--stdin-filename", "pir/INC-001.yaml", "--format", style]
    return CliRunner().invoke(main, words, input=text.encode())


@pytest.mark.parametrize("mark", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("text", [MESSY, MESSY.rstrip("\n"), BROKEN], ids=["messy", "without an end", "broken"])
def test_a_fix_as_it_is_told_is_the_one_that_is_made(cli: Cli, oasis: Any, text: str, mark: str) -> None:
    text = text.replace("\n", mark)
    workspace = Workspace(cli.folder, Config())
    source = Source("pir/INC-001.yaml", text.encode())
    document = workspace.document(source)
    found = [one for one in Linter(workspace).check(source) if one.fix]
    wanted = [after.written if (after := apply(document, one.fix.edits)) else None for one in found if one.fix]
    assert sum(one is not None for one in wanted) >= 2

    log = json.loads(piped(cli.folder, text, "sarif").stdout)
    assert list(oasis.iter_errors(log)) == []
    told = [one["fixes"][0] for one in log["runs"][0]["results"] if "fixes" in one]
    texts = [sarif(text, one["artifactChanges"][0]["replacements"][0]) for one in told]
    assert texts == [one for one in wanted if one is not None]
    assert [one["properties"]["safe"] for one in told] == [
        one.fix.safe for one, after in zip(found, wanted, strict=True) if one.fix and after is not None
    ]
    guesses = [one["description"]["text"].endswith("(may not be what the author meant)") for one in told]
    assert guesses == [not one["properties"]["safe"] for one in told]

    rows = json.loads(piped(cli.folder, text, "rdjson").stdout)["diagnostics"]
    assert [suggested(text, one["suggestions"][0]) for one in rows if "suggestions" in one] == texts


def test_a_change_for_an_editor_mends_no_other_mistake(cli: Cli) -> None:
    workspace = Workspace(cli.folder, Config())
    document = workspace.document(Source("pir/INC-001.yaml", BROKEN.encode()))
    texts = [one.text for one in changes(document, Linter(workspace).check(document.source), workspace.document)]
    assert len(texts) >= 2
    assert all(sum(a != b for a, b in zip(text.split("\n"), BROKEN.split("\n"), strict=True)) == 1 for text in texts)


def test_only_formats_that_show_fixes_have_them_worked_out(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lint_changes, "with_changes", None)
    assert piped(cli.folder, MESSY, "json").exit_code == 1
    assert isinstance(piped(cli.folder, MESSY, "sarif").exception, SystemExit)
    assert piped(cli.folder, MESSY, "sarif").exit_code == 2


def test_no_more_fixes_are_worked_out_than_there_is_time_for(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each parses its file, so that many in a large file would take hours."""
    text = review(tags=[1, 2, 3, 4, 5])
    cli.write("pir/INC-001.yaml", text)
    workspace = Workspace(cli.folder, Config())
    found = Linter(workspace).lint().diagnostics
    every = sum(one.change is not None for one in with_changes(workspace, found))
    monkeypatch.setattr(lint_changes, "MOST", len(text) * 2)
    told = with_changes(workspace, found)
    assert every > 2 == sum(one.change is not None for one in told)
    assert [one._replace(change=None) for one in told] == [*found]
