"""The systems that keep issues, one a file, and what each of them can be asked.

A file has a function `open(place, label) -> Tracker`. It imports nothing that its own system does not need. Everything
that an answer says is hostile text: strangers write issues.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from importlib import import_module
from typing import NamedTuple, Protocol

from pirgen.errors import PirgenError
from pirgen.runtime import modules


class RefusedError(PirgenError):
    """A tracker refuses what it is asked about one issue; what it is asked about others may be granted."""


class Place(NamedTuple):
    """Where the issues are kept."""

    kind: str
    """The name of the tracker's file, such as `github`."""
    host: str
    """The address of the web pages' host, such as https://github.com."""
    project: str
    """The repository, such as `org/shop`, or the key of the project."""


class State(StrEnum):
    """What has become of an issue."""

    OPEN = "open"
    COMPLETED = "completed"
    """It is closed, and was done as far as the tracker knows."""
    NOT_PLANNED = "not_planned"
    """It is closed, and nobody will do it."""


class Issue(NamedTuple):
    """An issue as its tracker has it."""

    address: str
    """The address of its page. It is what `issue:` in a review says."""
    name: str
    """What people call it within the project, such as `#12` or `OPS-12`."""
    title: str
    body: str
    """Its text: Markdown, or what the tracker made of it."""
    state: State
    assignees: tuple[str, ...]
    """The handles of those it is assigned to, with `@`."""
    labels: tuple[str, ...]
    due: date | None
    """The due date where the tracker has a field for it; None otherwise."""
    is_ours: bool
    """Whether who opened it may write to the project, so that its hidden mark is believed."""
    is_locked: bool
    """Whether the tracker refuses comments."""

    def carries(self, label: str) -> bool:
        """Whether it carries a label; in whatever case, because trackers keep the case of the first use."""
        return label.casefold() in map(str.casefold, self.labels)


class Draft(NamedTuple):
    """What an issue is to say. None leaves a part as it is; a new issue has all of them."""

    title: str | None = None
    body: str | None = None
    """Markdown."""
    state: State | None = None
    assignees: tuple[str, ...] | None = None
    due: date | None = None
    """The due date, for trackers that have a field for it."""


class Closing(NamedTuple):
    """How an issue was closed; each is None where the tracker does not say."""

    by: str | None = None
    """The handle of who closed it, with `@`."""
    at: datetime | None = None
    """When, in UTC."""
    evidence: str | None = None
    """The address of the pull request or commit that closed it."""


class Gone(NamedTuple):
    """An issue that cannot be read under its address."""

    why: str
    """A sentence for people, such as `it was deleted`."""
    moved_to: str | None = None
    """The address under which it is now, where it was transferred."""


class Tracker(Protocol):
    """One project's issues. Each function raises PirgenError where the tracker refuses or cannot be reached."""

    place: Place
    label: str
    """The label of the issues that follow an incident up."""
    has_token: bool
    """Whether there is a token, without which nothing is asked."""

    def issues(self) -> Iterator[Issue]:
        """All issues that carry the label, open and closed."""

    def find(self, addresses: Iterable[str]) -> Iterator[tuple[str, Issue | Gone]]:
        """The issues with these addresses, with whatever labels, each with the address that was asked for."""

    def address(self, reference: str) -> str | None:
        """The address of the issue that a review's `issue:` names, such as `#12`; None for an issue kept elsewhere."""

    def assignable(self) -> frozenset[str]:
        """The handles, with `@` and in lower case, of those whom an issue can be assigned to."""

    def create(self, draft: Draft) -> Issue:
        """Make an issue with the label. It is never sent twice: where the answer is lost, a PirgenError says so."""

    def update(self, issue: Issue, draft: Draft) -> Issue:
        """Change an issue, in one request. What the draft leaves out stays; a lost label comes back."""

    def closings(self, issues: Sequence[Issue]) -> Mapping[str, Closing]:
        """How these issues were closed, by their addresses; at most one request each."""

    def comments(self, issue: Issue) -> Iterator[str]:
        """The texts of the comments on an issue by those who may write to the project."""

    def comment(self, issue: Issue, text: str) -> None:
        """Add a comment in Markdown."""

    def propose(self, branch: str, base: str, title: str, body: str) -> str:
        """Open a pull request, and return its address; that of the one that is open already where there is one.

        Raises PirgenError where the tracker has no pull requests.
        """

    def by_hand(self, draft: Draft) -> str:
        """The shell command by which a person makes this issue; empty where there is none."""


def names() -> list[str]:
    """The names of all trackers, without importing them."""
    return modules.names(__file__)


def connect(place: Place, *, label: str) -> Tracker:
    """The tracker at a place. It asks nothing yet, and needs no token until it is asked.

    Raises PirgenError where no file has that name, or the extra of its library is missing.
    """
    if place.kind not in names():
        raise PirgenError(f"there is no tracker `{place.kind}`; use {', '.join(names())}")
    tracker: Tracker = import_module(f"{__name__}.{place.kind}").open(place, label)
    return tracker
