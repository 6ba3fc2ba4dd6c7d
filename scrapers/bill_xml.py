"""Bill texts in XML, of both kinds: the House's bill DTD and the United States Legislative Markup. Pure.

Both have the same bones under different names: levels that hold sections, sections that hold numbered subdivisions,
and running text. An element that is not known by name keeps its words: they go where it stands.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from scrapers.parsing import Element
from scrapers.records import Section
from scrapers.sections import Outline, SectionWriter, printed, tidy, tidy_heading

_LEVELS = frozenset({"division", "title", "subtitle", "part", "subpart", "chapter", "subchapter"})
_ACCOUNTS = {
    "appropriations-major": "major",
    "appropriations-intermediate": "intermediate",
    "appropriations-small": "small",
}
_SUBDIVISIONS = frozenset({
    "subsection", "paragraph", "subparagraph", "clause", "subclause", "item", "subitem", "amendment-instruction",
})  # fmt: skip
_NUMBERS = frozenset({"enum", "num"})
_HEADINGS = frozenset({"header", "heading"})
_QUOTED_BLOCKS = frozenset({"quoted-block", "quotedContent"})
# What holds levels and sections and is nothing itself.
_HOLDERS = frozenset({
    "legis-body", "resolution-body", "engrossed-amendment-body", "amendment", "amendment-block", "main",
})  # fmt: skip
# Around the text, not of it: contents, margin notes, page numbers, signatures, how it came.
_LEFT_OUT = frozenset({
    "metadata", "meta", "form", "engrossed-amendment-form", "preface", "toc", "sidenote", "page", "pagebreak",
    "footnote", "attestation", "attestation-group", "endorsement", "official-title-amendment", "longTitle",
    "enactingFormula", "action", "legislativeHistory", "endMarker", "signatures", "subheader", "subheading",
    "deleted-phrase",
})  # fmt: skip
_BREAKS = frozenset({"linebreak", "br", "entry", "toc-entry"})
_QUOTES = {"quote": ("“", "”"), "term": ("“", "”")}
# Blocks inside a section that are printed on lines of their own.
_LINES = frozenset({
    "list-item", "listItem", "row", "ttitle", "p", "continuation", "continuation-text", "text", "content", "chapeau",
    "quoted-block-continuation-text",
})  # fmt: skip


def read_sections(root: Element) -> tuple[Section, ...]:
    """Every section of a text and every account's paragraphs, without what a committee struck."""
    outline = Outline()
    _hold(root, outline)
    return outline.finish()


