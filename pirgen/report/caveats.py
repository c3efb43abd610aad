"""What limits how far a report or a history can be believed, in a person's words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from pirgen.ledger import Adjustment, Ledger, Unreadable
from pirgen.report.table import Column, Report
from pirgen.text.terminal import printable

MARK = "~"
"""Stands behind a commit whose date is not believed."""
FEW = 3
"""How many commits or files one caveat names; it counts the others."""


def caveats(told: Ledger | Report) -> Iterator[str]:
    """The caveats as printable lines, gravest first; none where nothing is in doubt."""
    if told.is_forecast:
        yield "that day has not come yet: this is a forecast, in case nothing is done until then"
    if told.uncommitted:
        yield "with changes in the worktree that no commit proves yet"
    if told.shallow:
        yield "from a shallow clone: older history is missing, so every date and figure may be wrong"
    if told.clock_adjusted:
        yield _adjusted(told.clock_adjusted)
    yield from _unreadable(told.unreadable)
    for gone in told.left_out:
        yield printable(
            f"{gone.commit[:10]} moved files from {gone.former}/, which still has others, to {gone.folder}/: what was "
            "before is left out; name that folder under `paths.former_reviews` to count it"
        )
    for one in told.shadowed:
        yield printable(f"{one.path} is left out: another file has its incident's id, {one.incident_id}")


def _adjusted(found: Iterable[Adjustment]) -> str:
    named = [f"{one.commit[:10]} of {_day(one.committer_date)} counts as of {_day(one.taken_as)}" for one in found]
    moved = f"{len(named)} commit times were moved" if len(named) > 1 else "1 commit time was moved"
    return f"{moved} (marked {MARK}), because clocks ran backwards or ahead: {_some(named)}"


def _unreadable(found: Iterable[Unreadable]) -> Iterator[str]:
    """Each file of the worktree by its name, because somebody can mend it; of the past only how many there are."""
    past = [one for one in found if one.commit]
    for one in found:
        if one.commit is None or len(past) == 1:
            where = one.commit[:10] if one.commit else "the worktree"
            yield printable(f"{one.path} in {where} cannot be read ({one.reason}); its last good state counts")
    if len(past) > 1:
        yield (
            f"{len(past)} revisions cannot be read; the last good state of their files counts "
            "(`pirgen history --unreadable` lists them)"
        )


def marked(column: Column, told: Ledger | Report) -> Column:
    """A column of commits that marks those whose dates are not believed; any other column as it is."""
    if column.kind != "commit" or not told.clock_adjusted:
        return column
    moved = {one.commit for one in told.clock_adjusted}
    said: Callable[[object], str] = column.said
    return column._replace(text=lambda row: f"{said(row)}{MARK if row[column.key] in moved else ''}")


def _some(texts: list[str]) -> str:
    rest = f", and {len(texts) - FEW} more" if len(texts) > FEW else ""
    return ", ".join(texts[:FEW]) + rest


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"
