"""Whatever people do on both sides, and wherever runs end: whole runs leave both sides alike, or name the conflict."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pirgen.followup.plan import Row
from pirgen.trackers import Gone, Issue, State
from tests.memory_tracker import HOST, CutOffError
from tests.support import review
from tests.syncing import FILE, Shop, ann

STATES = {"open": State.OPEN, "in_progress": State.OPEN, "done": State.COMPLETED, "declined": State.NOT_PLANNED}
WHO = ("@ann", "@bob", "@cleo")
PLACE = st.integers(0, 2)
STEP = st.one_of(
    st.tuples(st.just("status"), PLACE, st.sampled_from([*STATES])),
    st.tuples(st.just("owner"), PLACE, st.sampled_from([*WHO, "@org/team"])),
    st.tuples(st.just("reword"), PLACE, st.sampled_from(["soon", "<b> @bob #4"])),
    st.tuples(st.just("remove"), PLACE),
    st.tuples(st.just("renumber")),
    st.tuples(st.just("commit")),
    st.tuples(st.just("close"), PLACE, st.sampled_from([State.COMPLETED, State.NOT_PLANNED])),
    st.tuples(st.just("reopen"), PLACE),
    st.tuples(st.just("assign"), PLACE, st.lists(st.sampled_from(WHO), max_size=2, unique=True)),
    st.tuples(st.just("retitle"), PLACE),
    st.tuples(st.just("unlabel"), PLACE),
    st.tuples(st.just("write"), PLACE, st.sampled_from(["before", "after", "instead"])),
    st.tuples(st.just("delete"), PLACE),
    st.tuples(st.just("transfer"), PLACE),
    st.tuples(st.just("run")),
    st.tuples(st.just("cut"), st.integers(0, 6), st.booleans()),
)


class World:
    """A project, its tracker, and what happens to them."""

    def __init__(self, folder: Path) -> None:
        self.shop = Shop(folder, *(ann(f"AI-{number}", f"Task{number} now") for number in range(3)))
        self.file, self.number = FILE, 1
        self.let_go: set[str] = set()
        """The items whose issue may be made a second time, because the first one was lost or closed."""

    def do(self, step: tuple[Any, ...]) -> None:
        """Take a step, where it can be taken."""
        getattr(self, f"_{step[0]}")(*step[1:])

    def items(self) -> list[dict[str, Any]]:
        """The items in the worktree."""
        return list(self.shop.data(self.file)["action_items"])

    def _write_items(self, items: list[dict[str, Any]]) -> None:
        data = {**self.shop.data(self.file), "action_items": items}
        if not items:
            data["no_action_items_reason"] = "none are left"
        self.shop.repo.write(self.file, yaml.safe_dump(data, sort_keys=False, allow_unicode=True))

    def _edit(self, place: int, **values: Any) -> None:
        items = self.items()
        if place < len(items):
            items[place] = {key: value for key, value in {**items[place], **values}.items() if value is not None}
            self._write_items(items)

    def _status(self, place: int, status: str) -> None:
        self._edit(place, status=status, reason="no" if status == "declined" else None,
                   evidence="#3" if status == "done" else None)  # fmt: skip

    def _owner(self, place: int, owner: str) -> None:
        self._edit(place, owner=owner)

    def _reword(self, place: int, words: str) -> None:
        items = self.items()
        if place < len(items):
            self._edit(place, action=f"{items[place]['action'].split()[0]} {words}")

    def _remove(self, place: int) -> None:
        items = self.items()
        if place < len(items):
            self.let_go.add(items[place]["action"].split()[0])
            self._write_items(items[:place] + items[place + 1 :])

    def _renumber(self) -> None:
        self.commit()
        data, self.number = self.shop.data(self.file), self.number + 1
        new = f"INC-00{self.number}"
        data |= {"incident_id": new, "former_ids": [*data.get("former_ids", []), data["incident_id"]]}
        text = yaml.safe_dump(data, sort_keys=False, allow_unicode=True)
        self.shop.commit({self.file: None, f"pir/{new}.yaml": text})
        self.file = f"pir/{new}.yaml"

    def commit(self) -> None:
        """Commit the worktree."""
        self.shop.commit()

    _commit = commit

    def _issue(self, place: int) -> Issue | None:
        found = [*self.shop.tracker.all.values()]
        return found[place] if place < len(found) else None

    def _change(self, place: int, **values: Any) -> None:
        if issue := self._issue(place):
            self.shop.tracker.change(issue.address, **values)

    def _close(self, place: int, state: State) -> None:
        if issue := self._issue(place):
            self.shop.tracker.close(issue.address, state)

    def _reopen(self, place: int) -> None:
        self._change(place, state=State.OPEN)

    def _assign(self, place: int, who: list[str]) -> None:
        self._change(place, assignees=(*who,))

    def _retitle(self, place: int) -> None:
        self._change(place, title="pwned")

    def _unlabel(self, place: int) -> None:
        if (issue := self._issue(place)) and issue.address in self._named():
            self._change(place, labels=("bug",))

    def _write(self, place: int, where: str) -> None:
        if (issue := self._issue(place)) and (where != "instead" or issue.address in self._named()):
            bodies = {"before": f"see\r\n{issue.body}", "after": f"{issue.body}\r\nsee", "instead": "see"}
            self._change(place, body=bodies[where])

    def _named(self) -> set[str]:
        """The issues that HEAD names, which are found without label or mark."""
        text = self.shop.repo.git("show", f"HEAD:{self.file}")
        return {one.get("issue", "") for one in yaml.safe_load(text)["action_items"]}

    def _delete(self, place: int) -> None:
        if issue := self._issue(place):
            self.let_go.add(task(issue))
            del self.shop.tracker.all[issue.address]

    def _transfer(self, place: int) -> None:
        if issue := self._issue(place):
            self.let_go.add(task(issue))
            del self.shop.tracker.all[issue.address]
            self.shop.tracker.gone[issue.address] = Gone("it was transferred", f"{HOST}/org/other/issues/{place + 1}")

    def _run(self) -> None:
        self.shop.sync()

    def _cut(self, at: int, after: bool) -> None:
        tracker = self.shop.tracker
        tracker.cut, tracker.cuts_after = tracker.requests.total() + at, after
        with suppress(CutOffError):
            self.shop.sync()
        tracker.cut = None


def task(issue: Issue) -> str:
    """The item that an issue was made for, whatever became of its title and text since."""
    found = re.search(r"Task\d", issue.body + issue.title)
    return found[0] if found else ""


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@example([("cut", 2, True), ("renumber",)])
@given(st.lists(STEP, min_size=3, max_size=16))
def test_any_interleaving_ends_alike_or_in_a_conflict(steps: list[tuple[Any, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder, "shop"))
        for step in steps:
            world.do(step)
        for _ in range(3):  # an issue that was lost is adopted first, then what people did to it is brought back
            world.commit()
            world.shop.sync()
        check(world)


def check(world: World) -> None:
    """Both sides are alike, but for the conflicts of the plan; no issue is double."""
    shop, rows = world.shop, world.shop.plan().rows
    assert {row.kind for row in rows} <= {"conflict", "wait"}, rows
    issues = shop.tracker.all
    for one in world.items():
        listed = [
            row
            for row in rows
            if (row.incident_id, row.action_id) == (world.shop.data(world.file)["incident_id"], one["id"])
        ]
        alike(shop, one, issues.get(one.get("issue", "")), listed)
    made = Counter(task(issue) for issue in issues.values() if task(issue) not in world.let_go)
    assert all(count == 1 for name, count in made.items() if name), made
    named = {one.get("issue") for one in world.items()}
    stray = [one for one in issues.values() if one.state is State.OPEN and one.address not in named]
    assert {one.address for one in stray} <= {row.issue for row in rows}, (stray, rows)


def alike(shop: Shop, said: dict[str, Any], issue: Issue | None, listed: list[Row]) -> None:
    """An item and its issue say the same, or the plan says why not."""
    if any(row.kind == "conflict" for row in listed):
        return
    state = STATES[said.get("status", "open")]
    if issue is None:
        assert state is not State.OPEN or "/org/other/" in said.get("issue", ""), said
        return
    assert issue.state is state, (said, issue)
    assert said["owner"] not in shop.tracker.people or said["owner"] in issue.assignees, (said, issue)
    assert f"{said['id']}: {said['action']}" in issue.title
    assert shop.tracker.label in issue.labels


def test_a_step_of_each_kind_can_be_taken(tmp_path: Path) -> None:
    world = World(tmp_path / "shop")
    world.do(("run",))
    for step in (("status", 0, "done"), ("owner", 1, "@bob"), ("reword", 2, "soon"), ("commit",), ("renumber",)):
        world.do(step)
    assert review("INC-002")[:22] == (world.shop.repo.folder / world.file).read_text()[:22]
    for other in (("cut", 3, True), ("close", 1, State.COMPLETED), ("assign", 2, ["@cleo"]), ("unlabel", 0), ("run",)):
        world.do(other)
    for _ in range(3):
        world.commit()
        world.shop.sync()
    check(world)
    assert [one["owner"] for one in world.items()] == ["@ann", "@bob", "@cleo"]
    assert [one.get("status") for one in world.items()] == ["done", "done", None]
