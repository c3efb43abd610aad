"""pirgen completion: the script by which a shell completes pirgen's command lines."""

from __future__ import annotations

import click

from pirgen.commands import emit


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the script that completes commands, options, and the ids of incidents and action items.

    Write it to the file where your shell looks for it:

    \b
    bash: ~/.local/share/bash-completion/completions/pirgen
    zsh:  a file called _pirgen in a folder of $fpath
    fish: ~/.config/fish/completions/pirgen.fish
    """
    from click.shell_completion import ShellComplete, get_completion_class

    found = get_completion_class(shell)
    assert found
    made = found(ctx.find_root().command, {}, "pirgen", "_PIRGEN_COMPLETE")
    emit(ShellComplete.source(made))  # that of bash would run bash to ask for its version
