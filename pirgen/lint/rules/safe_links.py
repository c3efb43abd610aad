"""The rule safe-links."""

import re
from collections.abc import Iterator

from pirgen.diagnostic import Problem, Severity
from pirgen.lint.rules import Context, rule
from pirgen.review import Review, texts

ACTIVE = re.compile(r"(?i)(?:\]\(|<)\s*(javascript|vbscript|data|file):")


@rule(Severity.WARNING)
def safe_links(review: Review, context: Context) -> Iterator[Problem]:
    """Only http, https and mailto addresses lead somewhere on a page; others are shown as text, and a reader who copies
    a `javascript:` address is in danger.

    *Bad*:

        impact: "See [the graph](javascript:alert(1))"

    *Good*:

        impact: "See https://graphs.example.org/42"
    """
    for path, text in texts(review):
        found = ACTIVE.search(text)
        if found:
            yield Problem(path, f"`{found[1]}:` is no address to share", "write an https address, or plain text")
