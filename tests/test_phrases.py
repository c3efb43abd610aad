"""The phrases that mark a milestone: what they say of single events, and how often they are right on public reports."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pirgen.document import load
from pirgen.files import Source
from pirgen.review.milestones import MILESTONES, PHRASES, infer
from tests.support import ROOT


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ("Alert triggered for API errors", "detected"),
        ("First detected: 500s in the US region", "detected"),
        ("On-call ACKNOWLEDGED", "acknowledged"),
        ("Root cause  identified", "identified"),
        ("Incident resolved; notice sent", "resolved"),
        ("Resolved", "resolved"),
        ("Resolved.", "resolved"),
        ("Resolved - all regions", "resolved"),
        ("Declared resolved", "resolved"),
        ("Incident declared resolved by the lead", "resolved"),
        ("Outage begins", "started"),
        ("Possible cause found", None),
        ("Possible root cause found", None),
        ("Suspected root cause identified; alert triggered", "detected"),
        ("No alert triggered", None),
        ("Not yet fully recovered", None),
        ("Root cause found?", None),
        ("Resolved?", None),
        ("Resolved the merge conflict", None),
        ("DNS name resolved", None),
        ("Not acknowledged for an hour", None),
        ("unacknowledged", None),
        ("Alert triggered and acknowledged", None),
        ("First alert acknowledged", "acknowledged"),
        ("Nothing of note", None),
    ],
)
def test_what_an_event_tells(event: str, kind: str | None) -> None:
    assert infer(event, PHRASES) == kind


def test_phrases_of_the_configuration_replace_ours_of_their_kind() -> None:
    ours = {**PHRASES, "resolved": ("behoben:", "alles wieder gut")}
    assert infer("Behoben: neu gestartet", ours) == "resolved"
    assert infer("Alles wieder gut", ours) == "resolved"
    assert infer("Nicht behoben", ours) is None
    assert infer("Resolved", ours) is None
    assert infer("Resolved", dict.fromkeys(PHRASES, ())) is None


@given(st.text(max_size=60), st.lists(st.text(max_size=12), max_size=3))
def test_any_phrase_and_any_event_are_read(event: str, words: list[str]) -> None:
    assert infer(event, {**PHRASES, "resolved": tuple(words)}) in (*MILESTONES, None)


TOLD: dict[tuple[str, int], set[str]] = {
    ("INC-110", 16): {"resolved"},  # its kind is mitigated, because the report names a later end
    ("INC-117", 6): {"detected", "acknowledged"},  # one event tells both
}
"""The entries whose words tell other milestones than the kind that the review states."""


def test_the_docs_say_how_often_the_phrases_are_right_on_public_reports() -> None:
    entries = told = inferred = right = 0
    for path in sorted((ROOT / "pir").glob("INC-1??.yaml")):
        for place, entry in enumerate(load(Source(path.name, path.read_bytes())).data["timeline"]):
            labels = TOLD.get((path.stem, place), {entry.get("kind", "note")} - {"note"})
            found = infer(entry["event"], PHRASES)
            entries, told = entries + 1, told + len(labels)
            inferred, right = inferred + bool(found), right + (found in labels)
    said = f"{entries} events that tell {told} milestones; they infer {inferred}, of which {right} are right"
    docs = (ROOT / "docs/reference/review.md").read_text(encoding="utf-8")
    assert said in re.sub(r"\s+", " ", docs), said
