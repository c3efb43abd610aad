"""The rule no-invisible-characters."""

import re
from collections.abc import Iterator

from pirgen.diagnostic import Problem, Severity
from pirgen.lint.rules import Context, rule
from pirgen.review import Review, texts

INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


@rule(Severity.WARNING)
def no_invisible_characters(review: Review, context: Context) -> Iterator[Problem]:
    """Control characters, zero-width characters and changes of the reading direction make a text say one thing and
    show another (https://trojansource.codes). Joiners between letters and in emoji are left alone.

    *Bad*:

        impact: "All\\u202Eorders\\u202C failed"

    *Good*:

        impact: "All orders failed"
    """
    for path, text in texts(review):
        found = INVISIBLE.search(text)
        if found:
            yield Problem(path, f"this text holds the invisible character U+{ord(found[0]):04X}", "remove it")
