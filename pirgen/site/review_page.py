"""The content of a review's page: its values in the order and the words that suit a reader."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from pirgen.config import Config
from pirgen.review import ActionItem, Review
from pirgen.review.milestones import MILESTONES
from pirgen.site.review_times import Times
from pirgen.site.timeline_picture import picture
from pirgen.templating import Templates

FOLDED, SHOWN = 16, 10
"""A timeline with more than FOLDED entries shows SHOWN of them; the others are unfolded."""
LEAD = 280
"""How many characters an impact has at most that stands whole under the title."""
LOOKS = 4
"""How many severities look different, the worst first; the others look like the last of these."""


class Related(NamedTuple):
    """Another incident; `page` is empty where it has no page."""

    id: str
    title: str
    page: str
    why: str = ""


class State(NamedTuple):
    """Where an action item stands: a word and its look, what is said after it, and what happened to the item."""

    word: str
    look: str = ""
    rest: str = ""
    changes: tuple[str, ...] = ()
    """The changes, oldest first, as HTML."""


class Line(NamedTuple):
    """An action item as the page shows it."""

    id: str
    action: str
    owner: str
    due: date | None
    state: State
    notes: tuple[str, ...] = ()
    """What is said under the action."""
    reasons: tuple[str, ...] = ()
    """What is said under the state: why it was declined, what shows that it is done."""
    custom: tuple[tuple[str, str], ...] = ()
    """The title and the value of each of the project's own fields."""
    is_gone: bool = False


class Evidence(NamedTuple):
    """What history, the code host and the other reviews add to a page that is built with the site."""

    edit_url: str = ""
    states: Mapping[str, State] = {}
    """Where each action item stands, by action id."""
    removed: tuple[Line, ...] = ()
    """The action items that are gone from the review."""
    shallow: bool = False
    record: tuple[str, ...] = ()
    """Who completed the review when, and what became of it since, as Markdown."""
    previous: Related | None = None
    next: Related | None = None


def review_page(
    file: str,
    review: Review,
    related: Sequence[Related],
    config: Config,
    templates: Templates,
    evidence: Evidence | None = None,
) -> str:
    """The page of the review in `file`. A committed page has no `evidence`. Raises PirgenError for a wrong template."""
    level = config.severity(review.severity)
    times = Times(review, level, config.intervals)
    entries = [*times.entries()]
    own = config.custom_fields.get("below", {}).get("action_items", {})
    items = [_line(item, evidence, own) for item in review.action_items]
    return templates.render(
        "review.md.j2",
        file=file,
        review=review,
        severity=severity_name(review.severity, config),
        look=severity_look(review.severity, config),
        day=in_full(review.date) if review.date else "",
        lead=_lead(review),
        custom=list(_custom(review.custom, config.custom_fields.get("properties", {}))),
        tags=[tag for tag in dict.fromkeys((review.severity, *review.services, *review.tags)) if tag],
        strip=list(times.strip()),
        picture=picture(review, config.intervals["mttr"], level.resolution if level else None),
        timeline=entries,
        shown=SHOWN if len(entries) > FOLDED else len(entries),
        items=[*items, *(evidence.removed if evidence else ())],
        counts=_counts(items, evidence),
        related=related,
        kinds=MILESTONES,
        meeting=_meeting(review),
        agenda=config.agenda,
        evidence=evidence,
    )


def severity_name(severity: str, config: Config) -> str:
    """A severity as people read it: its name, with its label where it has one."""
    level = config.severity(severity)
    return f"{severity} ({level.label})" if level and level.label else severity or "unknown"


def severity_look(severity: str, config: Config) -> str:
    """The look of a severity, by its place in the matrix; empty for one that is not there."""
    names = [level.name for level in config.severities]
    return f"s{min(names.index(severity) + 1, LOOKS)}" if severity in names else ""


def in_full(day: date) -> str:
    """A day as a text has it, such as `5 October 2025`."""
    return f"{day.day} {day:%B} {day.year}"


def first_sentence(review: Review) -> str:
    """The first sentence of the impact; empty where the title says it already."""
    first = re.split(r"(?<=[.!?;])\s|\n", review.impact.strip(), maxsplit=1)[0].rstrip(";")
    return "" if first.rstrip(".") == review.headline else first


def _lead(review: Review) -> str:
    """What stands under the title: the impact, or the first sentence of a long one, which has a section, too."""
    text = review.impact.strip()
    is_long = len(text) > LEAD or "\n" in text
    return first_sentence(review) if is_long or text.rstrip(".;") == review.headline else text


def _line(item: ActionItem, evidence: Evidence | None, own: Mapping[str, Any]) -> Line:
    look = {"done": "good", "declined": "soft"}.get(item.status, "")
    state = State(item.status.replace("_", " "), look)
    if evidence:
        state = evidence.states.get(item.id, state)
    stated = f"said to be completed on {item.completed_on}" if item.completed_on else ""
    reasons = tuple(filter(None, (item.reason, stated, item.evidence)))
    return Line(item.id, item.action, item.owner, item.due, state, item.notes, reasons, tuple(_custom(item.data, own)))


def _counts(items: Sequence[Line], evidence: Evidence | None) -> str:
    """How many action items are done, overdue and gone, and what none of them has."""
    said = [f"{sum(one.state.look == 'good' for one in items)} of {len(items)} done"]
    said += [f"{count} overdue" for count in (sum(one.state.look == "bad" for one in items),) if count]
    said += [f"{len(evidence.removed)} removed"] if evidence and evidence.removed else []
    lacks = [] if any(one.owner for one in items) else ["an owner"]
    lacks += [] if any(one.due for one in items) else ["a due date"]
    nobody = " or ".join(lacks)
    return ", ".join(said) + (f". None has {nobody}" if nobody else "")


def _custom(said: Mapping[str, Any], fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The title and the value of each of a project's own `fields` whose value fits into a line."""
    for key, field in fields.items():
        value = said.get(key)
        values = value if isinstance(value, list) else [value]
        words = [
            ("no", "yes")[one] if isinstance(one, bool) else str(one)
            for one in values
            if isinstance(one, str | int | float)
        ]
        title = field.get("title") if isinstance(field, dict) else None
        if words and len(words) == len(values):
            yield title if isinstance(title, str) else key.replace("_", " ").capitalize(), ", ".join(words)


def _meeting(review: Review) -> str:
    said = [str(review.meeting[key]) for key in ("at",) if key in review.meeting]
    if "facilitator" in review.meeting:
        said.append(f"led by {review.meeting['facilitator']}")
    if review.meeting.get("attendees"):
        said.append(f"with {', '.join(review.meeting['attendees'])}")
    return ", ".join(said)
