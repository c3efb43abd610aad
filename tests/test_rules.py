"""The rules: their documentation is tested as it stands, and what the examples do not show is tested here."""

from __future__ import annotations

import ast
import json
import re
import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml

from pirgen.config import Config
from pirgen.diagnostic import Diagnostic, Severity
from pirgen.lint import Linter, lint, rules
from pirgen.lint.fix import fix_files
from pirgen.review.timeline import Clock
from pirgen.workspace import Workspace
from tests.support import Cli, Repo, item, review

ALL = rules.load()
LOG = """\
incident_id: INC-001
title: API errors
severity: P2
events:
  - {at: "2025-10-05T14:30:00Z", kind: detected, text: Alert}
  - {at: "2025-10-05T14:32:00Z", kind: severity_changed, severity: P1}
  - {at: "2025-10-05T15:15:00Z", kind: resolved}
"""


def found(folder: Path, text: str, file: str = "pir/INC-001.yaml", config: Config | None = None) -> list[Diagnostic]:
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return list(lint(folder, config or Config()).diagnostics)


def said(folder: Path, config: Config | None = None, advice: str = "", **changes: Any) -> list[str]:
    """What is found in a review with changes; advice only of the rule asked for."""
    return [
        f"{one.rule}:{one.span.line}: {one.message}"
        for one in found(folder, review(**changes), config=config)
        if one.severity is not Severity.ADVICE or one.rule == advice
    ]


def examples(doc: str, word: str) -> list[tuple[str, str]]:
    """The examples under a word of a rule's documentation, each with the file that it stands in."""
    pattern = rf"\*{word}\*(?: \((?:in `(.+?)`|where .+?)\))?:\n\n(( {{4,}}.*\n|\n)+)"
    return [(file or "pir/INC-001.yaml", textwrap.dedent(text)) for file, text, _ in re.findall(pattern, doc + "\n")]


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.name)
def test_every_rule_is_documented_by_examples_that_hold(rule: rules.Rule, tmp_path: Path) -> None:
    doc = "\n".join(textwrap.dedent("    " + rule.doc).splitlines())
    bad, good = examples(doc, "Bad"), examples(doc, "Good")
    assert bad
    assert good
    for word, shown in (("Bad", bad), ("Good", good)):
        for index, (file, text) in enumerate(shown):
            folder = tmp_path / f"{word}{index}"
            if rule.is_of_logs:
                (folder / "pir").mkdir(parents=True)
                if rule.name != "log-merges" or word == "Good":
                    (folder / ".gitattributes").write_text("operational_audit/incidents/*.yaml merge=union\n")
                rules_found = {one.rule for one in found(folder, text, "operational_audit/incidents/INC-001.yaml")}
                assert rules_found == ({rule.name} if word == "Bad" else set()), text
                continue
            whole = review(**dict.fromkeys(yaml.load(text, yaml.BaseLoader))) + text
            (folder / "operational_audit/incidents").mkdir(parents=True)
            if rule.name == "review-matches-log":
                (folder / "operational_audit/incidents/INC-001.yaml").write_text(LOG, encoding="utf-8")
            owners = ("@platform",) if rule.name == "owner-known" else ()
            rules_found = {one.rule for one in found(folder, whole, file, Config(owners=owners))}
            assert (rule.name in rules_found) == (word == "Bad"), text


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.name)
def test_a_rule_is_one_function_in_a_file_of_its_name(rule: rules.Rule) -> None:
    file = Path(rules.__file__).parent / f"{rule.name.replace('-', '_')}.py"
    tree = ast.parse(file.read_text(encoding="utf-8"))
    functions = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert file.stem in functions
    assert ast.get_docstring(tree) == f"The rule {rule.name}."
    source = file.read_text(encoding="utf-8")
    assert "now(" not in source, "a rule never looks at the date"
    assert "today(" not in source
    assert "ledger" not in source, "rules never see the ledger"


def test_rules_about_logs_are_told_by_their_names() -> None:
    assert all(rule.is_of_logs == rule.name.startswith(rules.LOG) for rule in ALL)
    assert [rule.name for rule in rules.load(of_logs=True)] == [rule.name for rule in ALL if rule.is_of_logs]


