"""The milestones of an incident and the intervals between them: one table that every other module reads.

The schemas take the kinds from here, the timeline the words that mark them, the review's page, the rules and the
metrics the intervals.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import NamedTuple


class Kind(NamedTuple):
    """A kind of milestone."""

    name: str
    phrases: tuple[str, ...]
    """What an event says that marks it, where the configuration does not say otherwise."""
    is_usual: bool = True
    """Whether a review that does not have it lacks something."""
    last_counts: bool = False
    """Whether of several entries the last one counts, and not the first."""


KINDS = (
    Kind("started", ("incident started", "incident begins", "outage starts", "outage begins", "impact begins")),
    Kind(
        "detected",
        ("alert triggered", "alert fired", "alerts fire", "alerts fired", "alerted", "incident detected"),
    ),
    Kind("acknowledged", ("acknowledged", "acknowledges")),
    Kind(
        "identified",
        ("root cause identified", "root cause found", "cause identified", "cause found"),
        is_usual=False,
    ),
    Kind("mitigated", ("mitigation applied", "incident mitigated", "impact mitigated")),
    Kind(
        "resolved",
        (
            "incident resolved",
            "incident declared resolved",
            "service recovered",
            "service restored",
            "service fully restored",
            "fully recovered",
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
"""The kind of an entry that is no milestone."""
STANDS_IN: Mapping[str, str] = {"started": "detected"}
"""The milestone that an interval runs from where its own start is not recorded; such a time is assumed."""


class Milestone(NamedTuple):
    """When a milestone was reached; `inferred` where a phrase says so and no explicit kind."""

    at: datetime
    inferred: bool
    approximate: bool


class Elapsed(NamedTuple):
    """How long one interval of one incident was."""

    seconds: float
    """Negative where the timeline contradicts itself."""
    start: str
    """The milestone that it runs from."""
    began: datetime
    assumed: bool
    """Whether another milestone stands in for the start."""
    inferred: bool
    """Whether one of its ends was read from an event's words."""
    approximate: bool
    """Whether one of its ends is only roughly known."""


class Interval(NamedTuple):
    """A time from one milestone to another, such as the time to resolve."""

    verb: str
    """What the time is to, such as `resolve`."""
    start: str
    end: str
    limit: str = ""
    """The field of a severity's row that holds the time within which it should be; empty where there is none."""

    @property
    def starts(self) -> tuple[str, ...]:
        """The milestones that it may run from; the first one that was reached counts."""
        return _starts(self.start, self.end)

    def began(self, reached: Mapping[str, Milestone]) -> tuple[str, Milestone] | None:
        """The milestone that it runs from in an incident, and when that was; None where neither is known."""
        for kind in _starts(self.start, self.end):
            if mark := reached.get(kind):
                return kind, mark
        return None

    def measure(self, reached: Mapping[str, Milestone]) -> Elapsed | None:
        """How long it was in an incident that has reached these milestones; None where an end is not known."""
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
"""The intervals by the name of their mean, as pirgen.yaml and the exports have it."""
PRESETS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "firehydrant": {"mtta": ("started", "acknowledged")},
    "datadog": {"mttm": ("detected", "mitigated"), "mttr": ("detected", "resolved")},
}
"""How they differ: FireHydrant measures all from the start; Datadog repair and resolution from the declaration."""


def began(reached: Mapping[str, Milestone]) -> datetime | None:
    """When an incident started, or was detected where no start is recorded."""
    first = INTERVALS["mttr"].began(reached)
    return first[1].at if first else None


def infer(event: str, phrases: Mapping[str, tuple[str, ...]]) -> str | None:
    """The milestone that an event's words name, if they name exactly one."""
    expression = _phrases(tuple(phrases.items()))
    found = {match.lastgroup for match in expression.finditer(" ".join(event.lower().split()))}
    return found.pop() if len(found) == 1 else None


@cache
def _phrases(phrases: tuple[tuple[str, tuple[str, ...]], ...]) -> re.Pattern[str]:
    """One expression for all phrases, with a group a milestone; longer phrases first, so that they win."""
    kinds = {kind: [" ".join(word.lower().split()) for word in words] for kind, words in phrases if words}
    parts = (
        f"(?P<{kind}>{'|'.join(re.escape(word) for word in sorted(words, key=len, reverse=True))})"
        for kind, words in kinds.items()
    )
    return re.compile(rf"(?<!\w)(?<!not )(?:{'|'.join(parts) or '(?!)'})(?!\w)")
