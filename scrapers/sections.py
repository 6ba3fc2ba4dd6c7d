"""The words of a bill as sections: what all readers of a text's formats write into. Pure.

A section's text is one line for each of its subdivisions, beginning with the subdivision's number and heading as
they are printed: "(3) Certification and report.—Funds appropriated …". Quotation marks, dashes and blanks are the
same whatever the format, so that two versions of a text can be compared word by word.
"""

from __future__ import annotations

import re

from scrapers.records import Part, Section, Step

_MARKS = {
    "‘": "'",
    "’": "'",
    "``": "“",
    "''": "”",
    "\u00a0": " ",
    "\u2009": " ",
    "\u2002": " ",
    "\u2003": " ",
}
_MARK = re.compile("|".join(_MARKS))
_SOFT_HYPHEN = re.compile("\u00ad\\s*")
_SMALL_WORDS = frozenset(
    {"a", "an", "and", "as", "at", "by", "for", "from", "in", "into", "of", "on", "or", "the", "to", "with"}
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def tidy(text: str) -> str:
    """Blanks, quotation marks and apostrophes made one; hyphens that only break a line are gone."""
    if "\u00ad" in text:
        text = _SOFT_HYPHEN.sub("", text)
    return " ".join(_MARK.sub(lambda found: _MARKS[found[0]], text).split())


def tidy_heading(text: str) -> str | None:
    """A heading without its full stop and dash, in title case where the print has it all large or all small."""
    heading = tidy(text).rstrip(".—- ")
    if heading.isupper() or heading.islower():
        heading = _title_case(heading.lower())
    return heading or None


def _title_case(heading: str) -> str:
    def large(found: re.Match[str]) -> str:
        word = found[0]
        return word if word in _SMALL_WORDS and found.start() else word[0].upper() + word[1:]

    return _WORD.sub(large, heading)


class SectionWriter:
    """Builds one section line by line, keeping where each subdivision begins and ends."""

    def __init__(self, steps: tuple[Step, ...], number: str | None, heading: str | None) -> None:
        self.steps = steps
        self.number = number
        self.heading = heading
        self._pieces: list[str] = []
        self._length = 0
        self._open: list[tuple[str, int, str | None]] = []
        self._parts: list[Part] = []
        self._quoted: list[tuple[int, int]] = []

    @property
    def is_empty(self) -> bool:
        return not self._pieces

    def line(self, text: str, *, is_quoted: bool = False) -> None:
        """A further line; empty ones are left out."""
        if not text:
            return
        if self._pieces:
            self._pieces.append("\n")
            self._length += 1
        if is_quoted:
            self._quoted.append((self._length, self._length + len(text)))
        self._pieces.append(text)
        self._length += len(text)

    def open(self, label: str, heading: str | None) -> None:
        """What follows belongs to this subdivision, until it is closed."""
        start = self._length + (1 if self._pieces else 0)
        self._open.append((label, start, heading))

    def close(self) -> None:
        label, start, heading = self._open.pop()
        if self._length > start:
            path = "".join(one for one, _, _ in self._open) + label
            self._parts.append(Part(path, start, self._length, heading))

    def section(self) -> Section:
        """The section as it stands; subdivisions in their order, the outer one first."""
        while self._open:
            self.close()
        return Section(
            steps=self.steps, text="".join(self._pieces), number=self.number, heading=self.heading,
            parts=tuple(sorted(self._parts, key=lambda part: (part.start, -part.end))),
            quoted=_joined(self._quoted),
        )  # fmt: skip


def printed(number: str, heading: str | None, text: str) -> str:
    """A subdivision's first line as it is printed."""
    return " ".join(filter(None, (number, f"{heading}.—{text}" if heading else text)))


def _joined(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Lines that follow each other as one span."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and joined[-1][1] + 1 == start:
            joined[-1] = joined[-1][0], end
        else:
            joined.append((start, end))
    return tuple(joined)


class Outline:
    """Where in a text we are, and the sections gathered so far.

    Appropriations print an account's heading over its paragraphs and a group's heading over numbered sections
    alike; which of them it was is known when the next thing comes.
    """

    def __init__(self) -> None:
        self.sections: list[Section] = []
        self._steps: list[Step] = []
        self._major: Step | None = None
        self._intermediate: Step | None = None
        self._small: str | None = None
        self._pending: str | None = None
        self._is_after_section = False
        self._account: SectionWriter | None = None

    def enter(self, level: str, number: str | None, heading: str | None) -> None:
        """A division, title, subtitle …"""
        self._end_account()
        self._forget_headings()
        self._steps.append(Step(level, number, heading))

    def leave(self) -> None:
        self._end_account()
        self._forget_headings()
        self._steps.pop()

    def retitle(self, heading: str) -> None:
        """The heading of the level entered last, where it is printed on a line of its own."""
        self._steps[-1] = Step(self._steps[-1].level, self._steps[-1].number, heading)

    def account_heading(self, level: str, heading: str) -> None:
        """A heading of the kinds that appropriations have: major, intermediate, small."""
        if heading.startswith("("):  # "(including transfer of funds)": said of what stands above it
            return
        self._end_account()
        if level == "major":
            self._major, self._intermediate, self._small = Step(level, None, heading), None, None
        elif level == "intermediate":
            self._intermediate, self._small = Step(level, None, heading), None
        else:
            self._small = heading
        self._pending = heading
        self._is_after_section = False

    def account(self) -> SectionWriter:
        """Where the paragraphs under the present headings go."""
        if self._account is None:
            groups = [step for step in (self._major, self._intermediate) if step]
            heading = self._small
            if self._is_after_section:  # "This division may be cited as …"
                groups = []
            elif heading is None and groups:
                heading = groups.pop().heading
            self._account = SectionWriter((*self._steps, *groups), None, heading)
        self._pending = None
        return self._account

    def begin_section(self, number: str | None, heading: str | None) -> SectionWriter:
        """A numbered section; a heading printed over it names it where it has none of its own."""
        self._end_account()
        if heading is None or heading.startswith("("):
            heading = self._pending
        self._small = self._pending = None
        self._is_after_section = True
        return SectionWriter(tuple(self._steps), number, heading)

    def end_section(self, writer: SectionWriter) -> None:
        if not writer.is_empty or writer.number:
            self.sections.append(writer.section())

    def finish(self) -> tuple[Section, ...]:
        self._end_account()
        return tuple(self.sections)

    def _forget_headings(self) -> None:
        self._major = self._intermediate = self._small = self._pending = None
        self._is_after_section = False

    def _end_account(self) -> None:
        if self._account is not None and not self._account.is_empty:
            self.sections.append(self._account.section())
        self._account = None
