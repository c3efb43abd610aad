"""schemas/: what editors complete and check by, named in the first line of reviews and of pirgen.yaml."""

from __future__ import annotations

from collections.abc import Iterator

from pirgen.schema import as_json, read
from pirgen.setup.files import Around, Step, placed


def steps(around: Around) -> Iterator[Step]:
    """The schemas of reviews and of the configuration."""
    schemas = {"pir": around.project.config.review_schema.schema, "config": read("config")}
    for name, schema in schemas.items():
        yield placed(around, around.own(f"schemas/{name}.schema.json"), as_json(schema))
