"""What is kept from run to run: never another answer, whatever has changed, is damaged or happens at the same time."""

from __future__ import annotations

import contextlib
import json
import marshal
import os
import shutil
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any, get_args

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import pirgen
from pirgen.commands import main
from pirgen.config import Config
from pirgen.diagnostic import (
    Append,
    Cause,
    Change,
    Diagnostic,
    Edit,
    Erase,
    Fix,
    Insert,
    Reason,
    Remove,
    Rename,
    Reorder,
    Replace,
    Reshape,
    Rewrite,
    Severity,
    Span,
)
from pirgen.ledger import read_ledger
from pirgen.lint import cache, engine, lint
from pirgen.lint.records import Verdict, pack, unpack
from pirgen.lint.suppressions import Ignore
from pirgen.runtime import parallel
from pirgen.runtime.cache import CODE, PLACE, TICK, base
from tests.support import Cli, Repo, cache_of, item, review

LOG = "incident_id: {}\ntitle: x\nseverity: {}\nevents:\n  - {{at: '2025-10-05T14:30:00Z', kind: detected, text: x}}\n"


@pytest.fixture(autouse=True)
def _always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep verdicts of few files too, and judge them in several processes."""
    monkeypatch.setattr(cache, "WORTHWHILE", 1)
    monkeypatch.setattr(parallel, "WORTHWHILE", 3)


def put(folder: Path, name: str, text: str, *, age: int = 3 * TICK) -> None:
    """A file that changed some time ago, in nanoseconds."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    past = time.time_ns() - age
    os.utime(path, ns=(past, past))


