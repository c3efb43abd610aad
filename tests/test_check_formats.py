"""What a check finds, in the formats of hosts: at its file and line, the same on any day, whatever the values are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from pirgen.lint import formats
from tests.support import Cli, Repo, item, review

PIR = "pir/INC-001.yaml"
DAY = ("check", "--as-of", "2025-12-01")
IGNORE = "# pirgen: ignore[duration-matches-timeline] until we know until 2025-11-01"
LOG = "\n".join(
    f"- {{at: '2025-10-01T1{hour}:00:00Z', kind: {kind}, text: x, by: '@a'{more}}}"
    for hour, kind, more in ((0, "declared", ", incident_id: INC-007, title: x, severity: P1"), (1, "resolved", ""))
)


@pytest.fixture
def late(repo: Repo) -> Repo:
    """One fault of each kind."""
    one = review(duration="2h").replace("2h", f"2h {IGNORE}")
    repo.commit("2025-10-06", {
        PIR: one,
        "pir/INC-002.yaml": review("INC-002", status="draft"),
        "pir/INC-003.yaml": review("INC-003", severity="P9", action_items=[]),
        ".gitattributes": "operational_audit/incidents/* merge=union\n",
        "operational_audit/incidents/INC-007.yaml": f"{LOG}\n",
    })  # fmt: skip
    return repo


def told(repo: Cli, *options: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(repo.run(*DAY, "--format", "json", *options).stdout)
    return rows


def lines(repo: Cli, rows: list[dict[str, Any]]) -> dict[tuple[str, str], str]:
    """The line that each finding is at, by its file and rule."""
    found = {}
    for row in rows:
        text = (repo.folder / row["file"]).read_text(encoding="utf-8")
        found[row["file"], row["rule"]] = text.splitlines()[row["line"] - 1].strip()
    return found


def test_each_fault_is_at_its_file_and_line(late: Repo) -> None:
    found = lines(late, told(late))
    assert found.pop((PIR, "overdue-action")) == "due: '2025-10-12'"
    assert IGNORE in found.pop((PIR, "expired-ignore"))
    assert found.pop(("pir/INC-002.yaml", "overdue-review")) == "status: draft"
    assert found.pop(("pir/INC-003.yaml", "overdue-review")) == "incident_id: INC-003"
    assert found.pop(("pir/INC-003.yaml", "schema")) == "severity: P9"
    assert "kind: declared" in found.pop(("operational_audit/incidents/INC-007.yaml", "overdue-review"))
    assert found.pop((PIR, "stale")) == "incident_id: INC-001", "its page is missing"
    assert {rule for _, rule in found} == {"stale", "overdue-action", "no-empty-section"}


def test_what_is_said_is_the_same_on_another_day(late: Repo) -> None:
    def said(day: str) -> set[str]:
        rows = json.loads(late.run("check", "--as-of", day, "--format", "gitlab").stdout)
        return {row["fingerprint"] for row in rows}

    assert said("2025-12-01") == said("2025-12-02")


def test_an_error_is_what_the_gate_fails_on(late: Repo) -> None:
    for kinds, code in (("overdue-action", 1), ("invalid", 1), ("stale,expired-ignore", 1)):
        rows = told(late, "--fail-on", kinds)
        errors = {row["rule"] for row in rows if row["severity"] == "error"}
        assert errors == ({"schema"} if kinds == "invalid" else {*kinds.split(",")})
        assert late.run(*DAY, "--format", "json", "--fail-on", kinds).returncode == code
    late.commit("2025-10-07", {PIR: None})
    assert {row["message"] for row in told(late) if (row["file"], row["rule"]) == (PIR, "overdue-review")} == {
        "the review of INC-001 was due on 2025-10-12: the review was deleted (renumbered? see `former_ids`)"
    }


def test_one_run_tells_people_and_hosts(late: Repo) -> None:
    files = [word for style in ("sarif", "gitlab", "junit", "text") for word in
             ("--format", style, "--output-file", f"out/{style}")]  # fmt: skip
    done = late.run(*DAY, *files, "--format", "github")
    assert done.returncode == 1
    assert done.stdout.startswith("::error file=")
    due = (late.folder / PIR).read_text(encoding="utf-8").splitlines().index("  due: '2025-10-12'") + 1
    assert f"::error file={PIR},line={due},endLine={due},title=pirgen overdue-action,col=8," in done.stdout
    assert (late.folder / "out/text").read_text(encoding="utf-8") == late.run(*DAY).stdout
    assert "Overdue action items: " in late.run(*DAY).stdout


def test_sarif_of_a_check_is_what_oasis_says(late: Repo, oasis: Any) -> None:
    log = json.loads(late.run(*DAY, "--format", "sarif").stdout)
    assert list(oasis.iter_errors(log)) == []
    [run] = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert {"overdue-action", "overdue-review", "expired-ignore", "stale", "schema"} <= {*rules}
    assert all(rules[result["ruleIndex"]] == result["ruleId"] for result in run["results"])


def test_a_code_quality_report_has_the_fields_that_gitlab_asks_for(late: Repo) -> None:
    rows = json.loads(late.run(*DAY, "--format", "gitlab").stdout)
    assert len({row["fingerprint"] for row in rows}) == len(rows) > 5
    for row in rows:
        assert {*row} == {"description", "check_name", "fingerprint", "severity", "location"}
        assert row["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert row["location"]["lines"]["begin"] >= 1
        assert (late.folder / row["location"]["path"]).is_file()


@pytest.mark.parametrize("style", formats.names())
def test_hostile_values_are_values_in_every_format(repo: Repo, style: str) -> None:
    evil = (
        "]]>\"'</failure><x a=1>&amp;\x1b[31m\u202e\r\n::error file=x::owned\n##[error]owned\n| <img src=x> | %0A::x::"
    )
    text = review(action_items=[item("AI-001", evil, owner="@x")], lessons_learned=[f"TODO {evil}"], severity=evil)
    repo.commit("2025-10-06", {"pir/a,b:c%0A.yaml": text})
    done = repo.run(*DAY, "--format", style)
    assert done.returncode == 1
    for line in done.stdout.splitlines():
        assert not line.lstrip().startswith(("::error file=x", "##[", "::x"))
        assert style != "github" or line.startswith(("::error file=", "::warning file=")) or " files checked, " in line
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout
    if style == "junit":
        root = ElementTree.fromstring(done.stdout)
        assert {element.tag for element in root.iter()} == {"testsuites", "testsuite", "testcase", "failure", "skipped"}
        assert any("</failure><x a=1>" in (element.text or "") for element in root.iter("failure"))
    if style == "markdown":
        assert "<img" not in done.stdout


@pytest.mark.parametrize("style", [name for name in formats.names() if name != "text"])
@pytest.mark.parametrize("command", ["lint", "check"])
@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("timezone: UTC\nrules:\n  timeline-oder: off\n", 3, "did you mean"),
        ("timezone: UTC\na: b: c\n", 2, "a value needs quotes"),
        ("timezone: UTC\n\nplugins: [nothing_here]\n", 3, "cannot be imported"),
        ("timezone: UTC\n\ncustom_fields: fields.json\n", 3, "fields.json"),
    ],
    ids=["schema", "yaml", "plugin", "custom fields"],
)
def test_a_bad_configuration_is_told_at_its_line_in_every_format(
    repo: Repo, style: str, command: str, text: str, line: int, said: str
) -> None:
    repo.write("ops/pirgen.yaml", text)
    repo.write("ops/pir/INC-001.yaml", review())
    done = repo.run("-C", "ops", command, "--format", style)
    assert done.returncode == 2
    assert said in done.stderr
    assert said in done.stdout
    place = {
        "github": f"::error file=ops/pirgen.yaml,line={line},",
        "gitlab": '"path": "ops/pirgen.yaml"',
        "sarif": '"uri": "ops/pirgen.yaml"',
        "junit": f'file="ops/pirgen.yaml" line="{line}"',
        "json": f'"file": "pirgen.yaml",\n    "line": {line},',
        "markdown": f"pirgen.yaml&#58;{line} |",
        "full": f"--> pirgen.yaml:{line}:",
        "concise": f"pirgen.yaml:{line}:",
        "rdjson": '"path": "ops/pirgen.yaml"',
    }
    assert place[style] in done.stdout
    if style == "gitlab":
        assert json.loads(done.stdout)[0]["location"]["lines"]["begin"] == line


def test_a_bad_configuration_is_told_in_files_too(cli: Cli) -> None:
    cli.write("pirgen.yaml", "pathz: {}\n")
    for command in ("lint", "check"):
        done = cli.run(command, "--format", "gitlab", "--output-file", f"{command}.json", "--format", "text")
        assert (done.returncode, done.stdout, done.stderr.count("pathz")) == (2, "", 1)
        assert "unknown field" in json.loads((cli.folder / f"{command}.json").read_text())[0]["description"]


def test_what_is_missing_in_a_shallow_clone_leaves_the_findings(late: Repo, tmp_path: Path) -> None:
    late.commit("2025-10-07", {"README.md": "x"})
    late.git("clone", "--quiet", "--depth=1", f"file://{late.folder}", str(tmp_path / "shallow"))
    done = Cli(tmp_path / "shallow").run("check", "--format", "json")
    assert done.returncode == 3
    assert "schema" in {row["rule"] for row in json.loads(done.stdout)}
    assert "fetch-depth 0" in done.stderr
