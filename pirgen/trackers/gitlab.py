"""GitLab.com and GitLab on a host of one's own, by version 4 of the REST API.

GitLab knows open and closed issues only. Here a closed issue with the label `declined`, or one that was closed as a
duplicate, is one that nobody will do.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any
from urllib.parse import quote

import msgspec

from pirgen.errors import PirgenError
from pirgen.text.terminal import printable, uncontrolled
from pirgen.trackers import Closing, Draft, Gone, Issue, Place, State
from pirgen.trackers._http import Client
from pirgen.trackers._tokens import Token, gitlab

DECLINED = "declined"
"""The label of closed issues that nobody will do."""
REPORTER = 20
"""The access level from which on a member may edit every issue: who has it gains nothing by a false mark."""
MOST_TITLE = 255
"""How many characters a title has at most."""
_PAGE = 100
_HOSTS = "GITLAB_HOST where it is not gitlab.com"
_NAME = r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?"
_PROJECT = rf"{_NAME}(?:/{_NAME})+"
_IID = r"(?P<iid>[1-9][0-9]{0,9})"
_REFERENCE = re.compile(rf"\A(?P<project>{_PROJECT})?#{_IID}")
_PAGE_OF = re.compile(rf"\A/(?P<project>{_PROJECT})/(?:-/)?(?:issues|work_items)/{_IID}(?:[?#].*)?", re.DOTALL)
_COMMAND = re.compile(r"^([ \t]*)(\\*/(?=[A-Za-z]))", re.MULTILINE)
_TAMED = re.compile(r"^([ \t]*)\\(\\*/(?=[A-Za-z]))", re.MULTILINE)


class _User(msgspec.Struct):
    id: int
    username: str
    state: str = ""
    access_level: int = 0


class _Links(msgspec.Struct):
    closed_as_duplicate_of: str | None = None


class _Issue(msgspec.Struct):
    iid: int
    title: str
    state: str
    labels: list[str]
    assignees: list[_User]
    description: str | None = None
    author: _User | None = None
    due_date: date | None = None
    closed_at: datetime | None = None
    closed_by: _User | None = None
    moved_to_id: int | None = None
    discussion_locked: bool | None = None
    links: _Links = msgspec.field(name="_links", default_factory=_Links)


class _Note(msgspec.Struct):
    body: str
    author: _User | None = None
    system: bool = False


class _Merge(msgspec.Struct):
    web_url: str
    merged_at: datetime | None = None
    source_project_id: int | None = None
    target_project_id: int | None = None


class _Moved(msgspec.Struct):
    data: dict[str, dict[str, str] | None]


class Gitlab:
    """The issues of one project."""

    def __init__(self, place: Place, label: str) -> None:
        if not re.fullmatch(_PROJECT, place.project):
            raise PirgenError(f"`{printable(place.project)}` is no project of GitLab; write group/project")
        if "," in label:
            raise PirgenError(f"the label `{printable(label)}` has a comma, at which GitLab splits labels")
        self.place, self.label = place, label
        self._path = f"v4/projects/{quote(place.project, safe='')}"
        self._closed: dict[str, Closing] = {}
        """What the issues that were read say of their closing."""

    def issues(self) -> Iterator[Issue]:
        """All issues that carry the label. Those that were moved away are left out: their copy goes on elsewhere."""
        listed = self._client.pages(
            f"{self._path}/issues", _Issue, labels=self.label, state="all", sort="asc", per_page=_PAGE
        )
        return (self._issue(one) for one in listed if not one.moved_to_id)

    def find(self, addresses: Iterable[str]) -> Iterator[tuple[str, Issue | Gone]]:
        """The issues with these addresses, by one request for each hundred, and one more where some were moved."""
        asked = {address: self._iid(address) for address in addresses}
        found: dict[int, _Issue] = {}
        for some in _hundreds(dict.fromkeys(asked.values())):
            query = "".join(f"&iids[]={iid}" for iid in some)
            listed = self._client.get(f"{self._path}/issues?state=all&per_page={_PAGE}{query}", list[_Issue])
            found |= {one.iid: one for one in listed}
        moved = self._moved([one.moved_to_id for one in found.values() if one.moved_to_id])
        for address, iid in asked.items():
            if iid not in found:
                yield address, Gone("it was deleted, or the token may not read it")
            elif target := found[iid].moved_to_id:
                yield address, Gone("it was moved", moved.get(target))
            else:
                yield address, self._issue(found[iid])

    def address(self, reference: str) -> str | None:
        """The address of `#12`, `group/project#12` or of an issue's page; None for an issue of another project."""
        found = _REFERENCE.fullmatch(reference) or self._page(reference)
        if found is None or (found["project"] or self.place.project).lower() != self.place.project.lower():
            return None
        return self._address(int(found["iid"]))

    def assignable(self) -> frozenset[str]:
        """The handles of all active members."""
        return frozenset(f"@{name}" for name, one in self._members.items() if one.state == "active")

    def create(self, draft: Draft) -> Issue:
        """Make an issue with the label, and close it in a second request where the draft says so."""
        told = {**self._told(draft), "labels": self.label}
        answer = self._client.ask("POST", f"{self._path}/issues", told)
        issue = self._issue(self._client.read(answer, _Issue))
        return issue if draft.state in (None, State.OPEN) else self.update(issue, Draft(state=draft.state))

    def update(self, issue: Issue, draft: Draft) -> Issue:
        """Change an issue.

        Raises PirgenError where it was closed as a duplicate, and is to be completed.
        """
        iid = self._iid(issue.address)
        told, labels = self._told(draft), [self.label]
        if draft.state is State.NOT_PLANNED:
            labels.append(DECLINED)
        elif draft.state and DECLINED in issue.labels:
            told["remove_labels"] = DECLINED
        if draft.state and (draft.state is State.OPEN) != (issue.state is State.OPEN):
            told["state_event"] = "reopen" if draft.state is State.OPEN else "close"
        told["add_labels"] = ",".join(labels)
        answer = self._client.ask("PUT", f"{self._path}/issues/{iid}", told)
        changed = self._issue(self._client.read(answer, _Issue))
        if draft.state is State.COMPLETED and changed.state is State.NOT_PLANNED:
            raise PirgenError(f"{issue.name} was closed as a duplicate; reopen it in GitLab to close it as completed")
        return changed

    def closings(self, issues: Sequence[Issue]) -> Mapping[str, Closing]:
        """How these issues were closed. The evidence is the merge request that closes the issue and was merged last."""
        told = {}
        for issue in issues:
            iid = self._iid(issue.address)
            merged = [
                (one.merged_at, one.web_url)
                for one in self._client.get(f"{self._path}/issues/{iid}/closed_by", list[_Merge], per_page=_PAGE)
                if one.merged_at and one.web_url.startswith(f"{self.place.host}/")
            ]
            known = self._closed.get(issue.address, Closing())
            told[issue.address] = known._replace(evidence=max(merged)[1] if merged else None)
        return told

    def comments(self, issue: Issue) -> Iterator[str]:
        """The texts of the comments by members from Reporter on."""
        iid = self._iid(issue.address)
        for note in self._client.pages(f"{self._path}/issues/{iid}/notes", _Note, sort="asc", per_page=_PAGE):
            if not note.system and self._is_ours(note.author):
                yield _untamed(note.body)

    def comment(self, issue: Issue, text: str) -> None:
        """Add a comment."""
        iid = self._iid(issue.address)
        self._client.ask("POST", f"{self._path}/issues/{iid}/notes", {"body": _tamed(text)})

    def propose(self, branch: str, base: str, title: str, body: str) -> str:
        """Open a merge request. One of the same branch of a fork is another one."""
        path = f"{self._path}/merge_requests"
        there = self._client.get(path, list[_Merge], state="opened", source_branch=branch, target_branch=base)
        own = next((one for one in there if one.source_project_id == one.target_project_id), None)
        if own is None:
            told = {"source_branch": branch, "target_branch": base, "title": title, "description": _tamed(body)}
            own = self._client.read(self._client.ask("POST", path, told), _Merge)
        return own.web_url

    def by_hand(self, draft: Draft) -> str:
        """The command of GitLab's own client, `glab`."""
        said = [("--repo", f"{self.place.host}/{self.place.project}"), ("--label", self.label)]
        said += [("--title", draft.title or ""), ("--description", _tamed(draft.body or ""))]
        said += [("--assignee", handle.removeprefix("@")) for handle in draft.assignees or ()]
        said += [("--due-date", draft.due.isoformat())] if draft.due else []
        return (
            "glab issue create " + " ".join(f"{key} {shlex.quote(uncontrolled(one))}" for key, one in said) + " --yes"
        )

    def _told(self, draft: Draft) -> dict[str, Any]:
        """The part of a draft that a new and a changed issue have in common."""
        told: dict[str, Any] = {}
        if draft.title is not None:
            told["title"] = draft.title if len(draft.title) <= MOST_TITLE else f"{draft.title[: MOST_TITLE - 1]}…"
        if draft.body is not None:
            told["description"] = _tamed(draft.body)
        if draft.due is not None:
            told["due_date"] = draft.due.isoformat()
        if draft.assignees is not None:
            told["assignee_ids"] = [self._id(handle) for handle in draft.assignees] or [0]
        return told

    def _id(self, handle: str) -> int:
        member = self._members.get(handle.removeprefix("@").lower())
        if member is None:
            raise PirgenError(f"{handle} is not a member of {self.place.project}, so no issue can be assigned to them")
        return member.id

    @cached_property
    def _members(self) -> dict[str, _User]:
        """The members by their names in lower case, with their highest access levels."""
        listed = self._client.pages(f"{self._path}/members/all", _User, per_page=_PAGE)
        return {one.username.lower(): one for one in sorted(listed, key=lambda one: one.access_level)}

    def _is_ours(self, author: _User | None) -> bool:
        member = self._members.get(author.username.lower()) if author else None
        return member is not None and member.access_level >= REPORTER

    def _issue(self, one: _Issue) -> Issue:
        address = self._address(one.iid)
        state = State.OPEN
        if one.state == "closed":
            is_declined = DECLINED in one.labels or one.links.closed_as_duplicate_of
            state = State.NOT_PLANNED if is_declined else State.COMPLETED
            by = f"@{one.closed_by.username}" if one.closed_by else None
            self._closed[address] = Closing(by, one.closed_at.astimezone(UTC) if one.closed_at else None)
        return Issue(
            address,
            f"#{one.iid}",
            one.title,
            _untamed(one.description or ""),
            state,
            tuple(f"@{user.username}" for user in one.assignees),
            tuple(one.labels),
            one.due_date,
            self._is_ours(one.author),
            bool(one.discussion_locked),
        )

    def _page(self, address: str) -> re.Match[str] | None:
        """The project and the number of the issue of a page on this host."""
        host = self.place.host
        return _PAGE_OF.fullmatch(address[len(host) :]) if address.startswith(f"{host}/") else None

    def _address(self, iid: int) -> str:
        """The one address of an issue, whose page has several."""
        return f"{self.place.host}/{self.place.project}/-/issues/{iid}"

    def _iid(self, address: str) -> int:
        if self.address(address) is None:
            raise PirgenError(f"{printable(address)} is no issue of {self.place.project}")
        return int(address.rpartition("/")[2])

    def _moved(self, ids: Sequence[int]) -> dict[int, str]:
        """The addresses of issues by their ids in all of GitLab. The REST API tells them to administrators only."""
        known = {}
        for some in _hundreds(ids):
            asked = " ".join(f'i{id_}: issue(id: "gid://gitlab/Issue/{id_}") {{ webUrl }}' for id_ in some)
            answer = self._client.ask("POST", "graphql", {"query": f"{{ {asked} }}"}, may_repeat=True)
            told = self._client.read(answer, _Moved).data
            for id_ in some:
                if page := self._page((told.get(f"i{id_}") or {}).get("webUrl", "")):
                    known[id_] = f"{self.place.host}/{page['project']}/-/issues/{page['iid']}"
        return known

    @cached_property
    def _token(self) -> Token | None:
        return gitlab(self.place.host)

    @property
    def has_token(self) -> bool:
        """Whether there is a token, without which nothing is asked."""
        return self._token is not None

    @cached_property
    def _client(self) -> Client:
        if self._token is None:
            raise PirgenError(f"there is no token for {self.place.host}: set GITLAB_TOKEN, and {_HOSTS}")
        return Client(f"{self.place.host}/api", self._token, {})


def _hundreds(numbers: Iterable[int]) -> Iterator[list[int]]:
    """The numbers, at most a hundred at a time."""
    rest = list(numbers)
    for start in range(0, len(rest), _PAGE):
        yield rest[start : start + _PAGE]


def _tamed(text: str) -> str:
    """The text for GitLab, which obeys lines such as `/close`: a backslash before the slash makes them mere text."""
    return _COMMAND.sub(r"\1\\\2", text)


def _untamed(text: str) -> str:
    """The text as it was before it was tamed."""
    return _TAMED.sub(r"\1\2", text)


def open(place: Place, label: str) -> Gitlab:  # noqa: A001 - the name that every tracker's file has
    """The issues of a project of GitLab."""
    return Gitlab(place, label)
