"""Severities: `P2 - High`, `sev1`, `high`, by the names, labels and aliases of the project's severity matrix."""

from __future__ import annotations

import re

from pirgen.review.readings import Known, Reading, distinct

WHICH = "these words name several"
FILLING = frozenset(("severity", "sev", "priority", "prio", "level", "incident", "s", "p"))
"""Words around the name of a severity that say nothing more."""
_WORD = re.compile(r"[^\W_]+")
_NUMBERED = re.compile(r"(?:sev|severity|s|p|prio|priority|level|lvl)?([0-9]{1,2})")


def read(text: str, known: Known) -> Reading | None:
    """The severity that the words name, one by one or together. Where other words stand beside them it is a guess."""
    names = _names(known)
    folded = " ".join(_WORD.findall(text.lower()))
    if folded in names:
        return distinct(names[folded], WHICH)
    found: list[str] = []
    safe = True
    for word in folded.split():
        meant = names.get(word) or _numbered(word, known)
        found += meant
        safe &= bool(meant) or word in FILLING
    return distinct(found, WHICH, safe=safe)


def _names(known: Known) -> dict[str, list[str]]:
    """The severities by each of their names, in lower case and without punctuation."""
    names: dict[str, list[str]] = {}
    for name, others in known.severities:
        for one in dict.fromkeys(" ".join(_WORD.findall(word.lower())) for word in (name, *others)):
            if one:
                names.setdefault(one, []).append(name)
    return names


def _numbered(word: str, known: Known) -> list[str]:
    """The severity that has the number of a word such as `sev1`, where just one has it."""
    found = _NUMBERED.fullmatch(word)
    if found is None:
        return []
    fitting = [name for name, _ in known.severities if re.findall("[0-9]+", name) == [found[1]]]
    return fitting if len(fitting) == 1 else []
