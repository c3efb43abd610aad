"""Plugins: modules that pirgen.yaml names, in the repository or installed.

A plugin is laid out as pirgen is: in its folders `rules`, `formats`, `exports`, `metrics` and `charts` a file is what
it is in pirgen's own folder of that name. A module of the repository is imported under a name that nothing else has, so
it takes no other module's place, and no bytecode is written beside it or believed.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from importlib.machinery import FileFinder, ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import NamedTuple

from pirgen.errors import PirgenError

KINDS = ("charts", "exports", "formats", "metrics", "rules")
"""The folders that a plugin may have."""
_SPACE = "_pirgen_plugins_"
_begun: dict[str, Plugin] = {}
"""The plugins that this process has imported, or tried to, by the full names of their modules."""


class Plugin(NamedTuple):
    """A module that pirgen.yaml names, and the folders in which it is looked for before it counts as installed."""

    name: str
    places: tuple[str, ...] = ()

    def module(self, inner: str = "") -> ModuleType:
        """The module, or one below it such as `formats.teamcity`.

        Raises PirgenError, with file and line, where it cannot be imported.
        """
        full = self._full_name
        _begun[full] = self
        try:
            return import_module(f"{full}.{inner}" if inner else full)
        except PirgenError:
            raise
        except (Exception, SystemExit) as error:
            place = _place(error)
            file, line = (place.file, place.line) if place else ("", 0)
            if isinstance(error, SyntaxError) and error.filename:
                file, line = error.filename, error.lineno or 1
            reason = f"{self.shown(file)}:{line}: {_said(error)}" if file else _said(error)
            raise PirgenError(f"plugins of pirgen.yaml: `{self.name}` cannot be imported ({reason})") from error

    def names(self, kind: str) -> list[str]:
        """The names of the modules in its folder of this kind, in alphabetical order; none of them is imported.

        Raises PirgenError where Python could not import one by its name.
        """
        folders = getattr(self.module(), "__path__", ())
        found = sorted(file for folder in folders for file in Path(folder, kind).glob("[!_]*.py"))
        for file in found:
            if not (file.stem.isidentifier() and file.stem.isascii()):
                raise PirgenError(f"{self.shown(str(file))}: a plugin's file needs a name of letters, digits and _")
        return [file.stem for file in found]

    def shown(self, file: str) -> str:
        """The path of a file of the plugin for people: in the repository, from the folder where it was looked for."""
        near = (place for place in self.places if Path(file).is_relative_to(place))
        return next((Path(file).relative_to(place).as_posix() for place in near), file)

    @property
    def _full_name(self) -> str:
        for place in self.places:
            folder = Path(place, self.name.replace(".", "/"))
            is_package = any((folder / name).exists() for name in ("__init__.py", *KINDS))
            if is_package or folder.with_suffix(".py").is_file():
                return f"{_space(place)}.{self.name}"
        return self.name


def blame(error: BaseException) -> str:
    """A sentence that names the plugin's file and line from which an error came; empty where it came from no plugin."""
    place = _place(error)
    if place is None:
        return ""
    return f"{place.plugin.shown(place.file)}:{place.line}: the plugin `{place.plugin.name}` failed ({_said(error)})"


class _Place(NamedTuple):
    plugin: Plugin
    file: str
    line: int


def _place(error: BaseException) -> _Place | None:
    """Where in the code of a plugin an error came from; None where it came from no plugin."""
    from traceback import walk_tb

    steps = [(str(frame.f_globals.get("__name__")), frame.f_code.co_filename, line)
             for frame, line in walk_tb(error.__traceback__)]  # fmt: skip
    for name, file, line in reversed(steps):
        for full, plugin in _begun.items():
            if name == full or name.startswith(f"{full}."):
                return _Place(plugin, file, line)
    return None


def _said(error: BaseException) -> str:
    text = re.sub(rf"{_SPACE}\w{{12}}\.", "", " ".join(f"{type(error).__name__}: {error}".split()))
    return text[:300].rstrip(": ")


class _Loader(SourceFileLoader):
    """Loads a module from its source alone."""

    def get_code(self, fullname: str) -> CodeType:
        """The compiled source."""
        path = self.get_filename(fullname)
        code: CodeType = self.source_to_code(self.get_data(path), path)
        return code


class _Finder:
    """Finds the modules of repositories, whose names begin with `_SPACE`, and no other ones."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: object = None) -> ModuleSpec | None:
        """How to load a module; None for one that is not a repository's, or not there."""
        for folder in (path or ()) if name.startswith(_SPACE) else ():
            if found := FileFinder(folder, (_Loader, [".py"])).find_spec(name):
                return found
        return None


@cache
def _space(place: str) -> str:
    """The name of a package whose modules are the files of a folder."""
    from hashlib import sha256

    if _Finder not in sys.meta_path:
        sys.meta_path.insert(0, _Finder)
    name = f"{_SPACE}{sha256(place.encode(errors='surrogateescape')).hexdigest()[:12]}"
    package = ModuleType(name)
    package.__path__ = [place]
    sys.modules[name] = package
    return name