def test_the_names_are_those_of_the_files() -> None:
    assert rules.names() == sorted([rules.UNUSED, *(rule.name for rule in ALL)])


def test_an_incident_id_is_unique_across_files_and_cases(tmp_path: Path) -> None:
    found(tmp_path, review("inc-001"), "pir/old/inc-001.yaml")
    messages = [one.message for one in found(tmp_path, review()) if one.rule == "unique-ids"]
    assert messages == [
        "`INC-001` is also the id in pir/old/inc-001.yaml",
        "`inc-001` is also the id in pir/INC-001.yaml",
    ]


def test_other_files_count_whatever_paths_are_named(tmp_path: Path) -> None:
    found(tmp_path, review(), "pir/2025/INC-001.yaml")
    found(tmp_path, review())
    diagnostics = lint(tmp_path, Config(), [tmp_path / "pir/INC-001.yaml"]).diagnostics
    [one] = [one for one in diagnostics if one.severity is Severity.ERROR]
    assert (one.rule, one.file) == ("unique-ids", "pir/INC-001.yaml")


def test_drafts_and_withdrawn_reviews_are_not_judged_for_what_they_lack(tmp_path: Path) -> None:
    lacking: dict[str, Any] = {
        "action_items": [{"id": "AI-001", "action": "TODO"}],
        "timeline": [{"time": "14:30", "event": "x"}],
    }
    assert said(tmp_path / "a", status="draft", **lacking) == []
    assert said(tmp_path / "b", status="withdrawn", reason="a false alarm", **lacking) == []
    assert len(said(tmp_path / "c", status="in_review", **lacking)) == 4


def test_declined_and_done_items_need_less(tmp_path: Path) -> None:
    items = [
        {"id": "AI-001", "action": "Add metrics", "status": "declined", "reason": "no use"},
        item("AI-002", "Add tests", due=None, status="done"),
    ]
    assert said(tmp_path, action_items=items) == []


@pytest.mark.parametrize(
    "text", ["TODO", "tbd.", "  ...  ", "TODO: numbers", "FIXME (ask Bo)", "n/a", "@todo", "To be determined", "???"]
)
def test_placeholders(tmp_path: Path, text: str) -> None:
    assert said(tmp_path, impact=text) == [f"no-placeholder:5: `{text.strip()}` is a placeholder"]


@pytest.mark.parametrize("text", ["The TODO list was lost", "todo lists were slow", "None", "Todoist was down", "9"])
def test_what_is_no_placeholder(tmp_path: Path, text: str) -> None:
    assert said(tmp_path, impact=text) == []


def test_a_duration_may_fit_any_pair_of_ends(tmp_path: Path) -> None:
    timeline = [
        {"time": "14:20", "event": "a", "kind": "started"},
        {"time": "14:30", "event": "b", "kind": "detected"},
        {"time": "14:31", "event": "c", "kind": "acknowledged"},
        {"time": "15:00", "event": "d", "kind": "mitigated"},
        {"time": "15:15", "event": "e", "kind": "resolved"},
    ]
    for duration in ("30m", "40m", "45m", "55m", "56m", "PT55M"):
        assert said(tmp_path, timeline=timeline, duration=duration) == []
    assert said(tmp_path, timeline=timeline, duration="57m") == [
        (
            "duration-matches-timeline:4: `57m` contradicts the timeline: 45m from detected to resolved, "
            "30m from detected to mitigated, 55m from started to resolved, 40m from started to mitigated"
        )
    ]


def test_a_duration_is_not_judged_by_an_approximate_end(tmp_path: Path) -> None:
    timeline = [
        {"time": "~14:30", "event": "b", "kind": "detected"},
        {"time": "14:31", "event": "c", "kind": "acknowledged"},
        {"time": "15:15", "event": "e", "kind": "resolved"},
    ]
    assert said(tmp_path, timeline=timeline, duration="5m") == []


def test_a_milestone_at_an_unknown_time_is_present(tmp_path: Path) -> None:
    timeline = [{"time": "unknown", "event": "x", "kind": kind} for kind in ("detected", "acknowledged", "resolved")]
    assert said(tmp_path, timeline=timeline) == []


