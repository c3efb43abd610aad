"""For authors of rules: run one rule on a review written as YAML."""

from __future__ import annotations

from collections.abc import Mapping

from pirgen.config import Config
from pirgen.diagnostic import Problem
from pirgen.document import load
from pirgen.review import read
from pirgen.rules import Context, Rule
from pirgen.source import Source


def check(
    rule: Rule,
    review: str,
    *,
    file: str = "pir/INC-001.yaml",
    config: Config | None = None,
    others: Mapping[str, str] | None = None,
) -> list[Problem]:
    """What a rule says of a review, given as YAML; `others` are the project's other reviews by file.

    Raises ValueError where a text is not sound YAML.
    """
    config = config or Config()
    reviews = {}
    for name, text in {**(others or {}), file: review}.items():
        document = load(Source(name, text.encode()))
        if document.problems:
            raise ValueError(f"{name}: {document.problems[0][1].message}")
        reviews[name] = read(document.data, config.clock)
    files: dict[str, tuple[str, ...]] = {}
    for name, found in reviews.items():
        key = found.incident_id.lower()
        files[key] = (*files.get(key, ()), name)
    return list(rule.check(reviews[file], Context(file, config, reviews, files)))
