"""Runs the command line as `python -m pirgen`."""

from pirgen.commands import main

main(prog_name="pirgen")
