"""What all commands have in common: options that stand anywhere, colour, quiet and verbose runs, help, completion."""

from __future__ import annotations

import contextlib
import os
import pty
import shlex
import subprocess
import sys
from importlib import import_module

import click
import pytest

from pirgen.commands import main
from tests.support import Cli, Repo, review


@pytest.fixture
def broken(cli: Cli) -> Cli:
    """A project with a mistake in a review."""
    cli.write("pir/INC-001.yaml", review(severity="P9"))
    return cli


@pytest.mark.parametrize(
    "words", [("lint", "--color", "always"), ("--color=always", "lint"), ("lint", "--colour=always")]
)
def test_colour_stands_before_a_command_or_after_it(broken: Cli, words: tuple[str, ...]) -> None:
    assert "\x1b[" in broken.run(*words, NO_COLOR="1").stdout
    assert "\x1b[" in broken.run(*words, TERM="dumb").stdout


def on_a_terminal(project: Cli, *words: str, **environment: str) -> str:
    """What the command shows on a terminal, stdout and stderr together."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "pirgen", *words]
    variables = {**os.environ, "TERM": "xterm", "NO_COLOR": "", "FORCE_COLOR": "", **environment}
    with subprocess.Popen(command, cwd=project.folder, env=variables, stdin=theirs, stdout=theirs, stderr=theirs):
        os.close(theirs)
        shown = b""
        with contextlib.suppress(OSError):  # Linux says so where the other side has ended
            while part := os.read(ours, 65_536):
                shown += part
    os.close(ours)
    return shown.decode()


@pytest.mark.parametrize("words", [("lint",), ("lint", "nowhere")], ids=["an answer", "an error"])
def test_a_terminal_that_can_nothing_is_sent_plain_text(broken: Cli, words: tuple[str, ...]) -> None:
    assert "\x1b[" in on_a_terminal(broken, *words)
    assert "\x1b[" not in on_a_terminal(broken, *words, TERM="dumb")
    assert "\x1b[" not in on_a_terminal(broken, *words, NO_COLOR="1")
    assert "\x1b[" not in on_a_terminal(broken, *words, "--color", "never")
    assert "\x1b[" in on_a_terminal(broken, *words, "--color", "always", TERM="dumb")


def test_no_colour_is_stronger_than_the_environment(broken: Cli) -> None:
    assert "\x1b" in broken.run("lint", FORCE_COLOR="1", NO_COLOR="").stdout
    assert "\x1b" not in broken.run("lint", "--color", "never", FORCE_COLOR="1", NO_COLOR="").stdout
    done = broken.run("lint", "--color", "sometimes")
    assert (done.returncode, "'sometimes' is not one of" in done.stderr) == (2, True)


def test_a_quiet_run_tells_only_the_answer(broken: Cli) -> None:
    loud, quiet = broken.run("lint"), broken.run("lint", "-q")
    assert loud.stdout.startswith(quiet.stdout.rstrip("\n")) and "1 file checked" not in quiet.stdout
    assert (quiet.returncode, quiet.stderr) == (1, "")
    broken.write("pir/INC-001.yaml", review())
    quiet = broken.run("lint", "--quiet")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")
    assert "Commit it" in broken.run("action", "done", "INC-001", "AI-001").stderr
    assert "Commit it" not in broken.run("-q", "action", "reopen", "INC-001", "AI-001").stderr


def test_a_verbose_run_tells_what_git_is_asked(repo: Repo) -> None:
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review()})
    plain, told = repo.run("report", "--as-of", "2025-10-20"), repo.run("report", "-v", "--as-of", "2025-10-20")
    assert told.stdout == plain.stdout
    assert "pirgen: git rev-list --first-parent" in told.stderr or "pirgen: git diff-tree" in told.stderr
    assert "pirgen: git" not in plain.stderr


def _commands(group: click.Group, words: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group, info_name="pirgen")
    found: list[tuple[tuple[str, ...], click.Command]] = []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command
        found.append(((*words, name), command))
        if isinstance(command, click.Group):
            found += _commands(command, (*words, name))
    return found


COMMANDS = _commands(main)


@pytest.mark.parametrize(("words", "command"), COMMANDS, ids=[" ".join(words) for words, _ in COMMANDS])
def test_the_help_of_a_command_fits_and_is_whole(words: tuple[str, ...], command: click.Command) -> None:
    top = click.Context(main, info_name="pirgen", terminal_width=80, max_content_width=80, **main.context_settings)
    context = click.Context(command, parent=top, info_name=" ".join(words))
    text = command.get_help(context)
    assert max(map(len, text.splitlines())) <= 80
    assert "..." not in text.partition("\n\n")[2], "the usage alone says of what there may be several"
    assert (command.help or "").strip().split("\n\n")[0].endswith(".")


@pytest.mark.parametrize(
    ("words", "wanted"),
    [("rules timeline-or", "timeline-order"), ("lint --rule timeline-or", "timeline-order"),
     ("action list --owner @pl", "@platform"), ("lint --co", "--color"),
     ("action add INC-001 Fix --owner @q", "@qa")],
)  # fmt: skip
def test_a_shell_completes(cli: Cli, words: str, wanted: str) -> None:
    cli.write("pirgen.yaml", "owners: ['@platform', '@qa']\n")
    cli.write("pir/INC-001.yaml", review())
    line = shlex.split(f"pirgen {words}")
    done = cli.run(_PIRGEN_COMPLETE="bash_complete", COMP_WORDS=" ".join(line), COMP_CWORD=str(len(line) - 1))
    assert wanted in done.stdout


EXAMPLES = [line.strip() for _, one in COMMANDS for line in (one.epilog or "").splitlines() if "  pirgen" in line]


@pytest.mark.parametrize("line", EXAMPLES)
def test_an_example_is_a_command_line(cli: Cli, line: str) -> None:
    """An option that is not there, or a value that it does not take, is refused before --help is read."""
    done = cli.run(*shlex.split(line)[1:], "--help")
    assert (done.returncode, done.stderr) == (0, ""), line
    assert cli.run(*shlex.split(line)[1:], "--no-such-option", "--help").returncode == 2


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["validate"], "; did you mean lint?"),
        (["incident", "start"], "; did you mean open?"),
        (["incident", "notes"], "; did you mean note?"),
        (["incident", "frobnicate"], "."),
        (["action", "lst"], "; did you mean list?"),
    ],
)
def test_an_unknown_command_is_told_what_it_may_mean(cli: Cli, words: list[str], meant: str) -> None:
    done = cli.run(*words)
    assert done.returncode == 2
    assert done.stderr.endswith(f"Error: No such command '{words[-1]}'{meant}\n")


def test_every_word_of_others_stands_for_a_command() -> None:
    for group in (main, import_module("pirgen.commands.incident").command):
        context = click.Context(group)
        for word, meant in group.words.items():
            assert word not in group.list_commands(context)
            assert meant.split()[0] in group.list_commands(context)
