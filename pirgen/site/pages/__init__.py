"""The pages that are built with a site and never committed.

Each module has a function `make(subject) -> Iterator[Page]`. The pages lie in one folder, so they and the reviews'
pages link to each other by name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from pirgen.config import Config
from pirgen.git.hosts import Links
from pirgen.ledger import Ledger
from pirgen.report import Report
from pirgen.report.caveats import caveats
from pirgen.report.sections import Section, cell, listed
from pirgen.review import Review
from pirgen.review.related import Relations
from pirgen.runtime import extras
from pirgen.runtime.modules import modules
from pirgen.site.charts import charts
from pirgen.site.policy_links import PolicyLink
from pirgen.templating import Templates

ORDER = ("index", "report", "actions", "policy", "quarters", "feed", "calendar", "data", "llms", "assets")
"""The order in which the pages are made. A page that is not named here comes last."""
MOST = 200
"""How many rows of a table a page shows at most."""


class Page(NamedTuple):
    """A page: its name in the folder of these pages, and its text."""

    path: str
    text: str


class Subject(NamedTuple):
    """What the pages are about. Without a repository there is neither a ledger nor a report."""

    config: Config
    templates: Templates
    relations: Relations
    ledger: Ledger | None
    report: Report | None
    links: Links
    unrenderable: tuple[str, ...] = ()
    """The review files that have no page, because they are not valid."""
    home: str = ""
    """The relative path from these pages to the reviews' pages: empty in the same folder, else ending with a slash."""
    policy_links: tuple[PolicyLink, ...] = ()
    """The links of the policy, as they are from the folder of these pages."""
    said: Mapping[str, bytes] = MappingProxyType({})
    """What each review says, as JSON, by incident id; empty where it was not kept."""
    day: str = ""
    """The past day as of whose end the figures are; empty for those of now."""
    top: str = ""
    """The path from the site's top to these pages, ending with a slash; empty where llms.txt lies beside them."""

    @property
    def reviews(self) -> Mapping[str, Review]:
        """The valid reviews, by incident id."""
        return self.relations.reviews

    def fill(self, name: str, **values: Any) -> str:
        """The text of a page from a template. The template gets plain values and no access to files."""
        home, known, links = self.home, frozenset(self.reviews), self.links
        view = {
            "linked": lambda incident_id: f"{home}{incident_id}.md" if incident_id in known else "",
            "commit": links.to_commit,
            "has_figures": self.report is not None,
            "feed": self.has_feed,
            "calendar": self.has_calendar,
            "llms": self.llms,
        }
        return self.templates.render(f"site/{name}.md.j2", view=view, **values)

    @property
    def surroundings(self) -> str:
        """All that a page from a template depends on besides the ledger, in one text."""
        about = (self.links, self.home, self.has_feed, self.has_calendar, self.llms, sorted(self.reviews))
        return "\0".join((repr(about), *self.templates.contents()))

    @property
    def has_feed(self) -> bool:
        """Whether there can be a feed: it needs a history, the site's address, and feedgenerator."""
        return self.ledger is not None and bool(self.links.site) and extras.is_installed("feedgenerator")

    @property
    def has_calendar(self) -> bool:
        """Whether there can be a calendar: it needs a history, and icalendar."""
        return self.report is not None and extras.is_installed("icalendar")

    @property
    def quarters(self) -> list[str]:
        """The past days as of whose ends there are figures, too, the latest last; none without a history."""
        from pirgen.site.pages.quarters import ended

        return ended(self.ledger) if self.ledger else []

    @property
    def llms(self) -> str:
        """The path from these pages to llms.txt."""
        return "../" * self.top.count("/") + "llms.txt"

    @property
    def urgent(self) -> list[dict[str, Any]]:
        """The tables of what people are told before all else; none without a history."""
        return [_table(one) for one in listed(self.report) if one.urgent] if self.report else []

    def figures(self, page: str, apart: Collection[str] = ()) -> dict[str, Any]:
        """The values for a page of figures: the report, its caveats, the page's tables and its charts.

        `apart` are the listings that the page shows in its own way.
        """
        assert self.ledger
        assert self.report
        lists = [one for one in listed(self.report) if one.page == page and not one.urgent and one.name not in apart]
        return {
            "report": self.report,
            "caveats": [*caveats(self.report)],
            "urgent": self.urgent,
            "alarms": [_table(one) for one in lists if one.alarming],
            "tables": [_table(one) for one in lists if not one.alarming],
            "charts": [] if self.day else charts(page, self.ledger, self.relations),
            "day": self.day,
            "quarters": [] if self.day else self.quarters,
            "most": MOST,
        }


def _table(section: Section) -> dict[str, Any]:
    """A section as plain values: a cell has the kind of its column, the text that people read, and the value.

    A kind besides those of a column is `wide`, for texts that may be long.
    """
    kinds = ["wide" if one.least and one.kind == "text" else one.kind for one in section.columns]
    return {
        "title": section.title,
        "columns": [(column.title, kind) for column, kind in zip(section.columns, kinds, strict=True)],
        "count": len(section.rows),
        "rows": [
            [
                (kind, cell(column.said(row)), row.get(column.key))
                for column, kind in zip(section.columns, kinds, strict=True)
            ]
            for row in section.rows[:MOST]
        ],
    }


def pages(subject: Subject) -> Iterator[Page]:
    """All pages that are built with a site, in the order of ORDER."""
    for module in modules(__name__, __file__, ORDER):
        yield from module.make(subject)
