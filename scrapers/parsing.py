"""Strict, typed helpers for reading publishers' XML.

Each helper fails with a DriftError that names the place, because a source that quietly yields nothing is
worse than one that stops. No helper reads the network, a file or the clock.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Set
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from lxml import etree

from scrapers.errors import DriftError
from scrapers.records import Record
from scrapers.source import Document
from scrapers.times import parse_date

Element = etree._Element


# One parser for all: blank text is never read here, and leaving it out makes
# reading a Congress a fifth cheaper. Entities, DTDs, the network and unlimited depth stay off.
_PARSER = etree.XMLParser(
    encoding="utf-8",
    resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
    remove_comments=True, remove_pis=True, remove_blank_text=True,
)  # fmt: skip


# Running text has blanks between its elements that are read.
_PROSE_PARSER = etree.XMLParser(
    encoding="utf-8",
    resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
    remove_comments=True, remove_pis=True,
)  # fmt: skip


def xml_root(document: Document) -> Element:
    """The root element. A DOCTYPE is refused: no XML read here has one, and an entity bomb needs one."""
    return _root(document, _PARSER)


def declared_root(document: Document) -> Element:
    """The root element of data whose files name their DTD; the name is taken out before any parser sees them."""
    return _root(replace(document, body=_without_dtd_name(document.body)), _PARSER)


def prose_root(document: Document) -> Element:
    """The root element of running text, with the blanks between its elements.

    Such files may name their DTD; the name is taken out before any parser sees the document.
    """
    return _root(replace(document, body=_without_dtd_name(document.body)), _PROSE_PARSER)


# A DTD's name alone: no subset of its own, where entities are made, and nothing before it but the declaration,
# instructions, comments and blanks.
_DTD_NAME = re.compile(
    rb"\A(?:\xef\xbb\xbf)?(?:\s|<\?(?:[^?]|\?(?!>))*+\?>|<!--(?:[^-]|-(?!-))*+-->)*+"
    rb"(<!DOCTYPE\s+[A-Za-z][\w.-]*+(?:\s+(?:PUBLIC\s+(?:\"[^\"<>]*+\"|'[^'<>]*+')|SYSTEM)"
    rb"\s+(?:\"[^\"<>]*+\"|'[^'<>]*+'))?\s*>)"
)


def _without_dtd_name(body: bytes) -> bytes:
    """The document with blanks where it names its DTD; lines keep their numbers. Anything more stays, to be refused."""
    found = _DTD_NAME.match(body)
    if not found:
        return body
    blank = b"\n" * found[1].count(b"\n")
    return body[: found.start(1)] + blank + body[found.end(1) :]


def _root(document: Document, parser: etree.XMLParser) -> Element:
    _check_prologue(document)
    try:
        root = etree.fromstring(document.body, parser)
    except etree.XMLSyntaxError as error:
        raise DriftError(
            f"not well-formed XML: {error.msg}", url=document.url, place=f"line {error.lineno}"
        ) from error
    return root


Fields = dict[str, Any]
"""Children's text by name. Holds None for an empty child: see `each`, which does not let one through."""


def _check_prologue(document: Document) -> None:
    """What must be known before a parser may look: that there is XML, and no DOCTYPE.

    The parser would open an external DTD that a parameter entity names, whatever it is told. It reads UTF-8
    whatever is declared, so that what is looked at here is what it sees.
    """
    if not document.body or document.body.isspace():
        raise DriftError("the document is empty", url=document.url)
    before, doctype, _ = document.body.partition(b"<!DOCTYPE")
    if doctype:
        line = before.count(b"\n") + 1
        raise DriftError(
            "the document has a DOCTYPE, which this format never has",
            url=document.url, place=f"line {line}",
        )  # fmt: skip


def unwrapped(element: Element | None, wrapper: str) -> Element | None:
    """A list's holder: the element itself, or the one more element that schema 1.0.0 puts around the entries."""
    if element is not None and len(element) == 1 and element[0].tag == wrapper:
        return element[0]
    return element


def parts(element: Element, known: Set[str]) -> dict[str, Element]:
    """An element's children by name. An unknown or repeated child is drift: upstream changed its mind."""
    found = {child.tag: child for child in element}
    if not found.keys() <= known:
        raise _unknown(found, known, element)
    if len(found) != len(element):
        raise drift("an element stands twice", element)
    return found


def fields(element: Element, known: Set[str]) -> Fields:
    """An element's children as name to text; an unknown child is drift."""
    found = {child.tag: child.text for child in element}
    if not found.keys() <= known:
        raise _unknown(found, known, element)
    return found


def _unknown(found: Mapping[str, Any], known: Set[str], element: Element) -> DriftError:
    return drift(f"unknown element {', '.join(sorted(map(str, found.keys() - known)))}", element)


Made = TypeVar("Made", bound=Record)


def each(
    element: Element | None,
    make: Callable[[Element], Made],
    *,
    name: str = "item",
    beside: Set[str] = frozenset(),
) -> tuple[Made, ...]:
    """One record for each repeated child; other children than those in `beside` are drift.

    `make` may index its fields as if all were there: what is missing or empty, or not of its kind, becomes a
    DriftError here, with its place. Records say by their types which of their fields may be empty.
    """
    if element is None:
        return ()
    made = []
    for item in element:
        if item.tag != name:
            if item.tag in beside:
                continue
            raise drift(f"unknown element {item.tag}", element)
        try:
            made.append(make(item))
        except (KeyError, DriftError) as error:
            raise _placed(error, item) from error
    return tuple(made)


def each_flat(
    element: Element | None, make: Callable[[Fields], Made], known: Set[str], *, name: str = "item"
) -> tuple[Made, ...]:
    """`each` for entries that hold text only: `make` gets their fields. The inner loop of every parse."""
    if element is None:
        return ()
    made = []
    for item in element:
        if item.tag != name:
            raise drift(f"unknown element {item.tag}", element)
        found = {child.tag: child.text for child in item}
        if not found.keys() <= known:
            raise _unknown(found, known, item)
        try:
            made.append(make(found))
        except (KeyError, DriftError) as error:
            raise _placed(error, item) from error
    return tuple(made)


def _placed(error: KeyError | DriftError, item: Element) -> DriftError:
    """What went wrong in an entry, with its place."""
    if isinstance(error, KeyError):
        return drift(f"{error.args[0]} is missing", item)
    return error if error.place else drift(error.message, item)


class Days(dict[str, date]):
    """Calendar dates by their text, read once each. A date outside the bounds is drift.

    A typing error upstream (2206 for 2026) must not become a fact.
    """

    def __init__(self, earliest: date, latest: date) -> None:
        super().__init__()
        self._earliest, self._latest = earliest, latest

    def __missing__(self, text: str | None) -> date:
        if text is None:
            raise DriftError("a date is empty")
        day = parse_date(text)
        if not self._earliest <= day <= self._latest:
            raise DriftError(f"the date {day} is not between {self._earliest} and {self._latest}")
        if len(self) < 10_000:
            self[text] = day
        return day


def drift(message: str, element: Element) -> DriftError:
    """A DriftError that says where in the document: path and line."""
    path = element.getroottree().getelementpath(element)
    return DriftError(message, place=f"{path}, line {element.sourceline}")
