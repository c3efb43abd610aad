"""The rule no-cut-text."""

import re
from collections.abc import Iterator

from pirgen.diagnostic import Erase, Fix, Problem, Replace, Severity
from pirgen.lint.rules import Context, rule
from pirgen.review import Review, texts

_NUMBER_OR_NAME = re.compile(r"[ \t]#(?!pirgen:)\w")


@rule(Severity.WARNING)
def no_cut_text(review: Review, context: Context) -> Iterator[Problem]:
    """In YAML a `#` after a blank starts a comment, so a text without quotes ends there. A comment begins `# `.

    *Bad*:

        impact: Issue #42 broke it

    *Good*:

        impact: "Issue #42 broke it"
    """
    document = context.document
    if not _NUMBER_OR_NAME.search(document.written):
        return
    for path, text in texts(review):
        span = document.comment(path) if text else None
        if span is None:
            continue
        start, end = document.index(span.line, span.column), document.index(span.end_line, span.end_column)
        if _NUMBER_OR_NAME.match(document.written, start - 1):
            comment = document.written[start:end]
            yield Problem(
                path,
                f"this text ends before `{comment if len(comment) <= 40 else f'{comment[:39]}…'}`",
                "put the whole text in quotes; write a blank after the # where a comment is meant",
                fix=Fix((Replace(path, f"{text} {comment}"), Erase(span.line, span.column)), safe=False),
            )
