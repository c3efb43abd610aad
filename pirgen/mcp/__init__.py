"""The server for agents: it reads a project, and edits it where its owner allows that, by the Model Context Protocol.

`reading` and `writing` have the tools as functions of a project and values. `server` alone knows the protocol's
library.
"""
