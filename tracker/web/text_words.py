"""Texts of measures in words: a version and its facts, its lines with their marks, what became of sections. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from markupsafe import Markup

from tracker.provisions.facts import AmountKind, Deadline, Fact, Figure
from tracker.provisions.ladder import Fate
from tracker.provisions.read import Provision, section_path
from tracker.provisions.sides import Line, condition_words
from tracker.provisions.words import rule_words, who_words
from tracker.queries.country_names import all_countries
from tracker.queries.texts import Beside, Placed, TextRow
from tracker.sentences import name_of_key, written_date
from tracker.web.formatting import capital, counted, listed

VERSIONS = {
    "ih": "Introduced in House", "is": "Introduced in Senate", "rh": "Reported in House", "rs": "Reported in Senate",
    "eh": "Passed House", "es": "Passed Senate", "pcs": "Placed on calendar, Senate",
    "pch": "Placed on calendar, House",
    "cps": "Considered and passed Senate", "cph": "Considered and passed House", "rfs": "Referred in Senate",
    "rfh": "Referred in House", "rds": "Received in Senate", "rdh": "Received in House", "eah": "House amendment",
    "eas": "Senate amendment", "ats": "Agreed to, Senate", "ath": "Agreed to, House", "enr": "Enrolled bill",
    "law": "Public law",
}  # fmt: skip


def version_name(text: TextRow) -> str:
    """What a version is called: "Enrolled bill", "Public Law 119-75"."""
    return f"Public Law {text.law}" if text.law else VERSIONS.get(text.version, f"Version {text.version}")


def version_inside(text: TextRow) -> str:
    """The same within a sentence: "enrolled bill", "Public Law 119-75"."""
    name = version_name(text)
    return name if text.law else name[:1].lower() + name[1:]


_MOST_NAMED = 6


def country_names(codes: Sequence[str]) -> str:
    """Countries by name: "Egypt and Israel"; of many the first."""
    known = all_countries()
    names = [known[code].name for code in codes if code in known]
    more = [f"{len(names) - _MOST_NAMED} more"] if len(names) > _MOST_NAMED else []
    return listed(names[:_MOST_NAMED] + more)


def section_title(one: Provision) -> str:
    """A section's heading, or else its number, or else where it stands; a resolution may print none of it."""
    section = one.section
    if section.heading:
        return capital(section.heading)
    if section.number:
        return f"Section {section.number}"
    return capital(section_path(section)) or "Words without number or heading"


def full_name(text: TextRow) -> str:
    day = f", {written_date(text.on)}" if text.on else ""
    return f"{name_of_key(text.bill_key)}, {version_inside(text)}{day}"


# --- one version ------------------------------------------------------------------------------------


class ShownFact(NamedTuple):
    """A fact in words: what sort it is, what it says, where, its exact words, and its anchor in the text."""

    sort: str
    says: str
    label: str
    words: str
    anchor: str


_MONEY = {
    AmountKind.APPROPRIATION: "new money", AmountKind.PORTION: "part of the money above", AmountKind.LIMIT: "limit",
    AmountKind.TRANSFER: "transfer", AmountKind.RESCISSION: "taken back", AmountKind.WITHHELD: "withheld",
    AmountKind.SUBSTITUTED: "in place of another figure", AmountKind.REPLACED: "replaced by another figure",
    AmountKind.AUTHORISATION: "authorised", AmountKind.ESTIMATE: "estimate", AmountKind.THRESHOLD: "threshold",
    AmountKind.MEMO: "memorandum",
}  # fmt: skip


def facts_of(one: Placed) -> list[ShownFact]:
    """The facts of a section in words, conditions first."""
    provision = one.provision
    found: list[tuple[str, str, Fact]] = [
        *(("Condition", capital(condition_words(fact)), fact) for fact in provision.conditions),
        *(("Deadline", f"{who_words(fact)}, {rule_words(fact)}", fact) for fact in provision.deadlines),
        *(("Money", _figure_words(fact), fact) for fact in provision.figures),
    ]
    return [
        ShownFact(sort, says, fact.label, _words(one, fact), f"fact-{number}")
        for number, (sort, says, fact) in enumerate(found)
    ]


def _figure_words(fact: Figure) -> str:
    funds = f", {', '.join(fact.funds)}" if fact.funds else ""
    amended = f" (${fact.effective:,} with the amendments printed after it)" if fact.adjustments else ""
    return f"${fact.dollars:,}{amended}, {_MONEY[fact.kind]}{funds}"


_LONGEST = 600


def _words(one: Placed, fact: Fact) -> str:
    """A fact's exact words; of a figure or deadline the sentence that it stands in."""
    text = one.provision.section.text
    if not text:
        return ""
    if isinstance(fact, Figure | Deadline) and fact.clause_start <= fact.start < fact.end <= fact.clause_end:
        words = text[fact.clause_start : fact.clause_end]
    else:
        words = fact.words
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"


