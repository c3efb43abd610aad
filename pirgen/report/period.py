"""Reads from when until when a story is told: days, times, tags and commits as people write them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

from pirgen.errors import PirgenError
from pirgen.git.repository import Repository
from pirgen.ledger import Ledger
from pirgen.report.columns import instant
from pirgen.report.tracks import TICK, before_day
from pirgen.review.calendar import parse_day
from pirgen.review.timeline import parse_time

WHAT = "YYYY-MM-DD, `monday`, `last friday`, `2w`, a time such as 2026-11-23T09:00, a tag or a commit"
"""What people may write, for messages."""


class Period(NamedTuple):
    """What is after `since`, up to and including `until`; both are in UTC. The names are said to people."""

    since: datetime
    until: datetime
    since_name: str
    until_name: str

    @property
    def ends(self) -> dict[str, str]:
        """The two moments as programs are told them: a day's start is that of the day, not the moment before it."""
        return {"since": instant(self.since + TICK), "until": instant(self.until + TICK)}


class Range(NamedTuple):
    """The two ends of a period as they were written; the second one is None for now."""

    since: str
    until: str | None


def range_of(root: Path, text: str, until: str | None, now: datetime) -> Range | None:
    """The period that a text means where it may be a branch, too; None for a branch or a commit by itself.

    Days, times and tags are moments, and so is any revision beside an `until`, or on the left of `A..B` and `A..`.
    `now` is aware and only says which days there are. Raises PirgenError for `A..B` beside an `until`.
    """
    first, dots, last = text.partition("..")
    if dots and first and not last.startswith(".") and not _day_or_time(text, now):
        if until is not None:
            raise PirgenError(f"--since: `{text}` says where it ends; leave out --until")
        return Range(first, last or None)
    if until is not None or _day_or_time(text, now) is not None or Repository(root).is_tag(text):
        return Range(text, until)
    return None


def _day_or_time(text: str, now: datetime) -> date | datetime | None:
    return parse_day(text, now.date(), ahead=False) or parse_time(text, now.tzinfo or UTC)


def read_period(ledger: Ledger, root: Path, asked: Range, what: tuple[str, str] = ("--since", "--until")) -> Period:
    """The period that a person asked for; the ledger is of now.

    A day is its start in the project's zone, so that the period from Monday to Monday is a week. A day or a time
    belongs to the period that it begins, not to the one that it ends. A revision is the moment of its commit on the
    mainline: what that commit says is before, what comes after it is after. Raises
    PirgenError for what is none of these, for a revision that HEAD does not contain, for what has not come yet, and
    for an end that is not after the start. `what` are the names of the options, for messages.
    """
    moments = _Moments(ledger, root)
    since, name = moments.read(asked.since, what[0])
    until, last = (ledger.as_of, "now") if asked.until is None else moments.read(asked.until, what[1])
    if until <= since:
        raise PirgenError(f"{what[1]}: {last} is not after {name}, where the period begins; name a later one")
    return Period(since, until, name, last)


class _Moments:
    def __init__(self, ledger: Ledger, root: Path) -> None:
        self.ledger, self.root = ledger, root

    def read(self, text: str, what: str) -> tuple[datetime, str]:
        """The moment that a text means, in UTC, and what it is called."""
        now = self.ledger.as_of.astimezone(self.ledger.config.zone)
        found = _day_or_time(text, now)
        if found is None:
            at, commit = self._of_revision(text, what)
            return at, text if commit.startswith(text) else f"{text} ({commit[:10]})"
        if isinstance(found, datetime):
            if found > now:
                raise PirgenError(f"{what}: {text} has not come yet; name a time that has passed")
            return found - TICK, f"{found.astimezone(now.tzinfo):%Y-%m-%d %H:%M}"
        if found > now.date():
            raise PirgenError(f"{what}: {found} has not come yet; name today or a day before")
        return before_day(self.ledger, found), f"{found}"

    def _of_revision(self, text: str, what: str) -> tuple[datetime, str]:
        repository = Repository(self.root)
        try:
            commit = repository.commit(text)
        except PirgenError:
            raise PirgenError(
                f"{what}: `{text}` is neither a day nor a revision that git knows; write {WHAT}"
            ) from None
        if repository.merge_base(commit, self.ledger.head) != commit:
            raise PirgenError(f"{what}: `{text}` is not in the history of HEAD; check that branch out, or name a day")
        line = [*reversed([*(repository.mainline(self.ledger.head) or ())])]
        place = {one: index for index, one in enumerate(line)}
        own = next((one for one in repository.mainline(commit) or () if one in place), None)
        date, index = (repository.time(own), place[own]) if own else (0, -1)
        return self._between(date, index, place), commit

    def _between(self, date: int, index: int, place: Mapping[str, int]) -> datetime:
        """A commit's time, in UTC, from its date in seconds since 1970, not before nor after what the facts allow."""
        facts = self.ledger.facts
        proven = sorted({(place[fact.commit], fact.at) for fact in facts if fact.commit and fact.commit in place})
        split = bisect_right(proven, index, key=lambda one: one[0])
        before = max((at.timestamp() for _, at in proven[:split]), default=0.0)
        after = min((at.timestamp() - 1 for _, at in proven[split:]), default=self.ledger.as_of.timestamp())
        return datetime.fromtimestamp(max(before, min(date, after)), UTC)
