"""How we respond: the figures with their targets, reviews that are missing or late, and the charts about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pirgen.report.sums import NO, NOT_ENOUGH, YES
from pirgen.report.table import Figure, Row
from pirgen.report.wording import mean_text, median_text, minutes, rests_on, target_text
from pirgen.site.pages import Page, Subject

VERDICTS = {YES: ("met", "good"), NO: ("missed", "bad"), NOT_ENOUGH: ("not enough", "warn")}
"""The words and the look of each verdict."""


class Time(NamedTuple):
    """A time in words: what is in the middle, how far it is spread, and the mean, to which the target belongs."""

    title: str
    median: str
    within: str
    """How long nine in ten took at most; empty where there are too few."""
    mean: str
    between: str
    """The confidence interval of the mean; empty where there is none."""
    target: str
    verdict: str
    look: str
    rests_on: str


class Share(NamedTuple):
    """A share in words."""

    title: str
    value: str
    between: str
    """The confidence interval; empty where there is none, or where all there are were counted."""
    target: str
    verdict: str
    look: str
    rests_on: str


def make(subject: Subject) -> Iterator[Page]:
    """The page of the figures; there is none without a history."""
    if subject.report:
        known = {one.name: one for one in subject.report.figures}
        rows = [(known[row["name"]], row) for row in subject.report.tables["metrics"].rows]
        values = {
            "headline": headline([row["met"] for _, row in rows]),
            "times": [_time(figure, row) for figure, row in rows if row["of"] is None],
            "shares": [_share(figure, row) for figure, row in rows if row["of"] is not None],
        }
        yield Page("report.md", subject.fill("report", **subject.figures("report"), **values))


def headline(verdicts: Sequence[str | None]) -> str:
    """Whether the targets are met, as a sentence without a full stop."""
    found = Counter(verdict for verdict in verdicts if verdict)
    count = found.total()
    if not count:
        return "How we respond"
    if found[NO] == count:
        return "The target is missed" if count == 1 else f"All {count} targets are missed"
    if found[NO]:
        return f"{found[NO]} of {count} targets {'is' if found[NO] == 1 else 'are'} missed"
    if not found[YES]:
        return "Too little is known to judge the targets"
    if found[NOT_ENOUGH]:
        verb = "is" if found[YES] == 1 else "are"
        return f"{found[YES]} of {count} targets {verb} met, of the others too little is known"
    return "The target is met" if count == 1 else f"All {count} targets are met"


def _time(figure: Figure, row: Row) -> Time:
    low, high = minutes(row["confidence_low"]), minutes(row["confidence_high"])
    return Time(
        figure.title,
        median_text(row),
        minutes(row["p90_minutes"]) if row["n"] > 1 else "",
        mean_text(row),
        f"{low} to {high}" if low and high else "",
        target_text(row),
        *VERDICTS.get(row["met"], ("", "")),
        rests_on(row),
    )


def _share(figure: Figure, row: Row) -> Share:
    low, high = row["confidence_low"], row["confidence_high"]
    return Share(
        figure.title,
        "unknown" if row["percent"] is None else f"{row['percent']}%",
        "" if low is None or figure.is_census else f"{low:.0f} to {high:.0f}%",
        target_text(row),
        *VERDICTS.get(row["met"], ("", "")),
        rests_on(row),
    )
