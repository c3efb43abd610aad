"""What has to be done so that reviews and their issues say the same. It asks nobody: all that is known is given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pirgen.followup.issue_text import Mark, body, mark, says, title
from pirgen.followup.items import Followed
from pirgen.trackers import Closing, Draft, Gone, Issue, State

CREATE, UPDATE, CLOSE, REOPEN, ADOPT, EDIT, CONFLICT, WAIT = KINDS = (
    "create", "update", "close", "reopen", "adopt", "edit", "conflict", "wait"
)  # fmt: skip
"""What a row of the plan does: the first four change an issue, `adopt` and `edit` the review, the last two nothing."""

Key = tuple[str, str]
"""What names an action item: the ids of its incident and its own."""


class Row(NamedTuple):
    """One action item, or one issue, about which something is to be done or said."""

    kind: str
    incident_id: str
    action_id: str
    note: str
    """What is done and why, as a sentence without a full stop."""
    issue: str = ""
    """The address of the issue; empty where there is none yet."""
    draft: Draft | None = None
    """What the issue is to say; None where it stays as it is."""
    values: Mapping[str, str] = {}
    """What the review is to say of the item."""

    @property
    def key(self) -> Key:
        """What names the item."""
        return self.incident_id, self.action_id


class Base(NamedTuple):
    """What both sides said when they last agreed."""

    state: State
    owner: str


class Known(NamedTuple):
    """All that a plan rests on."""

    head: str
    """The commit whose reviews are compared."""
    label: str
    items: Sequence[Followed]
    invalid: Sequence[str]
    """The files of reviews that are not valid, whose items are not known."""
    issues: Sequence[Issue]
    """The issues that carry the label, and those that reviews name."""
    gone: Mapping[str, Gone]
    """The issues that cannot be read, by the address in the review."""
    address: Callable[[str], str | None]
    """The address of what a review names as an issue; None for one that is kept elsewhere."""
    assignable: frozenset[str]
    base: Callable[[Followed | None, Mark], Base | None]
    """What a commit said of an item; None where the commit is not a part of this history or did not have the item."""
    renamed: Mapping[Key, Key]
    """The present ids of items by those that they once had."""


class Change(NamedTuple):
    """What became of one field on both sides since they last agreed."""

    ours: bool = False
    """Whether the review's value is new, and the issue is to have it."""
    theirs: bool = False
    """Whether the issue's value is new, and the review is to have it."""
    is_conflict: bool = False
    is_stale: bool = False
    """Whether both say the same, and something else than when they last agreed."""


def merged(base: Any, ours: Any, theirs: Any, *, is_known: bool) -> Change:
    """The three-way merge of one value; `is_known` says whether there is a base."""
    if ours == theirs:
        return Change(is_stale=not is_known or base != ours)
    if not is_known:
        return Change(is_conflict=True)
    return Change(ours=theirs == base, theirs=ours == base, is_conflict=base not in (ours, theirs))


def plan(known: Known) -> list[Row]:
    """The rows of the plan, by incident and item; without what the worktree says already."""
    rows = [*_Planner(known).rows()]
    return sorted(rows, key=lambda row: (row.incident_id, row.action_id, KINDS.index(row.kind), row.issue))


