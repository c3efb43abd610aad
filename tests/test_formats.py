"""The formats that programs read, held to what those programs say."""

from __future__ import annotations

import importlib.metadata
import json
import re
from email.message import Message
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from pirgen import __version__
from pirgen.diagnostic import Change, Diagnostic, Severity, Span
from pirgen.lint import formats
from pirgen.lint.formats import sarif
from tests.support import Cli, Repo, review

SPANS = st.tuples(*[st.integers(1, 10**6)] * 4).map(lambda n: Span(min(n[0], n[2]), n[1], max(n[0], n[2]), n[1] + n[3]))
DIAGNOSTICS = st.lists(
    st.builds(
        Diagnostic,
        file=st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
        span=SPANS,
        rule=st.sampled_from(["schema", "timeline-order"]),
        severity=st.sampled_from(Severity),
        message=st.text(),
        hint=st.text(),
        excerpt=st.text(st.characters(exclude_characters="\r\n")),
        change=st.none() | st.builds(Change, title=st.text(), span=SPANS, text=st.text(), lines=st.text()),
    ),
    max_size=30,
)


PLACE = {
    "type": "object", "required": ["line"], "additionalProperties": False,
    "properties": {"line": {"type": "integer", "minimum": 1}, "column": {"type": "integer", "minimum": 1}},
}  # fmt: skip
RDJSON = {
    "type": "object", "required": ["source", "diagnostics"], "additionalProperties": False,
    "properties": {
        "source": {"type": "object", "required": ["name"]},
        "diagnostics": {"type": "array", "items": {
            "type": "object", "required": ["message", "location", "severity", "code"], "additionalProperties": False,
            "properties": {
                "message": {"type": "string"},
                "location": {"type": "object", "required": ["path", "range"], "properties": {
                    "path": {"type": "string"},
                    "range": {"type": "object", "required": ["start", "end"], "properties": {
                        "start": PLACE, "end": PLACE}}}},
                "severity": {"enum": ["ERROR", "WARNING", "INFO"]},
                "code": {"type": "object", "required": ["value"]},
                "suggestions": {"type": "array", "items": {
                    "type": "object", "required": ["range", "text"], "additionalProperties": False,
                    "properties": {"text": {"type": "string"}, "range": {
                        "type": "object", "required": ["start", "end"],
                        "properties": {"start": PLACE, "end": PLACE}}}}}}}},
    },
}  # fmt: skip
"""The parts of reviewdog's Diagnostic Format (proto/rdf/reviewdog.proto, DiagnosticResult) that pirgen writes."""


@given(found=DIAGNOSTICS, files=st.integers(0, 99))
@pytest.mark.parametrize("name", formats.names())
def test_any_finding_can_be_written(name: str, found: list[Diagnostic], files: int) -> None:
    text = formats.render(name, found, files, colour=False)
    assert text.endswith("\n") or (name == "concise" and not found)
    assert "\x1b" not in text
    if name in ("json", "sarif", "gitlab", "rdjson"):
        json.loads(text)
    if name == "junit":
        root = ElementTree.fromstring(text.encode())
        tests = root.findall("./testsuite/testcase")
        assert len({(test.get("classname"), test.get("name")) for test in tests}) == len(tests) == max(len(found), 1)
        errors = sum(one.severity is Severity.ERROR for one in found)
        assert len(root.findall(".//failure")) == errors == int(root.get("failures", ""))
        assert int(root.get("tests", "")) == sum(int(suite.get("tests", "")) for suite in root) == len(tests)
    if name == "concise":
        assert text.count("\n") == len(found)
    if name == "rdjson":
        assert list(Draft7Validator(RDJSON).iter_errors(json.loads(text))) == []
    if name == "github":
        lines = text.split("\n")
        assert len(lines) <= 3 * 10 + 2
        assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in lines[:-2])


