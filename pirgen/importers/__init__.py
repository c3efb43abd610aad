"""Makes reviews of files in other formats, one format a file: `SUFFIXES`, and `read(source) -> list[Foreign]`.

What a format reads is fields as they stand there. `_convert` finds ours for them, `_write` makes the text of a review,
and `_adopt` looks after the files. Nothing is invented and no text is lost: what no field takes stays as a comment.
"""

from pirgen.importers._adopt import Adopted, State, adopt

__all__ = ["Adopted", "State", "adopt"]
