"""Finds out where the links of the policy lead: to the web, to a page of the site, to the code host, or nowhere."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from pirgen.config import Config
from pirgen.files import is_inside
from pirgen.git.hosts import Links

ABSENT = "not in this repository"


class PolicyLink(NamedTuple):
    """A link of the policy page. Where it cannot lead anywhere, `address` is empty and `note` says why, or where."""

    title: str
    address: str
    note: str = ""


def policy_links(
    root: Path, config: Config, links: Links, folder: str, is_page: Callable[[Path], bool]
) -> Iterator[PolicyLink]:
    """The links of the policy for a page in `folder`, a path relative to `root`.

    `is_page` tells whether the site has a page or file, given its absolute path. What leads out of the repository,
    also by a symbolic link, never becomes a link.
    """
    top = next((one for one in (root, *root.parents) if (one / ".git").exists()), root)
    for title, url in config.policy.links:
        if "://" in url:
            yield PolicyLink(title, url)
            continue
        written, mark, anchor = url.partition("#")
        target = Path(os.path.normpath((root / config.pages).parent / written))
        place = Path(os.path.relpath(target, root)).as_posix()
        if not is_inside(top, target):
            yield PolicyLink(title, "", ABSENT)
        elif is_page(target):
            yield PolicyLink(title, Path(os.path.relpath(target, root / folder)).as_posix() + mark + anchor)
        elif not os.path.exists(target):  # noqa: PTH110 - Path.exists() raises OSError for a name that is too long
            yield PolicyLink(title, "", ABSENT)
        elif address := links.to_file(place):
            yield PolicyLink(title, address + mark + anchor)
        else:
            yield PolicyLink(title, "", place)
