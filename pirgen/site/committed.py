"""The reviews' pages in the form that is committed: which of them differ, each made anew only where something changed.

What a page depends on besides its review, the configuration and the templates is which of the incidents that the review
names have pages. Until all reviews are known, a page is made as if all of these had one, and made again where that was
wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import repeat
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from pirgen.config import Config
from pirgen.errors import about
from pirgen.files import Source
from pirgen.review import Review
from pirgen.review.related import named
from pirgen.runtime import cache
from pirgen.runtime.parallel import spread
from pirgen.site.on_disk import MISSING, STALE, Disk, Page, Rendering, Shelf, difference, differs, orphaned
from pirgen.site.review_page import Related, review_page
from pirgen.templating import Templates
from pirgen.workspace import Workspace

WORTHWHILE = 50
"""From how many reviews on it is kept what their pages were: few are made as quickly as they are looked up."""
NAME = "pages"


class Row(NamedTuple):
    """What is known of a review and its page."""

    stamp: int
    """What changes with the review's file and is known without reading it; 0 where that is not sure."""
    digest: str
    """What identifies the review's content."""
    incident_id: str | None
    """None where the review is not valid, so that it has no page."""
    linked: Mapping[str, bool]
    """The incidents that the review names, and whether its page links to theirs."""
    page: str
    """What identifies the page's text; empty without one."""
    page_stamp: int
    """As `stamp`, of the page's file while it held that text; 0 where it did not."""


class Seen(NamedTuple):
    """What a look at one review found, in whatever process."""

    digest: str
    incident_id: str | None
    linked: Mapping[str, bool]
    page: str
    page_stamp: int
    differs: str
    """How the page on the shelf differs; see `difference`."""
    text: str
    """The page's text where the page is to be written; else empty."""


