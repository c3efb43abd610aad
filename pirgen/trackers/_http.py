"""Asks one host over HTTP: no other host, no more than it allows, and nothing twice that may not be done twice."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from urllib.parse import urlencode, urljoin, urlsplit

import msgspec

from pirgen.errors import PirgenError
from pirgen.runtime import environment, extras, progress
from pirgen.text.terminal import printable
from pirgen.trackers import RefusedError

if TYPE_CHECKING:
    import urllib3

    from pirgen.trackers._tokens import Token

T = TypeVar("T")
CONNECT, READ = 10.0, 60.0
"""The seconds to wait for a connection, and for each part of an answer."""
MOST = 32 << 20
"""How many bytes an answer has at most."""
PAGES = 1_000
"""How many pages are read at most of one list."""
TRIES = 6
"""How often a question is asked at most."""
PATIENCE = 3_600
"""How many seconds a host may make one question wait in all."""
SECONDARY = 60
"""The seconds to wait first where a host does not say how long; then twice as many each time."""
LOCAL = ("127.0.0.1", "::1", "localhost")


class LostAnswerError(PirgenError):
    """Nobody knows whether the host did what it was asked to, because its answer is lost."""


class Answer(NamedTuple):
    """What a host answered."""

    status: int
    headers: Mapping[str, str]
    """By names in lower case."""
    body: bytes


class Client:
    """Asks the API below one address, `root`. `headers` go along with every question."""

    def __init__(self, root: str, token: Token | None, headers: Mapping[str, str]) -> None:
        extras.require("urllib3")
        parts = urlsplit(root)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOCAL):
            raise PirgenError(f"{printable(root)} is not an https address, so no token is sent there")
        if not parts.hostname or parts.username or parts.query or parts.fragment:
            raise PirgenError(f"{printable(root)} is not the address of an API")
        self.root, self.name = root.rstrip("/"), parts.netloc
        self.token, self._headers = token, {"User-Agent": "pirgen", "Accept": "application/json", **headers}
        self._connections: urllib3.PoolManager | None = None

    def get(self, path: str, kind: type[T], **query: Any) -> T:
        """What is at a path below the root, as `kind`. Raises PirgenError where it is refused or of another kind."""
        return self.read(self.ask("GET", path, query=query), kind)

    def pages(self, path: str, kind: type[T], **query: Any) -> Iterator[T]:
        """The members of a list that comes in pages, which name the next one in their `Link` header."""
        address = self._address(path, query)
        for _ in range(PAGES):
            answer = self._asked("GET", address, None, may_repeat=True, also=())
            yield from self.read(answer, list[kind])  # type: ignore[valid-type]
            following = _next(answer.headers.get("link", ""))
            if not following:
                return
            address = self._inside(urljoin(address, following))
        raise PirgenError(f"{self.name} has more than {PAGES} pages of {printable(path)}")

    def ask(
        self,
        method: str,
        path: str,
        data: Any = None,
        *,
        query: Mapping[str, Any] | None = None,
        may_repeat: bool | None = None,
        also: tuple[int, ...] = (),
    ) -> Answer:
        """The answer to one question; `data` is sent as JSON.

        `may_repeat` says whether the host may be asked again where the answer was lost; by default every method but
        POST may. Statuses of failure are answers only where they are among `also`. Raises LostAnswerError where the
        host may have done it, and PirgenError for every other failure.
        """
        repeats = method != "POST" if may_repeat is None else may_repeat
        return self._asked(method, self._address(path, query or {}), data, may_repeat=repeats, also=also)

    def read(self, answer: Answer, kind: type[T]) -> T:
        """The JSON of an answer, as `kind`. Raises PirgenError where it is something else."""
        try:
            return msgspec.json.decode(answer.body, type=kind)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            why = printable(str(error))[:200]
            raise PirgenError(f"{self.name} answered with something unexpected: {why}") from None

    def _address(self, path: str, query: Mapping[str, Any]) -> str:
        said = {key: value for key, value in query.items() if value is not None}
        return self._inside(f"{self.root}/{path.lstrip('/')}" + (f"?{urlencode(said)}" if said else ""))

    def _inside(self, address: str) -> str:
        """The address itself. Raises PirgenError where it does not lie below the root."""
        if not address.startswith(f"{self.root}/") or "/../" in urlsplit(address).path:
            place = printable(address)[:200]
            raise PirgenError(f"{self.name} leads to another place, {place}; only {self.root} is asked")
        return address

    def _asked(self, method: str, address: str, data: Any, *, may_repeat: bool, also: tuple[int, ...]) -> Answer:
        waited = 0.0
        for attempt in range(TRIES):
            answer, why, arrived = self._tried(method, address, data)
            pause: float = 2**attempt
            if answer is not None and (limit := _limited(answer, attempt)) is not None:
                why, arrived, pause = "it is asked too often", False, limit
            elif answer is not None and answer.status < 500:
                return answer if answer.status < 300 or answer.status in also else self._refused(answer)
            elif answer is not None:
                why = f"it answered with {answer.status}"
            if arrived and not may_repeat:
                lost = f"nobody knows whether {self.name} did what it was asked to: {why}"
                raise LostAnswerError(f"{lost}; run this again to go on from there")
            if attempt + 1 < TRIES:
                self._wait(pause, why, waited)
                waited += pause
        raise PirgenError(f"{self.name} cannot be asked: {why}; try again later")

    def _tried(self, method: str, address: str, data: Any) -> tuple[Answer | None, str, bool]:
        """The answer, or why there is none and whether the question may have arrived."""
        from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, SSLError

        body = None if data is None else json.dumps(data).encode()
        headers = dict(self._headers)
        if body is not None:
            headers["Content-Type"] = "application/json"
        if self.token:
            headers |= self.token.headers
        try:
            reply = self._pool.request(
                method, address, body=body, headers=headers, redirect=False, retries=False, preload_content=False
            )
            try:
                read = reply.read(MOST + 1, decode_content=True)
            finally:
                reply.close()
        except (NewConnectionError, ConnectTimeoutError) as error:
            return None, f"there is no connection ({_reason(error)})", False
        except SSLError as error:
            raise PirgenError(f"{self.name} does not prove who it is: {_reason(error)}") from None
        except (HTTPError, OSError) as error:
            return None, f"the connection broke ({_reason(error)})", True
        if len(read) > MOST:
            raise PirgenError(f"{self.name} answered with more than {MOST >> 20} MiB")
        return Answer(reply.status, {key.lower(): value for key, value in reply.headers.items()}, read), "", True

    @property
    def _pool(self) -> urllib3.PoolManager:
        if self._connections is None:
            import urllib3

            timeout = urllib3.Timeout(connect=CONNECT, read=READ)
            proxy = environment.proxy(self.root)
            self._connections = (
                urllib3.ProxyManager(proxy, timeout=timeout) if proxy else urllib3.PoolManager(timeout=timeout)
            )
        return self._connections

    def _wait(self, seconds: float, why: str, waited: float) -> None:
        if waited + seconds > PATIENCE:
            until = datetime.fromtimestamp(environment.now().timestamp() + seconds, UTC)
            raise PirgenError(f"{self.name} refuses questions until {until:%Y-%m-%d %H:%M} UTC; run this again then")
        if seconds >= SECONDARY:
            progress.note(f"{self.name}: {why}; waiting {seconds:.0f} seconds")
        environment.wait(seconds)

    def _refused(self, answer: Answer) -> Answer:
        """Raises PirgenError with what a person can do about it."""
        status, said = answer.status, _said(answer.body)
        why = f"{self.name} answered with {status}{f' ({said})' if said else ''}"
        if status == 401:
            raise PirgenError(f"{why}: the token is not valid, or there is none")
        if status == 403:
            needs = answer.headers.get("x-accepted-github-permissions") or answer.headers.get("x-accepted-oauth-scopes")
            more = f"; it needs {printable(needs)[:200]}" if needs else ""
            if "x-github-sso" in answer.headers:
                more = "; authorize the token for the organisation's single sign-on"
            raise PirgenError(f"{why}: the token may not do this{more}")
        if status in (404, 410):
            raise RefusedError(f"{why}: it is not there, or the token may not see it")
        if 300 <= status < 400:
            raise PirgenError(f"{why}: it has moved; name its new place")
        raise (RefusedError if status in (400, 409, 413, 422) else PirgenError)(why)


def _limited(answer: Answer, attempt: int) -> float | None:
    """The seconds to wait where a host refuses because it is asked too often; None where that is not why.

    Sources: RFC 9110 (Retry-After), RFC 6585 (429), GitHub's "Rate limits for the REST API" and "Rate limits and query
    limits for the GraphQL API", whose refusals may have the status 200.
    """
    headers, text = answer.headers, answer.body[:2_000].lower()
    is_used_up = headers.get("x-ratelimit-remaining") == "0" or headers.get("ratelimit-remaining") == "0"
    is_limit = "retry-after" in headers or is_used_up or b"rate limit" in text
    may_refuse = answer.status in (403, 503) or (answer.status == 200 and b'"errors":' in text.replace(b" ", b""))
    if answer.status != 429 and not (may_refuse and is_limit):
        return None
    now = environment.now().timestamp()
    if (told := _seconds(headers.get("retry-after", ""), now, is_span=True)) is not None:
        return max(1.0, told)
    reset = headers.get("x-ratelimit-reset") or headers.get("ratelimit-reset") or ""
    if is_used_up and (told := _seconds(reset, now, is_span=False)) is not None:
        return max(1.0, told + 1)
    return float(SECONDARY * 2**attempt)


def _seconds(text: str, now: float, *, is_span: bool) -> float | None:
    """The seconds until what a header names: a number of seconds (`is_span`) or since 1970, or a date."""
    if text.isascii() and text.isdigit() and len(text) < 12:
        return float(text) if is_span else float(text) - now
    for parse in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            at = parse(text)
        except (ValueError, TypeError, IndexError):
            continue
        return at.replace(tzinfo=at.tzinfo or UTC).timestamp() - now
    return None


def _next(link: str) -> str:
    """The address of the next page in a `Link` header (RFC 8288); empty where there is none."""
    for part in link.split(","):
        address, *about = (one.strip() for one in part.split(";"))
        if any(one.replace('"', "").lower() == "rel=next" for one in about):
            return address.strip("<>")
    return ""


def _said(body: bytes) -> str:
    """What an error's JSON says, as printable text; empty where it says nothing."""
    try:
        data = json.loads(body[:100_000])
    except (ValueError, RecursionError):
        return ""
    if not isinstance(data, dict):
        return ""
    keys = ("message", "error", "error_description", "errorMessages", "errors")
    said = [text for key in keys for text in _texts(data.get(key))]
    return "; ".join(printable(text)[:200] for text in said[:5])


def _texts(value: Any, depth: int = 4) -> Iterator[str]:
    """What a part of an error says: a text, a list of parts, or parts by the names of fields; `depth` levels of it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list) and depth:
        for one in value:
            yield from _texts(one, depth - 1)
    elif isinstance(value, dict) and depth:
        if isinstance(said := value.get("message") or value.get("code"), str):
            about = " ".join(one for key in ("field", "value") if isinstance(one := value.get(key), str))
            yield f"{about}: {said}" if about else said
            return
        for name, part in value.items():
            yield from (f"{name}: {text}" for text in _texts(part, depth - 1))


def _reason(error: Exception) -> str:
    """What went wrong, without the address, in which a token might stand."""
    return printable(type(error).__name__)
