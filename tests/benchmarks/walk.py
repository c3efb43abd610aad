"""Asks pygit2 for what `git log --raw --first-parent -- FOLDER` tells: each commit that changed a folder, and how."""

import sys
from typing import Any

import pygit2  # type: ignore[import-not-found,unused-ignore]

folder = sys.argv[1]


def below(commit: Any) -> Any:
    """The folder as it was in a commit; None where it was not there."""
    return commit.tree[folder] if folder in commit.tree else None  # noqa: SIM401 - a tree has no get


walk = pygit2.Repository(".").walk(pygit2.Repository(".").head.target)
walk.simplify_first_parent()
for commit in walk:
    now: Any
    then: Any
    now, then = below(commit), below(commit.parents[0]) if commit.parents else None
    if (now and now.id) != (then and then.id):
        changes = now.diff_to_tree(then, swap=True) if now and then else (now or then).diff_to_tree(swap=bool(now))
        for delta in changes.deltas:
            print(commit.id, commit.commit_time, delta.status_char(), delta.new_file.id, delta.new_file.path)
