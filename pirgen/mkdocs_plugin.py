"""The MkDocs plugin: the pages of `render` and the dashboards as generated files, nothing written to disk."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from mkdocs.config import config_options
from mkdocs.config.base import Config as PluginConfig
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files, InclusionLevel

from pirgen.corpus import Corpus
from pirgen.errors import HistoryMissingError, PirgenError
from pirgen.project import Project
from pirgen.report import report
from pirgen.site import Page, dashboards, render
from pirgen.table import Report

log = get_plugin_logger(__name__)


class Options(PluginConfig):  # type: ignore[no-untyped-call]
    """The plugin's options in mkdocs.yml."""

    allow_shallow = config_options.Type(bool, default=False)


class PirgenPlugin(BasePlugin[Options]):  # type: ignore[no-untyped-call]
    """Adds the reviews' pages, their index and the report."""

    @event_priority(50)
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Adds the pages in place of those on disk, so that the site is current even where they are stale."""
        project = _project(config)
        try:
            corpus = Corpus(project.root, project.config)
            rendering = render(project.root, project.config, corpus)
            figures = dashboards(project.root, project.config, self._report(project), corpus)
        except (PirgenError, OSError) as error:
            cure = "set `allow_shallow: true` under `pirgen` in mkdocs.yml"
            raise PluginError(str(error).replace("pass --allow-shallow", cure)) from None
        for file in rendering.unrenderable:
            log.warning(f"{file} is not valid and has no page; `pirgen lint` says why")
        for page in (*rendering.pages, *figures):
            _add(files, page, project.root, config)
        return files

    def on_serve(self, server: LiveReloadServer, *, config: MkDocsConfig, builder: object) -> None:
        """Rebuilds when a review or the configuration changes."""
        project = _project(config)
        for name in (*project.config.reviews, *project.config.incidents, "pirgen.yaml"):
            if (project.root / name).exists():
                server.watch(str(project.root / name))

    def _report(self, project: Project) -> Report | None:
        try:
            return report(
                project.root,
                project.config,
                now=datetime.now(UTC),
                allow_shallow=self.config.allow_shallow,
                cached=project.can_keep,
            )
        except HistoryMissingError:
            raise
        except PirgenError as error:
            log.warning(f"the report is left out: {error}")
            return None


def _project(config: MkDocsConfig) -> Project:
    return Project(Path(config.config_file_path or ".").parent)


def _add(files: Files, page: Page, root: Path, config: MkDocsConfig) -> None:
    docs = Path(config.docs_dir).resolve()
    path = root / page.path
    if not path.is_relative_to(docs):
        raise PluginError(f"paths.pages of pirgen.yaml must be below {docs}, so that MkDocs finds the pages")
    uri = path.relative_to(docs).as_posix()
    if (there := files.get_file_from_path(uri)) is not None:
        files.remove(there)
    level = InclusionLevel.NOT_IN_NAV if page.source else InclusionLevel.INCLUDED
    file = File.generated(config, uri, content=page.text, inclusion=level)
    if page.source:
        file.edit_uri = Path(os.path.relpath(root / page.source, docs)).as_posix()
    files.append(file)
