"""The milestones of an incident and the intervals between them: one table that every other module reads.

The schemas use the kinds, the timeline uses the phrases that mark them, and the review's page, the rules and the
metrics use the intervals.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache, lru_cache
from typing import NamedTuple


class Kind(NamedTuple):
    """A kind of milestone."""

    name: str
    phrases: tuple[str, ...]
    """The phrases in an event that mark this milestone, unless the configuration gives others.

    One that ends in a colon counts only as the heading of an event: all of it, or what precedes its first punctuation.
    """
    is_usual: bool = True
    """Whether a review is incomplete without it."""
    last_counts: bool = False
    """Whether the last of several entries counts; otherwise the first one does."""


KINDS = (
    Kind(
        "started",
        (
            *("incident started", "incident starts", "incident began", "incident begins"),
            *("outage started", "outage starts", "outage began", "outage begins"),
            *("impact started", "impact starts", "impact began", "impact begins"),
            *("start of incident", "start of outage", "start of impact", "fault occurs", "fault occurred", "started:"),
        ),
    ),
    Kind(
        "detected",
        (
            *("alert triggered", "alert fired", "alerts fire", "alerts fired", "alerted", "alert pages"),
            *("incident detected", "outage detected", "issue detected", "problem detected", "incident reported"),
            *("first alert:", "first detected:", "detected:"),
        ),
    ),
    Kind("acknowledged", ("acknowledged", "acknowledges")),
    Kind(
        "identified",
        ("root cause identified", "root cause found", "cause identified", "cause found", "identified:"),
        is_usual=False,
    ),
    Kind(
        "mitigated",
        (
            *("mitigation applied", "mitigation deployed", "mitigation in place", "incident mitigated"),
            *("impact mitigated", "issue mitigated", "mitigated:"),
        ),
    ),
    Kind(
        "resolved",
        (
            *("incident resolved", "issue resolved", "problem resolved", "outage resolved", "declared resolved"),
            *("service recovered", "service restored", "service fully restored", "fully recovered"),
            *("recovery confirmed", "outage over", "outage ends", "outage ended"),
            *("resolved:", "repaired and resolved:"),
        ),
        last_counts=True,
    ),
)
"""The kinds of milestones, in the order in which they are reached."""
MILESTONES = tuple(kind.name for kind in KINDS)
USUAL = tuple(kind.name for kind in KINDS if kind.is_usual)
LAST_COUNTS = tuple(kind.name for kind in KINDS if kind.last_counts)
PHRASES: Mapping[str, tuple[str, ...]] = {kind.name: kind.phrases for kind in KINDS}
NOTE = "note"
"""The kind of an entry that is not a milestone."""
STANDS_IN: Mapping[str, str] = {"started": "detected"}
"""By milestone, the one that replaces it as an interval's start where it is not recorded. The start is then assumed."""


class Milestone(NamedTuple):
    """When a milestone was reached. `inferred` means that a phrase marks it and not an explicit kind."""

    at: datetime
    inferred: bool
    approximate: bool


class Elapsed(NamedTuple):
    """The length of one interval in one incident."""

    seconds: float
    """The length in seconds; negative where the timeline contradicts itself."""
    start: str
    """The milestone that the interval runs from in this incident."""
    began: datetime
    assumed: bool
    """Whether another milestone replaces the start of the interval."""
    inferred: bool
    """Whether one of the two milestones was inferred from an event's words."""
    approximate: bool
    """Whether one of the two times is approximate."""


class Interval(NamedTuple):
    """A time from one milestone to another, such as the time to resolve."""

    verb: str
    """The verb in the interval's name: `resolve` in "time to resolve"."""
    start: str
    end: str
    limit: str = ""
    """The field of `SeverityLevel` that holds the longest acceptable time; empty where there is none."""

    @property
    def starts(self) -> tuple[str, ...]:
        """The milestones that the interval may run from; the first one that was reached counts."""
        return _starts(self.start, self.end)

    def began(self, reached: Mapping[str, Milestone]) -> tuple[str, Milestone] | None:
        """The milestone that the interval runs from in an incident, and its time; None where none was reached."""
        for kind in _starts(self.start, self.end):
            if mark := reached.get(kind):
                return kind, mark
        return None

    def measure(self, reached: Mapping[str, Milestone]) -> Elapsed | None:
        """The length of the interval in an incident with these milestones; None where its start or end is unknown."""
        last = reached.get(self.end)
        first = self.began(reached) if last else None
        if first is None or last is None:
            return None
        kind, mark = first
        return Elapsed(
            (last.at - mark.at).total_seconds(),
            kind,
            mark.at,
            kind != self.start,
            mark.inferred or last.inferred,
            mark.approximate or last.approximate,
        )


