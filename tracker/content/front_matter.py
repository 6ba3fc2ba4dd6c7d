"""A content file's bytes into front matter with line numbers, and the text below it. Pure.

YAML is read as events and never built into objects: values stay the words that were written, so nothing depends on
how YAML guesses types ("NO" is Norway here), and anchors, tags and deep nesting are refused before they cost anything.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any, NamedTuple

import yaml

from tracker.content.problems import Report

MOST_BYTES = 64 * 1024
"""A brief is a tenth of this."""

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's where it is there: it reads the folder five times faster, to the same events."""

_FENCE = "---"
_DEEPEST = 5
_TOO_DEEP = "nested too deeply"
_UNFIT = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
"""Categories of characters that nobody sees: controls, marks of direction, private use, halves of pairs, separators."""


class Scalar(NamedTuple):
    """A value as written; null is empty."""

    line: int
    text: str


class Listing(NamedTuple):
    """Values in their order."""

    line: int
    entries: tuple[Node, ...]


class Table(NamedTuple):
    """Values by name."""

    line: int
    entries: dict[str, Node]


Node = Scalar | Listing | Table


class Split(NamedTuple):
    """A file in its two parts. `body_line` is the file's line on which the body begins."""

    front: Table
    body: str
    body_line: int


def read_file(raw: bytes, report: Report) -> Split | None:
    """The parts of a file, or None when it has none that could be looked at further."""
    text = _decoded(raw, report)
    if text is None:
        return None
    lines = text.split("\n")
    if lines[0].rstrip() != _FENCE:
        report.add(1, f'the first line must be "{_FENCE}": front matter begins there')
        return None
    end = next((number for number, line in enumerate(lines) if number and line.rstrip() == _FENCE), None)
    if end is None:
        report.add(len(lines), f'the front matter does not end: no second line "{_FENCE}"')
        return None
    front = _front("\n".join(lines[1:end]), report)
    return Split(front, "\n".join(lines[end + 1 :]), end + 2) if front else None


def unfit_character(text: str) -> str | None:
    """The name of the first character that has no place in our words, or None."""
    if text.isprintable():
        return None
    unfit = next((sign for sign in text if unicodedata.category(sign) in _UNFIT), None)
    return None if unfit is None else f"U+{ord(unfit):04X} {unicodedata.name(unfit, '')}".rstrip()


def _decoded(raw: bytes, report: Report) -> str | None:
    if len(raw) > MOST_BYTES:
        report.add(1, f"longer than {MOST_BYTES:,} bytes")
        return None
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        report.add(line, f"not UTF-8: byte 0x{raw[error.start]:02X}")
        return None
    text = text.replace("\r\n", "\n")
    found = False
    for number, words in enumerate(text.split("\n"), start=1):
        unfit = unfit_character(words)
        if unfit is not None:
            found = True
            report.add(
                number, "a tab: use blanks" if "\t" in words else f"a character that nobody sees: {unfit}"
            )
    return None if found else text


# --- YAML ---------------------------------------------------------------------------------------------------


class _RefusedError(Exception):
    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


def _front(text: str, report: Report) -> Table | None:
    """The front matter, whose first line is the file's second."""
    try:
        node = _document(yaml.parse(text, Loader=LOADER))
    except _RefusedError as refused:
        report.add(refused.line, refused.message)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = " ".join(filter(None, (error.context, error.problem)))
        # PyYAML since 6.0.4 has a limit of its own, which the scanner may meet before we do.
        deep = "nesting depth" in what
        report.add(_line(mark) if mark else 2, _TOO_DEEP if deep else f"not YAML: {what}")
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        # The scanner passes on what chr() and int() say of absurd escapes and versions.
        report.add(2, f"not YAML: {error}")
    else:
        if isinstance(node, Table):
            return node
        report.add(2, "expected fields, each as `name: value`")
    return None


def _document(events: Iterator[Any]) -> Node | None:
    next(events)  # the stream's start
    if isinstance(next(events), yaml.StreamEndEvent):
        return None
    node = _node(next(events), events, 0)
    next(events)  # the document's end
    after = next(events)
    if not isinstance(after, yaml.StreamEndEvent):
        raise _RefusedError(_line(after.start_mark), "a second YAML document")
    return node


def _node(event: Any, events: Iterator[Any], depth: int) -> Node:
    line = _line(event.start_mark)
    if depth > _DEEPEST:
        raise _RefusedError(line, _TOO_DEEP)
    if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
        raise _RefusedError(line, "anchors and aliases (& and *) are not used here: write it out")
    if event.tag is not None:
        raise _RefusedError(line, "tags (!) are not used here")
    if isinstance(event, yaml.ScalarEvent):
        is_plain = event.implicit[0]
        return Scalar(line, "" if is_plain and event.value.lower() in ("~", "null") else event.value)
    if isinstance(event, yaml.SequenceStartEvent):
        return Listing(line, tuple(_entries(events, yaml.SequenceEndEvent, depth)))
    return _table(line, list(_entries(events, yaml.MappingEndEvent, depth)))


def _entries(events: Iterator[Any], end: type[yaml.Event], depth: int) -> Iterator[Node]:
    while not isinstance(event := next(events), end):
        yield _node(event, events, depth + 1)


def _table(line: int, nodes: list[Node]) -> Table:
    """Names and values alternate."""
    entries: dict[str, Node] = {}
    for name, value in zip(nodes[::2], nodes[1::2], strict=True):
        if not isinstance(name, Scalar):
            raise _RefusedError(name.line, "a field's name must be a word")
        if name.text in entries:
            raise _RefusedError(name.line, f'the field "{name.text}" is there twice')
        # A list or table begins below its name; a person looks for the name.
        entries[name.text] = value._replace(line=name.line)
    return Table(line, entries)


def _line(mark: Any) -> int:
    """The file's line of a mark in the front matter, which counts from zero and begins below the fence."""
    return int(mark.line) + 2
