"""A slow reader of histories that shares no code with the ledger: it checks out every commit and compares the files.

Written from the definitions in docs/explanation/ledger.md. It knows reviews as the tests write them: one is complete
where its status says so and its root cause is there and is no TODO.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import yaml

Told = tuple[str, str, str, str, str]
"""Commit, incident, action item, event, and the values before and after."""


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def longest_run(dates: Sequence[int], now: int) -> list[int]:
    """The indexes of the longest run of dates until now that never goes back, with the later dates: by trying all."""
    good = [index for index, date in enumerate(dates) if date <= now]
    for length in range(len(good), 0, -1):
        runs = [run for run in combinations(good, length) if all(dates[a] <= dates[b] for a, b in pairwise(run))]
        if runs:
            return [*max(runs, key=lambda run: [dates[index] for index in run])]
    return []


class Reader:
    """What a history says of every action item, and how it came to that."""

    def __init__(self, origin: Path, place: Path, now: int) -> None:
        self.told: list[Told] = []
        self.times: dict[str, int] = {}
        self.lives: dict[str, dict[str, dict[str, Any]]] = {}
        self.gone: dict[str, dict[str, list[dict[str, Any]]]] = {}
        self.reviews: dict[str, Any] = {}
        self.once_complete: set[str] = set()
        self.once_seen: set[str] = set()
        git(origin, "clone", "--quiet", str(origin), str(place))
        before: dict[str, bytes] = {}
        held: dict[str, Any] = {}
        seen: list[tuple[str, int]] = []
        for commit in git(place, "rev-list", "--first-parent", "--reverse", "HEAD").split():
            git(place, "checkout", "--quiet", "--detach", commit)
            files = {str(path.relative_to(place)): path.read_bytes() for path in sorted(place.glob("pir/**/*.yaml"))}
            if files == before:
                continue
            before = files
            seen.append((commit, int(git(place, "show", "--no-patch", "--format=%ct", commit))))
            held = {path: found for path, data in files.items() if (found := read(data) or held.get(path))}
            states: dict[str, Any] = {}
            for path in sorted(held):
                states.setdefault(held[path]["incident_id"], held[path])
            for name in sorted({*states, *self.reviews}):
                self.compare(commit, name, self.reviews.get(name), states.get(name))
            self.reviews = states
        run = longest_run([date for _, date in seen], now)
        clock = seen[run[0]][1] if run else now
        for index, (commit, date) in enumerate(seen):
            clock = date if index in run else clock
            self.times[commit] = clock

    def tell(self, commit: str, name: str, action: str, event: str, before: Any, after: Any) -> None:
        self.told.append((commit, name, action, event, f"{before} {after}"))

    def compare(self, commit: str, name: str, old: Any, new: Any) -> None:
        lives, gone = self.lives.setdefault(name, {}), self.gone.setdefault(name, {})
        was, now = (status(one) if one else None for one in (old, new))
        if old is None and new is not None:
            self.tell(commit, name, "", "restored" if name in self.once_seen else "opened", None, now)
        self.once_seen.add(name)
        olds, news = ({i["id"]: i for i in one["action_items"]} if one else {} for one in (old, new))
        same = dict(matched(olds, news))
        for key in olds:
            if key not in same.values():
                self.tell(commit, name, key, "removed", None, None)
                gone.setdefault(key, []).append(lives.pop(key) | {"last": olds[key]})
        for key, was_key in same.items():
            if key != was_key:
                self.tell(commit, name, key, "renumbered", was_key, key)
        kept = {key: lives[was_key] for key, was_key in same.items()}
        for key, item in news.items():
            if key in same:
                self.changed(commit, name, kept[key], olds[same[key]], item)
            elif gone.get(key):
                self.tell(commit, name, key, "restored", None, None)
                kept[key] = gone[key].pop()
                self.changed(commit, name, kept[key], kept[key]["last"], item)
            else:
                self.tell(commit, name, key, "opened", None, None)
                kept[key] = {"opened": commit, "closed": None, "slips": 0, "first": item.get("due")}
        self.lives[name] = kept
        if new is None:
            self.tell(commit, name, "", "deleted", was, None)
        elif was != now and now == "withdrawn":
            self.tell(commit, name, "", "withdrawn", was, now)
        elif was != now and now == "complete":
            self.tell(commit, name, "", "completed", was, now)
        elif was in ("complete", "withdrawn") and was != now:
            self.tell(commit, name, "", "reopened", was, now)
        if now == "complete" and name not in self.once_complete:
            self.once_complete.add(name)
            for key, item in news.items():
                kept[key]["first"] = item.get("due") or kept[key]["first"]

    def changed(self, commit: str, name: str, life: dict[str, Any], old: Any, new: Any) -> None:
        key, before, after = new["id"], old.get("status", "open"), new.get("status", "open")
        if before != after:
            if after == "done":
                life["closed"] = commit
                self.tell(commit, name, key, "closed", before, after)
            elif after == "declined":
                life["closed"] = None
                self.tell(commit, name, key, "declined", before, after)
            elif before in ("done", "declined"):
                life["closed"] = None
                self.tell(commit, name, key, "reopened", before, after)
            elif after == "in_progress":
                self.tell(commit, name, key, "started", before, after)
        if old.get("due") != new.get("due"):
            life["slips"] += bool(old.get("due") and new.get("due") and new["due"] > old["due"])
            life["first"] = life["first"] or new.get("due")
            self.tell(commit, name, key, "due_moved", old.get("due"), new.get("due"))
        if old.get("owner") != new.get("owner"):
            self.tell(commit, name, key, "owner_changed", old.get("owner"), new.get("owner"))


def read(data: bytes) -> Any:
    """The review, None where its YAML, its id or its items' ids cannot be read."""
    try:
        found = yaml.load(data, yaml.BaseLoader)
        names = [item["id"] for item in found["action_items"]]
    except (yaml.YAMLError, KeyError, TypeError):
        return None
    return found if found.get("incident_id") and all(names) else None


def status(review: Any) -> str:
    said: str = review.get("status", "complete")
    return "incomplete" if said == "complete" and review.get("root_cause", "TODO") == "TODO" else said


def matched(olds: dict[str, Any], news: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The items that go on, new id and old: the same id and text, then the same text, then the same id."""
    left, rest = dict(olds), dict(news)
    for keys in (("id", "action"), ("action",), ("id",)):
        for key, new in list(rest.items()):
            for was, old in list(left.items()):
                if all(old[name] == new[name] for name in keys):
                    yield key, was
                    del left[was], rest[key]
                    break
