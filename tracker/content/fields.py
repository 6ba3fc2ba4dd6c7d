"""One table of front matter, read field by field and strictly. Pure.

What is wrong is reported and a harmless value stands in, so that a file's problems are all found in one reading.
A file with a problem is never used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import NamedTuple, TypeVar

from tracker.content.front_matter import Listing, Node, Scalar, Table, unfit_character
from tracker.content.problems import Report
from tracker.content.sourcing import PublishedOn

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

_MOST_CHARACTERS = 1000
_URL = re.compile(r"https://(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d{1,5})?(?:[/?#][^\s<>\"\\]*)?", re.IGNORECASE)
_BLANKS = re.compile(r"[ \n]+")
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
_FOOTNOTE = re.compile(r"\[\^")

_SENTENCE_END = re.compile(r"""[.!?]["'”’)\]]*$""")
_SENTENCE_BREAK = re.compile(r"""(\S+?)[.!?]["'”’)\]]* (?=["'“‘(]?[A-Z0-9])""")
_SHORT_FORM = re.compile(
    r"(?:.*[(\"“‘])?(?:(?:[A-Za-z]\.)*[A-Z]|(?:.*\.)?(?:Res|Con)|No|Nos|Sec|Pub|Stat|Art|Mr|Ms|Mrs|Dr|St|Gen|Sen|Rep|vs|cf|e\.g|i\.e)"
)
"""What a full stop may follow within a sentence: "U.S.", "H.Con.Res.", "No."."""

Choice = TypeVar("Choice", bound=StrEnum)


class Stated(NamedTuple):
    """One entry of a list, with its line."""

    line: int
    text: str


