"""The MkDocs plugin. It adds the pages of `render` and the dashboards as generated files and writes nothing to disk."""

from __future__ import annotations

import gc
import os
import re
from contextlib import suppress
from datetime import date
from functools import partial
from pathlib import Path
from urllib.parse import urljoin

from mkdocs.config import config_options
from mkdocs.config.base import Config as PluginConfig
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page

from pirgen.checks import since_baseline
from pirgen.diagnostic import Severity
from pirgen.errors import HistoryMissingError, PirgenError
from pirgen.git import hosts as remote
from pirgen.git.hosts import Links
from pirgen.git.repository import Repository
from pirgen.ledger import Ledger, read_ledger
from pirgen.lint import lint
from pirgen.project import Project
from pirgen.runtime import environment
from pirgen.runtime.plugins import blame
from pirgen.site import Page as Made
from pirgen.site import Site, is_generated
from pirgen.site.pages.assets import SCRIPT, STYLE
from pirgen.site.pages.llms import LLMS
from pirgen.text.terminal import printable
from pirgen.workspace import Workspace

log = get_plugin_logger(__name__)
OUTSIDE = re.compile(r"/(?:years/[^/]+|report-[0-9-]+)\.md\Z")
"""The pages that are not in the navigation, besides the reviews'."""
GUESSED = ("edit/master/docs/", "src/default/docs/")
"""The edit addresses that MkDocs assumes where none is configured. Their branch and folder may be wrong."""


class Options(PluginConfig):  # type: ignore[no-untyped-call]
    """The plugin's options in mkdocs.yml."""

    allow_shallow = config_options.Type(bool, default=False)
    as_of = config_options.Optional(config_options.Type((str, date, int)))
    """The day or the revision that the figures tell of. YAML makes a date or a number of some that are not quoted."""


