"""The options that say what lint tells, and by which configuration: --rule, --exit-zero, --config, --quiet."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from pirgen.commands import main
from tests.support import Cli, Repo, cache_of, review

TODO = review(severity="p1", lessons_learned=["TODO"])


@pytest.fixture
def bad(cli: Cli) -> Cli:
    """A project with one review that has two mistakes, of which one can be mended."""
    cli.write("pir/INC-001.yaml", TODO)
    return cli


def lint(project: Cli, *words: str, trust: str | None = None) -> Result:
    """The command in the folder of a project, in this process."""
    return CliRunner().invoke(main, ["-C", str(project.folder), "lint", *words], env={"PIRGEN_TRUST": trust})


def rules(project: Cli, *words: str) -> list[str]:
    return [row["rule"] for row in json.loads(lint(project, "--format", "json", *words).stdout)]


def test_only_what_a_rule_finds_is_told_and_counts(bad: Cli) -> None:
    assert rules(bad) == ["schema", "no-placeholder"]
    assert rules(bad, "--rule", "no-placeholder") == ["no-placeholder"]
    assert rules(bad, "--rule", "schema", "--rule", "no-placeholder") == ["schema", "no-placeholder"]
    assert lint(bad, "--rule", "timeline-order").exit_code == 0
    assert lint(bad, "--rule", "schema").exit_code == 1
    bad.write("pir/INC-002.yaml", "incident_id: [\n")
    assert rules(bad, "--rule", "timeline-order") == ["yaml"], "a file that cannot be read is not all good"


def test_only_what_a_rule_finds_is_mended(bad: Cli) -> None:
    path = bad.folder / "pir/INC-001.yaml"
    assert lint(bad, "--rule", "no-placeholder", "--fix").exit_code == 1
    assert path.read_text(encoding="utf-8") == TODO
    assert lint(bad, "--rule", "schema", "--fix").exit_code == 0
    assert path.read_text(encoding="utf-8") == TODO.replace("severity: p1", "severity: P1")


def test_a_rule_that_is_not_there_is_refused(bad: Cli) -> None:
    done = lint(bad, "--rule", "no-placeholdr")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "pirgen: there is no rule `no-placeholdr`; did you mean no-placeholder?\n"
    assert "`pirgen rules` lists them" in lint(bad, "--rule", "x").stderr
    bad.write("pirgen.yaml", "rules: {no-placeholder: off}\n")
    done = lint(bad, "--rule", "no-placeholder")
    assert (done.exit_code, done.stderr) == (0, "The rule no-placeholder is off in pirgen.yaml.\n")


def test_findings_need_not_fail_a_run(bad: Cli) -> None:
    assert lint(bad).exit_code == 1
    done = lint(bad, "--exit-zero")
    assert done.exit_code == 0 and "error[no-placeholder]" in done.stdout
    assert (lint(bad, "--diff").exit_code, lint(bad, "--diff", "--exit-zero").exit_code) == (1, 0)
    assert lint(bad, "--exit-zero", "nowhere").exit_code == 2, "that lint cannot run is no finding"


def test_a_quiet_run_tells_nothing_but_findings(cli: Cli) -> None:
    assert "There are no reviews in pir/" in lint(cli).stderr
    assert (lint(cli, "--quiet").output, lint(cli, "-q").exit_code) == ("", 0)
    cli.write("pir/notes.md", "# x\n")
    cli.write("pir/INC-001.yaml", review(severity="p1"))
    assert "is Markdown" in lint(cli).stderr
    done = lint(cli, "-q", "--fix")
    assert (done.output, done.exit_code) == ("", 0)
    assert "severity: P1" in (cli.folder / "pir/INC-001.yaml").read_text(encoding="utf-8")


def test_another_configuration_stands_for_all_of_them(repo: Repo) -> None:
    repo.write("pirgen.yaml", "{}\n")
    repo.write("team/pirgen.yaml", "rules: {no-placeholder: off}\n")
    repo.write("ci/lax.yaml", "paths: {reviews: [pir, team/pir]}\nrules: {no-placeholder: warning}\n")
    text = review(lessons_learned=["TODO"])
    repo.write("pir/INC-001.yaml", text)
    repo.write("team/pir/INC-002.yaml", text.replace("INC-001", "INC-002"))
    repo.git("add", "--all")
    assert rules(repo) == ["no-placeholder"]
    for words in ((), ("--staged",), ("pir", "team"), ("team/pir/INC-002.yaml", "pir/INC-001.yaml")):
        done = lint(repo, "--config", "ci/lax.yaml", *words, "--format", "json")
        assert [(row["file"], row["severity"]) for row in json.loads(done.stdout)] == [
            ("pir/INC-001.yaml", "warning"), ("team/pir/INC-002.yaml", "warning"),
        ], words  # fmt: skip
        assert done.exit_code == 0


def test_another_configuration_counts_for_what_was_before(repo: Repo) -> None:
    text = review(lessons_learned=["TODO"])
    repo.commit("2025-10-06", {"pirgen.yaml": "rules: {no-placeholder: off}\n", "pir/INC-001.yaml": text})
    repo.write("strict.yaml", "rules: {no-placeholder: error}\n")
    assert rules(repo, "--config", "strict.yaml") == ["no-placeholder"]
    assert rules(repo, "--config", "strict.yaml", "--since", "HEAD") == [], "it was found by the same rules then"


def test_mistakes_in_another_configuration_are_told_at_their_lines(cli: Cli) -> None:
    cli.write("pirgen.yaml", "surprise: 1\n")
    cli.write("other.yaml", "# x\nrules: {timeline-oder: off}\n")
    done = lint(cli, "--config", "other.yaml", "--format", "concise")
    assert done.exit_code == 2
    assert done.stdout.startswith("other.yaml:2:9: error[schema]")
    assert done.stderr.startswith("pirgen: other.yaml:2:9: ")
    assert "nowhere.yaml:1:1: the file cannot be read: No such file" in lint(cli, "--config", "nowhere.yaml").stderr
    assert "the file is not a regular file" in lint(cli, "--config", "pir/..").stderr


def test_another_configuration_is_trusted_no_more_than_the_first(repo: Repo) -> None:
    repo.write("pir/INC-001.yaml", review())
    repo.write("other.yaml", "plugins: [surprise]\n")
    done = lint(repo, "--config", "other.yaml", trust="none")
    assert done.exit_code == 2 and "other.yaml:1:1: `plugins` is code" in done.stderr
    outside = repo.folder.parent / "outside.yaml"
    outside.write_text("rules: {no-placeholder: off}\n", encoding="utf-8")
    assert lint(repo, "--config", str(outside), trust="none").exit_code == 0, "the caller names it"
    (repo.folder / "link.yaml").symlink_to(outside)
    assert "leads out of the repository" in lint(repo, "--config", "link.yaml", trust="none").stderr
    assert lint(repo, "--config", "link.yaml").exit_code == 0
    outside.write_text("custom_fields: link.yaml\n", encoding="utf-8")
    assert "leads out of the repository" in lint(repo, "--config", str(outside), trust="none").stderr


def test_verdicts_by_another_configuration_are_not_mistaken_for_others(cli: Cli) -> None:
    """The cache is used from 50 files on."""
    cli.write("pirgen.yaml", "{}\n")
    cli.write("lax.yaml", "rules: {no-placeholder: off}\n")
    for number in range(55):
        cli.write(f"pir/INC-{number:03}.yaml", review(f"INC-{number:03}", lessons_learned=["TODO"]))
    for _ in range(2):
        assert (lint(cli).exit_code, lint(cli, "--config", "lax.yaml").exit_code) == (1, 0)
        assert len(rules(cli, "--rule", "no-placeholder")) == 55
        assert rules(cli, "--rule", "timeline-order") == []
    assert [*cache_of(cli.folder).iterdir()], "the cache is used"
