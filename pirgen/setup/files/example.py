"""An example review, for those who want to see one. It counts in no figure."""

from __future__ import annotations

from collections.abc import Iterator

from pirgen.document import load
from pirgen.files import Source
from pirgen.setup.files import Around, Step, placed, relative

ID = "INC-000"
"""The id of the example, so that the first real review is INC-001."""


def steps(around: Around) -> Iterator[Step]:
    """The example, where it is wanted."""
    if not around.with_example:
        return
    config = around.project.config
    folder = config.reviews[0]
    text = around.fill(
        "example.yaml",
        id=ID,
        schema=relative("schemas/pir.schema.json", folder),
        severity=config.severities[min(1, len(config.severities) - 1)].name,
    )
    path = around.own(f"{folder}/{ID}.yaml")
    if config.review_schema.is_valid(load(Source(path, text.encode())).data):
        yield placed(around, path, text)
    else:
        yield Step(path, said="left out: reviews have ids or fields of their own here")