def test_sarif_is_what_oasis_says(cli: Cli, oasis: Any) -> None:
    cli.write("pir/INC 1 ü.yaml", review("INC-001", severity="P9", duration="5m"))
    done = cli.run("lint", "--format", "sarif", "--advice")
    log = json.loads(done.stdout)
    assert list(oasis.iter_errors(log)) == []
    results = log["runs"][0]["results"]
    assert {result["level"] for result in results} == {"error", "warning", "note"}
    artifact = results[0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": "pir/INC%201%20%C3%BC.yaml", "uriBaseId": "PROJECT"}
    log["runs"][0]["results"][0]["level"] = "bad"
    assert list(oasis.iter_errors(log)), "the schema does reject"


def test_sarif_explains_its_rules(cli: Cli) -> None:
    cli.write("pir/INC-001.yaml", review(lessons_learned=["TODO"], severity="P9"))
    [run] = json.loads(cli.run("lint", "--format", "sarif").stdout)["runs"]
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert rules["schema"]["shortDescription"]["text"].startswith("Fields and values have the names")
    about = rules["no-placeholder"]
    assert about["fullDescription"]["text"] == about["help"]["text"].split("\n\n*Bad*")[0] != ""
    assert about["shortDescription"]["text"] in " ".join(about["help"]["text"].split())
    assert "*Bad*" in about["help"]["markdown"] and about["defaultConfiguration"] == {"level": "error"}
    assert run["tool"]["driver"]["version"] == __version__
    hashes = [one["partialFingerprints"]["primaryLocationLineHash"] for one in run["results"]]
    assert all(re.fullmatch("[0-9a-f]{16}:1", one) for one in hashes) and len({*hashes}) == len(hashes)


def test_sarif_links_to_the_documentation_that_the_package_states(monkeypatch: pytest.MonkeyPatch) -> None:
    package = Message()
    package["Project-URL"] = "Source, https://code.example/pirgen"
    package["Project-URL"] = "Documentation, https://docs.example/pirgen"
    monkeypatch.setattr(importlib.metadata, "metadata", lambda _: package)
    sarif._documentation.cache_clear()
    found = Diagnostic("a.yaml", Span(1, 1, 1, 2), "no-placeholder", Severity.ERROR, "x")
    try:
        [rule] = json.loads(sarif.render([found], 1, colour=False))["runs"][0]["tool"]["driver"]["rules"]
    finally:
        sarif._documentation.cache_clear()
    assert rule["helpUri"] == "https://docs.example/pirgen/reference/rules/#no-placeholder"


def test_columns_of_reviewdog_count_bytes() -> None:
    found = Diagnostic("a.yaml", Span(3, 4, 3, 6), "schema", Severity.ERROR, "x", excerpt="äö🚒bc d")
    [row] = json.loads(formats.render("rdjson", [found], 1, colour=False))["diagnostics"]
    assert row["location"]["range"] == {"start": {"line": 3, "column": 9}, "end": {"line": 3, "column": 11}}
    far = found._replace(excerpt_column=2_000)
    [row] = json.loads(formats.render("rdjson", [far], 1, colour=False))["diagnostics"]
    assert row["location"]["range"] == {"start": {"line": 3}, "end": {"line": 3}}


def test_a_concise_finding_is_a_line(cli: Cli) -> None:
    cli.write("pir/INC-001.yaml", review(lessons_learned=["TODO"]))
    [line] = cli.run("lint", "--format", "concise").stdout.splitlines()
    assert re.fullmatch(r"pir/INC-001\.yaml:[0-9]+:[0-9]+: error\[no-placeholder\] `TODO` is a placeholder.*", line)
    cli.write("pir/INC-001.yaml", review())
    assert cli.run("lint", "--format", "concise").stdout == ""


def test_rules_as_data(cli: Cli) -> None:
    cli.write("pirgen.yaml", "rules: {timeline-order: off}\n")
    rows = json.loads(cli.run("rules", "--format", "json").stdout)
    [row] = [row for row in rows if row["name"] == "timeline-order"]
    assert (row["severity"], row["default_severity"], row["drafts"]) == ("off", "error", True)
    assert json.loads(cli.run("rules", "timeline-order", "--format", "json").stdout) == [row]
    assert cli.run("rules", "timeline-oder", "--format", "json").returncode == 2


def many(count: int, severity: Severity = Severity.WARNING, message: str = "x") -> list[Diagnostic]:
    return [Diagnostic(f"pir/{n}.yaml", Span(1, 1, 1, 2), "schema", severity, f"{message} {n}") for n in range(count)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("found", "kept"),
    [
        (many(5_000), 5_000),
        ([*many(5_000), *many(20, Severity.ERROR)], 5_000),
        (many(40, message="\x00" * 100_000), 15),
        (many(1, message="\x00" * 2_000_000), 0),
    ],
    ids=["as many as there may be", "too many", "too large", "one that is too large"],
)
def test_sarif_stays_below_the_limits_of_its_host_and_says_so(found: list[Diagnostic], kept: int, oasis: Any) -> None:
    text = formats.render("sarif", found, 1, colour=False)
    assert len(text.encode()) < 10_000_000
    [run] = json.loads(text)["runs"]
    assert len(run["results"]) == kept
    [invocation] = run["invocations"]
    said = [note["message"]["text"] for note in invocation["toolExecutionNotifications"]]
    assert said == ([] if kept == len(found) else [formats.left_out("sarif", found)])
    if said:
        assert said[0].startswith(f"{kept} of {len(found)} results are written, the most severe ones")
    errors = [one.severity for one in found].count(Severity.ERROR)
    assert [result["level"] for result in run["results"]].count("error") == errors, "these are kept first"
    run["results"] = run["results"][:20]
    assert list(oasis.iter_errors({"version": "2.1.0", "runs": [run]})) == []


def test_what_sarif_leaves_out_is_said_on_the_terminal(cli: Cli) -> None:
    cli.write("pir/INC-001.yaml", "incident_id: INC-001\ntags:\n" + "- {}\n" * 5_100)
    done = cli.run("lint", "--format", "sarif")
    assert len(json.loads(done.stdout)["runs"][0]["results"]) == 5_000
    assert done.stderr.startswith("sarif: 5000 of 51")
    assert cli.run("lint", "--format", "json").stderr == ""


def test_junit_knows_a_finding_again_by_what_it_says(cli: Cli) -> None:
    def names() -> list[str]:
        root = ElementTree.fromstring(cli.run("lint", "--format", "junit", "--advice").stdout)
        return [f"{case.get('classname')}: {case.get('name')}" for case in root.iter("testcase")]

    cli.write("pir/INC-001.yaml", review(lessons_learned=["TODO", "TODO"]))
    told = names()
    assert [name for name in told if "placeholder" in name] == [
        "pir/INC-001.yaml: no-placeholder: `TODO` is a placeholder",
        "pir/INC-001.yaml: no-placeholder: `TODO` is a placeholder (2)",
    ]
    cli.write("pir/INC-001.yaml", "# a line\n" + review(lessons_learned=["TODO", "TODO"]))
    assert names() == told
    cli.write("pir/INC-001.yaml", review())
    [case] = ElementTree.fromstring(cli.run("lint", "--format", "junit").stdout).iter("testcase")
    assert (case.get("name"), len(case)) == ("1 files checked: all good", 0)


def test_fingerprints_do_not_move_with_lines(cli: Cli) -> None:
    def prints() -> set[str]:
        rows = json.loads(cli.run("lint", "--format", "gitlab").stdout)
        assert all(set(row) == {"description", "check_name", "fingerprint", "severity", "location"} for row in rows)
        return {row["fingerprint"] for row in rows}

    cli.write("pir/INC-001.yaml", review(severity="P9", lessons_learned=["TODO", "TODO"]))
    first = prints()
    assert len(first) == 3
    cli.write("pir/INC-001.yaml", "# a line\n# another\n" + review(severity="P9", lessons_learned=["TODO", "TODO"]))
    assert prints() == first


def test_annotations_are_escaped_and_limited(cli: Cli, tmp_path: Path) -> None:
    cli.write("pir/a,b:c%.yaml", review("INC-001", lessons_learned=["TODO: 100%\nx"] * 12))
    summary = tmp_path / "summary.md"
    done = cli.run("lint", "--format", "github", GITHUB_STEP_SUMMARY=str(summary))
    lines = done.stdout.splitlines()
    assert len(lines) == 11
    assert lines[1].startswith("::error file=pir/a%2Cb%3Ac%25.yaml,line=")
    assert "`TODO: 100%25%0Ax` is a placeholder" in lines[1]
    assert lines[-1] == "1 files checked, 13 findings, 3 not shown"
    assert summary.read_text(encoding="utf-8").count("no-placeholder") == 12


def test_several_formats_at_once_and_statistics(cli: Cli) -> None:
    cli.write("pir/INC-001.yaml", review(severity="P9", lessons_learned=["TODO", "tbd"]))
    done = cli.run("lint", "--format", "sarif", "--output-file", "out/x.sarif", "--format", "text", "--statistics")
    counted = "     2  error     no-placeholder\n     1  error     schema\n"
    assert done.stdout == f"{counted}                       1  `severity` has another form\n"
    rows = json.loads(cli.run("lint", "--format", "json", "--statistics").stdout)
    assert rows[0] == {"rule": "no-placeholder", "severity": "error", "count": 2}
    assert len(json.loads((cli.folder / "out/x.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]) == 3
    assert cli.run("lint", "--format", "sarif", "--format", "json").returncode == 2
    assert "### pirgen: 3 findings in 1 file" in cli.run("lint", "--format", "markdown").stdout


def test_rules_are_explained(cli: Cli) -> None:
    cli.write("pirgen.yaml", "rules: {timeline-order: off}\n")
    listed = cli.run("rules").stdout.splitlines()
    assert next(line for line in listed if line.startswith("timeline-order ")).split()[1] == "off"
    assert "takes an hour" not in cli.run("rules", "timeline-order").stdout
    assert "Bad:" in cli.run("rules", "timeline-order").stdout
    done = cli.run("rules", "timeline-oder")
    assert (done.returncode, done.stderr) == (
        2,
        "pirgen: there is no rule `timeline-oder`; did you mean `timeline-order`?\n",
    )


@pytest.mark.parametrize(("style", "name"), [
    ("github", "ops/team/pir/INC-001.yaml"), ("gitlab", "ops/team/pir/INC-001.yaml"),
    ("sarif", "ops/team/pir/INC-001.yaml"), ("junit", "ops/team/pir/INC-001.yaml"),
    ("text", "pir/INC-001.yaml"), ("json", "pir/INC-001.yaml"),
])  # fmt: skip
def test_a_host_is_told_paths_from_the_top_of_the_repository(repo: Repo, style: str, name: str) -> None:
    repo.write("ops/team/pirgen.yaml", "{}\n")
    repo.write("ops/team/pir/INC-001.yaml", review(severity="P9"))
    said = Cli(repo.folder / "ops/team").run("lint", "--format", style).stdout
    assert name in said
    assert ("ops/team" in said) == (name != "pir/INC-001.yaml")
