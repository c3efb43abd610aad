"""What attacks stand on: a project in a repository, and commands in processes that can be hurt."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import jsonschema_rs

from pirgen.commands import main
from tests.support import Repo, item, review

assert jsonschema_rs  # imported once for all processes
LOG = "operational_audit/incidents/INC-004.yaml"
WRITING = (
    "action start INC-001 AI-001",
    "lint --fix",
    "render",
    "new INC-009",
    "init --ci github --site mkdocs",
    "schema --write",
    "incident note --id INC-004 calm",
    "report --as-of 2025-11-01 --output-file report.txt",
)
READING = (
    "lint",
    "check",
    "report --export json",
    "report",
    "history",
    "render --check",
    "incident list",
    "lint --staged",
)


def project(folder: Path) -> Repo:
    """A repository with three reviews, one of which lint mends, an open incident, pages and some history."""
    repo = Repo(folder)
    items = [item("AI-001", "Add pool metrics", status="open"), item("AI-002", "Raise the limit")]
    files = {
        "pir/INC-001.yaml": review(action_items=items),
        "pir/INC-002.yaml": review("INC-002", severity="p1"),
        "pir/INC-003.yaml": review("INC-003", status="draft"),
        LOG: "- {at: 2025-10-05T14:31:00Z, kind: declared, incident_id: INC-004, title: Down, severity: P1}\n",
    }
    repo.commit("2025-10-06", files)
    repo.commit("2025-10-07", {"pir/INC-003.yaml": review("INC-003", date="2025-10-06")})
    return repo


def start(folder: Path, words: str, before: Callable[[], object] = lambda: None, *, fresh: bool = False) -> int:
    """Run pirgen in a new process and return its id; what it prints goes to `said` beside the folder.

    It is a copy of this process, where pirgen is imported already, or with `fresh` a new interpreter.
    """
    if child := os.fork():
        return child
    code = 99
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        said = os.open(folder.parent / "said", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(said, 1)
        os.dup2(said, 2)
        sys.stdout, sys.stderr = (os.fdopen(one, "w", encoding="utf-8", closefd=False) for one in (1, 2))
        os.environ["PIRGEN_CACHE_DIR"] = str(folder.parent / "cache")
        os.chdir(folder)
        before()
        if fresh:
            os.execv(sys.executable, [sys.executable, "-m", "pirgen", *words.split()])
        main(words.split(), prog_name="pirgen")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def end(child: int) -> int:
    """The exit code of a process, negative for the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def said(folder: Path) -> str:
    """What the last process printed."""
    return (folder.parent / "said").read_bytes().decode("utf-8", "replace")


def files(folder: Path) -> dict[str, bytes]:
    """The bytes of the files of a project, without git's own."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }


def put_back(folder: Path, before: dict[str, bytes]) -> None:
    """Bring the files of a project back to what they were."""
    for name in files(folder).keys() - before.keys():
        (folder / name).unlink()
    for name, data in before.items():
        path = folder / name
        if not path.exists() or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


def outcomes(folder: Path, words: str) -> dict[str, bytes]:
    """The files after a command that nothing disturbs; they are put back afterwards."""
    before = files(folder)
    end(start(folder, words))
    after = files(folder)
    put_back(folder, before)
    return after


def torn(now: dict[str, bytes], before: dict[str, bytes], after: dict[str, bytes]) -> str:
    """What is neither as it was nor as it should be. The time in a log's new line and in a report does not count."""
    for name in sorted({*now, *before}):
        ways = {before.get(name), after.get(name)}
        if _without_time(now.get(name)) not in {_without_time(one) for one in ways}:
            return f"{name} is torn, or a leftover"
    return ""


def _without_time(data: bytes | None) -> bytes | None:
    return data and re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?Z?", b"TIME", data)
