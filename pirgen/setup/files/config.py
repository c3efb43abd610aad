"""pirgen.yaml: what only the team can say. The rest is the default policy."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from pirgen.config import FILE
from pirgen.config.policy import SEVERITIES, TARGETS
from pirgen.setup.files import Around, Step, placed
from pirgen.text.terminal import printable

SHOWN = 5
"""How many of the known owners are named."""


def steps(around: Around) -> Iterator[Step]:
    """The configuration, with the repository's own facts."""
    workspace = around.project.workspace()
    text = around.fill(
        "pirgen.yaml",
        schema="schemas/config.schema.json",
        severities=SEVERITIES,
        targets={name: value for name, value in TARGETS.items() if name.startswith("mtt")},
        timezone=around.timezone,
        has_codeowners=bool(workspace.codeowners),
        owners=[printable(owner) for owner in islice(sorted(workspace.owners), SHOWN)],
        place=around.place,
        baseline=around.baseline,
    )
    step = placed(around, around.own(FILE), text, "\n".join(_left(around)))
    if step.text is None and around.baseline and not around.project.config.baseline:
        step = step._replace(left=f"{FILE}: hold nobody to what was wrong before, by\nbaseline: {around.baseline}")
    yield step


def _left(around: Around) -> Iterator[str]:
    """What a new configuration leaves to a person."""
    if not around.timezone:
        yield f"{FILE}: say the time zone of your reviews; until then UTC is assumed"
    if around.loose:
        yield f"{FILE}: {around.loose} of your reviews and logs are in no commit; to hold nobody to what is wrong in"
        yield "these, commit them, and name that commit as `baseline`"
