"""Lint and the ledger read the same text alike: real files, mutated and with every key edited."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pirgen.config import Config
from pirgen.diagnostic import Path as DataPath
from pirgen.document import load
from pirgen.files import Source
from pirgen.ledger.checkpoint import pack, unpack
from pirgen.ledger.snapshot import Camera, Snapshot, UnreadableError, of_log
from pirgen.review import placeholders
from pirgen.workspace import Workspace
from tests.support import DATA, ROOT, review
from tests.test_incremental import NASTY
from tests.test_site import FULL

REVIEW, LOG = "pir/INC-001.yaml", "operational_audit/incidents/INC-001.yaml"
OLD_LOG = "incident_id: INC-001\ntitle: x\nseverity: P2\nevents:\n  - {at: '2025-10-05T14:30:00Z', kind: detected}\n"
FILES = [
    *((REVIEW, path.read_bytes()) for path in sorted((ROOT / "pir").glob("*.yaml"))),
    *((REVIEW, path.read_bytes()) for path in sorted((DATA / "tricky").rglob("*.yaml"))),
    (REVIEW, (DATA / "seed.yaml").read_bytes()),
    (REVIEW, review(timezone="Europe/Berlin", status="in_review", covers=["INC-002"]).encode()),
    (LOG, (DATA / "incident-log.yaml").read_bytes()),
    (LOG, (ROOT / LOG).read_bytes()),
    (LOG, OLD_LOG.encode()),
]
"""Each file with the name that it has in a project, which says whether it is a review or a log."""
VALUES = [
    *("", "~", "x", "TODO", "0", "1", "1e3", "true", "[]", "{}", "[x]", "[1]", "{a: b}", "'x'", '"x"', "''", "'  '"),
    *("P1", "p1", "INC-001", "INC-002", "AI-001", "2025-10-05", "2025-02-30", "14:30", "~14:30", "unknown"),
    *("2025-10-05T14:30:00Z", "45m", "draft", "complete", "withdrawn", "declined", "done", "drill", "resolved"),
    *("Europe/Berlin", "+02:00", "@x", "&a x", "*a", "!x y", "!!str x", "x # y", "Issue #42", "a: b", "|", ">-"),
    *('"\\x1b"', '"\\u202e"', "\x01", "\x85", "\u2028", "\ufeff", "[{id: AI-001}]", "[{id: 1}]", "- x"),
]
BYTES = [bytes([byte]) for byte in (0, 1, 9, 10, 13, 32, 34, 35, 38, 39, 42, 45, 58, 64, 91, 93, 123, 125, 127, 255)]
BYTES += [text.encode() for text in ("\x85", "\u2028", "\ufeff", "\U0001f389", "---\n", "\n# x\x01\n", "<<: *a")]
LINES = [*(line.encode() for line in NASTY), b"# pirgen: ignore[x] y", b"<<<<<<< HEAD", b"=======", b"title: x"]
KEYS = ["x", "incident_id", "date", "timezone", "timeline", "action_items", "id", "kind", "'date'", "? date", "<<"]


def paths(data: Any, path: DataPath = ()) -> Iterator[DataPath]:
    """The path of every value in some data."""
    yield path
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, value in inner:
        yield from paths(value, (*path, step))


def edited(draw: Any, text: bytes) -> bytes:
    """A text with a value or a key of it replaced; the text itself where it cannot be parsed."""
    document = load(Source("x", text))
    chosen = draw(st.sampled_from([*paths(document.data)]))
    at_key = draw(st.booleans())
    found = document.extent(chosen, at_key=at_key)
    if found is None:
        return text
    new: str = draw(st.sampled_from(KEYS if at_key else VALUES))
    return (document.text[: found[0]] + new + document.text[found[1] :]).encode()


def mutated(draw: Any, text: bytes) -> bytes:
    """A text with a line or a few bytes of it removed, doubled, moved or replaced."""
    if draw(st.booleans()):
        lines = text.splitlines(keepends=True)
        place = draw(st.integers(0, len(lines)))
        taken = lines[place : place + draw(st.integers(0, 2))]
        del lines[place : place + len(taken)]
        new = draw(st.sampled_from([[], taken * 2, taken[::-1], [b"  " + line for line in taken], LINES, BYTES]))
        lines[place:place] = [draw(st.sampled_from(new)) + b"\n"] if new in (LINES, BYTES) else new
        return b"".join(lines)
    place = draw(st.integers(0, len(text)))
    new_bytes: bytes = draw(st.sampled_from([b"", *BYTES]))
    return text[:place] + new_bytes + text[place + draw(st.integers(0, 2)) :]


@st.composite
def revisions(draw: Any) -> tuple[str, list[bytes]]:
    """The name of a file, and a few versions of it, each made from the one before."""
    name, text = draw(st.sampled_from(FILES))
    versions = [text]
    for _ in range(draw(st.integers(1, 4))):
        change = draw(st.sampled_from([edited, edited, mutated]))
        versions.append(change(draw, versions[draw(st.integers(0, len(versions) - 1))]))
    return name, versions


def by_lint(workspace: Workspace, source: Source) -> Snapshot | str:
    """What lint's reader says of a source, in the ledger's words: a snapshot, or why there is none."""
    document = workspace.document(source)
    if document.problems:
        return document.problems[0][1].message
    if not workspace.incident_id(source):
        return "the incident_id cannot be read"
    if source.name == LOG:
        workspace.put(source)
        return of_log(workspace.log(source.name))
    entry = workspace.parse(source)
    items = document.data.get("action_items") or []
    if not isinstance(items, list) or not all(isinstance(i, dict) and isinstance(i.get("id"), str) for i in items):
        return "the ids of the action items cannot be read"
    said = Camera(workspace.config)._review(document.data)  # a new one, which takes nothing over from other versions
    is_finished = entry.review.status == "complete" and not [*placeholders(entry.review)]
    assert said.complete == (entry.is_valid and is_finished)
    assert (said.incident_id, said.milestones) == (entry.review.incident_id, entry.review.milestones)
    assert [*said.items] == [*dict.fromkeys(item.id for item in entry.review.action_items)]
    return said


def by_ledger(camera: Camera, source: Source) -> Snapshot | str:
    """What the ledger's reader says of a source."""
    try:
        return camera.take(source)
    except UnreadableError as error:
        return str(error)


