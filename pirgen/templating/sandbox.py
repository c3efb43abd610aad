"""Runs templates that are not trusted. They can read the values they are given and the files of their folder only.

What a template does is counted, so that it ends: rounds of loops, calls, what is compared and what is written. Jinja's
own limit on `range` says nothing about loops in loops, nor about lists that hold the same list twice, 40 deep.
"""

from __future__ import annotations

import re
from collections.abc import Callable, ItemsView, Iterable, Iterator, KeysView, ValuesView
from contextlib import suppress
from functools import wraps
from pathlib import Path, PurePath
from string import Formatter
from types import GeneratorType, ModuleType
from typing import Any

from jinja2 import (
    BaseLoader,
    Environment,
    FileSystemLoader,
    FunctionLoader,
    TemplateNotFound,
    TemplateSyntaxError,
    nodes,
)
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace
from jinja2.visitor import NodeTransformer

from pirgen.files import Source

MAX_STEPS = 5_000_000
"""How many steps a template may take: rounds of loops, calls and filters. A page about 10,000 reviews takes fewer."""
FILTER, CALL = 5, 20
"""How many steps a filter and a call count as; a call may be that of a macro, which calls others."""
MAX_SIZE = 1 << 20
"""The largest text, list and number of bits that one step may make, in characters, items and bits."""
MAX_PRODUCT = 1 << 26
"""How long the texts in a list may be together, and two texts multiplied: one may replace parts of the other."""
CHARACTERS = 16
"""How many characters, or parts of lists, that are written or compared count as a step."""
SMALL = 64
"""The parts of a list up to which it is counted again rather than remembered."""
PRODUCTS = 20
"""A product of two numbers counts as a step for each two to the power of this of its bits multiplied."""
WRAPPED = 16
"""The same for the square of the length of a text that is wrapped."""
WIDENS = ("indent", "expandtabs")
"""The functions that put as many blanks as they are told into many places of a text."""
LISTS = (list, tuple, dict, set, frozenset, KeysView, ValuesView, ItemsView)
_WIDE = re.compile("[0-9]{7}")


class TooMuchError(Exception):
    """A template takes more steps or makes something larger than it may."""


class _Counted(NodeTransformer):
    """Puts a filter around what loops go through, what is compared and what literals, slices and `~` make."""

    def visit_For(self, node: nodes.For) -> nodes.For:  # noqa: N802 - the name is Jinja's
        """Count the rounds of a loop."""
        self.generic_visit(node)
        node.iter = _filtered(node, node.iter, "counted")
        return node

    def visit_Concat(self, node: nodes.Expr) -> nodes.Filter:  # noqa: N802 - the name is Jinja's
        """Measure what is made."""
        self.generic_visit(node)
        return _filtered(node, node, "measured")

    visit_List = visit_Dict = visit_Concat  # noqa: N815 - the names are Jinja's

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Expr:  # noqa: N802
        """Measure a tuple that is no target."""
        self.generic_visit(node)
        return _filtered(node, node, "measured") if node.ctx == "load" else node

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Expr:  # noqa: N802
        """Measure a slice."""
        self.generic_visit(node)
        return _filtered(node, node, "measured") if isinstance(node.arg, nodes.Slice) else node

    def visit_Compare(self, node: nodes.Compare) -> nodes.Compare:  # noqa: N802
        """Count what is compared."""
        self.generic_visit(node)
        node.expr = _filtered(node, node.expr, "weighed")
        for other in node.ops:
            other.expr = _filtered(node, other.expr, "weighed")
        return node

    def visit_Test(self, node: nodes.Test) -> nodes.Test:  # noqa: N802
        """Count what a test compares."""
        self.generic_visit(node)
        node.args = [_filtered(node, one, "weighed") for one in node.args]
        return node


class _Namespace(Namespace):
    """A namespace that shows nothing of what it holds, which may be other namespaces, many times over."""

    def __repr__(self) -> str:
        return "<Namespace>"


