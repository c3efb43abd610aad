"""Findings that have one cause, put together, so that a person reads each cause once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from pirgen.diagnostic import Cause, Diagnostic, Reason, Severity
from pirgen.lint.rules import FORM

STRANGE = (Reason.RENAMED, Reason.UNKNOWN)
"""What files of other formats have and ours have not."""
FOREIGN = 5
"""How many fields that are unknown or have other names make a file a review in another format."""
FEW = 3
"""Up to how many of a kind are told one by one."""
MANY = 10
"""In more than how many files a cause is told once for all."""
FLOOD = 100
"""From how many groups on nobody reads each, so that a rule that many files break is told once, too."""
NAMED = 6
"""How many fields a line names."""
DRAFT = "write them, or say `status: draft` while the review is not finished"


class Group(NamedTuple):
    """Findings of one cause, of which the first one is shown, and the words for all of them."""

    found: tuple[Diagnostic, ...]
    message: str
    hint: str
    notes: tuple[str, ...] = ()
    """What is said instead of the excerpt; empty where the excerpt is shown."""

    @property
    def files(self) -> list[str]:
        """The files of the findings, in their order."""
        return [*dict.fromkeys(one.file for one in self.found)]

    @property
    def severity(self) -> Severity:
        """The gravest severity among the findings."""
        return min((one.severity for one in self.found), key=[*Severity].index)


def groups(diagnostics: Iterable[Diagnostic]) -> list[Group]:
    """The groups of findings that are sorted by file, each where its first finding is."""
    told: dict[tuple[object, ...], list[Group]] = {}
    foreign: dict[str, tuple[Diagnostic, ...]] = {}
    for file, some in groupby(diagnostics, attrgetter("file")):
        found = tuple(some)
        if is_foreign(found):
            foreign[file] = found
            told[file, "foreign"] = [_foreign([found])]
            continue
        for group in _of_file(found):
            first = group.found[0]
            place = () if first.cause else (file, first.span)
            told.setdefault((first.rule, group.severity, group.message, group.hint, *place), []).append(group)
    if len(foreign) > FEW:
        first_file = next(iter(foreign))
        for file in [*foreign][1:]:
            del told[file, "foreign"]
        told[first_file, "foreign"] = [_foreign([*foreign.values()])]
    if sum(map(len, told.values())) > FLOOD:
        told = _by_rule(told)
    return [one for alike in told.values() for one in ([_joined(alike)] if len(alike) > MANY else alike)]


def _by_rule(told: dict[tuple[object, ...], list[Group]]) -> dict[tuple[object, ...], list[Group]]:
    """The groups with those of each rule together; those of the form of files stay as they are."""
    found: dict[tuple[object, ...], list[Group]] = {}
    for key, alike in told.items():
        is_form = alike[0].found[0].cause or key[0] in FORM or key[1] == "foreign"
        found.setdefault(key if is_form else key[:2], []).extend(alike)
    return found


def is_foreign(found: Iterable[Diagnostic]) -> bool:
    """Whether the findings of one file show a review in another format, which no fix makes one of ours."""
    strange = [one for one in found if one.cause and one.cause.reason in STRANGE]
    return len({one.cause for one in strange}) >= FOREIGN and not all(one.fixable for one in strange)


def _joined(alike: Sequence[Group]) -> Group:
    found = tuple(one for group in alike for one in group.found)
    return _values(found) if alike[0].notes else alike[0]._replace(found=found)


def _of_file(found: Iterable[Diagnostic]) -> list[Group]:
    """The groups of one file that is a review of ours."""
    alike: dict[tuple[object, ...], list[Diagnostic]] = {}
    for one in found:
        alike.setdefault(_key(one), []).append(one)
    by_hint = Counter((key[0], key[2]) for key in alike if key[0] not in (*FORM, *Reason))
    merged: dict[tuple[object, ...], list[Diagnostic]] = {}
    renamed = sum(key[0] is Reason.RENAMED for key in alike)
    values = Counter((key[1], key[-1] is True) for key in alike if key[0] is Reason.VALUE)
    for key, some in alike.items():
        if key[0] is Reason.RENAMED and renamed > FEW - 1:
            key = (Reason.RENAMED,)
        elif key[0] is Reason.VALUE and values[key[1], key[-1] is True] > FEW:
            key = (Reason.VALUE, key[1], key[-1] is True)
        elif len(key) == 3 and by_hint[key[0], key[2]] > FEW:
            key = (key[0], key[2])
        merged.setdefault(key, []).extend(some)
    return [_values(some) if key[0] is Reason.VALUE and len(key) == 3 else _group(some) for key, some in merged.items()]


def _key(one: Diagnostic) -> tuple[object, ...]:
    """What the findings of one group have in common; for rules the rule, the message and the hint."""
    if one.cause is None:
        return (
            (one.rule, one.message, one.hint) if one.rule != "ignore" else (one.rule, one.message, one.hint, one.span)
        )
    if one.cause.reason is Reason.MISSING:
        return Reason.MISSING, one.severity, one.cause.field.rpartition(".")[0]
    if one.cause.reason is Reason.UNKNOWN:
        return Reason.UNKNOWN, one.severity, one.hint
    meant = one.fixable if one.fix else one.hint  # what a fix writes differs from value to value
    return one.cause.reason, one.severity, one.cause.field, meant


def _group(found: Sequence[Diagnostic]) -> Group:
    first, cause = found[0], found[0].cause
    causes = [*dict.fromkeys(one.cause for one in found if one.cause)]
    if cause is None or len(causes) == 1:
        hint = first.hint
        if cause and first.fix and len({one.message for one in found}) > 1:
            hint = f"{hint}; `--{'fix' if first.fixable else 'unsafe-fixes'}` writes the others, too"
        return Group(tuple(found), first.message, hint)
    names = [last(one.field) for one in causes]
    if cause.reason is Reason.MISSING:
        hint = DRAFT if "." not in cause.field and len(names) > 2 else " ".join(
            f"{name}: {one.hint}" for name, one in zip(names, {one.cause: one for one in found}.values(), strict=True)
        )  # fmt: skip
        return Group(tuple(found), f"{listed(names)} are missing", hint)
    if cause.reason is Reason.RENAMED:
        hint = (
            "`pirgen lint --fix` renames those that can mean one thing only"
            if any(one.fixable for one in found)
            else ""
        )
        words = [called(one) for one in causes]
        return Group(tuple(found), f"{len(words)} fields have another name here: {named(words)}", hint)
    return Group(tuple(found), f"unknown fields {listed(names)}", first.hint)


def _values(found: Sequence[Diagnostic]) -> Group:
    """The group of values that are all mended, or all asked; in several files each field is told once."""
    several = len({one.file for one in found}) > 1
    ordered = sorted(found, key=attrgetter("order"))
    told = [*{one.cause: one for one in reversed(ordered)}.values()][::-1] if several else ordered
    notes = [
        f"{f'{one.file}:' if several else 'line '}{one.span.line}: {one.message}: {_wish(one.hint)}"
        for one in told[:MANY]
    ]
    if len(told) > MANY:
        notes.append(f"and {len(told) - MANY:,} more")
    if found[0].fixable:
        return Group(
            tuple(found), "values that have one meaning", "`pirgen lint --fix` writes all of them", tuple(notes)
        )
    return Group(tuple(found), "values that do not fit", "write each as its line says", tuple(notes))


def _wish(hint: str) -> str:
    """What a hint says to write, without the general form."""
    first, mark, _ = hint.partition("`; ")
    return first + mark[:1]


def _foreign(files: Sequence[Sequence[Diagnostic]]) -> Group:
    """The group of all findings in files of another format."""
    found = [one for some in files for one in some]
    causes = [cause for some in files for cause in {one.cause: None for one in some if one.cause}]
    counts = Counter(causes)
    strange = [cause for cause, _ in counts.most_common() if cause.reason in STRANGE]
    renamed = [cause for cause in strange if cause.reason is Reason.RENAMED]
    others = [cause for cause in strange if cause.reason is Reason.UNKNOWN]
    missing = [cause for cause in counts if cause.reason is Reason.MISSING]
    several = len(files) > 1
    notes = [
        f"{plural(len(renamed), 'field')} under another name: {named(map(called, renamed))}" if renamed else "",
        f"{plural(len(others), 'field')} that pirgen does not know: {named(f'`{one.field}`' for one in others)}"
        if others else "",
        f"missing: {named(f'`{one.field}`' for one in missing)}" if missing else "",
    ]  # fmt: skip
    message = f"{len(files):,} files are reviews in another format" if several else "this is a review in another format"
    makes = "`pirgen adopt FILE…` makes reviews of them" if several else "`pirgen adopt` makes a review of it"
    hint = f"{makes}; `pirgen lint --format full` tells each of the {len(found):,} findings"
    return Group(tuple(found), message, hint, tuple(filter(None, notes)))


def called(cause: Cause) -> str:
    """A field of another format with ours."""
    return f"`{cause.field}` is `{'.'.join(map(str, cause.ours))}`"


def last(field: str) -> str:
    """The last name of a field's path, as code."""
    return f"`{field.rpartition('.')[2]}`"


def plural(count: int, noun: str) -> str:
    """A count with its noun."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def listed(words: Sequence[str]) -> str:
    """Words as a sentence lists them."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def named(words: Iterable[str]) -> str:
    """The first of some words, and how many more there are."""
    every = [*words]
    rest = len(every) - NAMED
    return ", ".join(every[:NAMED]) + (f" and {rest:,} more" if rest > 0 else "")


def lines(found: Sequence[Diagnostic]) -> Iterator[str]:
    """Where the further findings of a group are: their lines, or how many places and files."""
    first, *rest = found
    files = len({one.file for one in found})
    if files > 1:
        yield f"and {plural(len(rest), 'more place')} in {files:,} files"
    elif numbers := [*dict.fromkeys(one.span.line for one in rest if one.span.line != first.span.line)]:
        shown = ", ".join(map(str, numbers[:NAMED]))
        more = f" and {len(numbers) - NAMED} more" if len(numbers) > NAMED else ""
        yield f"and {'line' if len(numbers) == 1 else 'lines'} {shown}{more}"
