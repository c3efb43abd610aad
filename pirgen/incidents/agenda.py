"""The agenda of a review meeting, filled with what is known and with what is still open; and its invitation."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, NamedTuple
from urllib.parse import quote

from pirgen.diagnostic import Severity
from pirgen.errors import PirgenError
from pirgen.incidents.log_file import find
from pirgen.lint import lint
from pirgen.project import Project
from pirgen.review import QUESTIONS, Review, is_placeholder
from pirgen.review.duration import in_words
from pirgen.review.incident_log import IncidentLog
from pirgen.review.milestones import USUAL
from pirgen.review.related import Relations
from pirgen.review.timeline import Moment, parse_time
from pirgen.runtime import extras
from pirgen.templating import Templates
from pirgen.text.suggest import did_you_mean
from pirgen.text.terminal import printable

LENGTH = 50 * 60
"""The length of a meeting in seconds where the agenda's topics have no times, the seed's length."""


class Matter(NamedTuple):
    """The matter of a review meeting: the review, the log, and what lint and other reviews say."""

    incident_id: str
    review: Review | None
    log: IncidentLog
    findings: tuple[tuple[str, str], ...]
    """What lint finds in the review: the key of the review where it is, and the message."""
    related: tuple[str, ...]
    """Related incidents, each with why, and its open action items."""
    zone: tzinfo
    """The project's time zone."""

    @property
    def title(self) -> str:
        """The headline of the review, else the title of the log."""
        return self.review.headline if self.review else self.log.title

    @property
    def severity(self) -> str:
        """The review's severity, else the log's."""
        return (self.review.severity if self.review else "") or self.log.severity

    @property
    def timeline(self) -> tuple[Moment, ...]:
        """The review's timeline, else the log's."""
        return self.review.timeline if self.review and self.review.timeline else self.log.moments


def matter(project: Project, incident_id: str) -> Matter:
    """Collects the matter of a meeting. Raises PirgenError where the incident has neither a review nor a log."""
    workspace = project.workspace()
    ids = {name: workspace.incident_id(workspace.source(name)) for name in workspace.reviews}
    entry = next((workspace.entry(name) for name, one in ids.items() if one == incident_id), None)
    file = find(project, incident_id)
    if entry is None and file is None:
        known = [*ids.values()]
        raise PirgenError(
            f"there is no review and no log of `{printable(incident_id)}`{did_you_mean(incident_id, known)}"
        )
    findings: list[tuple[str, str]] = []
    related: list[str] = []
    if entry:
        paths = [project.root / entry.file]
        result = lint(project.root, project.config, paths, workspace, cached=project.can_keep)
        for found in (one for one in result.diagnostics if one.severity is not Severity.ADVICE):
            findings.append((_key(entry.document.text, found.span.line), found.message))
        valid = {review.incident_id: review for review in workspace.valid.values() if review}
        related = list(_related(entry.review, Relations({**valid, incident_id: entry.review})))
    return Matter(incident_id, entry.review if entry else None, file.log if file else IncidentLog(incident_id),
                  tuple(findings), tuple(related), project.config.zone)  # fmt: skip


def _key(text: str, line: int) -> str:
    """The top-level key of a review whose lines a line belongs to."""
    for written in reversed(text.splitlines()[:line]):
        if found := re.match(r"[a-z_]+", written):
            return found[0]
    return ""


def _related(review: Review, relations: Relations) -> Iterator[str]:
    for name, why in relations.all(review):
        other = relations.reviews.get(name)
        still = [item.id for item in other.action_items if item.status in ("open", "in_progress")] if other else []
        what = f"{name}{f': {other.headline}' if other else ''}{f' ({why})' if why else ''}"
        yield what + (f"; its action items {', '.join(still)} are still open" if still else "")


