"""The policy as the configuration has it: severities, targets, duties, the review and its meeting."""

from collections.abc import Iterator

from pirgen.report.wording import titles
from pirgen.site.pages import Page, Subject


def make(subject: Subject) -> Iterator[Page]:
    """The page of the policy. It is always made, because the defaults are a policy too."""
    yield Page("policy.md", subject.fill("policy", config=subject.config, titles=titles()))
