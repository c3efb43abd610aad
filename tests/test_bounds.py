"""Time and memory have bounds, whatever somebody writes into a file."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice, product

import pytest

import pirgen
from pirgen.schema.unknown import MAX_GUESSES
from pirgen.text.markdown import prose
from tests.support import Cli, Repo, review

MEASURED = """
import resource, subprocess, sys
subprocess.run([sys.executable, "-m", "pirgen", *sys.argv[1:]], stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def peak(repo: Repo, *arguments: str) -> int:
    """The most memory, in units of the platform, that pirgen or one of its children took."""
    command = [sys.executable, "-c", MEASURED, *arguments]
    return int(subprocess.run(command, cwd=repo.folder, capture_output=True, text=True, check=True).stdout)


def test_a_huge_review_takes_no_more_memory_than_a_small_one(repo: Repo) -> None:
    repo.commit("2025-10-01", {"pir/INC-001.yaml": review()})
    commands = [["lint", "--staged"], ["report", "--no-cache"]]
    before = [peak(repo, *command) for command in commands]
    repo.write("pir/INC-002.yaml", ("# " + "x" * 97 + "\n") * 300_000)
    assert peak(repo, *commands[1]) < 1.5 * before[1]
    repo.commit("2025-10-02", {})
    for command, small in zip(commands, before, strict=True):
        assert peak(repo, *command) < 1.5 * small
    assert "the file is larger than 512 KiB\n --> pir/INC-002.yaml:1:1" in repo.run("lint", "--staged").stdout
    assert "the file is larger than 512 KiB" in repo.run("history", "--unreadable").stdout


SIZE, LIMIT = 10_000, 0.1
"""The length of a hostile text, and what a step on it may take, in seconds of the processor."""
PIECES = [*" \t\n\r`~:+<[]({}@/.#'\"=|!-_aA0P", "a.", "a@", "0 ", "a\n", " #", "#\n", "```\n", "eyJ", "--", "until "]


def seconds(work: Callable[[], object]) -> float:
    """The time of the processor that some work takes: the best of three, where the first is slow."""
    best = LIMIT
    for _ in range(3):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
        if best < LIMIT:
            break
    return best


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """The expressions that pirgen's modules keep, by name."""
    for found in pkgutil.walk_packages(pirgen.__path__, "pirgen."):
        if not found.name.endswith("__main__"):
            module = importlib.import_module(found.name)
            for name, value in vars(module).items():
                if isinstance(value, re.Pattern):
                    if isinstance(value.pattern, bytes):  # a text of it is as long
                        value = re.compile(value.pattern.decode("latin-1"), value.flags | re.ASCII)
                    yield f"{found.name}.{name}", value


@pytest.mark.slow
def test_our_own_patterns_take_linear_time() -> None:
    found = dict(patterns())
    assert len(found) > 40
    for name, pattern in found.items():
        words = re.findall(r"[A-Za-z]{2,}", pattern.pattern)
        for piece in dict.fromkeys((*PIECES, *words)):
            for head in ("", *words[:1]):
                text = f"{head}{piece * (SIZE // len(piece))}\0"
                for how in (pattern.search, pattern.fullmatch):
                    assert seconds(partial(how, text)) < LIMIT, (name, head, piece)


@pytest.mark.parametrize("text", [f"x{' ' * 200_000}x", "```x\n" * 45_000, "~~~\n" * 45_000, "- a\n" * 45_000])
def test_prose_takes_linear_time(text: str) -> None:
    small = min(seconds(lambda: prose(text[: len(text) // 10])) for _ in range(3))
    assert min(_time(lambda: prose(text)) for _ in range(2)) < 40 * small + 0.5


def _time(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


@pytest.mark.parametrize(
    ("config", "place"),
    [
        ("id_pattern: 'A(?=B)'", "1:13: `id_pattern` cannot be `A(?=B)`"),
        ("id_pattern: '(A)\\1'", "1:13: `id_pattern` cannot be `(A)\\1`"),
        ("redaction: ['a', '(?<!x)y']", "1:18: `redaction` item 2 cannot be `(?<!x)y`"),
    ],
)
def test_a_pattern_that_takes_longer_is_refused_in_words(cli: Cli, config: str, place: str) -> None:
    cli.write("pirgen.yaml", config)
    done = cli.run("lint")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith(f"pirgen: pirgen.yaml:{place}; look-around such as (?=…) and back references")


def test_a_field_of_ones_own_has_such_patterns_too(cli: Cli) -> None:
    cli.write("pirgen.yaml", "custom_fields: ours.json")
    cli.write("ours.json", '{"properties": {"x": {"pattern": "(?=a)"}}}')
    assert 'is not a "regex"; look-around such as' in cli.run("lint").stderr


def test_no_pattern_of_a_project_makes_it_wait(cli: Cli) -> None:
    hostile = "(a+)+b"
    cli.write("pirgen.yaml", f"custom_fields: ours.json\nexclude: ['{'**/a*' * 50}b']\nid_pattern: '{hostile}'\n")
    keys = {"additionalProperties": False, "patternProperties": {f"^{hostile}$": {"type": "integer"}}}
    cli.write("ours.json", json.dumps({"properties": {"x": {"pattern": f"^{hostile}$"}, "y": keys}}))
    text = "a" * 50_000
    cli.write(f"pir/{'a/' * 100}{'a' * 200}.yaml", review("a" * 99 + "1", x=text, y={text: 1, "aab": "z"}))
    done = cli.run("lint", "--format", "full")
    assert done.returncode == 1
    for told in ("`incident_id` cannot be", "`x` cannot be", "unknown field `aaa", "`aab` must be a whole number"):
        assert told in done.stdout


def test_what_is_redacted_takes_linear_time() -> None:
    from pirgen.incidents.redaction import redacted

    assert _time(lambda: redacted("a" * 50_000, ["(a+)+b", "(?i)(A|a)*c"])) < 10


def test_few_values_are_guessed_at(cli: Cli) -> None:
    ends = islice(product("abcfghijklmnop", repeat=2), MAX_GUESSES * 2)
    events = [{"time": "14:30", "event": "x", "kind": f"detect{first}{second}"} for first, second in ends]
    cli.write("pir/INC-001.yaml", review(timeline=[*events, events[0]]))
    assert cli.run("lint", "--format", "full").stdout.count("did you mean `detected`?") == MAX_GUESSES + 1


def test_owners_are_read_without_their_paths(cli: Cli) -> None:
    lines = ["# @nobody", "[Ops][2] @section", "/a\\ b/c @Blank x@example.org # @also-nobody"]
    cli.write("CODEOWNERS", "\n".join([*lines, *(f"/service/{i}/src/** @org/team-{i}" for i in range(25_000))]))
    owners = ["@section", "@blank", "x@example.org", "@org/team-24999", "@nobody", "@also-nobody"]
    items = [
        {"id": f"AI-{n}", "action": "Mend it", "owner": owner, "due": "2025-10-12"} for n, owner in enumerate(owners)
    ]
    cli.write("pir/INC-001.yaml", review(action_items=items))
    said = cli.run("lint").stdout
    assert [owner for owner in owners if f"nobody is known as `{owner}`" in said] == owners[-2:]
