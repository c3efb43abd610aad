"""What history and the code host add to a review's page: who completed it when, and what became of its items."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from pirgen.git.hosts import Links
from pirgen.ledger import Fact, Incident, Item, Ledger
from pirgen.report.columns import today
from pirgen.report.deadlines import deadline, requires_review
from pirgen.report.history import change, event
from pirgen.report.tracks import tracks
from pirgen.report.wording import days
from pirgen.site.review_page import Evidence, Line, State, in_full
from pirgen.text.markdown import address, html, inline

MOST = 6
"""How many changes of an action item, and of a review, the page tells: the latest ones."""
EARLIER = "{} earlier changes: `pirgen history` lists them"
VALUES = ("action_due_moved", "action_owner_changed")
"""The events of which the values say what happened."""


def evidence(file: str, incident_id: str, ledger: Ledger | None, links: Links) -> Evidence:
    """The evidence for the page of one review, but for its neighbours."""
    incident = ledger.incidents.get(incident_id) if ledger else None
    if ledger is None or incident is None:
        return Evidence(links.to_edit(file))
    facts = ledger.told.get(incident_id, [])
    here: dict[str, list[Fact]] = {}
    gone: dict[str, list[list[Fact]]] = {}
    for track in tracks(incident, facts):
        if track.facts[-1].event == "action_removed":
            gone.setdefault(track.action_id, []).append(track.facts)
        else:
            here[track.action_id] = track.facts
    states = {
        name: _state(ledger, item, tuple(_changes(ledger, here.get(name, ()), links)))
        for name, item in incident.items.items()
    }
    removed = tuple(
        _gone(item, tuple(_changes(ledger, gone[item.said.id].pop(0) if gone.get(item.said.id) else (), links)))
        for item in incident.removed
    )
    record = tuple(_record(ledger, incident, facts, links))
    return Evidence(links.to_edit(file), states, removed, ledger.shallow, record)


def _state(ledger: Ledger, item: Item, changes: tuple[str, ...]) -> State:
    """Where an action item stands on the day of the ledger."""
    day, due = today(ledger, ledger.as_of), item.said.due
    word = item.said.status.replace("_", " ")
    if item.is_done:
        said = (_in_time(ledger, item), ledger.proofs.of(item).level or "proof unknown")
        return State(word, "good", ", ".join(filter(None, said)), changes)
    rest = f"first due {item.first_due}" if item.slips and item.first_due != due else ""
    if due and item.is_overdue(day):
        return State(f"{days((day - due).days)} overdue", "bad", rest, changes)
    return State(word, "" if item.is_open else "soft", rest, changes)


def _in_time(ledger: Ledger, item: Item) -> str:
    """How a done item compares with its first due date; empty where one of the two days is not known."""
    if item.closed_at is None or item.first_due is None:
        return ""
    late = (today(ledger, item.closed_at) - item.first_due).days
    return f"{days(late)} late" if late > 0 else "on time"


def _gone(item: Item, changes: tuple[str, ...]) -> Line:
    """The line of an action item that was removed."""
    state = State(f"removed while {item.said.status.replace('_', ' ')}", "soft", changes=changes)
    return Line(item.said.id, item.said.action, item.said.owner, item.said.due, state, is_gone=True)


def _changes(ledger: Ledger, facts: Sequence[Fact], links: Links) -> Iterator[str]:
    """What happened to an action item, as HTML."""
    told = [fact for fact in facts if not _is_beginning(fact)]
    if len(told) > MOST:
        yield html(EARLIER.format(len(told) - MOST))
    for fact in told[-MOST:]:
        what = change(fact) if fact.event in VALUES else event(fact)
        yield f"{today(ledger, fact.at)} {html(what)}{_where(fact, links, _as_html)}"


def _is_beginning(fact: Fact) -> bool:
    """Whether a fact only says that the item, still to be done, came to be; its id says nothing to a reader either."""
    return fact.event == "action_renumbered" or (fact.event == "action_opened" and fact.after.get("status") != "done")


def _record(ledger: Ledger, incident: Incident, facts: Sequence[Fact], links: Links) -> Iterator[str]:
    """Who completed the review when, and what became of the review since then, as Markdown."""
    told = [fact for fact in facts if fact.action_id is None and fact.event.startswith("review_")]
    first = next((place for place, fact in enumerate(told) if fact.event == "review_completed"), len(told))
    since = told[first + 1 :]
    for fact in told[first : first + 1]:
        who = f" by {inline(name)}" if (name := (fact.author or "").split(" <")[0]) else ""
        day = today(ledger, fact.at)
        yield f"Completed {in_full(day)}{who}{_where(fact, links, _as_markdown)}{_after(ledger, incident, day)}"
    if len(since) > MOST:
        yield inline(EARLIER.format(len(since) - MOST))
    for fact in since[-MOST:]:
        what = ", ".join(filter(None, (event(fact).capitalize(), change(fact))))
        yield f"{inline(what)} on {in_full(today(ledger, fact.at))}{_where(fact, links, _as_markdown)}"


def _after(ledger: Ledger, incident: Incident, day: date) -> str:
    """How long after the incident its review was complete, and by when it had to be; empty where that is not known."""
    resolved = incident.milestones.get("resolved")
    due = deadline(ledger, incident) if requires_review(ledger, incident.severity) else None
    if resolved is None or (passed := (day - today(ledger, resolved.at)).days) < 0:
        return ""
    return f", {days(passed)} after the incident was resolved" + (f" (due by {in_full(due)})" if due else "")


def _where(fact: Fact, links: Links, shown: Callable[[str, str], str]) -> str:
    """In which commit something happened."""
    return f" in {shown(fact.commit[:10], links.to_commit(fact.commit))}" if fact.commit else ", not committed yet"


def _as_html(text: str, url: str) -> str:
    return f'<a href="{address(url)}"><code>{text}</code></a>' if url else f"<code>{text}</code>"


def _as_markdown(text: str, url: str) -> str:
    return f"[<code>{text}</code>]({address(url)})" if url else f"<code>{text}</code>"
