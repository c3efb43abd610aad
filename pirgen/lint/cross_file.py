"""Which files hold which incident: what a rule may ask about other files, and what it was told.

Answers are kept with a file's findings. The findings hold as long as the answers do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


class CrossFile:
    """The incident ids of a project. Until `settled`, answers are guesses: each id is known, and in one file."""

    def __init__(self, logs: Mapping[str, tuple[str, str]] | None = None) -> None:
        self.logs = logs or {}
        """The file of each incident's log, and what identifies its content."""
        self.files: dict[str, tuple[str, ...]] = {}
        """The review files that hold an incident's id, by the id in lower case."""
        self.settled = False

    def settle(self, ids: Iterable[tuple[str, str]]) -> None:
        """Learn the review files and the id that each holds."""
        self.files = {}
        for file, name in ids:
            if key := name.lower():
                self.files[key] = (*self.files.get(key, ()), file)
        self.settled = True

    def answer(self, question: str, incident_id: str, file: str) -> Any:
        """What is true of an incident, for the review in `file`: a text, a truth value or a tuple of texts."""
        if question == "log":
            return self.logs.get(incident_id, ("", ""))[1]
        key = incident_id.lower()
        if question == "files":
            return self.files.get(key, ()) if self.settled else (file,)
        return not self.settled or key in self.files or incident_id in self.logs

    def holds(self, answers: Mapping[str, Any], incident_id: str, file: str) -> bool:
        """Whether what a review was told is still true: these answers, by question and id, and the usual ones."""
        told = {**usual(incident_id, file), **answers}
        asked = ((*question.split(" ", 1), answer) for question, answer in told.items())
        return all(self.answer(question, name, file) == answer for question, name, answer in asked)


def usual(incident_id: str, file: str) -> dict[str, Any]:
    """What most reviews are told about their own incident: no other file has it, and there is no log."""
    return {f"files {incident_id.lower()}": (file,), f"log {incident_id}": ""} if incident_id else {}