def agenda(project: Project, incident_id: str) -> str:
    """The agenda of the meeting about an incident, as Markdown. Raises PirgenError as `matter` does."""
    config, about = project.config, matter(project, incident_id)
    at = _when(about)
    there = at.astimezone(config.zone) if at else None
    return Templates(project.root, config.templates).render(
        "agenda.md.j2",
        incident_id=incident_id,
        title=about.title,
        severity=about.severity or "unknown severity",
        date=about.review.date if about.review else None,
        meeting=f"{there:%Y-%m-%d %H:%M} {there.tzname()}" if there else "",
        total=in_words(_length(project)),
        topics=list(_topics(project, about)),
    )


def _topics(project: Project, about: Matter) -> Iterator[dict[str, Any]]:
    for topic in project.config.agenda:
        yield {
            "topic": topic.topic,
            "minutes": in_words(topic.time) if topic.time else "",
            "lines": [line for part in _parts(topic.topic) for line in part.lines(about)],
            "questions": [line for part in _parts(topic.topic) for line in part.questions(about)],
        }


def _length(project: Project) -> int:
    return sum(topic.time or 0 for topic in project.config.agenda) or LENGTH


def _when(about: Matter) -> datetime | None:
    """When the meeting is: by the review, else by the log; None where neither says."""
    if about.review and (at := parse_time(str(about.review.meeting.get("at", "")), about.review.zone)):
        return at
    return about.log.meeting_at


class Part(NamedTuple):
    """The part of an agenda under one topic: the known facts, and the open questions."""

    words: str
    """A word by which a topic is known."""
    lines: Callable[[Matter], Iterator[str]]
    questions: Callable[[Matter], Iterator[str]]


def _parts(topic: str) -> list[Part]:
    return [part for part in PARTS if part.words in topic.lower()]


def _timeline(about: Matter) -> Iterator[str]:
    zone = about.review.zone if about.review else about.zone
    for moment in about.timeline:
        at = moment.at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if moment.at else moment.written or "unknown"
        yield f"{at} {moment.event}" + (f" ({moment.kind})" if moment.kind and moment.kind != "note" else "")


def _timeline_questions(about: Matter) -> Iterator[str]:
    reached = about.review.milestones if about.review and about.review.timeline else about.log.milestones
    missing = [kind for kind in USUAL if kind not in reached]
    yield from (f"When was it {kind}?" for kind in missing)
    yield from _said(about, "timeline", "duration", "date", "timezone", "severity", "incident_id")


def _cause(about: Matter) -> Iterator[str]:
    review = about.review
    cause = review.root_cause.strip() if review and not is_placeholder(review.root_cause) else ""
    if cause := cause or about.log.latest("root_cause"):
        yield cause


def _cause_questions(about: Matter) -> Iterator[str]:
    if not list(_cause(about)):
        yield "Why did it happen?"
    yield from _said(about, "root_cause", "resolution", "impact")


def _factors(about: Matter) -> Iterator[str]:
    return _written(about.review.contributing_factors if about.review else ())


def _written(texts: Iterable[str]) -> Iterator[str]:
    return (text for text in texts if not is_placeholder(text))


def _factor_questions(about: Matter) -> Iterator[str]:
    if not list(_factors(about)):
        yield QUESTIONS["contributing_factors"]
    yield from (f"It happened before: {one}" for one in about.related)
    yield from _said(about, "contributing_factors", "related")


def _items(about: Matter) -> Iterator[str]:
    for item in about.review.action_items if about.review else ():
        due = f", due {item.due}" if item.due else ""
        yield f"{item.id} {item.action} ({item.owner or 'nobody'}{due}, {item.status.replace('_', ' ')})"


def _item_questions(about: Matter) -> Iterator[str]:
    items = about.review.action_items if about.review else ()
    if not items and not (about.review and about.review.no_action_items_reason):
        yield QUESTIONS["action_items"]
    for item in items:
        if item.status not in ("done", "declined"):
            if not item.owner:
                yield f"Who owns {item.id}?"
            if item.due is None:
                yield f"By when is {item.id} done?"
    yield from _said(about, "action_items")


def _lessons(about: Matter) -> Iterator[str]:
    return _written(about.review.lessons_learned if about.review else ())


