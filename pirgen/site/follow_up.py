"""What history and the code host add to a review's page: where it is edited, and what became of its action items."""

from __future__ import annotations

from collections.abc import Iterator

from pirgen.git.hosts import Links
from pirgen.ledger import Incident, Item, Ledger
from pirgen.report.columns import today
from pirgen.report.history import change, event
from pirgen.site.review_page import Evidence
from pirgen.text.markdown import address, inline

MOST = 50
"""How many changes since a review was complete its page tells, the latest ones."""


def evidence(file: str, incident_id: str, ledger: Ledger | None, links: Links) -> Evidence:
    """The evidence for the page of one review."""
    incident = ledger.incidents.get(incident_id) if ledger else None
    items = incident.items if incident else {}
    states = {name: "".join(_state(ledger, item, links)) for name, item in items.items()} if ledger else {}
    since = tuple(_since(ledger, incident, links)) if ledger and incident else ()
    return Evidence(links.to_edit(file), states, ledger is not None and ledger.shallow, since)


def _since(ledger: Ledger, incident: Incident, links: Links) -> Iterator[str]:
    """What happened after the commit that completed the review, but for items that were added."""
    facts = ledger.told.get(incident.incident_id, [])
    complete = next((index for index, fact in enumerate(facts) if fact.event == "review_completed"), len(facts))
    since = [fact for fact in facts[complete + 1 :] if fact.event != "action_opened"]
    if len(since) > MOST:
        yield f"{len(since) - MOST} earlier changes: `pirgen history` lists them"
    for fact in since[-MOST:]:
        what = " ".join(filter(None, (fact.action_id, event(fact))))
        where = f"in {_commit(fact.commit, links)}" if fact.commit else "not committed yet"
        yield f"{today(ledger, fact.at)}: {inline(', '.join(filter(None, (what, change(fact)))))}, {where}"


def _state(ledger: Ledger, item: Item, links: Links) -> Iterator[str]:
    """What a page says beside an action item's status, as Markdown."""
    day = today(ledger, ledger.as_of)
    if at := item.closed_at or item.declined_at:
        commit = item.closed_commit or item.declined_commit
        yield f" {today(ledger, at)} {f'in {_commit(commit, links)}' if commit else 'not committed yet'}"
    if item.is_done:
        yield f", {ledger.proofs.of(item).level or 'proof unknown'}"
    if item.is_overdue(day) and item.said.due:
        late = (day - item.said.due).days
        yield f", **{late} {'day' if late == 1 else 'days'} overdue**"
    if item.slips:
        yield f", first due {item.first_due}"


def _commit(commit: str, links: Links) -> str:
    shown = f"<code>{commit[:10]}</code>"
    url = links.to_commit(commit)
    return f"[{shown}]({address(url)})" if url else shown
