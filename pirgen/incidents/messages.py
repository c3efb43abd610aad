"""Messages to others about an incident: the text from a template, and the forms in which it is sent.

A template asks for a value by its name. A value that the log does not say must be given; it is never made up.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from pirgen.config import Config
from pirgen.config.policy import MESSAGES
from pirgen.errors import PirgenError
from pirgen.incidents.record import UNTITLED
from pirgen.project import Project
from pirgen.review.duration import in_words
from pirgen.review.incident_log import IncidentLog
from pirgen.review.milestones import INTERVALS
from pirgen.review.timeline import parse_time
from pirgen.templating import Templates
from pirgen.text.markdown import inline
from pirgen.text.terminal import printable

ASKED = {
    "title": "What is wrong, in one line",
    "status": "Which status",
    "impact": "What users notice",
    "team": "Who works on it",
    "started": "When it started",
    "duration": "How long it lasted",
    "root_cause": "Why it happened",
    "resolution": "What ended it",
}
"""The values that a message may need, and the question for each."""
_KEPT = ("title", "status", "impact", "team", "root_cause", "resolution")
"""The values that the log keeps when they were given for a message."""
_RECORDED = {
    "started": "record it with `pirgen incident detect --at TIME`",
    "duration": "record the end with `pirgen incident resolve`",
}
"""How the log learns the values that no option gives."""
_FACT = re.compile(r"(?P<name>[A-Z][A-Za-z ]{0,30}): (?P<value>.*)")
_ACTIVITIES = ("investigating", "monitoring", "mitigating", "verifying")


class MissingError(PirgenError):
    """The log does not say what a message needs. `keys` are the names of the values."""

    def __init__(self, incident_id: str, keys: list[str]) -> None:
        self.keys = keys
        options = [f"--{key.replace('_', '-')}" for key in keys if key in _KEPT]
        cures = [f"give {', '.join(options)}"] if options else []
        cures += [_RECORDED[key] for key in keys if key in _RECORDED]
        wanted = "; ".join(ASKED[key][0].lower() + ASKED[key][1:] for key in keys)
        super().__init__(f"the log of {incident_id} does not say: {wanted}. To mend it, {', and '.join(cures)}")

    @property
    def can_be_asked(self) -> bool:
        """Whether a person's answers are enough."""
        return all(key in _KEPT for key in self.keys)


def names(project: Project) -> list[str]:
    """The names of all messages: those of the process and those in the project's own templates."""
    folder = project.root / project.config.templates / "messages" if project.config.templates else None
    own = sorted(path.name.removesuffix(".txt.j2") for path in folder.glob("*.txt.j2")) if folder else []
    return [*MESSAGES, *(name for name in own if name not in MESSAGES)]


def message(
    project: Project, log: IncidentLog, name: str, given: Mapping[str, str], now: datetime
) -> tuple[str, dict[str, Any]]:
    """The text of a message, and the values that it was made of.

    `given` takes precedence over the log. Raises MissingError where the template needs what nobody said, and
    PirgenError for an unknown name.
    """
    if name not in names(project):
        raise PirgenError(f"there is no message `{printable(name)}`; there is {', '.join(names(project))}")
    values = _values(project.config, log, given, now)
    values["review"] = _review(project, log)
    asked: list[str] = []
    text = Templates(project.root, project.config.templates).render(f"messages/{name}.txt.j2", **_asking(values, asked))
    if asked:
        raise MissingError(log.incident_id, list(dict.fromkeys(asked)))
    return text, values


class _Unknown:
    """Stands for a value that is not known, and notes when a template prints it."""

    def __init__(self, key: str, asked: list[str]) -> None:
        self.key, self.asked = key, asked

    def __str__(self) -> str:
        self.asked.append(self.key)
        return "unknown"

    def __bool__(self) -> bool:
        return False


def _asking(values: Mapping[str, Any], asked: list[str]) -> dict[str, Any]:
    known = {key: value for key, value in values.items() if value}
    return {**{key: value or (_Unknown(key, asked) if key in ASKED else "") for key, value in values.items()},
            "known": {**dict.fromkeys(values, ""), **known}}  # fmt: skip


