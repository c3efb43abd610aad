"""Pictures of a terminal as SVG, made of what programs really print."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from rich.console import Console
from rich.text import Text

COLUMNS = 100
FONT = re.compile(r"@font-face \{.*?\}\n", re.DOTALL)
"""What takes fonts from another host; a reader's own ones do."""


def session(commands: Sequence[str], folder: Path) -> str:
    """A prompt, each command and what it prints, with the codes of its colours."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    variables = {**os.environ, "PATH": path, "COLUMNS": str(COLUMNS)}
    variables.pop("NO_COLOR", None)
    shown = []
    for command in commands:
        done = subprocess.run(
            ["bash", "-c", command.replace("pirgen ", "pirgen --color always ")],
            cwd=folder,
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
        )
        shown.append(f"\x1b[1;32m$\x1b[0m {command}\n{done.stdout}")
    return "\n".join(shown)


def plain(screen: str) -> str:
    """A screen's text without the codes of its colours."""
    return "\n".join(line.rstrip() for line in Text.from_ansi(screen).plain.rstrip().split("\n")) + "\n"


def picture(name: str, screen: str) -> str:
    """The picture of a screen, whose codes of colours are read."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, legacy_windows=False)
    console.print(Text.from_ansi(screen.rstrip()), soft_wrap=False)
    svg = FONT.sub("", console.export_svg(title=name, unique_id=f"pirgen-{name}"))
    return "\n".join(line.rstrip() for line in svg.strip().split("\n")) + "\n"


def words(svg: str) -> list[str]:
    """The lines that a picture shows, the window's title first, without their blanks."""
    lines: dict[float, list[tuple[float, str]]] = {}
    for one in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text"):
        at = lines.setdefault(float(one.attrib["y"]), [])
        at.append((float(one.attrib["x"]), one.text or ""))
    title, *shown = [re.sub(r"\s", "", "".join(text for _, text in sorted(at))) for at in lines.values()]
    return [title, *filter(None, shown)]
