"""The server for editors, asked over stdio as an editor does."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.language_client import LanguageClient, language_server
from tests.support import Cli, item, review

pytest.importorskip("pygls")

COMMAND = [sys.executable, "-m", "pirgen", "lsp", "--stdio"]


@pytest.fixture
def project(cli: Cli) -> Cli:
    """A project with three reviews, of which the second has a log."""
    cli.write("pirgen.yaml", "owners: ['@platform', '@Ann']\n")
    more = {"services": ["checkout"], "tags": ["black friday"], "action_items": [item("AI-001", "Add", owner="@qa")]}
    cli.write("pir/INC-001.yaml", review("INC-001", title="The pool was empty", **more))
    cli.write("pir/INC-002.yaml", review("INC-002", related=["INC-001"], **more))
    declared = {
        "at": "2025-10-05T14:30:00Z",
        "kind": "declared",
        "incident_id": "INC-002",
        "title": "x",
        "severity": "P1",
    }
    cli.write("operational_audit/incidents/INC-002.yaml", f"- {json.dumps(declared)}\n")
    return cli


@pytest.fixture
def editor(project: Cli) -> Iterator[LanguageClient]:
    with language_server(COMMAND, project.folder) as client:
        yield client


def diagnostics(client: LanguageClient, uri: str, **said: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.wait_for("textDocument/publishDiagnostics", uri=uri, **said)["diagnostics"]
    return found


def learned(client: LanguageClient, uri: str) -> list[dict[str, Any]]:
    """What is found in a text that was just opened when the project's files are known, too."""
    diagnostics(client, uri)
    return diagnostics(client, uri)


def place(text: str, mark: str) -> tuple[int, int]:
    """The line and column (0-based) behind a part of a text."""
    before = text[: text.rindex(mark) + len(mark)]
    return before.count("\n"), len(before) - before.rfind("\n") - 1


def labels(found: Any) -> dict[str, Any]:
    return {one["label"]: one for one in found["items"]}


def edited(text: str, edit: Any) -> str:
    """A text after an edit of one place."""
    [[change]] = edit["changes"].values()
    lines = text.splitlines(keepends=True)
    start, end = change["range"]["start"], change["range"]["end"]

    def index(at: Any) -> int:
        return sum(map(len, lines[: at["line"]])) + int(at["character"])

    return text[: index(start)] + str(change["newText"]) + text[index(end) :]


def test_findings_are_told_as_somebody_types(editor: LanguageClient, project: Cli) -> None:
    text = review("INC-003", severity="P9", related=["INC-404"])
    uri = editor.open(project.folder / "pir/INC-003.yaml", text)
    first = diagnostics(editor, uri)
    assert [(one["code"], one["severity"], one["source"]) for one in first if one["severity"] == 1] == [
        ("schema", 1, "pirgen")
    ]
    [schema] = [one for one in first if one["code"] == "schema"]
    assert schema["message"] == "`severity` cannot be `P9`\nuse one of P1, P2, P3, P4"
    assert schema["range"] == {"start": {"line": 1, "character": 10}, "end": {"line": 1, "character": 12}}
    assert {one["severity"] for one in first} == {1, 4}, "advice is a hint"
    assert "known-references" not in {one["code"] for one in first}, "the other files are not known yet"
    assert "known-references" in {one["code"] for one in diagnostics(editor, uri)}
    editor.change(uri, review("INC-003", related=["INC-001"]), 2)
    assert {one["severity"] for one in diagnostics(editor, uri, version=2)} <= {4}


def test_a_finding_counts_as_the_editor_counts(editor: LanguageClient, project: Cli) -> None:
    text = 'incident_id: INC-003\nstatus: draft\nroles: {"𝒙": 1, on_call: "x"}\n'
    uri = editor.open(project.folder / "pir/INC-003.yaml", text)
    starts = {one["message"].splitlines()[0]: one["range"]["start"]["character"] for one in diagnostics(editor, uri)}
    assert starts["`on_call` cannot be `x`"] == text.splitlines()[2].index('"x"') + 1, "𝒙 is two units of UTF-16"


def test_half_written_text_is_told_and_never_ends_the_server(editor: LanguageClient, project: Cli) -> None:
    path = project.folder / "pir/INC-003.yaml"
    whole = review("INC-003", related=["INC-001"])
    uri = editor.open(path, "")
    for number, end in enumerate(range(0, len(whole), 7), start=2):
        editor.change(uri, whole[:end], number)
        line, column = place(whole[:end] + "$", "$")
        for method in ("completion", "hover", "definition"):
            editor.at(f"textDocument/{method}", uri, line, column - 1)
    odd = [
        "\ufeff" + whole,
        "\ud800: x",
        "a: &a [*a]",
        "[" * 5_000,
        "\x00",
        "- - - - x",
        "x" * 2_000_000,
        "? a\n: b",
        "%",
    ]
    for number, text in enumerate(odd, start=1_000):
        editor.change(uri, text, number)
        diagnostics(editor, uri, version=number)
        editor.at("textDocument/completion", uri, 0, 1)
        editor.at("textDocument/hover", uri, 99, 99)
        editor.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
    editor.change(uri, whole, 2_000)
    assert {one["severity"] for one in diagnostics(editor, uri, version=2_000)} <= {4}