def _values(config: Config, log: IncidentLog, given: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """What a template can say about an incident; what is not known is empty."""
    level = config.severity(log.severity)
    first = INTERVALS["mttr"].began(log.milestones)
    taken = config.intervals["mttr"].measure(log.milestones)
    said = {key: " ".join((given.get(key) or log.latest(key)).split()) for key in _KEPT}
    said["status"] = status = " ".join((given.get("status") or log.status).split())
    return {
        "incident_id": log.incident_id,
        "severity": log.severity or "unknown severity",
        **said,
        "title": said["title"] if said["title"] != UNTITLED else "",
        "status": status[:1].upper() + status[1:],
        "activity": status.lower() if status.lower() in _ACTIVITIES else "working on it",
        "team": said["team"] or " ".join(log.roles.get("on_call", "").split()),
        "started": _time(first[1].at, config) if first else "",
        "duration": in_words(taken.seconds) if taken and taken.seconds > 0 else "",
        "next_update": in_words(level.update_every) if level and level.update_every and not log.is_over else "",
        "now": _time(now, config),
    }


def _review(project: Project, log: IncidentLog) -> str:
    """The sentence about the review: when its meeting is, else by when policy wants it; empty where none is needed."""
    config, at = project.config, log.meeting_at
    for entry in (project.workspace().entry(name) for name in project.workspace().reviews):
        if entry.review.incident_id == log.incident_id and not entry.document.problems:
            at = at or parse_time(str(entry.review.meeting.get("at", "")), entry.review.zone)
    if at:
        return f"PIR scheduled for {_time(at, config)}."
    level, resolved = config.severity(log.severity), log.milestones.get("resolved")
    if level is None or not level.review or resolved is None:
        return ""
    return f"PIR due by {(resolved.at + timedelta(seconds=level.review_due)).astimezone(config.zone):%Y-%m-%d}."


def _time(at: datetime, config: Config) -> str:
    there = at.astimezone(config.zone)
    return f"{there:%Y-%m-%d %H:%M} {there.tzname()}"


def _text(text: str, values: Mapping[str, Any]) -> str:
    """The message as plain text."""
    return "".join(f"{printable(line)}\n" for line in text.splitlines())


def _markdown(text: str, values: Mapping[str, Any]) -> str:
    """The message as Markdown: the first line and the names of facts are bold."""
    lines = _marked(text, "**", inline)
    return re.sub(r"(?<=[^\n])\n(?=[^\n])", "  \n", "\n".join(lines)) + "\n"


def _slack(text: str, values: Mapping[str, Any]) -> str:
    """The body of a request to a Slack webhook, in Slack's own markup."""
    return json.dumps({"text": "\n".join(_marked(text, "*", _escaped))}, ensure_ascii=False) + "\n"


def _json(text: str, values: Mapping[str, Any]) -> str:
    """The message's text and the values that it was made of."""
    said = {key: value or None for key, value in values.items()}
    return json.dumps({**said, "text": _text(text, values)}, indent=2) + "\n"


FORMS: Mapping[str, Callable[[str, Mapping[str, Any]], str]] = {
    "text": _text,
    "markdown": _markdown,
    "slack": _slack,
    "json": _json,
}
"""The forms of a message, by name."""


def _marked(text: str, bold: str, escape: Callable[[str], str]) -> Iterator[str]:
    for number, line in enumerate(printable(one) for one in text.splitlines()):
        fact = _FACT.fullmatch(line)
        if number == 0:
            yield f"{bold}{escape(line)}{bold}"
        elif fact:
            yield f"{bold}{fact['name']}:{bold} {escape(fact['value'])}"
        else:
            yield escape(line) if line else ""


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def sent(name: str, given: Mapping[str, str]) -> dict[str, Any]:
    """What the event says that a message was sent, with the values that the log did not have yet."""
    return {"text": f"Sent the {name} message", "message": name, **{key: given[key] for key in _KEPT if key in given}}
