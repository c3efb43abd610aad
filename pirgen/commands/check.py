"""pirgen check: the CI job."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from functools import partial
from pathlib import Path

import click

from pirgen.checks import FATAL, KINDS, Outcome, Overdue, Past, Scope, check
from pirgen.commands import examples, left_out, no_cache, selected, whose
from pirgen.commands._formats import TEXT, Output, output_options
from pirgen.diagnostic import Severity
from pirgen.errors import PirgenError
from pirgen.lint import Ignore, formats
from pirgen.project import Project
from pirgen.report.exports.table import section
from pirgen.report.metrics import listings
from pirgen.report.sections import section_of
from pirgen.report.table import Row
from pirgen.review.duration import parse_duration
from pirgen.runtime import environment
from pirgen.text.terminal import printable
from pirgen.workspace import Workspace

DAY = 86_400
EARLIER = " that were so before, and are not failed on"
NOUNS = {
    "invalid": "{} error{}",
    "stale": "{} page{} not current",
    "overdue-review": "{} overdue review{}",
    "overdue-action": "{} overdue action item{}",
    "expired-ignore": "{} expired ignore{}",
    "broken-evidence": "{} action item{} whose evidence does not hold",
}


@click.command(
    "check",
    epilog=examples("check --grace 3d", "check --touched-since origin/main", "check --fail-on invalid,stale"),
)
@click.option("--as-of", metavar="DATE|REV", help="Judge what is overdue as of that day's end, or that revision.")
@click.option("--grace", metavar="DURATION", default="0d", help="Let what is overdue pass for so many days, as 3d.")
@click.option("--severity", "severities", metavar="P1,P2", default="", help="Judge what is overdue of these only.")
@whose
@click.option("--fail-on", metavar="KIND,…", default=",".join(FATAL), show_default=True, help="What to fail on.")
@click.option("--touched-since", metavar="BASE", help="Judge only what this branch touches, as for a pull request.")
@output_options
@click.option("--allow-shallow", is_flag=True, help="Judge from a shallow clone, whose history may be wrong.")
@no_cache
@click.pass_obj
def command(
    project: Project,
    as_of: str | None,
    grace: str,
    severities: str,
    owners: tuple[str, ...],
    teams: tuple[str, ...],
    fail_on: str,
    touched_since: str | None,
    styles: tuple[str, ...],
    outputs: tuple[Path, ...],
    allow_shallow: bool,
    cached: bool,
) -> None:
    """Fail on invalid reviews, stale pages, overdue reviews and action items, and expired ignores.

    Exit code 1 means that something was found, 3 that history is missing (a shallow clone). The formats are those of
    lint; what is overdue is told at its file and line.

    With --owner or --team only the overdue action items of these are judged: reviews, pages and findings of lint have
    no owner, so nobody's are theirs.
    """
    output = Output(project, styles, outputs)
    with output.telling_invalid_config():
        levels = project.config.severities
    scope = Scope(_days(grace), _chosen(severities, [level.name for level in levels], "severity"))
    scope = scope._replace(selection=selected(project, owners, teams))
    fatal = _chosen(fail_on, KINDS, "kind of failure")
    workspace = project.workspace()
    outcome = check(
        project,
        workspace,
        scope,
        now=environment.now(),
        as_of=as_of,
        touched_since=touched_since,
        allow_shallow=allow_shallow,
        cached=cached and project.can_keep,
    )
    told = []
    if {*styles} != {TEXT}:
        from pirgen.checks.findings import findings

        told = findings(outcome, workspace, fatal)
    output.tell({project: told}, outcome.lint.files, text=partial(_text, outcome, workspace, scope, fatal))
    if not isinstance(outcome.past, Past):
        raise outcome.past
    raise SystemExit(1 if outcome.counts().keys() & {*fatal} else 0)


def _text(outcome: Outcome, workspace: Workspace, scope: Scope, fatal: Collection[str], colour: bool) -> str:
    return "".join(_parts(outcome, workspace, scope, fatal, colour))


def _parts(outcome: Outcome, workspace: Workspace, scope: Scope, fatal: Collection[str], colour: bool) -> Iterator[str]:
    if scope.selection:
        yield f"Only action items of {scope.selection.text}\n"
    else:
        yield from _files(outcome, workspace, colour)
    if not isinstance(outcome.past, Past):
        yield "\n"
        return
    yield from _past(outcome.past, scope)
    counts = outcome.counts()
    words = ", ".join(NOUNS[kind].format(count, "s" if count > 1 else "") for kind, count in counts.items())
    passing = [kind for kind in counts if kind not in fatal]
    weighed = f" ({', '.join(passing)}: shown, not failed on)" if passing else ""
    yield f"\nAs of {outcome.past.report.as_of:%Y-%m-%d}: {words or 'nothing to complain about'}{weighed}\n"


def _files(outcome: Outcome, workspace: Workspace, colour: bool) -> Iterator[str]:
    shown = [found for found in outcome.lint.diagnostics if found.severity is not Severity.ADVICE]
    yield formats.render(TEXT, shown, outcome.lint.files, colour)
    if outcome.baseline and outcome.baseline.findings:
        yield f"{left_out(outcome.baseline.findings, f'the baseline `{printable(outcome.baseline.name)}`')}\n"
    if not workspace.reviews:
        yield f"no review in {', '.join(f'{folder}/' for folder in workspace.config.reviews)}\n"
    yield from _pages(outcome)


def _pages(outcome: Outcome) -> Iterator[str]:
    yield f"\nPages that are not current: {len(outcome.pages) or 'none'}\n"
    yield from (f"  {printable(page.path)}: {page.state}\n" for page in outcome.pages)
    if outcome.pages:
        yield "  run `pirgen render` and commit the pages\n"


def _past(past: Past, scope: Scope) -> Iterator[str]:
    if past.open:
        yield "\n" + _listed("open_incidents", past.open)
    if not scope.selection:
        yield "\n" + _listed("overdue_reviews", past.reviews.late)
        yield from _not_failing("overdue_reviews", past.reviews, scope)
    yield "\n" + _listed("overdue_actions", past.actions.late)
    if past.actions.late:
        owners = Counter(row["owner"] or "nobody" for row in past.actions.late)
        yield printable(f"  by owner: {', '.join(f'{who} {count}' for who, count in owners.most_common())}") + "\n"
    yield from _not_failing("overdue_actions", past.actions, scope)
    if past.broken:
        yield "\n" + _listed("broken_evidence", past.broken)
    yield from _ignores(past.expired, "")
    yield from _ignores(past.expired_before, EARLIER)
    if past.undated:
        yield "\n" + _listed("reviews_without_deadline", past.undated)
    if past.report.shallow:
        yield "\nThis clone is shallow: older history is missing, so every date above may be wrong.\n"


def _listed(name: str, rows: Sequence[Row], more: str = "") -> str:
    [listing] = (listing for listing in listings() if listing.name == name)
    found = section_of(listing, rows)
    return section(found._replace(title=found.title + more))


def _not_failing(name: str, overdue: Overdue, scope: Scope) -> Iterator[str]:
    if overdue.passing:
        yield f"  and {overdue.passing} within the grace of {scope.grace} days\n"
    if overdue.before:
        yield "\n" + _listed(name, overdue.before, EARLIER)


def _ignores(expired: Sequence[Ignore], more: str) -> Iterator[str]:
    if expired:
        yield f"\nExpired ignores{more}: {len(expired)}\n"
    for ignore in expired:
        what = f"{ignore.file}:{ignore.span.line}: {', '.join(ignore.rules)}, until {ignore.until}"
        yield f"  {printable(what)}: {printable(ignore.reason)}\n"


def _days(text: str) -> int:
    seconds = parse_duration(text)
    if seconds is None or seconds % DAY:
        raise PirgenError(f"`{text}` is not a number of days; write --grace 3d or 1w")
    return seconds // DAY


def _chosen(text: str, known: Collection[str], what: str) -> list[str]:
    """The words of a list with commas. Raises PirgenError for a word that is not in `known`."""
    words = [word.strip() for word in text.split(",") if word.strip()]
    for word in words:
        if word not in known:
            raise PirgenError(f"`{word}` is no {what}; use {', '.join(known)}")
    return words
