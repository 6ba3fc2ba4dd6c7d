"""The forms of content files: what each kind must hold, and the value it becomes. Pure.

A form takes a file in its two parts and gives a value, or reports why there is none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Set
from datetime import date
from typing import NamedTuple

import msgspec

from scrapers.records import BillType
from tracker.content.body import Rendered, render
from tracker.content.fields import SLUG, Fields
from tracker.content.front_matter import Split
from tracker.content.model import (
    BillContent,
    Body,
    CitedSource,
    CountryBrief,
    InternalLink,
    Judgement,
    Kind,
    Page,
    Part,
    Recommendation,
    Signals,
    Source,
    Submission,
    Verdict,
)
from tracker.content.problems import Report
from tracker.content.sourcing import Basis, PublishedOn, ReviewDays

BRIEF_HEADINGS = (
    "What the United States gives",
    "Under what law",
    "What went wrong",
    "What watchdogs found",
    "What Congress is doing",
    "What is not public",
)
"""Every brief has these, in this order, so that readers can compare countries."""

SIGNED = "the editors"
"""Who judges in content. A person signs at the desk, under a login; here no one is named."""

_BRIEF_WORDS = (300, 600)
_PARAGRAPHS = (2, 5)
_BILL_NAME = re.compile(rf"[1-9]\d{{0,2}}-(?:{'|'.join(BillType)})-[1-9]\d{{0,4}}", re.ASCII)
_DEADLINE_NAME = re.compile(
    rf"[1-9]\d{{0,2}}-(?:{'|'.join(BillType)})-[1-9]\d{{0,4}}(?:-[a-z0-9]+)+", re.ASCII
)
_COUNTRY_NAME = re.compile(r"[A-Z]{3}")
_PROMISE_NAME = re.compile(r"ppd23-(goal|guideline)-([1-9])")
_ENTRY = re.compile(r"[a-z]+(?:-[a-z]+)*:[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")
_ITEM = re.compile(r"[a-z]+(?:-[a-z]+)*:[A-Za-z0-9]+(?:[-.][A-Za-z0-9]+)*")
_BRIEF_HEADING = re.compile(r"^ {0,3}##(?!#)\s*(.*?)[\s#]*$")

_SHORTEST_PHRASE = 4


class Known(NamedTuple):
    """What files are checked against. None means that there is nothing to check against.

    `entries` are the vocabulary's keys, `targets` the recommendations and promises that there are files of.
    """

    targets: Set[str]
    entries: Set[str] | None = None
    today: date | None = None


class File(NamedTuple):
    """A content file: its name without the ending, and what it holds."""

    name: str
    parts: Split
    fields: Fields
    report: Report
    known: Known


Made = tuple[msgspec.Struct, tuple[InternalLink, ...]]
Form = Callable[[File], Made]
"""Reads a file. When it reported problems, what it gives is never used."""


def recommendation(file: File) -> Made:
    """`recommendations/SLUG.md`."""
    kind = file.fields.choice("kind", Kind)
    if kind is not Kind.RECOMMENDATION:
        file.fields.problem("kind", f'expected "{Kind.RECOMMENDATION}" in this folder')
    check_name(file, SLUG, "small-letters-and-hyphens.md")
    parts = [(fields.line, _part(fields)) for fields in file.fields.tables("parts")]
    check_distinct(file, "parts", [(line, part.key) for line, part in parts])
    return _recommendation(file, kind, file.fields.number("number"), tuple(part for _, part in parts))


def promise(file: File) -> Made:
    """`promises/ppd23-goal-1.md`."""
    kind = file.fields.choice("kind", Kind)
    number = file.fields.number("number")
    check_name(file, _PROMISE_NAME, "ppd23-goal-1.md or ppd23-guideline-1.md")
    named = _PROMISE_NAME.fullmatch(file.name)
    if named and named[1] != kind:
        file.fields.problem("kind", f'expected "{named[1]}", as the file is named')
    if named and int(named[2]) != number:
        file.fields.problem("number", f"expected {named[2]}, as the file is named")
    return _recommendation(file, kind, number, ())


def bill(file: File) -> Made:
    """`bills/119-s-1780.md`."""
    check_name(file, _BILL_NAME, "a bill's key, such as 119-s-1780.md")
    fields = file.fields
    judgements = [
        (each.line, _judgement(each, file.known)) for each in fields.tables("judgements", may_be_empty=True)
    ]
    # A measure may advance a recommendation with one provision and weaken it with another.
    said = [(line, f"{judgement.verdict} {judgement.target}") for line, judgement in judgements]
    check_distinct(file, "judgements", said)
    body, links = _body(file)
    made = BillContent(
        key=file.name,
        does=fields.sentence("does"),
        rests_on=tuple(checked_basis(each, file.known) for each in fields.tables("rests_on")),
        judgements=tuple(judgement for _, judgement in judgements),
        body=body,
        **review(file),
    )
    return made, links


def brief(file: File) -> Made:
    """`countries/EGY.md`."""
    _check_country(file)
    listed = [_listed_source(each, file.known) for each in file.fields.tables("sources")]
    check_distinct(file, "sources", [(line, source.id) for line, source in listed])
    ids = {each.source.id for each in listed}
    rendered = render(file.parts.body, file.parts.body_line, ids, file.report)
    links: tuple[InternalLink, ...] = ()
    if rendered:
        _check_sources_are_cited(file, listed, rendered)
        _check_headings(file)
        _check_length(file, rendered.body.words, _BRIEF_WORDS, "words")
        links = (*rendered.links, *_held(file, listed))
    made = CountryBrief(
        code=file.name,
        title=file.fields.text("title"),
        lead=file.fields.sentence("lead"),
        sources=_in_order(listed, rendered) if rendered else (),
        body=rendered.body if rendered else Body(),
        **review(file),
    )
    return made, links


def submission(file: File) -> Made:
    """`submissions/119-hr-7148-f-7041-c-30-days.md`: what is public of something that an act orders."""
    check_name(file, _DEADLINE_NAME, "a deadline's key, such as 119-hr-7148-f-7041-c-30-days.md")
    fields, today = file.fields, file.known.today
    if file.parts.body.strip():
        file.report.add(file.parts.body_line, "nothing stands below the front matter here")
    made = Submission(
        key=file.name,
        on=fields.published("on", not_after=today),
        says=fields.sentence("says"),
        sources=tuple(checked_basis(each, file.known) for each in fields.tables("sources")),
        by=fields.text("by"),
        signed_on=fields.day("signed_on", not_after=today),
    )
    if made.by and made.by != SIGNED:
        fields.problem("by", f'in content only "{SIGNED}" sign, found "{made.by}"')
    return made, ()


def page(file: File) -> Made:
    """`pages/SLUG.md`."""
    check_name(file, SLUG, "small-letters-and-hyphens.md")
    body, links = _body(file, is_needed=True)
    title = file.fields.text("title")
    made = Page(slug=file.name, title=title, body=body, **review(file))
    return made, links


# --- what several forms hold --------------------------------------------------------------------------------


def check_name(file: File, form: re.Pattern[str], example: str) -> None:
    if not form.fullmatch(file.name):
        file.report.add(1, f"the file's name must be {example}")


def check_distinct(file: File, field: str, said: list[tuple[int, str]]) -> None:
    seen: set[str] = set()
    for line, words in said:
        if words and words in seen:
            file.report.add(line, f'"{words}" is there twice', field)
        seen.add(words)


def review(file: File) -> ReviewDays:
    """When the file was last read through, and by when it is to be read again."""
    reviewed_on = file.fields.day("reviewed_on", not_after=file.known.today)
    review_due = file.fields.day("review_due")
    if review_due <= reviewed_on != date.min and review_due != date.min:
        file.fields.problem("review_due", f"must come after reviewed_on, {reviewed_on}")
    return {"reviewed_on": reviewed_on, "review_due": review_due}


def _body(file: File, *, is_needed: bool = False) -> tuple[Body, tuple[InternalLink, ...]]:
    """A body that cites no sources of its own."""
    rendered = render(file.parts.body, file.parts.body_line, (), file.report)
    if rendered is None:
        return Body(), ()
    if is_needed and not rendered.body.words:
        file.report.add(file.parts.body_line, "the text is missing")
    return rendered.body, rendered.links


def _check_length(file: File, length: int, bounds: tuple[int, int], unit: str) -> None:
    least, most = bounds
    if not least <= length <= most:
        file.report.add(file.parts.body_line, f"the text must have {least} to {most} {unit}; it has {length}")


# --- recommendations and promises ---------------------------------------------------------------------------


def _recommendation(file: File, kind: Kind, number: int, parts: tuple[Part, ...]) -> Made:
    fields = file.fields
    rendered = render(file.parts.body, file.parts.body_line, (), file.report)
    if rendered:
        _check_length(file, rendered.paragraphs, _PARAGRAPHS, "paragraphs")
    made = Recommendation(
        slug=file.name,
        kind=kind,
        number=number,
        title=fields.text("title"),
        source=_source(file),
        asks=fields.sentence("asks"),
        of=tuple(stated.text for stated in fields.texts("of")),
        parts=parts,
        indicators=tuple(stated.text for stated in fields.texts("indicators")),
        signals=_signals(fields.table("signals"), file),
        body=rendered.body if rendered else Body(),
        **review(file),
    )
    return made, rendered.links if rendered else ()


def _source(file: File) -> Source:
    fields = file.fields.table("source")
    if fields is None:
        return Source(publisher="", title=None, date=PublishedOn(1), url="")
    source = Source(
        publisher=fields.text("publisher"),
        title=fields.optional_text("title"),
        date=fields.published("date", not_after=file.known.today),
        url=fields.url("url"),
    )
    fields.finish()
    return source


def _part(fields: Fields) -> Part:
    part = Part(fields.slug("key"), fields.sentence("asks"))
    fields.finish()
    return part


def _signals(fields: Fields | None, file: File) -> Signals:
    if fields is None:
        return Signals((), ())
    entries = fields.texts("entries", may_be_empty=True)
    phrases = fields.texts("phrases", may_be_empty=True)
    fields.finish()
    if not entries and not phrases:
        file.fields.problem("signals", "expected `entries` or `phrases`")
    for line, key in entries:
        if not _ENTRY.fullmatch(key):
            file.report.add(
                line, f'expected a key such as authority:leahy-law, found "{key}"', "signals.entries"
            )
        elif file.known.entries is not None and key not in file.known.entries:
            file.report.add(line, f"the vocabulary has no {key}", "signals.entries")
    for line, phrase in phrases:
        if len(phrase) < _SHORTEST_PHRASE:
            file.report.add(line, f'"{phrase}" is too short to mean anything', "signals.phrases")
    return Signals(tuple(stated.text for stated in entries), tuple(stated.text for stated in phrases))


# --- bills --------------------------------------------------------------------------------------------------


def checked_basis(fields: Fields, known: Known, *, with_part: bool = False) -> Basis:
    basis = Basis(
        fields.text("title"),
        fields.url("url"),
        fields.published("date", not_after=known.today),
        fields.text("part") if with_part else None,
    )
    fields.finish()
    return basis


def _judgement(fields: Fields, known: Known) -> Judgement:
    judgement = Judgement(
        fields.text("target"),
        fields.choice("verdict", Verdict),
        fields.day("on", not_after=known.today),
        fields.text("by"),
        fields.sentence("reason"),
    )
    fields.finish()
    if judgement.target and judgement.target not in known.targets:
        fields.problem("target", f'there is no recommendation or promise "{judgement.target}"')
    if judgement.by and judgement.by != SIGNED:
        fields.problem("by", f'in content only "{SIGNED}" sign, found "{judgement.by}"')
    return judgement


# --- briefs -------------------------------------------------------------------------------------------------


def _check_country(file: File) -> None:
    check_name(file, _COUNTRY_NAME, "a country's three capital letters (ISO 3166), such as EGY.md")
    entries = file.known.entries
    if entries is not None and _COUNTRY_NAME.fullmatch(file.name) and f"country:{file.name}" not in entries:
        file.report.add(1, f"the vocabulary has no country:{file.name}")


class _Listed(NamedTuple):
    """A source before it is known where the text cites it, with its line in the file."""

    line: int
    source: CitedSource


def _listed_source(fields: Fields, known: Known) -> _Listed:
    item = fields.optional_text("item")
    if item is not None and not _ITEM.fullmatch(item):
        fields.problem("item", f'expected an item\'s key such as bill:119-hr-7148, found "{item}"')
    source = CitedSource(
        id=fields.slug("id"),
        number=0,
        publisher=fields.text("publisher"),
        title=fields.text("title"),
        date=fields.published("date", not_after=known.today),
        url=fields.url("url"),
        references=(),
        item=item,
        path=_path(item) if item else None,
    )
    fields.finish()
    return _Listed(fields.line, source)


def _path(item: str) -> str:
    """The page of an item: `bill:119-s-1780` has /bills/119-s-1780."""
    kind, _, key = item.partition(":")
    return f"/countries/{key}" if kind == "country" else f"/{kind}s/{key}"


def _check_sources_are_cited(file: File, listed: list[_Listed], rendered: Rendered) -> None:
    for line, source in listed:
        if source.id and source.id not in rendered.cited:
            file.report.add(line, f'nothing in the text cites "{source.id}"', "sources")


def _in_order(listed: list[_Listed], rendered: Rendered) -> tuple[CitedSource, ...]:
    """The cited sources, numbered as the text cites them."""
    by_id = {source.id: source for _, source in listed}
    return tuple(
        msgspec.structs.replace(by_id[source_id], number=number, references=references)
        for number, (source_id, references) in enumerate(rendered.cited.items(), start=1)
    )


def _held(file: File, listed: list[_Listed]) -> list[InternalLink]:
    """Pages of ours that sources name."""
    return [InternalLink(file.report.file, line, source.path) for line, source in listed if source.path]


def _check_headings(file: File) -> None:
    """The six headings, each with words below it."""
    found: list[tuple[int, str]] = []
    filled: set[int] = set()
    for number, line in enumerate(file.parts.body.split("\n"), start=file.parts.body_line):
        heading = _BRIEF_HEADING.match(line)
        if heading:
            found.append((number, heading[1]))
        elif line.strip() and not line.lstrip().startswith("#"):
            filled.add(found[-1][0] if found else 0)
    names = [name for _, name in found]
    for name in BRIEF_HEADINGS:
        if name not in names:
            file.report.add(file.parts.body_line, f'the heading "## {name}" is missing')
    for place, (number, name) in enumerate(found):
        if name in names[:place]:
            file.report.add(number, f'"## {name}" is there twice')
        elif name not in BRIEF_HEADINGS:
            file.report.add(number, f'"## {name}" is not one of the six headings of a brief')
        elif number not in filled:
            file.report.add(number, f'nothing stands below "## {name}"')
    if sorted(names) == sorted(BRIEF_HEADINGS) and tuple(names) != BRIEF_HEADINGS:
        misplaced = next(place for place, name in enumerate(names) if name != BRIEF_HEADINGS[place])
        number, name = found[misplaced]
        file.report.add(number, f'"## {BRIEF_HEADINGS[misplaced]}" belongs here, not "## {name}"')
    if 0 in filled:
        file.report.add(file.parts.body_line, f'the text must begin with "## {BRIEF_HEADINGS[0]}"')
