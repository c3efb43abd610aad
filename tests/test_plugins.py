"""Rules of somebody else: an example package, installed and used."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pirgen.diagnostic import Problem
from pirgen.lint.rules import Rule, unique_ids
from pirgen.testing import check
from tests.support import Cli, review

RULE = '''\
"""Our own rules."""

from collections.abc import Iterator

from pirgen.diagnostic import Problem, Severity
from pirgen.review import Review
from pirgen.lint.rules import Context, rule


@rule(Severity.ERROR)
def no_blame(review: Review, context: Context) -> Iterator[Problem]:
    """A review looks for causes and not for culprits.

    *Bad*:

        root_cause: Somebody was careless

    *Good*:

        root_cause: The console offered the wrong default
    """
    if "careless" in review.root_cause:
        yield Problem(("root_cause",), "this blames", "what made the mistake easy?")
'''


@pytest.fixture
def package(tmp_path: Path, cli: Cli) -> str:
    """A folder of installed packages with the example in it, for PYTHONPATH."""
    project = tmp_path / "our-rules"
    (project / "our_rules").mkdir(parents=True)
    (project / "our_rules/__init__.py").write_text(RULE, encoding="utf-8")
    (project / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
        '[project]\nname = "our-rules"\nversion = "1"\n',
        encoding="utf-8",
    )
    target = tmp_path / "installed"
    command = [
        sys.executable,
        "-m",
        "uv",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--target",
        str(target),
        str(project),
    ]
    subprocess.run(command, check=True, capture_output=True)
    return str(target)


def test_a_plugins_rule_is_a_rule_like_ours(cli: Cli, package: str) -> None:
    cli.write("pirgen.yaml", "plugins: [our_rules]\n")
    cli.write("pir/INC-001.yaml", review(root_cause="Somebody was careless"))
    path = os.pathsep.join([package, *filter(None, [os.environ.get("PYTHONPATH")])])
    done = cli.run("lint", PYTHONPATH=path)
    assert done.returncode == 1
    assert "error[no-blame]: this blames" in done.stdout
    assert "what made the mistake easy?" in done.stdout
    assert "looks for causes" in cli.run("rules", "no-blame", PYTHONPATH=path).stdout
    cli.write("pirgen.yaml", "plugins: [our_rules]\nrules: {no-blame: off}\n")
    assert cli.run("lint", PYTHONPATH=path).returncode == 0


def test_a_plugin_that_is_not_there_is_one_clear_line(cli: Cli) -> None:
    cli.write("pirgen.yaml", "plugins: [nothing_here]\n")
    done = cli.run("lint")
    assert done.returncode == 2
    assert done.stderr.startswith(
        "pirgen: plugins of pirgen.yaml: `nothing_here` cannot be imported (ModuleNotFoundError"
    )
    assert done.stderr.count("\n") == 1
    cli.write("pirgen.yaml", "plugins: [json]\n")
    assert cli.run("lint").stderr == (
        "pirgen: plugins of pirgen.yaml: `json` holds no rule, and nothing in a folder charts, exports, "
        "formats, metrics, rules\n"
    )
    cli.write("pirgen.yaml", "plugins: ['../x']\n")
    assert "`plugins` item 1 cannot be `../x`" in cli.run("lint").stderr


def test_authors_can_run_a_rule_on_a_text() -> None:
    rule = unique_ids.unique_ids
    assert isinstance(rule, Rule)
    text = "incident_id: INC-001\naction_items: [{id: A1}, {id: a1}]\n"
    [found] = check(rule, text)
    assert isinstance(found, Problem)
    assert found.path == ("action_items", 1, "id")
    assert len(check(rule, text, others={"pir/b.yaml": text})) == 2
    with pytest.raises(ValueError, match="not valid YAML"):
        check(rule, "a: b: c")
