"""People and teams: `ernst` where `@ernst` is known, `Ann <ann@example.org>`."""

from __future__ import annotations

import re

from pirgen.review.readings import Known, Reading, distinct

WHO = "one person or team answers for it"
_HANDLE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?(?:/[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?)?")
_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_WITH_MAIL = re.compile(r"[^<>@]{0,80}<([^<>]{1,80})>")
_BETWEEN = re.compile(r" ?[,;&+] ?| and ")


def read(text: str, known: Known) -> Reading | None:
    """Who is meant: somebody who is known by this name, or else a handle, which is a guess."""
    if found := _WITH_MAIL.fullmatch(text):
        text = found[1]
    text = text.removeprefix("mailto:").strip(" .,;:()[]<>\"'")
    if _is_person(text):
        return Reading((text,))
    parts = [part for part in _BETWEEN.split(text) if part]
    if len(parts) > 1:
        each = [_one(part, known) for part in parts]
        return distinct([one.values[0] for one in each if one], WHO) if all(each) else None
    return _one(text, known)


def _one(text: str, known: Known) -> Reading | None:
    if _is_person(text):
        return Reading((text,))
    owners, word = known.owners(), text.lower()
    if f"@{word}" in owners:
        return Reading((f"@{text}",))
    fitting = sorted(one for one in owners if word in (one.split("@")[0], one.rsplit("/", 1)[-1]))
    if not fitting and (folded := _folded(word)):
        fitting = sorted(one for one in owners if _folded(one) == folded)
        return distinct(fitting, WHO, safe=False) if fitting else _guess(text)
    return distinct(fitting, WHO) if fitting else _guess(text)


def _guess(text: str) -> Reading | None:
    return Reading((f"@{text}",), safe=False) if _HANDLE.fullmatch(text) else None


def _is_person(text: str) -> bool:
    return bool(_MAIL.fullmatch(text) or (text[:1] == "@" and _HANDLE.fullmatch(text[1:])))


def _folded(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name)
