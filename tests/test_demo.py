"""The story of `make demo` is what its files say: its figures, why the gate fails, and that the site builds."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.demo import AS_OF, build, replaced
from tests.support import ROOT, Repo
from tests.test_mkdocs import build as build_site

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    return build(tmp_path_factory.mktemp("demo") / "demo")


def test_the_story_has_every_turn(demo: Repo) -> None:
    facts = json.loads(demo.run("history", "--export", "json", "--as-of", AS_OF).stdout)["facts"]
    assert Counter(fact["event"] for fact in facts) == {
        "review_opened": 10,
        "review_completed": 9,
        "review_renumbered": 1,
        "action_opened": 21,
        "action_started": 1,
        "action_closed": 15,
        "action_reopened": 1,
        "action_declined": 1,
        "action_due_moved": 5,
        "action_owner_changed": 1,
    }


def test_the_headline(demo: Repo) -> None:
    told = " ".join(demo.run("report", "--brief", "--as-of", AS_OF).stdout.split())
    assert told.startswith(
        f"As of {AS_OF} 23:59 UTC at {demo.git('rev-parse', 'HEAD')[:10]} Now 1 incident open INC-012"
    )
    assert "1 review overdue INC-010 P2 14 days late, there is no review" in told
    assert "3 action items overdue oldest 81 days late, INC-004 AI-002" in told
    assert "1 action item closed INC-009 AI-001 12 days late" in told
    found: dict[str, Any] = json.loads(demo.run("report", "--export", "json", "--as-of", AS_OF).stdout)
    figures = {row["name"]: row for row in found["metrics"]}
    assert (figures["review_completion"]["done"], figures["review_completion"]["of"]) == (8, 9)
    assert (figures["mttd"]["met"], figures["mttr"]["met"]) == ("no", "no")
    assert (figures["action_completion"]["done"], figures["action_completion"]["of"]) == (14, 20)
    assert figures["action_proven"]["percent"] == 100
    assert [row["incident_id"] for row in found["near_misses_and_drills"]] == ["INC-005"]


def test_the_gate_fails_because_of_what_is_overdue_and_of_nothing_else(demo: Repo) -> None:
    done = demo.run("check", "--as-of", AS_OF)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[0] == "13 files checked: all good"
    assert "Pages that are not current: none" in lines
    assert lines[-1] == f"As of {AS_OF}: 1 overdue review, 3 overdue action items"
    assert demo.run("check", "--as-of", "2025-11-01").returncode == 0


def test_the_site_is_as_of_the_last_day(demo: Repo) -> None:
    done = build_site(demo.folder)
    assert done.returncode == 0, done.stderr
    pages = demo.folder / "site/ops/pir"
    report = (pages / "report/index.html").read_text(encoding="utf-8")
    assert "2h20m" in report, "so long is INC-012 open"
    assert f"{AS_OF} 23:59" in report
    assert demo.git("status", "--porcelain") == ""


def test_the_last_day_is_the_same_everywhere(demo: Repo) -> None:
    [day] = re.findall(r"^DAY := (.+)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    config = yaml.safe_load((demo.folder / "mkdocs.yml").read_text(encoding="utf-8"))
    assert day == AS_OF == str(config["plugins"][1]["pirgen"]["as_of"])
    assert demo.git("show", "--no-patch", "--format=%cs") == AS_OF


def test_the_first_line_says_that_it_is_made_up() -> None:
    done = subprocess.run(
        ["make", "--no-print-directory", "--dry-run", "demo"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    first = done.stdout.splitlines()[0]
    assert first.startswith('echo "Everything here is made up')
    assert AS_OF in first


def test_the_same_story_makes_the_same_commits(demo: Repo, tmp_path: Path) -> None:
    assert build(tmp_path / "again").git("rev-parse", "HEAD") == demo.git("rev-parse", "HEAD")


def test_words_that_are_not_there_are_no_change() -> None:
    assert replaced("a b", {"a": "c"}) == "c b"
    for text in ("b", "a a"):
        with pytest.raises(AssertionError, match="'a' stands there"):
            replaced(text, {"a": "c"})


def test_a_newcomer_needs_no_tools_of_developers() -> None:
    blocked = "import sys; sys.modules.update(dict.fromkeys(['pytest', 'hypothesis', 'mutmut'])); import tests.demo"
    subprocess.run([sys.executable, "-c", blocked], cwd=ROOT, check=True)
