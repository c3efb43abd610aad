"""The rule log-declared-once."""

from collections.abc import Iterator

from pirgen.diagnostic import Problem, Severity
from pirgen.lint.rules import Context, log_rule
from pirgen.review.incident_log import IncidentLog


@log_rule(Severity.ERROR)
def log_declared_once(log: IncidentLog, context: Context) -> Iterator[Problem]:
    """An incident is declared once; two declarations in one log are two incidents under one id.

    That happens when two people open an incident at the same time in two clones, and git merges the two logs.

    *Bad*:

        - {at: 2025-10-05T14:31:00Z, kind: declared, incident_id: INC-001, title: API errors, severity: P1}
        - {at: 2025-10-05T14:32:00Z, kind: declared, incident_id: INC-001, title: Payments fail, severity: P2}

    *Good*:

        - {at: 2025-10-05T14:31:00Z, kind: declared, incident_id: INC-001, title: API errors, severity: P1}
    """
    declared = [event for event in log.events if event.kind == "declared"]
    for other in declared[1:]:
        yield Problem(
            (other.place, "kind"),
            f"{log.incident_id} is declared twice, at {declared[0].said.get('at')} and at {other.said.get('at')}",
            "for one incident, strike one: `pirgen incident amend declared --strike`; for two, move the events of one "
            "to a log with an id of its own",
        )
