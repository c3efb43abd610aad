"""pirgen projects: which there are."""

from __future__ import annotations

import json
import os

import click

from pirgen.commands import emit
from pirgen.project import Project
from pirgen.projects import chosen
from pirgen.text.terminal import printable, readable


@click.command("projects")
@click.option("-z", "--null", "for_programs", is_flag=True, help="End each name with NUL, for a program to read.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to write them.")
@click.pass_obj
def command(project: Project, for_programs: bool, form: str) -> None:
    """List the folders of the projects around and below the working folder.

    Git says which there are below. `pirgen -C DIR` works in one of them.
    """
    roots = (one.project.root for one in chosen(project))
    names = [os.path.relpath(root) for root in roots]
    if form == "json":
        emit(json.dumps([{"folder": readable(name)} for name in names], indent=2) + "\n")
        return
    emit(b"".join(os.fsencode(name) + b"\0" if for_programs else f"{printable(name)}\n".encode() for name in names))
