"""The rule log-merges."""

from collections.abc import Iterator

from pirgen.diagnostic import Problem, Severity
from pirgen.lint.rules import Context, log_rule
from pirgen.review.incident_log import IncidentLog


@log_rule(Severity.WARNING)
def log_merges(log: IncidentLog, context: Context) -> Iterator[Problem]:
    """Git keeps both sides where two clones appended to one log, but only where .gitattributes says so.

    Without the line, git stops at a conflict in the middle of an incident. `pirgen incident open` adds it. A log of
    the older form, with a header, is not judged: its appends conflict in any case.

    *Bad* (where .gitattributes does not say so):

        - {at: 2025-10-05T14:31:00Z, kind: declared, incident_id: INC-001, title: API errors, severity: P1}

    *Good* (where .gitattributes says `operational_audit/incidents/*.yaml merge=union`):

        - {at: 2025-10-05T14:31:00Z, kind: declared, incident_id: INC-001, title: API errors, severity: P1}
    """
    if log.is_list and not context.merges_by_union:
        folder = context.file.rpartition("/")[0]
        yield Problem(
            (),
            "git does not merge appends to this log",
            f"add the line `{folder}/*.yaml merge=union` to .gitattributes",
        )