def _filtered(place: nodes.Node, node: Any, name: str) -> nodes.Filter:
    found = nodes.Filter(node, name, [], [], None, None, lineno=place.lineno)
    assert place.environment is not None, "the parser has set it"
    found.set_environment(place.environment)
    return found


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, which also denies templates all attributes of paths and modules, and much time and memory."""

    intercepted_binops = frozenset(("+", "-", "*", "/", "//", "**", "%"))

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, finalize=self._measured)
        self.steps = 0
        self._sizes: dict[int, tuple[Any, int]] = {}
        del self.globals["lipsum"]
        self.globals["namespace"] = _Namespace
        self.limit(self.filters)
        self.filters |= {"counted": self._rounds, "measured": self._measured, "weighed": self._weighed}

    def begin(self) -> None:
        """Count anew: another text is made."""
        self.steps = 0
        self._sizes.clear()

    def limit(self, filters: dict[str, Callable[..., Any]]) -> None:
        """Add filters, whose use is counted."""
        self.filters.update({name: self._limited(name, one) for name, one in filters.items()})

    def _generate(self, source: nodes.Template, *rest: Any, **options: Any) -> str:
        return super()._generate(_Counted().visit(source), *rest, **options)

    def _spend(self, steps: int) -> None:
        self.steps += steps
        if self.steps > MAX_STEPS:
            raise TooMuchError(f"it takes more than {MAX_STEPS:,} steps; look for loops in loops")

    def _rounds(self, values: Iterable[Any]) -> Iterator[Any]:
        for value in values:
            self._spend(1 + (len(value) // CHARACTERS if isinstance(value, str) else 0))
            yield value

    def _measured(self, value: Any) -> Any:
        """The value, where it is not too large. What it takes to write it is counted."""
        if isinstance(value, str | list | tuple):
            if len(value) > MAX_SIZE:
                raise _too_large()
            self._spend(len(value) // CHARACTERS)
        if type(value) in (list, tuple, dict):
            self._remember(value, self._size(value))
        return value

    def _remember(self, value: Any, size: int) -> None:
        """Remember how many parts a list, a tuple or a dict has, with theirs. Raises TooMuchError for too many."""
        if size > MAX_STEPS:
            raise TooMuchError(f"it makes a list that holds, with the lists in it, more than {MAX_STEPS:,} items")
        self._spend(size // CHARACTERS)
        if size > SMALL:
            self._sizes[id(value)] = value, size  # while it is kept nothing else has its id

    def _size(self, value: Any) -> int:
        """How many parts a value has, with theirs; 1 for what is no list, tuple or dict. It stops at MAX_STEPS."""
        size, todo = 0, [value]
        while todo and size <= MAX_STEPS:
            one = todo.pop()
            size += self._known(one) or 1
            if type(one) in (list, tuple, dict) and id(one) not in self._sizes:
                todo.extend((*one, *one.values()) if type(one) is dict else one)
        return size

    def _known(self, value: Any) -> int:
        """The remembered size of a value; 0 where there is none."""
        return self._sizes.get(id(value), (None, 0))[1]

    def _weighed(self, value: Any) -> Any:
        """The value, where it may be compared."""
        if isinstance(value, str | list | tuple | dict):
            self._spend((self._known(value) or len(value)) // CHARACTERS)
        return value

    def _limited(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def run(*values: Any, **named: Any) -> Any:
            self._check(*values, *named.values(), widens=name in WIDENS)
            if name == "format":
                _require_narrow(str(values[0]))
            elif name == "wordwrap":  # it copies the rest of a long word for each of its lines
                self._spend(max(len(one) for one in values if isinstance(one, str)) ** 2 >> WRAPPED)
            values = tuple(self._rounds(one) if isinstance(one, GeneratorType) else one for one in values)
            return self._measured(function(*values, **named))

        return run

    def _check(self, *values: Any, widens: bool = False) -> None:
        """Count a step that works on these values. Raises TooMuchError where its result could be too large."""
        self._spend(FILTER + sum(map(self._known, values)) // CHARACTERS)
        numbers = [abs(value) for value in values if isinstance(value, int)]
        lists = [value.values() if isinstance(value, dict) else value for value in values if isinstance(value, LISTS)]
        sums = [sum(len(one) for one in value if isinstance(one, str)) for value in lists]
        lengths = [len(value) for value in values if isinstance(value, (str, *LISTS))] + (numbers if widens else [])
        longest = sorted((*lengths, *sums))[-2:]
        product = longest[0] * longest[1] if len(longest) == 2 and any(isinstance(one, str) for one in values) else 0
        if max(numbers, default=0) > MAX_SIZE or max(product, *sums, 0) > MAX_PRODUCT:
            raise _too_large()

    def call(self, context: Context, function: Any, /, *values: Any, **named: Any) -> Any:
        """Call a function for a template."""
        self._spend(CALL)
        owner = getattr(function, "__self__", None)
        self._check(owner, *values, *named.values(), widens=getattr(function, "__name__", "") in WIDENS)
        values = tuple(self._rounds(one) if isinstance(one, GeneratorType) else one for one in values)
        return self._measured(super().call(context, function, *values, **named))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Calculate for a template."""
        if operator in ("*", "**"):
            _require_small(operator, left, right)
        if isinstance(left, int) and isinstance(right, int):
            bits = left.bit_length() * (abs(right) if operator == "**" else 1)
            self._spend(bits * (bits if operator == "**" else right.bit_length()) >> PRODUCTS)
        if operator == "%" and isinstance(left, str):
            self._check(*(right if isinstance(right, tuple) else (right,)))
            _require_narrow(left)
        made = super().call_binop(context, operator, left, right)
        if operator == "+" and type(made) in (list, tuple) and self._known(left):
            self._remember(made, self._known(left) + self._size(right))
        return self._measured(made)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """A safe `str.format`, for a text that sets no great width."""
        found = super().wrap_str_format(value)
        if found is not None:
            _require_narrow(value.__self__)
            with suppress(ValueError):  # which the format itself tells of
                if any("{" in (wide or "") for _, _, wide, _ in Formatter().parse(value.__self__)):
                    raise TooMuchError("it takes a width from a value; write the width itself")
        return found

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may read an attribute."""
        return super().is_safe_attribute(obj, attr, value) and not isinstance(obj, PurePath | ModuleType)


def _too_large() -> TooMuchError:
    return TooMuchError(f"it makes a text, a list or a number of more than {MAX_SIZE:,} characters, items or bits")


def _require_narrow(text: str) -> None:
    """Raise TooMuchError for a text to format that may set a great width."""
    if _WIDE.search(text):
        raise _too_large()


def _require_small(operator: str, left: Any, right: Any) -> None:
    """Raise TooMuchError for a product or a power that would be too large."""
    for one, times in ((left, right), (right, left)):
        if not isinstance(times, int):
            continue
        if isinstance(one, str | list | tuple) and len(one) * times > MAX_SIZE:
            raise _too_large()
        if isinstance(one, int):
            is_power = operator == "**" and one is left
            bits = one.bit_length() * times if is_power else one.bit_length() + times.bit_length()
            if bits > MAX_SIZE:
                raise _too_large()


class Loader(FileSystemLoader):
    """Reads the templates of a folder without following symbolic links."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """The text of a template, its file, and a function that tells whether the text is still current.

        Raises TemplateNotFound for a link, TemplateSyntaxError where the file is not UTF-8.
        """
        for folder in self.searchpath:
            path = Path(folder, template)
            if path.resolve() != Path(folder).resolve() / template:
                raise TemplateNotFound(template)
        try:
            return super().get_source(environment, template)
        except UnicodeDecodeError as error:
            raise TemplateSyntaxError(f"it is not UTF-8: {error.reason}", 1, template, str(path)) from None


def opened(open_file: Callable[[str], Source | None], folder: str, root: Path) -> BaseLoader:
    """A loader of the templates that `open_file` finds in a folder of the project at `root`."""

    def load(name: str) -> tuple[str, str, Callable[[], bool]] | None:
        source = None if ".." in PurePath(name).parts else open_file(f"{folder}/{name}")
        if source is None or source.error:
            return None
        try:
            text = source.data.decode()
        except UnicodeDecodeError as error:
            raise TemplateSyntaxError(f"it is not UTF-8: {error.reason}", 1, name, str(root / folder / name)) from None
        return text, str(root / folder / name), lambda: True

    return FunctionLoader(load)
