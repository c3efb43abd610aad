"""Renders Jinja templates. Unknown names are errors, and filters make hostile text safe for its place.

A project's own templates take precedence over pirgen's and run in a sandbox. They can extend pirgen's templates by
names that start with `pirgen/`.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Iterator
from functools import cache, cached_property
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pirgen.errors import PirgenError
from pirgen.files import Source
from pirgen.review.duration import format_duration
from pirgen.text.markdown import address, bare, html, inline, label, prose, rich
from pirgen.text.yaml_scalar import yaml_plain, yaml_string

if TYPE_CHECKING:
    from jinja2 import BaseLoader, Environment

FILTERS = {
    "md": inline,
    "prose": prose,
    "label": label,
    "address": address,
    "html": html,
    "rich": rich,
    "bare": bare,
    "yaml": yaml_string,
    "plain": yaml_plain,
    "duration": format_duration,
}


class Templates:
    """pirgen's templates, and those in a `folder` of the project at `root`, which take precedence.

    `open_file` returns a file of the project, None where there is none; without it the folder is read from the disk.
    """

    def __init__(self, root: Path, folder: str = "", open_file: Callable[[str], Source | None] | None = None) -> None:
        self.root, self.folder, self._open = root, root / folder if folder else None, open_file

    def render(self, name: str, **values: object) -> str:
        """The text of the template `name`, filled in. Raises PirgenError, with file and line, where it is wrong."""
        from jinja2 import TemplateError, TemplateSyntaxError

        try:
            if self.folder:
                self._environment.begin()
            text: str = self._environment.get_template(name).render(**values)
        except TemplateSyntaxError as error:
            raise PirgenError(f"{self._shown(error.filename or name)}:{error.lineno}: {error.message}") from None
        except Exception as error:
            places = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(".j2")]
            if not places and not isinstance(error, TemplateError | RecursionError):
                raise
            place = f"{self._shown(places[-1].filename)}:{places[-1].lineno}" if places else name
            raise PirgenError(f"{place}: {_reason(error)}") from error
        return text

    def contents(self) -> Iterator[str]:
        """The names and digests of the project's own templates, which are not read through links."""
        for here, _, names in os.walk(self.folder) if self.folder else ():
            for name in names:
                path = f"{here}/{name}"
                yield path[len(str(self.folder)) :]
                if os.path.islink(path):  # noqa: PTH114
                    yield "a link"
                else:
                    with open(path, "rb") as file:  # noqa: PTH123
                        yield blake2b(file.read()).hexdigest()

    def _shown(self, file: str) -> str:
        path = Path(file)
        is_own = self.folder is not None and path.is_relative_to(self.folder)
        return path.relative_to(self.root).as_posix() if is_own else path.name

    @cached_property
    def _environment(self) -> Any:
        if not self.folder:
            return _built_in()
        from pirgen.templating import sandbox

        loader: BaseLoader
        if self._open:
            loader = sandbox.opened(self._open, self.folder.relative_to(self.root).as_posix(), self.root)
        else:
            if not self.folder.is_dir():
                raise PirgenError(f"there is no folder {self.folder}, which `templates` in pirgen.yaml names")
            if not self.folder.resolve().is_relative_to(self.root.resolve()):
                raise PirgenError(f"{self.folder} leads out of the project; `templates` in pirgen.yaml names it")
            loader = sandbox.Loader(self.folder)
        return _environment(sandbox.Sandbox, loader)


@cache
def _built_in() -> Environment:
    """The environment of pirgen's own templates, which a process compiles once."""
    from jinja2 import Environment

    return _environment(Environment)


def _environment(kind: type[Environment], *loaders: BaseLoader) -> Environment:
    """An environment in which templates of `loaders` take precedence over pirgen's."""
    from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader, StrictUndefined

    ours = PackageLoader("pirgen")
    environment = kind(
        loader=ChoiceLoader([*loaders, ours, PrefixLoader({"pirgen": ours})]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    getattr(environment, "limit", environment.filters.update)(FILTERS)
    return environment


def _reason(error: Exception) -> str:
    """The reason why a template failed, in one line."""
    from jinja2 import TemplateNotFound

    if isinstance(error, RecursionError):
        return "it extends or includes itself, or nests too deep; pirgen's own are below `pirgen/`"
    if isinstance(error, TemplateNotFound):
        return f"there is no template `{error.name}`; pirgen's own are below `pirgen/`"
    return str(error) or type(error).__name__
