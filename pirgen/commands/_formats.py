"""The options --format and --output-file, and what they make of findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from pirgen.commands import Pluggable, emit
from pirgen.config import InvalidConfigError
from pirgen.diagnostic import Diagnostic
from pirgen.files import write
from pirgen.lint import formats
from pirgen.project import Project
from pirgen.runtime import environment

Command = TypeVar("Command", bound=Callable[..., Any])
TEXT = "text"
"""The format for people."""


def output_options(command: Command) -> Command:
    """Adds the options, as the arguments `styles` and `outputs` of an `Output`."""
    style = click.option(
        "--format", "styles", type=Pluggable(formats.names), multiple=True, default=[TEXT],
        help="How to write findings; may be given several times, with an --output-file for each but one.",
    )  # fmt: skip
    file = click.option(
        "--output-file", "outputs", type=click.Path(path_type=Path), multiple=True, help="Write to this file."
    )
    return style(file(command))


class Output:
    """Where a command tells its findings, and in which formats: the last one on stdout, unless each has a file.

    With `on_stderr` it is told there, because stdout has another answer.

    Raises UsageError for too many or too few files, PirgenError where a format is a plugin's and pirgen.yaml is wrong.
    """

    def __init__(
        self, project: Project, styles: Sequence[str], outputs: Sequence[Path], *, on_stderr: bool = False
    ) -> None:
        self.project, self.styles, self.outputs, self._on_stderr = project, styles, outputs, on_stderr
        if len(styles) > len(outputs) + 1 or len(outputs) > len(styles):
            raise click.UsageError("give an --output-file for each --format, or for each but the last")
        self._plugins = project.config.plugins if {*styles} - {*formats.names()} else ()

    @property
    def shows_changes(self) -> bool:
        """Whether a format shows what fixes do."""
        return any(formats.shows_changes(style, self._plugins) for style in self.styles)

    @contextmanager
    def telling_invalid_config(self) -> Iterator[None]:
        """Where a pirgen.yaml turns out not to be valid, tell its mistakes in these formats, too."""
        try:
            yield
        except InvalidConfigError as error:
            self.tell({}, 1, broken=error.diagnostics, printed="" if self.styles[-1] == TEXT else None)
            raise

    def tell(
        self,
        diagnostics: Mapping[Project, Sequence[Diagnostic]],
        files: int,
        *,
        broken: Sequence[Diagnostic] = (),
        text: Callable[[bool], str] | None = None,
        printed: str | None = None,
    ) -> None:
        """Write the findings of each project, in `files` files.

        `broken` are the mistakes in pirgen.yaml files, seen from the project; people are told them on stderr.
        `text` makes the text for people, with or without colour, where that is more than the findings. `printed` goes
        to stdout in place of a format.
        """
        for index, style in enumerate(self.styles):
            told = [] if style == TEXT else [*formats.placed(style, broken, self.project.prefix, plugins=self._plugins)]
            for project, found in diagnostics.items():
                folder = project.seen_from(self.project)
                told += formats.placed(style, found, project.prefix, folder, self._plugins)
            into = self.outputs[index] if index < len(self.outputs) else None
            colour = into is None and environment.wants_colour(on_stderr=self._on_stderr)
            if into is None and printed is not None:
                written = printed
            elif text and style == TEXT:
                written = text(colour)
            else:
                written = formats.render(style, told, files, colour, self._plugins)
            if into is None:
                emit(written, on_stderr=self._on_stderr)
            else:
                write(self.project.start / into, written, root=self.project.root)
            _sum_up(formats.overflow(style, told, files, self._plugins))
            if left_out := formats.left_out(style, told, self._plugins):
                click.echo(f"{style}: {left_out}", err=True)


def _sum_up(text: str) -> None:
    """Add text to the summary of a step of GitHub Actions, where there is one."""
    path = environment.variable("GITHUB_STEP_SUMMARY")
    if text and path:
        with open(path, "a", encoding="utf-8") as file:  # noqa: PTH123 - GitHub asks to append
            file.write(text)
