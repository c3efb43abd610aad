"""Where a rollup's rows come from: clones read by several processes, what is kept of them, and folders that are odd."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pirgen.config import Config
from pirgen.errors import PirgenError
from pirgen.ledger import read_ledger
from pirgen.report import report
from pirgen.warehouse import clones, export, formats, partitions
from pirgen.warehouse.clones import Asked, Place
from pirgen.warehouse.rollup import rollup
from tests.support import Cli, Repo, cache_of, review
from tests.test_report import history
from tests.test_rollup import REVIEW, text

assert history  # a fixture

NOW = datetime(2025, 11, 1, 9, tzinfo=UTC)
NAME = "code.example.org/acme/shop"
DAY = "2025-10-31"


def named(folder: Path, name: str = NAME) -> Place:
    return Place(folder, name)


def exported(repo: Repo, folder: Path, form: str, name: str = NAME) -> None:
    ledger = read_ledger(repo.folder, Config(), now=NOW, as_of="HEAD")
    export.export(folder, export.source_of(repo.folder, ledger, repo=name), form)


def test_the_open_incidents_are_the_reports(history: Repo, tmp_path: Path) -> None:
    history.git("remote", "add", "origin", "git@github.com:acme/shop.git")
    found = rollup([Place(history.folder)], Asked(NOW))
    [mine] = found.open_incidents
    [told] = report(history.folder, Config(), now=NOW).tables["open_incidents"].rows
    assert mine == {**told, "repo": "github.com/acme/shop", "review_url": None}
    assert told["incident_id"] == "INC-005"
    addresses = {row["incident_id"]: row["review_url"] for row in (*found.overdue_reviews, *found.overdue_actions)}
    assert addresses["INC-001"] == "https://github.com/acme/shop/blob/HEAD/pir/INC-001.yaml"
    exported(history, tmp_path / "out", "jsonl", "github.com/acme/shop")
    [row] = rollup([Place(tmp_path / "out")], Asked(NOW)).open_incidents
    assert (row["incident_id"], row["title"]) == ("INC-005", None)


@pytest.mark.slow
def test_several_processes_tell_the_same_in_the_same_order(
    history: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history.git("clone", "--quiet", "--bare", str(history.folder), str(tmp_path / "bare"))
    places = [named(history.folder, "a/b"), Place(tmp_path / "no"), named(tmp_path / "bare", "a/c"),
              named(history.folder, "a/b"), Place(tmp_path), named(history.folder, "a/a")]  # fmt: skip
    forks, real = [], os.fork

    def fork() -> int:
        forks.append(1)
        return real()

    monkeypatch.setattr(os, "fork", fork)
    monkeypatch.setattr("pirgen.runtime.parallel._may_fork", lambda: True)  # whatever threads other tests have left
    told = {}
    for cores in (1, 3):
        monkeypatch.setattr("pirgen.runtime.parallel.cores", lambda cores=cores: cores)
        told[cores] = rollup(places, Asked(NOW, DAY), by=("repo",))
        assert len(forks) == {1: 0, 3: 2}[cores]
    assert told[1] == told[3]
    assert [row["repo"] for row in told[1].runs] == ["a/a", "a/b", "a/c"]
    assert [(one.place, one.reason[:30]) for one in told[1].failures] == [
        (str(tmp_path / "no"), "there is no such folder"),
        (str(history.folder), "another source is called a/b, "),
        (str(tmp_path), str(tmp_path)[:30]),
    ]


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The clones whose history is read."""
    found: list[Path] = []

    def noted(root: Path, *more: Any, **how: Any) -> Any:
        found.append(root)
        return read_ledger(root, *more, **how)

    monkeypatch.setattr(clones, "read_ledger", noted)
    return found


def _damage(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b"INC-001", b"INC-009"))


CHANGES: dict[str, Callable[[Repo], Any]] = {
    "a commit": lambda repo: repo.commit("2025-10-30", {"pir/INC-006.yaml": review("INC-006", date="2025-10-02")}),
    "a setting": lambda repo: repo.write("pirgen.yaml", "targets: {mttr: 1h}\n"),
    "a remote": lambda repo: repo.git("remote", "add", "origin", "git@github.com:acme/shop.git"),
    "damage": lambda repo: _damage(cache_of(repo.folder) / "rows.json"),
    "others' rights": lambda repo: cache_of(repo.folder).chmod(0o777),
}