class Committed:
    """The pages of a project's reviews, and how those on a shelf differ from them.

    With `cached`, what an earlier run worked out of the files in the worktree is used, and kept for the next run. With
    `texts` the texts of the pages that differ are at hand, to be written.
    """

    def __init__(
        self,
        root: Path,
        config: Config,
        workspace: Workspace,
        shelf: Shelf,
        *,
        cached: bool = False,
        texts: bool = False,
    ) -> None:
        self.root, self.config, self.workspace, self.shelf, self.texts = root, config, workspace, shelf, texts
        self.templates = Templates(root, config.templates, None if workspace.sources is None else workspace.open_file)
        # what is known of files says nothing about their content in git
        self.cached = (
            cached and isinstance(shelf, Disk) and workspace.sources is None and len(workspace.reviews) >= WORTHWHILE
        )
        self._key, self._kept, self._rows = "", dict[str, Row](), dict[str, Row]()
        self._seen: dict[str, Seen] = {}
        self._stamps = dict[str, int]()
        if self.cached:
            self._stamps.update(zip(workspace.reviews, workspace.stamps(workspace.reviews), strict=True))
            self._key = cache.key(root, NAME, config.text, *self.templates.contents())
            if kept := cache.load(root, NAME, self._key):
                self._kept = dict(zip(kept[0], map(Row._make, zip(*kept[1:], strict=True)), strict=True))

    def rendering(self) -> Rendering:
        """How the pages on the shelf differ. Raises PirgenError as `render` does."""
        names = self.workspace.reviews
        self._look_at(self._due(names), None)
        files: dict[str, str] = {}
        for name in names:
            if (incident_id := self._rows[name].incident_id) is not None:
                files.setdefault(incident_id, name)
        rows = [(name, self._rows[name]) for name in files.values()]
        wrong = [name for name, row in rows if any(has != (one in files) for one, has in row.linked.items())]
        self._look_at(wrong, files)
        found = self._differing(files)
        self._save()
        pages = {self._path(incident_id): files[incident_id] for incident_id in sorted(files)}
        unrenderable = tuple(name for name in names if self._rows[name].incident_id is None)
        held = {self._path(PurePosixPath(name).stem) for name in unrenderable}
        return Rendering(
            pages,
            tuple(path for path, name in pages.items() if found.get(name) == MISSING),
            tuple(path for path, name in pages.items() if found.get(name) == STALE),
            orphaned(self.shelf, self.config.pages, {*pages, *held}, of_reviews=True),
            unrenderable,
            {path: self._seen[name].text for path, name in pages.items() if name in found} if self.texts else {},
        )

    def look(self, source: Source) -> list[Any]:
        """Look at a review and its page, as if each incident that it names had one; what was found, as plain data.

        Nothing is found where that was kept.
        """
        row = self._kept.get(source.name)
        return [] if row and row.digest == source.digest else [*self._look(source, None)]

    def take(self, name: str, found: list[Any]) -> None:
        """Take over what `look` found, in whatever process."""
        if found:
            self._seen[name] = Seen._make(found)

    def _due(self, names: Sequence[str]) -> list[str]:
        """The reviews to look at; the rows of the others are those that were kept."""
        due = []
        for name in names:
            row, stamp = self._kept.get(name), self._stamps.get(name, 0)
            if row is None or ((row.stamp != stamp or not stamp) and row.digest != self._digest(name)):
                due.append(name)
                row = Row(stamp, "", None, {}, "", 0)
            self._rows[name] = row._replace(stamp=stamp) if row.stamp != stamp else row
        return due

    def _digest(self, name: str) -> str:
        seen = self._seen.get(name)
        return seen.digest if seen else self.workspace.source(name).digest

    def _look_at(self, names: Sequence[str], ids: Collection[str] | None) -> None:
        """Fill the rows of these reviews; `ids` are the incidents that have pages, None where that is not known yet."""
        unseen = [name for name in names if ids is not None or name not in self._seen]

        def look(share: Sequence[str]) -> Iterator[Seen]:
            return (self._look(self.workspace.source(name), ids) for name in share)

        if unseen:
            made = spread(unseen, look, "writing pages", list, Seen._make)
            self._seen.update(zip(unseen, made, strict=True))
        for name in names:
            seen = self._seen[name]
            self._rows[name] = Row(
                self._rows[name].stamp, seen.digest, seen.incident_id, seen.linked, seen.page, seen.page_stamp
            )

    def _look(self, source: Source, ids: Collection[str] | None) -> Seen:
        digest = source.digest if self.cached else ""
        review = self.workspace.valid_review(source)
        if review is None:
            return Seen(digest, None, {}, "", 0, "", "")
        linked = {one.incident_id: ids is None or one.incident_id in ids for one in named(review)}
        text = page_text(source.name, review, self.config, self.templates, linked.__getitem__)
        page = Page(self._path(review.incident_id), text)
        stamp = next(self.workspace.stamps([page.path])) if self.cached else 0
        how = difference(self.shelf, page)
        is_to_write = self.texts and how
        return Seen(
            digest,
            review.incident_id,
            linked,
            _digest(text) if self.cached else "",
            0 if how else stamp,
            how,
            text if is_to_write else "",
        )

    def _differing(self, files: Mapping[str, str]) -> dict[str, str]:
        """How pages differ, by the file of their review, without those that do not; `files` are by incident id."""
        found = {}
        stamps = self.workspace.stamps(map(self._path, files)) if self.cached else repeat(0)
        for (incident_id, name), stamp in zip(files.items(), stamps, strict=False):
            row = self._rows[name]
            if name in self._seen:
                found[name] = self._seen[name].differs
            elif not stamp or stamp != row.page_stamp:
                wanted = row.page
                found[name] = differs(self.shelf, self._path(incident_id), lambda text: _digest(text) == wanted)  # noqa: B023
                self._rows[name] = row._replace(page_stamp=0 if found[name] else stamp)
        if self.texts:
            without = [name for name, how in found.items() if how and name not in self._seen]
            self._look_at(without, files)
            found.update((name, self._seen[name].differs) for name in without)
        return {name: how for name, how in found.items() if how}

    def _path(self, incident_id: str) -> str:
        return f"{self.config.pages}/{incident_id}.md"

    def _save(self) -> None:
        """Keep what is known for the next run."""
        if self.cached and self._rows != self._kept:
            cache.save(self.root, NAME, self._key, [[*self._rows], *zip(*self._rows.values(), strict=True)])


def page_text(file: str, review: Review, config: Config, templates: Templates, has_page: Callable[[str], bool]) -> str:
    """The page of a review in the form that is committed. Raises PirgenError where a template is wrong.

    It says what its review says. Of other reviews it says only whether those that it names have pages. Otherwise a new
    review would change the pages of old ones, and two branches would conflict.
    """
    related = [Related(name, "", f"{name}.md" if has_page(name) else "", why) for name, why in named(review)]
    with about(file):
        return review_page(file, review, related, config, templates)


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
