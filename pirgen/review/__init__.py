"""The frozen model of a review, and `read`, which makes a `Review` from plain data.

Reading is tolerant: values of the wrong shape are left out, and the schema reports them. So rules and the ledger get
only values of the right type.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, tzinfo
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from pirgen.diagnostic import Path
from pirgen.review.duration import Lasted, lasted
from pirgen.review.milestones import Milestone
from pirgen.review.timeline import Clock, Moment, has_zone, milestones, parse_date, resolve, zone_of


class ActionItem(NamedTuple):
    """One action item of a review."""

    id: str
    action: str
    owner: str = ""
    due: date | None = None
    status: str = "open"
    reason: str = ""
    kind: str = ""
    priority: str = ""
    issue: str = ""
    evidence: str = ""
    completed_on: date | None = None
    place: int = 0
    """Its index in the list of action items, where problems with it are shown."""
    data: Mapping[str, Any] = MappingProxyType({})
    """The item as the review has it, with the values of the project's own fields."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What a page says in brackets behind the action."""
        return tuple(filter(None, (self.kind, self.priority, self.issue)))


class Link(NamedTuple):
    """A link to further reading."""

    title: str
    url: str


class Review(NamedTuple):
    """A post-incident review. Absent texts are empty, unknown times are None."""

    incident_id: str
    title: str = ""
    severity: str = ""
    type: str = ""
    """A type of `incident_log.TYPES`; empty where the review does not say."""
    status: str = "complete"
    reason: str = ""
    date: "date | None" = None  # below this line `date` is the field
    timezone: str = "UTC"
    zone_is_stated: bool = False
    """Whether the review or its project states the time zone; otherwise UTC is assumed."""
    duration: str = ""
    impact: str = ""
    detected_by: str = ""
    services: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    roles: Mapping[str, str] = MappingProxyType({})
    timeline: tuple[Moment, ...] = ()
    root_cause: str = ""
    contributing_factors: tuple[str, ...] = ()
    resolution: str = ""
    action_items: tuple[ActionItem, ...] = ()
    no_action_items_reason: str = ""
    lessons_learned: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    former_ids: tuple[str, ...] = ()
    """The ids that the incident had before."""
    links: tuple[Link, ...] = ()
    meeting: Mapping[str, Any] = MappingProxyType({})
    custom: Mapping[str, Any] = MappingProxyType({})
    """The values of the project's own fields, as the review has them."""

    @property
    def milestones(self) -> dict[str, Milestone]:
        """The milestones that the timeline reaches, by kind."""
        return milestones(self.timeline)

    @property
    def assumes_zone(self) -> bool:
        """Whether a time of the timeline has no zone of its own and nobody states one."""
        return not self.zone_is_stated and any(moment.at and not has_zone(moment.written) for moment in self.timeline)

    @property
    def lasted(self) -> Lasted:
        """How long the incident lasted, by what the review states and by its timeline."""
        return lasted(self.duration, self.milestones)

    @property
    def zone(self) -> tzinfo:
        """The time zone of times that are written without a zone."""
        return zone_of(self.timezone) or UTC

    @property
    def headline(self) -> str:
        """The title, or the first sentence of the impact where there is none."""
        first = re.split(r"(?<=[.!?;])\s|\n", self.impact.strip(), maxsplit=1)[0]
        return self.title or first.rstrip(".;") or "untitled"


def incident_id(data: Any) -> str:
    """The id of the incident that a review's data is about; empty where it cannot be read."""
    return _text(data, "incident_id")


