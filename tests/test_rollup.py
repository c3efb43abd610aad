"""Figures over many repositories equal those of the report, in SQL as in Python, whatever the histories are."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pirgen.config import Config
from pirgen.ledger import Ledger, read_ledger
from pirgen.report import report_of
from pirgen.report.groups import dimensions
from pirgen.report.metrics import figures
from pirgen.report.sums import MEAN, MEDIAN, SHARE, Taken, Verdict, add_up, figure_row
from pirgen.report.table import Group, Row
from pirgen.warehouse import export, formats
from pirgen.warehouse.clones import Asked, Place
from pirgen.warehouse.engine import connected
from pirgen.warehouse.figures import sums_of
from pirgen.warehouse.rollup import Rollup, large, rollup
from pirgen.warehouse.tables import tables
from tests.support import Cli, Repo, cache_of, item, review
from tests.test_exports import hostile
from tests.test_report import history
from tests.watcher import half_year

assert history, hostile  # fixtures

NOW = datetime(2025, 11, 20, 9, tzinfo=UTC)
BY = ("severity", "owner", "service", "month", "quarter")

ITEM = st.fixed_dictionaries({
    "due": st.sampled_from(["2025-10-12", "2025-10-30", "2025-12-01", None]),
    "status": st.sampled_from(["open", "open", "in_progress", "done", "declined"]),
    "owner": st.sampled_from(["@qa", "@web", None]),
})  # fmt: skip
REVIEW = st.fixed_dictionaries({
    "day": st.integers(1, 28),
    "month": st.sampled_from([8, 10, 10]),
    "severity": st.sampled_from(["P1", "P2", "P4", "P9"]),
    "status": st.sampled_from(["complete", "complete", "draft", "withdrawn"]),
    "type": st.sampled_from(["incident", "incident", "incident", "drill"]),
    "services": st.lists(st.sampled_from(["api", "web"]), unique=True, max_size=2),
    "minutes": st.lists(st.one_of(st.none(), st.integers(0, 40)), min_size=5, max_size=5),
    "items": st.lists(ITEM, max_size=3),
})  # fmt: skip
COMMITS = st.lists(st.dictionaries(st.integers(1, 6), REVIEW, min_size=1, max_size=6), min_size=1, max_size=3)
KINDS = ("started", "detected", "acknowledged", "mitigated", "resolved")


def text(number: int, said: Mapping[str, Any]) -> str:
    """A review as YAML; each milestone comes some minutes after the last, or is left out."""
    at, timeline = 8 * 60, []
    for kind, minutes in zip(KINDS, said["minutes"], strict=True):
        if minutes is not None:
            at += minutes
            timeline.append({"time": f"{at // 60:02d}:{at % 60:02d}", "event": "x", "kind": kind})
    items = []
    for count, one in enumerate(said["items"], 1):
        why = {"reason": "costs"} if one["status"] == "declined" else {}
        made = item(f"AI-{count:03d}", f"Do {number}.{count}", **one, **why)
        items.append({key: value for key, value in made.items() if value is not None})
    more = {"reason": "a test"} if said["status"] == "withdrawn" else {}
    none = {} if items else {"no_action_items_reason": "none"}
    kept = {key: said[key] for key in ("severity", "status", "type", "services")}
    return review(f"INC-{number:03d}", date=f"2025-{said['month']:02d}-{said['day']:02d}", timeline=timeline,
                  duration=None, action_items=items, **kept, **more, **none)  # fmt: skip


def repository(folder: Path, commits: list[dict[int, Any]]) -> Repo:
    repo = Repo(folder)
    for day, files in enumerate(commits):
        repo.commit(f"2025-10-{10 * day + 5:02d}", {f"pir/INC-{n:03d}.yaml": text(n, one) for n, one in files.items()})
    return repo


def ledger(repo: Repo, config: Config | None = None) -> Ledger:
    return read_ledger(repo.folder, config or Config(), now=NOW, as_of="2025-11-15")


def told(row: Row) -> Any:
    """A row as JSON has it."""
    return json.loads(json.dumps({key: float(value) if type(value) is int else value for key, value in row.items()}))


def union(ledgers: list[Ledger]) -> Iterator[Row]:
    """The figures over several ledgers, counted by the report's own functions."""
    for one in figures():
        parts: Any = chain.from_iterable(one.parts(found, found.as_of) for found in ledgers)
        config = ledgers[0].config
        yield figure_row(one, add_up(parts), one.definition(config), config.targets.get(one.name), config.enough)


def exported(folder: Path, ledgers: Mapping[str, tuple[Repo, Ledger]], form: str) -> Rollup:
    """The rollup of what these repositories are exported as."""
    for name, (repo, found) in ledgers.items():
        export.export(folder, export.source_of(repo.folder, found, repo=name), form)
    return rollup([Place(folder)], Asked(NOW), by=("repo", *BY))


