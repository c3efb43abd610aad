"""The server that editors ask about reviews, incident logs and pirgen.yaml while somebody writes them.

`server` and `answers` alone know the protocol. The other modules are functions of values: texts, positions, files.
"""
