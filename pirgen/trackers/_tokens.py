"""Finds the token of a host: in the environment, else with GitHub's own tool.

A token goes to the host that the environment names for it, never to one that only a repository names.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from urllib.parse import urlsplit

from pirgen.errors import PirgenError
from pirgen.runtime import environment, processes

_OF_GITHUB = ("GH_TOKEN", "GITHUB_TOKEN", "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN", "GH_HOST", "CODESPACES")


class Token:
    """A secret, and the headers that carry it. It shows itself nowhere."""

    def __init__(self, secret: str, form: str = "Bearer {}", name: str = "Authorization") -> None:
        if not secret.isascii() or not secret.isprintable() or " " in secret:
            raise PirgenError("the token holds characters that no token has; set it again")
        self._headers = {name: form.format(secret)}

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers that carry it."""
        return self._headers

    def __repr__(self) -> str:
        return "Token(…)"


def github(host: str) -> Token | None:
    """The token for GitHub, or for GitHub Enterprise Server, at the address `host`; None where there is none."""
    names: tuple[str, ...] = ()
    if is_host(host, environment.variable("GITHUB_SERVER_URL") or "https://github.com"):
        names = ("GH_TOKEN", "GITHUB_TOKEN")
    elif is_host(host, environment.variable("GH_HOST")):
        names = ("GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN")
    for secret in (environment.variable(name).strip() for name in names):
        if secret:
            return Token(secret)
    # The tool gives the tokens of these variables to any host.
    secret = processes.answer("gh", "auth", "token", "--hostname", urlsplit(host).netloc, without=_OF_GITHUB)
    return Token(secret) if secret else None


def gitlab(host: str) -> Token | None:
    """The token for GitLab at the address `host`; None where there is none."""
    told = environment.variable("CI_SERVER_URL") or environment.variable("GITLAB_HOST") or "https://gitlab.com"
    secret = environment.variable("GITLAB_TOKEN").strip()
    return Token(secret, "{}", "PRIVATE-TOKEN") if secret and is_host(host, told) else None


def jira(host: str) -> Token | None:
    """The token for Jira Cloud at the address `host`, with its user's e-mail address; None where either is missing."""
    user, secret = (environment.variable(name).strip() for name in ("JIRA_USER", "JIRA_API_TOKEN"))
    if not user or not secret or not is_host(host, environment.variable("JIRA_URL")):
        return None
    return Token(b64encode(f"{user}:{secret}".encode()).decode(), "Basic {}")


def is_host(host: str, told: str) -> bool:
    """Whether the environment means this host, by its address or its bare name."""
    named = urlsplit(told if "://" in told else f"https://{told}")
    wanted = urlsplit(host)
    return bool(named.netloc) and (named.scheme, named.netloc.lower()) == (wanted.scheme, wanted.netloc.lower())
