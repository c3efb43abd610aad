"""Reviews as YAML."""

from __future__ import annotations

from pirgen.document import load
from pirgen.errors import PirgenError
from pirgen.files import Source
from pirgen.importers._foreign import Foreign, reviews

SUFFIXES = (".yaml", ".yml")


def read(source: Source) -> list[Foreign]:
    """The reviews in a file. Raises PirgenError where it is not sound YAML."""
    document = load(source)
    for span, problem in document.problems[:1]:
        where = f"{source.name}:{span.line}:{span.column}"
        raise PirgenError(f"{where}: {problem.message}" + (f"; {problem.hint}" if problem.hint else ""))
    return reviews(document.data, source.name)
