"""The formats that programs read, held to what those programs say."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from importlib.resources import files as resources
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator, Draft7Validator

from pirgen.diagnostic import Diagnostic, Severity, Span
from pirgen.lint import formats
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
    ),
    max_size=30,
)


def sarif_schema() -> Any:
    """The schema of OASIS, from the cache database of the package schemastore: stored responses, read as bytes."""
    database = resources("schemastore") / "cache.sqlite"
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        for (value,) in connection.execute("select value from responses where instr(value, 'sarif-schema-2.1.0')"):
            text = value[value.rindex(b"{", 0, value.index(b'"$schema"')) :].decode(errors="ignore")
            schema, _ = json.JSONDecoder().raw_decode(text)
            if schema["title"].startswith("Static Analysis Results Format (SARIF) Version 2.1.0"):
                return schema
    raise AssertionError("no SARIF schema in schemastore")


@given(found=DIAGNOSTICS, files=st.integers(0, 99))
@pytest.mark.parametrize("name", formats.names())
def test_any_finding_can_be_written(name: str, found: list[Diagnostic], files: int) -> None:
    text = formats.render(name, found, files, colour=False)
    assert text.endswith("\n")
    assert "\x1b" not in text or name == "github"
    if name in ("json", "sarif", "gitlab"):
        json.loads(text)
    if name == "junit":
        suites = ElementTree.fromstring(text)
        cases = suites.findall("testsuite/testcase")
        assert len(cases) == max(1, len(found)) == int(suites.attrib["tests"])
        failures = [one for one in found if one.severity is Severity.ERROR]
        assert len(suites.findall("testsuite/testcase/failure")) == len(failures) == int(suites.attrib["failures"])
    if name == "github":
        lines = text.split("\n")
        assert len(lines) <= 3 * 10 + 2
        assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in lines[:-2])


@pytest.fixture(scope="module")
def oasis() -> Any:
    schema = sarif_schema()
    validator = Draft4Validator if "draft-04" in schema["$schema"] else Draft7Validator
    return validator(schema)


def test_sarif_is_what_oasis_says(cli: Cli, oasis: Any) -> None:
    cli.write("pir/INC 1 ü.yaml", review("INC-001", severity="P9", duration="5m"))
    done = cli.run("lint", "--format", "sarif", "--advice")
    log = json.loads(done.stdout)
    assert list(oasis.iter_errors(log)) == []
    results = log["runs"][0]["results"]
    assert {result["level"] for result in results} == {"error", "warning", "note"}
    artifact = results[0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": "pir/INC%201%20%C3%BC.yaml", "uriBaseId": "PROJECT"}
    assert "invocations" not in log["runs"][0]
    log["runs"][0]["results"][0]["level"] = "bad"
    assert list(oasis.iter_errors(log)), "the schema does reject"


def test_sarif_stays_below_the_limits_of_hosts_and_says_so(oasis: Any) -> None:
    levels = [Severity.ADVICE] * 4_000 + [Severity.ERROR] * 2_000 + [Severity.WARNING] * 1_000
    found = [Diagnostic(f"pir/{n:05}.yaml", Span(1, 1, 1, 2), "a", level, "m") for n, level in enumerate(levels)]
    log = json.loads(formats.render("sarif", found, 7_000, colour=False))
    [run] = log["runs"]
    assert list(oasis.iter_errors(log)) == []
    assert Counter(one["level"] for one in run["results"]) == {"error": 2_000, "warning": 1_000, "note": 2_000}
    said = "2000 of 7000 findings are left out, because hosts take no more than 5000."
    assert run["invocations"][0]["toolExecutionNotifications"] == [{"level": "warning", "message": {"text": said}}]
    assert formats.overflow("sarif", found, 7_000).startswith("pirgen: 2000 of 7000 findings are left out")
    assert formats.overflow("sarif", found[:5_000], 7_000) == ""


def test_junit_is_what_ci_systems_read(cli: Cli) -> None:
    cli.write("pir/INC-001.yaml", review(severity="P9", duration="5m"))
    [suite] = ElementTree.fromstring(cli.run("lint", "--format", "junit").stdout)
    assert suite.attrib == {"name": "pir/INC-001.yaml", "tests": "2", "failures": "1", "errors": "0"}
    failed = next(case for case in suite if case.find("failure") is not None)
    assert (failed.attrib["classname"], failed.attrib["name"]) == ("pir/INC-001.yaml", "schema 2:11")
    assert failed.find("failure").attrib["type"] == "schema"  # type: ignore[union-attr]
    cli.write("pir/INC-001.yaml", review())
    [suite] = ElementTree.fromstring(cli.run("lint", "--format", "junit").stdout)
    assert [case.attrib["name"] for case in suite] == ["all good"]


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
    assert done.stdout == "     2  error     no-placeholder\n     1  error     schema\n"
    counted = json.loads(cli.run("lint", "--format", "json", "--statistics").stdout)
    assert counted[0] == {"rule": "no-placeholder", "severity": "error", "count": 2}
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
    ("sarif", "ops/team/pir/INC-001.yaml"), ("text", "pir/INC-001.yaml"), ("json", "pir/INC-001.yaml"),
])  # fmt: skip
def test_a_host_is_told_paths_from_the_top_of_the_repository(repo: Repo, style: str, name: str) -> None:
    repo.write("ops/team/pirgen.yaml", "{}\n")
    repo.write("ops/team/pir/INC-001.yaml", review(severity="P9"))
    said = Cli(repo.folder / "ops/team").run("lint", "--format", style).stdout
    assert name in said
    assert ("ops/team" in said) == (name != "pir/INC-001.yaml")
