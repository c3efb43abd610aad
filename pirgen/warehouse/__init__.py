"""Rows for other engines: what a repository's history proves as typed tables, and figures over many repositories."""
