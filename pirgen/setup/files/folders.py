"""The folders of reviews and of incident logs. git keeps no empty folder, so each gets a file without a meaning."""

from __future__ import annotations

import os
from collections.abc import Iterator

from pirgen.setup.files import Around, Step


def steps(around: Around) -> Iterator[Step]:
    """The first folder of each kind, which gets new files; one that holds anything is left alone."""
    config = around.project.config
    for folder in (config.reviews[0], config.incidents[0]):
        place = around.project.root / folder
        if not place.is_dir() or not any(os.scandir(place)):
            yield Step(around.own(f"{folder}/.gitkeep"), "", said="written")