def test_what_the_schema_objects_to_is_told_once(tmp_path: Path) -> None:
    assert said(tmp_path, timeline=[{"time": "14:30"}, {"time": "x", "event": "y"}]) == [
        "schema:7: `event` is missing",
        "schema:8: `time` cannot be `x`",
    ]


def test_a_rule_that_crashes_is_a_finding_beside_all_others(tmp_path: Path) -> None:
    (tmp_path / "crashing_rules.py").write_text(CRASHING, encoding="utf-8")
    cli = Cli(tmp_path)
    cli.write("pirgen.yaml", "plugins: [crashing_rules]\n")
    cli.write("pir/INC-001.yaml", review("INC-001", foo=1, impact="TODO"))
    cli.write("pir/INC-002.yaml", review("INC-002"))
    cli.write("operational_audit/incidents/INC-003.yaml", LOG.replace("INC-001", "INC-003"))
    done = cli.run("lint", "--format", "json", PYTHONPATH=str(tmp_path))
    told = {(one["file"][-12:], one["rule"], one["message"], one["severity"]) for one in json.loads(done.stdout)}
    crash, log_crash = (
        f"the rule crashed: crashing_rules.py:{line}: the plugin `crashing_rules` failed (KeyError: 'x')"
        for line in (9, 13)
    )
    assert done.returncode == 1
    assert {one for one in told if one[2].startswith(("the rule", "odd"))} == {
        ("INC-001.yaml", "broken", crash, "error"),
        ("INC-001.yaml", "broken", "odd", "warning"),
        ("INC-003.yaml", "log-broken", log_crash, "error"),
    }
    assert {"schema", "no-placeholder"} <= {rule for file, rule, *_ in told if file == "INC-001.yaml"}


CRASHING = """
from pirgen.diagnostic import Problem, Severity
from pirgen.lint.rules import log_rule, rule

@rule(Severity.WARNING)
def broken(review, context):
    if context.file == "pir/INC-001.yaml":
        yield Problem(("severity",), "odd")
        raise KeyError("x")

@log_rule(Severity.WARNING)
def log_broken(log, context):
    raise KeyError("x")
"""


def test_a_review_is_held_against_its_log(tmp_path: Path) -> None:
    logs = tmp_path / "operational_audit/incidents"
    logs.mkdir(parents=True)
    (logs / "INC-001.yaml").write_text(LOG.replace("15:15", "15:20"), encoding="utf-8")
    assert said(tmp_path, severity="P3") == [
        "review-matches-log:2: the incident's log says P1",
        "review-matches-log:11: the incident's log says resolved at 2025-10-05 15:20",
    ]


def test_references_are_to_what_is_there(tmp_path: Path) -> None:
    found(tmp_path, review("INC-002"), "pir/INC-002.yaml")
    items = [item("AI-001", "Add metrics", evidence="as in INC-002 and INC-009, see OPS-12")]
    assert said(tmp_path, related=["inc-002", "INC-003", "INC-001"], covers=["INC-004"], action_items=items) == [
        "known-references:21: there is no incident `INC-009` here",
        "known-references:26: there is no incident `INC-003` here",
        "known-references:27: `INC-001` is this incident itself",
        "known-references:29: there is no incident `INC-004` here",
    ]


def test_owners_are_known_by_the_configuration_and_codeowners(tmp_path: Path) -> None:
    items = [
        item("AI-001", "a", owner="@Web"),
        item("AI-002", "b", owner="@qa"),
        item("AI-003", "c", owner="@platform"),
    ]
    assert said(tmp_path, action_items=items) == []
    owned = "# @qa\n* @org/core @web # until May @qa\n/docs/ docs@example.org\n"
    (tmp_path / "CODEOWNERS").write_text(owned, encoding="utf-8")
    message = "owner-known:23: nobody is known as `@qa`"
    assert said(tmp_path, config=Config(owners=("@platform",)), action_items=items) == [message]


