"""Finds the modules of a package by their files, so that a new module needs no registration."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType


def names(package_file: str, order: Sequence[str] = ()) -> list[str]:
    """The names of a package's modules: first those in `order`, in that order, then the others by name.

    `package_file` is the `__file__` of the package. Modules whose names begin with an underscore are left out.
    Nothing is imported.
    """
    found = _stems(package_file)
    return [*(name for name in order if name in found), *(name for name in found if name not in order)]


@cache
def _stems(package_file: str) -> tuple[str, ...]:
    return tuple(sorted(file.stem for file in Path(package_file).parent.glob("[!_]*.py")))


def modules(package: str, package_file: str, order: Sequence[str] = ()) -> list[ModuleType]:
    """The imported modules of a package, in the order of `names`."""
    return [import_module(f"{package}.{name}") for name in names(package_file, order)]
