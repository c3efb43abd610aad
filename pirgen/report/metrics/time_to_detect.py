"""MTTD: the mean time from an incident's start to its detection."""

from pirgen.report.metrics import between

time_to_detect = between("mttd")
