"""Jira Cloud, by version 3 of its REST API.

Three things are different from issues on a code host. A status changes by a transition of the project's workflow, with
requests of its own. Texts are Atlassian documents, see `_description`. People are accounts: the handle of
one is the local part of its e-mail address where that is visible, and its name with dots otherwise.
"""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any
from unicodedata import normalize

import msgspec

from pirgen.errors import PirgenError
from pirgen.text.terminal import printable, uncontrolled
from pirgen.trackers import Closing, Draft, Gone, Issue, Place, State, _adf
from pirgen.trackers._description import PROPERTY, read, said, written
from pirgen.trackers._http import Client
from pirgen.trackers._tokens import Token, jira

DECLINED = "declined"
"""The label of closed issues that nobody will do, in whatever words the workflow puts it."""
MOST_TITLE = 254
"""How many characters a summary has at most."""
_FIELDS = ("summary", "description", "status", "resolution", "labels", "assignee", "creator", "duedate")
_KEY = r"[A-Z][A-Z0-9_]+-[1-9][0-9]{0,9}"
_DECLINES = re.compile(
    r"won'?t (?:do|fix)|will not (?:do|fix)|declined|rejected|cancell?ed|duplicate|obsolete|abandoned|not planned"
    r"|cannot reproduce|invalid",
    re.IGNORECASE,
)


class _Struct(msgspec.Struct, rename="camel"):
    """A part of an answer."""


class _Account(_Struct):
    account_id: str
    display_name: str = ""
    email_address: str = ""
    active: bool = True


class _Named(_Struct):
    name: str
    id: str = ""
    subtask: bool = False


class _Category(_Struct):
    key: str


class _Status(_Struct):
    name: str
    status_category: _Category

    @property
    def is_done(self) -> bool:
        return self.status_category.key == "done"


class _Fields(_Struct):
    summary: str
    status: _Status
    labels: list[str] = []
    description: Any = None
    resolution: _Named | None = None
    assignee: _Account | None = None
    creator: _Account | None = None
    duedate: date | None = None


class _Issue(_Struct):
    key: str
    fields: _Fields
    properties: dict[str, Any] = {}


class _Found(_Struct):
    issues: list[_Issue]
    next_page_token: str | None = None


class _Moved(_Struct):
    key: str


class _Types(_Struct):
    issue_types: list[_Named]


class _Field(_Struct):
    allowed_values: list[_Named] = []


class _Transition(_Struct):
    id: str
    to: _Status
    fields: dict[str, _Field] = {}

    def resolution(self, state: State) -> _Named | None:
        """The resolution to give for a state; None where the transition asks for none."""
        if "resolution" not in self.fields:
            return None
        values = self.fields["resolution"].allowed_values
        fitting = [one for one in values if _declines(one) == (state is State.NOT_PLANNED)]
        return next(iter(fitting or values), None)


class _Transitions(_Struct):
    transitions: list[_Transition]


class _Change(_Struct):
    field: str
    to: str | None = None


class _History(_Struct):
    created: str
    items: list[_Change]
    author: _Account | None = None


class _Changelog(_Struct):
    histories: list[_History]


class _Changed(_Struct):
    changelog: _Changelog


class _Property(_Struct):
    key: str
    value: Any = None


class _Comment(_Struct):
    body: Any = None
    author: _Account | None = None
    properties: list[_Property] = []


class _Comments(_Struct):
    comments: list[_Comment]
    total: int


