"""What a review's timeline proves, as a line above it."""

from __future__ import annotations

from collections.abc import Iterator

from pirgen.config import Config
from pirgen.review import Review
from pirgen.review.duration import format_duration


def intervals(review: Review, config: Config) -> Iterator[str]:
    """Each interval that is known, such as `45m from detected to resolved, target 1h, met`."""
    level, reached = config.severity(review.severity), review.milestones
    told: set[tuple[str, str]] = set()
    for interval in config.intervals.values():
        taken = interval.measure(reached)
        if taken is None or taken.seconds < 0 or (taken.start, interval.end) in told:
            continue
        told.add((taken.start, interval.end))
        limit: int | None = getattr(level, interval.limit, None) if interval.limit else None
        about = "~" if taken.approximate else ""
        line = f"{about}{format_duration(taken.seconds, exact=True)} from {taken.start} to {interval.end}"
        if limit:
            line += f", target {format_duration(limit)}, {'met' if taken.seconds <= limit else 'missed'}"
        yield line