def test_the_owners_of_a_project_in_a_folder_are_those_of_the_repository(repo: Repo) -> None:
    items = [item("AI-001", "a", owner="@web")]
    files = {"ops/pirgen.yaml": "{}", "ops/pir/INC-001.yaml": review(action_items=items)}
    repo.commit("2025-10-06", {**files, "docs/CODEOWNERS": "* @other\n"})
    for words in ((), ("--staged",)):
        assert "nobody is known as `@web`" in repo.run("-C", "ops", "lint", *words).stdout
    assert "nobody" not in repo.run("-C", "ops", "lint", "--since", "HEAD").stdout, "so it was in that commit"
    repo.write("ops/CODEOWNERS", "* @web\n")
    assert "nobody is known as `@web`" in repo.run("-C", "ops", "lint").stdout, "hosts look at the top alone"
    (repo.folder / "docs/CODEOWNERS").unlink()
    assert "nobody" not in repo.run("-C", "ops", "lint").stdout


def test_what_stands_under_another_formats_name_is_not_missing(tmp_path: Path) -> None:
    items = [{"id": "AI-001", "description": "Add metrics", "assignee": "@web", "due_date": "2025-10-12"}]
    hints = {
        one.message: one.hint for one in found(tmp_path, review(action_items=items)) if one.severity is Severity.ERROR
    }
    assert hints == {
        "unknown field `assignee`": "pirgen calls it `owner`",
        "unknown field `description`": "pirgen calls it `action`, which is required and missing",
        "unknown field `due_date`": "pirgen calls it `due`",
    }


def test_a_duration_is_not_said_to_contradict_itself(tmp_path: Path) -> None:
    times = [
        {"time": "14:30", "event": "x", "kind": "detected"},
        {"time": "2025-10-08 09:00", "event": "x", "kind": "resolved"},
    ]
    [message] = [one for one in said(tmp_path, timeline=times, duration="2d19h", timezone="UTC") if "duration-m" in one]
    assert message.endswith("`2d19h` contradicts the timeline: 2d18h30m from detected to resolved")


def test_doubtful_times(tmp_path: Path) -> None:
    def times(*written: str, **changes: Any) -> list[str]:
        timeline = [{"time": time, "event": "x", "kind": "note"} for time in written]
        found_here = said(tmp_path, timeline=timeline, timezone="UTC", **changes)
        return [line.split(": ", 1)[1] for line in found_here if line.startswith("timeline-plausible")]

    assert times("2025-10-05 10:00", "2024-10-05 11:00") == ["2024-10-05 11:00 is in 2024, the review's date in 2025"]
    assert times("2025-10-05 10:00", "2025-11-05 11:00") == [
        "2025-11-05 11:00 is on 2025-11-05, the review's date is 2025-10-05"
    ]
    assert times("2025-10-05 10:00", "2025-10-20 11:00") == ["2025-10-20 11:00 is 15 days after the entry above it"]
    assert times("2025-10-05 10:00", "2025-10-20 11:00", duration="15d2h") == []
    assert times("10:00", "12:00", meeting={"at": "2025-10-05 11:00"}) == ["12:00 is after the review's own meeting"]


def test_missed_targets_are_named(tmp_path: Path) -> None:
    timeline = [
        {"time": "10:00", "event": "a", "kind": "started"},
        {"time": "10:10", "event": "b", "kind": "detected"},
        {"time": "10:30", "event": "c", "kind": "acknowledged"},
        {"time": "12:00", "event": "d", "kind": "resolved"},
    ]
    assert said(tmp_path, advice="severity-targets", timeline=timeline, duration="2h") == [
        "severity-targets:2: acknowledged 20m after it was detected; the target for P1 is 15m",
        "severity-targets:2: resolved 2h after it started; the target for P1 is 1h",
    ]


@pytest.mark.parametrize("text", ["\u200bx", "a\u202eb", "a\x1b[31m", "\ufeffx", "a\u2066b"])
def test_invisible_characters(tmp_path: Path, text: str) -> None:
    assert [line.split(":")[0] for line in said(tmp_path, lessons_learned=[text])] == ["no-invisible-characters"]


@pytest.mark.parametrize("text", ["👨\u200d👩\u200d👧", "می\u200cخواهم", "a\nb\tc", "e\u0301", "\u00ad"])
def test_what_is_no_invisible_character(tmp_path: Path, text: str) -> None:
    assert said(tmp_path, lessons_learned=[text]) == []


