"""pirgen schema: the effective JSON Schemas, for editors and other tools."""

from __future__ import annotations

import click

from pirgen.commands import emit, examples
from pirgen.files import write
from pirgen.project import Project
from pirgen.schema import as_json

FILES = ("pir", "incident", "config")
"""The kinds of files that people write."""
ANSWERS = (
    "report", "lint", "rules", "history", "actions", "reminders", "rollup", "sync", "suggestions", "incident-list",
    "incident-show", "message", "duties", "projects",
)  # fmt: skip
"""The answers that commands write as JSON."""

SITE = ("index",)
"""What the site has as JSON and no command writes."""


@click.command("schema", epilog=examples("schema pir", "schema config"))
@click.argument("name", metavar="[NAME]", type=click.Choice([*FILES, *ANSWERS, *SITE]), default="pir")
@click.option("--write", "place", is_flag=True, help="Write it to schemas/NAME.schema.json, where editors look.")
@click.pass_obj
def command(project: Project, name: str, place: bool) -> None:
    """Print the JSON Schema of a kind of file, or of what a command or the site has as JSON.

    Kinds of files are pir, incident and config. That of a file is the effective one, with the severities and the id
    pattern of this project's pirgen.yaml. Its `$id` is the address that `repository.file` gives it.

    Answers of commands are report, lint, rules, history, actions, reminders, rollup, sync, suggestions, incident-list,
    incident-show, message, duties and projects. That of the site is index.
    """
    text = as_json(project.schema(name))
    if not place:
        emit(text)
        return
    path = project.root / "schemas" / f"{name}.schema.json"
    write(path, text, root=project.root)
    emit(f"{path.relative_to(project.root)}: written\n")