def _name(element: Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _children(element: Element) -> Iterator[tuple[str, Element]]:
    """The children that are part of the text as it stands."""
    for child in element:
        name = _name(child)
        if name not in _LEFT_OUT and child.get("changed") != "deleted":
            yield name, child


def _hold(element: Element, outline: Outline) -> None:
    """A level's inside, or the whole document's."""
    for name, child in _children(element):
        if name in _LEVELS:
            number, heading = _number(child), _heading(child)
            outline.enter(name, number, heading)
            _hold(child, outline)
            outline.leave()
        elif name in _ACCOUNTS or name == "appropriations":
            _account(child, _ACCOUNTS.get(name) or child.get("level") or "small", outline)
        elif name == "section":
            _section(child, outline)
        elif name == "preamble":
            writer = outline.begin_section(None, "Preamble")
            for _, whereas in _children(child):
                writer.line(_words(whereas))
            outline.end_section(writer)
        elif name == "level":
            heading = _heading(child)
            if heading:
                outline.account_heading("small", heading)
            _hold(child, outline)
        elif name in _HOLDERS:
            _hold(child, outline)
        elif name not in _NUMBERS and name not in _HEADINGS:
            _body(child, name, outline.account())


def _account(element: Element, level: str, outline: Outline) -> None:
    """An account's heading with its paragraphs; in the newer markup also with the accounts below it."""
    heading = _heading(element)
    if heading:
        outline.account_heading(level, heading)
    for name, child in _children(element):
        if name in _ACCOUNTS or name == "appropriations":
            _account(child, _ACCOUNTS.get(name) or child.get("level") or "small", outline)
        elif name == "section":
            _section(child, outline)
        elif name == "level":
            _hold(child, outline)
        elif name not in _NUMBERS and name not in _HEADINGS:
            _body(child, name, outline.account())


def _section(element: Element, outline: Outline) -> None:
    writer = outline.begin_section(_number(element), _heading(element))
    inner: list[tuple[str, Element]] = []
    for name, child in _children(element):
        if name in _ACCOUNTS or name == "appropriations":
            inner.append((name, child))
        elif name not in _NUMBERS and name not in _HEADINGS:
            _body(child, name, writer)
    outline.end_section(writer)
    for name, child in inner:
        _account(child, _ACCOUNTS.get(name) or child.get("level") or "small", outline)


def _body(element: Element, name: str, writer: SectionWriter, lead: str = "") -> None:
    """A block of a section: a subdivision with all below it, an amendment's words, a table, a line."""
    if name in _SUBDIVISIONS:
        _subdivision(element, writer)
    elif name in _QUOTED_BLOCKS:
        for line in _lines(element):
            writer.line(line if line.startswith("“") else f"“{line}", is_quoted=True)
    elif name in ("table", "list"):
        for line in _lines(element):
            writer.line(line)
    else:
        for block in _blocks(element):
            if isinstance(block, str):
                writer.line(lead + block)
                lead = ""
            else:
                _body(block, _name(block), writer)


def _subdivision(element: Element, writer: SectionWriter) -> None:
    number, heading = _number(element), _heading(element)
    label = f"({number})" if number else ""
    if label:
        writer.open(label, heading)
    lead = printed(label, heading, "")
    for name, child in _children(element):
        if name in _NUMBERS or name in _HEADINGS:
            continue
        if lead and name not in _LINES:
            writer.line(lead)
            lead = ""
        if lead:
            _body(child, name, writer, lead if lead.endswith("—") else f"{lead} ")
            lead = ""
        else:
            _body(child, name, writer)
    writer.line(lead)
    if label:
        writer.close()


def _blocks(element: Element) -> Iterator[str | Element]:
    """Running text, cut where an amendment's words stand in it as a block."""
    if not _is_uslm(element) or (
        element.find(".//{*}quotedContent") is None and element.find(".//{*}p") is None
    ):
        yield _words(element)
        return
    gathered = [element.text or ""]
    for child in element:
        name = _name(child)
        if name in _QUOTED_BLOCKS or name == "p":
            yield tidy("".join(gathered))
            gathered = [child.tail or ""]
            yield child
        else:
            _gather(child, gathered, False)
            gathered.append(child.tail or "")
    yield tidy("".join(gathered))


def _lines(element: Element) -> Iterator[str]:
    """The lines of a block that is not part of our own numbering."""
    lead = ""
    for name, child in _children(element):
        if name in _NUMBERS or name in _HEADINGS:
            words = _words(child)
            if name in _HEADINGS and lead:
                words = f"{words.rstrip('.— ')}.—"
            lead = " ".join(filter(None, (lead.strip(), words))) + " "
        elif name in _LINES:
            yield (lead + _words(child)).strip()
            lead = ""
        elif name == "after-quoted-block":
            continue
        else:
            first = True
            for line in _lines(child) if len(child) else (_words(child),):
                yield (lead + line).strip() if first else line
                first = False
            lead = lead if first else ""
    if lead.strip():
        yield lead.strip()


def _number(element: Element) -> str | None:
    """A level's or subdivision's number, bare: IV, 7041, a."""
    for name, child in _children(element):
        if name in _NUMBERS:
            value = child.get("value") or "".join(map(str, child.itertext()))
            return tidy(value).strip("().— ") or None
    return None


def _heading(element: Element) -> str | None:
    for name, child in _children(element):
        if name in _HEADINGS:
            return tidy_heading(_words(child))
    return None


def _words(element: Element) -> str:
    gathered: list[str] = []
    _gather(element, gathered, False)
    return tidy("".join(gathered))


def _gather(element: Element, gathered: list[str], is_quoted: bool) -> None:
    """The words of running text, with the quotation marks that the older markup leaves to the printer."""
    name = _name(element)
    if name in _LEFT_OUT or element.get("changed") == "deleted":
        if name == "page":  # may stand inside a word
            gathered.append("\u00ad" if gathered[-1].endswith("-") else " ")
        return
    before, after = "", ""
    if name in _QUOTES and not is_quoted and not _is_uslm(element):
        before, after = _QUOTES[name]
        is_quoted = True
    elif name in _BREAKS:
        before = " "
    gathered.append(before)
    if element.text:
        gathered.append(element.text)
    for child in element:
        _gather(child, gathered, is_quoted)
        if child.tail:
            gathered.append(child.tail)
    gathered.append(after)


def _is_uslm(element: etree._Element) -> bool:
    return isinstance(element.tag, str) and element.tag.startswith("{")