def read(
    data: Any,
    clock: Clock,
    timeline: tuple[Moment, ...] | None = None,
    action_items: tuple[ActionItem, ...] | None = None,
) -> Review:
    """A `Review` from the data of a document.

    `clock` is the clock of the project; a zone that the review states takes precedence. `timeline` and `action_items`
    are used instead of those in `data` where they have been read already.
    """
    data = data if isinstance(data, dict) else {}
    day = parse_date(_text(data, "date"))
    zone = _text(data, "timezone") or clock.zone
    if timeline is None:
        timeline = resolve(map(_moment, _list(data, "timeline")), day, Clock(zone, clock.phrases))
    if action_items is None:
        action_items = tuple(_action(item, place) for place, item in enumerate(_list(data, "action_items")))
    return Review(
        incident_id=_text(data, "incident_id"),
        title=_text(data, "title").strip(),
        severity=_text(data, "severity"),
        type=_text(data, "type"),
        status=_text(data, "status") or "complete",
        reason=_text(data, "reason"),
        date=day,
        timezone=zone,
        zone_is_stated=bool(_text(data, "timezone")) or clock.zone_is_stated,
        duration=_text(data, "duration"),
        impact=_text(data, "impact"),
        detected_by=_text(data, "detected_by"),
        services=_texts(data, "services"),
        tags=_texts(data, "tags"),
        roles=_mapping(data, "roles"),
        timeline=timeline,
        root_cause=_text(data, "root_cause"),
        contributing_factors=_texts(data, "contributing_factors"),
        resolution=_text(data, "resolution"),
        action_items=action_items,
        no_action_items_reason=_text(data, "no_action_items_reason"),
        lessons_learned=_texts(data, "lessons_learned"),
        related=_texts(data, "related"),
        covers=_texts(data, "covers"),
        former_ids=_texts(data, "former_ids"),
        links=tuple(Link(_text(link, "title"), _text(link, "url")) for link in _list(data, "links")),
        meeting=_mapping(data, "meeting"),
        custom={key: value for key, value in data.items() if key not in Review._fields},
    )


def _moment(entry: Any) -> Moment:
    return Moment(
        written=_text(entry, "time"),
        event=_text(entry, "event"),
        kind=_text(entry, "kind") or None,
        by=_text(entry, "by"),
        link=_text(entry, "link"),
    )


def _action(item: Any, place: int) -> ActionItem:
    return ActionItem(
        id=_text(item, "id"),
        action=_text(item, "action"),
        owner=_text(item, "owner"),
        due=parse_date(_text(item, "due")),
        status=_text(item, "status") or "open",
        reason=_text(item, "reason"),
        kind=_text(item, "kind"),
        priority=_text(item, "priority"),
        issue=_text(item, "issue"),
        evidence=_text(item, "evidence"),
        completed_on=parse_date(_text(item, "completed_on")),
        place=place,
        data=item if isinstance(item, dict) else {},
    )


def texts(review: Review) -> Iterator[tuple[Path, str]]:
    """The path and the text of every field that a person writes in prose."""
    for name in (
        "title",
        "reason",
        "impact",
        "detected_by",
        "root_cause",
        "resolution",
        "no_action_items_reason",
    ):
        yield (name,), getattr(review, name)
    for index, moment in enumerate(review.timeline):
        yield ("timeline", index, "event"), moment.event
    for name in ("contributing_factors", "lessons_learned"):
        for index, text in enumerate(getattr(review, name)):
            yield (name, index), text
    for item in review.action_items:
        for name in ("action", "owner", "reason", "evidence"):
            yield ("action_items", item.place, name), getattr(item, name)


QUESTIONS: Mapping[str, str] = {
    "contributing_factors": "What made it possible, likelier or worse?",
    "action_items": "What will be done so that it does not happen again?",
    "lessons_learned": "What should others know?",
}
"""The questions that the sections with lists answer."""
_PLACEHOLDER = re.compile(
    r"(?i:@?(?:todo|tbd|tbc|fixme|xxx+|n/?a|to be (?:done|determined|confirmed|defined)|fill (?:me|this) in)[\s.:!?-]*)"
    r"|(?i:lorem ipsum.*)|\.\.\.|…|\?+|-+|(?:TODO|TBD|FIXME)\b\s*[:(-].*",
    re.DOTALL,
)


def placeholders(review: Review) -> Iterator[tuple[Path, str]]:
    """The path and the text of every placeholder, such as `TODO` or `TBD: numbers`."""
    return ((path, text) for path, text in texts(review) if text and is_placeholder(text))


@lru_cache(maxsize=1024)
def is_placeholder(text: str) -> bool:
    """Whether a text only stands for a text that is still to be written, as `TODO` does."""
    return _PLACEHOLDER.fullmatch(text.strip()) is not None


def _text(data: Any, key: str) -> str:
    value = data.get(key) if isinstance(data, dict) else None
    return value if isinstance(value, str) else ""


def _list(data: Mapping[str, Any], key: str) -> list[Any]:
    value = data.get(key)
    return value if isinstance(value, list) else []


def _texts(data: Mapping[str, Any], key: str) -> tuple[str, ...]:
    return tuple(item if isinstance(item, str) else "" for item in _list(data, key))


def _mapping(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = data.get(key)
    return value if isinstance(value, dict) else {}
