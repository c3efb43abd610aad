"""The process `pirgen`: the command line with the garbage collector off."""

import atexit
import gc


def run() -> None:
    """Run the command line and exit.

    What a short run makes is almost all still needed at its end. To look for garbage in it takes a fifth of the time,
    to take it apart at the end a tenth.
    """
    gc.disable()
    atexit.register(gc.freeze)
    from pirgen.commands import main

    main(prog_name="pirgen")


if __name__ == "__main__":
    run()
