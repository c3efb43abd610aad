"""Measurements, to be run by hand: ratios against a peer in the same run."""
