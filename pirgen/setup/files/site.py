"""mkdocs.yml and a first page, for the site generator that is there. All three read this file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from pirgen.runtime.extras import is_installed
from pirgen.setup.files import Around, Step, placed

FILES = {
    "mkdocs": ("mkdocs.yml", "mkdocs.yaml"),
    "properdocs": ("properdocs.yml", "properdocs.yaml"),
    "zensical": ("zensical.toml",),
}
"""The files by which each generator is configured; the first one of MkDocs is read by all."""
NEW = FILES["mkdocs"][0]
DOCS = "docs"


def has_plugin(generator: str) -> bool:
    """Whether pirgen has a plugin for a generator, so that no page has to be written first."""
    return generator == "mkdocs"


def steps(around: Around) -> Iterator[Step]:
    """The configuration and the first page of a site. One that is configured is kept, and what to add is shown."""
    if not around.generator:
        return
    pages = PurePosixPath(around.project.config.pages)
    folder = pages.relative_to(DOCS).as_posix() if pages.is_relative_to(DOCS) else ""
    there = next((name for names in FILES.values() for name in names if around.source(around.own(name))), "")
    if there or not folder:
        source = around.source(around.own(there)) if there else None
        wanted = b"pirgen" not in (source.data if source else b"")
        yield Step(around.own(there or NEW), left=_left(around, there or NEW, folder) if wanted else "")
        return
    docs, ours = around.project.root / DOCS, around.project.root / pages
    others = any(path != docs / "index.md" and not path.is_relative_to(ours) for path in docs.rglob("*.md"))
    text = around.fill(
        "mkdocs.yml",
        title=around.place.rpartition("/")[2] or around.project.root.name,
        address=f"https://{around.place}" if around.place else "",
        has_plugin=has_plugin(around.generator),
        has_theme=around.generator != "zensical",  # which has a theme of its own
        has_nav=not others,
        pages=pages,
        folder=folder,
    )
    yield placed(around, around.own(NEW), text, "\n".join(_before_a_build(around, pages)))
    yield placed(around, around.own(f"{DOCS}/index.md"), around.fill("index.md", folder=folder))


def _before_a_build(around: Around, pages: PurePosixPath) -> Iterator[str]:
    """What a build needs besides the files."""
    if not has_plugin(around.generator):
        yield f"`pirgen render --dashboards {pages}`: before each build of the site"
    elif not is_installed(around.generator):
        yield '`pip install "pirgen[site]"`: MkDocs is not installed beside pirgen'


def _left(around: Around, name: str, folder: str) -> str:
    """What to add to a configuration that is kept."""
    if not folder:
        return f"{name}: `paths.pages` of pirgen.yaml is not below {DOCS}/, so say in both where the pages are"
    if name in FILES["mkdocs"]:
        return f"{name}: add `pirgen` to `plugins`, and {folder}/index.md to `nav` where there is one"
    styles = f"extra_css: [{folder}/pirgen.css], extra_javascript: [{folder}/pirgen.js]"
    return f"{name}: add {styles}; `pirgen render --dashboards {DOCS}/{folder}` writes the pages before each build"
