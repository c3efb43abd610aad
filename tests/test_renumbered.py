"""An incident whose id was corrected is one incident with one history."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pirgen.ledger import Ledger
from tests.support import Repo, item, review
from tests.test_checkpoint import check

FIVE, FIFTEEN, SIX = "pir/INC-005.yaml", "pir/INC-015.yaml", "pir/INC-006.yaml"
LOGS = "operational_audit/incidents"


def one(incident_id: str, **changes: Any) -> str:
    return review(incident_id, **{"action_items": [item("AI-001", "Add metrics")], **changes})


def log(incident_id: str) -> str:
    return (
        f'- {{at: "2025-10-05T14:30:00Z", kind: declared, incident_id: {incident_id}, text: Down, severity: P1}}\n'
        '- {at: "2025-10-05T15:15:00Z", kind: resolved, text: Up}\n'
    )


def renumbered(folder: Path) -> Repo:
    repo = Repo(folder)
    repo.commit("2025-10-06", {FIVE: one("INC-005"), SIX: one("INC-006", date="2025-10-04")})
    repo.commit("2025-10-08", {FIVE: one("INC-005", action_items=[item("AI-001", "Add metrics", status="done")])})
    repo.commit("2025-10-09", {
        FIVE: None, FIFTEEN: one("INC-015", action_items=[item("AI-001", "Add metrics", status="done")])
    })  # fmt: skip
    return repo


def events(ledger: Ledger) -> list[str]:
    return [f"{fact.at:%m-%d} {fact.incident_id} {fact.event}" for fact in ledger.facts]


def test_a_corrected_id_leaves_no_ghost(tmp_path: Path) -> None:
    repo = renumbered(tmp_path)
    ledger = check(tmp_path)
    assert sorted(ledger.incidents) == ["INC-006", "INC-015"]
    assert events(ledger)[-2:] == ["10-08 INC-005 action_closed", "10-09 INC-015 review_renumbered"]
    assert ledger.facts[-1].path == FIFTEEN
    [done] = [one for one in ledger.items if one.is_done]
    assert (done.incident_id, f"{done.opened_at:%m-%d}", f"{done.closed_at:%m-%d}") == ("INC-015", "10-06", "10-08")
    told = repo.run("check", "--as-of", "2025-12-01").stdout
    assert "Overdue reviews: none" in told
    figures = {one["name"]: one for one in json.loads(repo.run("report", "--export", "json").stdout)["metrics"]}
    assert (figures["review_completion"]["of"], figures["action_completion"]["of"]) == (2, 2)


@pytest.mark.parametrize("asked", ["INC-015", "INC-005"])
def test_history_goes_on_before_the_new_id_and_answers_to_the_old_one(tmp_path: Path, asked: str) -> None:
    told = renumbered(tmp_path).run("history", asked).stdout.splitlines()
    assert [line.split("  ")[1] for line in told[1:]] == [
        "INC-005", "INC-005 AI-001", "INC-005", "INC-005 AI-001", "INC-015"
    ]  # fmt: skip
    assert "review renumbered" in told[-1]
    assert "incident id INC-005 → INC-015" in told[-1]


def test_an_id_that_is_used_again_is_another_incident(tmp_path: Path) -> None:
    repo = renumbered(tmp_path)
    repo.commit("2025-10-20", {FIVE: one("INC-005", date="2025-10-19", impact="Another one")})
    assert len(check(tmp_path).incidents) == 3
    told = repo.run("history", "INC-005").stdout.splitlines()[1:]
    assert {line[:10] for line in told} == {"2025-10-20"}
    assert len(repo.run("history", "INC-015").stdout.splitlines()) == 6


def test_a_renumbering_that_is_taken_back_is_one_too(tmp_path: Path) -> None:
    repo = renumbered(tmp_path)
    repo.git("revert", "--no-edit", "HEAD", when="2025-10-11T12:00:00Z")
    ledger = check(tmp_path)
    assert sorted(ledger.incidents) == ["INC-005", "INC-006"]
    assert events(ledger)[-1] == "10-11 INC-005 review_renumbered"
    assert len(repo.run("history", "INC-005").stdout.splitlines()) == 7


LOG = f"{LOGS}/a.yaml"
MOVED = {FIVE: None, FIFTEEN: one("INC-015")}


@pytest.mark.parametrize(
    "steps",
    [[MOVED | {LOG: log("INC-015")}], [MOVED, {LOG: log("INC-015")}], [{LOG: log("INC-015")}, MOVED]],
    ids=["together", "later", "earlier"],
)
def test_its_log_is_renumbered_with_it(tmp_path: Path, steps: list[dict[str, str | None]]) -> None:
    repo = Repo(tmp_path)
    repo.commit("2025-10-06", {FIVE: one("INC-005"), LOG: log("INC-005")})
    for day, files in enumerate(steps):
        repo.commit(f"2025-10-{10 + day}", files)
    incidents = check(tmp_path).incidents
    assert [(name, one.log is not None, one.deleted) for name, one in incidents.items()] == [("INC-015", True, False)]


def test_a_log_without_a_review_is_renumbered_too(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit("2025-10-06", {LOG: log("INC-005")})
    repo.commit("2025-10-10", {LOG: log("INC-015")})
    assert [*check(tmp_path).incidents] == ["INC-015"]


@pytest.mark.parametrize(
    ("was", "now"),
    [
        (one("INC-005"), one("INC-015", date="2025-10-04")),
        (one("INC-005"), one("INC-015", timeline=[{"time": "14:31", "event": "Alert triggered for API errors"}])),
        (one("INC-005"), one("INC-015", action_items=[item("AI-001", "Add other metrics")])),
        (one("INC-005", root_cause="TODO"), one("INC-015", root_cause="TODO")),
        (one("INC-005", timeline=[]), one("INC-015", timeline=[])),
    ],
    ids=["date", "timeline", "actions", "placeholder", "empty"],
)
def test_what_is_not_the_same_is_not_renumbered(tmp_path: Path, was: str, now: str) -> None:
    repo = Repo(tmp_path)
    repo.commit("2025-10-06", {FIVE: was})
    repo.commit("2025-10-07", {FIVE: None, FIFTEEN: now})
    ledger = check(tmp_path)
    assert ledger.incidents["INC-005"].deleted
    assert not any("renumbered" in event for event in events(ledger))
    told = repo.run("report", "--all", "--as-of", "2025-12-01").stdout
    if "resolved" in was:
        assert "the review was deleted (renumbered? see `former_ids`)" in told


def test_of_two_with_the_same_text_none_is_guessed(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit("2025-10-06", {FIVE: one("INC-005"), SIX: one("INC-006")})
    repo.commit("2025-10-07", {FIVE: None, SIX: None, FIFTEEN: one("INC-015"), "pir/INC-016.yaml": one("INC-016")})
    assert not any("renumbered" in event for event in events(check(tmp_path)))


def test_a_review_that_says_its_former_id_has_that_history(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit("2025-10-06", {FIVE: one("INC-005"), SIX: one("INC-006")})
    repo.commit("2025-10-07", {FIVE: None})
    repo.commit("2025-10-08", {FIFTEEN: one("INC-015", impact="Written anew", date="2025-10-04")})
    assert check(tmp_path).incidents["INC-005"].deleted
    said = one("INC-015", impact="Written anew", date="2025-10-04", former_ids=["INC-005"])
    repo.write(FIFTEEN, said)
    for _ in range(2):
        ledger = check(tmp_path)
        assert sorted(ledger.incidents) == ["INC-006", "INC-015"]
        assert events(ledger)[-1] == "10-08 INC-015 review_completed"
        assert len(repo.run("history", "INC-005").stdout.splitlines()) == 9
        [first] = [one for one in ledger.items if one.incident_id == "INC-015"]
        assert f"{first.opened_at:%m-%d}" == "10-06"
        repo.commit("2025-10-09", {})  # what the worktree said is committed the second time
    assert sorted(check(tmp_path, as_of="2025-10-08").incidents) == ["INC-005", "INC-006", "INC-015"]
    repo.commit("2025-10-10", {FIVE: one("INC-005", date="2025-10-09")})
    assert sorted(check(tmp_path).incidents) == ["INC-005", "INC-006", "INC-015"]


NAMES = st.permutations([f"INC-{number:03}" for number in range(1, 7)])


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(NAMES, st.integers(1, 5), st.booleans())
def test_renumbering_changes_no_figure(tmp_path_factory: Any, names: list[str], count: int, moved: bool) -> None:
    """Whatever ids incidents get in one commit, as long as no id is used twice, every figure stays the same."""
    folder = tmp_path_factory.mktemp("renumbered")
    repo = Repo(folder)
    files = {f"pir/{name}.yaml": one(name, date=f"2025-10-0{index + 1}") for index, name in enumerate(names[:count])}
    repo.commit("2025-10-10", files)
    before = check(folder)
    new = {name: f"NEW-{name}" for name in names[:count]}
    repo.commit("2025-10-12", {
        **dict.fromkeys(files),
        **{f"pir/{'sub/' if moved else ''}{new[name]}.yaml": one(new[name], date=f"2025-10-0{index + 1}")
           for index, name in enumerate(names[:count])},
    })  # fmt: skip
    after = check(folder)
    assert sorted(after.incidents) == sorted(new.values())
    assert {(new[one.incident_id], one.opened_at, one.first_due) for one in before.items} == {
        (one.incident_id, one.opened_at, one.first_due) for one in after.items
    }
    assert [one.completed_at for _, one in sorted(before.incidents.items())] == [
        one.completed_at for _, one in sorted(after.incidents.items())
    ]


def test_a_former_id_that_another_review_has_is_an_error_and_a_page_shows_the_others(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit("2025-10-06", {FIVE: one("INC-005"), FIFTEEN: one("INC-015", former_ids=["INC-005"])})
    told = repo.run("lint").stdout
    assert "error[former-ids-free]: `INC-005` is the id in pir/INC-005.yaml" in told
    repo.run("render")
    assert "Formerly: INC-005\n" in (tmp_path / "docs/ops/pir/INC-015.md").read_text(encoding="utf-8")


def dated(incident_id: str, day: int, **more: Any) -> str:
    return one(incident_id, date=f"2025-10-0{day}", action_items=[item("AI-001", f"Do {day}", **more)])


SEVEN = "pir/INC-007.yaml"


def test_two_that_change_their_ids_with_each_other_keep_their_histories(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    logs = {f"{LOGS}/5.yaml": log("INC-005"), f"{LOGS}/6.yaml": log("INC-006").replace("Down", "Slow")}
    repo.commit("2025-10-06", {FIVE: dated("INC-005", 4), SIX: dated("INC-006", 5), **logs})
    repo.commit("2025-10-07", {FIVE: dated("INC-005", 4, status="done")})
    check(tmp_path)
    repo.commit("2025-10-08", {FIVE: dated("INC-005", 5), SIX: dated("INC-006", 4, status="done")})
    ledger = check(tmp_path)
    assert events(ledger)[-3:] == [
        "10-07 INC-005 action_closed", "10-08 INC-006 review_renumbered", "10-08 INC-005 review_renumbered"
    ]  # fmt: skip
    assert [f"{one.incident_id} {one.closed_at:%m-%d}" for one in ledger.items if one.is_done] == ["INC-006 10-07"]
    assert len(repo.run("history", "INC-006").stdout.splitlines()) == 6
    assert len(repo.run("history", "INC-005").stdout.splitlines()) == 5
    assert all(one.log for one in ledger.incidents.values())


def test_ids_that_move_up_by_one_take_their_histories_along(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit("2025-10-06", {FIVE: dated("INC-005", 4), SIX: dated("INC-006", 5)})
    repo.commit("2025-10-08", {FIVE: None, SIX: dated("INC-006", 4), SEVEN: dated("INC-007", 5)})
    assert events(check(tmp_path))[6:] == ["10-08 INC-006 review_renumbered", "10-08 INC-007 review_renumbered"]
    assert len(repo.run("history", "INC-005").stdout.splitlines()) == 5


def test_a_review_that_is_rewritten_beside_its_copy_stays_what_it_is(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit("2025-10-06", {FIVE: dated("INC-005", 4)})
    repo.commit("2025-10-08", {FIVE: dated("INC-005", 5), SIX: dated("INC-006", 4)})
    assert "10-08 INC-006 review_opened" in events(check(tmp_path))


def test_an_id_of_an_incident_that_is_gone_takes_no_other_history(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit("2025-10-06", {FIVE: dated("INC-005", 4), SIX: dated("INC-006", 5), SEVEN: dated("INC-007", 6)})
    repo.commit("2025-10-07", {SEVEN: None})
    repo.commit("2025-10-08", {FIVE: None, SIX: dated("INC-006", 4), SEVEN: dated("INC-007", 5)})
    assert not any("renumbered" in event for event in events(check(tmp_path)))


def test_a_branch_that_says_a_former_id_adds_what_its_squash_merge_will(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit("2025-10-06", {FIVE: dated("INC-005", 4)})
    repo.git("checkout", "--quiet", "-b", "work")
    repo.commit("2025-10-08", {FIVE: None, FIFTEEN: dated("INC-015", 3, due="2025-10-20") + "former_ids: [INC-005]\n"})
    told = json.loads(repo.run("history", "--since", "main", "--export", "json").stdout)["facts"]
    assert [(one["incident_id"], one["event"]) for one in told] == [("INC-015", "action_due_moved")]


def test_a_former_id_that_only_the_worktree_says_keeps_what_came_before(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit("2025-10-06", {FIVE: one("INC-005")})
    (tmp_path / FIVE).unlink()
    repo.write(FIFTEEN, one("INC-015", date="2025-10-04", former_ids=["INC-005"]))
    told = check(tmp_path)
    assert [*told.incidents] == ["INC-015"]
    assert events(told)[0] == "10-06 INC-015 review_opened"
    assert [f"{one.opened_at:%m-%d}" for one in told.items] == ["10-06"]


def test_of_two_that_claim_a_former_id_the_path_that_sorts_first_has_it(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit("2025-10-06", {FIVE: dated("INC-005", 4)})
    claims = {SIX: dated("INC-006", 5), SEVEN: dated("INC-007", 6)}
    repo.commit("2025-10-07", {FIVE: None, **{path: f"{text}former_ids: [INC-005]\n" for path, text in claims.items()}})
    repo.commit("2025-10-08", {SEVEN: f"{dated('INC-007', 6, status='done')}former_ids: [INC-005]\n"})
    assert events(check(tmp_path))[0] == "10-06 INC-006 review_opened"


def test_what_was_removed_before_goes_along(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit("2025-10-06", {FIVE: one("INC-005")})
    repo.commit("2025-10-07", {FIVE: one("INC-005", action_items=[])})
    repo.commit("2025-10-08", {FIVE: None, FIFTEEN: one("INC-015", action_items=[])})
    ledger = check(tmp_path)
    assert [(gone.incident_id, gone.said.id) for gone in ledger.incidents["INC-015"].removed] == [("INC-015", "AI-001")]
    assert [gone.incident_id for gone in ledger.items] == ["INC-015"]
