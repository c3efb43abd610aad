"""The milestones of an incident, the words that mark them, and the times between them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import NamedTuple

MILESTONES = ("started", "detected", "acknowledged", "identified", "mitigated", "resolved")

Interval = tuple[str, str]

PHRASES: Mapping[str, tuple[str, ...]] = {
    "started": ("incident started", "incident begins", "outage starts", "outage begins", "impact begins"),
    "detected": (
        "alert triggered",
        "alert fired",
        "alerts fire",
        "alerts fired",
        "alerted",
        "incident detected",
    ),
    "acknowledged": ("acknowledged", "acknowledges"),
    "identified": ("root cause identified", "root cause found", "cause identified", "cause found"),
    "mitigated": ("mitigation applied", "incident mitigated", "impact mitigated"),
    "resolved": (
        "incident resolved",
        "incident declared resolved",
        "service recovered",
        "service restored",
        "service fully restored",
        "fully recovered",
    ),
}
"""What an event says, by milestone, where the configuration does not say otherwise."""


class Milestone(NamedTuple):
    """When a milestone was reached; `inferred` where a phrase says so and no explicit kind."""

    at: datetime
    inferred: bool
    approximate: bool


def began(reached: Mapping[str, Milestone]) -> datetime | None:
    """When an incident started, or was detected where no start is recorded."""
    first = reached.get("started") or reached.get("detected")
    return first.at if first else None


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