def test_addresses_that_are_not_safe(tmp_path: Path) -> None:
    lessons = [
        "[a](javascript:x)",
        "< DATA:y",
        "see <file:/etc/passwd>",
        "metadata: none",
        "[b](https://c)",
        "the file: x",
    ]
    assert len(said(tmp_path, lessons_learned=lessons)) == 3


def test_a_zone_that_the_project_states_is_stated(tmp_path: Path) -> None:
    timeline = [
        {"time": "23:50", "event": "a", "kind": "detected"},
        {"time": "23:55", "event": "a", "kind": "acknowledged"},
        {"time": "00:35", "event": "b", "kind": "resolved"},
    ]
    [assumed] = said(tmp_path / "a", timeline=timeline)
    assert assumed == (
        "explicit-timezone:6: the timeline spans 2 days, and nobody states the time zone; UTC is assumed"
    )
    for zone in ("UTC", "Europe/Berlin"):
        stated = Config(clock=Clock(zone, zone_is_stated=True))
        assert said(tmp_path / zone.replace("/", "-"), stated, timeline=timeline) == []


@pytest.mark.parametrize(
    ("line", "cut"),
    [
        ("impact: Issue #42 broke it", "#42 broke it"),
        ("impact: All of\n  them, see\t#incidents", "#incidents"),
        ("impact: >-\n  Issue #42 broke it", ""),
        ("impact: 'Issue #42 broke it'", ""),
        ("impact: 'It broke' #42", ""),
        ("impact: It broke # 42 of them", ""),
        ("impact: It broke#42", ""),
        ("impact: It broke #pirgen: ignore[no-cut-text] no", ""),
        ("impact: It broke\n#42", ""),
    ],
)
def test_a_text_that_a_number_sign_cuts_is_told(tmp_path: Path, line: str, cut: str) -> None:
    diagnostics = [one for one in found(tmp_path, review(impact=None) + line + "\n") if one.rule == "no-cut-text"]
    assert [one.message for one in diagnostics] == ([f"this text ends before `{cut}`"] if cut else [])


def test_a_cut_text_is_made_whole_where_that_is_asked_for(tmp_path: Path) -> None:
    text = review(impact=None) + "impact: Issue #42 broke it\nresolution: See #43\n"
    found(tmp_path, text)
    linter = Linter(Workspace(tmp_path, Config()))
    [mended] = fix_files(linter, unsafe=True)
    after = mended.after.data.decode()
    assert 'impact: "Issue #42 broke it"\nresolution: "See #43"\n' in after
    assert not [one for one in mended.fixed if one.rule == "no-cut-text" and one.fixable], "only where it is asked for"


def test_an_empty_section_is_asked_about(tmp_path: Path) -> None:
    nothing: dict[str, Any] = {"contributing_factors": [], "action_items": [], "lessons_learned": []}
    assert said(tmp_path / "a", **nothing) == [
        "no-empty-section:14: `contributing_factors` is empty: What made it possible, likelier or worse?",
        "no-empty-section:15: `action_items` is empty: What will be done so that it does not happen again?",
        "no-empty-section:16: `lessons_learned` is empty: What should others know?",
    ]
    assert len(said(tmp_path / "b", no_action_items_reason="It is gone.", **nothing)) == 2
    assert said(tmp_path / "c", status="draft", **nothing) == []
    assert said(tmp_path / "d", status="withdrawn", reason="a false alarm", **nothing) == []


def test_a_merge_key_is_named(tmp_path: Path) -> None:
    [one] = [one for one in found(tmp_path, review() + "<<: {title: x}\n") if one.severity is Severity.ERROR]
    assert (one.message, one.hint) == (
        "unknown field `<<`",
        "YAML 1.2 has no merge keys: write out the fields that it stands for",
    )


def test_a_template_is_told_how_it_is_left_out(tmp_path: Path) -> None:
    [one] = [
        one for one in found(tmp_path, review("INC-000"), "pir/TEMPLATE.yaml") if one.rule == "filename-matches-id"
    ]
    assert one.hint.endswith("; `exclude` in pirgen.yaml leaves out a template")
