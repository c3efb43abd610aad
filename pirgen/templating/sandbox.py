"""Runs templates that are not trusted. They can read the values they are given and the files of their folder only."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePath
from types import ModuleType
from typing import Any

from jinja2 import BaseLoader, Environment, FileSystemLoader, FunctionLoader, TemplateNotFound, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from pirgen.files import Source


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, which also denies templates all attributes of paths and modules."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may read an attribute."""
        return super().is_safe_attribute(obj, attr, value) and not isinstance(obj, PurePath | ModuleType)


class Loader(FileSystemLoader):
    """Reads the templates of a folder without following symbolic links."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """The text of a template, its file, and a function that tells whether the text is still current.

        Raises TemplateNotFound for a link, TemplateSyntaxError where the file is not UTF-8.
        """
        for folder in self.searchpath:
            path = Path(folder, template)
            if path.resolve() != Path(folder).resolve() / template:
                raise TemplateNotFound(template)
        try:
            return super().get_source(environment, template)
        except UnicodeDecodeError as error:
            raise TemplateSyntaxError(f"it is not UTF-8: {error.reason}", 1, template, str(path)) from None


def opened(open_file: Callable[[str], Source | None], folder: str, root: Path) -> BaseLoader:
    """A loader of the templates that `open_file` finds in a folder of the project at `root`."""

    def load(name: str) -> tuple[str, str, Callable[[], bool]] | None:
        source = None if ".." in PurePath(name).parts else open_file(f"{folder}/{name}")
        if source is None or source.error:
            return None
        try:
            text = source.data.decode()
        except UnicodeDecodeError as error:
            raise TemplateSyntaxError(f"it is not UTF-8: {error.reason}", 1, name, str(root / folder / name)) from None
        return text, str(root / folder / name), lambda: True

    return FunctionLoader(load)