def _lesson_questions(about: Matter) -> Iterator[str]:
    if not list(_lessons(about)):
        yield QUESTIONS["lessons_learned"]


def _said(about: Matter, *keys: str) -> Iterator[str]:
    """Lint's findings under these keys of the review, without those that other questions ask already."""
    for key, message in about.findings:
        if key in keys and not re.search(r"placeholder|has no owner|has no due|milestone", message):
            yield f"Lint says: {message}"


PARTS = (
    Part("timeline", _timeline, _timeline_questions),
    Part("root cause", _cause, _cause_questions),
    Part("factor", _factors, _factor_questions),
    Part("action", _items, _item_questions),
    Part("lesson", _lessons, _lesson_questions),
)
"""The parts of an agenda, each found by a word in its topic."""
_EMAIL = re.compile(r"\A[\w.+-]+@[\w-]+(\.[\w-]+)+")


def invitation(project: Project, incident_id: str, now: datetime) -> str:
    """The invitation to the meeting (RFC 5545), by icalendar.

    Raises PirgenError where nobody said when the meeting is, and where icalendar is not installed.
    """
    extras.require("icalendar")
    from icalendar import Calendar, Event, vCalAddress, vDatetime, vText

    about = matter(project, incident_id)
    at = _when(about)
    if at is None:
        raise PirgenError(f"nobody said when the meeting is; `pirgen incident meeting TIME --id {incident_id}` does")
    said = _people(about)
    event = Event()
    digest = hashlib.blake2b(incident_id.encode("utf-8", "replace"), digest_size=12).hexdigest()
    event["uid"] = vText(f"{digest}-meeting@pirgen")
    event["dtstamp"] = vDatetime(now.astimezone(UTC).replace(microsecond=0))
    event["dtstart"] = vDatetime(at.astimezone(UTC))
    event["dtend"] = vDatetime(at.astimezone(UTC) + timedelta(seconds=_length(project)))
    event["summary"] = vText(printable(f"Review of {incident_id}: {about.title}"))
    event["description"] = vText("\n".join(map(printable, _plain(project, about))))
    event["sequence"] = max(0, sum(one.kind == "meeting" for one in about.log.events) - 1)
    if about.severity:
        event["categories"] = vText(printable(about.severity))
    for key, people in (("organizer", said["facilitator"][:1]), ("attendee", said["attendees"])):
        for who in people:
            address = vCalAddress(f"mailto:{who}" if _EMAIL.fullmatch(who) else f"urn:handle:{quote(who.lstrip('@'))}")
            address.params["CN"] = vText(printable(who).replace('"', ""))
            event.add(key, address, encode=False)
    calendar = Calendar()
    calendar.add("prodid", "-//pirgen//review meeting//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "REQUEST" if "organizer" in event else "PUBLISH")
    calendar.add_component(event)
    return str(calendar.to_ical().decode())


def _plain(project: Project, about: Matter) -> Iterator[str]:
    """The topics and the open questions in plain text, because calendars show no Markdown."""
    for number, topic in enumerate(_topics(project, about), 1):
        yield f"{number}. {topic['topic']}" + (f" ({topic['minutes']})" if topic["minutes"] else "")
        yield from (f"   - {question}" for question in topic["questions"])


def _people(about: Matter) -> dict[str, list[str]]:
    """Who leads the meeting and who is invited: by the review, else by the log, and whoever had a role."""
    event = about.log.last("meeting")
    said: Mapping[str, Any] = (about.review.meeting if about.review else {}) or (event.said if event else {})
    facilitator = said.get("facilitator")
    named = said.get("attendees")
    roles = about.review.roles if about.review and about.review.roles else about.log.roles
    invited = [who for who in (*(named if isinstance(named, list) else ()), *roles.values()) if isinstance(who, str)]
    return {
        "facilitator": [" ".join(facilitator.split())] if isinstance(facilitator, str) else [],
        "attendees": list(dict.fromkeys(filter(None, (" ".join(who.split()) for who in invited)))),
    }
