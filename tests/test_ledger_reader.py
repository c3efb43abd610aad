"""The ledger agrees with a slow, independent reader on random histories."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pirgen.config import Config
from pirgen.ledger import read_ledger
from tests.reader import Reader
from tests.support import Repo, review

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DATES = ["2025-10-12", "2025-10-20", "2025-11-01"]

ITEM = st.fixed_dictionaries(
    {
        "action": st.sampled_from(["Add metrics", "Add tests", "Buy time", "Learn"]),
        "due": st.sampled_from([*DATES, None]),
    },
    optional={
        "status": st.sampled_from(["open", "in_progress", "done", "declined"]),
        "owner": st.sampled_from(["@qa", "@web"]),
    },
)
ITEMS = st.lists(ITEM, min_size=1, max_size=3, unique_by=lambda item: item["action"])
ORDERED = st.just([1, 2, 3])
REVIEW = st.fixed_dictionaries(
    {"items": ITEMS, "ids": st.one_of(ORDERED, ORDERED, ORDERED, st.permutations([1, 2, 3]))},
    optional={
        "status": st.sampled_from(["draft", "in_review", "complete", "withdrawn"]),
        "root_cause": st.sampled_from(["TODO", None]),
    },
)
FILE = st.one_of(REVIEW, REVIEW, REVIEW, st.just("delete"), st.just("break"), st.just("move"), st.just("reformat"))
STEP = st.fixed_dictionaries({
    "files": st.dictionaries(st.sampled_from([1, 1, 1, 2]), FILE, min_size=1),
    "hours": st.integers(-50, 100),
    "branch": st.sampled_from(["", "", "", "merge", "ours", "squash"]),
})  # fmt: skip


def text(name: str, said: dict[str, Any]) -> str:
    """A review as YAML; withdrawn ones have a reason, declined items too."""
    items = []
    for number, item in zip(said["ids"], said["items"], strict=False):
        reason = {"reason": "no"} if item.get("status") == "declined" else {}
        said_so = {key: value for key, value in item.items() if value is not None}
        items.append({"id": f"AI-{number:03d}", **said_so, **reason})
    more = {"root_cause": "TODO"} if said.get("root_cause") == "TODO" else {}
    state = {"status": said["status"]} if "status" in said else {}
    why = {"reason": "a test"} if said.get("status") == "withdrawn" else {}
    none = {} if items else {"no_action_items_reason": "none"}
    day = f"2025-10-{int(name[-1]) + 4:02d}"  # else one would be taken for the other, renumbered
    return review(name, date=day, action_items=items, **more, **state, **why, **none)


def play(repo: Repo, steps: list[dict[str, Any]], first: int = 0) -> None:
    """The history as commits and merges, its branches numbered from `first` on."""
    hour = 24 * 365
    repo.commit("2025-01-01", {"README.md": "x"})
    for count, step in enumerate(steps, first):
        hour += step["hours"]
        when = f"{1_704_067_200 + hour * 3600} +0{count % 9}00"
        if step["branch"]:
            repo.git("checkout", "--quiet", "-b", f"work{count}")
        for number, said in step["files"].items():
            name = f"INC-{number:03d}"
            found = sorted(repo.folder.glob(f"pir/**/{name}.yaml"))
            path = found[0] if found else repo.folder / f"pir/{name}.yaml"
            (repo.folder / "pir/old").mkdir(parents=True, exist_ok=True)
            if isinstance(said, dict):
                path.write_text(text(name, said), encoding="utf-8")
            elif found and said == "delete":
                path.unlink()
            elif found and said == "break":
                path.write_text("a: b: c\n", encoding="utf-8")
            elif found and said == "reformat":
                path.write_text("# again\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
            elif found:
                path.rename(repo.folder / "pir" / ("" if path.parent.name == "old" else "old") / path.name)
        repo.git("add", "--all")
        repo.git("commit", "--quiet", "--allow-empty", "--message", "x", when=when)
        if step["branch"]:
            repo.git("checkout", "--quiet", "main")
            how = {"merge": ["--no-ff"], "ours": ["--no-ff", "--strategy=ours"], "squash": ["--squash"]}
            repo.git("merge", "--quiet", *how[step["branch"]], f"work{count}", when=when)
            if step["branch"] == "squash":
                repo.git("commit", "--quiet", "--allow-empty", "--message", "x", when=when)


@given(st.lists(STEP, min_size=3, max_size=8))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_ledger_says_what_a_slow_reader_says(steps: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as place:
        repo = Repo(Path(place) / "repo")
        play(repo, steps)
        ledger = read_ledger(repo.folder, Config(), now=NOW, as_of="HEAD")
        slow = Reader(repo.folder, Path(place) / "clone", int(NOW.timestamp()))
        facts = []
        for fact in ledger.facts:
            event = fact.event.split("_", 1)[1]
            has_values = fact.action_id is None or event not in ("opened", "removed", "restored")
            before, after = (next(iter(values.values()), None) if has_values else None
                             for values in (fact.before, fact.after))  # fmt: skip
            facts.append((fact.commit, fact.incident_id, fact.action_id or "", event, f"{before} {after}"))
            assert fact.at.timestamp() == slow.times[fact.commit or ""]
        assert sorted(facts) == sorted(slow.told)
        lives = {
            (name, key): (life["opened"], life["closed"], life["slips"], life["first"])
            for name, items in slow.lives.items()
            for key, life in items.items()
        }
        assert lives == {
            (name, key): (one.opened_commit, one.closed_commit, one.slips, one.first_due and str(one.first_due))
            for name, incident in ledger.incidents.items()
            for key, one in incident.items.items()
        }
