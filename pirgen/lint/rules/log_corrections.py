"""The rule log-corrections."""

from collections.abc import Iterator

from pirgen.diagnostic import Problem, Severity
from pirgen.lint.rules import Context, log_rule
from pirgen.review.incident_log import IncidentLog


@log_rule(Severity.WARNING)
def log_corrections(log: IncidentLog, context: Context) -> Iterator[Problem]:
    """A correction names the event that it corrects by its time and kind; one that names none corrects nothing.

    *Bad*:

        - {at: 2025-10-05T14:31:00Z, kind: declared, incident_id: INC-001, title: API errors, severity: P1}
        - {at: 2025-10-05T15:00:00Z, kind: amended, corrects: 2025-10-05T14:30:00Z declared, set: {severity: P2}}

    *Good*:

        - {at: 2025-10-05T14:31:00Z, kind: declared, incident_id: INC-001, title: API errors, severity: P1}
        - {at: 2025-10-05T15:00:00Z, kind: amended, corrects: 2025-10-05T14:31:00Z declared, set: {severity: P2}}
    """
    for event in log.events:
        if event.kind == "amended" and event.place in log.lost:
            yield Problem(
                (event.place, "corrects"),
                "this correction names no event",
                "`pirgen incident show` lists the events; name one by its time and kind",
            )
