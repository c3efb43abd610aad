"""Attacks on pirgen: `python -m tests.attack` tries them many times and prints how many were survived."""
