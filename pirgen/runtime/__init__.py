"""Tools for long or repeated work: a cache, several processes, and progress on a terminal."""