def test_odd_requests_do_not_end_the_server(editor: LanguageClient, project: Cli) -> None:
    uri = editor.open(project.folder / "pir/INC-003.yaml", review("INC-003"))
    editor.send_bytes(b"no json")
    editor.send_bytes(b"[]")
    editor.send_bytes(b"[" * 20_000)
    editor.notify("textDocument/didOpen", {"textDocument": 1})
    editor.notify(
        "textDocument/didChange", {"textDocument": {"uri": "file:///none", "version": 1}, "contentChanges": []}
    )
    editor.notify("textDocument/didClose", {"textDocument": {"uri": "untitled:x"}})
    editor.notify(
        "textDocument/didOpen", {"textDocument": {"uri": "untitled:x", "languageId": "yaml", "version": 1, "text": "a"}}
    )
    editor.notify("$/odd", {})
    assert "error" in editor.ask("odd/request", {})
    assert "error" in editor.ask("textDocument/hover", {"position": "here"})
    assert editor.at("textDocument/hover", "file:///none.yaml", 0, 0) is None
    assert "error" in editor.ask("workspace/executeCommand", {"command": "odd"})
    said = editor.at("textDocument/hover", uri, 0, 2)["contents"]["value"]
    assert said.startswith("**commander-named**")
    assert "The incident's id; the file is named after it." in said


def test_each_fix_is_offered_and_mends(editor: LanguageClient, project: Cli) -> None:
    text = review("INC-003", severity="p1").replace("lessons_learned", "lessons-learned")
    uri = editor.open(project.folder / "pir/INC-003.yaml", text)
    learned(editor, uri)

    def actions(line: int, **context: Any) -> list[dict[str, Any]]:
        at = {"line": line, "character": 0}
        asked = {
            "textDocument": {"uri": uri},
            "range": {"start": at, "end": at},
            "context": {"diagnostics": [], **context},
        }
        found: list[dict[str, Any]] = editor.request("textDocument/codeAction", asked)
        return found

    [one] = actions(1)
    assert (one["title"], one["kind"], one["isPreferred"]) == ("Write `P1`", "quickfix", True)
    assert [found["code"] for found in one["diagnostics"]] == ["schema"]
    assert edited(text, one["edit"]) == text.replace("severity: p1", "severity: P1")
    assert actions(0) == []
    assert actions(1, only=["refactor"]) == []
    [whole] = actions(0, only=["source.fixAll"])
    mended = edited(text, whole["edit"])
    assert "severity: P1" in mended
    assert "lessons_learned:" in mended
    assert not (project.folder / "pir/INC-003.yaml").exists(), "the server writes nothing"


def test_fields_and_rules_are_explained(editor: LanguageClient, project: Cli) -> None:
    text = review("INC-003", duration="1h") + "# pirgen: ignore[no-placeholder] as we like\n"
    uri = editor.open(project.folder / "pir/INC-003.yaml", text)
    learned(editor, uri)

    def said(mark: str) -> str:
        return str(editor.at("textDocument/hover", uri, *place(text, mark))["contents"]["value"])

    assert said("severity: P") == (
        "How bad it was, by the project's severity matrix.\nP1: Critical. Complete service outage, data loss risk. "
        "Acknowledge within 15m, resolve within 1h."
    )
    assert said("  own").startswith("Who answers for it:")
    assert said("duration: 1").startswith("**duration-matches-timeline**\n\nA duration is a fact of the timeline")
    assert said("ignore[no-pl").startswith("**no-placeholder**")


