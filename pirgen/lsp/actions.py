"""What can be done about a finding: the edits that mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from pirgen.diagnostic import Diagnostic
from pirgen.document import Document
from pirgen.document.edit import apply
from pirgen.files import Source
from pirgen.lint.changes import title


class Change(NamedTuple):
    """A change that somebody may choose."""

    title: str
    finding: Diagnostic
    text: str
    """The whole text after the change."""
    is_safe: bool


def changes(
    document: Document, findings: Iterable[Diagnostic], parse: Callable[[Source], Document]
) -> Iterator[Change]:
    """The changes that mend some of these findings, but for those that cannot be made without a change elsewhere."""
    for finding in findings:
        if finding.fix and (mended := apply(document, finding.fix.edits, parse)):
            yield Change(title(finding.fix), finding, mended.written, finding.fix.safe)
