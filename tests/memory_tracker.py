"""A tracker in memory: it counts what it is asked, and can be cut off at any request, before or after its effect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pirgen.errors import PirgenError
from pirgen.trackers import Closing, Draft, Gone, Issue, Place, State

HOST, PROJECT = "https://tracker.example", "org/shop"
PAGE = 100


class CutOffError(PirgenError):
    """The run ended here."""


class MemoryTracker:
    """Issues of one project, and what strangers and members do to them."""

    def __init__(self, assignable: Iterable[str] = ("@ann", "@bob", "@cleo"), *, has_token: bool = True) -> None:
        self.place, self.label = Place("memory", HOST, PROJECT), "incident-followup"
        self.has_token = has_token
        self.people = frozenset(one.lower() for one in assignable)
        self.all: dict[str, Issue] = {}
        self.gone: dict[str, Gone] = {}
        self.closed_by: dict[str, Closing] = {}
        self.said: dict[str, list[str]] = {}
        self.proposals: dict[str, str] = {}
        self.requests: Counter[str] = Counter()
        self.cut: int | None = None
        """The number of requests after which the run ends; None for never."""
        self.cuts_after = False
        """Whether the last request has its effect before the run ends."""
        self._made = 0

    def issues(self) -> Iterator[Issue]:
        """All with the label; a request for each page."""
        found = [one for one in self.all.values() if one.carries(self.label)]
        for start in range(0, max(len(found), 1), PAGE):
            self._ask("page")
            self._asked()
            yield from found[start : start + PAGE]

    def find(self, addresses: Iterable[str]) -> Iterator[tuple[str, Issue | Gone]]:
        """One request each."""
        for address in addresses:
            self._ask("find")
            self._asked()
            yield address, self.gone.get(address) or self.all.get(address) or Gone("it was deleted")

    def address(self, reference: str) -> str | None:
        """`#12` and addresses of this project are ours."""
        if reference.startswith("#") and reference[1:].isdigit():
            return f"{HOST}/{PROJECT}/issues/{reference[1:]}"
        return reference if reference.startswith(f"{HOST}/{PROJECT}/issues/") else None

    def assignable(self) -> frozenset[str]:
        """The people, in one page."""
        self._ask("page")
        self._asked()
        return self.people

    def create(self, draft: Draft) -> Issue:
        """A new issue; it must say everything."""
        assert None not in (draft.title, draft.body, draft.state, draft.assignees), draft
        self._ask("create")
        issue = self.add(title=draft.title, body=draft.body, assignees=draft.assignees)
        self._asked()
        return issue

    def add(self, **values: Any) -> Issue:
        """An issue that is simply there."""
        self._made += 1
        address = f"{HOST}/{PROJECT}/issues/{self._made}"
        plain = Issue(address, f"#{self._made}", "", "", State.OPEN, (), (self.label,), None, True, False)
        self.all[address] = plain._replace(**values)
        return self.all[address]

    def change(self, address: str, **values: Any) -> Issue:
        """What somebody does in the tracker."""
        self.all[address] = self.all[address]._replace(**values)
        return self.all[address]

    def close(self, address: str, state: State = State.COMPLETED, **how: Any) -> None:
        """Somebody closes an issue."""
        self.change(address, state=state)
        self.closed_by[address] = Closing(**{"by": "@bob", **how})

    def update(self, issue: Issue, draft: Draft) -> Issue:
        """What the draft leaves out stays; a lost label comes back. Only people who can be assigned are."""
        self._ask("update")
        told = {key: value for key, value in draft._asdict().items() if value is not None and key != "due"}
        assert {who.lower() for who in draft.assignees or ()} <= self.people
        labels = self.all[issue.address].labels
        self.change(issue.address, **told, labels=(*dict.fromkeys((*labels, self.label)),))
        self._asked()
        return self.all[issue.address]

    def closings(self, issues: Sequence[Issue]) -> Mapping[str, Closing]:
        """One request for each; it asserts that nobody asks for nothing."""
        found = {}
        for issue in issues:
            assert issue.state is not State.OPEN
            self._ask("closing")
            self._asked()
            if issue.address in self.closed_by:
                found[issue.address] = self.closed_by[issue.address]
        return found

    def comments(self, issue: Issue) -> Iterator[str]:
        """What was said on an issue."""
        self._ask("comments")
        self._asked()
        yield from self.said.get(issue.address, [])

    def comment(self, issue: Issue, text: str) -> None:
        """Say something on an issue, unless it is locked."""
        if issue.is_locked:
            raise PirgenError(f"{issue.name} is locked")
        self._ask("comment")
        self.said.setdefault(issue.address, []).append(text)
        self._asked()

    def propose(self, branch: str, base: str, title: str, body: str) -> str:
        """The pull request of a branch, which is the one that is there."""
        self._ask("propose")
        self.proposals.setdefault(branch, f"{HOST}/{PROJECT}/pull/{len(self.proposals) + 1}")
        self._asked()
        return self.proposals[branch]

    def by_hand(self, draft: Draft) -> str:
        """A command with the title in it."""
        return f"make-issue {draft.title}"

    def _ask(self, what: str) -> None:
        self.requests[what] += 1
        if self._is_over and not self.cuts_after:
            raise CutOffError("the connection broke before the request")

    def _asked(self) -> None:
        if self._is_over and self.cuts_after:
            raise CutOffError("the connection broke after the request")

    @property
    def _is_over(self) -> bool:
        return self.cut is not None and self.requests.total() > self.cut
