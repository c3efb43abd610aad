"""The code host that a remote is at, and the addresses that it has for commits and for editing a file."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import quote

_REMOTE = re.compile(
    r"(?:(?:(?P<web>https?://)|(?:ssh|git)://)(?:[^@/]*@)?(?P<host>[A-Za-z0-9.-]+)(?P<port>:[0-9]+)?/"
    r"|(?:[\w.-]+@)(?P<place>[A-Za-z0-9.-]+):)"
    r"/?(?P<path>[A-Za-z0-9._~/-]+?)(?:\.git)?/?"
)
HOSTS = {
    "github": ("/commit/{commit}", "/edit/{branch}/{path}"),
    "gitlab": ("/-/commit/{commit}", "/-/edit/{branch}/{path}"),
    "bitbucket": ("/commits/{commit}", "/src/{branch}/{path}?mode=edit"),
    "codeberg": ("/commit/{commit}", "/_edit/{branch}/{path}"),
    "gitea": ("/commit/{commit}", "/_edit/{branch}/{path}"),
    "forgejo": ("/commit/{commit}", "/_edit/{branch}/{path}"),
}
"""By a word in the host's name: what follows the project's address for a commit, and to edit a file."""


class Links(NamedTuple):
    """Where a browser finds what is in a repository, and the site; empty where unknown."""

    commit: str = ""
    """The address of a commit, with `{commit}` in it."""
    edit: str = ""
    """The address that edits a file, with `{path}` in it."""
    site: str = ""
    """The address of the folder of the dashboards, ending with a slash."""
    ending: str = "/"
    """What follows a page's name in the site."""

    def to_commit(self, commit: str | None) -> str:
        """The address of a commit."""
        return self.commit.replace("{commit}", commit) if commit else ""

    def to_edit(self, path: str) -> str:
        """The address that edits a file."""
        return self.edit.replace("{path}", quote(path))


def links(url: str, branch: str = "", prefix: str = "") -> Links:
    """What a remote's URL says, where its host is known. Names and passwords in it are left out.

    `branch` is what to edit, `prefix` the way from the repository to the project.
    """
    found = _REMOTE.fullmatch(url.strip())
    host = (found["host"] or found["place"]).lower() if found else ""
    kind = next((kind for kind in HOSTS if kind in host), None)
    if found is None or kind is None:
        return Links()
    top = f"{found['web']}{host}{found['port'] or ''}" if found["web"] else f"https://{host}"
    commit, edit = (f"{top}/{found['path']}{end}" for end in HOSTS[kind])
    place = edit.replace("{branch}", quote(branch)).replace("{path}", f"{quote(prefix)}{{path}}")
    return Links(commit, place if branch else "")
