"""The Jinja environment: strict about names, with the filters that put hostile text where it lands."""

from __future__ import annotations

from functools import cache
from typing import Any

from pirgen.markdown import address, inline, label, prose, yaml_plain, yaml_string


@cache
def _environment() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(  # noqa: S701 - Markdown and YAML, not HTML: each value passes one of the filters
        loader=PackageLoader("pirgen"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(md=inline, prose=prose, label=label, address=address, yaml=yaml_string, plain=yaml_plain)
    return environment


def render(name: str, **values: object) -> str:
    """The template called `name`, filled in."""
    text: str = _environment().get_template(name).render(**values)
    return text
