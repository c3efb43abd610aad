"""What other formats of reviews call our fields and their values: one table, which lint's hints and importers read.

A place is the path of a mapping in a review without the numbers of lists: `()` is the review itself and
`("action_items",)` an action item. A project adds words of its own by `mapping` in pirgen.yaml.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

Place: TypeAlias = tuple[str, ...]

FIELDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "": {
        "incident_id": ("id", "incident", "incident_number", "incident_no", "number", "ticket_id"),
        "title": ("name", "headline", "incident_title", "subject", "summary"),
        "severity": ("sev", "severity_level", "incident_severity", "priority", "level"),
        "type": ("incident_type",),
        "status": ("state", "review_status"),
        "date": ("incident_date", "day", "occurred_on", "occurred_at", "date_of_incident"),
        "timezone": ("tz", "time_zone"),
        "duration": ("incident_duration", "total_duration", "outage_duration", "downtime", "time_to_resolve",
                     "resolution_time", "duration_minutes", "duration_hours", "duration_seconds"),
        "impact": ("summary", "customer_impact", "user_impact", "business_impact", "impact_summary", "sli_impact",
                   "incident_summary", "what_happened", "description", "overview", "blast_radius"),
        "detected_by": ("detection", "detection_method", "detection_source", "how_detected", "reported_by"),
        "services": ("affected_services", "services_affected", "impacted_services", "affected_systems", "components",
                     "service"),
        "tags": ("labels", "keywords", "categories"),
        "roles.incident_commander": ("incident_commander", "commander", "ic", "incident_lead", "lead"),
        "roles.on_call": ("on_call", "oncall", "responder", "on_call_engineer"),
        "roles.communications": ("communications", "comms", "communications_lead", "comms_lead"),
        "roles.scribe": ("scribe",),
        "timeline": ("events", "chronology", "incident_timeline", "sequence_of_events", "history"),
        "root_cause": ("cause", "root_causes", "rca", "root_cause_analysis", "why_it_happened", "blameless_root_cause"),
        "contributing_factors": ("factors", "causes", "contributors", "contributing_causes", "contributing_factor"),
        "resolution": ("fix", "remediation", "recovery", "how_it_was_fixed", "actions_taken", "immediate_actions"),
        "action_items": ("actions", "action_item", "follow_ups", "follow_up", "followups", "follow_up_actions",
                         "remediation_items", "todos", "tasks", "corrective_actions", "preventive_actions",
                         "preventative_actions", "next_steps"),
        "lessons_learned": ("lessons", "learnings", "lesson_learned", "learning_summary", "learning", "takeaways",
                            "key_takeaways", "what_we_learned"),
        "related": ("related_incidents", "see_also"),
        "links": ("references", "resources", "external_links"),
        "meeting.attendees": ("attendees", "participants"),
        "meeting.facilitator": ("facilitator",),
        "meeting.at": ("meeting_date", "review_date", "postmortem_date"),
    },
    "timeline": {
        "time": ("timestamp", "at", "when", "ts", "date", "datetime", "time_utc"),
        "event": ("description", "message", "what", "summary", "note", "entry", "details", "text", "title", "action"),
        "kind": ("type", "milestone", "category", "phase"),
        "by": ("actor", "who", "author", "person", "user"),
        "link": ("url", "evidence"),
    },
    "action_items": {
        "id": ("number", "key", "action_id", "item_id"),
        "action": ("description", "task", "action_item", "title", "what", "todo", "item", "name", "summary", "text",
                   "details"),
        "owner": ("assignee", "assigned_to", "responsible", "who", "dri", "owned_by"),
        "due": ("due_date", "deadline", "due_on", "target_date", "by_when", "due_by", "eta", "target"),
        "status": ("state", "progress"),
        "kind": ("type", "category"),
        "priority": ("prio", "severity", "importance"),
        "issue": ("ticket", "jira", "tracker", "ticket_url", "tracking_issue", "issue_url", "github_issue", "link",
                  "url", "bug"),
        "evidence": ("proof", "pull_request", "pr", "verification"),
        "completed_on": ("completed_at", "completion_date", "completed_date", "done_on", "closed_on", "closed_at"),
        "reason": ("declined_reason", "why_not"),
    },
    "links": {
        "title": ("name", "text", "label", "description"),
        "url": ("link", "href", "address"),
    },
    "roles": {
        "incident_commander": ("commander", "ic", "lead", "incident_lead"),
        "on_call": ("oncall", "responder"),
        "communications": ("comms", "communications_lead", "comms_lead"),
    },
    "meeting": {
        "at": ("date", "when", "time"),
        "facilitator": ("lead", "led_by", "host"),
        "attendees": ("participants", "people"),
    },
}  # fmt: skip
"""For each place the words that stand for a field there, the likeliest words first."""
WRAPPERS = ("incident", "postmortem", "post_mortem", "review", "pir", "metadata", "meta", "details")
"""Fields of other formats under which fields of the review itself stand."""
SEVERAL = ("incidents", "postmortems", "post_mortems", "reviews", "items", "entries", "data")
"""Fields of other formats that hold a list of reviews."""

_STATES = ("completed", "closed", "fixed", "resolved", "finished", "complete", "shipped", "merged")
VALUES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "status": {
        "complete": ("final", "published", *(word for word in _STATES if word != "complete"), "done", "approved"),
        "in_review": ("review", "under_review", "reviewing"),
        "draft": ("wip", "open", "in_progress", "ongoing", "investigating", "pending"),
        "withdrawn": ("cancelled", "canceled", "retracted"),
    },
    "type": {
        "incident": ("postmortem", "post_mortem", "outage", "pir", "rca"),
        "near_miss": ("nearmiss", "close_call"),
        "drill": ("game_day", "gameday", "exercise"),
    },
    "action_items.status": {
        "done": _STATES,
        "open": ("todo", "to_do", "pending", "new", "not_started", "planned", "backlog"),
        "in_progress": ("wip", "started", "ongoing", "doing", "in_review"),
        "declined": ("wontfix", "wont_fix", "won't_fix", "rejected", "cancelled", "canceled", "wont_do", "won't_do"),
    },
    "action_items.kind": {
        "prevent": ("prevention", "preventive", "preventative"),
        "detect": ("detection", "monitoring", "detective"),
        "mitigate": ("mitigation", "mitigative"),
        "process": ("documentation", "procedural"),
    },
    "timeline.kind": {
        "started": ("start", "cause", "begin", "began", "trigger"),
        "detected": ("detection", "detect", "alert"),
        "acknowledged": ("acknowledgement", "acknowledgment", "ack", "acked"),
        "identified": ("identification", "diagnosis", "diagnosed"),
        "mitigated": ("mitigation", "mitigate"),
        "resolved": ("recovery", "recovered", "resolution", "resolve"),
        "note": ("info", "action", "update", "other", "comment"),
    },
}
"""For the fields that take one of few words, the words of other formats."""


class Synonyms:
    """The table, with the words of one project, which come first.

    Its `mapping` has our fields by their paths in other formats, and our values by the path of a field of ours with
    the word that others write there.
    """

    def __init__(self, mapping: Mapping[str, str] = MappingProxyType({})) -> None:
        self._own = {_path(path): ours for path, ours in mapping.items()}

    def fields(self, place: Place, word: str, written: Place = ()) -> Iterator[Meant]:
        """The fields that a key of a mapping at `place` may stand for, the likeliest first.

        `written` is the place as the other format calls it, where that is another one.
        """
        name = folded(word)
        for path in dict.fromkeys(((*map(folded, written or place), name), (*place, name))):
            if path in self._own:
                yield Meant(-2, tuple(self._own[path].split(".")), True)
        words = FIELDS.get(".".join(place), {})
        found = sorted((others.index(name), ours) for ours, others in words.items() if name in others)
        for rank, ours in found:
            yield Meant(rank, (*place, *ours.split(".")), len(found) == 1)

    def own_value(self, place: Place, word: str) -> str | None:
        """What the project says a value of the field at `place` is; None where it says nothing."""
        return self._own.get((*place, *_path(word))) if self._own else None

    def value(self, place: Place, word: str) -> str | None:
        """The word that we have for a value of the field at `place`; None where the table has none."""
        if own := self.own_value(place, word):
            return own
        words = VALUES.get(".".join(place), {})
        name = folded(word)
        return next((ours for ours, others in words.items() if name in others or name == ours), None)


class Meant(NamedTuple):
    """A field of ours that a word of another format may stand for."""

    rank: int
    """How likely the word is among those that stand for the field; the lowest is the likeliest."""
    path: Place
    is_sure: bool
    """Whether the word stands for no other field there."""


def _path(written: str) -> Place:
    return tuple(map(folded, written.split(".")))


def folded(word: str) -> str:
    """A word in lower case, without blanks around it, and with underscores for hyphens and blanks."""
    return "_".join(word.strip().lower().replace("-", "_").split())
