"""Turns reviews into pages, compares them with the pages on disk, and writes the difference.

A committed page depends only on the reviews, the configuration and the templates, never on git or the date.
A page that is built with a site also says what history proves. A site also has pages about all reviews.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from pirgen.config import Config
from pirgen.errors import PirgenError, about
from pirgen.files import inside
from pirgen.files import write as write_file
from pirgen.review import Review
from pirgen.review.related import Relations
from pirgen.runtime import environment, extras
from pirgen.runtime.parallel import spread
from pirgen.site.committed import Committed, page_text
from pirgen.site.on_disk import Disk, InGit, Page, Rendering, Shelf, compare, difference, is_generated, write
from pirgen.site.review_page import Related, review_page
from pirgen.templating import Templates
from pirgen.workspace import Workspace

if TYPE_CHECKING:
    from pirgen.git.hosts import Links
    from pirgen.ledger import Ledger
    from pirgen.project import Project

__all__ = [
    "Committed",
    "Disk",
    "InGit",
    "Page",
    "Rendering",
    "Shelf",
    "Site",
    "compare",
    "is_generated",
    "render",
    "render_project",
    "stage",
    "write",
    "write_all",
    "write_page",
]


class Site:
    """The pages of a project. Every method that makes pages raises PirgenError where a template is wrong."""

    def __init__(self, root: Path, config: Config, workspace: Workspace | None = None) -> None:
        self.root, self.config = root, config
        workspace = workspace or Workspace(root, config, keeps_data=True)
        self.templates = Templates(root, config.templates, None if workspace.sources is None else workspace.open_file)
        self.reviews: dict[str, tuple[str, Review]] = {}
        found = workspace.valid
        for file, review in found.items():
            if review:
                self.reviews.setdefault(review.incident_id, (file, review))
        self.said = {name: workspace.said[file] for name, (file, _) in self.reviews.items() if file in workspace.said}
        self.unrenderable = tuple(file for file, review in found.items() if review is None)

    @cached_property
    def relations(self) -> Relations:
        """How the reviews are related to each other."""
        return Relations({name: review for name, (_, review) in sorted(self.reviews.items())})

    def page(self, incident_id: str) -> Page | None:
        """The page of one review in the form that is committed; None where it is not valid."""
        if incident_id not in self.reviews:
            return None
        file, review = self.reviews[incident_id]
        text = page_text(file, review, self.config, self.templates, self.reviews.__contains__)
        return Page(f"{self.config.pages}/{incident_id}.md", text, file)

    def built(self, ledger: Ledger | None, links: Links) -> Iterator[Page]:
        """The reviews' pages with what history and the code host add to them."""
        from pirgen.site.follow_up import evidence

        order = sorted(self.reviews, key=lambda name: (str(self.reviews[name][1].date or ""), name))
        before = {later: earlier for earlier, later in pairwise(order)}
        after = dict(pairwise(order))

        names = sorted(self.reviews)

        def write_pages(some: Sequence[str]) -> Iterator[str]:
            for name in some:
                file, review = self.reviews[name]
                previous, following = self._neighbour(before.get(name)), self._neighbour(after.get(name))
                more = evidence(file, name, ledger, links)._replace(previous=previous, next=following)
                with about(file):
                    text = review_page(file, review, self._related(review), self.config, self.templates, more)
                yield text

        texts = spread(names, write_pages, "writing pages") if names else ()
        for name, text in zip(names, texts, strict=True):
            yield Page(f"{self.config.pages}/{name}.md", text, self.reviews[name][0])

    def _related(self, review: Review) -> list[Related]:
        """All incidents that are related to a review."""
        return [
            Related(name, other.headline if other else "", f"{name}.md" if other else "", why)
            for name, why in self.relations.all(review)
            for other in [self.relations.reviews.get(name)]
        ]

    def _neighbour(self, name: str | None) -> Related | None:
        """The link to a review from the one before or after it, by their dates; None for None."""
        return Related(name, self.reviews[name][1].headline, f"{name}.md") if name else None

    def dashboards(
        self,
        ledger: Ledger | None,
        links: Links,
        folder: str | None = None,
        is_page: Callable[[Path], bool] | None = None,
        top: str = "",
    ) -> Iterator[Page]:
        """The pages about all reviews, for a folder below the root; without a ledger those that need no history.

        `is_page` tells whether the site has a file, given its absolute path. Without it, the site has all files of
        the docs folder. The reviews' pages need not exist yet. `top` is the path from the site's top to the folder,
        ending with a slash, where llms.txt is to lie at the top; else it lies in the folder.
        """
        from pirgen.report import report_of
        from pirgen.site.pages import Subject, pages
        from pirgen.site.policy_links import policy_links

        folder = self.config.pages if folder is None else folder
        home = PurePosixPath(os.path.relpath(self.config.pages, folder)).as_posix()
        known, made = (
            is_page or self._is_in_docs,
            {self.root / self.config.pages / f"{name}.md" for name in self.reviews},
        )
        subject = Subject(
            self.config,
            self.templates,
            self.relations,
            ledger,
            report_of(ledger) if ledger else None,
            links,
            self.unrenderable,
            "" if home == "." else f"{home}/",
            tuple(policy_links(self.root, self.config, links, folder, lambda path: path in made or known(path))),
            self.said,
            top=top,
        )
        for page in pages(subject):
            yield Page(posixpath.normpath(f"{folder}/{page.path}"), page.text)

    def left_out(self, ledger: Ledger | None, links: Links) -> list[str]:
        """A sentence for each page of the dashboards that is left out because its library is not installed."""
        wanted = [("feed.xml", "feedgenerator")] if links.site else []
        wanted.append(("due.ics", "icalendar"))
        return [
            f"{name} is left out: {extras.needed(library)}"
            for name, library in wanted
            if ledger and not extras.is_installed(library)
        ]

    def _is_in_docs(self, path: Path) -> bool:
        """Whether a file is in the docs folder: the folder `docs` around the pages' folder, else the topmost one."""
        parts = PurePosixPath(self.config.pages).parts
        docs = parts[: parts.index("docs") + 1] if "docs" in parts else parts[:1]
        return path.is_relative_to(self.root.joinpath(*docs)) and os.path.isfile(path)  # noqa: PTH113


