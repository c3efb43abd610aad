"""pirgen init: set a repository up."""

from __future__ import annotations

import click

from pirgen.commands import TEXT, emit, examples
from pirgen.project import Project
from pirgen.review.timeline import zone_of
from pirgen.runtime import environment
from pirgen.setup.files.site import FILES as SITES
from pirgen.setup.init import HOSTS, NOTHING, Answers, Plan, carry_out, plan
from pirgen.text.terminal import printable


@click.command("init", epilog=examples("init --dry-run", "init --example --timezone Europe/Berlin"))
@click.option("--here", is_flag=True, help="Set up a project in this folder, not at the top of the repository.")
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
@click.option("--example", is_flag=True, help="Write an example review too. It counts in no figure.")
@click.option("--timezone", metavar="ZONE", default="", help="The zone of the times in reviews, as Europe/Berlin.")
@click.option("--ci", type=click.Choice([*HOSTS, NOTHING]), help="Default: the host of the remote.")
@click.option("--site", type=click.Choice([*SITES, NOTHING]), help="Default: what is there, else mkdocs.")
@click.option("--requirement", metavar="TEXT", default="", help="What CI installs with pip, as pirgen==1.0.0.")
@click.pass_obj
def command(
    project: Project,
    here: bool,
    dry_run: bool,
    example: bool,
    timezone: str,
    ci: str | None,
    site: str | None,
    requirement: str,
) -> None:
    """Set the repository up: configuration, schemas, folders, hooks, CI and a site.

    Nothing that is there is overwritten, and all is written or nothing. Lines are added to .gitattributes and
    .gitignore, and hooks to .pre-commit-config.yaml. What is left to do is said at the end.
    """
    if here:
        project = Project(project.start, project.start.resolve())
    answers = Answers(timezone, ci or "", site or "", requirement, example)
    made = plan(project, answers)
    if made.needs_zone and not dry_run and environment.stdin_is_terminal():
        made = plan(project, answers._replace(timezone=_ask()))
    if not dry_run:
        carry_out(made)
    emit(_told(made, dry_run=dry_run))


def _ask() -> str:
    """The time zone that a person chooses; asked until there is such a zone."""
    while True:
        question = "In which time zone are the times in reviews? (such as Europe/Berlin)"
        name = str(click.prompt(question, default="UTC", err=True, type=TEXT)).strip()
        if zone_of(name):
            return name
        click.echo(f"there is no time zone `{printable(name)}`", err=True)


def _told(made: Plan, *, dry_run: bool) -> str:
    """What was done to each file, and what is left to do."""
    lines = []
    for step in made.steps:
        said = f"would be {step.said}" if dry_run and step.text is not None else step.said
        lines.append(f"{printable(step.path)}: {said}")
    if made.left:
        lines += ["", "Left to do:"]
    for one in made.left:
        first, *more = map(printable, one.splitlines())
        lines += [f"- {first}", *(f"  {line}" for line in more)]
    return "".join(f"{line}\n" for line in lines)
