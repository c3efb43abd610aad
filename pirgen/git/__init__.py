"""git: how it is run, what it is asked, and the code host that a remote is at."""
