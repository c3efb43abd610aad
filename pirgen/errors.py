"""The errors that stop a run. Their cause is outside the reviews, and each is shown as a clear message."""

from collections.abc import Iterator
from contextlib import contextmanager


class PirgenError(Exception):
    """Something outside the reviews is wrong: usage, configuration, environment.

    The message is shown as it is, without a traceback.
    """

    exit_code = 2


class HistoryMissingError(PirgenError):
    """This clone lacks the part of the history that is needed."""

    exit_code = 3


class ChangedError(PirgenError):
    """Another program changed a file between the reading and the writing of an edit; nothing was written."""


@contextmanager
def about(file: str) -> Iterator[None]:
    """Note a file on an error that nobody expects, so that who tells it can name the file."""
    try:
        yield
    except Exception as error:
        if not isinstance(error, PirgenError):
            error.add_note(file)
        raise
