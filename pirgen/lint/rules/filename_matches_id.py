"""The rule filename-matches-id."""

import re
from collections.abc import Iterator
from pathlib import PurePath

from pirgen.diagnostic import Problem, Severity
from pirgen.lint.rules import Context, rule
from pirgen.review import Review

_TEMPLATE = re.compile("template|example|sample|skeleton", re.IGNORECASE)


@rule(Severity.ERROR)
def filename_matches_id(review: Review, context: Context) -> Iterator[Problem]:
    """A review is found by its incident's id, so the file is named after it.

    *Bad* (in `pir/INC-007.yaml`):

        incident_id: INC-001

    *Good* (in `pir/INC-001.yaml`):

        incident_id: INC-001
    """
    path = PurePath(context.file)
    left_out = "; `exclude` in pirgen.yaml leaves out a template" if _TEMPLATE.search(path.stem) else ""
    if review.incident_id and path.stem != review.incident_id:
        yield Problem(
            ("incident_id",),
            f"the incident is `{review.incident_id}`, the file is `{path.name}`",
            f"rename the file to `{review.incident_id}{path.suffix}` or correct the id{left_out}",
        )
