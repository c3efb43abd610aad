"""How reviews are related: one names or covers the other, or both name the same contributing factor."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import NamedTuple

from pirgen.review import Review, is_placeholder

MOST = 8
"""How many incidents are named for one factor. Those with the last ids are kept."""


class Relation(NamedTuple):
    """Another incident, and how it is related to a review."""

    incident_id: str
    why: str


class Relations:
    """How the reviews of a project are related to each other; `reviews` are by incident id."""

    def __init__(self, reviews: Mapping[str, Review]) -> None:
        self.reviews = reviews
        self._namers: defaultdict[str, list[str]] = defaultdict(list)
        self.factors: defaultdict[str, dict[str, str]] = defaultdict(dict)
        """For the words of each contributing factor, the ids of its incidents with the factor as written there."""
        for name, review in reviews.items():
            for other in dict.fromkeys((*review.related, *review.covers)):
                self._namers[other].append(name)
            if review.status in ("in_review", "complete"):
                for factor in review.contributing_factors:
                    if not is_placeholder(factor):
                        self.factors[words(factor)].setdefault(name, factor)

    def all(self, review: Review) -> Iterator[Relation]:
        """All incidents related to a review, closest first: it names them, they name it, or they share a factor."""
        shared = (
            Relation(name, f"shares a contributing factor: {factor}")
            for factor in review.contributing_factors
            for name in [*islice(reversed(self.factors.get(words(factor), {})), MOST)][::-1]
        )
        naming = _each(self._namers.get(review.incident_id, ()), "names this incident")
        yield from _once(review, chain(named(review), naming, shared))


def named(review: Review) -> Iterator[Relation]:
    """The incidents that a review names or covers, each once."""
    yield from _once(review, chain(_each(review.covers, "covered by this review"), _each(review.related, "")))


def _each(names: Iterable[str], why: str) -> Iterator[Relation]:
    return (Relation(name, why) for name in names)


def _once(review: Review, relations: Iterable[Relation]) -> Iterator[Relation]:
    seen = {review.incident_id}
    for relation in relations:
        if relation.incident_id not in seen:
            seen.add(relation.incident_id)
            yield relation


def words(text: str) -> str:
    """A text without case, punctuation and line ends. Two factors are the same where their words are equal."""
    return " ".join(re.findall(r"\w+", text.casefold()))
