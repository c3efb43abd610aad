"""A slow teller of stories: it knows every state of every file and compares moments, and shares no code with pirgen.

It follows the definitions in docs/explanation/numbers.md, on histories as `half_year` makes them.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from tests.reader import Reader
from tests.support import Repo
from tests.test_ledger_reader import play

BEGIN = datetime(2025, 1, 6, tzinfo=UTC)
MIDNIGHTS = [BEGIN + timedelta(days=number) for number in range(220)]
CLOSED = ("done", "declined")


class Item(NamedTuple):
    """An action item in one revision."""

    key: str
    status: str
    due: str | None
    owner: str | None


class Frame(NamedTuple):
    """What all reviews said from a moment on: the items of each incident by a number that never changes."""

    at: datetime
    commit: str
    items: dict[tuple[str, int], Item]


class Watcher(Reader):
    """A reader that remembers every state."""

    def __init__(self, origin: Path, place: Path, now: int) -> None:
        self.numbers = 0
        self.states: dict[str, dict[tuple[str, int], Item]] = {}
        self.now: dict[tuple[str, int], Item] = {}
        super().__init__(origin, place, now)
        self.frames = [
            Frame(datetime.fromtimestamp(self.times[commit], UTC), commit, items)
            for commit, items in self.states.items()
        ]

    def compare(self, commit: str, name: str, old: Any, new: Any) -> None:
        super().compare(commit, name, old, new)
        self.now = {place: item for place, item in self.now.items() if place[0] != name}
        for item in new["action_items"] if new else ():
            life = self.lives[name][item["id"]]
            if "number" not in life:
                self.numbers += 1
                life["number"] = self.numbers
            said = item.get("status", "open")
            self.now[name, life["number"]] = Item(item["id"], said, item.get("due"), item.get("owner"))
        self.states[commit] = self.now

    def at(self, moment: datetime) -> dict[tuple[str, int], Item]:
        """All items at a moment."""
        index = bisect_right(self.frames, moment, key=lambda frame: frame.at)
        return self.frames[index - 1].items if index else {}

    def story(self, since: datetime, until: datetime) -> set[tuple[Any, ...]]:
        """What happened after a moment and up to another: kind, incident, item, commit, days or change, past."""
        found: set[tuple[Any, ...]] = set()
        for name in {name for _, name, *_ in self.told}:
            told = [one for one in self.told if one[1] == name and not one[2]]
            ours = [one for one in told if since < self.time(one[0]) <= until]
            if ours and ours[0] is told[0]:
                found.add(("incident_opened", name, None, ours.pop(0)[0], None, ()))
            if ours:
                past = tuple(one[3] for one in ours[:-1])
                found.add((f"review_{ours[-1][3]}", name, None, ours[-1][0], None, past))
        for place in {place for frame in self.frames for place in frame.items}:
            found |= {*self.item(place, since, until)}
        return found

    def time(self, commit: str) -> datetime:
        return datetime.fromtimestamp(self.times[commit], UTC)

    def item(self, place: tuple[str, int], since: datetime, until: datetime) -> Iterator[tuple[Any, ...]]:
        name, last = place[0], None
        before: Item | None = None
        known: Item | None = None
        happened: list[tuple[str, str]] = []
        moved = {"due": "", "owner": ""}
        is_here = False
        for frame in self.frames:
            if frame.at > until:
                break
            new = frame.items.get(place)
            changes = [*self.happened(last, new, is_here)]
            if frame.at > since:
                happened += [(change, frame.commit) for change in changes]
                for field in moved:
                    if new and last and getattr(new, field) != getattr(last, field):
                        moved[field] = frame.commit
            elif new or last:
                before = new or last
            last, is_here, known = new or last, new is not None, new or known
        if known is None:
            return
        if happened:
            kind, commit = happened[-1]
            late = days(self.time(commit).date(), known.due) if kind == "closed" else None
            past = tuple(change for change, _ in happened[:-1])
            yield f"action_{kind}", name, known.key, commit, late, past
        if before and is_here:
            if before.owner != known.owner:
                yield "action_reassigned", name, known.key, moved["owner"], (before.owner, known.owner), ()
            if before.due != known.due:
                kind = "dated" if not before.due else "undated" if not known.due else "moved_earlier"
                if before.due and known.due and known.due > before.due:
                    kind = "moved_later"
                yield f"action_{kind}", name, known.key, moved["due"], (before.due, known.due), ()
        run: datetime | None = None
        for moment in sorted({*(frame.at for frame in self.frames), *MIDNIGHTS, until}):
            if moment <= until:
                item = self.at(moment).get(place)
                is_late = item and item.status not in CLOSED and item.due and item.due < moment.date().isoformat()
                run = (run or moment) if is_late else None
        if run and run > since:
            yield "action_overdue", name, known.key, None, days(until.date(), known.due), ()

    def happened(self, last: Item | None, new: Item | None, is_here: bool) -> Iterator[str]:
        if new is None:
            if is_here:
                yield "removed"
            return
        if last is None:
            yield "opened"
            return
        if not is_here:
            yield "restored"
        if last.status != new.status:
            if new.status in CLOSED:
                yield {"done": "closed", "declined": "declined"}[new.status]
            elif last.status in CLOSED:
                yield "reopened"

    def reminders(self, since: datetime, until: datetime, steps: tuple[int, ...]) -> set[str]:
        """The items and steps of which somebody is to be reminded, as INCIDENT/ITEM/DUE/STEP/OWNER.

        It is at a midnight, or for the last step before git saw the due date when git saw it.
        """
        found = set()
        seen: set[tuple[Any, ...]] = set()
        for frame in self.frames:
            for place, item in self.at(frame.at).items():
                if item.status in CLOSED or not item.due or (*place, item.due) in seen:
                    continue
                seen.add((*place, item.due))
                begin = datetime.fromisoformat(f"{item.due}T00:00Z")
                passed = [step for step in steps if begin + timedelta(days=step) < frame.at]
                if passed and since < frame.at <= until:
                    found.add(f"{place[0]}/{item.key}/{item.due}/{max(passed)}/{item.owner}")
        for midnight in MIDNIGHTS:
            if since < midnight <= until:
                for place, item in self.at(midnight).items():
                    for step in steps:
                        due = f"{midnight - timedelta(days=step):%Y-%m-%d}"
                        if item.status not in CLOSED and item.due == due:
                            found.add(f"{place[0]}/{item.key}/{due}/{step}/{item.owner}")
        return found


def days(day: date, due: str | None) -> int | None:
    late = (day - date.fromisoformat(due)).days if due else 0
    return late if late > 0 else None


def half_year(repo: Repo, seed: int = 3, count: int = 80) -> None:
    """About half a year of two incidents, whose items are opened, moved, handed over, closed, renumbered and lost."""
    chance = random.Random(seed)
    texts = ["Add metrics", "Add tests", "Buy time", "Learn"]
    dues = [f"{BEGIN + timedelta(days=7 * week):%Y-%m-%d}" for week in range(1, 26)]
    held: dict[int, dict[str, Any]] = {}
    steps: list[dict[str, Any]] = []
    for number in range(count):
        which = chance.choice([1, 1, 2])
        now = min(number * 25 // count, 22)
        said = held.get(which) or {"items": [], "ids": [1, 2, 3]}
        items = [{**item} for item in said["items"]]
        if len(items) < 3 and chance.random() < 0.5:
            text = chance.choice([one for one in texts if one not in {item["action"] for item in items}])
            items.append({"action": text, "due": dues[now + 1], "owner": "@qa"})
        if items and chance.random() < 0.8:
            item = chance.choice(items)
            match chance.choice(["due", "due", "due", "status", "status", "owner", "gone"]):
                case "due":
                    item["due"] = chance.choice([*dues[now : now + 3], dues[now], None])
                case "status":
                    item["status"] = chance.choice(["open", "in_progress", "done", "declined", "open"])
                case "owner":
                    item["owner"] = chance.choice(["@qa", "@web"])
                case _:
                    items.remove(item)
        ids = chance.sample([1, 2, 3], 3) if chance.random() < 0.15 else said["ids"]
        held[which] = {"items": items, "ids": ids, "status": chance.choice(["draft", "complete", "complete"])}
        files: dict[int, Any] = {which: held[which] if chance.random() > 0.1 else "delete"}
        steps.append({"files": files, "hours": chance.randrange(8, 100), "branch": chance.choice(["", "", "squash"])})
    play(repo, steps)
