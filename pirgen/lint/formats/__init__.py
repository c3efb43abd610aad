"""The output formats of lint, one a file: a function `render(diagnostics, files, colour) -> str`.

A format whose host shows only some findings also has `overflow`, a function of the same arguments but the colour. One
that leaves findings out has `left_out(diagnostics) -> str`. One whose host names files from the top of the repository
says so by `FROM_TOP`, one that shows the `change` of a diagnostic by `SHOWS_CHANGES`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath
from types import ModuleType
from typing import TYPE_CHECKING

from pirgen.diagnostic import Diagnostic
from pirgen.runtime import modules

if TYPE_CHECKING:
    from pirgen.runtime.plugins import Plugin


def names(plugins: Iterable[Plugin] = ()) -> list[str]:
    """The names of all formats, without importing them."""
    return modules.names(__file__, plugins=plugins)


def render(
    name: str, diagnostics: Sequence[Diagnostic], files: int, colour: bool, plugins: Iterable[Plugin] = ()
) -> str:
    """The diagnostics of `files` files in the format called `name`, ending with a line end.

    This and the functions below raise PirgenError where the format is a plugin's and its module is not sound.
    """
    text: str = modules.call(_module(name, plugins), "render", str, diagnostics, files, colour)
    return text


def placed(
    name: str, diagnostics: Sequence[Diagnostic], prefix: str, folder: str = "", plugins: Iterable[Plugin] = ()
) -> Sequence[Diagnostic]:
    """The diagnostics with the files' names as the readers of the format called `name` know them.

    `prefix` is the path from the top of the repository to the project, for a host, `folder` the one from the project
    around the working folder, for people. Each is empty or ends with a slash.
    """
    place = prefix if getattr(_module(name, plugins), "FROM_TOP", False) else folder
    return [one._replace(file=str(PurePosixPath(place, one.file))) for one in diagnostics] if place else diagnostics


def shows_changes(name: str, plugins: Iterable[Plugin] = ()) -> bool:
    """Whether the format called `name` shows the `change` of a diagnostic, which is worked out for it alone."""
    return bool(getattr(_module(name, plugins), "SHOWS_CHANGES", False))


def overflow(name: str, diagnostics: Sequence[Diagnostic], files: int, plugins: Iterable[Plugin] = ()) -> str:
    """Text for the summary of a CI step that tells what the format called `name` leaves out; mostly empty."""
    module = _module(name, plugins)
    return modules.call(module, "overflow", str, diagnostics, files) if hasattr(module, "overflow") else ""


def left_out(name: str, diagnostics: Sequence[Diagnostic], plugins: Iterable[Plugin] = ()) -> str:
    """A sentence that says what the format called `name` leaves out and why; mostly empty."""
    module = _module(name, plugins)
    return modules.call(module, "left_out", str, diagnostics) if hasattr(module, "left_out") else ""


def _module(name: str, plugins: Iterable[Plugin]) -> ModuleType:
    return modules.load(__name__, __file__, name, plugins)


def fingerprints(diagnostics: Sequence[Diagnostic]) -> Iterator[str]:
    """What identifies each diagnostic from run to run: its file, rule, message and excerpt, not its line.

    Of several that are alike each gets its number.
    """
    from hashlib import sha256

    seen: Counter[tuple[str, ...]] = Counter()
    for found in diagnostics:
        alike = (found.file, found.rule, found.message, found.excerpt.strip())
        seen[alike] += 1
        yield sha256("\0".join((*alike, str(seen[alike]))).encode(errors="replace")).hexdigest()
