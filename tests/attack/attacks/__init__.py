"""The attacks, one a file; see `tests.attack.__main__`."""
