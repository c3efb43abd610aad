"""What mutmut needs to know of the tests: which of them reach a mutant, also in forks, and which are quick."""

from __future__ import annotations

import atexit
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

PLACE = "PIRGEN_MUTMUT_HITS"
"""The variable that names the file in which a fork writes them down."""


@contextmanager
def told(environment: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
    """The environment for a fork; while mutmut counts, it names a file, from which mutmut is told in the end."""
    if os.environ.get("MUTANT_UNDER_TEST") != "stats":
        yield environment
        return
    from mutmut.state import state

    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as file:
        yield {**environment, PLACE: file.name}
        state()._stats.update(file.read().split())


def tell(environment: Mapping[str, str]) -> None:
    """Write down, when this process ends, which functions it called; nothing where nobody wants to know."""
    if PLACE not in environment:
        return
    from mutmut.state import state

    state()._stats.clear()
    atexit.register(lambda: Path(environment[PLACE]).write_text("\n".join(state()._stats), encoding="utf-8"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the quickest files and tests: most mutants die there. mutmut hands over a set, in no order."""
    if "__mutmut_" not in os.environ.get("MUTANT_UNDER_TEST", ""):
        return
    from mutmut.state import state

    took = state().duration_by_test
    files: dict[Path, float] = {}
    for item in items:
        files[item.path] = files.get(item.path, 0) + took[item.nodeid]
    items.sort(key=lambda item: (files[item.path], item.path, took[item.nodeid]))
