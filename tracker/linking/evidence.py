"""What linking reads and what it says: fields of an item in, proposed links with their words out. Pure values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

import msgspec

SCOPE = "scope:security-assistance"
"""The target of the link that says an item concerns U.S. security assistance."""

CONFIDENT = 70
"""From this score (0 to 100) an automatic link is shown; below it waits for an editor."""

KEPT = 5
"""How many pieces of evidence a link keeps."""


class FieldName(StrEnum):
    """Where words stood. Weight is given by the rules: a subject or a title says more than a list in a text."""

    TITLE = "title"
    OTHER_TITLE = "other-title"
    SUBJECT = "subject"
    POLICY_AREA = "policy-area"
    SUMMARY = "summary"
    TEXT = "text"
    FINDING = "finding"
    """No field of an item: what the editors say a report found. Only evidence has it."""


class Field(NamedTuple):
    """One piece of an item's text, plain, as we hold it. `label` names the document ("Introduced in Senate")."""

    name: FieldName
    text: str
    label: str = ""


class Described(NamedTuple):
    """All that linking may look at of one item. `committees` are system codes (`hsfa00`)."""

    key: str
    kind: str
    fields: tuple[Field, ...]
    policy_area: str | None = None
    committees: frozenset[str] = frozenset()


class Match(NamedTuple):
    """A vocabulary entry's words in a text: `text[start:end]`, offsets in code points.

    `form` is the entry's list that the words stand in: names, people, capitals, doubtful, phrases, acronyms.
    """

    entry: str
    start: int
    end: int
    form: str


class Evidence(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a link stands: the rule, and the words with where they stood.

    `words` are exactly those at `start` (code points) in the field's text; `quote` is what stands around them,
    with `words` beginning at `at` in it. A rule about codes (a committee, a policy area) has empty words.
    """

    rule: str
    field: FieldName
    score: int
    words: str = ""
    start: int = 0
    quote: str = ""
    at: int = 0
    label: str = ""


class Proposed(NamedTuple):
    """A link that the rules would make, to `country:EGY` or `recommendation:SLUG`; strongest words first."""

    target: str
    score: int
    evidence: tuple[Evidence, ...]


Found = Sequence[Sequence[Match]]
"""Matches of each of an item's fields, in the fields' order."""

READ = 500
"""How often one entry is read in a field. What is named more often than that is named."""


def first_of_each(matches: Sequence[Match]) -> Sequence[Match]:
    """The matches without the further ones of an entry that a field repeats endlessly."""
    if len(matches) <= READ:
        return matches
    seen: Counter[str] = Counter()
    kept = []
    for match in matches:
        seen[match.entry] += 1
        if seen[match.entry] <= READ:
            kept.append(match)
    return kept


_AROUND = 90


def evidence_of(rule: str, field: Field, match: Match, score: int) -> Evidence:
    """The match with the words around it, cut at blanks, so that a reader sees the sentence it stood in."""
    begin = max(0, match.start - _AROUND)
    end = min(len(field.text), match.end + _AROUND)
    if begin:
        begin = min(field.text.find(" ", begin, match.start) + 1 or begin, match.start)
    if end < len(field.text):
        end = max(field.text.rfind(" ", match.end, end), match.end)
    return Evidence(
        rule, field.name, score,
        words=field.text[match.start : match.end], start=match.start,
        quote=field.text[begin:end], at=match.start - begin, label=field.label,
    )  # fmt: skip
