"""The process `pirgen`: the command line with a garbage collector that seldom looks."""

import atexit
import gc
import os
import sys


def run() -> None:
    """Run the command line and exit.

    What a short run makes is almost all still needed at its end. To look for garbage in it as often as Python does by
    itself takes a fifth of the time, to take it apart at the end a tenth. A server never ends, so it has to look.
    """
    gc.set_threshold(200_000)
    atexit.register(gc.freeze)
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:  # closed before the start; a file opened later would take its number
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w"))  # noqa: PTH123, SIM115
    try:
        if sys.argv[1:2] == ["lint"] and _is_answered(sys.argv[2:]):
            return
        from pirgen.commands import main

        main(prog_name="pirgen")
    except KeyboardInterrupt:
        sys.exit(130)


def _is_answered(words: list[str]) -> bool:
    """Whether the fast path has told everything. The command tells what goes wrong there."""
    try:
        from pirgen import fast_path

        text = fast_path.answer(words)
        if text is not None:
            sys.stdout.buffer.write(text.encode())
            sys.stdout.flush()
    except Exception:
        return False
    return text is not None


if __name__ == "__main__":
    run()