class _Planner:
    def __init__(self, known: Known) -> None:
        self.known = known
        self.items: dict[Key, Followed] = {}
        self.twice: set[Key] = set()
        for item in known.items:
            if item.key in self.items:
                self.twice.add(item.key)
            self.items.setdefault(item.key, item)
        self.issues = {issue.address: issue for issue in known.issues}
        self.addresses = {key: known.address(item.issue) for key, item in self.items.items() if item.issue}
        self.of_address: defaultdict[str, list[Key]] = defaultdict(list)
        for key, address in self.addresses.items():
            if address:
                self.of_address[address].append(key)
        self.marks = {issue.address: found for issue in known.issues if (found := mark(issue.body))}
        self.claims: defaultdict[Key, list[Issue]] = defaultdict(list)
        """The issues that no review names, by the item that their marks name."""
        for address, found in self.marks.items():
            if address not in self.of_address:
                self.claims[self._present(found)].append(self.issues[address])

    def _present(self, found: Mark) -> Key:
        key = (found.incident_id, found.action_id)
        return key if key in self.items else self.known.renamed.get(key, key)

    def rows(self) -> Iterator[Row]:
        for file in self.known.invalid:
            yield Row(WAIT, file, "", "the review is not valid, so its items are left alone; see `pirgen lint`")
        for key, item in self.items.items():
            if not item.is_left_alone:
                yield from self._of_item(key, item)
        for key, claims in self.claims.items():
            if key not in self.items:
                yield from map(self._of_lost, (one for one in claims if one.state is State.OPEN))

    def _of_item(self, key: Key, item: Followed) -> Iterator[Row]:
        address = self.addresses.get(key)
        if key in self.twice:
            yield self._row(CONFLICT, item, "several items have this id; give each its own")
        elif not item.issue:
            yield from self._without(item, self.claims.get(key, []))
        elif address is None:
            return  # it is kept elsewhere
        elif len(self.of_address[address]) > 1:
            others = " and ".join(" ".join(one) for one in self.of_address[address] if one != key)
            yield self._row(CONFLICT, item, f"{others} names this issue, too; give each its own", issue=address)
        elif gone := self.known.gone.get(address):
            yield from self._of_gone(item, address, gone)
        elif address in self.issues:
            yield from self._of_pair(item, self.issues[address])
            for other in (one for one in self.claims.get(key, []) if one.state is State.OPEN):
                note = "this issue claims the item, too; close it by hand"
                yield self._row(CONFLICT, item, note, issue=other.address)

    def _without(self, item: Followed, claims: Sequence[Issue]) -> Iterator[Row]:
        """The rows of an item that names no issue; `claims` are those that say that they are its."""
        claims = [issue for issue in claims if issue.state is State.OPEN]  # a closed one may be of an earlier item
        believed = [issue for issue in claims if issue.is_ours]
        strange = [issue for issue in claims if not issue.is_ours]
        for issue in strange:
            note = "its mark is not believed, as who opened it may not write here; name it, or take the mark away"
            yield self._row(CONFLICT, item, note, issue=issue.address)
        if len(believed) > 1:
            names = " and ".join(issue.name for issue in believed)
            yield self._row(CONFLICT, item, f"{names} claim the item; name one in the review, and close the other")
        elif believed:
            [issue] = believed
            if self._says(item, {"issue": issue.address}):
                return
            note = f"{issue.name} was made for it; the review is to name it"
            yield self._edit(ADOPT, item, issue.address, note, {"issue": issue.address})
        elif item.is_changed and (item.now is None or item.now.issue):
            yield self._row(WAIT, item, "it has changes that are not committed; commit them first")
        elif item.state is State.OPEN and not strange:
            yield self._row(CREATE, item, f"it gets an issue{self._not_assigned(item)}", draft=self._draft(item))

    def _of_gone(self, item: Followed, address: str, gone: Gone) -> Iterator[Row]:
        if not gone.moved_to:
            note = f"the issue cannot be read: {gone.why}; name another, or take `issue` out of the review"
            yield self._row(CONFLICT, item, note, issue=address)
        elif not self._says(item, {"issue": gone.moved_to}):
            note = f"{gone.why} to {gone.moved_to}"
            yield self._edit(EDIT, item, address, note, {"issue": gone.moved_to})

    def _of_lost(self, issue: Issue) -> Row:
        """The row of an issue whose mark names an item that is in no review any more."""
        found = self.marks[issue.address]
        about = found.incident_id, found.action_id
        if not issue.is_ours:
            return Row(WAIT, *about, "it claims an item that no review has, and is not believed", issue.address)
        if self.known.invalid:
            return Row(WAIT, *about, "its item may be in a review that is not valid", issue.address)
        if self.known.base(None, found) is None:
            note = "it names an item that this history does not know; close it, or bring the item back"
            return Row(CONFLICT, *about, note, issue.address)
        note = "the item was removed from its review"
        return Row(CLOSE, *about, note, issue.address, Draft(state=State.NOT_PLANNED))

    def _of_pair(self, item: Followed, issue: Issue) -> Iterator[Row]:
        """The row of an item and its issue."""
        found = self.marks.get(issue.address)
        if found is None and not issue.carries(self.known.label):
            note = f"{issue.name} was not made by pirgen; give it the label {self.known.label} to have it kept alike"
            yield self._row(WAIT, item, note, issue=issue.address)
            return
        base = self.known.base(item, found) if found and issue.is_ours else None
        state = merged(base and base.state, item.state, issue.state, is_known=base is not None)
        owner, theirs = self._owner(item, issue, base)
        if state.is_conflict or owner.is_conflict:
            yield self._row(CONFLICT, item, self._conflict(item, issue, state, theirs, base), issue=issue.address)
            return
        values = {**self._state_values(issue, state), **({"owner": theirs} if owner.theirs else {})}
        draft = self._difference(item, issue, state, owner, base)
        if draft is None and found and issue.is_ours and (state.is_stale or owner.is_stale) and not values:
            draft = Draft(body=self._body(item, issue.body))  # else a later change in git would look like an old one
        if values and self._says(item, values):
            values = {}
        if values and item.is_changed:
            yield self._row(WAIT, item, "it has changes that are not committed; commit them first", issue=issue.address)
            return
        if values or draft:
            row = self._pair_row(item, issue, values, draft)
            yield row._replace(note=f"{row.note}; it is locked") if issue.is_locked else row

    def _pair_row(self, item: Followed, issue: Issue, values: Mapping[str, str], draft: Draft | None) -> Row:
        said = []
        if "status" in values:
            words = {"done": "was closed", "declined": "was closed as not planned", "open": "was reopened"}
            said.append(f"{issue.name} {words[values['status']]}")
        if "owner" in values:
            said.append(f"{issue.name} was given to {values['owner']}")
        if draft and draft.state:
            states = {State.OPEN: "is open again", State.COMPLETED: "is done", State.NOT_PLANNED: "is declined"}
            said.append(f"the item {states[draft.state]}")
        elif draft:
            names = [name for name in ("title", "assignees", "due", "body") if getattr(draft, name) is not None]
            said.append(f"{', '.join(names) or 'label'} of the issue")
        kind = EDIT if values else UPDATE
        if not values and draft and draft.state:
            kind = REOPEN if draft.state is State.OPEN else CLOSE
        note = "; ".join(said) + (self._not_assigned(item) if draft and draft.assignees is not None else "")
        return self._row(kind, item, note, issue=issue.address, draft=draft, values=values)

    def _owner(self, item: Followed, issue: Issue, base: Base | None) -> tuple[Change, str]:
        """What became of the owner, and whom the issue is assigned to.

        Of several the present owner counts first, then the earlier one. An owner that cannot be assigned, such as a
        team, is not compared; it only takes the place of the earlier one.
        """
        ours = item.owner.lower()
        handles = {who.lower(): who for who in issue.assignees}
        if ours and ours not in self.known.assignable:
            return Change(ours=base is not None and base.owner.lower() in {*handles} - {ours}), ""
        before = base.owner.lower() if base else ""
        before = before if before in handles or before in self.known.assignable else ""
        theirs = next((one for one in (ours, before, *handles) if one in handles), "")
        change = merged(before, ours, theirs, is_known=base is not None)
        if not theirs and base is None:
            change = Change(ours=bool(ours))
        elif not theirs and change.theirs:  # nobody is assigned any more, and a review without an owner is no answer
            change = Change(is_conflict=True)
        return change, handles.get(theirs, "")

    def _state_values(self, issue: Issue, state: Change) -> dict[str, str]:
        """What the review is to say where the issue was closed or reopened."""
        if not state.theirs:
            return {}
        if issue.state is State.COMPLETED:
            return {"status": "done"}
        if issue.state is State.NOT_PLANNED:
            return {"status": "declined", "reason": f"closed as not planned in {issue.address}"}
        return {"status": "open"}

    def _assignees(self, item: Followed, issue: Issue, base: Base | None) -> tuple[str, ...]:
        """The owner in the place of the earlier one; others to whom people gave the issue keep it."""
        gone = {item.owner.lower(), base.owner.lower() if base else ""}
        others = (who for who in issue.assignees if who.lower() not in gone)
        return (*((item.owner,) if self._is_assignable(item) else ()), *others)

    def _difference(
        self, item: Followed, issue: Issue, state: Change, owner: Change, base: Base | None
    ) -> Draft | None:
        """What the issue has to say otherwise; None where nothing."""
        is_assignable = self._is_assignable(item)
        draft = Draft(
            title=title(item) if issue.title != title(item) else None,
            body=None if says(item, issue.body, is_assignable=is_assignable) else self._body(item, issue.body),
            state=item.state if state.ours else None,
            assignees=self._assignees(item, issue, base) if owner.ours else None,
            due=item.due if issue.due is not None and issue.due != item.due else None,
        )
        if draft != Draft() and draft.body is None and not state.theirs and not owner.theirs:
            return draft._replace(body=self._body(item, issue.body))
        return draft if draft != Draft() or not issue.carries(self.known.label) else None

    def _body(self, item: Followed, before: str) -> str:
        return body(item, self.known.head, before, is_assignable=self._is_assignable(item))

    def _draft(self, item: Followed) -> Draft:
        assignees = (item.owner,) if self._is_assignable(item) else ()
        return Draft(title(item), self._body(item, ""), State.OPEN, assignees, item.due)

    def _is_assignable(self, item: Followed) -> bool:
        return item.owner.lower() in self.known.assignable

    def _not_assigned(self, item: Followed) -> str:
        return (
            ""
            if not item.owner or not self.known.assignable or self._is_assignable(item)
            else f"; {item.owner} cannot be assigned"
        )

    def _conflict(self, item: Followed, issue: Issue, state: Change, theirs: str, base: Base | None) -> str:
        why = "both were changed" if base else "no common commit says which is newer"
        if issue.address in self.marks and not issue.is_ours:
            why = "its mark is not believed, as somebody opened it who may not write here"
        if state.is_conflict:
            shown = {State.OPEN: "open", State.COMPLETED: "done", State.NOT_PLANNED: "declined"}
            return f"the review says {shown[item.state]}, {issue.name} {shown[issue.state]}, and {why}"
        if not theirs:
            return f"the review says {item.owner}, and nobody is assigned to {issue.name} any more; assign somebody"
        return f"the review says {item.owner or 'nobody'}, {issue.name} {theirs}, and {why}"

    def _says(self, item: Followed, values: Mapping[str, str]) -> bool:
        """Whether the worktree says it already, so that only a commit is missing."""
        if item.now is None or not item.is_changed:
            return False
        return all(getattr(item.now, key) == value for key, value in values.items() if key != "reason")

    def _edit(self, kind: str, item: Followed, address: str, note: str, values: Mapping[str, str]) -> Row:
        if item.is_changed:
            return self._row(WAIT, item, "it has changes that are not committed; commit them first", issue=address)
        return self._row(kind, item, note, issue=address, values=values)

    @staticmethod
    def _row(kind: str, item: Followed, note: str, **more: Any) -> Row:
        return Row(kind, *item.key, note, **more)


def with_closings(rows: Iterable[Row], closings: Mapping[str, Closing]) -> list[Row]:
    """The rows with what the tracker says of who closed the issues, and by what."""
    return [_closed(row, closings.get(row.issue, Closing())) if "status" in row.values else row for row in rows]


def _closed(row: Row, closing: Closing) -> Row:
    values, by = dict(row.values), f" by {closing.by}" if closing.by else ""
    if values["status"] == "done":
        values["evidence"] = closing.evidence or row.issue
        return row._replace(values=values, note=f"{row.note}{by}, {closing.evidence or 'by hand'}")
    if values["status"] == "declined":
        values["reason"] = f"closed as not planned{by} in {row.issue}"
        return row._replace(values=values, note=f"{row.note}{by}")
    return row
