"""pirgen lsp: the server that editors ask while somebody writes."""

from __future__ import annotations

import click

from pirgen.runtime.extras import require


@click.command("lsp")
@click.option("--stdio", is_flag=True, help="Talk over stdin and stdout, as it does anyway; many editors pass this.")
def command(stdio: bool) -> None:
    """Serve an editor: talk the Language Server Protocol over stdin and stdout.

    It judges reviews, incident logs and pirgen.yaml as they are typed, completes and explains them, and offers what
    `lint --fix` would do. It writes no file. Needs the extra `lsp`. In a repository that you do not trust, start it
    as `pirgen --untrusted lsp`.
    """
    require("pygls")
    from pirgen.lsp.server import serve

    serve()
