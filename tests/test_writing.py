"""Files are written whole, in their place, and without the loss of what others wrote."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from errno import EXDEV
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from pirgen import files
from pirgen.commands.action import change
from pirgen.document import load
from pirgen.errors import ChangedError, PirgenError
from pirgen.files import Source, remove, write
from pirgen.project import Project
from tests.support import Cli, Repo, item, review

PIR = "pir/INC-001.yaml"
PAGES = "docs/ops/pir"


def _start(folder: Path, worker: int, each: int) -> None:
    os.chdir(folder)
    for number in range(worker * each, (worker + 1) * each):
        change(Project(folder), "INC-001", [f"AI-{number:03d}"], {"status": "in_progress"})


def _fix(folder: Path, rounds: int) -> None:
    for _ in range(rounds):
        subprocess.run([sys.executable, "-m", "pirgen", "lint", "--fix", "--no-cache"], cwd=folder, capture_output=True)


@pytest.mark.slow
def test_edits_at_once_lose_nothing(cli: Cli) -> None:
    workers, each = 6, 5
    items = [item(f"AI-{number:03d}", f"Do {number}", status="open") for number in range(workers * each)]
    cli.write(PIR, review(action_items=items).replace("severity: P1", "severity: p1"))
    context = get_context("fork")
    busy = [context.Process(target=_start, args=(cli.folder, worker, each)) for worker in range(workers)]
    for process in (*busy, fixer := context.Process(target=_fix, args=(cli.folder, 2))):
        process.start()
    for process in (*busy, fixer):
        process.join()
        assert process.exitcode == 0
    data = load(files.read(cli.folder / PIR, PIR)).data
    assert {one["status"] for one in data["action_items"]} == {"in_progress"}
    assert data["severity"] == "P1"
    assert os.listdir(cli.folder / "pir") == ["INC-001.yaml"]  # noqa: PTH208


def test_an_edit_between_reading_and_writing_is_kept(cli: Cli) -> None:
    cli.write(PIR, review())
    project, seen = Project(cli.folder), []

    def work(workspace: Any) -> None:
        before = workspace.source(PIR)
        seen.append(before.data)
        if len(seen) == 1:
            cli.write(PIR, before.data + b"# an editor was here\n")
        workspace.replace(before, Source(PIR, before.data + b"# edited\n"))

    project.edit(work)
    assert (cli.folder / PIR).read_text(encoding="utf-8").endswith("# an editor was here\n# edited\n")
    assert len(seen) == 2


def test_an_edit_waits_for_the_lock(cli: Cli) -> None:
    cli.write(PIR, review())
    workspace, after = Project(cli.folder).workspace(), Source(PIR, b"after")
    editing = threading.Thread(target=lambda: workspace.replace(workspace.source(PIR), after))
    with files.locked(cli.folder / "pir"):
        editing.start()
        editing.join(0.3)
        assert (cli.folder / PIR).read_text(encoding="utf-8") == review()
    editing.join()
    assert (cli.folder / PIR).read_bytes() == b"after"


def test_who_never_gets_at_a_file_gives_up(cli: Cli) -> None:
    cli.write(PIR, review())

    def work(workspace: Any) -> None:
        cli.write(PIR, review())
        workspace.replace(Source(PIR, b"older"), Source(PIR, b"newer"))

    with pytest.raises(ChangedError, match=r"^INC-001\.yaml was changed by another program"):
        Project(cli.folder).edit(work)
    assert (cli.folder / PIR).read_text(encoding="utf-8") == review()


COMMANDS = {
    "pir": ["new INC-002", "action done INC-001 AI-001", "lint --fix"],
    "schemas": ["new INC-002", "schema --write"],
    "docs": ["render", "render --dashboards docs/ops/boards"],
    "docs/ops": ["render", "report --output-file docs/ops/report.txt"],
    PAGES: ["render", f"lint --output-file {PAGES}/lint.txt"],
    f"{PAGES}/years": ["render"],
    "operational_audit": ["incident open --severity P1 Down"],
    "operational_audit/incidents": ["incident open --severity P1 Down"],
}
"""What writes into a folder, by the folder."""


@pytest.mark.parametrize(("folder", "command"), [(one, words) for one, every in COMMANDS.items() for words in every])
def test_a_linked_folder_leads_nothing_out(repo: Repo, tmp_path: Path, folder: str, command: str) -> None:
    repo.commit("2025-10-06", {PIR: review(), "pir/INC-003.yaml": review("INC-003", severity="p1")})
    outside = tmp_path / "outside"
    place = repo.folder / folder
    page = "---\ngenerated_by: pirgen\npirgen_source: pir/INC-009.yaml\n---\n"
    for name in ("INC-001.yaml", "INC-009.md", "2019.md", "ops/pir/years/2019.md", "years/2019.md", "pir/INC-009.md"):
        (outside / name).parent.mkdir(parents=True, exist_ok=True)
        text = review(severity="p1") if name == "INC-001.yaml" else page
        (outside / name).write_text(text, encoding="utf-8")
    before = {path: path.read_bytes() for path in outside.rglob("*") if path.is_file()}
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists():
        place.rename(repo.folder / "aside")
    place.symlink_to(outside)
    told = repo.run(*command.split())
    assert told.returncode in {1, 2}, told.stdout
    assert re.search("leads out of the project|is a symbolic link|there is no review", told.stdout + told.stderr), told
    assert {path: path.read_bytes() for path in outside.rglob("*") if path.is_file()} == before


def test_a_link_within_the_project_is_followed(cli: Cli) -> None:
    (cli.folder / "content").mkdir()
    (cli.folder / "docs").symlink_to("content")
    write(cli.folder / "docs/new/page.md", "x", root=cli.folder)
    assert (cli.folder / "content/new/page.md").read_text(encoding="utf-8") == "x"
    remove(cli.folder / "docs/new/page.md", root=cli.folder)
    assert not (cli.folder / "content/new/page.md").exists()


def test_git_s_own_files_are_not_written(repo: Repo) -> None:
    (repo.folder / "docs").symlink_to(".git")
    with pytest.raises(PirgenError, match="docs leads out of the project"):
        write(repo.folder / "docs/config", "x", root=repo.folder)


def test_a_link_that_comes_after_the_look_leads_nothing_out(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    look = files.inside

    def attack(root: Path, folder: Path) -> Path:
        real = look(root, folder)
        (cli.folder / "docs").symlink_to(outside)
        return real

    monkeypatch.setattr(files, "inside", attack)
    with pytest.raises(OSError, match="docs"):
        write(cli.folder / "docs/page.md", "x", root=cli.folder)
    assert not list(outside.iterdir())


def test_what_is_no_regular_file_is_not_replaced(cli: Cli) -> None:
    cli.write(PIR, review())
    report = cli.write("report.txt", "mine")
    (cli.folder / "link.txt").symlink_to(report)
    told = cli.run("lint", "--output-file", "link.txt")
    assert (told.returncode, told.stderr) == (
        2,
        "pirgen: link.txt: is a symbolic link; name the file itself\n",
    )
    assert report.read_text(encoding="utf-8") == "mine"
    os.mkfifo(cli.folder / "pipe")
    told = cli.run("lint", "--output-file", "pipe")
    assert told.returncode == 2
    assert "pipe: No such device or address" in told.stderr  # nobody reads it
    got: list[str] = []
    reader = threading.Thread(target=lambda: got.append((cli.folder / "pipe").read_text(encoding="utf-8")))
    reader.start()
    assert cli.run("lint", "--output-file", "pipe").returncode == 0
    reader.join()
    assert got == ["1 file checked: all good\n"]
    assert cli.run("lint", "--output-file", "/dev/null").returncode == 0
    assert Path("/dev/null").is_char_device()
    assert cli.run("lint", "--output-file", "pir").returncode == 2


KILLED = """
import os, signal, sys
from pathlib import Path
from pirgen.files import write
os.replace = os.link = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
write(Path("pir/INC-001.yaml"), "new")
"""


def test_a_killed_process_leaves_nothing_that_git_adds(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: review()})
    for folder in (repo.folder, Path(repo.folder.parent, "tree")):
        if folder != repo.folder:
            repo.git("worktree", "add", str(folder))
        ended = subprocess.run([sys.executable, "-c", KILLED], cwd=folder)
        assert ended.returncode == -signal.SIGKILL
        assert (folder / PIR).read_text(encoding="utf-8") == review()
        assert repo.git("-C", str(folder), "status", "--porcelain") == ""


def test_drafts_stand_beside_the_file_where_git_s_are_on_another_disk(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = os.replace

    def across(source: str, target: str, *, src_dir_fd: int, dst_dir_fd: int) -> None:
        if not source.startswith(f".{target}."):
            raise OSError(EXDEV, "Invalid cross-device link", source)
        replace(source, target, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd)

    monkeypatch.setattr(os, "replace", across)
    write(repo.folder / "a/b.md", "x", root=repo.folder)
    assert {path.name for path in (repo.folder / "a").iterdir()} == {"b.md"}
    assert not list((repo.folder / ".git").glob("pirgen-*"))


def test_a_file_keeps_its_mode(cli: Cli) -> None:
    path = cli.write(PIR, review())
    path.chmod(0o640)
    write(path, "x", root=cli.folder)
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("grown", [b"a: 1\nb: 2\n", b"", b"#" * (files.MAX_READ + 1)], ids=["more", "nothing", "much"])
def test_a_file_that_changes_between_the_look_and_the_reading_is_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, grown: bytes
) -> None:
    file = tmp_path / "x.yaml"
    file.write_bytes(b"a: 1\n")
    before = os.lstat(file)
    file.write_bytes(grown)
    monkeypatch.setattr(os, "lstat", lambda _: before)
    found = files.read(file, "x.yaml")
    is_small = len(grown) <= files.MAX_READ
    assert found == Source("x.yaml", grown if is_small else b"", "" if is_small else files.TOO_LARGE)
