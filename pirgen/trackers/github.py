"""GitHub, and GitHub Enterprise Server, by version 3 of the REST API and, for how an issue was closed, by GraphQL."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import Any

import msgspec

from pirgen.errors import PirgenError
from pirgen.runtime import environment
from pirgen.text.terminal import printable, uncontrolled
from pirgen.trackers import Closing, Draft, Gone, Issue, Place, State
from pirgen.trackers._http import Client
from pirgen.trackers._tokens import Token, github, is_host

VERSION = "2022-11-28"
"""The version of the API."""
PAGE = 100
BATCH = 50
"""How many issues one GraphQL query asks about."""
MOST_TITLE = 256
"""How many characters a title has at most."""
WRITERS = ("OWNER", "MEMBER", "COLLABORATOR")
"""What GitHub says of authors who may write to the repository."""
_PROJECT = re.compile(r"\A[A-Za-z0-9][A-Za-z0-9-]{0,38}/(?!\.{1,2}\Z)[A-Za-z0-9._-]{1,100}")
_REFERENCE = re.compile(r"\A(?:([A-Za-z0-9-]+/[A-Za-z0-9._-]+))?#([1-9][0-9]{0,9})")
_PAGE = re.compile(r"\A/([A-Za-z0-9-]+/[A-Za-z0-9._-]+)/issues/([1-9][0-9]{0,9})(?:[/?#].*)?")
_STATES = {
    State.OPEN: {"state": "open"},
    State.COMPLETED: {"state": "closed", "state_reason": "completed"},
    State.NOT_PLANNED: {"state": "closed", "state_reason": "not_planned"},
}
_CLOSINGS = """query($owner: String!, $name: String!) {{ repository(owner: $owner, name: $name) {{ {issues} }} }}
fragment closing on Issue {{ timelineItems(last: 1, itemTypes: [CLOSED_EVENT]) {{ nodes {{ ... on ClosedEvent {{
  createdAt actor {{ login }} closer {{ ... on PullRequest {{ url }} ... on Commit {{ url }} }} }} }} }} }}"""
_VIEWER = "query { viewer { login } }"


class _User(msgspec.Struct):
    login: str


class _Label(msgspec.Struct):
    name: str | None = None


class _Issue(msgspec.Struct):
    number: int
    title: str
    state: str
    html_url: str
    body: str | None = None
    state_reason: str | None = None
    user: _User | None = None
    assignees: list[_User] | None = None
    labels: list[_Label | str] = []
    author_association: str = "NONE"
    locked: bool = False
    pull_request: Any = None


class _Comment(msgspec.Struct):
    body: str | None = None
    user: _User | None = None
    author_association: str = "NONE"


class _Pull(msgspec.Struct):
    html_url: str


class _Closer(msgspec.Struct):
    url: str = ""


class _Closed(msgspec.Struct):
    createdAt: datetime | None = None  # noqa: N815 - GitHub's name
    actor: _User | None = None
    closer: _Closer | None = None


class _Nodes(msgspec.Struct):
    nodes: list[_Closed | None] = []


class _Timeline(msgspec.Struct):
    timelineItems: _Nodes  # noqa: N815 - GitHub's name


class _Repository(msgspec.Struct):
    repository: dict[str, _Timeline | None] | None = None


class _Viewer(msgspec.Struct):
    viewer: _User | None = None


class _Error(msgspec.Struct):
    message: str = ""


class _Closings(msgspec.Struct):
    data: _Repository | None = None
    errors: list[_Error] = []


class _Me(msgspec.Struct):
    data: _Viewer | None = None


class Github:
    """The issues of one repository."""

    def __init__(self, place: Place, label: str) -> None:
        if not _PROJECT.fullmatch(place.project):
            raise PirgenError(f"`{printable(place.project)}` is no repository of GitHub; write owner/name")
        self.place, self.label = place, label
        self._path = f"repos/{place.project}"

    @cached_property
    def _token(self) -> Token | None:
        return github(self.place.host)

    @property
    def has_token(self) -> bool:
        """Whether there is a token, without which nothing is asked."""
        return self._token is not None

    @cached_property
    def _api(self) -> Client:
        if self._token is None:
            raise PirgenError(f"there is no token for {printable(self.place.host)}: set GITHUB_TOKEN or GH_TOKEN")
        headers = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": VERSION}
        return Client(_roots(self.place.host)[0], self._token, headers)

    @cached_property
    def _graph(self) -> Client:
        return Client(_roots(self.place.host)[1], self._api.token, {})

    def issues(self) -> Iterator[Issue]:
        """All issues that carry the label, oldest first; pull requests are none."""
        asked = {"labels": self.label, "state": "all", "sort": "created", "direction": "asc", "per_page": PAGE}
        listed = self._api.pages(f"{self._path}/issues", _Issue, **asked)
        return (self._issue(one) for one in listed if one.pull_request is None)

    def find(self, addresses: Iterable[str]) -> Iterator[tuple[str, Issue | Gone]]:
        """The issues with these addresses, one request each."""
        for address in dict.fromkeys(addresses):
            yield address, self._found(self._number(address))

    def _found(self, number: int) -> Issue | Gone:
        answer = self._api.ask("GET", f"{self._path}/issues/{number}", also=(301, 404, 410))
        if answer.status == 301:
            place = answer.headers.get("location", "").removeprefix(f"{self._api.root}/")
            moved = self._api.ask("GET", place, also=(301, 404, 410))
            if moved.status != 200:
                return Gone("it was transferred to where the token may not read it")
            return Gone("it was transferred", self._api.read(moved, _Issue).html_url)
        if answer.status != 200:
            return Gone("it was deleted, or the token may not read it")
        one = self._api.read(answer, _Issue)
        return Gone("it is a pull request") if one.pull_request is not None else self._issue(one)

    def address(self, reference: str) -> str | None:
        """The address of `#12`, `owner/name#12` or of an issue's page; None for an issue of another repository."""
        found = _REFERENCE.fullmatch(reference)
        if not found and reference.startswith(f"{self.place.host}/"):
            found = _PAGE.fullmatch(reference[len(self.place.host) :])
        if not found or (found[1] or self.place.project).lower() != self.place.project.lower():
            return None
        return self._address(int(found[2]))

    def assignable(self) -> frozenset[str]:
        """The handles, in lower case, of those whom an issue can be assigned to."""
        listed = self._api.pages(f"{self._path}/assignees", _User, per_page=PAGE)
        return frozenset(f"@{one.login.lower()}" for one in listed)

    def create(self, draft: Draft) -> Issue:
        """Make an issue with the label, and close it in a second request where the draft says so."""
        told = {**self._told(draft._replace(state=None)), "labels": [self.label]}
        made = self._issue(self._api.read(self._api.ask("POST", f"{self._path}/issues", told), _Issue))
        return made if draft.state in (None, State.OPEN) else self.update(made, Draft(state=draft.state))

    def update(self, issue: Issue, draft: Draft) -> Issue:
        """Change an issue in one request; its other labels stay."""
        told = self._told(draft)
        if not issue.carries(self.label):
            told["labels"] = [*issue.labels, self.label]
        answer = self._api.ask("PATCH", f"{self._path}/issues/{self._number(issue.address)}", told)
        return self._issue(self._api.read(answer, _Issue))

    def closings(self, issues: Sequence[Issue]) -> Mapping[str, Closing]:
        """Who closed these issues, when, and by which pull request or commit."""
        found: dict[str, Closing] = {}
        owner, name = self.place.project.split("/")
        asked = iter(issues)
        while some := {f"i{self._number(one.address)}": one.address for one in islice(asked, BATCH)}:
            parts = " ".join(f"{key}: issue(number: {key[1:]}) {{ ...closing }}" for key in some)
            told = self._graphed(_CLOSINGS.format(issues=parts), {"owner": owner, "name": name}, _Closings)
            if told.data is None or told.data.repository is None:
                why = printable("; ".join(one.message for one in told.errors))[:200]
                raise PirgenError(f"{self._graph.name} does not say how the issues were closed: {why}")
            for key, line in told.data.repository.items():
                events = [one for one in (line.timelineItems.nodes if line else ()) if one]
                if key in some and events:
                    found[some[key]] = self._closing(events[-1])
        return found

    def comments(self, issue: Issue) -> Iterator[str]:
        """The texts of the comments on an issue by those who may write to the repository."""
        path = f"{self._path}/issues/{self._number(issue.address)}/comments"
        for one in self._api.pages(path, _Comment, per_page=PAGE):
            if self._is_ours(one):
                yield one.body or ""

    def comment(self, issue: Issue, text: str) -> None:
        """Add a comment in Markdown."""
        self._api.ask("POST", f"{self._path}/issues/{self._number(issue.address)}/comments", {"body": text})

    def propose(self, branch: str, base: str, title: str, body: str) -> str:
        """Open a pull request from a branch of this repository, unless one is open, and return its address."""
        asked = {"head": f"{self.place.project.split('/')[0]}:{branch}", "base": base, "state": "open"}
        for one in self._api.get(f"{self._path}/pulls", list[_Pull], **asked):
            return one.html_url
        told = {"title": title, "body": body, "head": branch, "base": base}
        return self._api.read(self._api.ask("POST", f"{self._path}/pulls", told), _Pull).html_url

    def by_hand(self, draft: Draft) -> str:
        """The command of GitHub's own tool by which a person makes this issue."""
        said = {
            "--repo": f"{self.place.host.split('://', 1)[1]}/{self.place.project}",
            "--label": self.label,
            "--assignee": ",".join(who.removeprefix("@") for who in draft.assignees or ()),
            "--title": draft.title or "",
            "--body": draft.body or "",
        }
        options = (f"{key} {shlex.quote(uncontrolled(value))}" for key, value in said.items() if value)
        return f"gh issue create {' '.join(options)}"

    def _told(self, draft: Draft) -> dict[str, Any]:
        """What a draft says, as the API takes it."""
        told: dict[str, Any] = {}
        if draft.title is not None:
            told["title"] = draft.title if len(draft.title) <= MOST_TITLE else f"{draft.title[: MOST_TITLE - 1]}…"
        if draft.body is not None:
            told["body"] = draft.body
        if draft.assignees is not None:
            told["assignees"] = [who.removeprefix("@") for who in draft.assignees]
        return told | (_STATES[draft.state] if draft.state else {})

    def _issue(self, one: _Issue) -> Issue:
        closed = State.COMPLETED if one.state_reason in (None, "completed", "reopened") else State.NOT_PLANNED
        return Issue(
            address=self._address(one.number),
            name=f"#{one.number}",
            title=one.title,
            body=one.body or "",
            state=State.OPEN if one.state == "open" else closed,
            assignees=tuple(f"@{who.login}" for who in one.assignees or ()),
            labels=tuple(name for label in one.labels if (name := label if isinstance(label, str) else label.name)),
            due=None,
            is_ours=self._is_ours(one),
            is_locked=one.locked,
        )

    def _is_ours(self, one: _Issue | _Comment) -> bool:
        if one.author_association in WRITERS:
            return True
        return one.user is not None and one.user.login == self._me

    @cached_property
    def _me(self) -> str | None:
        """Who the token speaks for: a person, or an app such as that of a workflow."""
        told = self._graphed(_VIEWER, {}, _Me)
        return told.data.viewer.login if told.data and told.data.viewer else None

    def _graphed(self, query: str, variables: Mapping[str, str], kind: type[Any]) -> Any:
        told = {"query": query, "variables": variables}
        return self._graph.read(self._graph.ask("POST", "graphql", told, may_repeat=True), kind)

    def _closing(self, event: _Closed) -> Closing:
        url = event.closer.url if event.closer else ""
        evidence = url if url.startswith(f"{self.place.host}/") else None
        return Closing(f"@{event.actor.login}" if event.actor else None, event.createdAt, evidence)

    def _address(self, number: int) -> str:
        return f"{self.place.host}/{self.place.project}/issues/{number}"

    def _number(self, address: str) -> int:
        return int(address.rpartition("/")[2])


def open(place: Place, label: str) -> Github:  # noqa: A001 - the name that every tracker's file has
    """The issues of a repository of GitHub."""
    return Github(place, label)


def _roots(host: str) -> tuple[str, str]:
    """The addresses of the REST API and of the one that has `graphql`, for the address of a host's pages."""
    rest, graph = environment.variable("GITHUB_API_URL"), environment.variable("GITHUB_GRAPHQL_URL")
    if rest and graph and is_host(host, environment.variable("GITHUB_SERVER_URL")):
        return rest, graph.rpartition("/")[0]
    if host == "https://github.com":
        return "https://api.github.com", "https://api.github.com"
    return f"{host}/api/v3", f"{host}/api"
