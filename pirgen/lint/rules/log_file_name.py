"""The rule log-file-name."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from pirgen.diagnostic import Problem, Severity
from pirgen.lint.rules import Context, log_rule
from pirgen.review.incident_log import IncidentLog


@log_rule(Severity.WARNING)
def log_file_name(log: IncidentLog, context: Context) -> Iterator[Problem]:
    """A log is in the file that its incident's id names, so that an incident has one log and people find it.

    *Bad* (in `operational_audit/incidents/INC-001.yaml`):

        - {at: 2025-10-05T14:31:00Z, kind: declared, incident_id: INC-002, title: API errors, severity: P1}

    *Good* (in `operational_audit/incidents/INC-001.yaml`):

        - {at: 2025-10-05T14:31:00Z, kind: declared, incident_id: INC-001, title: API errors, severity: P1}
    """
    if log.incident_id and PurePosixPath(context.file).stem != log.incident_id:
        place = next((event.place for event in log.events if event.said.get("incident_id") == log.incident_id), None)
        yield Problem(
            () if place is None else (place, "incident_id"),
            f"the log of {log.incident_id} is in a file of another name",
            f"rename the file to {log.incident_id}.yaml, or remove it where it is a copy",
        )
