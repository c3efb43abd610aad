"""The house rules that imports alone do not show: what is asked in one place, and work that is not done twice."""

from __future__ import annotations

import ast
import gc
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jinja2.runtime import Context

from pirgen import workspace as workspace_module
from pirgen.checks import Outcome, Scope, check
from pirgen.document import Document, load
from pirgen.files import Source
from pirgen.files import read as read_file
from pirgen.lint import Linter
from pirgen.lint.fix import fix_files
from pirgen.project import Project
from pirgen.runtime import environment
from pirgen.site import Site
from tests.support import ROOT, Repo, item, review

PACKAGE = ROOT / "pirgen"
SURROUNDINGS = {"now", "today", "time", "time_ns", "isatty", "getenv", "environ", "get_terminal_size"}
OWNERS = {"datetime", "date", "time", "os", "shutil", "sys", "stdout", "stderr"}


def _asked(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr in SURROUNDINGS:
            owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            if owner in OWNERS:
                yield f"{owner}.{node.attr}"


def test_the_clock_the_terminal_and_the_environment_are_asked_in_one_place() -> None:
    asked = {path.relative_to(PACKAGE).as_posix(): [*_asked(path)] for path in PACKAGE.rglob("*.py")}
    assert [name for name, found in asked.items() if found] == ["runtime/environment.py"]
    assert {"datetime.now", "stdout.isatty", "os.environ"} <= {*asked["runtime/environment.py"]}


def test_importing_the_commands_changes_nothing_of_the_host() -> None:
    code = "import gc; import pirgen.commands, pirgen.__main__; print(gc.isenabled())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"
    assert gc.isenabled()


def test_a_server_collects_its_garbage() -> None:
    code = "import atexit, gc, pirgen.__main__; atexit.register(lambda: print(gc.isenabled())); pirgen.__main__.run()"
    done = subprocess.run([sys.executable, "-c", code, "lsp", "--help"], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("True\n")


def test_a_page_leaves_nothing_in_memory_that_only_the_garbage_collector_finds() -> None:
    pages = Site(ROOT, Project(ROOT).config)

    def contexts() -> int:
        return sum(isinstance(one, Context) for one in gc.get_objects())

    pages.page("INC-001")  # compiles the templates, which stay
    gc.collect()
    gc.disable()
    try:
        before = contexts()
        assert pages.page("INC-001")
        assert contexts() == before
    finally:
        gc.enable()


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each file is read, and how often each text is parsed."""
    done: Counter[str] = Counter()
    seen: set[Source] = set()

    def parsed(source: Source) -> Document:
        done[f"parse {source.name}"] += 1
        done["parse again"] += source in seen
        seen.add(source)
        return load(source)

    def read(path: Any, name: str) -> Source:
        done[f"read {name}"] += 1
        return read_file(path, name)

    monkeypatch.setattr(workspace_module, "load", parsed)
    monkeypatch.setattr(workspace_module, "read", read)
    return done


@pytest.fixture
def project(repo: Repo) -> Project:
    for number in range(1, 22):
        repo.write(f"pir/INC-{number:03d}.yaml", review(f"INC-{number:03d}", related=["INC-001"]))
    repo.run("render")
    repo.commit("2025-10-06", {})
    return Project(repo.folder)


def test_check_reads_and_parses_each_review_once(project: Project, work: Counter[str]) -> None:
    workspace = project.workspace()
    found = check(project, workspace, Scope(), now=environment.now(), cached=False)
    assert found.lint.files == 21
    reviews = [f"pir/INC-{number:03d}.yaml" for number in range(1, 22)]
    assert {name: work[f"parse {name}"] for name in reviews} == dict.fromkeys(reviews, 1)
    assert {name: work[f"read {name}"] for name in reviews} == dict.fromkeys(reviews, 1)


def test_check_finds_the_same_in_several_processes_and_with_what_was_kept(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def found(*, cached: bool = False) -> Outcome:
        return check(project, project.workspace(), Scope(), now=now, cached=cached)

    now = environment.now()
    (project.root / "pir/INC-004.yaml").write_text("# nothing\n", encoding="utf-8")
    (project.root / "pir/INC-005.yaml").write_text(review("INC-005", impact="All of it"), encoding="utf-8")
    alone = found()
    assert [(page.path, page.state) for page in alone.pages] == [("docs/ops/pir/INC-005.md", "stale")]
    monkeypatch.setattr("pirgen.runtime.parallel.WORTHWHILE", 3)
    monkeypatch.setattr("pirgen.runtime.parallel.cores", lambda: 2)
    monkeypatch.setattr("pirgen.site.committed.WORTHWHILE", 1)
    assert found() == alone
    assert found(cached=True) == alone
    monkeypatch.setattr("pirgen.templating.Templates.render", None)
    assert found(cached=True) == alone, "what was kept is enough"


def test_the_pages_of_many_reviews_use_what_lint_has_read(
    project: Project, work: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workspace_module, "KEPT", 1)
    workspace = project.workspace(keeps_data=True)
    monkeypatch.setattr("pirgen.runtime.parallel.WORTHWHILE", 3)
    monkeypatch.setattr("pirgen.runtime.parallel.cores", lambda: 2)
    Linter(workspace).lint()
    work.clear()
    assert all(workspace.valid.values())
    assert work == Counter()


def test_fixing_parses_a_text_once(project: Project, work: Counter[str]) -> None:
    name = "pir/INC-003.yaml"
    path = project.root / name
    path.write_text(path.read_text(encoding="utf-8").replace("severity: P1", "Severity: p1"), encoding="utf-8")
    mended = {one.before.name: one for one in fix_files(Linter(project.workspace()))}
    assert {found.rule for found in mended[name].fixed} == {"schema", "milestone-kind"}
    assert (work["parse again"], work[f"read {name}"]) == (0, 1)


def test_an_action_item_is_found_without_parsing_every_review(project: Project, work: Counter[str]) -> None:
    done = project.workspace().set_items("INC-007", ["AI-001"], {"status": "done"})
    assert b"status: done" in done.source.data
    assert [name for name, count in work.items() if name.startswith("parse") and count] == ["parse pir/INC-007.yaml"]


def test_an_editors_buffer_stands_for_its_file(project: Project) -> None:
    workspace = project.workspace()
    name = "pir/INC-002.yaml"
    assert workspace.entry(name).is_valid
    text = review("INC-002", severity="P9", action_items=[item("AI-001", "Add metrics")])
    workspace.put(Source(name, text.encode()))
    assert not workspace.entry(name).is_valid
    assert workspace.valid[name] is None
    assert [found.file for found in Linter(workspace).lint().diagnostics if found.rule == "schema"] == [name]
    workspace.put(Source(name, review("INC-002").encode()))
    assert workspace.valid[name] is not None


def test_a_history_of_unfinished_reviews_needs_no_explanation_of_what_is_wrong(repo: Repo) -> None:
    """To explain takes a library that is slow to import, and a report explains nothing."""
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(severity="P9"), "pir/INC-002.yaml": review("INC-002")})
    code = (
        "import atexit, sys; from pirgen.__main__ import run; sys.argv = ['pirgen', 'report']; "
        "atexit.register(lambda: print(*{'jsonschema', 'jsonschema_rs'} & {*sys.modules})); run()"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=repo.folder, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "jsonschema_rs"
