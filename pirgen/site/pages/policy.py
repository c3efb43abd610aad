"""The policy as the configuration has it: severities, the process, targets, duties, the review and its meeting."""

from collections.abc import Iterator
from typing import Any

from pirgen.config.policy import MESSAGES
from pirgen.report.wording import titles
from pirgen.site.pages import Page, Subject

STEPS = (
    ("Alert triggered", "`pirgen incident open` begins the log."),
    ("On-call notified", "`pirgen incident ack` says who works on it."),
    ("Triage severity", "`pirgen incident severity` changes the severity."),
    (
        "Response",
        "`pirgen incident bridge` says where the responders meet, `pirgen incident status` what others are told; "
        "`pirgen comms` writes the message.",
    ),
    ("Investigation", "`pirgen incident diagnostics` keeps what the systems tell and what changed in git."),
    ("Mitigation", "`pirgen incident mitigate` says what ended the effect on users."),
    (
        "Resolution",
        "`pirgen incident resolve` says that the incident is over, `pirgen incident verify` that this was checked, "
        "`pirgen incident close` that only the review is left.",
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
