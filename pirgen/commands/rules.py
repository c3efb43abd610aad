"""pirgen rules: what the rules are, and why."""

from __future__ import annotations

import inspect

import click

from pirgen.commands import emit
from pirgen.errors import PirgenError
from pirgen.lint import rules
from pirgen.project import Project
from pirgen.runtime import environment


@click.command("rules")
@click.argument("name", required=False)
@click.pass_obj
def command(project: Project, name: str | None) -> None:
    """List the rules with their weight in this project, or explain the rule NAME."""
    found = {rule.name: rule for rule in rules.load(project.config.plugins)}
    if name is None:
        widest = max(map(len, found))
        for rule in found.values():
            emit(f"{rule.name:{widest}}  {_weight(project, rule):8}  {rule.summary}\n")
        emit("\n`pirgen rules NAME` explains one; `rules:` in pirgen.yaml sets their weights.\n")
        return
    if name not in found:
        from difflib import get_close_matches

        close = get_close_matches(name, found, 1)
        hint = f"did you mean `{close[0]}`?" if close else "`pirgen rules` lists them"
        raise PirgenError(f"there is no rule `{name}`; {hint}")
    rule = found[name]
    drafts = "" if rule.drafts else ", drafts and withdrawn reviews are not judged"
    text = f"{click.style(rule.name, bold=True)} ({_weight(project, rule)}{drafts})\n\n{_shown(rule.doc)}\n"
    emit(text if environment.wants_colour() else click.unstyle(text))


def _weight(project: Project, rule: rules.Rule) -> str:
    return project.config.rules.get(rule.name, rule.severity)


def _shown(doc: str) -> str:
    """A rule's documentation with the words Bad and Good in colour."""
    text = inspect.cleandoc(doc)
    for word, colour in (("Bad", "red"), ("Good", "green")):
        text = text.replace(f"*{word}*", click.style(word, fg=colour, bold=True))
    return text
