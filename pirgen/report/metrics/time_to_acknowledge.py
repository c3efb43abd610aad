"""MTTA: the mean time from an incident's detection to its acknowledgement."""

from pirgen.report.metrics import between

time_to_acknowledge = between("mtta")