def require_equal(found: Rollup, ledgers: Mapping[str, tuple[Repo, Ledger]]) -> None:
    """Each repository's figures are those of its report, and those of all are those of the union of their parts."""
    every = [one for _, one in ledgers.values()]
    assert [*map(told, found.metrics)] == [*map(told, union(every))]
    for name, (_, one) in ledgers.items():
        whole = report_of(one)
        if name in found.groups["repo"]:
            group = found.groups["repo"][name]
            assert [*map(told, group.metrics)] == [*map(told, whole.tables["metrics"].rows)]
            counts = [len(whole.tables[table].rows) for table in ("open_actions", "overdue_actions", "overdue_reviews")]
            assert [group.open_actions, group.overdue_actions, group.overdue_reviews] == counts
        else:
            assert not any(row["n"] for row in whole.tables["metrics"].rows)
    for row in found.metrics:
        if not row["n"]:
            assert {row[key] for key in ("mean_minutes", "p90_minutes", "percent")} == {None}, "unknown is never 0"
        for dimension in ("repo", "severity", "month", "quarter"):
            parts = [one for group in found.groups[dimension].values() for one in group.metrics
                     if one["name"] == row["name"]]  # fmt: skip
            for count in ("n", "missing", "assumed", "inferred"):
                assert sum(one[count] for one in parts) == row[count], "the sums of the parts are the whole"
    if len(every) == 1:
        groups = report_of(every[0], by=BY).groups
        assert {*found.groups} == {"repo", *groups}
        for dimension, expected in groups.items():
            assert [*found.groups[dimension]] == [*expected], dimension
            for name, group in expected.items():
                mine = found.groups[dimension][name]
                assert mine._replace(metrics=()) == group._replace(metrics=()), (dimension, name)
                assert [*map(told, mine.metrics)] == [*map(told, group.metrics)], (dimension, name)


SIZES = st.dictionaries(st.text(max_size=3), st.one_of(st.none(), st.integers(0, 9)), max_size=9)


@given(st.dictionaries(st.sampled_from(["repo", *BY]), SIZES), st.integers(0, 10))
@example({"repo": {"a": 4, "b": 5, "c": None}}, 5)
def test_no_group_that_is_too_small_is_shown_and_each_is_counted(said: dict[str, Any], least: int) -> None:
    """A size of None is that of a group by owner, which has seven action items."""
    items = ({"n": 4, "missing": 3}, {"n": 1, "missing": 0})
    groups = {name: {key: Group(size, 0, 0, None, items) for key, size in some.items()} for name, some in said.items()}
    shown, hidden = large(groups, least)
    for name, some in said.items():
        kept = [key for key, size in some.items() if (7 if size is None else size) >= least]
        assert [*shown[name]] == kept
        assert hidden.get(name, 0) == len(some) - len(kept)
        assert all(shown[name][key] is groups[name][key] for key in kept)


LONG = {"day": 3, "month": 10, "severity": "P1", "status": "complete", "type": "incident", "services": ["api"],
        "minutes": [0, 7, 8, None, 40], "items": []}  # fmt: skip


@given(st.lists(COMMITS, min_size=1, max_size=3))
@example([[{n: {**LONG, "day": n, "minutes": [0, n, None, n, n]} for n in range(1, 7)}]])
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_figure_equals_the_reports(repositories: list[list[dict[int, Any]]]) -> None:
    with tempfile.TemporaryDirectory() as place:
        ledgers = {}
        for number, commits in enumerate(repositories):
            repo = repository(Path(place) / f"repo{number}", commits)
            ledgers[f"code.example.org/acme/r{number}"] = repo, ledger(repo)
        require_equal(exported(Path(place) / "out", ledgers, "parquet"), ledgers)


PART = st.tuples(
    st.one_of(st.none(), st.integers(0, 6)),  # seconds
    st.sampled_from(["", "", "still open", "declined"]),
    st.sampled_from([True, False, None]),  # counts
    st.booleans(),
    st.booleans(),
)


