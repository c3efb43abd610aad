"""The code host of a remote, and its addresses for viewing a commit and for editing a file."""

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
"""For a word in the host's name, the endings of two addresses: to view a commit and to edit a file.

Each ending follows the address of the project.
"""


class Links(NamedTuple):
    """The web addresses of a repository and of the site; each is empty where it is unknown."""

    commit: str = ""
    """The address of a commit, with `{commit}` in it."""
    edit: str = ""
    """The address that edits a file, with `{path}` in it."""
    site: str = ""
    """The address of the folder of the dashboards, ending with a slash."""
    ending: str = "/"
    """The text after a page's name in its address on the site."""

    def to_commit(self, commit: str | None) -> str:
        """The address of a commit; empty where it is unknown or `commit` is None."""
        return self.commit.replace("{commit}", commit) if commit else ""

    def to_edit(self, path: str) -> str:
        """The address that edits a file; empty where it is unknown."""
        return self.edit.replace("{path}", quote(path))


def links(url: str, branch: str = "", prefix: str = "") -> Links:
    """The links for a remote's URL; all are empty where the host is not known.

    User names and passwords in the URL are left out. `branch` is the branch to edit. `prefix` is the path from the
    top of the repository to the project.
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
