"""An Atom feed of the reviews that are complete, newest first; needs feedgenerator and the site's address."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from html import escape
from urllib.parse import quote, urljoin
from uuid import NAMESPACE_URL, uuid5

from pirgen.site.pages import Page, Subject
from pirgen.text.terminal import printable

ABOUT = "Reviews as they are completed, by pirgen"
MOST = 50
"""How many reviews are in the feed."""


def make(subject: Subject) -> Iterator[Page]:
    """The feed, if the subject can have one. Git says when each review was completed."""
    ledger, site = subject.ledger, subject.links.site
    if ledger is None or not subject.has_feed:
        return
    from feedgenerator import Atom1Feed

    known = [
        (incident.completed_at, subject.reviews[name])
        for name, incident in ledger.incidents.items()
        if incident.is_complete and incident.completed_at and name in subject.reviews
    ]
    author = printable(subject.config.policy.owner) or "The authors of the reviews"
    said = {"title": "Post-incident reviews", "description": ABOUT, "author_name": author}
    feed = Atom1Feed(**said, link=site, feed_url=f"{site}feed.xml")
    for at, review in sorted(known, key=lambda pair: (pair[0], pair[1].incident_id), reverse=True)[:MOST]:
        name = review.incident_id
        feed.add_item(
            title=printable(f"{name}: {review.headline}"),
            link=urljoin(site, f"{subject.home}{quote(name)}{subject.links.ending}"),
            description=escape(printable(" ".join(review.impact.split()))),
            pubdate=at.astimezone(UTC),
            updateddate=at.astimezone(UTC),
            unique_id=uuid5(NAMESPACE_URL, f"{site}{name}").urn,
            categories=[one for one in (review.severity, *review.services) if one],
        )
    yield Page("feed.xml", feed.writeString("utf-8"))
