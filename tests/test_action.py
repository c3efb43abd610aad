"""`pirgen action`: the lines that it writes, and all those that it leaves alone."""

from __future__ import annotations

import difflib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pirgen.diagnostic import Insert, Replace
from pirgen.document import load
from pirgen.document.edit import apply
from pirgen.files import Source
from pirgen.review.calendar import FORMS
from tests.support import Cli, Repo, review

HEAD = """\
# about the file
incident_id: INC-001
severity: P1
date: 2025-10-05
duration: 45m
impact: Something   # with a comment
timeline: [{time: "14:30", event: Alert triggered}, {time: "15:15", event: Incident resolved}]
root_cause: x
contributing_factors: []
lessons_learned: []
action_items:
"""
ITEMS = """\
  # before the first
  - id: AI-001   # its id
    action: 'Add metrics'
    owner: "@platform"   # who
    due: '2025-10-12'
  # between them
  - id: AI-002
    action: |
      Add tests

      and more
"""


def act(cli: Cli, items: str, *words: str, head: str = HEAD) -> list[str]:
    """The lines that a call takes away and adds, where it succeeds."""
    before = (head + items).encode()
    path = cli.write("pir/INC-001.yaml", before)
    done = cli.run("action", words[0], "INC-001", *words[1:])
    assert done.returncode == 0, done.stderr
    after = path.read_bytes()
    pairs = difflib.ndiff(before.decode().split("\n"), after.decode().split("\n"))
    return [line for line in pairs if line[0] in "+-"]


def refused(cli: Cli, items: str, *words: str) -> str:
    """The complaint of a call that must leave the file alone."""
    path = cli.write("pir/INC-001.yaml", HEAD + items)
    done = cli.run("action", *words)
    assert (done.returncode, done.stdout, path.read_text(encoding="utf-8")) == (2, "", HEAD + items)
    return done.stderr.removeprefix("pirgen: ").rstrip("\n")


def test_what_each_command_writes(cli: Cli) -> None:
    assert act(cli, ITEMS, "done", "AI-001") == ["+     status: done"]
    assert act(cli, ITEMS, "done", "AI-002") == ["+     status: done"]
    assert act(cli, ITEMS, "start", "AI-001", "AI-002") == ["+     status: in_progress"] * 2
    assert act(cli, ITEMS, "move", "AI-001", "2025-11-01") == ["-     due: '2025-10-12'", "+     due: '2025-11-01'"]
    assert act(cli, ITEMS, "move", "AI-002", "2025-11-01") == ['+     due: "2025-11-01"']
    assert act(cli, ITEMS, "assign", "AI-001", "@org/team") == [
        '-     owner: "@platform"   # who', '+     owner: "@org/team"   # who'
    ]  # fmt: skip
    assert act(cli, ITEMS, "assign", "AI-002", "ann@example.org") == ['+     owner: "ann@example.org"']
    assert act(cli, ITEMS, "done", "AI-002", "--evidence", "see #12: done", "--completed-on", "2025-10-07") == [
        "+     status: done", '+     evidence: "see #12: done"', '+     completed_on: "2025-10-07"'
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("items", "changed"),
    [
        ("  - {id: AI-001, action: x}\n",
         ["-   - {id: AI-001, action: x}", "+   - {id: AI-001, action: x, status: done}"]),
        ("- id: AI-001\n  action: x\n  status: 'open' # x\n", ["-   status: 'open' # x", "+   status: 'done' # x"]),
        ('- id: AI-001\n  action: x\n  status: "open"\n', ['-   status: "open"', '+   status: "done"']),
        ("- id: AI-001\n  status:\n  action: x\n", ["-   status:", "+   status: done"]),
        ("- id: AI-001\n  status: # none\n  action: x\n", ["-   status: # none", "+   status: done # none"]),
        ("- id: AI-001\n  status: ~\n  action: x\n", ["-   status: ~", "+   status: done"]),
        ("-   id: AI-001\n    action: x", ["+     status: done"]),
        ("- action: x\n\n  id: AI-001\n\n# end\n", ["+   status: done"]),
        ('- "id": AI-001\n  "action": x\n', ["+   status: done"]),
        ("- id: AI-001\n  action: >-\n    x\n\n    y\n\n- id: AI-002\n  action: z\n", ["+   status: done"]),
        ("- id: AI-001\n  action: é 🦊 \u05d0\n", ["+   status: done"]),
    ],
)  # fmt: skip
def test_the_style_of_the_file_is_kept(cli: Cli, items: str, changed: list[str]) -> None:
    assert act(cli, items, "done", "AI-001") == changed


