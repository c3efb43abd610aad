"""The rule log-order."""

from collections.abc import Iterator

from pirgen.diagnostic import Problem, Severity
from pirgen.lint.rules import Context, log_rule
from pirgen.review.incident_log import IncidentLog
from pirgen.review.milestones import INTERVALS


@log_rule(Severity.ERROR)
def log_order(log: IncidentLog, context: Context) -> Iterator[Problem]:
    """An incident starts before it is detected, and is detected before it is acknowledged, mitigated and resolved.

    A time between milestones that would be negative is missing from every figure.

    *Bad*:

        - {at: 2025-10-05T14:31:00Z, kind: declared, incident_id: INC-001, title: API errors, severity: P1}
        - {at: 2025-10-05T14:40:00Z, kind: detected}
        - {at: 2025-10-05T14:35:00Z, kind: acknowledged, by: "@ann"}

    *Good*:

        - {at: 2025-10-05T14:31:00Z, kind: declared, incident_id: INC-001, title: API errors, severity: P1}
        - {at: 2025-10-05T14:35:00Z, kind: detected}
        - {at: 2025-10-05T14:40:00Z, kind: acknowledged, by: "@ann"}
    """
    reached = log.milestones
    for interval in dict.fromkeys((*INTERVALS.values(), *context.config.intervals.values())):
        taken = interval.measure(reached)
        if taken and taken.seconds < 0:
            found = (interval.end, reached[interval.end].at)
            place = next(event.place for event in log.events if (event.kind, event.at) == found)
            yield Problem(
                (place, "at"),
                f"{interval.end} is before {taken.start}",
                f"correct the wrong one: `pirgen incident amend {interval.end} --time …`",
            )
