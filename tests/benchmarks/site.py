"""How much of a site's build is the plugin's, on reviews made for it; and how quickly the index of all answers.

    python -m tests.benchmarks.site [--reviews 10000] [--theme material]

Prints the wall time of the whole build and the part spent in the plugin's events, in one process.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from mkdocs.commands.build import build
from mkdocs.config import load_config

from pirgen.mkdocs_plugin import PirgenPlugin
from tests.benchmarks.lint import make

MKDOCS = "site_name: many\ntheme: {{name: {theme}}}\nplugins: [search, pirgen]\nnav: [index.md, ops/pir/index.md]\n"


def timed(spent: list[float], work: Callable[..., Any]) -> Callable[..., Any]:
    """The work, with how long each call took noted."""

    @wraps(work)
    def wrapper(*arguments: Any, **more: Any) -> Any:
        start = time.perf_counter()
        try:
            return work(*arguments, **more)
        finally:
            spent.append(time.perf_counter() - start)

    return wrapper


def main() -> None:
    """Make the project, build it, say what took how long."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reviews", type=int, default=10_000)
    parser.add_argument("--theme", default="material")
    parser.add_argument("--site", type=Path, help="Where to build it.")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        make(folder, chosen.reviews)
        (folder / "docs").mkdir(exist_ok=True)
        (folder / "docs/index.md").write_text("# Home\n", encoding="utf-8")
        (folder / "mkdocs.yml").write_text(MKDOCS.format(theme=chosen.theme), encoding="utf-8")
        git = ["git", "-C", str(folder), "-c", "user.name=A", "-c", "user.email=a@example.org"]
        for words in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "x"]):
            subprocess.run([*git, *words], check=True)
        spent: list[float] = []
        for name in ("on_config", "on_files"):
            setattr(PirgenPlugin, name, timed(spent, getattr(PirgenPlugin, name)))
        start = time.perf_counter()
        config = load_config(str(folder / "mkdocs.yml"), site_dir=str(chosen.site or folder / "site"))
        config.plugins.run_event("startup", command="build", dirty=False)
        build(config)
        config.plugins.run_event("shutdown")
        whole = time.perf_counter() - start
        ours = sum(spent)
        print(f"{chosen.reviews} reviews, {chosen.theme}: {whole:.1f} s, the plugin {ours:.1f} s = {ours / whole:.2f}")


if __name__ == "__main__":
    main()