def test_line_ends_and_a_byte_order_mark_are_kept(cli: Cli) -> None:
    path = cli.write("pir/INC-001.yaml", b"\xef\xbb\xbf" + (HEAD + ITEMS).replace("\n", "\r\n").encode())
    assert cli.run("action", "done", "INC-001", "AI-001").returncode == 0
    after = path.read_bytes()
    assert after.startswith(b"\xef\xbb\xbf# about")
    assert after.count(b"\r\n") == after.count(b"\n") == (HEAD + ITEMS).count("\n") + 1


def test_what_is_so_already_is_said_and_left(cli: Cli) -> None:
    path = cli.write("pir/INC-001.yaml", HEAD + ITEMS)
    first = cli.run("action", "done", "INC-001", "AI-001")
    assert (first.stdout, first.stderr) == (
        "pir/INC-001.yaml:13: AI-001 status open → done\n", "Commit it; the commit is the evidence.\n"
    )  # fmt: skip
    before = path.read_bytes()
    again = cli.run("action", "done", "INC-001", "AI-001")
    assert (again.returncode, again.stdout, again.stderr) == (0, "pir/INC-001.yaml:13: AI-001 says so already\n", "")
    assert path.read_bytes() == before


def test_a_page_is_mentioned_where_there_is_one(cli: Cli) -> None:
    cli.write("pir/INC-001.yaml", review())
    cli.run("render")
    assert "with its page: `pirgen render`" in cli.run("action", "start", "INC-001", "AI-001").stderr


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["done", "INC-002", "AI-001"], "there is no review of `INC-002`"),
            (["done", "inc-1", "AI-001"], "there is no review of `inc-1`; did you mean INC-001?"),
            (["move", "INC-001", "AI-001", " "], f"DATE: ` ` is not a day; write {FORMS}"),
            (["assign", "INC-001", "AI-001", ""], "the owner is empty; say what it shall be"),
            (["decline", "INC-001", "AI-001", "--reason", ""], "the reason is empty; say what it shall be"),
            (["done", "INC-001", "AI-001", "--completed-on", "9000-01-01"],
             "9000-01-01 has not come yet; an item was completed today or before"),
        (["done", "x", "AI-001"], "there is no review of `x`"),
        (["done", "INC-001", "AI-009"], "pir/INC-001.yaml has no action item `AI-009`; it has AI-001, AI-002"),
        (["done", "INC-001", "AI-001", "AI-009"],
         "pir/INC-001.yaml has no action item `AI-009`; it has AI-001, AI-002"),
        (["move", "INC-001", "AI-001", "2025-02-30"],
         f"DATE: `2025-02-30` is not a day; write {FORMS}"),
        (["assign", "INC-001", "AI-001", "platform team"],
         '`owner` cannot be `platform team`; write "@handle", "@org/team" or an e-mail address'),
        (["decline", "INC-001", "AI-001", "--reason", "a\u202eb"],
         "`a\\u{202e}b` holds characters that nobody sees; leave them out"),
        (["done", "INC-001", "AI-001", "--completed-on", "someday"],
         f"--completed-on: `someday` is not a day; write {FORMS}"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_written(cli: Cli, words: list[str], complaint: str) -> None:
    assert refused(cli, ITEMS, *words) == complaint


def test_files_that_no_edit_fits_are_left_alone(cli: Cli) -> None:
    shared = "- &a\n  id: AI-001\n  action: x\n- *a\n"
    assert "has 2 action items `AI-001`" in refused(cli, shared, "done", "INC-001", "AI-001")
    anchored = "- {id: AI-001, action: x, status: &s open}\n- {id: AI-002, action: y, status: *s}\n"
    assert (
        refused(cli, anchored, "done", "INC-001", "AI-001")
        == "`status` of AI-001 cannot be edited with all else left as it is; edit pir/INC-001.yaml by hand"
    )
    broken = "- id: AI-001\n  action: @x\n"
    assert refused(cli, broken, "done", "INC-001", "AI-001").startswith("pir/INC-001.yaml:13:11: not valid YAML")


def test_a_review_is_found_by_its_id_wherever_it_is(cli: Cli) -> None:
    cli.write("pir/2025/outage.yaml", review("INC-007"))
    cli.write("pir/z.yaml", review("INC-007"))
    assert cli.run("action", "done", "INC-007", "AI-001").stdout.startswith("pir/2025/outage.yaml:")


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=30)
VALUE = st.sampled_from(["plain", "'single'", '"double"', "~", "", "|\n      block\n", ">-\n      folded", "{a: 1}"])


