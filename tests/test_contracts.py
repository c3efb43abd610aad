"""What commands write as JSON is what their schemas promise."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from jsonschema import Draft7Validator

from pirgen.commands.schema import ANSWERS, FILES, SITE
from pirgen.ledger.facts import STORY_ONLY
from pirgen.ledger.snapshot import EVENTS
from pirgen.schema import read
from tests.demo import AS_OF, build
from tests.support import Cli, Repo, item, review


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """Half a year of a team, with mistakes in the worktree."""
    repo = build(tmp_path_factory.mktemp("team"))
    tracker = "tracker: {kind: github, host: 'https://code.example.org', project: acme/shop}\n"
    repo.write("pirgen.yaml", (repo.folder / "pirgen.yaml").read_text(encoding="utf-8") + tracker)
    items = [item("AI-001", "Add metrics", due=None), item("AI-002", "x", status="done", evidence="abc1234")]
    repo.write("pir/INC-900.yaml", review("INC-901", severity="P9", lessons_learned=["TODO"], action_items=items))
    repo.write("pir/INC-902.yaml", "incident_id: [\n")
    return repo


ANSWERED: dict[str, list[tuple[str, ...]]] = {
    "lint": [("lint", "--advice"), ("check",)],
    "rules": [("rules",)],
    "history": [("history",), ("history", "--since", "2026-01-01")],
    "actions": [("action", "list"), ("action", "list", "--owner", "@sre")],
    "rollup": [("rollup", "code.example.org/acme/shop=.", "/nowhere", "--by", "severity", "--by", "owner")],
    "reminders": [("remind", "--since", "2025-10-01")],
    "sync": [("sync",)],
    "suggestions": [("evidence", "suggest", "INC-001", "AI-001")],
    "incident-list": [("incident", "list", "--all")],
    "incident-show": [("incident", "show", "INC-012"), ("incident", "show", "INC-001")],
    "message": [("comms", "INC-012", "update", "--status", "Monitoring", "--impact", "x")],
    "duties": [("duties", "INC-012")],
    "projects": [("projects",)],
    "report": [("report", "--as-of", AS_OF), ("report", "--since", "2026-01-01"), ("report", "--by", "severity")],
}  # fmt: skip
"""The command lines whose answers each schema describes."""


def test_each_schema_of_an_answer_is_tried() -> None:
    assert [*sorted(ANSWERED)] == sorted(ANSWERS)
    assert all("Version 1" in read(name)["$comment"] for name in ANSWERS)


@pytest.mark.parametrize(("name", "words"), [(name, words) for name, lines in ANSWERED.items() for words in lines])
def test_an_answer_is_what_its_schema_says(team: Repo, name: str, words: tuple[str, ...]) -> None:
    answer = json.loads(team.run(*words, "--format", "json", GITHUB_TOKEN="", GH_TOKEN="").stdout)
    validator = Draft7Validator(read(name))
    assert [error.message for error in validator.iter_errors(answer)] == []
    assert list(validator.iter_errors(_spoilt(answer))), "the schema does reject"


def _spoilt(answer: Any) -> Any:
    """The answer with a field that is not promised."""
    lists = [answer] if isinstance(answer, list) else [value for value in answer.values() if isinstance(value, list)]
    rows = (rows[0] for rows in lists if rows and isinstance(rows[0], dict) and "kind" not in rows[0])
    next(rows, answer)["surprise"] = 1
    return answer


def test_the_schema_of_history_names_each_event() -> None:
    known = read("history")["properties"]["facts"]["items"]["properties"]["event"]["enum"]
    assert {*EVENTS.values()} <= {*known} and {*STORY_ONLY}.isdisjoint(known)


def test_export_is_another_name_of_format(team: Repo) -> None:
    words = ("history", "--since", "2025-10-01..2026-03-31")
    assert team.run(*words, "--export", "json").stdout == team.run(*words, "--format", "json").stdout != ""


def test_the_help_names_every_schema(cli: Cli) -> None:
    told = re.findall(r"[a-z-]+", cli.run("schema", "--help").stdout)
    assert {*FILES, *ANSWERS, *SITE} <= {*told}
