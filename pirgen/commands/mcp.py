"""pirgen mcp: the server for agents."""

from __future__ import annotations

import click

from pirgen.commands import examples
from pirgen.errors import PirgenError
from pirgen.project import Project
from pirgen.runtime import environment, extras


@click.command("mcp", epilog=examples("mcp", "mcp --allow-write"))
@click.option("--allow-write", is_flag=True, help="Let agents start, mend and edit reviews, too. Nothing is committed.")
@click.pass_obj
def command(project: Project, allow_write: bool) -> None:
    """Serve agents on stdin and stdout, by the Model Context Protocol.

    An agent may read reviews, findings, figures and the history of the project. What it reads is marked as data, since
    other people wrote it. It needs the extra `mcp`.
    """
    if allow_write and not environment.is_trusted():
        raise PirgenError("--allow-write is for a repository that you trust; leave it out, or leave out --untrusted")
    extras.require("mcp")
    from pirgen.mcp.server import server

    server(project.root, allow_write=allow_write).run()