@pytest.mark.slow
def test_only_what_has_changed_is_read_again(history: Repo, reads: list[Path], tmp_path: Path) -> None:
    history.write("pirgen.yaml", "{}\n")
    asked, places = Asked(NOW, DAY, cached=True), iter(range(99))

    def told(asked: Asked, *names: str) -> list[dict[str, bytes]]:
        """The rows of the clone as a repository of each name."""
        place = tmp_path / str(next(places))
        place.mkdir()
        found = clones.read_clones([named(history.folder, name) for name in names or (NAME,)], asked, place)
        return [{file.name: file.read_bytes() for file in one.folder.iterdir()} for one in found]

    before = told(asked)
    for change, make in CHANGES.items():
        assert told(asked) == before, change
        count = len(reads)
        make(history)
        after = told(asked)
        assert len(reads) == count + 1, change
        assert (after == before) == (change in ("damage", "others' rights")), change
        before = after
        assert after == told(asked._replace(cached=False))
    cache_of(history.folder).chmod(0o700)
    for as_of in (None, "HEAD", "2025-11-30"):  # what depends on now, or on what a name means, is read each time
        count = len(reads)
        assert told(asked._replace(as_of=as_of)) == told(asked._replace(as_of=as_of))
        assert len(reads) == count + 2
    told(asked)
    count = len(reads)
    told(asked._replace(as_of="2025-10-30"))
    told(asked, "another/name")
    assert len(reads) == count + 2


_DUE = {"day": 3, "month": 10, "severity": "P1", "status": "draft", "type": "incident", "services": ["api"],
        "minutes": [0, 7, 8, None, 40], "items": [{"due": "2025-10-30", "status": "open", "owner": "@qa"}]}  # fmt: skip
STEP = st.tuples(
    st.integers(0, 30),  # how many hours pass
    st.one_of(st.none(), st.dictionaries(st.integers(1, 4), REVIEW, min_size=1, max_size=2)),  # what is committed
    st.integers(-30, 40),  # by a clock that is so many hours ahead
    st.one_of(st.none(), st.integers(-2, 1)),  # as of now, or of the end of the day that is so many days ahead
)


@pytest.mark.slow
@given(st.lists(STEP, min_size=3, max_size=6))
@example([(0, {1: _DUE}, 0, 0), (3, None, 0, 0), (1, None, 0, None), (24, None, 0, None), (0, None, 0, -1)])
@example([(0, {1: _DUE}, 30, 0), (24, None, 0, -1), (24, None, 0, -2), (0, None, 0, 1), (24, None, 0, 0)])
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_is_kept_is_what_would_be_read(steps: list[Any]) -> None:
    """Whatever was committed and asked before, on which days, and by clocks that go ahead."""
    with tempfile.TemporaryDirectory() as place:
        repo, now = Repo(Path(place) / "repo"), datetime(2025, 10, 29, 9, tzinfo=UTC)
        repo.commit("2025-10-01", {"pir/INC-009.yaml": review("INC-009")})
        for number, (hours, files, ahead, days) in enumerate(steps):
            now += timedelta(hours=hours)
            if files:
                when = f"{now + timedelta(hours=ahead):%Y-%m-%dT%H:%M:%SZ}"
                repo.commit(when, {f"pir/INC-{n:03d}.yaml": text(n, one) for n, one in files.items()})
            day = None if days is None else str(date(now.year, now.month, now.day) + timedelta(days=days))
            told: list[Any] = []
            for cached in (True, True, False):
                scratch = Path(place) / f"{number}.{len(told)}"
                scratch.mkdir()
                [read] = clones.read_clones([named(repo.folder)], Asked(now, day, cached=cached), scratch)
                told.append({file.name: file.read_bytes() for file in read.folder.glob("*")} or read.reason)
            assert told[0] == told[1] == told[2], (number, day)


def test_a_shallow_clone_is_read_each_time(history: Repo, reads: list[Path], tmp_path: Path) -> None:
    history.git("clone", "--quiet", "--depth=1", f"file://{history.folder}", str(tmp_path / "shallow"))
    for number in range(2):
        clones.read_clones([named(tmp_path / "shallow")], Asked(NOW, DAY, True, True), tmp_path / str(number))
    assert len(reads) == 2


