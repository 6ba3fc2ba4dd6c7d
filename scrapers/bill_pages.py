"""Bill texts as the older pages have them: one block of preformatted lines, read by its indentation. Pure.

A new subdivision begins where a line is indented by four and a multiple of eight; its further lines are indented
four less. Headings stand alone and centred; large letters, capitals and small letters are their three ranks.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from itertools import groupby

from scrapers.errors import DriftError
from scrapers.records import Section
from scrapers.sections import Outline, SectionWriter, printed, tidy, tidy_heading
from scrapers.source import Document

_MARKED = "&lt;DOC&gt;"
_WIDTH = 72
_LEVEL = re.compile(r"(DIVISION|TITLE|SUBTITLE|Subtitle|PART|CHAPTER) ([A-Z0-9]+)(?:--(.*))?", re.S)
_SECTION = re.compile(r"(?:SECTION|SEC\.|Sec\.) (\d+[A-Za-z]?(?:-\d+)?)\. *(.*)", re.S)
_NUMBERED = re.compile(r"\((\d{1,3}[A-Z]?|[a-z]{1,5}|[A-Z]{1,5})\) *(.*)", re.S)
_HEADED = re.compile(r"([A-Z][^.;:]{1,150}?)\.--(.*)", re.S)
_BEGINS = re.compile(r" *(Be it enacted|Resolved)\b")
_ENDS = re.compile(
    r" *(Passed the (House|Senate)|Attest:|Speaker of the House|Union Calendar No)|_{20,}| {20,}Calendar No\."
)


def read_page(document: Document) -> tuple[Section, ...]:
    """Every section of a page's text and every account's paragraphs."""
    try:
        page = document.body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DriftError("the page is not UTF-8", url=document.url) from error
    _, mark, text = page.partition(_MARKED)
    if not mark:
        raise DriftError("the page does not hold a bill's text", url=document.url)
    reader = _Reader()
    for block in _blocks(_body(html.unescape(text.partition("</pre>")[0]), document.url)):
        reader.read(block)
    return reader.finish()


def _body(text: str, url: str) -> list[str]:
    """The lines after the enacting clause and before the signatures."""
    lines = text.split("\n")
    start = next((number for number, line in enumerate(lines) if _BEGINS.match(line)), None)
    if start is None:
        raise DriftError("the text has no enacting clause", url=url)
    while start < len(lines) and lines[start].strip():
        start += 1
    end = next((n for n, line in enumerate(lines[start:], start) if _ENDS.match(line)), len(lines))
    return lines[start:end]


def _blocks(lines: list[str]) -> Iterator[list[str]]:
    """Lines that stand together."""
    for is_blank, block in groupby(lines, key=lambda line: not line.strip()):
        if not is_blank:
            yield [line.rstrip() for line in block]


def _is_heading(block: list[str]) -> bool:
    """Centred, and not a sentence."""
    last = block[-1].strip()
    return (
        len(block) < 7
        and last[-1] not in ".;:,"
        and all(abs(_indent(line) + len(line.strip()) / 2 - _WIDTH / 2) <= 2 for line in block)
    )


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _joined(lines: list[str]) -> str:
    """Lines as one; a hyphen or dash at a line's end joins without a blank."""
    text = lines[0].strip()
    for line in lines[1:]:
        text += line.strip() if text.endswith(("-", "/")) else f" {line.strip()}"
    return text


def _dashed(text: str) -> str:
    return tidy(text.replace("--", "—"))


class _Reader:
    """Takes a page's blocks in their order."""

    def __init__(self) -> None:
        self._outline = Outline()
        self._levels: list[str] = []
        self._section: SectionWriter | None = None
        self._depths: list[int] = []
        self._is_titled = True
        self._is_quoted = False

    def read(self, block: list[str]) -> None:
        if _is_heading(block):
            self._heading(_joined(block))
            return
        for lines in _units(block):
            self._unit(_indent(lines[0]), _joined(lines))

    def finish(self) -> tuple[Section, ...]:
        self._end_section()
        while self._levels:
            self._leave()
        return self._outline.finish()

    def _heading(self, words: str) -> None:
        level = _LEVEL.fullmatch(words)
        if level:
            self._end_section()
            name = level[1].lower()
            rank = ["division", "title", "subtitle", "part", "chapter"].index(name)
            while (
                self._levels
                and ["division", "title", "subtitle", "part", "chapter"].index(self._levels[-1]) >= rank
            ):
                self._leave()
            heading = tidy_heading(_dashed(level[3])) if level[3] else None
            self._outline.enter(name, level[2], heading)
            self._levels.append(name)
            self._is_titled = heading is not None
            return
        heading = tidy_heading(_dashed(words))
        if heading is None:
            return
        if self._levels and not self._is_titled:
            self._outline.retitle(heading)
            self._is_titled = True
            return
        self._end_section()
        rank_of = "major" if words.isupper() else "small" if words.islower() else "intermediate"
        self._outline.account_heading(rank_of, heading)

    def _unit(self, indent: int, words: str) -> None:
        self._is_titled = True
        section = _SECTION.fullmatch(words)
        if section and indent <= 4 and not self._is_quoted:
            self._end_section()
            rest = section[2]
            heading = tidy_heading(rest) if rest.isupper() else None
            self._section = self._outline.begin_section(section[1], heading)
            if heading:
                return
            words = rest
        elif words.startswith("This Act may be cited as") and self._section is not None and indent == 4:
            self._end_section()
        writer = self._section or self._outline.account()
        was_quoted, self._is_quoted = self._is_quoted, _stays_quoted(words, self._is_quoted)
        self._close_to(writer, indent)
        self._line(writer, indent, words, is_quoted=was_quoted or words.startswith("``("))

    def _line(self, writer: SectionWriter, indent: int, words: str, *, is_quoted: bool) -> None:
        numbered = None if is_quoted else _NUMBERED.fullmatch(words)
        if numbered is None:
            writer.line(_dashed(words), is_quoted=is_quoted)
            return
        label, rest = f"({numbered[1]})", numbered[2]
        headed = _HEADED.fullmatch(rest)
        heading = tidy_heading(_dashed(headed[1])) if headed else None
        inner = headed[2] if headed else rest
        writer.open(label, heading)
        self._depths.append(indent)
        if _NUMBERED.fullmatch(inner) and not is_quoted:  # "(a) Egypt.--(1) …" on one line
            writer.line(printed(label, heading, ""))
            self._line(writer, indent + 1, inner, is_quoted=False)
        else:
            writer.line(printed(label, heading, _dashed(inner)))

    def _close_to(self, writer: SectionWriter, indent: int) -> None:
        while self._depths and self._depths[-1] >= indent:
            self._depths.pop()
            writer.close()

    def _end_section(self) -> None:
        self._depths.clear()
        self._is_quoted = False
        if self._section is not None:
            self._outline.end_section(self._section)
            self._section = None

    def _leave(self) -> None:
        self._levels.pop()
        self._outline.leave()


def _units(block: list[str]) -> Iterator[list[str]]:
    """A block's subdivisions: each begins four deeper than its further lines stand."""
    unit: list[str] = []
    for line in block:
        if unit and _indent(line) % 8 == 4:
            yield unit
            unit = []
        unit.append(line)
    yield unit


def _stays_quoted(words: str, is_quoted: bool) -> bool:
    """Whether an amendment's words go on after this line: what it opens and does not close."""
    opened = words.startswith("``") or is_quoted
    return opened and not re.search(r"''[.;,]*(?: and| or)?$", words)