class Fields:
    """A table's fields. Ask for each, then `finish`: what nobody asked for is a problem."""

    def __init__(self, table: Table, report: Report, path: str = "") -> None:
        self.line = table.line
        self._entries = table.entries
        self._report = report
        self._path = path
        self._asked: set[str] = set()

    def problem(self, name: str, message: str) -> None:
        """Report what is wrong with a field, at its line."""
        node = self._entries.get(name)
        self._report.add(node.line if node else self.line, message, self._path + name)

    def finish(self) -> None:
        """Report the fields that are none."""
        for name in self._entries.keys() - self._asked:
            known = ", ".join(sorted(self._asked))
            self.problem(name, f"there is no such field; there are: {known}")

    def text(self, name: str) -> str:
        """Words, not empty."""
        return self._text(name) or ""

    def optional_text(self, name: str) -> str | None:
        """Words, or None where the field is not there."""
        self._asked.add(name)
        return self._text(name) if name in self._entries else None

    def sentence(self, name: str) -> str:
        """Exactly one sentence, with its full stop."""
        words = self.text(name)
        problem = sentence_problem(words) if words else None
        if problem:
            self.problem(name, problem)
        return words

    def day(self, name: str, *, not_after: date | None = None) -> date:
        """An ISO date."""
        words = self.text(name)
        published = published_on(words)
        if words and (published is None or published.day is None):
            self.problem(name, f'expected a date such as 2026-11-22, found "{words}"')
        day = published.earliest if published else date.min
        self._check_past(name, day, not_after)
        return day

    def optional_day(self, name: str) -> date | None:
        """An ISO date, or None where the field is not there."""
        return None if self.optional_text(name) is None else self.day(name)

    def published(self, name: str, *, not_after: date | None = None) -> PublishedOn:
        """An ISO date, or as much of one as is known."""
        words = self.text(name)
        published = published_on(words)
        if published is None:
            if words:
                self.problem(name, f'expected a date such as 2013-04-05, 2013-04 or 2013, found "{words}"')
            return PublishedOn(1)
        self._check_past(name, published.earliest, not_after)
        return published

    def number(self, name: str) -> int:
        """A whole number from 1."""
        words = self.text(name)
        if words and not re.fullmatch(r"[1-9][0-9]{0,2}", words):
            self.problem(name, f'expected a number from 1, found "{words}"')
            return 0
        return int(words or 0)

    def url(self, name: str) -> str:
        """A web address that begins with https://."""
        words = self.text(name)
        if words and not is_web_address(words):
            self.problem(name, f'expected an address that begins with https://, found "{words}"')
        return words

    def slug(self, name: str) -> str:
        """Small letters, digits and hyphens."""
        words = self.text(name)
        if words and not SLUG.fullmatch(words):
            self.problem(name, f'expected small letters, digits and single hyphens, found "{words}"')
        return words

    def choice(self, name: str, among: type[Choice]) -> Choice:
        """One of the words of an enumeration."""
        words = self.text(name)
        choices = {member.value: member for member in among}
        if words and words not in choices:
            listed = " or ".join(f'"{choice}"' for choice in choices)
            self.problem(name, f'expected {listed}, found "{words}"')
        return choices.get(words, next(iter(among)))

    def texts(self, name: str, *, may_be_empty: bool = False) -> tuple[Stated, ...]:
        """A list of words; each is there once."""
        stated: dict[str, Stated] = {}
        for position, node in enumerate(self._list(name, may_be_empty=may_be_empty)):
            path = f"{self._path}{name}[{position}]"
            words = self._words(node, path)
            if words and words.casefold() in stated:
                self._report.add(node.line, f'"{words}" is there twice', path)
            elif words:
                stated[words.casefold()] = Stated(node.line, words)
        return tuple(stated.values())

    def table(self, name: str) -> Fields | None:
        """A field that has fields."""
        node = self._node(name)
        if node is None:
            return None
        return self._inner(node, f"{self._path}{name}")

    def tables(self, name: str, *, may_be_empty: bool = False) -> Iterator[Fields]:
        """A list whose entries have fields."""
        for position, node in enumerate(self._list(name, may_be_empty=may_be_empty)):
            inner = self._inner(node, f"{self._path}{name}[{position}]")
            if inner:
                yield inner

    def _inner(self, node: Node, path: str) -> Fields | None:
        if isinstance(node, Table):
            return Fields(node, self._report, f"{path}.")
        self._report.add(node.line, "expected fields, each as `name: value`", path)
        return None

    def _node(self, name: str) -> Node | None:
        self._asked.add(name)
        node = self._entries.get(name)
        if node is None:
            self.problem(name, "is missing")
        return node

    def _text(self, name: str) -> str | None:
        node = self._node(name)
        return self._words(node, self._path + name) if node else None

    def _words(self, node: Node, path: str) -> str | None:
        if not isinstance(node, Scalar):
            self._report.add(node.line, "expected words, found a list or fields", path)
            return None
        words = _BLANKS.sub(" ", node.text).strip()
        unfit = unfit_character(words)
        if unfit:
            self._report.add(node.line, f"a character that nobody sees: {unfit}", path)
        elif not words:
            self._report.add(node.line, "is empty", path)
        elif len(words) > _MOST_CHARACTERS:
            self._report.add(node.line, f"longer than {_MOST_CHARACTERS} characters", path)
        elif _FOOTNOTE.search(words):
            self._report.add(node.line, "references to sources ([^…]) belong in the text below", path)
        else:
            return words
        return None

    def _list(self, name: str, *, may_be_empty: bool) -> tuple[Node, ...]:
        self._asked.add(name)
        if may_be_empty and name not in self._entries:
            return ()
        node = self._node(name)
        if node is None:
            return ()
        if not isinstance(node, Listing):
            self.problem(name, "expected a list")
            return ()
        if not node.entries and not may_be_empty:
            self.problem(name, "is empty")
        return node.entries

    def _check_past(self, name: str, day: date, not_after: date | None) -> None:
        if not_after is not None and day > not_after:
            self.problem(name, f"lies in the future: today is {not_after}")


def is_web_address(words: str) -> bool:
    """Whether the words are an https address and nothing else."""
    return bool(_URL.fullmatch(words))


def published_on(words: str) -> PublishedOn | None:
    """What an ISO date says, whole or without its day or month."""
    found = _DATE.fullmatch(words)
    if not found:
        return None
    pieces = [int(piece) for piece in found.groups() if piece]
    try:
        date(*pieces, *[1] * (3 - len(pieces)))
    except ValueError:
        return None
    return PublishedOn(*pieces)


def sentence_problem(words: str) -> str | None:
    """Why the words are not exactly one sentence; None when they are."""
    return sentences_problem(words, 1)


def sentences_problem(words: str, most: int) -> str | None:
    """Why the words are not whole sentences, `most` of them at the most; None when they are."""
    if not _SENTENCE_END.search(words):
        return "expected a sentence that ends with a full stop"
    breaks = [found for found in _SENTENCE_BREAK.finditer(words) if not _SHORT_FORM.fullmatch(found[1])]
    if len(breaks) < most:
        return None
    expected = "one sentence" if most == 1 else f"at most {most} sentences"
    return f'expected {expected}; another begins after "{breaks[most - 1][0].strip()}"'