class TextLine(NamedTuple):
    """One subdivision of a text, with the words of its facts marked; `depth` is how far in it stands."""

    html: Markup
    depth: int


def marked_lines(one: Placed) -> list[TextLine]:
    """A section line by line. Where facts overlap, the words are marked once; each has an anchor where it begins."""
    provision, text = one.provision, one.provision.section.text
    facts: list[Fact] = [*provision.conditions, *provision.deadlines, *provision.figures]
    spans = [(fact.start, fact.end, f"fact-{number}") for number, fact in enumerate(facts)]
    depths = {part.start: part.label.count("(") for part in provision.section.parts}
    lines = []
    begin = 0
    for words in text.split("\n"):
        end = begin + len(words)
        depth = next((depth for start, depth in depths.items() if begin <= start < end), 0)
        lines.append(TextLine(_marked(text, begin, end, spans), min(depth, 4)))
        begin = end + 1
    return lines


def _marked(text: str, begin: int, end: int, spans: Sequence[tuple[int, int, str]]) -> Markup:
    inside = [
        (max(start, begin), min(stop, end), start, name)
        for start, stop, name in spans
        if start < end and stop > begin
    ]
    edges = sorted({begin, end, *(edge for start, stop, *_ in inside for edge in (start, stop))})
    made = Markup()
    for start, stop in pairwise(edges):
        for _, _, first, name in inside:
            if first == start:
                made += Markup('<span id="{}"></span>').format(name)
        words = text[start:stop]
        is_fact = any(first <= start and stop <= last for first, last, *_ in inside)
        made += Markup("<mark>{}</mark>").format(words) if is_fact else Markup("{}").format(words)
    return made


def text_sentence(placed: Sequence[Placed], *, everything: bool) -> str:
    """What was read in it."""
    which = (
        "that name a country, an account or a deadline"
        if everything
        else "on foreign and security assistance"
    )
    conditions = sum(len(one.provision.conditions) for one in placed)
    deadlines = sum(len(one.provision.deadlines) for one in placed)
    figures = sum(len(one.provision.figures) for one in placed)
    return (
        f"{capital(counted(len(placed), 'section'))} {which}, with {counted(conditions, 'condition')} on money, "
        f"{counted(deadlines, 'deadline')} and {counted(figures, 'dollar figure')}."
    )


# --- side by side -----------------------------------------------------------------------------------


class Fold(NamedTuple):
    """Lines of a comparison that stand together: differing ones, or a run of unchanged ones to be opened."""

    lines: list[Line]
    is_kept: bool


def folded(lines: Sequence[Line]) -> list[Fold]:
    """Unchanged lines between changed ones gathered, so that they can be closed; one alone stays as it is."""
    folds: list[Fold] = []
    for line in lines:
        if folds and folds[-1].is_kept == line.is_kept:
            folds[-1].lines.append(line)
        else:
            folds.append(Fold([line], line.is_kept))
    return folds


FATES = {
    Fate.CHANGED: "Changed",
    Fate.ADDED: "Added",
    Fate.DROPPED: "Dropped",
    Fate.MOVED: "Moved, in the same words",
    Fate.UNCHANGED: "Unchanged",
}


_NOT_WHOLE = {Fate.ADDED: "Only held of the new text", Fate.DROPPED: "Only held of the old text"}
"""Of a text of which not every section is kept nobody can say here that it lacks one."""


_WITHOUT_WORDS = {
    Fate.CHANGED: "With other facts",
    Fate.MOVED: "Moved, with the same facts",
    Fate.UNCHANGED: "With the same facts",
}


def fate_heading(beside: Beside, fate: Fate) -> str:
    """What became of a section, as far as the two texts let anybody say."""
    words = FATES if beside.sides.is_whole else {**FATES, **_NOT_WHOLE}
    return (words if beside.sides.is_worded else {**words, **_WITHOUT_WORDS})[fate]


def beside_sentence(beside: Beside) -> str:
    """What became of the sections, in numbers."""
    sides = beside.sides
    if not sides.pairs:
        return "Neither text has a section on foreign or security assistance."
    fates = {
        Fate.CHANGED: "changed" if sides.is_worded else "with other facts",
        Fate.ADDED: "added" if sides.is_whole else "only held of the new text",
        Fate.DROPPED: "dropped" if sides.is_whole else "only held of the old text",
        Fate.MOVED: "moved",
        Fate.UNCHANGED: "unchanged" if sides.is_worded else "with the same facts",
    }
    said = [f"{sides.count(fate):,} {words}" for fate, words in fates.items() if sides.count(fate)]
    return f"{capital(counted(len(sides.pairs), 'section'))} in both together: {listed(said)}."