@given(st.lists(st.tuples(VALUE, st.booleans()), min_size=1, max_size=4), st.data(), TEXT | st.just("FALSE"))
def test_any_edit_changes_one_value_and_keeps_every_comment(
    shape: list[tuple[str, bool]], data: st.DataObject, text: str
) -> None:
    lines = [f"  - id: AI-{n}\n    reason: {value}" + (f"\n    # comment {n}" if told else "")
             for n, (value, told) in enumerate(shape)]  # fmt: skip
    source = Source("x", ("action_items:\n" + "\n".join(lines) + "\n").encode())
    before = load(source)
    place = data.draw(st.integers(0, len(shape) - 1))
    for wanted in (Insert(("action_items", place), "evidence", text), Replace(("action_items", place, "reason"), text)):
        made = apply(before, (wanted,))
        if made is None:
            assert "{" in shape[place][0] or "\n" in shape[place][0]
            continue
        after = load(made.source)
        expected = [dict(item) for item in before.data["action_items"]]
        expected[place]["evidence" if isinstance(wanted, Insert) else "reason"] = text
        assert after.data["action_items"] == expected
        assert after.text.count("# comment") == before.text.count("# comment")
        again = Replace(("action_items", place, "evidence" if isinstance(wanted, Insert) else "reason"), text)
        same = apply(made, (again,))
        assert same is None or same.source == made.source


LENIENT = "rules: {action-has-owner: warning, action-has-due: warning, action-due-plausible: off}\n"


def test_a_new_status_takes_away_what_belonged_to_the_old_one(cli: Cli) -> None:
    cli.write("pirgen.yaml", LENIENT)
    declined = "  - id: AI-001\n    action: x\n    status: declined\n    reason: no   # why\n    owner: '@a'\n"
    assert act(cli, declined, "done", "AI-001") == [
        "-     status: declined", "+     status: done", "-     reason: no   # why"
    ]  # fmt: skip
    done = "  - {id: AI-001, action: x, status: done, evidence: y, completed_on: '2025-10-06'}\n"
    assert act(cli, done, "reopen", "AI-001")[-1] == "+   - {id: AI-001, action: x, status: open}"
    assert act(cli, done, "start", "AI-001")[-1] == "+   - {id: AI-001, action: x, status: in_progress}"
    assert act(cli, done, "done", "AI-001", "--evidence", "z")[-1].endswith("evidence: z, completed_on: '2025-10-06'}")
    assert act(cli, "  - id: AI-001\n    action: x\n", "reopen", "AI-001") == [], "it is open already"


@pytest.mark.parametrize(
    ("items", "added"),
    [
        ("  - id: AI-001\n    action: x\n", ["+   - id: AI-002", "+     action: y", '+     due: "2099-01-01"']),
        ("  - id: A-09\n    action: 'x'\n  # end\n",
         ["+   - id: A-10", "+     action: 'y'", '+     due: "2099-01-01"']),
        ("- {id: AI-001, action: x}\n", ['+ - {id: AI-002, action: y, due: "2099-01-01"}']),
        ("", ["+   - id: AI-001", "+     action: y", '+     due: "2099-01-01"']),
    ],
)  # fmt: skip
def test_an_item_is_added_in_the_style_of_the_list(cli: Cli, items: str, added: list[str]) -> None:
    cli.write("pirgen.yaml", LENIENT)
    assert act(cli, items, "add", "y", "--due", "2099-01-01") == added


@pytest.mark.parametrize("begun", ["action_items: []\n", "action_items: ~  # none\n", ""])
def test_a_list_is_begun_where_there_is_none(cli: Cli, begun: str) -> None:
    cli.write("pirgen.yaml", LENIENT)
    head = HEAD.replace("action_items:\n", begun)
    path = cli.write("pir/INC-001.yaml", head)
    assert cli.run("action", "add", "INC-001", "It's: done", "--kind", "prevent", "--id", "X-1").returncode == 0
    after = load(Source("x", path.read_bytes())).data["action_items"]
    assert after == [{"id": "X-1", "action": "It's: done", "kind": "prevent"}]


