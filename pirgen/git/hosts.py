"""The code host of a remote, and its addresses for viewing a commit and for editing and viewing a file."""

from __future__ import annotations

import re
from typing import NamedTuple

from pirgen.text.terminal import address

_REMOTE = re.compile(
    r"\A(?:(?:(?P<web>https?://)|(?:ssh|git)://)(?:[^@/]*@)?(?P<host>[A-Za-z0-9.-]+)(?P<port>:[0-9]+)?/"
    r"|(?:[\w.-]+@)(?P<place>[A-Za-z0-9.-]+):)"
    r"/?(?P<path>[A-Za-z0-9._~/-]+?)(?:\.git)?/?"
)
HOSTS = {
    "github": ("/commit/{commit}", "/edit/{branch}/{path}", "/blob/{branch}/{path}"),
    "gitlab": ("/-/commit/{commit}", "/-/edit/{branch}/{path}", "/-/blob/{branch}/{path}"),
    "bitbucket": ("/commits/{commit}", "/src/{branch}/{path}?mode=edit", "/src/{branch}/{path}"),
    "codeberg": ("/commit/{commit}", "/_edit/{branch}/{path}", "/src/branch/{branch}/{path}"),
    "gitea": ("/commit/{commit}", "/_edit/{branch}/{path}", "/src/branch/{branch}/{path}"),
    "forgejo": ("/commit/{commit}", "/_edit/{branch}/{path}", "/src/branch/{branch}/{path}"),
}
"""For a word in the host's name, the endings of three addresses: to view a commit, to edit a file and to view a file.

Each ending follows the address of the project.
"""


class Links(NamedTuple):
    """The web addresses of a repository and of the site; each is empty where it is unknown."""

    commit: str = ""
    """The address of a commit, with `{commit}` in it."""
    edit: str = ""
    """The address that edits a file, with `{path}` in it."""
    file: str = ""
    """The address that shows a file or a folder, with `{path}` in it."""
    site: str = ""
    """The address of the folder of the dashboards, ending with a slash."""
    ending: str = "/"
    """The text after a page's name in its address on the site."""

    def to_commit(self, commit: str | None) -> str:
        """The address of a commit; empty where it is unknown or `commit` is None."""
        return self.commit.replace("{commit}", commit) if commit else ""

    def to_edit(self, path: str) -> str:
        """The address that edits a file; empty where it is unknown."""
        return self.edit.replace("{path}", address(path))

    def to_file(self, path: str) -> str:
        """The address that shows a file or a folder; empty where it is unknown."""
        return self.file.replace("{path}", address(path))


def place(url: str) -> str:
    """The host and the path in a remote's URL, such as `github.com/org/shop`; empty where they are not known."""
    found = _REMOTE.fullmatch(url.strip())
    return f"{(found['host'] or found['place']).lower()}/{found['path']}" if found else ""


def links(url: str, branch: str = "", prefix: str = "") -> Links:
    """The links for a remote's URL; all are empty where the host is not known.

    User names and passwords in the URL are left out. `branch` is the branch whose files are edited and shown; without
    it only commits have an address. `prefix` is the path from the top of the repository to the project.
    """
    found = _REMOTE.fullmatch(url.strip())
    host = (found["host"] or found["place"]).lower() if found else ""
    kind = next((kind for kind in HOSTS if kind in host), None)
    if found is None or kind is None:
        return Links()
    top = f"{found['web']}{host}{found['port'] or ''}" if found["web"] else f"https://{host}"
    commit, *files = (f"{top}/{found['path']}{end}" for end in HOSTS[kind])
    places = (one.replace("{branch}", address(branch)).replace("{path}", f"{address(prefix)}{{path}}") for one in files)
    return Links(commit, *places if branch else ())