@given(st.lists(PART, min_size=1, max_size=14))
@example([(1, "", None, False, False), (2, "", None, False, False)])
@example([(None, "still open", None, False, False), (4, "", True, True, True)])
@settings(deadline=None)
def test_the_sql_adds_up_what_the_report_adds_up(parts: list[tuple[Any, ...]]) -> None:
    made: dict[str, list[Any]] = {
        "mttr": [Taken(OF, None, *_time(one, "")) for one in parts],
        "review_lead_time": [Taken(OF, None, *_time(one, one[1])) for one in parts],
        "review_completion": [Verdict(OF, counts, assumed, inferred, state if counts is None else "")
                              for _, state, counts, assumed, inferred in parts],
    }  # fmt: skip
    kinds = {one.name: one.kind for one in figures()}
    with connected() as database:
        for name in ("measures", "targets"):
            database.execute(tables()[name].creation)
        for name, some in made.items():
            database.execute("INSERT INTO targets (metric, kind) VALUES (?, ?)", [name, kinds[name]])
            for one in some:
                values = [name, getattr(one, "seconds", None), getattr(one, "counts", None), one.assumed, one.inferred,
                          one.state or None]  # fmt: skip
                columns = "metric, seconds, counts, assumed, inferred, state"
                database.execute(f"INSERT INTO measures ({columns}) VALUES (?, ?, ?, ?, ?, ?)", values)
        found = sums_of(database, "''", "")[""]
    for name, some in made.items():
        mine, expected = found[name]._asdict(), add_up(some)._asdict()
        if kinds[name] == SHARE:
            assert mine["done"] == expected["done"]
        told_of = {MEAN: ("median", "p90", "mean", "around"), MEDIAN: ("median",), SHARE: ()}[kinds[name]]
        for key in ("n", "missing", "assumed", "inferred", "states", *told_of):
            assert mine[key] == expected[key], (name, key)


OF: Any = None


def _time(part: tuple[Any, ...], state: str) -> tuple[float | None, bool, bool, str]:
    """The seconds, what they rest on, and the state of a part."""
    return None if part[0] is None else float(part[0]), part[3], part[4], state


@pytest.mark.parametrize("form", formats.names())
@pytest.mark.parametrize("seed", [3, 4])
def test_half_a_year_is_told_alike_from_every_format(tmp_path: Path, form: str, seed: int) -> None:
    repo = Repo(tmp_path / "repo")
    half_year(repo, seed, 40)
    ledgers = {"code.example.org/acme/shop": (repo, ledger(repo))}
    require_equal(exported(tmp_path / "out", ledgers, form), ledgers)


def test_more_values_than_a_bootstrap_takes(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    said = {n: {**LONG, "day": n % 28 + 1, "minutes": [0, n % 37, n % 7, None, n % 40]} for n in range(1, 131)}
    repo.commit("2025-10-05", {f"pir/INC-{n:03d}.yaml": text(n, one) for n, one in said.items()})
    ledgers = {"code.example.org/acme/shop": (repo, ledger(repo))}
    require_equal(exported(tmp_path / "out", ledgers, "parquet"), ledgers)


def test_the_dimensions_are_the_reports_and_the_repository() -> None:
    from pirgen.commands.rollup import BY as CHOICES
    from pirgen.commands.rollup import FORMATS
    from pirgen.warehouse.digest import RENDERERS
    from pirgen.warehouse.figures import dimensions as ours

    assert {*CHOICES} == {*ours()} == {"repo", *dimensions()} == {"repo", *BY}
    assert (*RENDERERS,) == FORMATS


def test_clones_and_folders_are_told_together(history: Repo, repo: Repo, tmp_path: Path) -> None:
    for number, url in enumerate(("git@code.example.org:acme/shop.git", "https://code.example.org/acme/web")):
        history.git("clone", "--quiet", str(history.folder), str(tmp_path / f"clone{number}"))
        Cli(tmp_path / f"clone{number}").run("lint")
        Repo(tmp_path / f"clone{number}").git("remote", "set-url", "origin", url)
    history.git("clone", "--quiet", "--bare", str(history.folder), str(tmp_path / "bare.git"))
    done = history.run("export", str(tmp_path / "out"), "--repo", "code.example.org/acme/ops", "--as-of", "2025-11-01")
    assert done.returncode == 0, done.stderr
    (tmp_path / "list.txt").write_text("# all but one\nclone1\n\n  code.example.org/acme/bare=bare.git\n")
    how = ("--as-of", "2025-11-01", "--format", "json", "--by", "repo")
    done = Cli(tmp_path).run("rollup", "clone0", "out", "--list", "list.txt", *how)
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    names = ["code.example.org/acme/bare", "code.example.org/acme/ops", "code.example.org/acme/shop",
             "code.example.org/acme/web"]  # fmt: skip
    assert [row["repo"] for row in found["runs"]] == names == [*found["groups"]["repo"]]
    one = json.loads(history.run("report", "--as-of", "2025-11-01", "--export", "json").stdout)
    for row, single in zip(found["metrics"], one["metrics"], strict=True):
        assert (row["n"], row["missing"]) == (4 * single["n"], 4 * single["missing"])
        assert (row["mean_minutes"], row["median_minutes"]) == (single["mean_minutes"], single["median_minutes"])
    assert len(found["overdue_actions"]) == 4 * len(one["overdue_actions"])
    assert len(found["overdue_reviews"]) == 4 * len(one["overdue_reviews"])


@pytest.mark.parametrize("options", [(), ("--bare",)])
def test_what_was_read_of_a_clone_is_kept(repo: Repo, tmp_path: Path, options: tuple[str, ...]) -> None:
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review()})
    clone = tmp_path / "clone"
    repo.git("clone", "--quiet", *options, str(repo.folder), str(clone))
    words = ("rollup", f"code.example.org/acme/shop={clone}", "--format", "json")

    def told() -> Any:
        found = json.loads(repo.run(*words).stdout)
        return {**found, "runs": [{**row, "as_of": "", "run_id": ""} for row in found["runs"]]}

    first = told()
    assert (cache_of(clone) / "ledger.json").exists()
    assert told() == first
    assert {**told(), **json.loads(repo.run(*words, "--no-cache").stdout), "runs": first["runs"]} == first
    repo.commit("2025-10-07", {"pir/INC-002.yaml": review("INC-002", date="2025-10-02")})
    repo.git("-C", str(clone), *(("fetch", "--quiet", "origin", "main:main") if options else ("pull", "--quiet")))
    assert {row["name"]: row["n"] for row in told()["metrics"]}["mttr"] == 2


