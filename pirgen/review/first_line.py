"""Reads the incident's id off the bytes of a review, without parsing it, where nothing else can be meant.

A whole project's ids are needed to judge a single file, and to parse a file takes fifty times as long as to look at it.
"""

from __future__ import annotations

import re

KEY = b"incident_id"
_FIRST = re.compile(
    rb"""\A
    (?:\#[^\n]*\n|\n)*+                                         # comments and empty lines
    incident_id:[ ]+
    (?P<quote>["']?)(?P<id>[A-Za-z][A-Za-z0-9_]*+-[A-Za-z0-9_-]*+)(?P=quote)
    (?:[ ]+\#[^\n]*|[ ]*)                                       # no word, number or date of YAML has this form
    (?:\n(?=[a-z_]+:[ \n]|\#)|\n?\Z)                            # the value does not go on in the next line
    """,
    re.VERBOSE,
)
_ODD = re.compile(rb"\n(?:[^\sA-Za-z_#-]|---|\.\.\.)")
"""What may begin another document, or a key in another form."""
_BREAKS = (b"\xc2\x85", b"\xe2\x80\xa8", b"\xe2\x80\xa9")
"""What breaks a line for YAML 1.1 besides line feeds and carriage returns."""


def stated_id(data: bytes) -> str | None:
    """The incident id that a review's file states in its first line; None where only the parser can tell.

    For sound YAML this is the id that the parser finds. A file whose YAML is broken further down has an id as well.
    """
    found = _FIRST.match(data)
    if found is None or data.count(KEY) != 1 or b"\r" in data or _ODD.search(data):
        return None
    if not data.isascii() and any(mark in data for mark in _BREAKS):
        return None
    return found["id"].decode()
