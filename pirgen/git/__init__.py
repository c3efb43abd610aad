"""Runs git, asks a repository questions, and finds the code host of a remote."""
