"""action.yml: its steps, run one after the other as a runner would, from this repository as it stands."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support import ROOT, Repo, item, review
from tests.test_hooks import hooks

assert hooks  # the fixture: this project as a repository of its own

ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))


NO_EVENT = dict.fromkeys((
    "github.event.pull_request", "github.event.pull_request.base.sha", "github.event.merge_group.base_sha",
    "github.event.pull_request.head.repo.full_name", "github.repository", "env.PIRGEN_TRUST",
), "")  # fmt: skip
"""What the expressions ask about, of a run without any of it."""


def value(text: str, told: dict[str, str]) -> str:
    """A text with its expressions evaluated: names, strings, `&&`, `||` and `!=`."""

    def evaluated(found: re.Match[str]) -> str:
        words = re.findall(r"'[^']*'|&&|\|\||!=|[\w.-]+", found[1])
        python = ({"&&": "and", "||": "or"}.get(one, one if one[0] in "'!" else repr(told.get(one))) for one in words)
        return str(eval(" ".join(python)) or "")

    return re.sub(r"\$\{\{ (.+?) \}\}", evaluated, text)


class Runner:
    """Knows of a runner what a composite action uses: expressions in values, and a file for the summary."""

    def __init__(self, project: Repo, action: Path, place: Path) -> None:
        self.project, self.summary, self.installed = project, place / "summary", place / "pirgen"
        self.variables = {
            "RUNNER_TEMP": str(place), "GITHUB_ACTION_PATH": str(action),
            "GITHUB_STEP_SUMMARY": str(self.summary),
        }  # fmt: skip

    def run(self, base: str = "", event: str = "pull_request.base.sha", **inputs: str) -> tuple[bool, str]:
        """Whether all steps passed, and what they printed; `event` is where the run's event has its base."""
        told = {f"inputs.{name}": given.get("default", "") for name, given in ACTION["inputs"].items()}
        told |= {f"inputs.{name.replace('_', '-')}": value for name, value in inputs.items()}
        told |= {**NO_EVENT, f"github.event.{event}": base}
        passed, output = True, ""
        install, *others = ACTION["runs"]["steps"]
        steps = (
            others if self.installed.exists() else [install, *others]
        )  # the first run of all installs what the others use
        for step in steps:
            if passed or step.get("if") == "always()":
                done = self._step(step, told)
                passed, output = passed and done.returncode == 0, output + done.stdout + done.stderr
        return passed, output

    def _step(self, step: dict[str, Any], told: dict[str, str]) -> subprocess.CompletedProcess[str]:
        assert "${{" not in step["run"], "an input in a script could be a script"
        given = {name: value(text, told) for name, text in step.get("env", {}).items()}
        path = ":".join([str(Path(sys.executable).parent), os.environ["PATH"]])
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]],
            cwd=self.project.folder / value(step.get("working-directory", "."), told),
            env={**os.environ, **self.variables, **given, "PATH": path},
            capture_output=True,
            text=True,
        )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runner")


@pytest.fixture
def runner(repo: Repo, hooks: tuple[Path, str], place: Path) -> Runner:
    repo.write("pir/INC-001.yaml", review())
    repo.run("render")
    repo.commit("2025-10-06", {})
    (place / "summary").unlink(missing_ok=True)
    return Runner(repo, hooks[0], place)


@pytest.mark.parametrize(
    ("head", "own", "expected"),
    [("us/ops", "", ""), ("them/ops", "", "none"), ("", "", "none"), (None, "", ""), (None, "none", "none"),
     ("us/ops", "none", "none"), ("them/ops", "all", "none")],
)  # fmt: skip
def test_what_a_fork_commits_is_not_trusted(head: str | None, own: str, expected: str) -> None:
    told = {**NO_EVENT, "github.repository": "us/ops", "env.PIRGEN_TRUST": own}
    if head is not None:  # it is empty where the fork was deleted
        told |= {"github.event.pull_request": "x", "github.event.pull_request.head.repo.full_name": head}
    steps = [step for step in ACTION["runs"]["steps"] if re.search(r"\bpirgen -C", step["run"])]
    assert [value(step["env"]["PIRGEN_TRUST"], told) for step in steps] == [expected] * 2


