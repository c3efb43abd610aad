"""pirgen check: the CI job."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from pirgen import formats
from pirgen.commands import emit, wants_colour
from pirgen.corpus import Corpus
from pirgen.diagnostic import Severity
from pirgen.errors import HistoryMissingError
from pirgen.exports.table import ACTIONS, REVIEWS, UNDATED, section
from pirgen.lint import lint
from pirgen.project import Project
from pirgen.report import report
from pirgen.site import render
from pirgen.terminal import printable


@click.command("check")
@click.option("--as-of", metavar="DATE|REV", help="Judge what is overdue as of that day's end, or that revision.")
@click.option("--allow-shallow", is_flag=True, help="Judge from a shallow clone, whose history may be wrong.")
@click.pass_obj
def command(project: Project, as_of: str | None, allow_shallow: bool) -> None:
    """Fail on invalid reviews, stale pages, overdue reviews and action items, and expired ignores.

    Exit code 1 means that something was found, 3 that history is missing (a shallow clone).
    """
    corpus = Corpus(project.root, project.config)
    result = lint(project.root, project.config, corpus=corpus, cached=project.can_keep)
    shown = [found for found in result.diagnostics if found.severity is not Severity.ADVICE]
    emit(formats.render("text", shown, result.files, wants_colour()))
    failed = [_count(result.number(Severity.ERROR), "error")]

    pages = render(project.root, project.config, corpus)
    stale = (("missing", pages.missing), ("stale", pages.stale), ("orphaned", pages.orphaned))
    lines = [f"  {printable(path)}: {word}\n" for word, paths in stale for path in paths]
    emit(f"\nPages that are not current: {len(lines) or 'none'}\n" + "".join(lines))
    if lines:
        emit("  run `pirgen render` and commit the pages\n")
    failed.append(_count(len(lines), "page", "not current"))

    try:
        found = report(project.root, project.config, now=datetime.now(UTC), as_of=as_of, allow_shallow=allow_shallow)
    except HistoryMissingError:
        emit("\n")
        raise
    for title, name, columns in (
        ("Overdue reviews", "overdue_reviews", REVIEWS),
        ("Overdue action items", "overdue_actions", ACTIONS),
    ):
        rows = found.tables[name].rows
        emit("\n" + section(title, rows, columns))
        failed.append(_count(len(rows), title.lower().removesuffix("s")))
    today = found.as_of.date()
    expired = [ignore for ignore in result.ignores if ignore.until and ignore.until < today]
    if expired:
        emit(f"\nExpired ignores: {len(expired)}\n")
        for ignore in expired:
            what = f"{ignore.file}:{ignore.span.line}: {', '.join(ignore.rules)}, until {ignore.until}"
            emit(f"  {printable(what)}: {printable(ignore.reason)}\n")
    failed.append(_count(len(expired), "expired ignore"))
    if undated := found.tables["reviews_without_deadline"].rows:
        title = "Reviews without a deadline, because nothing says when it was resolved"
        emit("\n" + section(title, undated, UNDATED))
    if found.shallow:
        emit("\nThis clone is shallow: older history is missing, so every date above may be wrong.\n")
    told = ", ".join(filter(None, failed))
    emit(f"\nAs of {found.as_of:%Y-%m-%d}: {told or 'nothing to complain about'}\n")
    raise SystemExit(1 if told else 0)


def _count(number: int, noun: str, what: str = "") -> str:
    return f"{number} {noun}{'s' if number > 1 else ''} {what}".rstrip() if number else ""