def said(folder: Path, config: Config | None = None) -> list[str]:
    """What a run with the cache says, which a run without it says too."""
    config = config or Config()
    kept = lint(folder, config, cached=True)
    assert kept == lint(folder, config)
    return [f"{one.file}: {one.rule}" for one in kept.diagnostics if one.severity != "advice"]


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The files that are judged, by this process alone."""
    names: list[str] = []
    before = engine.Engine.review

    def seen(self: engine.Engine, source: Any) -> Verdict:
        names.append(source.name)
        return before(self, source)

    monkeypatch.setattr(parallel, "WORTHWHILE", 1_000)
    monkeypatch.setattr(engine.Engine, "review", seen)
    yield names


def test_what_has_not_changed_is_not_judged_again(tmp_path: Path, judged: list[str]) -> None:
    for number in range(5):
        put(tmp_path, f"pir/INC-00{number}.yaml", review(f"INC-00{number}"))
    for expected in (5, 0):
        judged.clear()
        lint(tmp_path, Config(), cached=True)
        assert len(judged) == expected
    put(tmp_path, "pir/INC-003.yaml", review("INC-003", severity="P9"))
    judged.clear()
    lint(tmp_path, Config(), cached=True)
    assert judged == ["pir/INC-003.yaml"]
    assert said(tmp_path) == ["pir/INC-003.yaml: schema"]


def test_a_fresh_checkout_has_other_times_and_the_same_verdicts(tmp_path: Path, judged: list[str]) -> None:
    put(tmp_path, "pir/INC-001.yaml", review())
    lint(tmp_path, Config(), cached=True)
    put(tmp_path, "pir/INC-001.yaml", review(), age=10 * TICK)
    judged.clear()
    lint(tmp_path, Config(), cached=True)
    assert judged == []


def test_a_change_within_one_tick_of_the_clock_is_seen(tmp_path: Path) -> None:
    put(tmp_path, "pir/INC-001.yaml", review(severity="P1"), age=0)
    at = (tmp_path / "pir/INC-001.yaml").stat().st_mtime_ns
    assert said(tmp_path) == []
    put(tmp_path, "pir/INC-001.yaml", review(severity="P9"), age=0)
    os.utime(tmp_path / "pir/INC-001.yaml", ns=(at, at))
    assert said(tmp_path) == ["pir/INC-001.yaml: schema"]


def test_a_verdict_holds_as_long_as_what_it_was_told_of_other_files(tmp_path: Path) -> None:
    put(tmp_path, "pir/a/INC-001.yaml", review(related=["INC-002"]))
    put(tmp_path, "pir/a/INC-002.yaml", review("INC-002"))
    put(tmp_path, "pir/a/INC-003.yaml", review("INC-003"))
    put(tmp_path, "pir/a/INC-004.yaml", review("INC-004"))
    assert said(tmp_path) == []
    put(tmp_path, "pir/b/inc-001.yaml", review("inc-001"))
    assert said(tmp_path) == ["pir/a/INC-001.yaml: unique-ids", "pir/b/inc-001.yaml: unique-ids"]
    (tmp_path / "pir/b/inc-001.yaml").unlink()
    assert said(tmp_path) == []
    (tmp_path / "pir/a/INC-002.yaml").unlink()
    assert said(tmp_path) == ["pir/a/INC-001.yaml: known-references"]
    put(tmp_path, "operational_audit/incidents/INC-002.yaml", LOG.format("INC-002", "P1"))
    assert said(tmp_path) == []
    put(tmp_path, "operational_audit/incidents/INC-003.yaml", LOG.format("INC-003", "P2"))
    assert said(tmp_path) == ["pir/a/INC-003.yaml: review-matches-log"]
    put(tmp_path, "operational_audit/incidents/INC-003.yaml", LOG.format("INC-003", "P1"))
    assert said(tmp_path) == []


def test_another_configuration_is_another_verdict(tmp_path: Path) -> None:
    put(tmp_path, "pir/INC-001.yaml", review())
    assert said(tmp_path) == []
    assert said(tmp_path, Config(owners=("@sre",))) == ["pir/INC-001.yaml: owner-known"]
    put(tmp_path, "CODEOWNERS", "* @data\n")
    assert said(tmp_path) == ["pir/INC-001.yaml: owner-known"]
    assert said(tmp_path, Config(owners=("@platform",))) == []


def test_naming_one_file_judges_one_and_all_of_them_later(tmp_path: Path, judged: list[str]) -> None:
    for number in range(4):
        put(tmp_path, f"pir/INC-00{number}.yaml", review(f"INC-00{number}"))
    first = [tmp_path / "pir/INC-000.yaml"]
    assert lint(tmp_path, Config(), first, cached=True).files == 1
    assert judged == ["pir/INC-000.yaml"]
    assert lint(tmp_path, Config(), cached=True).files == 4
    assert len(judged) == 4


DAMAGE: list[Callable[[bytes], bytes]] = [
    lambda data: b"",
    lambda data: data[: len(data) // 2],
    lambda data: data.replace(b"INC-001", b"INC-009"),
    lambda data: b"\xff" + data,
    lambda data: data + b" ",
    lambda data: data.split(b"\n")[0],
]


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_cache_is_rebuilt_and_never_believed(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    put(tmp_path, "pir/INC-001.yaml", review(severity="P9"))
    expected = said(tmp_path)
    file = cache_of(tmp_path) / "lint.json"
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    assert said(tmp_path) == expected == ["pir/INC-001.yaml: schema"]
    assert file.read_bytes() == whole


def test_what_is_no_file_is_no_cache(tmp_path: Path) -> None:
    put(tmp_path, "pir/INC-001.yaml", review())
    cache_of(tmp_path).mkdir(mode=0o700)
    os.mkfifo(cache_of(tmp_path) / "lint.json")  # reading it would never end
    assert said(tmp_path) == []
    assert said(tmp_path) == []


def test_what_is_kept_is_the_users_alone_and_of_projects_alone(repo: Repo, tmp_path: Path) -> None:
    many = {f"pir/INC-{number:03d}.yaml": review(f"INC-{number:03d}") for number in range(60)}
    for name, text in many.items():
        repo.write(name, text)
    own = tmp_path / "a/home/.cache/pirgen"
    places = {PLACE: "", "XDG_CACHE_HOME": "", "HOME": str(tmp_path / "a/home")}
    repo.git("add", ".")
    assert repo.run("lint", **places).returncode == 0
    [place] = own.iterdir()
    assert {file.name for file in place.iterdir()} == {"code.json", "lint.json", "root", ".gitignore"}
    assert [stat.S_IMODE(one.stat().st_mode) for one in (own, place)] == [0o700, 0o700]
    assert (place / "root").read_text() == str(repo.folder)
    assert repo.git("ls-files", "--others") == ""
    outside = Cli(tmp_path / "outside")
    for name, text in many.items():
        outside.write(name, text)
    assert outside.run("lint", **places).returncode == 0
    assert [*own.iterdir()] == [place]


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"HOME": "/h"}, "/h/.cache/pirgen"),
        ({"HOME": "/h", "XDG_CACHE_HOME": "/x"}, "/x/pirgen"),
        ({"HOME": "/h", "XDG_CACHE_HOME": "x"}, "/h/.cache/pirgen"),  # by XDG a relative path counts as none
        ({"HOME": "/h", "PIRGEN_CACHE_DIR": "/p"}, "/p"),
        ({"HOME": ""}, None),
        ({"HOME": "h"}, None),
        ({}, None),
    ],
)
def test_where_it_is_kept(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], expected: str | None) -> None:
    for name in ("HOME", "USERPROFILE", "XDG_CACHE_HOME", PLACE):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert base() == (Path(expected) if expected else None)


def test_a_home_that_is_missing_or_no_folder_keeps_nothing(repo: Repo, tmp_path: Path) -> None:
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review()})
    (tmp_path / "file").write_text("")
    for home in ("", str(tmp_path / "file"), "/proc"):  # nobody can write to these
        done = repo.run("report", HOME=home, XDG_CACHE_HOME="", USERPROFILE="", **{PLACE: ""})
        assert (done.returncode, done.stderr) == (0, ""), home
    assert repo.git("status", "--porcelain", "--ignored") == ""


LOOKING = (("lint",), ("check",), ("report",))


def answer(repo: Repo, *words: str, **environment: str) -> tuple[int, str, str]:
    """The exit code and the words of a command; of `check`, which looks at all that is kept, where none is named."""
    with contextlib.chdir(repo.folder):
        done = CliRunner().invoke(main, words or ("check",), env=environment)
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def lied(repo: Repo, tmp_path: Path) -> Path:
    """A cache of `repo` that says, under the right keys and digests, that all is valid and nothing is overdue."""
    files = {f"pir/INC-{n:03d}.yaml": review(f"INC-{n:03d}", severity="P1" if n % 2 else "P9") for n in range(1, 51)}
    repo.commit("2025-10-06", {**files, ".gitignore": "/ignored/\n"})
    answer(repo, **{PLACE: str(tmp_path / "lied")})
    [place] = (tmp_path / "lied").iterdir()
    for file in place.glob("*.json"):
        head, _, body = file.read_bytes().partition(b"\n")
        body = body.replace(b"2025-10-12", b"2099-10-12")
        if file.name == "lint.json":
            kept = json.loads(body)
            body = json.dumps({**kept, "verdicts": [""] * len(kept["names"])}).encode()
        file.write_bytes(head[:32] + blake2b(body, digest_size=16).hexdigest().encode() + b"\n" + body)
    return place


def judged_here(repo: Repo, *, cached: bool) -> tuple[Any, Any]:
    """What lint and the ledger say, in this process."""
    ledger = read_ledger(repo.folder, Config(), now=datetime(2026, 1, 1, tzinfo=UTC), cached=cached)
    return lint(repo.folder, Config(), cached=cached), ledger.incidents


def test_only_what_this_user_alone_can_have_written_is_believed(
    repo: Repo, tmp_path: Path, lied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    truth = judged_here(repo, cached=False)
    monkeypatch.setenv(PLACE, str(lied.parent))
    said = judged_here(repo, cached=True)
    assert [one == other for one, other in zip(said, truth, strict=True)] == [False, False], "the lie can be seen"
    own = tmp_path / "own"

    def fresh() -> Path:
        shutil.rmtree(own, ignore_errors=True)
        shutil.copytree(lied.parent, own)
        return own / lied.name

    def linked(place: Path) -> None:
        place.rename(tmp_path / "moved")
        place.symlink_to(tmp_path / "moved")

    monkeypatch.setenv(PLACE, str(own))
    harm: dict[str, Callable[[], object]] = {
        "others may write the folder": lambda: fresh().chmod(0o770),
        "anybody may write the folder of all": lambda: fresh().parent.chmod(0o777),
        "the folder is a link": lambda: linked(fresh()),
    }
    if os.geteuid() == 0:
        harm |= {
            "the folder is another's": lambda: os.chown(fresh(), 12_345, 12_345),
            "the folder of all is another's": lambda: os.chown(fresh().parent, 12_345, 12_345),
        }
    for what, harmed in harm.items():
        harmed()
        assert judged_here(repo, cached=True) == truth, what


def test_nothing_that_came_with_the_checkout_is_believed(repo: Repo, tmp_path: Path, lied: Path) -> None:
    for old in (".pirgen_cache", ".cache/pirgen/" + lied.name):
        shutil.copytree(lied, repo.folder / old)
        (repo.folder / old / ".gitignore").unlink()
    (repo.folder / "link").symlink_to(".cache")
    for folder in (".cache", ".cache/pirgen"):
        (repo.folder / folder).chmod(0o700)
    repo.commit("2025-10-07", {})
    truth = {words: answer(repo, *words, "--no-cache") for words in LOOKING}
    assert "25 errors, 25 pages not current, 25 overdue reviews, 50 overdue action items" in truth["check",][1]
    for words in LOOKING:
        assert answer(repo, *words) == truth[words]
    for environment in (
        {PLACE: ".cache/pirgen"}, {PLACE: "link/pirgen"}, {PLACE: "", "HOME": str(repo.folder)},
    ):  # fmt: skip
        assert answer(repo, XDG_CACHE_HOME="", **environment) == truth["check",], environment
    named = {PLACE: "ignored/cache"}  # as for a CI that saves nothing outside of the checkout
    assert answer(repo, **named) == truth["check",]
    assert (repo.folder / "ignored/cache" / lied.name / "lint.json").exists()
    assert repo.git("status", "--porcelain") == ""


def test_what_is_kept_of_a_project_that_is_gone_goes_when_a_new_one_comes(tmp_path: Path) -> None:
    roots = [tmp_path / name for name in ("gone", "there", "new")]
    not_ours = base() / "0123456789abcdef0123456789abcdef"  # type: ignore[operator]
    not_ours.mkdir()
    (not_ours / "root").write_text(str(tmp_path / "gone"))
    for root in roots:
        root.mkdir()
        put(root, "pir/INC-001.yaml", review())
        assert said(root) == []
        if root.name == "there":
            shutil.rmtree(roots[0])
    assert [cache_of(root).exists() for root in roots] == [False, True, True]
    assert not_ours.exists()


def test_another_project_at_the_same_place_is_told_from_the_first(repo: Repo, tmp_path: Path) -> None:
    other = Repo(tmp_path / "other")
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review()})
    other.commit("2025-10-05", {"pir/INC-001.yaml": review(severity="P9")})
    expected = [judged_here(one, cached=False) for one in (repo, other)]
    assert expected[0] != expected[1]
    for _ in range(2):
        for number in (0, 1):
            assert judged_here(repo, cached=True) == expected[number]
            repo.folder.rename(tmp_path / "spare")
            other.folder.rename(repo.folder)
            (tmp_path / "spare").rename(other.folder)


def test_a_rule_of_somebody_else_is_asked_every_time(cli: Cli) -> None:
    cli.write("pirgen.yaml", "plugins: [ours]\n")
    for number in range(60):
        cli.write(f"pir/INC-{number:03d}.yaml", review(f"INC-{number:03d}"))
    cli.write("ours.py", (
        "from pathlib import Path\nfrom pirgen.diagnostic import Append, Problem, Remove, Severity\n"
        "from pirgen.lint.rules import rule\n"
        "@rule(Severity.ERROR)\ndef quiet(review, context):\n    '''x'''\n"
        "    if Path('loud').exists() and len(context.reviews) == 60:\n        yield Problem((), 'loud')\n"
    ))  # fmt: skip
    assert cli.run("lint", PYTHONPATH=str(cli.folder)).returncode == 0
    cli.write("loud", "")
    assert cli.run("lint", PYTHONPATH=str(cli.folder)).stdout.count(": loud") == 60
    assert not cache_of(cli.folder).exists()


def test_two_runs_at_once_and_a_kill_at_any_moment_do_no_harm(tmp_path: Path) -> None:
    import subprocess
    import sys

    (tmp_path / "pirgen.yaml").touch()
    for number in range(300):
        put(tmp_path, f"pir/INC-{number:03d}.yaml", review(f"INC-{number:03d}", severity="P1" if number else "P9"))
    command = [sys.executable, "-m", "pirgen", "lint"]
    expected = subprocess.run([*command, "--no-cache"], cwd=tmp_path, capture_output=True, check=False).stdout
    assert b"300 files checked: 1 error" in expected
    for delay in (0.1, 0.2, 0.3, 0.4, 0.6):
        process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(delay)
        process.kill()
        process.wait()
    pair = [subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE) for _ in range(3)]
    assert [process.communicate()[0] for process in pair] == [expected] * 3
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).stdout == expected


def test_another_installation_of_the_same_code_believes_it_and_of_other_code_does_not(tmp_path: Path) -> None:
    import subprocess
    import sys

    def key(name: str, more: str) -> str:
        place = tmp_path / name
        shutil.copytree(Path(pirgen.__file__).parent, place / "pirgen", copy_function=shutil.copyfile)
        with (place / "pirgen/lint/rules/safe_links.py").open("a", encoding="utf-8") as file:
            file.write(more)
        command = [
            sys.executable,
            "-c",
            "import pathlib; from pirgen.runtime import cache; print(cache.__file__, cache.key(pathlib.Path(), 'x'))",
        ]
        done = subprocess.run(command, cwd=place, capture_output=True, check=True)
        file_name, found = done.stdout.decode().split()
        assert Path(file_name).is_relative_to(place)
        return found

    assert key("one", "") == key("two", "") != key("three", "# more\n")


def test_the_code_is_read_again_when_any_file_of_it_was_touched(tmp_path: Path) -> None:
    import subprocess
    import sys

    package = tmp_path / "pirgen"
    shutil.copytree(Path(pirgen.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    command = [
        sys.executable,
        "-c",
        "import pathlib; from pirgen.runtime import cache; print(cache.key(pathlib.Path.cwd(), 'x'))",
    ]

    def key(*, age: int) -> bytes:
        for file in package.rglob("*"):
            os.utime(file, ns=(now - age, now - age))
        return subprocess.run(command, cwd=tmp_path, capture_output=True, check=True).stdout

    def kept() -> bytes:
        found = cache_of(tmp_path) / f"{CODE}.json"
        return found.read_bytes() if found.exists() else b""

    now = time.time_ns()
    fresh = key(age=-60 * TICK)
    assert not kept()
    assert key(age=3 * TICK) == fresh
    assert b"/lint/rules/safe_links.py " in kept()
    before = kept()
    rule = package / "lint/rules/safe_links.py"
    text = rule.read_bytes()
    rule.write_bytes(text.replace(b"links", b"sknil", 1))  # as long as before, and then as old
    changed = key(age=3 * TICK)
    assert changed != fresh
    assert kept() != before
    rule.write_bytes(text)
    assert key(age=3 * TICK) == fresh
    (package / "review/more.py").touch()
    assert key(age=3 * TICK) != fresh


def test_what_a_process_does_not_deliver_is_done_here() -> None:
    here = os.getpid()

    def work(numbers: Sequence[int]) -> Iterator[int]:
        if os.getpid() != here:
            os._exit(1)
        yield from (number * 2 for number in numbers)

    assert parallel.spread(list(range(10)), work, "counting") == [number * 2 for number in range(10)]


def test_an_error_in_any_process_is_raised_here() -> None:
    def work(numbers: Sequence[int]) -> Iterator[int]:
        for number in numbers:
            if number == 7:
                raise LookupError(number)
            yield number

    for items in (list(range(10)), [*range(8, 20), 7], [7, *range(8, 20)]):
        with pytest.raises(LookupError):
            parallel.spread(items, work, "counting")


STATE = st.dictionaries(
    st.sampled_from([f"pir/{folder}/INC-00{n}.yaml" for folder in "ab" for n in range(4)]),
    st.tuples(
        st.sampled_from(["INC-000", "inc-000", "INC-001", "INC-002", ""]),
        st.lists(st.sampled_from(["INC-000", "INC-001", "INC-003"]), max_size=2, unique=True),
        st.sampled_from(["", "  # pirgen: ignore[schema] why until 2030-01-01", "  # pirgen: ignore[nothing]"]),
        st.sampled_from(["P1", "p1", "P9"]),
    ),
    min_size=1,
)


@pytest.mark.slow
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(states=st.lists(STATE, min_size=2, max_size=4), logs=st.lists(st.booleans(), min_size=4, max_size=4))
def test_any_history_of_a_folder_gives_the_same_answers_with_and_without(
    states: list[dict[str, Any]], logs: list[bool], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("any")
    for state, log in zip(states, logs, strict=False):
        for file in [*folder.glob("pir/*/*"), *folder.glob("operational_audit/*/*")]:
            file.unlink()
        if log:
            put(folder, "operational_audit/incidents/INC-000.yaml", LOG.format("INC-000", "P2"))
        for name, (incident_id, related, comment, severity) in state.items():
            items = [item("AI-001", "Add metrics", status="done", evidence="see INC-002")]
            text = review(incident_id, related=related, severity=severity, action_items=items)
            put(folder, name, text.replace(f"severity: {severity}", f"severity: {severity}{comment}"))
        said(folder)


EDITS: tuple[Edit, ...] = (
    Replace(("timeline", 0, "time"), "x"),
    Rename(("a",), "b"),
    Remove(("a",)),
    Append(("a",), (("b", "c"),)),
    Insert(("c",), "d", "e", after="f", first=True),
    Reshape(("a",), (("b", "c"),)),
    Rewrite(3, 'a: "b"'),
    Reorder(("timeline",), (1, 0)),
    Erase(5, 6),
)
FOUND = Diagnostic(
    "pir/a.yaml", Span(1, 2, 3, 4), "rule", Severity.ADVICE, "message", "hint", "excerpt", 7, Fix(EDITS, safe=False),
    Cause(Reason.RENAMED, "due_date", ("due",)), Change("title", Span(1, 2, 1, 3), "text", "lines"),
)  # fmt: skip
JUDGED = Verdict(
    (FOUND,),
    (Ignore("pir/a.yaml", Span(5, 6, 7, 8), ("one", "two"), "why", 9, 10, date(2026, 1, 31)),),
    {"files x": ("pir/a.yaml", "pir/b.yaml"), "knows y": True, "log z": "digest"},
)


def test_a_verdict_is_kept_with_all_its_fields() -> None:
    for record in (FOUND, FOUND.fix, FOUND.cause, *EDITS, JUDGED, *JUDGED.ignores):
        assert record is not None
        for name, default in record._field_defaults.items():
            assert getattr(record, name) != default, f"{type(record).__name__}.{name} shows nothing at its default"
    assert {type(one) for one in EDITS} == {*get_args(Edit)}
    assert unpack(json.loads(json.dumps(pack(JUDGED)))) == JUDGED
    assert unpack(marshal.loads(marshal.dumps(pack(JUDGED)))) == JUDGED


def test_every_process_delivers_what_it_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(9):
        name = f"INC-{number:03d}"
        text = review(name, severity="p1", related=["INC-404"]).replace("date:", "# pirgen: ignore[x] y\ndate:")
        put(tmp_path, f"pir/{name}.yaml", text)
    delivered: list[bool] = []
    results = parallel._Worker.results

    def seen(self: parallel._Worker, count: int) -> list[Any] | None:
        found = results(self, count)
        delivered.append(found is not None)
        return found

    monkeypatch.setattr(parallel, "cores", lambda: 3)
    monkeypatch.setattr(parallel._Worker, "results", seen)
    found = lint(tmp_path, Config())
    assert delivered
    assert all(delivered)
    assert len(found.diagnostics) == 63
