"""Starts a review from a template and, where there is one, from its incident's log."""