def test_no_python_of_the_action_looks_for_modules_in_the_checkout() -> None:
    scripts = "\n".join(step["run"] for step in ACTION["runs"]["steps"])
    assert {*re.findall(r"\bpython3? (\S+)", scripts)} == {"-I"}


@pytest.mark.slow
def test_a_push_fails_on_what_is_overdue_and_sums_up_all_the_same(runner: Runner) -> None:
    passed, output = runner.run()
    assert not passed
    assert "1 overdue action item" in output
    assert "INC-001" in runner.summary.read_text(encoding="utf-8")
    assert runner.run(fail_on="invalid,stale")[0]
    assert runner.run(severity="P2")[0]
    assert "no severity" in runner.run(severity="$(touch x)")[1]


@pytest.mark.slow
@pytest.mark.parametrize("event", ["pull_request.base.sha", "merge_group.base_sha"])
def test_a_change_fails_for_what_it_touches(runner: Runner, event: str) -> None:
    base = runner.project.git("rev-parse", "HEAD")
    runner.project.git("checkout", "--quiet", "-b", "work")
    runner.project.commit("2025-10-07", {"README.md": "x"})
    assert runner.run(base, event)[0]
    runner.project.commit("2025-10-08", {"pir/INC-002.yaml": review("INC-002", severity="P9")})
    passed, output = runner.run(base, event)
    assert not passed
    assert re.search(r"^::error file=pir/INC-002\.yaml,line=2,", output, re.MULTILINE)
    assert "INC-001.yaml" not in output


@pytest.mark.slow
def test_several_projects_are_judged_in_one_run(runner: Runner) -> None:
    repo = runner.project
    base = repo.commit("2025-10-07", {"pir/INC-001.yaml": None, "docs/ops/pir/INC-001.md": None})
    repo.git("checkout", "--quiet", "-b", "projects")
    for name in ("ops", "web eu"):
        repo.write(f"{name}/pirgen.yaml", "{}")
        repo.write(f"{name}/pir/INC-001.yaml", review(severity="P9" if name == "ops" else "P1"))
    repo.run("render")
    repo.commit("2025-10-08", {})
    passed, output = runner.run(base)
    assert not passed
    assert "::error file=ops/pir/INC-001.yaml,line=2," in output
    assert "== ops\n" in output
    assert "== web eu\n" in output
    summary = runner.summary.read_text(encoding="utf-8")
    assert summary.index("# ops") < summary.index("# web\\ eu")
    assert summary.count("\n# Post-incident follow-up\n") == 2
    repo.commit("2025-10-09", {"ops/pir/INC-001.yaml": None})
    runner.summary.unlink()
    assert runner.run(base, fail_on="invalid,stale")[0], "the last project decides nothing alone"


@pytest.mark.slow
def test_what_is_overdue_is_annotated_and_no_value_is_a_command(runner: Runner) -> None:
    late = item("AI-001", "::error::owned", owner="@x")
    runner.project.commit("2025-10-08", {"pir/INC-002.yaml": review("INC-002", action_items=[late])})
    passed, output = runner.run()
    assert not passed
    assert re.search(r"^::error file=pir/INC-001\.yaml,line=\d+,.*title=pirgen overdue-action", output, re.MULTILINE)
    [token] = re.findall(r"^::stop-commands::(\w{32,})$", output, re.MULTILINE)
    text = output[output.index(f"::stop-commands::{token}\n") : output.index(f"\n::{token}::\n")]
    assert "2 overdue action items" in text
    runner.project.write("pirgen.yaml", "pathz: {}\n")
    passed, output = runner.run()
    assert (passed, "::error file=pirgen.yaml,line=1," in output) == (False, True)
