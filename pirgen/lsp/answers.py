"""What is answered to each request and notification of an editor."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lsprotocol import types as lsp
from pygls.uris import from_fs_path

from pirgen.config import FILE
from pirgen.lint.changes import difference
from pirgen.lsp.actions import Change
from pirgen.lsp.completion import Choice
from pirgen.lsp.place import split
from pirgen.lsp.server import Asked, Server, home
from pirgen.text.terminal import printable

FIX_ALL = f"{lsp.CodeActionKind.SourceFixAll.value}.pirgen"
WATCHED = ("**/*.yaml", "**/*.yml", "**/CODEOWNERS", "**/.gitattributes")
KINDS = {
    "field": lsp.CompletionItemKind.Property,
    "value": lsp.CompletionItemKind.EnumMember,
    "word": lsp.CompletionItemKind.Text,
    "reference": lsp.CompletionItemKind.Reference,
    "form": lsp.CompletionItemKind.Snippet,
    "rule": lsp.CompletionItemKind.Constant,
}
_HOLE = re.compile(r"\$\{[0-9]{1,3}[:|]([^},|$]*)[^}$]*\}")


def initialized(server: Server, _: lsp.InitializedParams) -> None:
    """Ask to be told when files change."""
    workspace = server.client_capabilities.workspace
    watched = workspace.did_change_watched_files if workspace else None
    if watched and watched.dynamic_registration:
        options = lsp.DidChangeWatchedFilesRegistrationOptions([lsp.FileSystemWatcher(glob) for glob in WATCHED])
        wish = lsp.Registration("watched", lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
        server.client_register_capability(lsp.RegistrationParams([wish]))


def opened(server: Server, params: lsp.DidOpenTextDocumentParams) -> None:
    """Take over a text that was opened."""
    document = params.text_document
    server.open(document.uri, document.text, document.version)


def changed(server: Server, params: lsp.DidChangeTextDocumentParams) -> None:
    """Take over a text that was changed."""
    document = params.text_document
    if document.uri in server.texts:
        text = server.workspace.get_text_document(document.uri).source
        server.open(document.uri, text, document.version)


def closed(server: Server, params: lsp.DidCloseTextDocumentParams) -> None:
    """Forget a text that was closed."""
    server.close(params.text_document.uri)


def saved(server: Server, params: lsp.DidSaveTextDocumentParams) -> None:
    """Read the project anew where its configuration was written; else judge what may depend on the file."""
    if written := server.texts.get(params.text_document.uri):
        root = home(written.path)
        if written.path.name == FILE:
            server.renew(root)
        else:
            server.judge_all(root)


def moved(server: Server, params: lsp.DidChangeWatchedFilesParams) -> None:
    """Read the projects anew where files changed that are not open, or whose texts are not what counts."""
    if any(one.uri not in server.texts or one.uri.endswith(f"/{FILE}") for one in params.changes):
        for root in [*server.sessions]:
            server.renew(root)


def complete(server: Server, params: lsp.CompletionParams) -> lsp.CompletionList | None:
    """What may be written at a position."""
    asked = server.asked(params.text_document.uri)
    if not asked:
        return None
    line, column = params.position.line, server.column(asked.text, params.position)
    found, typed = asked.session.choices(asked.name, asked.text, line, column)
    return lsp.CompletionList(True, [_item(server, asked.text, line, column, typed, one) for one in found])


def hover(server: Server, params: lsp.HoverParams) -> lsp.Hover | None:
    """What is said about a position."""
    asked = server.asked(params.text_document.uri)
    if not asked:
        return None
    column = server.column(asked.text, params.position)
    said = asked.session.hover(asked.name, asked.text, params.position.line, column)
    kind = lsp.MarkupKind.Markdown if said and said.is_markdown else lsp.MarkupKind.PlainText
    return lsp.Hover(lsp.MarkupContent(kind, said.text)) if said else None


def define(server: Server, params: lsp.DefinitionParams) -> lsp.Location | None:
    """Where the incident that is named at a position is told."""
    asked = server.asked(params.text_document.uri)
    if not asked:
        return None
    column = server.column(asked.text, params.position)
    target = asked.session.target(asked.name, asked.text, params.position.line, column)
    uri = from_fs_path(str(target)) if target else None
    start = lsp.Position(0, 0)
    return lsp.Location(uri, lsp.Range(start, start)) if uri else None


def lenses(server: Server, params: lsp.CodeLensParams) -> list[lsp.CodeLens]:
    """What the timeline of a text proves."""
    asked = server.asked(params.text_document.uri)
    found = asked.session.lenses(asked.name) if asked else []
    places = [lsp.Position(one.line, 0) for one in found]
    titles = [lsp.Command(one.text, "") for one in found]
    return [lsp.CodeLens(lsp.Range(at, at), title) for at, title in zip(places, titles, strict=True)]


def act(server: Server, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
    """What can be done about the findings in a range."""
    asked = server.asked(params.text_document.uri)
    if not asked:
        return []
    wanted = params.context.only or [lsp.CodeActionKind.QuickFix]
    made: list[lsp.CodeAction] = []
    if _wants(wanted, lsp.CodeActionKind.QuickFix.value):
        lines = range(params.range.start.line, params.range.end.line + 1)
        made += [_action(server, asked, one) for one in asked.session.changes(asked.name, lines)]
    if _wants(wanted, FIX_ALL) and (text := asked.session.mended(asked.name)):
        edit = server.edit(asked.uri, asked.text, *difference(asked.text, text))
        made.append(lsp.CodeAction("Mend all that is safe to mend", FIX_ALL, edit=edit))
    return made


def _wants(wanted: Sequence[str], kind: str) -> bool:
    return any(kind == one or kind.startswith(f"{one}.") for one in map(str, map(_value, wanted)))


def _value(kind: Any) -> Any:
    return getattr(kind, "value", kind)


def _action(server: Server, asked: Asked, change: Change) -> lsp.CodeAction:
    edit = server.edit(asked.uri, asked.text, *difference(asked.text, change.text))
    found = server.diagnostic(split(asked.text), change.finding)
    title = printable(change.title) + ("" if change.is_safe else " (look whether you mean it)")
    return lsp.CodeAction(title, lsp.CodeActionKind.QuickFix, [found], is_preferred=change.is_safe, edit=edit)


def _item(server: Server, text: str, line: int, column: int, typed: str, choice: Choice) -> lsp.CompletionItem:
    lines = split(text)
    start = column - len(typed)
    quote = typed[:1] if typed[:1] in ("'", '"') else ""
    end = column + (quote != "" and lines[line][column : column + 1] == quote)
    insert = choice.insert
    if lines[line][start - 1 : start] == ":":  # a colon that nothing follows is part of a text
        insert = f" {insert}"
    is_form = choice.kind == "form"
    if is_form and not _knows_forms(server):
        insert, is_form = _HOLE.sub(r"\1", insert), False
    span = lsp.Range(server.position(lines, line, start), server.position(lines, line, end))
    return lsp.CompletionItem(
        choice.label,
        kind=KINDS[choice.kind],
        documentation=choice.about or None,
        filter_text=f"{quote}{choice.label}" if quote else None,  # with it Neovim 0.7 takes a word for the place
        insert_text_format=lsp.InsertTextFormat.Snippet if is_form else lsp.InsertTextFormat.PlainText,
        text_edit=lsp.TextEdit(span, insert),
    )


def _knows_forms(server: Server) -> bool:
    document = server.client_capabilities.text_document
    completion = document.completion if document else None
    item = completion.completion_item if completion else None
    return bool(item and item.snippet_support)


Answer = Callable[[Server, Any], Any]
ANSWERS: Mapping[str, tuple[Answer, Any]] = {
    lsp.INITIALIZED: (initialized, None),
    lsp.TEXT_DOCUMENT_DID_OPEN: (opened, None),
    lsp.TEXT_DOCUMENT_DID_CHANGE: (changed, None),
    lsp.TEXT_DOCUMENT_DID_CLOSE: (closed, None),
    lsp.TEXT_DOCUMENT_DID_SAVE: (saved, None),
    lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES: (moved, None),
    lsp.TEXT_DOCUMENT_COMPLETION: (complete, lsp.CompletionOptions(trigger_characters=[" ", ":", "-", "@", '"', "["])),
    lsp.TEXT_DOCUMENT_HOVER: (hover, None),
    lsp.TEXT_DOCUMENT_DEFINITION: (define, None),
    lsp.TEXT_DOCUMENT_CODE_LENS: (lenses, None),
    lsp.TEXT_DOCUMENT_CODE_ACTION: (act, lsp.CodeActionOptions([lsp.CodeActionKind.QuickFix, FIX_ALL])),
}
"""By method, what answers it, and what editors are told about that beforehand."""
