"""Fixes: the edits of what lint finds, applied until nothing that can be mended is left."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from pirgen.diagnostic import Diagnostic, Rewrite, Severity
from pirgen.document import Document, load
from pirgen.document.edit import apply
from pirgen.files import Source
from pirgen.lint import Linter

ROUNDS = 1_000
"""After how many rounds of fixes that make room for others it is enough."""


class Mended(NamedTuple):
    """A review before and after its fixes, and what was fixed."""

    before: Source
    after: Source
    fixed: tuple[Diagnostic, ...]


def fix_files(
    linter: Linter,
    paths: Sequence[Path] = (),
    *,
    unsafe: bool = False,
    advice: bool = True,
    rules: Collection[str] = (),
) -> Iterator[Mended]:
    """The reviews at `paths` that fixes change, by default those of the whole project; nothing is written.

    Without `advice` no file is changed for the sake of advice alone. Where `rules` are named, only what these find is
    mended.

    Raises PirgenError as `lint` does.
    """
    workspace = linter.workspace
    found = linter.lint(paths).diagnostics
    names = {one.file for one in found if _counts(one, unsafe, advice, rules)} & set(workspace.reviews)
    for name in sorted(names):
        mended = fix_source(linter, workspace.source(name), unsafe=unsafe, advice=advice, rules=rules)
        if mended.fixed:
            yield mended


def fix_source(
    linter: Linter, source: Source, *, unsafe: bool = False, advice: bool = True, rules: Collection[str] = ()
) -> Mended:
    """What `fix_files` makes of a file, if it were this source."""

    def check(now: Source) -> list[Diagnostic]:
        return [one for one in linter.check(now) if not rules or one.rule in rules]

    if not any(_counts(one, unsafe, advice, rules) for one in check(source)):
        return Mended(source, source, ())
    after, fixed = fix(source, check, unsafe=unsafe, parse=linter.workspace.document)
    return Mended(source, after, fixed if after.data != source.data else ())


def _counts(found: Diagnostic, unsafe: bool, advice: bool, rules: Collection[str]) -> bool:
    """Whether a file is changed for the sake of a finding."""
    is_asked = (advice or found.severity is not Severity.ADVICE) and (not rules or found.rule in rules)
    return is_asked and found.fix is not None and (found.fix.safe or unsafe)


def fix(
    source: Source,
    check: Callable[[Source], Iterable[Diagnostic]],
    *,
    unsafe: bool,
    parse: Callable[[Source], Document] = load,
) -> tuple[Source, tuple[Diagnostic, ...]]:
    """The source with what `check` finds in it fixed, as far as it can be, and what was fixed."""
    fixed: list[Diagnostic] = []
    for _ in range(ROUNDS):
        wanted = [(found, found.fix.edits) for found in check(source) if found.fix and (found.fix.safe or unsafe)]
        # what cannot be parsed is mended first: the other edits need a sound text
        wanted = [one for one in wanted if any(isinstance(edit, Rewrite) for edit in one[1])] or wanted
        document = parse(source)
        every = tuple(one for _, edits in wanted for one in edits)
        if every and (together := apply(document, every, parse)):
            source = together.source
            fixed += (found for found, _ in wanted)
            continue
        one = next(((made, found) for found, edits in wanted if (made := apply(document, edits, parse))), None)
        if one is None:
            break
        source = one[0].source
        fixed.append(one[1])
    return source, tuple(fixed)
