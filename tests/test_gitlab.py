"""What is particular to GitLab; `test_trackers` has what it shares with the other trackers."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from pirgen.errors import PirgenError
from pirgen.runtime import environment
from pirgen.trackers import Closing, Draft, Gone, Issue, Place, State, Tracker, connect
from tests.gitlab_host import TOKEN, GitlabHost
from tests.json_host import Answer

LABEL = "incident-followup"


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[GitlabHost]:
    with GitlabHost() as host:
        monkeypatch.setenv("GITLAB_HOST", host.address)
        monkeypatch.setenv("GITLAB_TOKEN", TOKEN)
        yield host


def tracker(host: GitlabHost, label: str = LABEL) -> Tracker:
    """A tracker that knows nothing yet."""
    return connect(Place("gitlab", host.address, "org/shop"), label=label)


def opened(host: GitlabHost, author: str = "ana", project: str = "org/shop", **fields: Any) -> str:
    """The address of a new issue with the label."""
    made = host.open(author, "Title", project, **{"labels": [LABEL], **fields})
    return f"{host.address}/{project}/-/issues/{made['iid']}"


def read(host: GitlabHost, address: str) -> Issue | Gone:
    """What is found under an address."""
    return dict(tracker(host).find([address]))[address]


def issue(host: GitlabHost, address: str) -> Issue:
    """The issue with an address."""
    found = read(host, address)
    assert isinstance(found, Issue)
    return found


def test_requests_are_few(host: GitlabHost) -> None:
    one = tracker(host)
    one.create(Draft("Title", "Body", State.OPEN, ("@ana",), date(2026, 12, 1)))
    one.create(Draft("Title", "Body", State.OPEN, ("@bo",)))
    project = "/api/v4/projects/org%2Fshop"
    assert host.asked() == [f"GET {project}/members/all", f"POST {project}/issues", f"POST {project}/issues"]
    first, _ = one.issues()
    assert host.asked() == [f"GET {project}/issues"]
    one.update(first, Draft("Other", "Text", State.COMPLETED, ()))
    assert host.requests[-1].body["assignee_ids"] == [0]
    assert host.asked() == [f"PUT {project}/issues/1"]


def test_the_label_is_made_where_it_is_missing(host: GitlabHost) -> None:
    assert LABEL not in host.labels
    tracker(host).create(Draft("Title", "Body"))
    assert LABEL in host.labels


def test_a_text_gives_no_commands(host: GitlabHost) -> None:
    made = tracker(host).create(Draft("Title", "one\n/close\n/label ~bug"))
    assert made.state is State.OPEN
    assert host.issues["org/shop"][1]["description"] == "one\n\\/close\n\\/label ~bug"
    tracker(host).propose("branch", "main", "Title", "/merge")
    assert host.requests[-1].body["description"] == "\\/merge"


@pytest.mark.parametrize(("level", "is_ours"), [(10, False), (15, False), (20, True), (30, True), (50, True)])
def test_ours_are_reporters_and_above(host: GitlabHost, level: int, is_ours: bool) -> None:
    host.join("someone", level)
    assert issue(host, opened(host, "someone")).is_ours is is_ours


def test_members_who_are_blocked_get_no_issue(host: GitlabHost) -> None:
    host.join("gone", 30, "blocked")
    assert tracker(host).assignable() == {"@robot", "@ana", "@bo", "@guest"}


def test_a_ghost_is_nobody(host: GitlabHost) -> None:
    address = opened(host)
    host.issues["org/shop"][1]["author"] = None
    assert not issue(host, address).is_ours


def test_declined_and_duplicate_issues_are_not_planned(host: GitlabHost) -> None:
    declined = opened(host, labels=[LABEL, "declined"])
    assert issue(host, declined).state is State.OPEN
    host.close(1)
    assert issue(host, declined).state is State.NOT_PLANNED
    duplicate = opened(host, _links={"closed_as_duplicate_of": f"{host.address}/api/v4/projects/1/issues/1"})
    host.close(2)
    assert issue(host, duplicate).state is State.NOT_PLANNED
    with pytest.raises(PirgenError, match="#2 was closed as a duplicate; reopen it"):
        tracker(host).update(issue(host, duplicate), Draft(state=State.COMPLETED))
    again = tracker(host).update(issue(host, duplicate), Draft(state=State.OPEN))
    assert tracker(host).update(again, Draft(state=State.COMPLETED)).state is State.COMPLETED


def test_a_declined_issue_has_a_label_that_leaves_with_it(host: GitlabHost) -> None:
    made = tracker(host).create(Draft("Title", "Body", State.NOT_PLANNED))
    assert host.issues["org/shop"][1]["labels"] == [LABEL, "declined"]
    tracker(host).update(made, Draft(state=State.OPEN))
    assert host.issues["org/shop"][1]["labels"] == [LABEL]


def test_a_closing_shows_the_last_merge_request(host: GitlabHost) -> None:
    address = opened(host)
    host.close(1, "Bo")
    here = f"{host.address}/org/shop/-/merge_requests"
    host.closed_by[1] = [
        {"web_url": f"{here}/1", "merged_at": "2026-11-01T10:00:00Z"},
        {"web_url": f"{here}/2", "merged_at": "2026-11-02T10:00:00Z"},
        {"web_url": f"{here}/3", "merged_at": None},
        {"web_url": "https://evil.test/x", "merged_at": "2026-11-03T10:00:00Z"},
    ]
    one = tracker(host)
    told = one.closings(list(one.issues()))[address]
    assert (told.by, told.evidence) == ("@Bo", f"{here}/2")
    host.closed_by.clear()
    assert one.closings(list(one.issues()))[address].evidence is None
    assert tracker(host).closings(list(one.issues()))[address] == Closing()


def test_a_moved_issue_shows_where_it_is(host: GitlabHost) -> None:
    address = opened(host)
    new = host.move(1)
    host.asked()
    target = f"{host.address}/org/other/-/issues/{new['iid']}"
    assert read(host, address) == Gone("it was moved", target)
    assert host.asked() == ["GET /api/v4/projects/org%2Fshop/issues", "POST /api/graphql"]
    host.awaiting.extend([Answer(200, [host.issues["org/shop"][1]]), Answer(200, {"data": {"i5001": None}})])
    assert read(host, address) == Gone("it was moved", None)
    for evil in ("https://evil.test", "x" * len(host.address)):
        told = {"data": {"i5001": {"webUrl": f"{evil}/org/other/-/issues/1"}}}
        host.awaiting.extend([Answer(200, [host.issues["org/shop"][1]]), Answer(200, told)])
        assert read(host, address) == Gone("it was moved", None)


def test_where_an_issue_is_now_is_asked_again(host: GitlabHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "wait", lambda seconds: None)
    address = opened(host)
    new = host.move(1)
    host.awaiting.extend([Answer(200, [host.issues["org/shop"][1]]), Answer(502)])
    assert read(host, address) == Gone("it was moved", f"{host.address}/org/other/-/issues/{new['iid']}")


def test_the_highest_access_of_a_member_counts(host: GitlabHost) -> None:
    address = opened(host)
    for levels in ((10, 40), (40, 10)):
        rows = [{**host.users["ana"], "access_level": level} for level in levels]
        host.awaiting.extend([Answer(200, [host.issues["org/shop"][1]]), Answer(200, rows)])
        assert issue(host, address).is_ours


def test_issues_of_other_projects_are_left_alone(host: GitlabHost) -> None:
    there = opened(host, project="org/other")
    for address in (there, "https://gitlab.test/org/shop/-/issues/1"):
        with pytest.raises(PirgenError, match="is no issue of org/shop"):
            list(tracker(host).find([address]))
    assert host.asked() == []


def test_what_names_an_issue(host: GitlabHost) -> None:
    one = tracker(host)
    here = host.address
    for reference, expected in {
        "#12": "org/shop/-/issues/12",
        "org/shop#12": "org/shop/-/issues/12",
        "Org/Shop#12": "org/shop/-/issues/12",
        f"{here}/org/shop/-/issues/12": "org/shop/-/issues/12",
        f"{here}/org/shop/-/work_items/12": "org/shop/-/issues/12",
        f"{here}/org/shop/issues/12#note_5": "org/shop/-/issues/12",
        f"{here}/ORG/shop/-/issues/12?x=/-/issues/13": "org/shop/-/issues/12",
    }.items():
        assert one.address(reference) == f"{here}/{expected}", reference
    for reference in (
        "org/other#1",
        "org/shop/sub#1",
        f"{here}/org/other/-/issues/1",
        "shop#12",
        "../x#1",
        "a/..#1",
        "#012",
        "#1\n",
        "OPS-1",
        f"{here}/org/shop/-/merge_requests/1",
    ):
        assert one.address(reference) is None, reference


def test_a_merge_request_of_a_fork_is_another_one(host: GitlabHost) -> None:
    fork = host.request_merge("pirgen/sync", "main", "Spam", source_project=7)["web_url"]
    own = tracker(host).propose("pirgen/sync", "main", "Title", "Body")
    assert own != fork
    assert tracker(host).propose("pirgen/sync", "main", "Title", "Body") == own
    host.merge_requests[1]["state"] = "merged"
    assert tracker(host).propose("pirgen/sync", "main", "Title", "Body") not in (own, fork)


def test_refusals_are_told(host: GitlabHost) -> None:
    one = tracker(host)
    host.awaiting.append(Answer(400, {"message": {"title": ["is too long (maximum is 255 characters)"]}}))
    with pytest.raises(PirgenError, match=r"answered with 400 .title: is too long"):
        one.create(Draft("Title", "Body"))
    with pytest.raises(PirgenError, match="a comma"):
        tracker(host, "a,b")
    with pytest.raises(PirgenError, match="@guests is not a member of org/shop"):
        tracker(host).update(issue(host, opened(host)), Draft(assignees=("@guests",)))


def test_locked_and_confidential_issues(host: GitlabHost) -> None:
    assert issue(host, opened(host, discussion_locked=True)).is_locked
    assert not issue(host, opened(host, confidential=True)).is_locked


def test_notes_of_the_system_are_no_comments(host: GitlabHost) -> None:
    address = opened(host)
    host.note(1, "ana", "closed", system=True)
    host.note(1, "guest", "hello")
    host.note(1, "Bo", "\\/close")
    assert list(tracker(host).comments(issue(host, address))) == ["/close"]


def test_the_command_by_hand(host: GitlabHost) -> None:
    told = tracker(host).by_hand(Draft("Add it", "/close", None, ("@ana", "@bo"), date(2026, 12, 1)))
    assert shlex.split(told) == [
        *("glab", "issue", "create", "--repo", f"{host.address}/org/shop", "--label", LABEL),
        *("--title", "Add it", "--description", "\\/close", "--assignee", "ana", "--assignee", "bo"),
        *("--due-date", "2026-12-01", "--yes"),
    ]


def test_a_title_fits(host: GitlabHost) -> None:
    made = tracker(host).create(Draft("x" * 300, "Body"))
    assert made.title == issue(host, made.address).title == f"{'x' * 254}…"


@pytest.mark.parametrize("project", ["shop", "org/", "org/../x", "org//x", "org/x?y", ""])
def test_a_project_has_a_path(host: GitlabHost, project: str) -> None:
    with pytest.raises(PirgenError, match="is no project of GitLab"):
        connect(Place("gitlab", host.address, project), label=LABEL)


def test_a_project_may_lie_deep(host: GitlabHost) -> None:
    one = connect(Place("gitlab", host.address, "org/team/sub.project"), label=LABEL)
    assert one.address("#3") == one.address("Org/team/sub.project#3")
    with pytest.raises(PirgenError, match="404"):
        list(one.find([f"{host.address}/org/team/sub.project/-/issues/3"]))
    assert host.asked() == ["GET /api/v4/projects/org%2Fteam%2Fsub.project/issues"]
