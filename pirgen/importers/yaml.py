"""Reviews as YAML."""

from __future__ import annotations

from pirgen.document import load
from pirgen.files import Source
from pirgen.importers._foreign import Foreign, repairs, reviews

SUFFIXES = (".yaml", ".yml")


def read(source: Source) -> list[Foreign]:
    """The reviews in a file. Raises PirgenError where it is not YAML and cannot be repaired."""
    document = load(source)
    repaired = repairs(document, source.name)
    return [one._replace(repaired=repaired) for one in reviews(document.data, source.name)]