class Jira:
    """The issues of one project."""

    def __init__(self, place: Place, label: str) -> None:
        if not re.fullmatch(r"[A-Z][A-Z0-9_]+", place.project):
            raise PirgenError(f"`{printable(place.project)}` is no key of a project of Jira, such as `OPS`")
        if not label or re.search(r"\s", label):
            raise PirgenError(f"the label `{printable(label)}` has blanks, which Jira takes in no label")
        self.place, self.label = place, label
        self._descriptions: dict[str, Any] = {}
        """The documents that the issues which were read have as their descriptions."""
        self._native: dict[str, State] = {}
        """The states of the issues that were read, as the workflow has them: without the label `declined`."""

    def issues(self) -> Iterator[Issue]:
        """All issues that carry the label. Jira takes some seconds until its search knows a new issue."""
        jql = f"project = {_quoted(self.place.project)} AND labels = {_quoted(self.label)} ORDER BY key ASC"
        query = {"jql": jql, "fields": ",".join(_FIELDS), "properties": PROPERTY, "maxResults": 100}
        token: str | None = ""
        while token is not None:
            found = self._client.get("search/jql", _Found, **query, nextPageToken=token or None)
            yield from map(self._issue, found.issues)
            if found.next_page_token == token:
                raise PirgenError(f"{self.place.host} answers the same page again and again")
            token = found.next_page_token

    def find(self, addresses: Iterable[str]) -> Iterator[tuple[str, Issue | Gone]]:
        """The issues with these addresses; one request for each hundred, and one for each that moved or is gone."""
        asked = {address: self._key(address) for address in addresses}
        found: dict[str, _Issue] = {}
        keys = list(dict.fromkeys(asked.values()))
        for start in range(0, len(keys), 100):
            some = {"issueIdsOrKeys": keys[start : start + 100], "fields": _FIELDS, "properties": [PROPERTY]}
            answer = self._client.ask("POST", "issue/bulkfetch", some, may_repeat=True)
            found |= {one.key: one for one in self._client.read(answer, _Found).issues}
        for address, key in asked.items():
            yield address, self._issue(found[key]) if key in found else self._gone(key)

    def address(self, reference: str) -> str | None:
        """The address of `OPS-12` or of an issue's page; None for an issue of another project."""
        key = rf"{self.place.project}-[1-9][0-9]{{0,9}}"
        found = re.fullmatch(
            rf"(?:{re.escape(self.place.host)}/browse/({key})(?:[?#].*)?|({key}))", reference, re.DOTALL
        )
        return self._address(found[1] or found[2]) if found else None

    def assignable(self) -> frozenset[str]:
        """The handles of the active accounts; Jira tells of a thousand at most."""
        return frozenset(self._handles.values())

    def create(self, draft: Draft) -> Issue:
        """Make an issue of the type Task with the label, and close it with more requests where the draft says so."""
        fields, properties = self._told(draft)
        fields |= {"project": {"key": self.place.project}, "issuetype": {"id": self._type}, "labels": [self.label]}
        answer = self._client.ask("POST", "issue", {"fields": fields, "properties": properties})
        made = self._client.read(answer, _Moved)
        issue = Issue(
            self._address(made.key),
            made.key,
            "",
            "",
            State.OPEN,
            (),
            (self.label,),
            None,
            is_ours=True,
            is_locked=False,
        )
        self._native[issue.address] = State.OPEN
        self._descriptions[issue.address] = None
        is_closed = draft.state not in (None, State.OPEN)
        issue = self._with(issue, draft)
        return self.update(issue, Draft(state=draft.state)) if is_closed else issue

    def update(self, issue: Issue, draft: Draft) -> Issue:
        """Change an issue in one request, and its status with three more.

        Raises PirgenError where the workflow has no transition to that state.
        """
        fields, properties = self._told(draft, self._description(issue) if draft.body is not None else None)
        labels = [{"add": self.label}]
        if draft.state is State.NOT_PLANNED:
            labels.append({"add": DECLINED})
        elif draft.state and DECLINED in issue.labels:
            labels.append({"remove": DECLINED})
        native = self._native.get(issue.address, issue.state)
        moves = draft.state is not None and draft.state is not native
        moves = moves and (draft.state, native) != (State.NOT_PLANNED, State.COMPLETED)  # the label alone says so
        if draft.state is State.OPEN and moves:  # many workflows let nobody edit a closed issue
            self._transition(issue, State.OPEN)
        told = {"fields": fields, "update": {"labels": labels}, "properties": properties}
        self._client.ask("PUT", f"issue/{self._key(issue.address)}", told)
        if draft.state and draft.state is not State.OPEN and moves:
            self._transition(issue, draft.state)
        return self._checked(issue, draft.state) if draft.state and moves else self._with(issue, draft)

    def closings(self, issues: Sequence[Issue]) -> Mapping[str, Closing]:
        """Who closed these issues, and when. Jira does not tell which change did it."""
        told = {}
        for issue in issues:
            query = {"fields": "status", "expand": "changelog"}
            log = self._client.get(f"issue/{self._key(issue.address)}", _Changed, **query).changelog.histories
            changed = [one for one in log if any(item.field == "resolution" and item.to for item in one.items)]
            changed = changed or [one for one in log if any(item.field == "status" for item in one.items)]
            last = max(changed, key=lambda one: _moment(one.created), default=None)
            by = self._handle(last.author) if last and last.author else None
            told[issue.address] = Closing(by, _moment(last.created) if last else None)
        return told

    def comments(self, issue: Issue) -> Iterator[str]:
        """The texts of the comments by people whom issues can be assigned to."""
        path, at = f"issue/{self._key(issue.address)}/comment", 0
        while True:
            query = {"startAt": at, "maxResults": 100, "orderBy": "created", "expand": "properties"}
            page = self._client.get(path, _Comments, **query)
            for one in page.comments:
                if self._is_ours(one.author):
                    yield said(one.body, next((kept.value for kept in one.properties if kept.key == PROPERTY), None))
            at += len(page.comments)
            if not page.comments or at >= page.total:
                return

    def comment(self, issue: Issue, text: str) -> None:
        """Add a comment."""
        told, properties = written(text)
        self._client.ask("POST", f"issue/{self._key(issue.address)}/comment", {"body": told, "properties": properties})

    def propose(self, branch: str, base: str, title: str, body: str) -> str:
        """Raises PirgenError: Jira has no pull requests."""
        raise PirgenError("Jira has no pull requests; push the branch, and open one where the repository is")

    def by_hand(self, draft: Draft) -> str:
        """The command of Atlassian's own client, `acli`. It has no option for the due date."""
        said = {
            "--project": self.place.project,
            "--type": "Task",
            "--label": self.label,
            "--summary": draft.title or "",
            "--description": _adf.without_comments(draft.body or "").strip(),
        }
        options = (f"{key} {shlex.quote(uncontrolled(value))}" for key, value in said.items())
        return f"acli jira workitem create {' '.join(options)}"

    def _told(self, draft: Draft, before: Any = None) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """The fields and the properties that a draft sets; `before` is the description that is there."""
        fields: dict[str, Any] = {}
        properties: list[dict[str, Any]] = []
        if draft.title is not None:
            fields["summary"] = _title(draft.title)
        if draft.body is not None:
            fields["description"], properties = written(draft.body, before)
        if draft.due is not None:
            fields["duedate"] = draft.due.isoformat()
        if draft.assignees is not None:
            fields["assignee"] = {"id": self._id(draft.assignees[0])} if draft.assignees else None
        return fields, properties

    def _with(self, issue: Issue, draft: Draft) -> Issue:
        """The issue after an edit that Jira took; it answers without the issue."""
        labels = (*issue.labels, self.label) if self.label not in issue.labels else issue.labels
        if draft.state is State.NOT_PLANNED and DECLINED not in labels:
            labels = (*labels, DECLINED)
        elif draft.state and draft.state is not State.NOT_PLANNED:
            labels = tuple(label for label in labels if label != DECLINED)
        return issue._replace(
            title=issue.title if draft.title is None else _title(draft.title),
            body=issue.body if draft.body is None else draft.body,
            state=draft.state or issue.state,
            assignees=issue.assignees if draft.assignees is None else tuple(map(str.lower, draft.assignees[:1])),
            labels=labels,
            due=draft.due or issue.due,
        )

    def _description(self, issue: Issue) -> Any:
        """The document that an issue has as its description, asked for where this run has not seen it."""
        if issue.address not in self._descriptions:
            path, query = f"issue/{self._key(issue.address)}", {"fields": ",".join(_FIELDS), "properties": PROPERTY}
            self._issue(self._client.get(path, _Issue, **query))
        return self._descriptions[issue.address]

    def _transition(self, issue: Issue, state: State) -> None:
        """Bring an issue to a state that the workflow offers."""
        path = f"issue/{self._key(issue.address)}/transitions"
        offered = self._client.get(path, _Transitions, expand="transitions.fields").transitions
        fitting = [one for one in offered if one.to.is_done != (state is State.OPEN)]
        if not fitting:
            raise PirgenError(
                f"Jira offers no transition that {'reopens' if state is State.OPEN else 'closes'} {issue.name}"
            )
        best = min(fitting, key=lambda one: _rank(one, state))
        told: dict[str, Any] = {"transition": {"id": best.id}}
        if resolution := best.resolution(state):
            told["fields"] = {"resolution": {"id": resolution.id}}
        self._client.ask("POST", path, told)

    def _checked(self, issue: Issue, state: State) -> Issue:
        """The issue after a transition. Raises PirgenError where the workflow brought it to another state."""
        query = {"fields": ",".join(_FIELDS), "properties": PROPERTY}
        now = self._issue(self._client.get(f"issue/{self._key(issue.address)}", _Issue, **query))
        if now.state is not state:
            raise PirgenError(
                f"the workflow of {issue.name} has brought it to another state; change its status in Jira"
            )
        return now

    def _gone(self, key: str) -> Gone:
        answer = self._client.ask("GET", f"issue/{key}", query={"fields": "summary"}, also=(404,))
        if answer.status == 404:
            return Gone("it was deleted, or the token may not read it")
        return Gone("it was moved", self._address(self._client.read(answer, _Moved).key))

    @cached_property
    def _type(self) -> str:
        """The id of the issue type Task, or of the first one that stands for itself."""
        path = f"issue/createmeta/{self.place.project}/issuetypes"
        types = [one for one in self._client.get(path, _Types, maxResults=100).issue_types if not one.subtask]
        if not types:
            raise PirgenError(f"the project {self.place.project} has no type of issue that the token may create")
        return next((one.id for one in types if one.name.lower() == "task"), types[0].id)

    @cached_property
    def _handles(self) -> dict[str, str]:
        """The handles of the accounts that issues can be assigned to, by account id.

        Those whom the same handle would name have their account id instead.
        """
        path, project = "user/assignable/search", self.place.project
        accounts = [
            one for one in self._client.get(path, list[_Account], project=project, maxResults=1000) if one.active
        ]
        times = Counter(_name(one) for one in accounts)
        return {one.account_id: _name(one) if times[_name(one)] == 1 else _by_id(one) for one in accounts}

    @cached_property
    def _own(self) -> str:
        """The id of the token's own account."""
        return self._client.get("myself", _Account).account_id

    def _id(self, handle: str) -> str:
        found = next((one for one, known in self._handles.items() if known == handle.lower()), None)
        if found is None:
            raise PirgenError(f"{handle} names nobody to whom issues of {self.place.project} can be assigned")
        return found

    def _handle(self, account: _Account) -> str:
        """The handle of any account. It is never that of another one to whom issues can be assigned."""
        name = _name(account)
        is_taken = name in self.assignable()
        return self._handles.get(account.account_id) or (_by_id(account) if is_taken else name)

    def _is_ours(self, account: _Account | None) -> bool:
        return account is not None and (account.account_id in self._handles or account.account_id == self._own)

    def _issue(self, one: _Issue) -> Issue:
        fields, address = one.fields, self._address(one.key)
        self._descriptions[address] = fields.description
        self._native[address] = state = _state(fields)
        if state is State.COMPLETED and DECLINED in fields.labels:
            state = State.NOT_PLANNED
        return Issue(
            address,
            one.key,
            fields.summary,
            read(fields.description, one.properties.get(PROPERTY)),
            state,
            (self._handle(fields.assignee),) if fields.assignee else (),
            tuple(fields.labels),
            fields.duedate,
            self._is_ours(fields.creator),
            is_locked=False,
        )

    def _address(self, key: str) -> str:
        if not re.fullmatch(_KEY, key):
            raise PirgenError(
                f"{self.place.host} answers with the name of an issue that is none: {printable(key[:80])}"
            )
        return f"{self.place.host}/browse/{key}"

    def _key(self, address: str) -> str:
        known = self.address(address)
        if known is None:
            raise PirgenError(f"{printable(address)} is no issue of {self.place.project}")
        return known.rpartition("/")[2]

    @cached_property
    def _token(self) -> Token | None:
        return jira(self.place.host)

    @property
    def has_token(self) -> bool:
        """Whether there is a token, without which nothing is asked."""
        return self._token is not None

    @cached_property
    def _client(self) -> Client:
        if self._token is None:
            raise PirgenError(f"there is no token for {self.place.host}: set JIRA_URL, JIRA_USER and JIRA_API_TOKEN")
        return Client(f"{self.place.host}/rest/api/3", self._token, {})


