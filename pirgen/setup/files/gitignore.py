""".gitignore: what a site generator makes is not for committing."""

from __future__ import annotations

from collections.abc import Iterator

from pirgen.setup.files import Around, Step, extended
from pirgen.setup.files.site import has_plugin

PAGES = (
    "index.md",
    "report.md",
    "report-*.md",
    "actions.md",
    "policy.md",
    "years/",
    "feed.xml",
    "due.ics",
    "due/",
    "*.json",
    "llms.txt",
    "pirgen.css",
    "pirgen.js",
)
"""What `pirgen render --dashboards` writes beside the reviews' pages."""


def steps(around: Around) -> Iterator[Step]:
    """The built site; without the plugin also the pages that are of one day and one history."""
    if not around.generator:
        return
    lines = ["/site/"]
    if not has_plugin(around.generator):
        lines += [f"/{around.project.config.pages}/{name}" for name in PAGES]
    if around.generator == "zensical":
        lines.append("/.cache/")
    yield extended(around, around.own(".gitignore"), lines)
