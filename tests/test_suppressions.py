"""Comments that silence rules: where they count, and what is said about those that do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pirgen.document import load
from pirgen.files import Source
from pirgen.lint.suppressions import Ignore, find
from tests.support import Cli, Repo, item, review

NAMES = ["action-has-due", "action-has-owner", "duration-matches-timeline"]
LACKING = review(duration="5m", action_items=[{"id": "AI-001", "action": "a"}, {"id": "AI-002", "action": "b"}])


def said(cli: Cli, text: str) -> list[str]:
    cli.write("pir/INC-001.yaml", text)
    lines = cli.run("lint").stdout.splitlines()
    return [line.split("]")[0].split("[")[1] for line in lines if line.startswith(("error", "warning"))]


def test_at_the_end_of_a_line_it_counts_for_that_line(cli: Cli) -> None:
    text = LACKING.replace("duration: 5m", "duration: 5m  # pirgen: ignore[duration-matches-timeline] support hours")
    assert said(cli, text) == ["action-has-due", "action-has-owner"] * 2
    text = LACKING.replace("- id: AI-001", "- id: AI-001 # pirgen: ignore[action-has-due,action-has-owner] vendor")
    assert said(cli, text) == ["duration-matches-timeline", "action-has-due", "action-has-owner"]


def test_on_a_line_of_its_own_it_counts_for_the_block_that_follows(cli: Cli) -> None:
    comment = "# pirgen: ignore[action-has-due] nobody plans here\n"
    text = LACKING.replace("action_items:", f"{comment}# really\n\naction_items:")
    assert said(cli, text) == ["duration-matches-timeline", "action-has-owner", "action-has-owner"]
    text = LACKING.replace("- id: AI-002", f"{comment}- id: AI-002")
    assert said(cli, text).count("action-has-due") == 1


def test_what_silences_nothing_is_said(cli: Cli) -> None:
    text = "# pirgen: ignore[action-has-due] why\n" + review()
    assert said(cli, text) == ["no-unused-ignore"]
    cli.write("pirgen.yaml", "rules: {no-unused-ignore: off}\n")
    assert said(cli, text) == []


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("ignore[action-has-due]", "an ignore names its rules and its reason"),
        ("ignore[] because", "an ignore names its rules and its reason"),
        ("ignore[action-has-do] because", "there is no rule `action-has-do`"),
        ("ignore[schema] because", "`schema` cannot be silenced"),
        ("ignore[action-has-due, yaml] because", "`yaml` cannot be silenced"),
        ("ignore[no-unused-ignore] because", "`no-unused-ignore` cannot be silenced"),
        ("ignore action-has-due because", "this comment silences nothing"),
        ("ignore[action-has-due] because until 2026-02-30", "`2026-02-30` is not a date"),
        ("ignore[action-has-due] until 2026-02-03", "an ignore names its rules and its reason"),
    ],
)
def test_a_wrong_form_is_an_error(cli: Cli, comment: str, message: str) -> None:
    cli.write("pir/INC-001.yaml", f"{review()}# pirgen: {comment}\n")
    done = cli.run("lint")
    assert done.returncode == 1
    assert f"error[ignore]: {message}" in done.stdout
    assert "  = help: " in done.stdout


def test_in_a_value_it_is_no_comment(cli: Cli) -> None:
    text = review(impact="x # pirgen: ignore[nothing]", root_cause="one\n# pirgen: ignore[nothing]\n")
    block = "resolution: |\n  a\n  # pirgen: ignore[nothing]\n"
    assert said(cli, text + block) == []


def test_an_ignore_expires_for_check_and_not_for_lint(repo: Repo) -> None:
    done = [item("AI-001", "a", due=None, status="open")]
    text = review(action_items=done).replace(
        "- id: AI-001", "- id: AI-001 # pirgen: ignore[action-has-due] waits for the vendor until 2025-10-20"
    )
    repo.write("pir/INC-001.yaml", text)
    repo.run("render")
    repo.commit("2025-10-06", {})
    assert repo.run("lint").stdout == "1 file checked: all good\n"
    assert repo.run("check", "--as-of", "2025-10-20").returncode == 0
    late = repo.run("check", "--as-of", "2025-10-21")
    assert late.returncode == 1
    assert "pir/INC-001.yaml:17: action-has-due, until 2025-10-20: waits for the vendor" in late.stdout
    assert late.stdout.endswith("As of 2025-10-21: 1 expired ignore\n")


@given(st.text(st.sampled_from("# pirgen:ignore[]-ab\n'\" until2026-01"), max_size=80))
def test_any_comment_is_read_or_said_to_be_wrong(noise: str) -> None:
    document = load(Source("x.yaml", f"a: 1\nb: 2 # pirgen: {noise}\n".encode()))
    if not document.problems:
        for found in find(document, NAMES):
            span = found.span if isinstance(found, Ignore) else found[0]
            assert document.excerpt(span)[1].lstrip().startswith(("#", "b: 2")) or span.line > 2
