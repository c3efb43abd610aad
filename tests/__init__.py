"""pirgen's tests: real files, real git repositories, real hooks, real sites, a real browser."""
