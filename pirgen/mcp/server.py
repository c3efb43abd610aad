"""The tools as a server of the Model Context Protocol, by the official SDK."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import CallToolResult, InputRequiredResult, ToolAnnotations

from pirgen import __version__
from pirgen.errors import PirgenError
from pirgen.mcp.marking import NOTICE, marked
from pirgen.mcp.reading import READING
from pirgen.mcp.writing import WRITING
from pirgen.project import Project
from pirgen.runtime.plugins import blame
from pirgen.text.suggest import did_you_mean

ABOUT = (
    "Post-incident reviews kept as YAML in git. Find them with `reviews`, read one with `review`, ask `lint` what is "
    "wrong and `explain` why. `report`, `overdue`, `history` and `related` tell what git proves. "
)
WRITES = "`new` starts a review, `fix` and `edit` mend one, `action` changes action items. Nothing is committed."
READS = "Nothing can be changed here; the person who started the server can allow it with --allow-write."


class Server(MCPServer[Any]):
    """A server that refuses arguments that a tool does not have, instead of ignoring them."""

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Calls a tool. Raises ToolError for an unknown argument, and as the library does."""
        for tool in await self.list_tools():
            known = tool.input_schema.get("properties", {}) if tool.name == name else arguments
            for argument in arguments:
                if argument not in known:
                    near = did_you_mean(argument, known)
                    raise ToolError(f"{name} has no argument `{argument}`{near}; it has {', '.join(known)}")
        return await super().call_tool(name, arguments, context)


def server(folder: Path, *, allow_write: bool) -> Server:
    """A server of the project around a folder. Without `allow_write` it has no tool that changes anything."""
    made = Server(
        "pirgen", version=__version__, log_level="WARNING", instructions=f"{NOTICE}\n\n{ABOUT}{_mode(allow_write)}"
    )
    for name, tool in {**READING, **(WRITING if allow_write else {})}.items():
        how = ToolAnnotations(
            read_only_hint=name in READING, destructive_hint=name in ("fix", "edit", "action"), open_world_hint=False
        )
        made.add_tool(_tool(folder, tool), name, description=inspect.getdoc(tool), annotations=how,
                      structured_output=False)  # fmt: skip
    return made


def _mode(allow_write: bool) -> str:
    return WRITES if allow_write else READS


def _tool(folder: Path, tool: Callable[..., Any]) -> Callable[..., str]:
    """A tool of the project as it is at each call, whose answer is marked as data. Its errors are sentences."""

    @wraps(tool)
    def called(**values: Any) -> str:
        try:
            return marked(tool(Project(folder), **values))
        except PirgenError as error:
            raise ToolError(marked({"error": str(error)})) from None
        except OSError as error:
            raise ToolError(marked({"error": f"{error.filename or ''}: {error.strerror}".strip(": ")})) from None
        except (Exception, SystemExit) as error:
            if said := blame(error):
                raise ToolError(marked({"error": said})) from None
            raise

    signature = inspect.signature(tool, eval_str=True)
    kept = [one for name, one in signature.parameters.items() if name != "project"]
    called.__signature__ = signature.replace(parameters=kept, return_annotation=str)  # type: ignore[attr-defined]
    called.__annotations__ = {**{one.name: one.annotation for one in kept}, "return": str}
    del called.__wrapped__
    return called