def agree(name: str, versions: list[bytes]) -> None:
    workspace, camera = Workspace(Path(os.devnull), Config(), {}), Camera(Config())
    for text in versions:
        source = Source(name, text)
        said = by_ledger(camera, source)
        assert said == by_lint(workspace, source)
        assert unpack(pack(said)) == said


WHOLE = [(REVIEW, (DATA / "seed.yaml").read_bytes()), (REVIEW, FULL.encode()), *FILES[-3:]]
"""Files that have every field between them."""


@pytest.mark.slow
@pytest.mark.parametrize(("name", "text"), WHOLE, ids=range(len(WHOLE)))
def test_both_read_a_real_file_with_each_of_its_keys_edited(name: str, text: bytes) -> None:
    document = load(Source(name, text))
    versions = [text]
    for path in paths(document.data):
        for at_key, new in ((False, "x"), (False, "[x]"), (True, "x")):
            if found := document.extent(path, at_key=at_key):
                versions += [(document.text[: found[0]] + new + document.text[found[1] :]).encode(), text]
    agree(name, versions)


@pytest.mark.parametrize("mark", ["\x01", "\x7f", "\x00", "\x85", "\u2028", "\ufeff", "\t", "\ufffe"])
@pytest.mark.parametrize("comment", ["# x{}\n", "\n# x{}\n\n", "---\n# x{}\n", " {}\n", "{}\n", "--- # {}\n"])
def test_both_read_a_character_in_the_leading_comment(comment: str, mark: str) -> None:
    agree(REVIEW, [review().encode(), (comment.format(mark) + review()).encode()])


def test_both_read_the_id_of_a_review_where_reviews_have_it() -> None:
    event = "events: [{kind: declared, incident_id: INC-001}]\n"
    agree(REVIEW, [review().encode(), (review(incident_id=None) + event).encode()])
    agree(LOG, [event.encode()])


@given(revisions())
def test_both_agree_on_any_mutation_of_a_real_file(changed: tuple[str, list[bytes]]) -> None:
    agree(*changed)