class PirgenPlugin(BasePlugin[Options]):  # type: ignore[no-untyped-call]
    """Adds the reviews' pages, their index, the dashboards and the policy."""

    _server: LiveReloadServer | None = None

    def __init__(self) -> None:
        self._watched: set[Path] = set()
        self._edits: dict[str, str] = {}

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Does nothing. Because it exists, MkDocs keeps this object from one build to the next."""

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Adds the style and the script of the pages to the site."""
        folder = _uri(_project(config), config)
        config.extra_css.append(f"{folder}{STYLE}")
        config.extra_javascript.append(f"{folder}{SCRIPT}")
        return config

    @event_priority(50)
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Adds the pages in place of those on disk, so that the site is current even if they are stale.

        Raises PluginError where the pages cannot be made.
        """
        project = _project(config)
        collects = gc.isenabled()
        gc.disable()  # almost all objects made here stay in use: collecting took half of the time
        try:
            self._watch(project)
            workspace = project.workspace(keeps_data=True)
            _warn(project, workspace)
            site = Site(project.root, project.config, workspace)
            ledger, links = self._ledger(project), _links(project, config)
            for sentence in site.left_out(ledger, links):
                log.info(sentence)
            taken = {file.dest_uri: file for file in files}
            is_page = partial(_is_published, files, config)
            top = "" if files.get_file_from_path(LLMS) else _uri(project, config)
            dashboards = site.dashboards(ledger, links, is_page=is_page, top=top)
            docs = Path(config.docs_dir).resolve()
            for page in (*site.built(ledger, links), *dashboards):
                file = _made(page, project.root, docs, config)
                if there := taken.get(file.dest_uri):
                    _make_way(files, there)
                files.append(file)
                if page.source:
                    self._edits[file.src_uri] = links.to_edit(page.source)
        except (PirgenError, OSError) as error:
            cure = "set `allow_shallow: true` under `pirgen` in mkdocs.yml"
            raise PluginError(str(error).replace("pass --allow-shallow", cure)) from None
        except (Exception, SystemExit) as error:
            if said := blame(error):
                raise PluginError(said) from None
            raise
        finally:
            if collects:
                gc.enable()
        return files

    def on_pre_page(self, page: Page, *, config: MkDocsConfig, files: Files) -> Page:
        """Makes the theme's edit link of a review's page lead to the review."""
        if url := self._edits.get(page.file.src_uri):
            page.edit_url = url
        return page

    def on_serve(self, server: LiveReloadServer, *, config: MkDocsConfig, builder: object) -> None:
        """Rebuilds when a review, a template or the configuration changes."""
        self._server = server
        self._watch(_project(config))

    def _watch(self, project: Project) -> None:
        """Watch the paths that exist; each build may find new ones."""
        names = (*project.config.reviews, *project.config.incidents, project.config.templates, "pirgen.yaml")
        for path in (project.root / name for name in filter(None, names)):
            if self._server and path not in self._watched and path.exists():
                self._watched.add(path)
                self._server.watch(str(path))

    def _ledger(self, project: Project) -> Ledger | None:
        try:
            return read_ledger(
                project.root,
                project.config,
                now=environment.now(),
                as_of=str(self.config.as_of) if self.config.as_of else None,
                allow_shallow=self.config.allow_shallow,
                cached=project.can_keep,
            )
        except HistoryMissingError:
            raise
        except PirgenError as error:
            log.warning(f"the figures are left out: {error}")
            return None


def _project(config: MkDocsConfig) -> Project:
    return Project(Path(config.config_file_path or ".").parent)


def _uri(project: Project, config: MkDocsConfig) -> str:
    """The folder of the pages in the site, ending with a slash; empty for the top.

    Raises PluginError where the folder is outside the docs or pirgen.yaml is wrong.
    """
    try:
        pages = project.root / project.config.pages
    except PirgenError as error:
        raise PluginError(str(error)) from None
    docs = Path(config.docs_dir).resolve()
    if not pages.is_relative_to(docs):
        raise PluginError(f"paths.pages of pirgen.yaml must be below {docs}, so that MkDocs finds the pages")
    return f"{pages.relative_to(docs).as_posix()}/".removeprefix("./")


def _warn(project: Project, workspace: Workspace) -> None:
    """Log what lint finds, except advice, as warnings of MkDocs; a strict build fails on them.

    What was wrong at the baseline already is left out, as `pirgen check` does.
    """
    result = lint(project.root, project.config, workspace=workspace, cached=project.can_keep)
    if project.config.baseline:
        with suppress(PirgenError):  # a clone without that commit shows everything
            result, _ = since_baseline(project, Repository(project.root), result)
    for found in result.diagnostics:
        if found.severity is not Severity.ADVICE:
            hint = f"; {found.hint}" if found.hint else ""
            place = f"{found.file}:{found.span.line}:{found.span.column}"
            log.warning(printable(f"{place}: {found.message}{hint} [{found.rule}]"))


def _links(project: Project, config: MkDocsConfig) -> Links:
    """The addresses to link to: those of pirgen.yaml, else those of mkdocs.yml, else those of the remote."""
    found, own = project.links(), project.config.repository
    top = re.sub(r"(?<=//)[^@/]*@", "", config.repo_url or "")  # leaves out a name and a password
    told, edit = remote.links(top), ""
    if top and config.edit_uri and not config.edit_uri.startswith(("?", "#")):
        docs = Path(os.path.relpath(config.docs_dir, project.root)).as_posix()
        place = urljoin(f"{top.rstrip('/')}/", f"{config.edit_uri.rstrip('/')}/")
        edit = f"{urljoin(place, '../' * len(Path(docs).parts))}{{path}}"
    is_guessed = config.edit_uri in GUESSED
    return Links(
        own.commit or told.commit or found.commit,
        own.edit or (is_guessed and found.edit) or edit or found.edit,
        own.file or found.file,
        urljoin(config.site_url, _uri(project, config)) if config.site_url else "",
        "/" if config.use_directory_urls else ".html",
    )


def _is_published(files: Files, config: MkDocsConfig, path: Path) -> bool:
    """Whether the site has a file of the docs folder, which MkDocs may leave out."""
    docs = Path(config.docs_dir).resolve()
    file = files.get_file_from_path(path.relative_to(docs).as_posix()) if path.is_relative_to(docs) else None
    return file is not None and file.inclusion not in (InclusionLevel.EXCLUDED, InclusionLevel.DRAFT)


def _make_way(files: Files, there: File) -> None:
    """Remove a file that a page of pirgen replaces; warn if pirgen did not write it."""
    if not is_generated(there.src_uri, there.content_string):
        log.warning(f"{there.src_uri} was not written by pirgen, whose page takes its place; move it away")
    files.remove(there)


def _made(page: Made, root: Path, docs: Path, config: MkDocsConfig) -> File:
    uri = (root / page.path).relative_to(docs).as_posix()
    level = InclusionLevel.NOT_IN_NAV if page.source or OUTSIDE.search(uri) else InclusionLevel.INCLUDED
    file = File.generated(config, uri, content=page.text, inclusion=level)
    if page.source:
        file.edit_uri = Path(os.path.relpath(root / page.source, docs)).as_posix()
    return file