def test_one_that_fails_is_named_and_the_others_are_told(history: Repo, tmp_path: Path) -> None:
    name = "code.example.org/acme/shop"
    history.run("export", str(tmp_path / "out"), "--repo", name, "--as-of", "HEAD")
    empty = Repo(tmp_path / "empty")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken/_pirgen.json").write_text('{"schema_version": 1, "format": "parquet"}')
    for table in ("runs", "targets"):
        partition = tmp_path / f"broken/{table}/repo=x"
        partition.mkdir(parents=True)
        (partition / "part.parquet").write_bytes(b"nothing")
    (tmp_path / "broken/runs/repo=x/_current.json").write_text('{"run_id": "1", "root": ""}')
    done = Cli(tmp_path).run("rollup", "out", f"{name}={history.folder}", "empty", "broken", "nowhere")
    assert done.returncode == 1
    assert done.stdout.startswith("1 repository as of 2025-10-30 12:00 UTC\n")
    lines = done.stderr.splitlines()
    assert len(lines) == 4
    for line, says in zip(lines, ("another source is called code.example.org/acme/shop", "there are no commits yet",
                                  "parquet", "there is no such folder"), strict=True):  # fmt: skip
        assert "is left out: " in line
        assert says in line
    assert empty.run("rollup").returncode == 2


def test_small_groups_are_left_out_and_counted(history: Repo, tmp_path: Path) -> None:
    name = f"code.example.org/acme/shop={history.folder}"
    said = ("rollup", name, "--as-of", "2025-11-01", "--by", "severity", "--by", "owner")
    whole, some = (json.loads(history.run(*said, "--format", "json", *more).stdout)
                   for more in ((), ("--min-group", "2")))  # fmt: skip
    assert [*whole["groups"]["severity"]] == ["P1", "P2", "P3"]
    assert [*some["groups"]["severity"]] == ["P1"]
    assert some["hidden_groups"] == {"severity": 2}
    assert some["metrics"] == whole["metrics"]
    assert (
        "Incidents by severity (* rests on assumed or inferred times), without 2 small ones"
        in history.run(*said, "--min-group", "2").stdout
    )


def test_what_repositories_do_not_agree_on_is_not_made_up(history: Repo, tmp_path: Path) -> None:
    history.git("clone", "--quiet", str(history.folder), str(tmp_path / "other"))
    (tmp_path / "other/pirgen.yaml").write_text("targets: {mttr: 1h}\nintervals: {mtta: started to acknowledged}\n")
    sources = [f"code.example.org/acme/{name}={folder}" for name, folder in
               (("shop", history.folder), ("other", tmp_path / "other"))]  # fmt: skip
    done = history.run("rollup", *sources, "--as-of", "HEAD", "--format", "json")
    found = {row["name"]: row for row in json.loads(done.stdout)["metrics"]}
    assert (found["mttr"]["target"], found["mttr"]["met"]) == (None, None)
    assert found["mtta"]["definition"] == "differs between the repositories"
    assert (found["mttd"]["target"], found["mttd"]["definition"]) == (5, "mean time to detect: detected - started")


def test_nothing_hostile_gets_out_of_its_cell(hostile: Repo) -> None:
    done = hostile.run("rollup", f"code.example.org/acme/shop={hostile.folder}", "--by", "service", "--by", "owner")
    assert done.returncode == 0
    assert {char for char in done.stdout if ord(char) < 32 or 127 <= ord(char) < 160} == {"\n"}
    assert "SUM(A1)" in done.stdout
