"""The policy as the configuration has it: severities, the process, targets, duties, the review and its meeting."""

from collections.abc import Iterator
from typing import Any

from pirgen.config.policy import MESSAGES
from pirgen.report.wording import titles
from pirgen.site.pages import Page, Subject

STEPS = (
    ("Alert triggered", "`pirgen incident open` begins the log."),
    ("On-call notified", "`pirgen incident ack` says who takes care of it."),
    ("Triage severity", "`pirgen incident severity` says how bad it is."),
    (
        "Response",
        "`pirgen incident bridge` opens the channel, `pirgen incident status` says how things stand, "
        "`pirgen comms` writes to those who wait.",
    ),
    ("Investigation", "`pirgen incident diagnostics` gathers what the systems tell."),
    ("Mitigation", "`pirgen incident mitigate` notes what was done to end the impact."),
    (
        "Resolution",
        "`pirgen incident resolve` ends the incident, `pirgen incident verify` makes sure, "
        "`pirgen incident close` ends the log.",
    ),
    ("Review", "`pirgen new` starts the review, `pirgen agenda` prepares its meeting."),
)
"""The steps of an incident, and what its commands do in each."""

BLANKS = (
    "incident_id",
    "severity",
    "title",
    "status",
    "impact",
    "started",
    "duration",
    "team",
    "activity",
    "root_cause",
    "resolution",
    "next_update",
    "review",
)
"""The values of a message, which the page shows as blanks."""


def make(subject: Subject) -> Iterator[Page]:
    """The page of the policy. It is always made, because the defaults are a policy too."""
    values: dict[str, Any] = {
        "config": subject.config,
        "titles": titles(),
        "steps": STEPS,
        "links": subject.policy_links,
    }
    blanks = {name: f"{{{name.replace('_', ' ')}}}" for name in BLANKS}
    values["messages"] = [
        (name, subject.templates.render(f"messages/{name}.txt.j2", **blanks, known=blanks, now="{now}"))
        for name in MESSAGES
    ]
    yield Page("policy.md", subject.fill("policy", **values))