@cache
def _starts(start: str, end: str) -> tuple[str, ...]:
    other = STANDS_IN.get(start, end)
    return (start,) if other == end else (start, other)


INTERVALS: Mapping[str, Interval] = {
    "mttd": Interval("detect", "started", "detected"),
    "mtta": Interval("acknowledge", "detected", "acknowledged", limit="response"),
    "mttm": Interval("mitigate", "started", "mitigated"),
    "mttr": Interval("resolve", "started", "resolved", limit="resolution"),
}
"""The intervals by the name of their mean, which pirgen.yaml and the exports use."""
PRESETS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "firehydrant": {"mtta": ("started", "acknowledged")},
    "datadog": {"mttm": ("detected", "mitigated"), "mttr": ("detected", "resolved")},
}
"""By preset, the start and end of each interval that differs from `INTERVALS`.

FireHydrant measures all intervals from the start, Datadog measures repair and resolution from the declaration.
"""


def began(reached: Mapping[str, Milestone]) -> datetime | None:
    """When an incident started, or when it was detected where no start is recorded; None where neither is known."""
    first = INTERVALS["mttr"].began(reached)
    return first[1].at if first else None


_DOUBT = ("no", "not", "not yet", "possible", "possibly", "potential", "probable", "likely", "suspected", "presumed")
"""Words before a phrase that leave open whether the milestone was reached, or deny it."""
_DOUBTFUL = frozenset(words.split()[0] for words in _DOUBT)


def infer(event: str, phrases: Mapping[str, tuple[str, ...]]) -> str | None:
    """The milestone that an event's words name; None unless they name exactly one, and without doubt."""
    text = _plain(event)
    said = tuple((kind, phrase) for kind, phrase in _phrases(tuple(phrases.items())) if phrase.rstrip(": ") in text)
    if not said:
        return None
    doubts = () if _DOUBTFUL.isdisjoint(re.findall(r"\w+", text)) else _DOUBT
    found = {match.lastgroup for match in _expression(said, doubts).finditer(text)} - {None}
    return found.pop() if len(found) == 1 else None


@cache
def _phrases(phrases: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[tuple[str, str], ...]:
    """Each milestone with each of its phrases."""
    return tuple((kind, _plain(phrase)) for kind, words in phrases for phrase in words)


@lru_cache(1_024)
def _expression(phrases: tuple[tuple[str, str], ...], doubts: tuple[str, ...]) -> re.Pattern[str]:
    """One expression for some phrases, with one group for each milestone. Longer phrases come first and win.

    A phrase after one of `doubts` is matched as a whole with these words, outside the groups, so that no part of it
    counts. The phrases are those that an event holds: an expression for all takes longer to compile than to use.
    """
    doubted = (f"(?:{'|'.join(doubts)}) (?:{_any(phrase for _, phrase in phrases)})",) if doubts else ()
    marked = (
        f"(?P<{kind}>{_any(phrase for other, phrase in phrases if other == kind)})"
        for kind in dict.fromkeys(kind for kind, _ in phrases)
    )
    return re.compile(rf"(?<!\w)(?:{'|'.join((*doubted, *marked))})(?![\w?])")


def _plain(text: str) -> str:
    return " ".join(text.lower().split())


def _any(phrases: Iterable[str]) -> str:
    return "|".join(map(_exactly, sorted(phrases, key=len, reverse=True)))


def _exactly(phrase: str) -> str:
    if not phrase.endswith(":"):
        return re.escape(phrase)
    return rf"(?<!.){re.escape(phrase[:-1].rstrip())}(?=\s*(?:[^\w\s?]|\Z))"
