""".gitattributes: git keeps both sides where two clones append to an incident's log."""

from __future__ import annotations

from collections.abc import Iterator

from pirgen.setup.files import Around, Step, extended
from pirgen.workspace import ATTRIBUTES, union_line


def steps(around: Around) -> Iterator[Step]:
    """The line about the logs, unless git is told already."""
    folder, workspace = around.project.config.incidents[0], around.project.workspace()
    if not workspace.merges_by_union(f"{folder}/INC-001.yaml"):
        yield extended(around, around.own(ATTRIBUTES), (union_line(folder),))
    elif around.source(around.own(ATTRIBUTES)):
        yield Step(around.own(ATTRIBUTES))
