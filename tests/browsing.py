"""A real browser on a built site: pages are served on loopback, and nothing else is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


@contextmanager
def served(site: Path) -> Iterator[str]:
    """The site's address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()


@contextmanager
def tab(browser: Any, url: str, until: str = "load", **context: Any) -> Iterator[Any]:
    """A page, loaded; no script error, no dialog, no request to another host, nothing off the side.

    Until "networkidle" it waits half a second more for what a page does late.
    """
    from playwright.sync_api import TimeoutError as TooLate

    shown = browser.new_page(**{"viewport": PHONE, **context})
    trouble: list[str] = []
    home = "/".join(url.split("/")[:3])

    def dismiss(dialog: Any) -> None:
        trouble.append(dialog.message)
        dialog.dismiss()

    shown.on("request", lambda one: trouble.extend([] if one.url.startswith((home, "data:", "blob:")) else [one.url]))
    shown.on("pageerror", lambda error: trouble.append(str(error)))
    shown.on("dialog", dismiss)
    response = shown.goto(url, wait_until=until)
    assert response is not None
    assert response.ok, url
    # a theme's script makes wide tables narrow after the page is loaded
    with suppress(TooLate):
        shown.wait_for_function("document.documentElement.scrollWidth <= innerWidth", timeout=5000)
    assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{url} is wider than the screen"
    yield shown
    assert not trouble, trouble
    shown.close()
