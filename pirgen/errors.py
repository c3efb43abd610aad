"""What stops a run: not the author's mistake but the environment's, told in one clear line."""


class PirgenError(Exception):
    """Something outside the reviews is wrong: usage, configuration, environment.

    The message is shown as it is, without a traceback.
    """

    exit_code = 2


class HistoryMissingError(PirgenError):
    """The answer lies in history that this clone does not have."""

    exit_code = 3
