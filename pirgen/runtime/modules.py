"""Finds the modules of a plural folder by their files, so that a new module needs no registration.

A plugin with a folder of the same name adds to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from pirgen.errors import PirgenError

if TYPE_CHECKING:
    from pirgen.runtime.plugins import Plugin


def names(package_file: str, order: Sequence[str] = (), plugins: Iterable[Plugin] = ()) -> list[str]:
    """The names of a package's modules: first those in `order`, in that order, then the others by name, then plugins'.

    `package_file` is the `__file__` of the package. Modules whose names begin with an underscore are left out. Nothing
    but the plugins themselves is imported. Raises PirgenError where a plugin takes a name that is there already.
    """
    own = _stems(package_file)
    found = [*(name for name in order if name in own), *(name for name in own if name not in order)]
    for plugin in plugins:
        for name in plugin.names(_kind(package_file)):
            if name in found:
                raise PirgenError(
                    f"plugins of pirgen.yaml: `{plugin.name}` has {_kind(package_file)}/{name}.py, but that name is "
                    f"taken; give it another one"
                )
            found.append(name)
    return found


def load(package: str, package_file: str, name: str, plugins: Iterable[Plugin] = ()) -> ModuleType:
    """One of the modules that `names` tells, imported. Raises PirgenError where a plugin's cannot be."""
    if name not in _stems(package_file):
        for plugin in plugins:
            if name in plugin.names(_kind(package_file)):
                return plugin.module(f"{_kind(package_file)}.{name}")
    return import_module(f"{package}.{name}")


def modules(
    package: str, package_file: str, order: Sequence[str] = (), plugins: Iterable[Plugin] = ()
) -> list[ModuleType]:
    """The imported modules of a package and of plugins, in the order of `names`."""
    plugins = tuple(plugins)
    return [load(package, package_file, name, plugins) for name in names(package_file, order, plugins)]


def held(module: ModuleType, name: str, kind: type | tuple[type, ...]) -> Any:
    """What a module has under a name. Raises PirgenError where it has nothing of this kind there."""
    value = getattr(module, name, None)
    if not isinstance(value, kind):
        kinds = " or ".join(one.__name__ for one in (kind if isinstance(kind, tuple) else (kind,)))
        raise PirgenError(f"{module.__file__}: there is no {kinds} `{name}` in it")
    return value


def call(module: ModuleType, name: str, kind: type, *arguments: Any) -> Any:
    """What a function of a module returns.

    Raises PirgenError where there is no such function, or where it does not return a `kind`.
    """
    made = held(module, name, Callable)(*arguments)  # type: ignore[arg-type]
    if not isinstance(made, kind):
        raise PirgenError(f"{module.__file__}: `{name}` returned {type(made).__name__} where {kind.__name__} is needed")
    return made


def _kind(package_file: str) -> str:
    return Path(package_file).parent.name


@cache
def _stems(package_file: str) -> tuple[str, ...]:
    return tuple(sorted(file.stem for file in Path(package_file).parent.glob("[!_]*.py")))
