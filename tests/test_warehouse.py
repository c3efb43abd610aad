"""The tables of an export: their rows, their formats, and what a run leaves behind that could not end."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pirgen.config import Config
from pirgen.errors import PirgenError
from pirgen.files import write as write_file
from pirgen.ledger import read_ledger
from pirgen.report import report
from pirgen.schema import Schema, as_json
from pirgen.warehouse import export, formats, partitions
from pirgen.warehouse.engine import connected
from pirgen.warehouse.tables import Source, tables
from tests.ddl import DIALECTS, script
from tests.support import ROOT, Repo, item, review
from tests.test_exports import hostile
from tests.test_report import history

assert history, hostile  # fixtures

NOW = datetime(2025, 11, 1, 9, tzinfo=UTC)
NAME = "code.example.org/acme/shop"


def source(repo: Repo, name: str = NAME, **how: bool) -> Source:
    ledger = read_ledger(repo.folder, Config(), now=NOW, as_of="HEAD")
    return export.source_of(repo.folder, ledger, repo=name, **how)


def rows(one: Source) -> dict[str, list[dict[str, Any]]]:
    """All rows by table, as a program reads them."""
    _, told = export.rows_of(one)
    return {name: [*map(json.loads, data.splitlines())] for name, data in told.items()}


def held(folder: Path, form: str) -> dict[str, list[str]]:
    """All rows by table, as DuckDB reads them, as text."""
    found = {}
    with connected() as database:
        if form == "duckdb":
            database.execute(f"ATTACH '{folder}/pirgen.duckdb' AS source (READ_ONLY)")
        for name, table in tables().items():
            columns = ", ".join(f'CAST("{key}" AS VARCHAR)' for key in table.types)
            read = formats.named(form).read(folder, name)
            found[name] = sorted(map(repr, database.execute(f"SELECT {columns} FROM {read}").fetchall()))
    return found


def files(folder: Path) -> dict[str, bytes]:
    return {str(one.relative_to(folder)): one.read_bytes() for one in sorted(folder.rglob("*")) if one.is_file()}


@pytest.mark.parametrize("name", tables())
def test_the_shipped_schemas_are_made_from_the_tables(name: str, golden: Callable[[Path, str], None]) -> None:
    golden(ROOT / f"schemas/tables/{name}.schema.json", as_json(tables()[name].schema))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_shipped_external_tables_are_made_from_the_tables(
    dialect: str, golden: Callable[[Path, str], None]
) -> None:
    golden(ROOT / f"schemas/tables/{dialect}.sql", script(dialect))


@pytest.mark.parametrize("made", ["history", "hostile"])
@pytest.mark.parametrize("whole", [True, False])
def test_every_row_fits_its_schema_and_has_its_own_key(made: str, whole: bool, request: pytest.FixtureRequest) -> None:
    found = rows(source(request.getfixturevalue(made), prose=whole, authors=whole))
    for name, table in tables().items():
        schema = Schema(table.schema)
        assert [problem for row in found[name] for problem in schema.problems(row)] == []
        keys = [tuple(row[key] for key in ("repo", *table.key)) for row in found[name]]
        assert len({*keys}) == len(keys), name
    assert found["actions"]


def test_what_the_rows_say(history: Repo) -> None:
    found = rows(source(history))
    [run] = found["runs"]
    assert (run["as_of"], run["head"], run["root"]) == (
        "2025-10-30T12:00:00Z",
        history.git("rev-parse", "HEAD"),
        history.git("rev-list", "--max-parents=0", "HEAD"),
    )
    assert {row["run_id"] for table in found.values() for row in table} == {run["run_id"]}
    assert {row["repo"] for table in found.values() for row in table} == {NAME}
    told = report(history.folder, Config(), now=NOW, as_of="HEAD")
    assert [{**row, "title": None} for row in told.tables["incidents"].rows] == [
        {**row, "services": []} for row in ({k: v for k, v in row.items() if k not in ("repo", "run_id", "review_url")}
                                            for row in found["incidents"])
    ]  # fmt: skip
    moved = [row for row in found["facts"] if row["event"] == "action_due_moved"]
    assert [(row["occurred_at"], row["due_before"], row["due_after"], row["status_after"]) for row in moved] == [
        ("2025-10-11T12:00:00Z", "2025-10-15", "2025-10-25", None)
    ]
    started = [row for row in found["milestones"] if row["incident_id"] == "INC-002"]
    assert [(row["milestone"], row["reached_at"], row["inferred"]) for row in started][:2] == [
        ("started", "2025-10-05T10:00:00Z", False), ("detected", "2025-10-05T10:10:00Z", False)
    ]  # fmt: skip
    numbers = {row["item"]: (row["incident_id"], row["action_id"], row["status"]) for row in found["actions"]}
    done = [numbers[row["item"]] for row in found["measures"] if row["metric"] == "action_completion" and row["counts"]]
    assert done == [("INC-001", "AI-001", "done"), ("INC-002", "AI-002", "done"), ("INC-002", "AI-003", "done")]
    limits = {(row["metric"], row["severity"]): row["seconds"] for row in found["targets"]}
    assert limits["mttr", None] == 7200
    assert limits["response_target", "P1"] == 900


def test_prose_and_authors_are_written_only_where_they_are_asked_for(repo: Repo) -> None:
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(title="Secret", action_items=[item("AI-001", "Secret")])})
    _, plain = export.rows_of(source(repo))
    assert b"Secret" not in b"".join(plain.values())
    assert b"ann@" not in b"".join(plain.values())
    _, prose = export.rows_of(source(repo, prose=True))
    assert (prose["incidents"].count(b"Secret"), prose["actions"].count(b"Secret")) == (1, 1)
    assert b"ann@" not in b"".join(prose.values())
    _, authors = export.rows_of(source(repo, authors=True))
    assert b"Ann <ann@example.org>" in authors["facts"]


def test_json_lines_are_the_same_bytes_each_time(history: Repo, tmp_path: Path) -> None:
    for name in ("a", "b", "b"):
        history.run("export", str(tmp_path / name), "--repo", NAME, "--as-of", "HEAD")
    assert files(tmp_path / "a") == files(tmp_path / "b")
    assert len(files(tmp_path / "a")) == len(tables()) + 2


@pytest.mark.parametrize("made", ["history", "hostile"])
def test_every_format_holds_the_same(made: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    one = source(request.getfixturevalue(made), prose=True, authors=True)
    for form in formats.names():
        for repo in (NAME, "code.example.org/acme/web-2.0"):
            export.export(tmp_path / form, one._replace(repo=repo), form)
    first, *others = (held(tmp_path / form, form) for form in formats.names())
    assert [*others] == [first] * 2
    assert len(first["incidents"]) == 2 * len(rows(one)["incidents"])


@pytest.mark.parametrize("form", formats.names())
def test_a_run_replaces_the_rows_of_its_repository_and_adds_itself_to_the_runs(
    repo: Repo, tmp_path: Path, form: str
) -> None:
    folder, other = tmp_path / "out", Repo(tmp_path / "other")
    other.commit("2025-10-05", {"pir/INC-001.yaml": review()})
    export.export(folder, source(other, "code.example.org/acme/web"), form)
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(), "pir/INC-002.yaml": review("INC-002", date="2025-10-02")})
    export.export(folder, source(repo), form)
    repo.commit("2025-10-07", {"pir/INC-002.yaml": None}, "--amend")  # the history is rewritten
    with pytest.raises(PirgenError, match="another repository, which begins with the commit"):
        export.export(folder, source(repo), form)
    export.export(folder, source(repo), form, force=True)
    found = held(folder, form)
    assert [("web" in row, "INC-001" in row) for row in found["incidents"]] == [(False, True), (True, True)]
    assert [NAME in row for row in found["runs"]] == [True, True, False]
    other.commit("2025-10-08", {"pir/INC-003.yaml": review("INC-003", date="2025-10-02")})
    export.export(folder, source(other, "code.example.org/acme/web"), form)
    assert (len(held(folder, form)["incidents"]), len(held(folder, form)["runs"])) == (3, 4)


def test_the_name_comes_from_the_remote_and_the_folder(repo: Repo, tmp_path: Path) -> None:
    repo.commit("2025-10-06", {"ops/pirgen.yaml": "{}\n", "ops/pir/INC-001.yaml": review()})
    done = repo.run("-C", "ops", "export", str(tmp_path / "out"))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "no remote says what this repository is called; name it: --repo host/organisation/name" in done.stderr
    repo.git("remote", "add", "origin", "git@Code.example.org:acme/shop.git")
    done = repo.run("-C", "ops", "export", str(tmp_path / "out"))
    assert done.stdout.startswith("code.example.org/acme/shop/ops: 1 incident with 1 action item in ")


@pytest.mark.parametrize("name", ["", "..", "a/../b", "a//b", "/a", "a/", "a\nb", "a%2Fb", "a=b", ".a", "é", "x" * 201])
def test_a_name_that_is_none_is_refused(history: Repo, tmp_path: Path, name: str) -> None:
    with pytest.raises(PirgenError):
        partitions.checked(name)
    done = history.run("export", str(tmp_path / "out"), "--repo", name)
    assert (done.returncode, done.stderr.count("\n"), (tmp_path / "out").exists()) == (2, 1, False)


@pytest.mark.parametrize(
    ("mark", "says"),
    [
        ('{"schema_version": 0, "format": "jsonl"}', "has tables of version 0, and this is version 1"),
        ('{"schema_version": 1, "format": "parquet"}', "holds parquet; export with --format parquet"),
        ("[" * 100_000, "is damaged"),
        ("", "is damaged"),
        (None, "has other files"),
    ],
)
def test_a_folder_of_something_else_is_left_as_it_is(
    history: Repo, tmp_path: Path, mark: str | None, says: str
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    if mark is not None:
        (folder / "_pirgen.json").write_text(mark)
    before = files(folder)
    done = history.run("export", str(folder), "--repo", NAME)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert says in done.stderr
    assert files(folder) == before


def test_a_file_and_a_link_where_a_folder_should_be(history: Repo, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    done = history.run("export", str(file), "--repo", NAME)
    assert (done.returncode, done.stderr.count("\n"), file.read_text()) == (2, 1, "x")
    (tmp_path / "elsewhere").mkdir()
    folder = tmp_path / "out"
    export.export(folder, source(history), "jsonl")
    (folder / "runs/repo=code.example.org%2Facme%2Fweb").symlink_to(tmp_path / "elsewhere")
    done = history.run("export", str(folder), "--repo", "code.example.org/acme/web")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert [*(tmp_path / "elsewhere").iterdir()] == []


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_a_full_disk_leaves_the_folder_as_it_was(
    repo: Repo, tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review()})
    export.export(tmp_path / "out", source(repo), form)
    before = files(tmp_path / "out")
    repo.commit("2025-10-07", {"pir/INC-002.yaml": review("INC-002")})
    real, left = write_file, iter(range(6))

    def write(*arguments: Any, **how: Any) -> None:
        if next(left, None) is None:
            raise OSError(28, "No space left on device", "out")
        real(*arguments, **how)

    monkeypatch.setattr("pirgen.warehouse.partitions.write", write)
    with pytest.raises(OSError, match="No space"):
        export.export(tmp_path / "out", source(repo), form)
    assert files(tmp_path / "out") == before


def test_a_run_that_was_killed_is_noticed_and_the_next_one_mends_it(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review()})
    export.export(folder, source(repo), "jsonl")
    repo.commit("2025-10-07", {"pir/INC-002.yaml": review("INC-002", date="2025-10-02")})
    with monkeypatch.context() as patch:
        real, left = Path.replace, iter(range(3))

        def replace(self: Path, target: Any) -> Path:
            if next(left, None) is None:
                raise KeyboardInterrupt
            return real(self, target)

        patch.setattr(Path, "replace", replace)
        with pytest.raises(KeyboardInterrupt):
            export.export(folder, source(repo), "jsonl")
    with pytest.raises(PirgenError, match=f"an export of {NAME} was cut short; export it again"):
        [*partitions.whole(folder)]
    export.export(folder, source(repo), "jsonl")
    assert [*partitions.whole(folder)] == [NAME]
    assert [name.rpartition("/")[2] for name in files(folder) if "/_" in name] == ["_current.json"]
    assert len(held(folder, "jsonl")["incidents"]) == 2


@pytest.fixture
def no_duckdb(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    monkeypatch.setattr("pirgen.runtime.extras.find_spec", lambda name: None)
    yield


@pytest.mark.usefixtures("no_duckdb")
def test_json_lines_need_no_library_and_the_others_say_which(history: Repo, tmp_path: Path) -> None:
    export.export(tmp_path / "jsonl", source(history), "jsonl")
    for form in ("parquet", "duckdb"):
        with pytest.raises(PirgenError, match=r'this needs duckdb: `pip install "pirgen\[warehouse\]"`'):
            export.export(tmp_path / form, source(history), form)


def test_a_database_that_is_none_is_named(history: Repo, tmp_path: Path) -> None:
    partitions.prepare(tmp_path / "out", "duckdb")
    (tmp_path / "out/pirgen.duckdb").write_bytes(b"nothing of the kind" * 1000)
    done = history.run("export", str(tmp_path / "out"), "--format", "duckdb", "--repo", NAME)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "pirgen.duckdb" in done.stderr


def test_a_full_disk_leaves_no_half_of_a_database(history: Repo, tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="nothing limits files on Windows")
    folder, limits = tmp_path / "out", resource.getrlimit(resource.RLIMIT_FSIZE)
    one, name = source(history), tmp_path / "out/pirgen.duckdb"
    for is_there in (False, True):
        before = held(folder, "duckdb") if is_there else {}
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, limits[1]))
        try:
            with pytest.raises((PirgenError, OSError), match="File too large"):
                export.export(folder, one, "duckdb")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert name.exists() == is_there
        if is_there:
            assert held(folder, "duckdb") == before
        export.export(folder, one, "duckdb")
        assert len(held(folder, "duckdb")["incidents"]) == len(rows(one)["incidents"]) == 5
    assert {*files(folder)} == {"_pirgen.json", "pirgen.duckdb"}
