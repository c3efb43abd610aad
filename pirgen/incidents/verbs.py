"""The verbs of `pirgen incident` that record one event each.

To add one, add a row to `VERBS`. The command line takes its arguments and options from the row.
"""

from __future__ import annotations

from typing import NamedTuple


class Verb(NamedTuple):
    """A verb, and the event that it records."""

    name: str
    kind: str
    help: str
    text: str = ""
    """The event's text where nobody gives one, with `{fields}` to fill in; empty where one must be given."""
    argument: str = "text"
    """The field that the words after the verb are."""
    options: tuple[str, ...] = ()
    """The fields that have an option."""
    required: tuple[str, ...] = ()
    """The fields that must be given."""
    runs: bool = False
    """Whether a command after `--` is run, and recorded with its exit status and what identifies its output."""
    failed: str = ""
    """The kind of the event where that command fails; empty for the same kind."""


OPTIONS = {
    "attendees": "Who is invited; may be given several times.",
    "facilitator": "Who leads the review meeting.",
    "impact": "What users notice.",
    "link": "Where to look.",
    "resolution": "What ended it.",
    "role": "The role that they hold from now on.",
    "root_cause": "Why it happened.",
    "severity": "How bad it is from now on.",
    "status": "The status that is told to others.",
    "team": "Who works on it.",
    "to": "Who it is.",
}
"""The fields that have an option, and its help."""

VERBS = (
    Verb("detect", "detected", "Say that the incident was noticed.", "Incident detected"),
    Verb("notify", "notified", "Say who was notified.", "Notified {to}", argument="to", options=("role",),
         required=("to",)),
    Verb("severity", "severity_changed", "Change the severity.", "Severity is now {severity}", argument="severity",
         required=("severity",)),
    Verb("bridge", "bridge_opened", "Say that the responders' call or channel is open, and where.", "Bridge opened",
         argument="link", options=("severity",), runs=True, failed="note"),
    Verb("status", "status_changed", "Say which status is told to others.", "Status: {status}", argument="status",
         options=("status", "impact", "team", "root_cause", "resolution"), required=("status",)),
    Verb("note", "note", "Write something down.", options=("link",), required=("text",)),
    Verb("escalate", "escalated", "Ask somebody else for help.", "Escalated to {to}", options=("to", "role"),
         required=("to",)),
    Verb("handoff", "handed_off", "Hand a role over, by default that of the on-call engineer. TEXT says what the next "
         "one must know.", options=("to", "role"), required=("to", "text")),
    Verb("identify", "identified", "Say that the cause is found.", "Root cause identified", options=("root_cause",)),
    Verb("diagnostics", "diagnostics", "Record diagnostics, and what changed in git during the last two hours.",
         "Diagnostics gathered", runs=True),
    Verb("mitigate", "mitigated", "Say that the effect on users is over, and what was done for it.",
         "Mitigation applied", runs=True, failed="mitigation"),
    Verb("resolve", "resolved", "Say that the incident is over.", "Incident resolved",
         options=("impact", "root_cause", "resolution")),
    Verb("verify", "verified", "Say that the resolution was checked.", "Resolution verified", runs=True, failed="note"),
    Verb("meeting", "meeting", "Say when the review meeting is.", "Review meeting scheduled", argument="scheduled",
         options=("facilitator", "attendees"), required=("scheduled",)),
    Verb("close", "closed", "Say that nothing is left to do but the review.", "Incident closed"),
    Verb("withdraw", "withdrawn", "Say that it was no incident, and why.", required=("text",)),
)  # fmt: skip
