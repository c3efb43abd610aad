"""schemas/: what editors complete and check by, named in the first line of reviews and of pirgen.yaml."""

from __future__ import annotations

from collections.abc import Iterator

from pirgen.schema import as_json
from pirgen.setup.files import Around, Step, placed


def steps(around: Around) -> Iterator[Step]:
    """The schemas of reviews and of the configuration."""
    for name in ("pir", "config"):
        yield placed(around, around.own(f"schemas/{name}.schema.json"), as_json(around.project.schema(name)))