@pytest.mark.slow
@pytest.mark.parametrize("form", formats.names())
def test_a_folder_may_be_called_anything(history: Repo, tmp_path: Path, form: str) -> None:
    for name in ("a[1]*", "it's", "repo=x", "%2F é\n", *(["a?b"] if form != "duckdb" else [])):
        exported(history, tmp_path / name, form)
        found = rollup([Place(tmp_path / name)], Asked(NOW))
        assert ([row["repo"] for row in found.runs], found.failures) == ([NAME], ()), name
        assert found.open_incidents
    if form == "duckdb":
        with pytest.raises(PirgenError, match="DuckDB makes no database below a folder with a"):
            exported(history, tmp_path / "a?b", form)


@pytest.mark.skipif(sys.platform == "darwin", reason="its file names are UTF-8")
def test_a_folder_that_is_not_utf8_is_named(history: Repo, tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"\xff")
    exported(history, folder, "jsonl")
    [failure] = rollup([Place(folder)], Asked(NOW)).failures
    assert failure.reason.startswith("DuckDB opens no path that is not UTF-8, such as ")
    assert failure.place.endswith("\\xff")
    with pytest.raises(PirgenError, match="DuckDB opens no path that is not UTF-8"):
        exported(history, tmp_path / os.fsdecode(b"\xfe"), "duckdb")
    exported(history, tmp_path / os.fsdecode(b"\xfd"), "parquet")


@pytest.mark.slow
def test_a_folder_that_cannot_be_counted_is_left_out_and_said(history: Repo, tmp_path: Path) -> None:
    exported(history, tmp_path / "good", "jsonl", "a/good")
    exported(history, tmp_path / "older", "jsonl", "a/older")
    (tmp_path / "older/_pirgen.json").write_text('{"schema_version": 0, "format": "jsonl"}')
    exported(history, tmp_path / "cut", "jsonl", "a/cut")
    [current] = (tmp_path / "cut").glob("runs/*/_current.json")
    current.write_text('{"run_id": "", "root": ""}')
    exported(history, tmp_path / "half", "parquet", "a/half")
    [file] = (tmp_path / "half").glob("facts/*/*.parquet")
    file.write_bytes(file.read_bytes()[:200])
    partitions.prepare(tmp_path / "new", "jsonl")
    for name in ("odd", "thief"):
        exported(history, tmp_path / name, "jsonl", f"a/{name}")
        for folder in [*(tmp_path / name).glob("*/repo=*")]:
            folder.rename(folder.with_name({"odd": "repo=\x1b[31m", "thief": "repo=a%2Fgood"}[name]))
    names = ("good", "older", "cut", "half", "new", "odd", "thief")
    done = Cli(tmp_path).run("rollup", *names, "--format", "json")
    assert done.returncode == 1
    assert [row["repo"] for row in json.loads(done.stdout)["runs"]] == ["a/good"]
    said = dict(line.split(" is left out: ") for line in done.stderr.splitlines())
    assert [*said] == [f"pirgen: {name}" for name in names[1:]]
    parts = ("has tables of version 0", "an export of a/cut was cut short; export it again", "facts",
             "no repository yet", "cannot name a repository", "another source is called a/good, too")  # fmt: skip
    assert [part for part, told in zip(parts, said.values(), strict=True) if part not in told] == []
    assert "\x1b" not in done.stderr


def test_without_duckdb_it_is_said_before_anything_is_read(
    history: Repo, reads: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    monkeypatch.setattr("pirgen.runtime.extras.find_spec", lambda name: None)
    with pytest.raises(PirgenError, match=r'this needs duckdb: `pip install "pirgen\[warehouse\]"`'):
        rollup([named(history.folder)], Asked(NOW))
    assert reads == []


def test_a_full_disk_leaves_a_clone_out(history: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.write_bytes

    def write(self: Path, data: bytes) -> int:
        if self.name == "facts.jsonl" and self.parent.name == "0":
            real(self, data[:10])
            raise OSError(28, "No space left on device", str(self))
        return real(self, data)

    monkeypatch.setattr(Path, "write_bytes", write)
    found = rollup([named(history.folder, "a/a"), named(history.folder, "a/b")], Asked(NOW, DAY))
    assert [one.reason for one in found.failures] == ["No space left on device"]
    assert [row["repo"] for row in found.runs] == ["a/b"]
