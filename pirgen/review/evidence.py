"""Reads what an action item gives as evidence: commits, files in a commit, and addresses."""

from __future__ import annotations

import re
from functools import lru_cache
from posixpath import normpath
from typing import NamedTuple

MAX_READ = 4_000
"""How many characters of a text are read."""
_SHA = r"[0-9a-fA-F]{7,64}"
_AROUND = "()[]{}<>\"'`,;.?"
_COMMIT = re.compile(_SHA)
_ELSEWHERE = re.compile(rf"\A([A-Za-z0-9._-][A-Za-z0-9._/-]*)@({_SHA})")
_FILE = re.compile(r"\A([A-Za-z0-9][A-Za-z0-9._/+-]*):(?!//)([^:]+)")
_ISSUE = re.compile(r"\A(?:(?:[A-Za-z0-9._-]+/[A-Za-z0-9._-]+)?[#!][0-9]{1,12}|([A-Z][A-Z0-9]+)-[0-9]{1,12})")
_ADDRESS = re.compile(r"\Ahttps?://(?:[^/?#\s@]*@)?([^/?#\s@]+)(/[^?#\s]*)?(?:[?#]\S*)?", re.IGNORECASE)
_COMMIT_PAGE = re.compile(rf"\A/(.+?)(?:/-)?/commits?/({_SHA})/?")


class Commit(NamedTuple):
    """A commit; `file` is a path in it, empty where the commit as a whole is meant."""

    revision: str
    """The id of the commit, perhaps cut, or of `file` also the name of a tag."""
    file: str = ""
    repository: str = ""
    """The repository, such as `org/shop` or `host/org/shop`; empty for the one that holds the review."""


class Link(NamedTuple):
    """An address, or the name of an issue or a pull request such as `#12`."""

    text: str


Reference = Commit | Link


@lru_cache(4_096)
def references(text: str, incident_id: str = "") -> tuple[Reference, ...]:
    """What a text of evidence leads to, in its order; empty where it leads nowhere.

    A commit is `1a2b3c4`, `repository@1a2b3c4` or its address. A file is `1a2b3c4:path` or `tag:path`. An issue or a
    pull request is its address or its name, such as `#12`, `org/shop#12` or `OPS-12`. Other words may stand around
    it. The names of incidents are no issues; `incident_id` tells what they look like.
    """
    words = text[:MAX_READ].split()
    found = (_reference(word, incident_id, is_alone=len(words) == 1) for word in words if word.isprintable())
    return tuple(dict.fromkeys(filter(None, found)))


def _reference(word: str, incident_id: str, *, is_alone: bool) -> Reference | None:
    if address := _ADDRESS.fullmatch(word.strip(_AROUND)):
        return _page(word.strip(_AROUND), address[1].lower(), address[2] or "")
    word = word.strip(_AROUND).rstrip(":")
    if _COMMIT.fullmatch(word):
        # Seven digits, or a word such as `defaced`, are more often something else than a commit.
        is_doubtful = (word.isdigit() or word.isalpha()) and len(word) < 40
        return None if is_doubtful and not is_alone else Commit(word.lower())
    if found := _ELSEWHERE.fullmatch(word):
        return Commit(found[2].lower(), repository=found[1])
    if (found := _FILE.fullmatch(word)) and ("/" in found[2] or "." in found[2]):
        path = normpath(found[2])
        return Commit(found[1], path) if not path.startswith(("/", "..")) else None
    if found := _ISSUE.fullmatch(word):
        ours = {incident_id.rpartition("-")[0].upper(), "AI"}
        return Link(word) if not found[1] or found[1] not in ours else None
    return None


def _page(word: str, host: str, path: str) -> Reference | None:
    if found := _COMMIT_PAGE.fullmatch(path):
        return Commit(found[2].lower(), repository=f"{host}/{found[1]}")
    return Link(word) if path.strip("/") else None
