"""How long the editor server takes to answer a keystroke, in a project with many reviews.

    python tests/benchmarks/editor.py [--files 10000] [--lines 300] [--keys 200]

A review of so many lines is changed one character at a time, and each change is judged before the next is sent. Prints
the time from the change to its diagnostics without the pause that the server makes for fast typing, the time of a
completion, and how long the project's files take to be read, with and without a cache.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles

from pirgen.lsp.server import PAUSE
from tests.benchmarks.lint import make
from tests.language_client import LanguageClient, language_server
from tests.support import cache_of, item, review


def long_review(lines: int) -> str:
    """A valid review of about so many lines."""
    entries = [
        {"time": f"{14 + number // 60}:{number % 60:02d}", "event": f"Step {number} of the response", "kind": "note"}
        for number in range(lines // 4)
    ]
    entries[0]["kind"], entries[1]["kind"], entries[-1]["kind"] = "detected", "acknowledged", "resolved"
    took = len(entries) - 1
    items = [item(f"AI-{number:03d}", f"Add metric {number}") for number in range(1, lines // 64)]
    return review(
        "INC-99999", timeline=entries, duration=f"{took}m", action_items=items, related=["INC-00001", "INC-00002"]
    )


def judged(client: LanguageClient, uri: str, version: int) -> None:
    """Wait until a version of a text is judged."""
    client.wait_for("textDocument/publishDiagnostics", uri=uri, version=version)


def type_in(client: LanguageClient, folder: Path, lines: int, keys: int, name: str) -> None:
    """Open the review, wait until the project is known, type, and print the figures."""
    text = long_review(lines)
    began = time.perf_counter()
    uri = client.open(folder / "pir/INC-99999.yaml", text)
    judged(client, uri, 1)
    first = time.perf_counter() - began
    judged(client, uri, 1)
    print(f"{name}: {text.count(chr(10))} lines; first findings after {first:.2f} s, ", end="")
    print(f"the project is known after {time.perf_counter() - began:.1f} s")
    mark = text.index("of the response") + len("of the response")
    changed, completed = [], []
    for number in range(2, keys + 2):
        text = text[:mark] + "x" + text[mark:]
        began = time.perf_counter()
        client.change(uri, text, number)
        judged(client, uri, number)
        changed.append(1000 * (time.perf_counter() - began - PAUSE))
        began = time.perf_counter()
        client.at("textDocument/completion", uri, text[:mark].count("\n"), 4)
        completed.append(1000 * (time.perf_counter() - began))
    for what, times in (("a keystroke", changed), ("a completion", completed)):
        print(f"  {what}: median {median(times):.1f} ms, 95 % within {quantiles(times, n=20)[-1]:.1f} ms")


def main() -> None:
    """Make the reviews and type."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--lines", type=int, default=300)
    parser.add_argument("--keys", type=int, default=200)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place).resolve()
        make(folder, chosen.files)
        shutil.rmtree(cache_of(folder), ignore_errors=True)
        time.sleep(2)  # until the files are old enough to be known by their times
        for name in ("without a cache", "with a cache"):
            command = [sys.executable, "-m", "pirgen", "lsp"]
            with language_server(command, folder) as client:
                type_in(client, folder, chosen.lines, chosen.keys, name)
                usage = Path(f"/proc/{client.process.pid}/status")
                if usage.exists():
                    peak = next(line for line in usage.read_text(encoding="ascii").splitlines() if "VmHWM" in line)
                    print(f"  memory: {int(peak.split()[1]) // 1024} MB")


if __name__ == "__main__":
    os.environ.setdefault("PIRGEN_CACHE_DIR", tempfile.mkdtemp())
    main()
