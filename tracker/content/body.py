"""Our Markdown into HTML that may stand in a page: sanitised, references numbered, headings with ids. Pure.

The Markdown is a small part of it: paragraphs, lists, quotations, tables, emphasis, links and headings from `##`.
What it leaves out is reported, never passed through. `[^id]` refers to a source of the front matter; sources are
numbered in the order in which the text cites them, and each number leads to the list and back.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from html import escape, unescape
from typing import NamedTuple

import markdown
import nh3

from tracker.content.fields import is_web_address
from tracker.content.model import Body, CitedSource, Heading, InternalLink
from tracker.content.problems import Report
from tracker.sanitise import plain_text

MOST_CHARACTERS = 12_000

_MOST_BRACKETS = 300
"""Python-Markdown looks for the end of a link from each bracket on: ten thousand open ones would take minutes."""

_UNUSED = tuple(
    (re.compile(pattern), message)
    for pattern, message in (
        (r"^[ >*+0-9.-]*#(?!#)", "headings begin at ##: the page's title is its only #"),
        (r"^[ >*+0-9.-]*####", "headings are ## or ###"),
        (r"^[ >*+0-9.-]*#+.*\[\^", "a reference to a source does not belong in a heading"),
        (
            r"^ {0,3}(=+|-{2,}|(\* ?){3,}|(_ ?){3,})\s*$",
            "rules and underlined headings are not used: write ##",
        ),
        (r"<(?!https://)[A-Za-z/!?]", "HTML is not used here"),
        (r"^\s*(```|~~~)", "code is not used here"),
        (r"!\[", "images are not used here"),
        (
            r"^ {0,3}\[[^\]]*\]:",
            "footnotes and addresses are not defined in the text: sources stand in `sources`",
        ),
        (r"\[[^\[\]]*\[\^[^\]]*\][^\[\]]*\]\(", "a reference to a source does not belong inside a link"),
    )
)
_REFERENCE = re.compile(r"\[\^([^\]\n]*)\]")
_LINK = re.compile(r'<a href="([^"]*)"')
_HEADING = re.compile(r"<h([23])>(.*?)</h\1>", re.DOTALL)
_HEADING_WITH_ID = re.compile(r"<h([23]) id=.*?</h\1>", re.DOTALL)
_INTERNAL = re.compile(r"(/(?!/)[A-Za-z0-9/_.~-]*)(\?[A-Za-z0-9=&_.+%:-]*)?(#[A-Za-z0-9_-]+)?")

# Stand-ins for references while the text is rendered and sanitised: private characters, refused in what is written.
_OPEN, _CLOSE = "\ue000", "\ue001"
_STAND_IN = re.compile(f"{_OPEN}(\\d+)\\.(\\d+){_CLOSE}")

_CLEANER = nh3.Cleaner(
    tags={
        "p", "br", "h2", "h3", "strong", "em", "ul", "ol", "li", "blockquote", "a",
        "table", "thead", "tbody", "tr", "th", "td",
    },
    attributes={"a": {"href"}},
    url_schemes={"https"},
    link_rel=None,
)  # fmt: skip


class Rendered(NamedTuple):
    """A body with what its file is checked for. `cited` has the ids of references by source, in order of citing."""

    body: Body
    paragraphs: int
    cited: Mapping[str, tuple[str, ...]]
    links: tuple[InternalLink, ...]


def render(text: str, first_line: int, sources: Collection[str], report: Report) -> Rendered | None:
    """A body as HTML, or None when it cannot be read as our Markdown.

    `first_line` is its place in the file, `sources` are the ids that it may cite.
    """
    if not _is_bearable(text, first_line, report) or _has_unused(text, first_line, report):
        return None
    numbers = _numbers(text, first_line, sources, report)
    numbered, counts = _with_stand_ins(text, numbers)
    try:
        html = _markdown().convert(numbered)
    except RecursionError:
        report.add(first_line, "lists or quotations are nested too deeply")
        return None
    targets = [(_line_of(target, text, first_line), target) for target in _targets(html)]
    html, headings = _with_heading_ids(_CLEANER.clean(html).strip())
    words = len(plain_text(_STAND_IN.sub("", _HEADING_WITH_ID.sub("", html))).split())
    links = tuple(_checked_links(targets, headings, report))
    cited = {source: _reference_ids(number, counts[number]) for source, number in numbers.items()}
    body = Body(_STAND_IN.sub(_reference, html), headings, words)
    return Rendered(body, html.count("<p>"), cited, links)


def source_list(sources: Collection[CitedSource], known: Callable[[str], bool]) -> str:
    """The numbered list that the references of a brief lead to, each entry with its ways back.

    What a source names of ours is linked where `known` says that the site has such a page.
    """
    entries = "\n".join(_source_entry(source, known) for source in sources)
    return f'<ol class="sources">\n{entries}\n</ol>' if sources else ""


# --- before -------------------------------------------------------------------------------------------------


def _is_bearable(text: str, first_line: int, report: Report) -> bool:
    if len(text) > MOST_CHARACTERS:
        report.add(first_line, f"the text is longer than {MOST_CHARACTERS:,} characters")
    elif text.count("[") > _MOST_BRACKETS:
        report.add(first_line, f"more than {_MOST_BRACKETS} brackets")
    else:
        return True
    return False


def _has_unused(text: str, first_line: int, report: Report) -> bool:
    found = [
        (number, message)
        for number, line in enumerate(text.split("\n"), start=first_line)
        for pattern, message in _UNUSED
        if pattern.search(line)
    ]
    for number, message in found:
        report.add(number, message)
    return bool(found)


def _numbers(text: str, first_line: int, sources: Collection[str], report: Report) -> dict[str, int]:
    """The sources that the text cites, numbered in that order; unknown ones are reported."""
    numbers: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), start=first_line):
        for found in _REFERENCE.finditer(line):
            if found[1] in sources:
                numbers.setdefault(found[1], len(numbers) + 1)
            else:
                report.add(number, f'no source has the id "{found[1]}"')
    return numbers


def _with_stand_ins(text: str, numbers: Mapping[str, int]) -> tuple[str, Counter[int]]:
    counts: Counter[int] = Counter()

    def stand_in(found: re.Match[str]) -> str:
        number = numbers.get(found[1])
        if number is None:
            return ""
        counts[number] += 1
        return f"{_OPEN}{number}.{counts[number]}{_CLOSE}"

    return _REFERENCE.sub(stand_in, text), counts


def _markdown() -> markdown.Markdown:
    """Python-Markdown with what we do not use taken out, so that it stays the words it is."""
    converter = markdown.Markdown(extensions=["tables"], output_format="html")
    converter.preprocessors.deregister("html_block")
    for block in ("code", "setextheader", "hr", "reference"):
        converter.parser.blockprocessors.deregister(block)
    for inline in ("html", "automail", "backtick", "image_link", "image_reference", "reference",
                   "short_image_ref", "short_reference"):  # fmt: skip
        converter.inlinePatterns.deregister(inline)
    return converter


# --- after --------------------------------------------------------------------------------------------------


def _with_heading_ids(html: str) -> tuple[str, tuple[Heading, ...]]:
    headings: list[Heading] = []
    taken: set[str] = set()

    def with_id(found: re.Match[str]) -> str:
        text = plain_text(found[2])
        plain = "-".join(re.findall(r"[a-z0-9]+", text.lower())) or "part"
        # "source-1" and its like are the references' own.
        plain = f"part-{plain}" if plain.startswith("source-") else plain
        candidates = (plain if count == 1 else f"{plain}-{count}" for count in range(1, len(taken) + 2))
        heading = Heading(int(found[1]), next(each for each in candidates if each not in taken), text)
        taken.add(heading.id)
        headings.append(heading)
        return f'<h{found[1]} id="{heading.id}">{found[2]}</h{found[1]}>'

    return _HEADING.sub(with_id, html), tuple(headings)


def _targets(html: str) -> Iterator[str]:
    """Where the links lead, before the sanitiser drops what it does not like."""
    return (unescape(found[1]) for found in _LINK.finditer(html))


def _line_of(target: str, text: str, first_line: int) -> int:
    place = text.find(target)
    return first_line + (text.count("\n", 0, place) if place > 0 else 0)


def _checked_links(
    targets: Collection[tuple[int, str]], headings: Collection[Heading], report: Report
) -> Iterator[InternalLink]:
    """The links to pages of ours, which somebody who knows them has to check."""
    ids = {heading.id for heading in headings}
    for line, target in targets:
        internal = _INTERNAL.fullmatch(target)
        if internal:
            yield InternalLink(report.file, line, internal[1])
        elif target.startswith("#"):
            if target[1:] not in ids:
                report.add(line, f'no heading of this text has the id "{target[1:]}"')
        elif not is_web_address(target):
            report.add(
                line, f'a link leads to a page of ours (/…) or to https://, not to "{_printable(target)}"'
            )


def _printable(target: str) -> str:
    return " ".join(_STAND_IN.sub("[^…]", target).split())


# --- references ---------------------------------------------------------------------------------------------


def _reference_id(number: int, count: int) -> str:
    return f"source-{number}-reference-{count}"


def _reference_ids(number: int, count: int) -> tuple[str, ...]:
    return tuple(_reference_id(number, each) for each in range(1, count + 1))


def _reference(found: re.Match[str]) -> str:
    """The number in the text. In brackets, because two beside each other would read as one."""
    number, count = int(found[1]), int(found[2])
    return (
        f'<sup><a href="#source-{number}" id="{_reference_id(number, count)}" role="doc-noteref" '
        f'aria-label="Source {number}">[{number}]</a></sup>'
    )


def _source_entry(source: CitedSource, known: Callable[[str], bool]) -> str:
    is_held = source.path is not None and known(source.path)
    held = f' <a href="{escape(source.path or "")}">What this site holds of it</a>.' if is_held else ""
    back = " ".join(_way_back(source, place) for place in range(len(source.references)))
    return (
        f'<li id="source-{source.number}">{escape(source.publisher)}, '
        f'<a href="{escape(source.url)}">{escape(source.title)}</a>, {escape(source.date.written)}.{held} {back}</li>'
    )


def _way_back(source: CitedSource, place: int) -> str:
    many = len(source.references) > 1
    label = f"Back to where the text cites source {source.number}" + (f", place {place + 1}" if many else "")
    sign = f"↩{place + 1}" if many else "↩"
    return f'<a href="#{source.references[place]}" role="doc-backlink" aria-label="{label}">{sign}</a>'
