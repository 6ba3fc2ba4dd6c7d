"""A section cut into clauses, and what names a clause: its subdivision, headings, countries and accounts. Pure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from scrapers.records import Part, Section
from tracker.linking.evidence import Match
from tracker.linking.match import Matcher
from tracker.provisions.accounts import account_of

_BOUNDARY = re.compile(
    r"\n|(?<=[a-z0-9)”])(?<!\bDr)(?<!\bMr)(?<!\bNo)(?<!\bSt)(?<!\bStat)(?<!\bRept)\. (?=[A-Z“])|: (?=Provided\b)"
)
_HEADINGS = re.compile(r"\bheadings?,? ((?:“[^“”]{3,160}”(?:,? and | and/or |,? or |, )?)+)")
_QUOTED = re.compile(r"“([^“”]+?),?”")
_TITLES = re.compile(
    r"\btitles? ([IVX]+)\b((?:, [IVX]+\b)*)(,? (?:and|through|or) [IVX]+\b)?(?! of (?!this|division))"
)
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
_NAMED_SO = re.compile(
    r"(?:\b(?:for|of|to|in|with|from|and|or|by|between|against|on|central)|,)(?: the| both)? $"
)


class Span(NamedTuple):
    """A piece of a section's text."""

    start: int
    end: int


class Funds(NamedTuple):
    """Accounts or titles that a clause names, and where."""

    start: int
    end: int
    names: tuple[str, ...]


