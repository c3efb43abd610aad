"""pirgen skill: what an agent should know."""

from __future__ import annotations

from pathlib import Path

import click

import pirgen
from pirgen.commands import emit, examples


@click.command("skill", epilog=examples("skill > .claude/skills/pirgen/SKILL.md"))
def command() -> None:
    """Print the SKILL.md that tells an agent how to write, check, mend and render reviews."""
    emit((Path(pirgen.__file__).parent / "mcp/SKILL.md").read_bytes())
