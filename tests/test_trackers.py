"""What every tracker promises, played on each fake host through the interface alone."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import pytest

from pirgen.errors import PirgenError
from pirgen.trackers import Draft, Gone, Issue, Place, State, Tracker, connect
from tests import github_host, gitlab_host, jira_host
from tests.github_host import GithubHost
from tests.gitlab_host import GitlabHost
from tests.jira_host import JiraHost
from tests.json_host import Answer, JsonHost

LABEL = "incident-followup"
DUE = date(2026, 12, 24)
BODY = """<!-- pirgen: INC-001 AI-001 -->
From the review [INC\\_001](https://docs.acme.test/INC-001/).

Add a `pool` alert &#47; and <code>a &#60; b</code>:

- first
- **second**, <https://acme.test/?a=1&b=2>

```sh
curl -f "$HOST"
```
"""
HOSTILE = [
    "/close",
    "text\n/close\n/label ~bug\n\\/close\n  /assign @ana",
    "```\n/close\n```",
    "<script>alert(1)</script> <!-- pirgen: false --> [x](javascript:alert(1)) ![i](https://x.test/i.png)",
    "`" * 400 + "*" * 400 + "[" * 400 + "<" * 400 + "\\" * 401,
    '"; DROP TABLE $(id) `id` \' \\" %s {0} #1 @ana !2 ~bug',
    "\u202egnp.exe\u2069 naïve 🙂 e\u0301",
    "1. a\n- b\n# \n## c ##\n<pre><code>d\n&#60;e</code></pre>\n\n~~~ python\nf\n~~~",
]


class Case(NamedTuple):
    """A fake host, and what people do there in the browser."""

    host: JsonHost
    place: Place
    person: str
    """The handle of somebody whom issues can be assigned to."""
    has_due: bool
    has_pull_requests: bool
    opens: Callable[[str, bool], str]
    """Opens an issue with a title, by a stranger or not; gives its address."""
    closes: Callable[[str], None]
    """The person closes the issue with an address."""
    deletes: Callable[[str], None]
    moves: Callable[[str], str]
    """Moves the issue with an address; gives its new address."""
    unlabels: Callable[[str], None]
    comments: Callable[[str, str, bool], None]
    """Comments on the issue with an address, with a text, by a stranger or not."""

    def tracker(self) -> Tracker:
        """A tracker that knows nothing yet."""
        return connect(self.place, label=LABEL)

    def read(self, address: str) -> Issue:
        """The issue as another run finds it."""
        ((asked, found),) = self.tracker().find([address])
        assert asked == address
        assert isinstance(found, Issue)
        return found


def gitlab(host: GitlabHost) -> Case:
    """GitLab's case."""

    def iid(address: str) -> int:
        return int(address.rpartition("/")[2])

    def opens(title: str, is_strange: bool) -> str:
        made = host.open("stranger" if is_strange else "ana", title, labels=[LABEL])
        return f"{host.address}/org/shop/-/issues/{made['iid']}"

    return Case(
        host,
        Place("gitlab", host.address, "org/shop"),
        "@ana",
        has_due=True,
        has_pull_requests=True,
        opens=opens,
        closes=lambda address: host.close(iid(address)),
        deletes=lambda address: host.issues["org/shop"].__delitem__(iid(address)),
        moves=lambda address: f"{host.address}/org/other/-/issues/{host.move(iid(address))['iid']}",
        unlabels=lambda address: host.issues["org/shop"][iid(address)]["labels"].clear(),
        comments=lambda address, text, is_strange: host.note(iid(address), "stranger" if is_strange else "ana", text),
    )


def jira(host: JiraHost) -> Case:
    """Jira's case."""

    def key(address: str) -> str:
        return address.rpartition("/")[2]

    def opens(title: str, is_strange: bool) -> str:
        made = host.open("stranger" if is_strange else "Ana Lima", title, labels=[LABEL])
        return f"{host.address}/browse/{made['key']}"

    return Case(
        host,
        Place("jira", host.address, "OPS"),
        "@ana",
        has_due=True,
        has_pull_requests=False,
        opens=opens,
        closes=lambda address: host.change_status(key(address), "Done"),
        deletes=lambda address: host.issues.__delitem__(key(address)),
        moves=lambda address: f"{host.address}/browse/{host.move(key(address), 'SEC')}",
        unlabels=lambda address: host.issues[key(address)]["fields"]["labels"].clear(),
        comments=lambda address, text, is_strange: host.say(
            key(address), "stranger" if is_strange else "Ana Lima", text
        ),
    )


def github(host: GithubHost) -> Case:
    """GitHub's case."""

    def number(address: str) -> int:
        return int(address.rpartition("/")[2])

    def opens(title: str, is_strange: bool) -> str:
        made = host.open("stranger" if is_strange else "ana", title, (LABEL,))
        return f"{host.address}/org/shop/issues/{made}"

    return Case(
        host,
        Place("github", host.address, "org/shop"),
        "@ana",
        has_due=False,
        has_pull_requests=True,
        opens=opens,
        closes=lambda address: host.close(number(address)),
        deletes=lambda address: host.issues.__delitem__(number(address)),
        moves=lambda address: host.move(number(address)),
        unlabels=lambda address: host.issues[number(address)]["labels"].clear(),
        comments=lambda address, text, is_strange: host.say(number(address), "stranger" if is_strange else "ana", text),
    )


@pytest.fixture(params=["github", "gitlab", "jira"])
def case(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Case]:
    if request.param == "github":
        yield github(request.getfixturevalue("github_api"))
    elif request.param == "gitlab":
        with GitlabHost() as host:
            monkeypatch.setenv("GITLAB_HOST", host.address)
            monkeypatch.setenv("GITLAB_TOKEN", gitlab_host.TOKEN)
            yield gitlab(host)
    else:
        with JiraHost() as site:
            monkeypatch.setenv("JIRA_URL", site.address)
            monkeypatch.setenv("JIRA_USER", jira_host.EMAIL)
            monkeypatch.setenv("JIRA_API_TOKEN", jira_host.TOKEN)
            yield jira(site)


def draft(**changes: Any) -> Draft:
    """What a new issue is to say."""
    return Draft("Add pool metrics", BODY, State.OPEN, ("@ana",), DUE)._replace(**changes)


def test_a_new_issue_is_found_as_it_was_made(case: Case) -> None:
    assert case.tracker().has_token
    made = case.tracker().create(draft(assignees=(case.person,)))
    (listed,) = case.tracker().issues()
    assert made == listed == case.read(made.address)
    assert made.address.startswith(f"{case.place.host}/")
    assert (made.title, made.body, made.state) == ("Add pool metrics", BODY, State.OPEN)
    assert (made.assignees, made.labels) == ((case.person,), (LABEL,))
    assert (made.due, made.is_ours, made.is_locked) == (DUE if case.has_due else None, True, False)


@pytest.mark.parametrize("text", HOSTILE)
def test_texts_come_back_as_they_were_written(case: Case, text: str) -> None:
    made = case.tracker().create(draft(body=text))
    assert case.read(made.address).body == text
    assert case.read(made.address).state is State.OPEN
    changed = case.tracker().update(made, Draft(body=f"{text}\n\nmore"))
    assert changed.body == case.read(made.address).body == f"{text}\n\nmore"
    case.tracker().comment(made, text)
    assert list(case.tracker().comments(made)) == [text]
    assert case.read(made.address).labels == (LABEL,)


@pytest.mark.parametrize("closed", [State.COMPLETED, State.NOT_PLANNED])
def test_an_issue_is_closed_and_opened_again(case: Case, closed: State) -> None:
    made = case.tracker().create(draft())
    for state in (closed, closed, State.OPEN, closed, State.OPEN, State.OPEN):
        before = case.read(made.address)
        changed = case.tracker().update(before, Draft(state=state))
        assert changed.state is state
        assert case.read(made.address) == changed == made._replace(state=state, labels=changed.labels)
    assert changed.labels == (LABEL,)


def test_one_way_of_closing_becomes_the_other(case: Case) -> None:
    made = case.tracker().create(draft(state=State.NOT_PLANNED))
    assert made.state is case.read(made.address).state is State.NOT_PLANNED
    for state in (State.COMPLETED, State.NOT_PLANNED, State.COMPLETED):
        assert case.tracker().update(case.read(made.address), Draft(state=state)).state is state
        assert case.read(made.address).state is state


def test_an_edit_changes_what_it_names_and_no_more(case: Case) -> None:
    address = case.opens("By hand", False)
    before = case.read(address)
    changed = case.tracker().update(before, Draft(title="Other"))
    assert changed == case.read(address) == before._replace(title="Other")
    changed = case.tracker().update(changed, Draft(assignees=(case.person,)))
    assert changed == case.read(address) == before._replace(title="Other", assignees=(case.person,))
    assert case.tracker().update(changed, Draft(assignees=())).assignees == case.read(address).assignees == ()


def test_an_edit_is_one_request(case: Case) -> None:
    tracker = case.tracker()
    made = tracker.create(draft())
    case.host.asked()
    tracker.update(made, Draft(title="Other", body="text", assignees=(), due=DUE))
    assert len(case.host.asked()) == 1


def test_a_lost_label_comes_back(case: Case) -> None:
    address = case.opens("By hand", False)
    case.unlabels(address)
    assert list(case.tracker().issues()) == []
    assert case.read(address).labels == ()
    assert case.tracker().update(case.read(address), Draft(title="x")).labels == case.read(address).labels == (LABEL,)


def test_issues_that_are_gone_say_so(case: Case) -> None:
    kept, deleted, moved = (case.opens(title, False) for title in ("kept", "deleted", "moved"))
    case.deletes(deleted)
    new = case.moves(moved)
    found = dict(case.tracker().find([deleted, kept, moved]))
    assert found.keys() == {deleted, kept, moved}
    assert isinstance(found[kept], Issue)
    for address, target in ((deleted, None), (moved, new)):
        gone = found[address]
        assert isinstance(gone, Gone)
        assert gone.moved_to == target
    assert [one.title for one in case.tracker().issues()] == ["kept"]


def test_what_strangers_write_is_not_ours(case: Case) -> None:
    strange, ours = case.opens("strange", True), case.opens("ours", False)
    assert {one.title: one.is_ours for one in case.tracker().issues()} == {"strange": False, "ours": True}
    case.comments(ours, "spam", True)
    case.comments(ours, "note", False)
    assert list(case.tracker().comments(case.read(ours))) == ["note"]
    assert list(case.tracker().comments(case.read(strange))) == []


@pytest.mark.slow
def test_many_pages_are_read_to_the_end(case: Case) -> None:
    addresses = [case.opens(f"{number}", False) for number in range(231)]
    for number in range(120):
        case.comments(addresses[0], f"{number}", False)
    tracker = case.tracker()
    case.host.asked()
    assert [one.title for one in tracker.issues()] == [str(number) for number in range(231)]
    assert len(case.host.asked()) <= 5
    assert [address for address, one in tracker.find(addresses) if isinstance(one, Issue)] == addresses
    assert len(case.host.asked()) <= (len(addresses) if case.place.kind == "github" else 3)
    assert list(tracker.comments(case.read(addresses[0]))) == [str(number) for number in range(120)]


def test_a_closing_tells_who_and_when(case: Case) -> None:
    address = case.opens("closed", False)
    case.closes(address)
    tracker = case.tracker()
    issues = list(tracker.issues())
    case.host.asked()
    closing = tracker.closings(issues)[address]
    assert len(case.host.asked()) == 1
    assert closing.by == case.person
    assert closing.at
    assert closing.at.utcoffset() == datetime.now(UTC).utcoffset()
    assert (closing.at.date(), closing.at.hour) == (date(2026, 11, 26), 10)
    assert tracker.closings([]) == {}


def test_an_issue_has_one_address(case: Case) -> None:
    tracker = case.tracker()
    made = tracker.create(draft())
    for reference in (made.name, made.address, f"{made.address}#note_1", f"{made.address}?x=1"):
        assert tracker.address(reference) == made.address
    for reference in ("", "#0", "#", "x", "https://elsewhere.test/browse/OPS-1", f"{case.place.host}.evil/1"):
        assert tracker.address(reference) is None


def test_assignable_handles(case: Case) -> None:
    handles = case.tracker().assignable()
    assert case.person in handles
    assert all(handle.startswith("@") and handle == handle.lower() for handle in handles)
    assert "@stranger" not in handles
    with pytest.raises(PirgenError, match="nobody"):
        case.tracker().create(draft(assignees=("@nobody",)))
    assert list(case.tracker().issues()) == []


def test_a_pull_request_is_opened_once(case: Case) -> None:
    if not case.has_pull_requests:
        with pytest.raises(PirgenError, match="no pull requests"):
            case.tracker().propose("pirgen/sync", "main", "Title", "Body")
        return
    first = case.tracker().propose("pirgen/sync", "main", "Title", "Body")
    assert first.startswith(f"{case.place.host}/")
    assert case.tracker().propose("pirgen/sync", "main", "Title", "Body") == first
    assert case.tracker().propose("other", "main", "Title", "Body") != first


def test_the_command_by_hand_is_safe_in_a_shell(case: Case) -> None:
    title = 'it\'s $(id) `id` "x" ; rm -rf / \\'
    words = shlex.split(case.tracker().by_hand(draft(title=title)))
    assert title in words
    assert LABEL in words


def asks(tracker: Tracker) -> dict[str, Callable[[], object]]:
    """All that asks the host."""
    issue = Issue(
        tracker.address("#1") or tracker.address("OPS-1") or "", "", "", "", State.OPEN, (), (), None, True, False
    )
    return {
        "issues": lambda: list(tracker.issues()),
        "find": lambda: list(tracker.find([issue.address])),
        "assignable": tracker.assignable,
        "create": lambda: tracker.create(draft(assignees=())),
        "close": lambda: tracker.update(issue, Draft(state=State.COMPLETED)),
        "closings": lambda: tracker.closings([issue]),
        "comments": lambda: list(tracker.comments(issue)),
        "comment": lambda: tracker.comment(issue, "text"),
    }


BAD = {
    "no JSON": Answer(200, raw=b"<html>Sign in"),
    "cut": Answer(200, raw=b'[{"iid": 1, "ti'),
    "nothing": Answer(200, raw=b""),
    "null": Answer(200, raw=b"null"),
    "another shape": Answer(200, {"message": ["x"]}),
    "wrong rows": Answer(200, [{"iid": "one", "accountId": 7}, 3]),
    "deep": Answer(200, raw=b"[" * 100_000),
    "no UTF-8": Answer(200, raw=b'{"a": "\xff\xfe"}'),
    "refused": Answer(403, {"message": "403 Forbidden \x1b[31m"}),
    "error": Answer(422, raw=b"\x00\xff"),
}


@pytest.mark.parametrize("answer", BAD.values(), ids=BAD)
def test_bad_answers_are_clear_errors(case: Case, answer: Answer) -> None:
    for what in asks(case.tracker()):
        case.host.awaiting.extend([answer] * 20)
        try:
            asks(case.tracker())[what]()
        except PirgenError as error:
            assert str(error).isprintable()
            continue
        finally:
            case.host.awaiting.clear()
        assert what == "comment"  # whose answer says nothing


def test_without_a_token_nothing_is_asked(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITLAB_TOKEN", "JIRA_API_TOKEN", "GITHUB_TOKEN", "GH_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    assert not case.tracker().has_token
    for what, ask in asks(case.tracker()).items():
        with pytest.raises(PirgenError, match="TOKEN"):
            ask()
        assert case.host.asked() == [], what
    case.tracker().by_hand(draft())


def test_a_token_goes_to_its_own_host_alone(case: Case) -> None:
    elsewhere = JsonHost()
    elsewhere.awaiting.extend([Answer(200, [])] * 50)
    with elsewhere:
        tracker = connect(case.place._replace(host=elsewhere.address), label=LABEL)
        for ask in asks(tracker).values():
            with pytest.raises(PirgenError):
                ask()
        assert not any(case_secret in str(one.headers) for one in elsewhere.requests for case_secret in _secrets(case))


def test_a_redirect_takes_no_token_along(case: Case) -> None:
    elsewhere = JsonHost()
    elsewhere.awaiting.extend([Answer(200, [])] * 50)
    with elsewhere:
        for what in asks(case.tracker()):
            case.host.awaiting.extend([Answer(302, None, {"Location": f"{elsewhere.address}/x"})] * 9)
            with pytest.raises(PirgenError):
                asks(case.tracker())[what]()
            case.host.awaiting.clear()
        assert not any(secret in str(one.headers) for one in elsewhere.requests for secret in _secrets(case))


def _secrets(case: Case) -> list[str]:
    return [{"github": github_host.TOKEN, "gitlab": gitlab_host.TOKEN, "jira": "Basic "}[case.place.kind]]
