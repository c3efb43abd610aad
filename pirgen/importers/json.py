"""Reviews as JSON."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from pirgen.document import load
from pirgen.errors import PirgenError
from pirgen.files import Source
from pirgen.importers._foreign import Foreign, reviews

SUFFIXES = (".json",)


def read(source: Source) -> list[Foreign]:
    """The reviews in a file. Raises PirgenError where it is not sound JSON, or names a key twice."""
    try:
        data = json.loads(source.data.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=str,
                          parse_int=_number, parse_float=_number)  # fmt: skip
    except RecursionError:
        raise PirgenError(f"{source.name}: the values are nested too deeply") from None
    except json.JSONDecodeError as error:
        raise PirgenError(f"{source.name}:{error.lineno}:{error.colno}: this is not JSON: {error.msg}") from None
    except ValueError as error:  # such as a number of thousands of digits, or text that is not UTF-8
        raise PirgenError(f"{source.name}: this is not JSON: {error}") from None
    return reviews(data, source.name)


def _number(text: str) -> Any:
    """A number as a review in YAML has it; text where that could not hold it exactly."""
    return load(Source("", text.encode())).data


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A mapping of these pairs. Raises ValueError for a key that is there twice, of which a value would get lost."""
    made = dict(pairs)
    if len(made) < len(pairs):
        [(key, _)] = Counter(key for key, _ in pairs).most_common(1)
        raise ValueError(f"the key `{key}` is there twice")
    return made
