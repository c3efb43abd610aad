"""The rule evidence-leads-somewhere."""

from collections.abc import Iterator

from pirgen.diagnostic import Problem, Severity
from pirgen.lint.rules import Context, rule
from pirgen.review import Review, is_placeholder
from pirgen.review.evidence import references


@rule(Severity.WARNING)
def evidence_leads_somewhere(review: Review, context: Context) -> Iterator[Problem]:
    """Evidence is what a reader can follow: a commit, a file in a commit, a change or an issue.

    A commit is its id (seven characters or more), `repository@id` or its address. A file is `id:path` or `tag:path`. A
    change or an issue is its address, or its name such as `#12` or `OPS-12`. Words may stand around it. Whether the
    commit is there and did the work is for git: `pirgen report` and `pirgen check` tell.

    *Bad*:

        action_items:
          - {id: AI-001, action: Add metrics, owner: "@qa", due: "2025-10-12", status: done, evidence: lol nothing}

    *Good*:

        action_items:
          - {id: AI-001, action: Add metrics, owner: "@qa", due: "2025-10-12", status: done, evidence: 1a2b3c4d}
    """
    for item in review.action_items:
        if item.evidence and not is_placeholder(item.evidence) and not references(item.evidence, review.incident_id):
            yield Problem(
                ("action_items", item.place, "evidence"),
                f"the evidence of {item.id} leads nowhere",
                "give a commit, a file as `commit:path`, or the address of a change or an issue",
            )
