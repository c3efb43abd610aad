"""The policy as the configuration has it: severities, targets, duties, the review and its meeting."""

from collections.abc import Iterator

from pirgen.report.wording import TITLES
from pirgen.site.pages import Page, Subject

POSITION = 40


def make(subject: Subject) -> Iterator[Page]:
    """Always: the defaults are a policy too."""
    yield Page("policy.md", subject.fill("policy", config=subject.config, titles=TITLES))