@pytest.mark.parametrize(
    ("text", "mark", "expected"),
    [
        ("severity: ", "severity: ", {"P1", "P2", "P3", "P4"}),
        ("sev", "sev", {"severity"}),
        ("timeline:\n  - time: '14:30'\n    k", "    k", {"kind", "link"}),
        ("timeline:\n  - ", "  - ", {"timeline entry", "milestone", "time", "event"}),
        ("timeline:\n  - {time: '14:30', kind: det", "det", {"detected"}),
        ("action_items:\n  - id: AI-001\n    owner: ", "owner: ", {"@qa", "@platform", "@Ann"}),
        ('action_items:\n  - owner: "@q"', '"@q', {"@qa"}),
        ("roles:\n  on_call: ", "on_call: ", {"@qa", "@platform", "@Ann"}),
        ("related: [INC-0", "INC-0", {"INC-001", "INC-002"}),
        ("covers:\n  - ", "  - ", {"INC-001", "INC-002"}),
        ("tags: [", "[", {"black friday"}),
        ("services:\n  - ch", "ch", {"checkout"}),
        ("contributing_factors:\n  - No mon", "No mon", {"No monitoring of the pool"}),
        ("# pirgen: ignore[no-pl", "no-pl", {"no-placeholder"}),
    ],
)
def test_what_may_be_written_is_offered(
    editor: LanguageClient, project: Cli, text: str, mark: str, expected: set[str]
) -> None:
    text = f"incident_id: INC-003\n{text}"
    uri = editor.open(project.folder / "pir/INC-003.yaml", text)
    learned(editor, uri)
    found = labels(editor.at("textDocument/completion", uri, *place(text, mark)))
    assert expected <= found.keys()
    if mark not in ("  - ", "    k", "sev"):
        assert expected == found.keys()


def test_what_is_offered_is_written_as_yaml_has_it(editor: LanguageClient, project: Cli) -> None:
    text = 'incident_id: INC-003\naction_items:\n  - owner: "@q"\n  - owner:\n'
    uri = editor.open(project.folder / "pir/INC-003.yaml", text)
    learned(editor, uri)
    inside = labels(editor.at("textDocument/completion", uri, *place(text, '"@q')))["@qa"]
    assert inside["filterText"] == '"@qa', "an editor compares it with what is typed, the quote included"
    assert inside["textEdit"] == {
        "newText": '"@qa"',
        "range": {"start": {"line": 2, "character": 11}, "end": {"line": 2, "character": 15}},
    }
    after = labels(editor.at("textDocument/completion", uri, 3, 10))["@qa"]["textEdit"]
    assert after["newText"] == ' "@qa"'
    related = "incident_id: INC-003\nrelated: ["
    editor.change(uri, related, 2)
    known = labels(editor.at("textDocument/completion", uri, 1, 10))
    assert known["INC-001"]["documentation"] == "The pool was empty"
    assert "filterText" not in known["INC-001"], "Neovim 0.7 believes the place of an edit only without it"


def test_configuration_is_judged_completed_and_explained(editor: LanguageClient, project: Cli) -> None:
    text = "timezone: Mars/Olympus\nrules:\n  no-pl\n  action-has-owner: of\n"
    uri = editor.open(project.folder / "pirgen.yaml", text)
    assert [one["code"] for one in diagnostics(editor, uri)] == ["yaml"]
    assert "no-placeholder" in labels(editor.at("textDocument/completion", uri, 2, 7))
    assert labels(editor.at("textDocument/completion", uri, 3, 22)).keys() == {"off"}
    assert "owns" in editor.at("textDocument/hover", uri, 3, 5)["contents"]["value"]
    editor.change(uri, "rules:\n  no-placeholder: off\n", 2)
    assert diagnostics(editor, uri, version=2) == []


def test_a_changed_configuration_counts_when_it_is_saved(editor: LanguageClient, project: Cli) -> None:
    text = review("INC-003", severity="SEV1")
    uri = editor.open(project.folder / "pir/INC-003.yaml", text)
    assert "schema" in {one["code"] for one in learned(editor, uri)}
    config = editor.open(project.folder / "pirgen.yaml", "severities: [{name: SEV1}]\n")
    project.write("pirgen.yaml", "severities: [{name: SEV1}]\n")
    editor.notify("textDocument/didSave", {"textDocument": {"uri": config}})
    assert "schema" not in {one["code"] for one in diagnostics(editor, uri)}
    project.write("pirgen.yaml", "severities: 1\n")
    editor.change(config, "severities: 1\n", 2)
    assert diagnostics(editor, config, version=2)[0]["code"] == "schema"
    editor.notify("textDocument/didSave", {"textDocument": {"uri": config}})
    assert "schema" not in {one["code"] for one in diagnostics(editor, uri)}, "the last good configuration counts"


def test_a_broken_configuration_is_told_where_it_is(project: Cli) -> None:
    project.write("pirgen.yaml", "owners: 1\n")
    with language_server(COMMAND, project.folder) as client:
        client.open(project.folder / "pir/INC-003.yaml", review("INC-003"))
        told = client.wait_for("textDocument/publishDiagnostics")
        assert told["uri"].endswith("/pirgen.yaml")
        assert told["diagnostics"][0]["message"].startswith("`owners` must be a list")


def test_a_related_review_is_a_step_away(editor: LanguageClient, project: Cli) -> None:
    text = review("INC-002", related=["INC-001"], impact="As in INC-001.")
    uri = editor.open(project.folder / "pir/INC-002.yaml", text)
    learned(editor, uri)
    there = (project.folder / "pir/INC-001.yaml").as_uri()
    assert editor.at("textDocument/definition", uri, *place(text, "related:\n- INC-0"))["uri"] == there
    assert editor.at("textDocument/definition", uri, *place(text, "As in INC"))["uri"] == there
    log = (project.folder / "operational_audit/incidents/INC-002.yaml").as_uri()
    assert editor.at("textDocument/definition", uri, *place(text, "incident_id: INC-"))["uri"] == log
    assert editor.at("textDocument/definition", uri, *place(text, "severity: P")) is None