def test_what_cannot_be_added_is_said(cli: Cli) -> None:
    assert "has an action item `AI-001` already" in refused(cli, ITEMS, "add", "INC-001", "y", "--id", "AI-001")
    assert refused(cli, ITEMS, "add", "INC-001", "y").startswith("AI-003 has no")
    assert refused(cli, ITEMS, "add", "INC-001", " ") == "the action is empty; say what it shall be"
    assert "`kind` cannot be `fix`" in refused(cli, ITEMS, "add", "INC-001", "y", "--kind", "fix")


def test_an_edit_that_lint_does_not_like_is_told(cli: Cli) -> None:
    cli.write("pirgen.yaml", 'owners: ["@platform"]\nrules: {owner-known: error}\n')
    assert "nobody is known as `@platfrom`" in refused(cli, ITEMS, "assign", "INC-001", "AI-001", "@platfrom")
    cli.write("pirgen.yaml", 'owners: ["@platform"]\n')
    done = cli.run("action", "assign", "INC-001", "AI-001", "@platfrom")
    assert (done.returncode, "warning: nobody is known as `@platfrom`" in done.stderr) == (0, True)
    assert "(owner-known)" in done.stderr


def test_a_day_is_told_with_its_weekday_and_one_that_has_passed_is_warned_about(cli: Cli) -> None:
    cli.write("pir/INC-001.yaml", HEAD + ITEMS)
    past = cli.run("action", "move", "INC-001", "AI-001", "AI-002", "2025-11-01")
    assert past.stdout.count("→ 2025-11-01 (Saturday)") == 2
    assert "warning: 2025-11-01 has passed" in past.stderr
    friday = cli.run("action", "move", "INC-001", "AI-001", "friday")
    assert "(Friday)\n" in friday.stdout
    assert "warning" not in friday.stderr


def test_one_commit_of_the_changed_files_alone(repo: Repo) -> None:
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(), "a": "1", "b": "1"})
    repo.write("a", "staged")
    repo.git("add", "a")
    repo.write("b", "not staged")
    hook = repo.write(".git/hooks/pre-commit", "#!/bin/sh\ntest ! -e forbid\n")
    hook.chmod(0o755)
    done = repo.run("action", "done", "INC-001", "AI-001", "--evidence", "#12", "--render", "--commit")
    assert done.returncode == 0, done.stderr
    assert repo.git("show", "--format=%s", "--name-only") == (
        "INC-001 AI-001: done\n\ndocs/ops/pir/INC-001.md\npir/INC-001.yaml"
    )
    assert "evidence none → #12" in repo.git("log", "-1", "--format=%b")
    assert repo.git("status", "--porcelain").split("\n") == ["M  a", " M b"]
    repo.write("forbid", "")
    refused = repo.run("action", "reopen", "INC-001", "AI-001", "--commit")
    assert refused.returncode == 2
    assert "the change is in pir/INC-001.yaml, but there is no commit" in refused.stderr
    assert "evidence" not in (repo.folder / "pir/INC-001.yaml").read_text(encoding="utf-8")
    assert repo.git("log", "--format=%s", "-1") == "INC-001 AI-001: done"


@pytest.mark.parametrize("state", ["MERGE_HEAD", "rebase-merge", "CHERRY_PICK_HEAD"])
def test_nothing_is_committed_or_written_in_the_middle_of_a_merge(repo: Repo, state: str) -> None:
    head = repo.commit("2025-10-06", {"pir/INC-001.yaml": review()})
    repo.write(f".git/{state}", head)
    done = repo.run("action", "done", "INC-001", "AI-001", "--commit")
    assert (done.returncode, "goes on here; end it first" in done.stderr) == (2, True)
    assert repo.git("status", "--porcelain") == ""


def test_who_trusts_no_repository_commits_by_hand(repo: Repo) -> None:
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review()})
    done = repo.run("--untrusted", "action", "done", "INC-001", "AI-001", "--commit")
    assert (done.returncode, "--commit runs the repository's hooks" in done.stderr) == (2, True)
    assert repo.git("status", "--porcelain") == ""