class Passages:
    """One section made ready for the rules. `matches` are those of its whole text."""

    def __init__(self, section: Section, matcher: Matcher) -> None:
        self.section = section
        self.text = section.text
        self._matcher = matcher
        self._starts = [part.start for part in section.parts]

    @cached_property
    def clauses(self) -> list[Span]:
        """Sentences and provisos, each on one line."""
        edges = [0]
        ends = []
        for found in _BOUNDARY.finditer(self.text):
            ends.append(found.start() + (found[0] == ". "))
            edges.append(found.end())
        ends.append(len(self.text))
        return [Span(start, end) for start, end in zip(edges, ends, strict=True) if end > start]

    @cached_property
    def _clause_starts(self) -> list[int]:
        return [clause.start for clause in self.clauses]

    def clause(self, position: int) -> Span:
        """The clause at a position."""
        return self.clauses[max(0, bisect_right(self._clause_starts, position) - 1)]

    def parts_at(self, position: int) -> list[Part]:
        """The subdivisions around a position, the innermost last."""
        before = self.section.parts[: bisect_right(self._starts, position)]
        return [part for part in before if position < part.end]

    def label(self, position: int) -> str:
        around = self.parts_at(position)
        return around[-1].label if around else ""

    def heading(self, position: int) -> str | None:
        """The nearest heading over a position."""
        named = [part.heading for part in self.parts_at(position) if part.heading]
        return named[-1] if named else self.section.heading

    def is_quoted(self, position: int) -> bool:
        return any(start <= position < end for start, end in self.section.quoted)

    def line(self, position: int) -> Span:
        start = self.text.rfind("\n", 0, position) + 1
        end = self.text.find("\n", position)
        return Span(start, len(self.text) if end < 0 else end)

    def leads(self, position: int) -> Iterator[Span]:
        """What introduces the list that a position stands in: the lines over it that end with a dash, nearest first."""
        line = self.line(position)
        for part in reversed(self.parts_at(position)):
            above = self.line(part.start)
            if above.start < line.start and self.text[above.start : above.end].endswith("—"):
                yield above
        first = self.line(0)
        is_above_all = not self.section.parts or first.end <= self.section.parts[0].start
        if is_above_all and first.start < line.start and self.text[first.start : first.end].endswith("—"):
            yield first

    def passage(self, clause: Span) -> Span:
        """A clause with the list that it introduces."""
        if not self.text[clause.start : clause.end].endswith("—"):
            return clause
        inner = [part for part in self.parts_at(clause.start) if part.start <= clause.start]
        end = inner[-1].end if inner else len(self.text)
        return Span(clause.start, end)

    def items(self, clause: Span) -> tuple[str, ...]:
        """The entries of the list that a clause introduces, without their numbers."""
        passage = self.passage(clause)
        if passage.end <= clause.end:
            return ()
        around = self.parts_at(clause.start)
        depth = around[-1].label.count("(") if around else 0
        return tuple(
            self.text[part.start : part.end]
            .partition(") ")[2]
            .partition("\n")[0]
            .rstrip(";. ")
            .removesuffix("; and")
            for part in self.section.parts
            if clause.end < part.start < passage.end and part.label.count("(") == depth + 1
        )

    # --- countries ---

    @cached_property
    def matches(self) -> list[Match]:
        """The countries named in the section. A word that means something else as well needs one that says so."""
        found = [one for one in self._matcher.find(self.text) if one.entry.startswith("country:")]
        sure = [one for one in found if one.form in ("names", "acronyms", "phrases")]
        doubtful = [
            one
            for one in found
            if one.form == "doubtful" and _NAMED_SO.search(self.text, max(0, one.start - 16), one.start)
        ]
        return sorted([*sure, *doubtful], key=lambda one: one.start)

    @cached_property
    def _match_starts(self) -> list[int]:
        return [one.start for one in self.matches]

    def countries(self, span: Span) -> tuple[str, ...]:
        """The countries named in a span, each once, by their codes."""
        begin = bisect_right(self._match_starts, span.start - 1)
        found = []
        for one in self.matches[begin:]:
            if one.start >= span.end:
                break
            found.append(one.entry.partition(":")[2])
        return tuple(dict.fromkeys(found))

    def countries_of(self, position: int, span: Span) -> tuple[str, ...]:
        """The countries of a clause, else of the headings over it, nearest first."""
        found = self.countries(span)
        for part in reversed(self.parts_at(position)):
            if found:
                break
            line = self.line(part.start)
            if part.heading:
                found = self.countries(Span(part.start, part.start + len(part.label) + len(part.heading) + 2))
            if not found and self.text[line.start : line.end].endswith("—"):
                found = self.countries(line)
        return found or next((named for lead in self.leads(position) if (named := self.countries(lead))), ())

    # --- accounts ---

    @cached_property
    def funds(self) -> list[Funds]:
        """Every place that names accounts by their headings, or whole titles."""
        found = []
        for one in _HEADINGS.finditer(self.text):
            names = tuple(dict.fromkeys(account_of(name) for name in _QUOTED.findall(one[1])))
            found.append(Funds(one.start(), one.end(), names))
        found += (Funds(one.start(), one.end(), _titles(one)) for one in _TITLES.finditer(self.text))
        return sorted(found)

    def funds_in(self, span: Span) -> list[Funds]:
        return [one for one in self.funds if span.start <= one.start < span.end]

    @property
    def own_account(self) -> str | None:
        """The account whose paragraphs these are."""
        if self.section.number is None and self.section.heading:
            return account_of(self.section.heading)
        return None

    def funds_of(self, position: int, span: Span) -> tuple[str, ...]:
        """The accounts of a clause, else of what introduces it, else the section's own."""
        for one in (span, *self.leads(position)):
            found = self.funds_in(one)
            if found:
                return tuple(dict.fromkeys(name for each in found for name in each.names))
        return (self.own_account,) if self.own_account else ()


def _titles(found: re.Match[str]) -> tuple[str, ...]:
    numbers = [found[1], *re.findall(r"[IVX]+", found[2] or "")]
    last = re.findall(r"[IVX]+", found[3] or "")
    if last and "through" in found[3] and numbers[-1] in _ROMAN and last[0] in _ROMAN:
        numbers += _ROMAN[_ROMAN.index(numbers[-1]) + 1 : _ROMAN.index(last[0])]
    return tuple(dict.fromkeys(f"title {number}" for number in (*numbers, *last)))
