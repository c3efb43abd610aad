"""MTTM: the mean time from an incident's start to the end of its impact."""

from pirgen.report.metrics import between

time_to_mitigate = between("mttm")
