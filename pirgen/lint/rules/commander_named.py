"""The rule commander-named."""

from collections.abc import Iterator

from pirgen.diagnostic import Problem, Severity
from pirgen.lint.rules import Context, rule
from pirgen.review import Review


@rule(Severity.ADVICE, drafts=False)
def commander_named(review: Review, context: Context) -> Iterator[Problem]:
    """Severe incidents have an incident commander, who answers for decisions and communication.

    Which severities need one is set by `commander` in the severity matrix; by default P1 and P2.

    *Bad*:

        severity: P1

    *Good*:

        severity: P1
        roles:
          incident_commander: "@ann"
    """
    level = context.config.severity(review.severity)
    if level and level.commander and not review.roles.get("incident_commander"):
        message = f"a {level.name} has an incident commander, and none is named"
        yield Problem(("roles",), message, 'add `roles: {incident_commander: "@…"}`')
