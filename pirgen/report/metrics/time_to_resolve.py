"""MTTR: the mean time from an incident's start to its resolution."""

from pirgen.report.metrics import between

time_to_resolve = between("mttr")