def test_a_line_above_the_timeline_says_what_it_proves(editor: LanguageClient, project: Cli) -> None:
    text = review("INC-003")
    uri = editor.open(project.folder / "pir/INC-003.yaml", text)
    diagnostics(editor, uri)
    found = editor.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
    assert [(one["range"]["start"]["line"], one["command"]["title"]) for one in found] == [
        (5, "2m from detected to acknowledged, target 15m, met"),
        (5, "45m from detected to resolved, target 1h, met"),
    ]


def test_a_log_is_judged_and_completed_too(editor: LanguageClient, project: Cli) -> None:
    path = project.folder / "operational_audit/incidents/INC-002.yaml"
    text = path.read_text(encoding="utf-8") + "- {at: tomorrow, kind: decl"
    uri = editor.open(path, text + "ared}\n")
    assert "`at` cannot be `tomorrow`" in {one["message"].splitlines()[0] for one in diagnostics(editor, uri)}
    editor.change(uri, text, 2)
    assert labels(editor.at("textDocument/completion", uri, *place(text, "kind: decl"))).keys() == {"declared"}
    assert editor.at("textDocument/hover", uri, 1, 4)["contents"]["value"]


def test_other_files_are_left_alone(editor: LanguageClient, project: Cli) -> None:
    for name in ("deploy/app.yaml", "pir/notes.txt", ".github/workflows/ci.yml"):
        uri = editor.open(project.folder / name, "a: [\n")
        assert editor.at("textDocument/completion", uri, 0, 1) is None
    assert [message for message in editor.told if message["method"] == "textDocument/publishDiagnostics"] == []


def test_a_closed_text_no_longer_counts(editor: LanguageClient, project: Cli) -> None:
    text = review("INC-001").replace("INC-001", "INC-009")
    other = editor.open(project.folder / "pir/INC-002.yaml", review("INC-002", related=["INC-009"]))
    learned(editor, other)
    uri = editor.open(project.folder / "pir/INC-009.yaml", text)
    diagnostics(editor, uri)
    editor.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    assert diagnostics(editor, uri) == []
    assert "known-references" in {one["code"] for one in diagnostics(editor, other)}


PLUGIN = "import pathlib\npathlib.Path('ran').touch()\nprint('Content-Length: 1')\n"


@pytest.mark.parametrize("trusted", [True, False])
def test_code_of_the_repository_runs_only_where_it_is_trusted(project: Cli, trusted: bool) -> None:
    rule = (
        "from pirgen.testing import *\nfrom pirgen.lint.rules import rule, Severity, Problem\n"
        "@rule(Severity.ERROR)\ndef ours(review, context):\n    '''It is ours.'''\n    yield Problem((), 'ours')\n"
    )
    project.write("ours_of_test.py", PLUGIN + rule)
    project.write("pirgen.yaml", "plugins: [ours_of_test]\n")
    command = COMMAND if trusted else [*COMMAND[:3], "--untrusted", *COMMAND[3:]]
    with language_server(command, project.folder) as client:
        uri = client.open(project.folder / "pir/INC-003.yaml", review("INC-003"))
        if trusted:
            assert "ours" in {one["code"] for one in diagnostics(client, uri)}
        else:
            assert "is code" in client.wait_for("textDocument/publishDiagnostics")["diagnostics"][0]["message"]
        client.at("textDocument/completion", uri, 0, 1)
    assert (project.folder / "ran").exists() is trusted


def test_a_module_that_is_only_being_typed_is_not_imported(editor: LanguageClient, project: Cli) -> None:
    project.write("typed_module.py", PLUGIN)
    uri = editor.open(project.folder / "pirgen.yaml", "plugins: [typed_module]\n")
    diagnostics(editor, uri)
    assert not (project.folder / "ran").exists()


def test_without_the_extra_the_command_says_what_to_install(cli: Cli) -> None:
    cli.write("pygls/__init__.py", "raise ImportError\n")
    code = (
        "import sys, importlib.util as u; find = u.find_spec; "
        "u.find_spec = lambda name, *more: None if name == 'pygls' else find(name, *more); "
        "import pirgen.runtime.extras as extras; extras.find_spec = u.find_spec; "
        "sys.argv = ['pirgen', 'lsp']; from pirgen.__main__ import run; run()"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=cli.folder, capture_output=True, text=True)
    assert (done.returncode, 'pip install "pirgen[lsp]"' in done.stderr) == (2, True)
