"""The incident while it goes on: its log, the commands that people run, messages to others, and the review meeting."""
