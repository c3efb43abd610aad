"""GitHub's tracker, the client that all trackers share, and where tokens come from."""

from __future__ import annotations

import socket
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from pirgen.errors import PirgenError
from pirgen.runtime import environment
from pirgen.trackers import Closing, Draft, Issue, Place, State, _tokens, connect, github
from pirgen.trackers._http import Client, LostAnswerError
from tests.github_host import SCHEMA, GithubHost
from tests.json_host import Answer, JsonHost
from tests.npm import package

LABEL = "incident-followup"
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the client waits each time; the clock goes on by that."""
    told: list[float] = []
    monkeypatch.setattr(environment, "now", lambda: NOW + timedelta(seconds=sum(told)))
    monkeypatch.setattr(environment, "wait", told.append)
    return told


@pytest.fixture
def host(github_api: GithubHost) -> GithubHost:
    return github_api


def tracker(host: JsonHost) -> github.Github:
    found = connect(Place("github", host.address, "org/shop"), label=LABEL)
    assert isinstance(found, github.Github)
    return found


def test_the_queries_fit_githubs_schema(npm: Path) -> None:
    from graphql import build_schema, parse, validate

    text = package(SCHEMA, "schema.graphql", npm)
    if text is None:
        pytest.skip("npm is not installed")
    schema = build_schema(text.decode(), assume_valid=True)
    for query in (github._VIEWER, github._CLOSINGS.format(issues="i1: issue(number: 1) { ...closing }")):
        assert validate(schema, parse(query)) == []
    assert validate(schema, parse("query { viewer { nothing } }"))


def test_a_closing_names_the_pull_request_or_the_commit(host: GithubHost) -> None:
    numbers = [host.open("ana", "x", (LABEL,)) for _ in range(5)]
    pull, elsewhere = f"{host.address}/org/shop/pull/7", "https://evil.example/org/shop/pull/7"
    host.close(numbers[0], "Bo", {"url": pull})
    host.close(numbers[1], "Bo", {"url": elsewhere})
    host.close(numbers[2])
    host.close(numbers[3])
    host.events[numbers[3]] |= {"actor": None, "createdAt": None}
    issues = [*tracker(host).issues()]
    found = tracker(host).closings(issues)
    at = [one.at for one in found.values() if one.at]
    assert [found[issue.address]._replace(at=None) for issue in issues[:4]] == [
        Closing("@Bo", None, pull), Closing("@Bo"), Closing("@ana"), Closing(),
    ]  # fmt: skip
    assert len(at) == 3 and issues[4].address not in found


def test_closings_are_asked_for_fifty_at_a_time(host: GithubHost) -> None:
    for _ in range(120):
        host.close(host.open("ana", "x", (LABEL,)))
    hub = tracker(host)
    issues = [*hub.issues()]
    host.asked()
    assert len(hub.closings(issues)) == 120
    assert host.asked() == ["POST /graphql"] * 3


def test_what_the_token_itself_made_is_ours(host: GithubHost) -> None:
    made = tracker(host).create(Draft("a", "b", State.OPEN, ()))
    assert made.is_ours
    host.open("stranger", "c", (LABEL,))
    host.asked()
    assert [one.is_ours for one in tracker(host).issues()] == [True, False]
    assert host.asked() == ["GET /repos/org/shop/issues", "POST /graphql"]


def test_pull_requests_are_no_issues(host: GithubHost) -> None:
    number = host.open("ana", "x", (LABEL,))
    host.issues[number]["pull_request"] = {"url": None, "html_url": None, "diff_url": None, "patch_url": None}
    assert [*tracker(host).issues()] == []
    address = f"{host.address}/org/shop/issues/{number}"
    assert dict(tracker(host).find([address])) == {address: ("it is a pull request", None)}


def test_two_thousand_issues_are_twenty_pages(host: GithubHost) -> None:
    host.described = None  # it would take half a minute
    for number in range(2_000):
        host.open("ana", f"{number}", (LABEL,))
    assert len([*tracker(host).issues()]) == 2_000
    assert host.asked() == ["GET /repos/org/shop/issues"] * 20


def test_other_labels_and_assignees_stay(host: GithubHost) -> None:
    number = host.open("ana", "x", ("bug", "ui"))
    host.issues[number]["assignees"] = [host._user("Bo")]
    [(_, found)] = tracker(host).find([f"{host.address}/org/shop/issues/{number}"])
    assert isinstance(found, Issue)
    changed = tracker(host).update(found, Draft(title="y"))
    assert (changed.labels, changed.assignees) == (("bug", "ui", LABEL), ("@Bo",))


@pytest.mark.parametrize("name", ["x", "a/b/c", "a b/c", "../x", "a/b?c", "a/b#1", "a/..", "a/.", ""])
def test_the_name_of_a_repository_is_one(name: str) -> None:
    with pytest.raises(PirgenError, match="no repository"):
        connect(Place("github", "https://github.com", name), label=LABEL)


LIMITS = [
    (Answer(429, {}, {"Retry-After": "30"}), 30),
    (Answer(403, {}, {"Retry-After": "90"}), 90),
    (Answer(403, {}, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(NOW.timestamp()) + 120)}), 121),
    (Answer(403, {"message": "You have exceeded a secondary rate limit"}), 60),
    (Answer(429, {}, {"Retry-After": "Thu, 26 Nov 2026 12:00:40 GMT"}), 40),
    (Answer(503, {}, {"Retry-After": "7"}), 7),
    (Answer(429, {}, {"Retry-After": "soon"}), 60),
]


@pytest.mark.parametrize(("answer", "seconds"), LIMITS)
def test_it_waits_as_the_host_says(host: GithubHost, waits: list[float], answer: Answer, seconds: int) -> None:
    host.awaiting.append(answer)
    assert [*tracker(host).issues()] == []
    assert waits == [seconds]
    host.awaiting.append(answer)  # it was refused, so it may be sent again
    tracker(host).create(Draft("a", "b", State.OPEN, ()))
    assert len(host.issues) == 1 and len(waits) == 2


@pytest.mark.parametrize("why", ["API rate limit exceeded", "You have exceeded a secondary rate limit"])
def test_a_limit_of_graphql_comes_as_an_answer(host: GithubHost, waits: list[float], why: str) -> None:
    number = host.open("robot[bot]", "x", (LABEL,))
    host.close(number, "ana")
    [found] = tracker(host).issues()
    host.awaiting.append(Answer(200, {"errors": [{"type": "RATE_LIMITED", "message": why}]}))
    assert tracker(host).closings([found])[found.address].by == "@ana"
    assert waits == [60]


def test_the_last_answer_before_a_limit_is_one(host: GithubHost, waits: list[float]) -> None:
    host.open("robot[bot]", 'say "errors": rate limit', (LABEL,))
    host.awaiting.append(Answer(200, [], {"x-ratelimit-remaining": "0"}))
    assert [*tracker(host).issues()] == []
    assert len([*tracker(host).issues()]) == 1 and waits == []


def test_a_secondary_limit_is_waited_for_longer_each_time(host: GithubHost, waits: list[float]) -> None:
    host.awaiting.extend([Answer(403, {"message": "secondary rate limit"})] * 3)
    assert [*tracker(host).issues()] == []
    assert waits == [60, 120, 240]


def test_a_long_wait_says_until_when(host: GithubHost, waits: list[float]) -> None:
    host.awaiting.append(Answer(429, {}, {"Retry-After": "7200"}))
    with pytest.raises(PirgenError, match="refuses questions until 2026-11-26 14:00 UTC"):
        [*tracker(host).issues()]
    assert waits == []


def test_one_question_waits_an_hour_at_most(host: GithubHost, waits: list[float]) -> None:
    host.awaiting.extend([Answer(429, {}, {"Retry-After": "1500"})] * 9)
    with pytest.raises(PirgenError, match="refuses questions until"):
        [*tracker(host).issues()]
    assert waits == [1500, 1500]


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_host_that_stumbles_is_asked_again(host: GithubHost, waits: list[float], status: int) -> None:
    host.awaiting.extend([Answer(status)] * 3)
    assert [*tracker(host).issues()] == []
    assert waits == [1, 2, 4]
    host.awaiting.extend([Answer(status)] * 6)
    with pytest.raises(PirgenError, match=f"it answered with {status}; try again later"):
        [*tracker(host).issues()]


def test_an_issue_is_never_made_twice(host: GithubHost, waits: list[float]) -> None:
    host.awaiting.append(Answer(502))
    with pytest.raises(LostAnswerError, match="nobody knows whether"):
        tracker(host).create(Draft("a", "b", State.OPEN, ()))
    assert host.asked() == ["POST /repos/org/shop/issues"] and waits == []


@pytest.fixture
def broken() -> Iterator[tuple[str, list[bytes]]]:
    """A host that reads a question and closes the connection."""
    listener = socket.create_server(("127.0.0.1", 0))
    asked: list[bytes] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                asked.append(connection.recv(65_536))

    Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}", asked
    listener.close()


def test_a_connection_that_breaks(broken: tuple[str, list[bytes]], waits: list[float]) -> None:
    address, asked = broken
    client = Client(address, None, {})
    with pytest.raises(PirgenError, match="cannot be asked: the connection broke"):
        client.ask("GET", "x")
    assert len(asked) == 6
    with pytest.raises(LostAnswerError):
        client.ask("POST", "x", {})
    assert len(asked) == 7


def test_nobody_listens(waits: list[float]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(PirgenError, match="cannot be asked: there is no connection"):
        Client(f"http://127.0.0.1:{port}", None, {}).ask("POST", "x", {})
    assert len(waits) == 5


@pytest.mark.parametrize(
    "root", ["http://example.org", "ftp://127.0.0.1", "https://", "https://a:b@x.org", "file:///x"]
)
def test_only_https_is_spoken(root: str) -> None:
    with pytest.raises(PirgenError):
        Client(root, None, {})


def test_pages_lead_to_no_other_place() -> None:
    with JsonHost() as host, JsonHost() as other:
        for place in (f"{other.address}/api/x", f"{host.address}/elsewhere", "//evil.example/api/x", "../../x"):
            host.awaiting.append(Answer(200, [], {"Link": f'<{place}>; rel="next"'}))
            with pytest.raises(PirgenError, match="leads to another place"):
                [*Client(f"{host.address}/api", None, {}).pages("x", int)]
        assert other.requests == []


def test_an_answer_has_a_largest_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pirgen.trackers._http.MOST", 1_000)
    with JsonHost() as host:
        host.awaiting.append(Answer(200, "x" * 2_000))
        with pytest.raises(PirgenError, match="answered with more than"):
            Client(host.address, None, {}).get("x", str)


def test_what_a_refusal_says(host: GithubHost) -> None:
    for answer, words in (
        (Answer(403, {"message": "no"}, {"x-accepted-github-permissions": "issues=write"}), "it needs issues=write"),
        (Answer(403, {"message": "no"}, {"x-github-sso": "required; url=x"}), "single sign-on"),
        (Answer(404, {"message": "Not Found"}), "or the token may not see it"),
        (Answer(401, {"message": "Bad \x1b[31m"}), r"Bad \\u\{1b\}\[31m.*the token is not valid"),
        (Answer(302, None, {"Location": "https://evil.example"}), "it has moved"),
    ):
        host.awaiting.append(answer)
        with pytest.raises(PirgenError, match=words):
            [*tracker(host).issues()]


NAMES = (
    "GITHUB_TOKEN", "GH_TOKEN", "GITHUB_SERVER_URL", "GH_HOST", "GH_ENTERPRISE_TOKEN", "GITLAB_TOKEN", "GITLAB_HOST",
    "CI_SERVER_URL", "JIRA_URL", "JIRA_USER", "JIRA_API_TOKEN",
)  # fmt: skip


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An environment without tokens, and an empty folder that is all of PATH."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def secret(token: Any) -> str | None:
    return next(iter(token.headers.values())) if token else None


def test_a_token_is_for_the_host_that_the_environment_names(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "a")
    monkeypatch.setenv("GITLAB_TOKEN", "b")
    monkeypatch.setenv("JIRA_API_TOKEN", "c")
    monkeypatch.setenv("JIRA_USER", "d")
    assert secret(_tokens.github("https://github.com")) == "Bearer a"
    assert secret(_tokens.gitlab("https://gitlab.com")) == "b"
    for host in (
        "https://github.com.evil.example",
        "http://github.com",
        "https://evil.example",
        "https://github.com:444",
    ):
        assert (_tokens.github(host), _tokens.gitlab(host), _tokens.jira(host)) == (None, None, None)
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://ghe.example.org")
    assert _tokens.github("https://github.com") is None
    assert secret(_tokens.github("https://GHE.example.org")) == "Bearer a"
    monkeypatch.setenv("JIRA_URL", "https://acme.atlassian.net/")
    assert str(secret(_tokens.jira("https://acme.atlassian.net"))).startswith("Basic ")
    assert _tokens.jira("https://evil.atlassian.net") is None


def test_githubs_own_tool_has_a_token(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = bare / "gh"
    tool.write_text(
        '#!/bin/sh\necho "$@" >> "$0.asked"\necho "from-gh$GH_TOKEN$GITHUB_TOKEN$GH_ENTERPRISE_TOKEN$CODESPACES"\n'
    )
    tool.chmod(tool.stat().st_mode | stat.S_IXUSR)
    assert secret(_tokens.github("https://github.com")) == "Bearer from-gh"
    assert (bare / "gh.asked").read_text() == "auth token --hostname github.com\n"
    for name in ("GH_ENTERPRISE_TOKEN", "GITHUB_TOKEN", "CODESPACES"):
        monkeypatch.setenv(name, "secret")
    assert secret(_tokens.github("https://evil.example")) == "Bearer from-gh", "the tool hands these to any host"
    monkeypatch.setenv("GITHUB_TOKEN", " ")
    assert secret(_tokens.github("https://github.com")) == "Bearer from-gh"
    monkeypatch.chdir(bare)
    monkeypatch.setenv("PATH", ".")
    assert _tokens.github("https://github.com") is None


def test_a_token_shows_itself_nowhere(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "s3cret")
    token = _tokens.github("https://github.com")
    assert "s3cret" not in f"{token} {token!r} {vars(Client('https://api.github.com', token, {}))}"
    for wrong in ("a b", "a\nb", "é", "a\x1b"):
        monkeypatch.setenv("GITHUB_TOKEN", wrong)
        with pytest.raises(PirgenError, match="characters that no token has") as error:
            _tokens.github("https://github.com")
        assert wrong not in str(error.value)