def _state(fields: _Fields) -> State:
    """The state of an issue as its workflow has it."""
    if not fields.status.is_done:
        return State.OPEN
    is_declined = _declines(fields.status) or _declines(fields.resolution)
    return State.NOT_PLANNED if is_declined else State.COMPLETED


def _declines(one: _Named | _Status | None) -> bool:
    """Whether a status or a resolution says that nobody will do it."""
    return one is not None and _DECLINES.fullmatch(one.name.replace("’", "'").strip()) is not None


def _rank(one: _Transition, state: State) -> tuple[bool, bool]:
    """How well a transition fits a state; the lowest is best."""
    if state is State.OPEN:
        return one.to.status_category.key != "new", False
    return _declines(one.to) != (state is State.NOT_PLANNED), one.resolution(state) is None


def _quoted(text: str) -> str:
    """A text of the query language JQL."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _title(text: str) -> str:
    """A title as Jira takes it: one line of at most `MOST_TITLE` characters."""
    line = " ".join(text.split())
    return line if len(line) <= MOST_TITLE else f"{line[: MOST_TITLE - 1]}…"


def _name(account: _Account) -> str:
    """The handle that an account's e-mail address or name makes."""
    said = account.email_address.partition("@")[0] or account.display_name
    ascii_ = normalize("NFKD", said).encode("ascii", "ignore").decode()
    name = re.sub(r"[^A-Za-z0-9._-]+", ".", ascii_).strip("._-")
    return f"@{name.lower()}" if name else _by_id(account)


def _by_id(account: _Account) -> str:
    return "@" + re.sub(r"[^A-Za-z0-9]+", "-", account.account_id).strip("-").lower()


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise PirgenError(f"Jira answers with a moment that is none: {printable(text[:40])}") from None


def open(place: Place, label: str) -> Jira:  # noqa: A001 - the name that every tracker's file has
    """The issues of a project of Jira."""
    return Jira(place, label)
