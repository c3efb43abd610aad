"""What done action items give as evidence, and whether git shows that it holds."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pirgen.config import Config
from pirgen.git.repository import Repository
from pirgen.ledger import Ledger, Proof, read_ledger
from pirgen.review.evidence import Commit, Link, references
from pirgen.review.timeline import Clock
from tests.support import Repo, item, review

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SHA = "1a2b3c4d" * 5


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1a2b3c4", [Commit("1a2b3c4")]),
        ("1A2B3C4", [Commit("1a2b3c4")]),
        (SHA, [Commit(SHA)]),
        ("Done in 1a2b3c4, then (1a2b3c5).", [Commit("1a2b3c4"), Commit("1a2b3c5")]),
        ("1234567", [Commit("1234567")]),
        ("done on 20251012", []),
        ("it was defaced", []),
        ("org/shop@1a2b3c4", [Commit("1a2b3c4", repository="org/shop")]),
        ("1a2b3c4:docs/run book.md", [Commit("1a2b3c4", "docs/run")]),
        ("v1.2:docs/runbook.md", [Commit("v1.2", "docs/runbook.md")]),
        ("1a2b3c4:./docs//runbook.md", [Commit("1a2b3c4", "docs/runbook.md")]),
        ("1a2b3c4:../x.md", []),
        ("1a2b3c4:/etc/passwd", []),
        ("Note: done", []),
        ("at 12:30", []),
        ("https://github.com/org/shop/pull/7", [Link("https://github.com/org/shop/pull/7")]),
        ("see <https://github.com/org/shop/issues/7#issuecomment-1>.", [
            Link("https://github.com/org/shop/issues/7#issuecomment-1")
        ]),
        (f"https://github.com/org/shop/commit/{SHA}", [Commit(SHA, repository="github.com/org/shop")]),
        (f"https://x:secret@gitlab.com/a/b/c/-/commit/{SHA}?w=1", [Commit(SHA, repository="gitlab.com/a/b/c")]),
        ("https://example.org", []),
        ("#12", [Link("#12")]),
        ("org/shop#12", [Link("org/shop#12")]),
        ("!12", [Link("!12")]),
        ("OPS-12", [Link("OPS-12")]),
        ("INC-002", []),
        ("AI-002", []),
        ("lol nothing", []),
        ("done", []),
        ("", []),
        ("javascript:alert(1)", []),
        ("--output=x", []),
        ("-1a2b3c4", []),
        ("HEAD", []),
        ("HEAD~1", []),
        ("@{-1}", []),
        (":/text", []),
        ("^1a2b3c4", []),
        ("1a2b3c4:a\x00b.c", []),
        ("1a2b3c4:\ud800.c", []),
        ("deadbeefcafé", []),
    ],
)  # fmt: skip
def test_what_a_text_leads_to(text: str, found: list[Any]) -> None:
    assert references(text, "INC-001") == tuple(found)


@given(st.text(max_size=80) | st.from_regex(r"[\w:@/.#!^~{}-]{1,40}"), st.sampled_from(["INC-001", "", "x"]))
def test_any_text_is_read_and_names_nothing_that_git_could_read_as_an_option(text: str, name: str) -> None:
    for one in references(text, name):
        for part in one:
            assert not part.startswith("-") and part.isprintable() and " " not in part


def ledger_of(repo: Repo, **how: Any) -> Ledger:
    return read_ledger(repo.folder, Config(), now=NOW, **how)


def proof(repo: Repo, **how: Any) -> Proof:
    """What shows that the first item is done."""
    ledger = ledger_of(repo, **how)
    return ledger.proofs.of(ledger.incidents["INC-001"].items["AI-001"])


def done(evidence: str | None = None, **more: Any) -> dict[str, str]:
    """The files of a review whose item is done."""
    said = {"evidence": evidence} if evidence is not None else {}
    return {"pir/INC-001.yaml": review(action_items=[item("AI-001", "x", status="done", **said, **more)])}


@pytest.fixture
def opened(repo: Repo) -> Repo:
    """A repository with work from before the incident, an open item, and work from after it."""
    repo.commit("2025-10-01", {"app.py": "1"})
    repo.git("tag", "old")
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review()})
    repo.git("tag", "opened")
    repo.commit("2025-10-08", {"app.py": "2", "docs/runbook.md": "x"})
    repo.git("tag", "work")
    return repo


def commit_of(repo: Repo, name: str) -> str:
    return repo.git("rev-parse", name)


@pytest.mark.parametrize(
    "how", ["{0}", "{0:.7}", "fixed in {0:.10}", "{0:.10}:docs/runbook.md", "work:docs/runbook.md"]
)
def test_a_commit_of_the_mainline_that_did_work_proves(opened: Repo, how: str) -> None:
    opened.commit("2025-10-09", done(how.format(commit_of(opened, "work"))))
    assert proof(opened) == Proof("proven")


def test_an_address_or_a_name_of_this_repository_is_a_commit_of_it(opened: Repo) -> None:
    opened.git("remote", "add", "origin", "git@github.com:org/shop.git")
    work = commit_of(opened, "work")
    for said in (f"https://github.com/Org/shop/commit/{work}", f"org/shop@{work[:9]}", f"org/shop.git@{work[:9]}"):
        opened.commit("2025-10-09", done(said))
        assert proof(opened) == Proof("proven"), said
    opened.commit("2025-10-09", done(f"org/other@{work[:9]}"))
    assert proof(opened).level == "linked"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("old", "is older than the incident"),
        ("opened", "changes nothing but reviews, logs and pages"),
        ("aside", "is not on the mainline"),
        ("empty", "changes nothing but reviews, logs and pages"),
    ],
)
def test_a_commit_that_did_not_do_it_proves_nothing(opened: Repo, name: str, why: str) -> None:
    opened.git("switch", "--quiet", "--create", "aside")
    opened.commit("2025-10-08", {"app.py": "aside"})
    opened.git("switch", "--quiet", "main")
    opened.git("tag", "empty", opened.commit("2025-10-08", {}))
    commit = commit_of(opened, name)
    opened.commit("2025-10-09", done(commit))
    assert proof(opened) == Proof("claimed", f"the commit {commit[:12]} {why}", is_broken=True)


@pytest.mark.parametrize("said", ["deadbeef", "f" * 40, "org/shop@deadbeef"])
def test_a_commit_that_is_not_there_is_broken_evidence(opened: Repo, said: str) -> None:
    opened.git("remote", "add", "origin", "https://github.com/org/shop")
    opened.commit("2025-10-09", {**done(said), "app.py": "3"})
    found = proof(opened)
    assert (found.level, found.is_broken) == ("claimed", True) and "has no commit" in found.why


def test_an_issue_beside_a_commit_that_is_not_there_is_a_link(opened: Repo) -> None:
    opened.commit("2025-10-09", done("deadbeef", issue="#12"))
    assert (proof(opened).level, proof(opened).is_broken) == ("linked", True)


@pytest.mark.parametrize(("time", "level"), [("12:00", "proven"), ("12:01", "claimed")])
def test_work_of_the_minute_in_which_an_incident_began_is_no_older(repo: Repo, time: str, level: str) -> None:
    work = repo.commit("2025-10-05T12:00:00Z", {"app.py": "1"})
    said = item("AI-001", "x", status="done", evidence=work)
    timeline = [{"time": time, "event": "Alert triggered"}, {"time": "15:15", "event": "Incident resolved"}]
    repo.commit("2025-10-09", {"pir/INC-001.yaml": review(action_items=[said], timeline=timeline)})
    assert proof(repo).level == level


def test_work_on_an_incident_without_any_date_is_no_older(opened: Repo) -> None:
    said = item("AI-001", "x", status="done", evidence=commit_of(opened, "old"))
    undated = {"date": None, "timeline": None, "status": "draft"}
    opened.commit("2025-10-09", {"pir/INC-001.yaml": review(action_items=[said], **undated)})
    assert proof(opened) == Proof("proven")


def test_the_day_of_an_incident_is_its_beginning_where_no_time_is_known(opened: Repo) -> None:
    untimed = {"timeline": [{"time": "later", "event": "It broke"}], "status": "draft"}
    for day, level in (("2025-10-08", "proven"), ("2025-10-09", "claimed")):
        said = item("AI-001", "x", status="done", evidence="work:docs/runbook.md")
        opened.commit("2025-10-09", {"pir/INC-001.yaml": review(date=day, action_items=[said], **untimed)})
        assert proof(opened).level == level, day


def test_a_tag_may_have_a_long_name(opened: Repo) -> None:
    opened.git("tag", "release-2025.10", "work")
    opened.commit("2025-10-09", done("release-2025.10:docs/runbook.md"))
    assert proof(opened) == Proof("proven")


def test_a_host_with_a_port_is_no_file_of_a_commit(opened: Repo) -> None:
    opened.commit("2025-10-09", done(f"{commit_of(opened, 'work')} on host grafana.example.com:3000/d/abc"))
    assert proof(opened) == Proof("proven")


def test_the_name_of_an_incident_is_no_link(opened: Repo) -> None:
    opened.commit("2025-10-09", done("see INC-002 and AI-002"))
    assert proof(opened).level == "claimed"


@pytest.mark.parametrize("path", ["./pir/INC-001.yaml", "pir//INC-001.yaml", "pir/", "docs/", "pir/INC-001.yaml"])
def test_a_review_or_a_folder_is_no_work(opened: Repo, path: str) -> None:
    opened.commit("2025-10-09", done(f"work:{path}"))
    assert proof(opened).level == "claimed" and proof(opened).is_broken


def test_a_file_that_is_not_in_the_commit(opened: Repo) -> None:
    opened.commit("2025-10-09", done("work:docs/nothing.md"))
    assert proof(opened).why == "the commit work has no file `docs/nothing.md`"


def test_a_branch_or_a_tag_with_the_name_of_a_commit_is_none(opened: Repo) -> None:
    opened.git("branch", "abcdef1")
    opened.git("tag", "abcdef2")
    for name in ("abcdef1", "abcdef2"):
        opened.commit("2025-10-09", done(name))
        assert "has no commit" in proof(opened).why


def test_an_ambiguous_commit_proves_nothing(opened: Repo) -> None:
    """Of 3,000 commits two begin with the same seven characters only by chance, so objects of one are made to."""
    seen: dict[str, str] = {}
    for number in range(60_000):
        text = f"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor a <a> {number} +0000\n"
        from hashlib import sha1

        body = f"{text}committer a <a> 0 +0000\n\nx\n".encode()
        name = sha1(b"commit %d\0" % len(body) + body).hexdigest()
        if name[:7] in seen and name[:7].strip("0123456789"):
            break
        seen[name[:7]] = body.decode()
    else:
        pytest.fail("no two commits with one beginning")
    for one in (seen[name[:7]], body.decode()):
        (opened.folder / "draft").write_text(one)
        opened.git("hash-object", "-w", "-t", "commit", "draft")
    (opened.folder / "draft").unlink()
    opened.commit("2025-10-09", done(name[:7]))
    assert proof(opened).is_broken and "or more than one" in proof(opened).why


def test_the_commit_that_closes_an_item_together_with_the_work_proves_it(opened: Repo) -> None:
    opened.commit("2025-10-09", {**done(), "app.py": "3"})
    assert proof(opened) == Proof("proven")


def test_a_merge_that_brings_the_work_proves_it(opened: Repo) -> None:
    opened.git("switch", "--quiet", "--create", "topic")
    opened.commit("2025-10-09", {"app.py": "3"})
    opened.commit("2025-10-09", done())
    opened.git("switch", "--quiet", "main")
    opened.git("merge", "--quiet", "--no-ff", "--no-edit", "topic", when="2025-10-10T00:00:00Z")
    assert proof(opened) == Proof("proven")


def test_a_commit_that_only_says_done_proves_nothing(opened: Repo) -> None:
    opened.commit("2025-10-09", {**done(), "docs/ops/pir/INC-001.md": "page"})
    assert proof(opened) == Proof("claimed", "nothing shows what was done")


def test_a_commit_that_closes_items_of_several_reviews_proves_none(opened: Repo) -> None:
    opened.commit("2025-10-07", {"pir/INC-002.yaml": review("INC-002")})
    other = review("INC-002", action_items=[item("AI-001", "x", status="done")])
    opened.commit("2025-10-09", {**done(), "pir/INC-002.yaml": other, "app.py": "3"})
    assert proof(opened).level == "claimed"


@pytest.mark.parametrize("how", [{"issue": "#12"}, {"evidence": "OPS-12"}, {"evidence": "https://example.org/pr/1"}])
def test_an_issue_or_a_change_elsewhere_is_a_link(opened: Repo, how: dict[str, str]) -> None:
    opened.commit("2025-10-09", done(**how))
    assert proof(opened) == Proof("linked", "what it names cannot be looked up in this repository")


def test_a_text_that_leads_nowhere_is_a_claim(opened: Repo) -> None:
    opened.commit("2025-10-09", done("lol \x1b[31m"))
    assert proof(opened) == Proof("claimed", "`lol \\u{1b}[31m` names no commit, file, change or issue")


def test_it_is_told_as_of_a_day(opened: Repo) -> None:
    work = commit_of(opened, "work")
    opened.commit("2025-10-09", done())
    opened.commit("2025-10-20", done(work))
    assert proof(opened, as_of="2025-10-10").level == "claimed"
    assert proof(opened, as_of="2025-10-21").level == "proven"
    assert proof(opened, cached=True) == proof(opened, cached=True) == Proof("proven")


def test_a_commit_that_came_later_is_not_on_the_mainline_of_that_day(opened: Repo) -> None:
    opened.git("switch", "--quiet", "--create", "topic")
    later = opened.commit("2025-10-08", {"app.py": "topic"})
    opened.git("switch", "--quiet", "main")
    opened.commit("2025-10-09", done(later))
    opened.git("merge", "--quiet", "--no-ff", "--no-edit", "-s", "ours", "topic", when="2025-10-12T00:00:00Z")
    assert "not on the mainline" in proof(opened, as_of="2025-10-10").why
    assert proof(opened) == Proof("proven")


def test_in_a_shallow_clone_it_is_not_known(opened: Repo, tmp_path: Path) -> None:
    opened.commit("2025-10-09", done(commit_of(opened, "work")))
    clone = tmp_path / "clone"
    opened.git("clone", "--quiet", "--depth=1", f"file://{opened.folder}", str(clone))
    ledger = read_ledger(clone, Config(), now=NOW, allow_shallow=True)
    found = ledger.proofs.of(ledger.incidents["INC-001"].items["AI-001"])
    assert (found.level, found.is_broken) == (None, False) and "shallow" in found.why


def test_a_repository_of_sha256(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "new", "--object-format=sha256")
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review()})
    work = repo.commit("2025-10-08", {"app.py": "2"})
    assert len(work) == 64
    repo.commit("2025-10-09", done(work))
    assert proof(repo) == Proof("proven")


def test_a_project_in_a_folder_is_proven_by_work_outside_of_it(repo: Repo) -> None:
    repo.commit("2025-10-06", {"ops/pir/INC-001.yaml": review()})
    work = repo.commit("2025-10-08", {"app.py": "2"})
    pages = repo.commit("2025-10-08", {"ops/docs/ops/pir/x.md": "2"})
    for commit, level in ((work, "proven"), (pages, "claimed")):
        repo.commit("2025-10-09", {f"ops/{name}": text for name, text in done(commit).items()})
        ledger = read_ledger(repo.folder / "ops", Config(), now=NOW)
        assert ledger.proofs.of(ledger.incidents["INC-001"].items["AI-001"]).level == level


def test_git_is_asked_the_same_few_questions_for_many_items(opened: Repo, asked: list[str]) -> None:
    work = commit_of(opened, "work")
    items = [item(f"AI-{n:03d}", f"x {n}", status="done", evidence=work[: 7 + n % 30]) for n in range(300)]
    opened.commit("2025-10-09", {"pir/INC-001.yaml": review(action_items=items)})
    ledger = ledger_of(opened)
    asked.clear()
    assert {ledger.proofs.of(one).level for one in ledger.items} == {"proven"}
    assert len(asked) <= 4, asked


def test_what_closing_commits_do_is_looked_up_once(opened: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    def level(config: Config) -> str | None:
        ledger = read_ledger(opened.folder, config, now=NOW, cached=True)
        return ledger.proofs.of(ledger.incidents["INC-001"].items["AI-001"]).level

    looked: list[str] = []
    changes = Repository.changes_outside

    def counted(self: Repository, wanted: Collection[str], *rest: Any) -> Any:
        looked.extend(wanted)
        return changes(self, wanted, *rest)

    monkeypatch.setattr(Repository, "changes_outside", counted)
    closed = opened.commit("2025-10-09", {**done(), "src/app.py": "3"})
    assert (level(Config()), looked) == ("proven", [closed])
    assert (level(Config()), looked) == ("proven", [closed])
    assert level(Config(pages="src")) == "claimed", "what was kept is not of these folders"
    again = review("INC-002", action_items=[item("AI-001", "y", status="done")])
    opened.commit("2025-10-10", {"pir/INC-002.yaml": again})
    assert (level(Config()), len(looked)) == ("proven", 3)


@pytest.mark.parametrize("folder", ["p*r", "p[i]r", ":(top)pir", "pir dir", "(pir)", "!pir", "píŕ"])
def test_a_folder_of_reviews_may_have_any_name(opened: Repo, folder: str) -> None:
    config = Config(reviews=(folder,))
    opened.commit("2025-10-06", {f"{folder}/INC-001.yaml": review()})
    for day, more, level in ((9, {}, "claimed"), (10, {"pir/app.py": "3", "pxr/app.py": "3"}, "proven")):
        [text] = done(None, owner=f"@{day}").values()
        opened.commit(f"2025-10-{day:02d}", {f"{folder}/INC-001.yaml": review()})
        opened.commit(f"2025-10-{day:02d}T13:00:00Z", {f"{folder}/INC-001.yaml": text, **more})
        ledger = read_ledger(opened.folder, config, now=NOW)
        assert ledger.proofs.of(ledger.incidents["INC-001"].items["AI-001"]).level == level


def test_people_and_programs_are_told(opened: Repo) -> None:
    work = commit_of(opened, "work")
    items = [
        item("AI-001", "a", status="done", evidence=work),
        item("AI-002", "b", status="done", issue="#12"),
        item("AI-003", "c", status="done", evidence="deadbeef"),
        item("AI-004", "d", status="done"),
        item("AI-005", "e"),
    ]
    opened.commit("2025-10-09", {"pir/INC-001.yaml": review(action_items=items)})
    found = json.loads(opened.run("report", "--export", "json", "--no-cache").stdout)
    closed = {row["action_id"]: (row["proof"], bool(row["unproven"])) for row in found["closed_actions"]}
    assert closed == {
        "AI-001": ("proven", False), "AI-002": ("linked", True), "AI-003": ("claimed", True),
        "AI-004": ("claimed", True),
    }  # fmt: skip
    assert [row["proof"] for row in found["open_actions"]] == [None]
    [figure] = [row for row in found["metrics"] if row["name"] == "action_proven"]
    assert (figure["done"], figure["of"], figure["missing"]) == (1, 4, 0)
    [broken] = found["broken_evidence"]
    assert (broken["action_id"], broken["reason"]) == (
        "AI-003", "this repository has no commit `deadbeef`, or more than one",
    )  # fmt: skip
    listed = opened.run("action", "list", "--status", "all", COLUMNS="100").stdout
    assert [line.split()[4] for line in listed.splitlines()[1:5]] == ["proven", "linked", "claimed", "claimed"]
    assert "Proof" not in opened.run("action", "list").stdout


def test_check_tells_of_broken_evidence_and_fails_where_it_is_asked_to(opened: Repo) -> None:
    opened.commit("2025-10-09", done("deadbeef"))
    opened.run("render")
    told = opened.run("check", "--as-of", "HEAD")
    assert (told.returncode, "Evidence that does not hold: 1" in told.stdout) == (0, True), told.stdout
    assert "(broken-evidence: shown, not failed on)" in told.stdout
    fails = opened.run("check", "--as-of", "HEAD", "--fail-on", "broken-evidence", "--format", "json")
    assert fails.returncode == 1
    [found] = [one for one in json.loads(fails.stdout) if one["rule"] == "broken-evidence"]
    line = (opened.folder / "pir/INC-001.yaml").read_text().splitlines()[found["line"] - 1]
    assert (line.strip(), found["severity"]) == ("evidence: deadbeef", "error")


@pytest.fixture
def worked(repo: Repo) -> Repo:
    """A done item that nothing proves, and commits whose messages name it, its incident or its issue."""
    repo.commit("2025-10-01", {"app.py": "0"}, "--message", "INC-001 AI-001 before it began")
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review()})
    repo.commit("2025-10-07", {"app.py": "1"}, "--message", "Something for INC-001")
    repo.commit("2025-10-08", {"app.py": "2"}, "--message", "Pool metrics\n\nfor inc-001, ai-001.")
    repo.commit("2025-10-08", {"app.py": "3"}, "--message", "Other AI-001, INC-0011")
    repo.commit("2025-10-08", {"app.py": "4"}, "--message", "Fix #12 \x1b[31m")
    repo.commit("2025-10-08", {"app.py": "5"}, "--message", "Fix #123")
    repo.commit("2025-10-09", done(issue="https://github.com/org/shop/issues/12"), "--message", "INC-001 AI-001: done")
    return repo


def test_commits_that_name_the_item_are_suggested(worked: Repo) -> None:
    rows = json.loads(worked.run("evidence", "suggest", "--export", "json").stdout)["suggestions"]
    assert [(row["names"], row["subject"].split()[0]) for row in rows] == [
        ("item", "at"), ("issue", "at"), ("incident", "at"),
    ]  # fmt: skip


def test_suggestions_as_a_table(worked: Repo) -> None:
    told = worked.run("evidence", "suggest", "INC-001", "AI-001", COLUMNS="100")
    assert told.returncode == 0 and "\x1b" not in told.stdout
    assert "Where it is the one: pirgen action done INC-001 AI-001 --evidence " in told.stdout
    assert (
        worked.run("evidence", "suggest", "--owner", "@nobody-else").stdout == "every done item is proven by a commit\n"
    )
    wrong = worked.run("evidence", "suggest", "INC-001", "AI-009")
    assert (wrong.returncode, wrong.stderr) == (
        2,
        "pirgen: INC-001 has no action item `AI-009`; it has AI-001\n",
    )
    line = next(line for line in told.stdout.splitlines() if line.startswith("Where"))
    assert worked.run(*line.split()[6:]).returncode == 0
    assert proof(worked) == Proof("proven")


@pytest.mark.parametrize(("zone", "level"), [("UTC", "proven"), ("America/New_York", "claimed")])
def test_the_day_of_an_incident_begins_in_the_projects_zone(repo: Repo, zone: str, level: str) -> None:
    text = review(date="2025-10-05", timeline=[{"time": "TBD", "event": "It broke"}])
    repo.commit("2025-10-04", {"pir/INC-001.yaml": text})
    work = repo.commit("2025-10-05T02:00:00Z", {"app.py": "1"})
    said = text.replace("owner:", f"status: done\n  evidence: {work}\n  owner:")
    repo.commit("2025-10-09", {"pir/INC-001.yaml": said})
    ledger = read_ledger(repo.folder, Config(clock=Clock(zone)), now=NOW)
    assert ledger.proofs.of(ledger.incidents["INC-001"].items["AI-001"]).level == level