def render(
    root: Path,
    config: Config,
    workspace: Workspace | None = None,
    shelf: Shelf | None = None,
    *,
    cached: bool = False,
    texts: bool = True,
) -> Rendering:
    """The page of every valid review, compared with what is on the shelf, by default on disk.

    With `cached` pages are made anew only where something changed since an earlier run. Without `texts` nothing can be
    written. Raises PirgenError where a page would replace a file that pirgen did not write, or a template is wrong.
    """
    workspace = workspace or Workspace(root, config)
    return Committed(root, config, workspace, shelf or Disk(root), cached=cached, texts=texts).rendering()


def write_page(root: Path, config: Config, workspace: Workspace, incident_id: str) -> str:
    """Bring the page of one review on disk up to date, and return its path; empty where the review has no page.

    Raises PirgenError as `render` does.
    """
    page = Site(root, config, workspace).page(incident_id)
    if page is None:
        return ""
    if difference(Disk(root), page):
        write_file(root / page.path, page.text, root=root)
    return page.path


def render_project(project: Project, *, cached: bool = False, texts: bool = True) -> Rendering:
    """`render` for a project in the worktree, or in git's index with the pages there."""
    shelf = InGit(project.staged()) if project.index else None
    cached = cached and project.can_keep
    return render(project.root, project.config, project.workspace(), shelf, cached=cached, texts=texts)


def write_all(renderings: Mapping[Project, Rendering]) -> None:
    """Bring the pages of several projects on disk up to date."""
    for project, one in renderings.items():
        write(project.root, one)


def stage(renderings: Mapping[Project, Rendering]) -> None:
    """Bring the pages in git's index up to date, for projects in the index.

    Files in the worktree stay as they are, though they may then differ from the index: programs that run hooks put
    unstaged changes aside meanwhile and could not bring back those of a page that was written to. A file is made only
    for a page that is neither in the index nor in the worktree, of which nothing can have been put aside.

    Raises PirgenError where git cannot write, and for a commit of named paths, which has an index of its own.
    """
    files = {
        f"{project.prefix}{path}": text for project, one in renderings.items() for path, text in one.changes.items()
    }
    if not files:
        return
    if environment.variable("GIT_INDEX_FILE").rpartition("/")[2].startswith("next-index-"):
        raise PirgenError(
            f"{', '.join(files)}: `git commit` with paths commits these alone; render the pages and name them too"
        )
    new = {}
    for project, one in renderings.items():
        disk = Disk(project.root)
        inside(project.root, project.root / project.config.pages)
        absent = tuple(path for path in one.missing if disk.text(path) is None)
        new[project] = one._replace(missing=absent, stale=(), orphaned=())
    index = next(iter(renderings)).index
    assert index is not None
    index.write(files)
    write_all(new)
