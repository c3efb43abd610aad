"""Pages: what they say, and that only pirgen's own files are ever touched."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pirgen.config import Config
from pirgen.project import Project
from pirgen.site import render
from tests.support import DATA, ROOT, Cli, item, review

FULL = review(
    "INC-002",
    title="Checkout *fails* for <some>",
    timezone="Europe/Berlin",
    date="2025-10-25",
    duration="1h30m",
    severity="P2",
    status="in_review",
    services=["checkout", "payments"],
    tags=["database"],
    detected_by="A customer",
    roles={"incident_commander": "@ann", "on_call": "@bo"},
    related=["INC-001", "INC-404"],
    covers=["INC-003"],
    meeting={"at": "2025-10-27 10:00", "facilitator": "@cy", "attendees": ["@ann", "@bo"]},
    links=[{"title": "The [chat]", "url": "https://chat.example/a_(b)?c=d&e"}],
    resolution="Rolled back:\n\n```sh\nkubectl rollout undo\n```\n",
    timeline=[
        {"time": "23:40", "event": "Deployment of `checkout|v2`", "kind": "started", "by": "@bo"},
        {"time": "~23:50", "event": "First complaint", "kind": "detected", "link": "https://chat.example/1"},
        {"time": "00:10", "event": "On-call acknowledged"},
        {"time": "01:10", "event": "All good again", "kind": "resolved"},
        {"time": "unknown", "event": "A second customer called"},
        {"time": "2025-10-26T00:30:00Z", "event": "Clocks went back at 03:00"},
    ],
    action_items=[
        item("AI-001", "Add a canary", kind="prevent", priority="high", issue="org/repo#12"),
        item("AI-002", "Buy luck", status="declined", reason="not for sale"),
        item("AI-003", "Page on errors", status="done", evidence="See https://ci.example/7", completed_on="2025-10-28"),
    ],
)


@pytest.mark.parametrize("name", ["seed", "full", "draft", "withdrawn"])
def test_pages_read_as_they_should(cli: Cli, name: str, golden: Callable[[Path, str], None]) -> None:
    texts = {
        "seed": (DATA / "seed.yaml").read_text(encoding="utf-8"),
        "full": FULL,
        "draft": "incident_id: INC-002\nstatus: draft\n",
        "withdrawn": "incident_id: INC-002\nstatus: withdrawn\nreason: The alert | was wrong\n",
    }
    cli.write("pir/INC-001.yaml", texts["seed"])
    if name != "seed":
        cli.write("pir/INC-002.yaml", texts[name])
    assert cli.run("lint").returncode == 0
    assert cli.run("render").returncode == 0
    page = cli.folder / f"docs/ops/pir/INC-00{1 if name == 'seed' else 2}.md"
    golden(DATA / f"page-{name}.md", page.read_text(encoding="utf-8"))


def test_check_names_what_is_missing_stale_and_orphaned(cli: Cli) -> None:
    cli.write("pir/INC-001.yaml", review())
    cli.write("pir/INC-002.yaml", review("INC-002"))
    assert cli.run("render").stdout.endswith("2 pages: 2 changed\n")
    assert cli.run("render", "--check").stdout == "2 pages: all current\n"
    cli.write("pir/INC-001.yaml", review(impact="All of it"))
    (cli.folder / "pir/INC-002.yaml").rename(cli.folder / "pir/INC-003.yaml")
    cli.write("pir/INC-003.yaml", review("INC-003"))
    before = {path: path.read_bytes() for path in (cli.folder / "docs").rglob("*.md")}
    done = cli.run("render", "--check")
    assert done.returncode == 1
    assert done.stdout == (
        "docs/ops/pir/INC-003.md: missing\ndocs/ops/pir/INC-001.md: stale\ndocs/ops/pir/INC-002.md: orphaned\n"
        "2 pages: run `pirgen render` and commit the pages\n"
    )
    assert {path: path.read_bytes() for path in (cli.folder / "docs").rglob("*.md")} == before
    assert cli.run("render", "--exit-code").returncode == 1
    assert cli.run("render", "--exit-code").returncode == 0
    assert sorted(path.name for path in (cli.folder / "docs").rglob("*")) == [
        *("INC-001.md", "INC-003.md", "ops", "pir")
    ]


def test_files_of_others_are_neither_overwritten_nor_removed(cli: Cli) -> None:
    cli.write("pir/INC-001.yaml", review())
    mine = cli.write("docs/ops/pir/notes.md", "My notes say generated_by: pirgen\n")
    page = cli.write("docs/ops/pir/INC-001.md", "# By hand\n")
    done = cli.run("render")
    assert done.returncode == 2
    assert done.stderr == (
        "pirgen: docs/ops/pir/INC-001.md was not written by pirgen; move it away, a page needs its place\n"
    )
    assert page.read_text(encoding="utf-8") == "# By hand\n"
    page.unlink()
    assert cli.run("render").returncode == 0
    assert mine.exists()


def test_a_review_that_is_not_valid_keeps_its_old_page(cli: Cli) -> None:
    cli.write("pir/INC-001.yaml", review())
    cli.run("render")
    cli.write("pir/INC-001.yaml", review(severity="P9"))
    done = cli.run("render")
    assert (done.returncode, done.stdout) == (
        1,
        "pir/INC-001.yaml: not valid, see `pirgen lint`\n0 pages: all were current\n",
    )
    assert (cli.folder / "docs/ops/pir/INC-001.md").exists()


def test_a_review_that_is_not_valid_stops_no_hook_that_asks_for_pages(cli: Cli) -> None:
    cli.write("pir/INC-001.yaml", review())
    cli.run("render")
    cli.write("pir/INC-050.yaml", "incident_id: INC-050\nseverity: P1\n")
    assert cli.run("render", "--exit-code").returncode == 0
    assert cli.run("render").returncode == 1
    cli.write("pir/INC-001.yaml", review(impact="All of it"))
    assert cli.run("render", "--exit-code").returncode == 1


def test_pages_do_not_depend_on_the_day_or_on_git(cli: Cli) -> None:
    cli.write("pir/INC-001.yaml", FULL.replace("INC-002", "INC-001"))
    first = render(cli.folder, Config()).texts
    assert [*first] == ["docs/ops/pir/INC-001.md"]
    cli.run("report")
    assert render(cli.folder, Config()).texts == first


def test_this_repositorys_own_reviews_are_clean_and_their_pages_current() -> None:
    project = Project(ROOT)
    assert render(project.root, project.config).is_current
    assert Cli(ROOT).run("lint", "--strict").stdout == "22 files checked: all good\n"
    assert (ROOT / "pir/INC-001.yaml").read_bytes() == (DATA / "seed.yaml").read_bytes()


def test_line_ends_of_a_checkout_do_not_matter(cli: Cli) -> None:
    cli.write("pir/INC-001.yaml", review())
    cli.run("render")
    page = cli.folder / "docs/ops/pir/INC-001.md"
    page.write_bytes(page.read_bytes().replace(b"\n", b"\r\n"))
    assert cli.run("render", "--check").returncode == 0


def test_what_is_in_the_way_is_one_clear_line(cli: Cli) -> None:
    cli.write("pir/INC-001.yaml", review())
    cli.write("docs/ops/pir", "a file")
    done = cli.run("render")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "docs/ops/pir" in done.stderr
    (cli.folder / "docs/ops/pir").unlink()
    for make in (Path.mkdir, os.mkfifo):
        page = cli.folder / "docs/ops/pir/INC-001.md"
        page.parent.mkdir(exist_ok=True)
        make(page)
        done = cli.run("render")
        assert (done.returncode, done.stderr.count("\n")) == (2, 1)
        page.rmdir() if page.is_dir() else page.unlink()


def test_an_address_in_a_headline_makes_no_link_in_a_link(cli: Cli) -> None:
    cli.write("pir/INC-001.yaml", review(impact="See https://status.example/1 for more", related=["INC-002"]))
    cli.write(
        "pir/INC-002.yaml", review("INC-002", links=[{"title": "At https://a.example", "url": "https://b.example"}])
    )
    assert cli.run("render").returncode == 0
    page = (cli.folder / "docs/ops/pir/INC-002.md").read_text(encoding="utf-8")
    assert "[At https&#58;//a.example](https://b.example)" in page


def test_a_page_shows_the_derived_duration_first_and_no_time_of_an_incident_is_rounded(cli: Cli) -> None:
    timeline = [
        {"time": "2025-10-05 14:30", "event": "x", "kind": "detected"},
        {"time": "2025-10-06 15:47", "event": "x", "kind": "acknowledged"},
        {"time": "2025-10-08 09:33:20", "event": "x", "kind": "resolved"},
    ]
    cli.write("pir/INC-001.yaml", review(timeline=timeline, timezone="UTC", duration="18h"))
    cli.run("render")
    page = (cli.folder / "docs/ops/pir/INC-001.md").read_text(encoding="utf-8")
    assert "lasted **2d19h3m20s (stated: 18h)**" in page
    assert "<span>+1d1h17m</span>" in page
    assert '<td class="pirgen-keep">+1d1h17m</td><td><b>Acknowledged.</b> x</td>' in page
    assert '<small>8 Oct, 09:33:20</small> <small class="pirgen-verdict">target 1h, missed</small>' in page
    assert "3 entries over 2d19h3m20s, with detected, acknowledged, resolved." in page
    cli.run("render", "--dashboards", "site")
    [index] = (cli.folder / "site").rglob("index.md")
    assert "<small>2d19h3m20s (stated: 18h)</small>" in index.read_text(encoding="utf-8")
    assert "write `duration: 2d19h3m20s`" in cli.run("lint").stdout


@pytest.mark.parametrize(
    ("config", "changes", "head"),
    [
        ("", {}, "UTC, assumed"),
        ("timezone: UTC\n", {}, "UTC"),
        ("timezone: Europe/Berlin\n", {}, "Europe/Berlin"),
        ("", {"timezone": "UTC"}, "UTC"),
        ("", {"timeline": [{"time": "2025-10-05T14:30:00Z", "event": "x"}]}, "UTC"),
    ],
)
def test_a_page_says_when_utc_is_assumed(cli: Cli, config: str, changes: dict[str, Any], head: str) -> None:
    cli.write("pirgen.yaml", config)
    cli.write("pir/INC-001.yaml", review(**changes))
    cli.run("render")
    assert f'<th scope="col">Time <small>{head}</small></th>' in (cli.folder / "docs/ops/pir/INC-001.md").read_text(
        encoding="utf-8"
    )
