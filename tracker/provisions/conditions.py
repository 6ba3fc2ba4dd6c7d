"""Strings tied to money: what may not be spent, until what is certified or reported, by whom. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scrapers.records import Part
from tracker.provisions.actors import actor, told
from tracker.provisions.facts import Condition, ConditionKind, Trigger
from tracker.provisions.funding import dollars
from tracker.provisions.passages import Passages, Span

_SHARE = r"(?:\$ ?[\d,]+(?:\.\d+)?(?: (?:million|billion))?|[\w.-]+ percent\b)"
_HELD = (
    r"shall be withheld from obligation|shall be withheld|may only be (?:obligated|made available|used|expended)|"
    r"may be (?:obligated|made available|used|expended) only|may not be (?:obligated|made available|used|expended)|"
    r"shall not be (?:obligated|made available|used|expended)"
)
_WITHHOLDING = re.compile(
    rf"(?P<share>{_SHARE})(?P<between>(?:[^.;$]|\.(?=\d)){{0,220}}?)\b(?P<held>{_HELD})\b"
)
_CONDITION = re.compile(
    r"\b(?:may only be (?:made available|obligated|used|expended)|may be (?:made available|obligated|used) only|"
    r"may not be (?:made available|obligated|used)|shall not be (?:made available|obligated|used)|"
    r"may be resumed|may be (?:made available|obligated)[^.;:]{0,200}?(?= only if| unless| until))\b"
)
_UNTIL = re.compile(r"\b(?:until|unless|only if|if|only after|after|except that)\b")
_PROHIBITION = re.compile(
    r"\b(?:None of the (?:funds|amounts)|No (?:funds|amounts)|No part of any appropriation|No assistance)\b"
)
_FORBIDS = re.compile(r"\b(?:may|shall) (?:also )?be\b")
_UNLESS = re.compile(r"\b(?:unless|until|except (?:as|that|for|with|through|funds|in)|other than|if such)\b")
_NOTIFIED = re.compile(
    r"\b(?:except as provided through|(?:shall|may) be (?:made available )?(?:\w+ ){0,2}subject to|[Ss]ubject to)"
    r"[^.;]{0,120}?\bregular notification procedures\b"
)
_TRIGGERS = (
    (Trigger.CERTIFICATION, re.compile(r"\bcertif(?:y|ies|ied|ication)\b")),
    (Trigger.DETERMINATION, re.compile(r"\bdetermin(?:es|ed|ation)\b")),
    (Trigger.REPORT, re.compile(r"\b(?:reports|submits|report is|submitted)\b")),
    (Trigger.NOTIFICATION, re.compile(r"\b(?:regular notification procedures|notif(?:ies|ied))\b")),
    (Trigger.CONSULTATION, re.compile(r"\bconsult(?:s|ation|ing)\b")),
)
_WAIVER = re.compile(r"\bmay waive\b|\bmay (?:only )?be waived\b|\bwaiver\b.{0,40}\bif the\b")
_EXCEPTION = re.compile(r"\bshall not apply\b")
_EXCEPT_FOR = re.compile(r", except (?:for|that|programs|to)\b[^:;.]*")
_ELSEWHERE = re.compile(r"\b(?:in|described in|under this section in) the (?:joint )?explanatory statement\b")
_THAT = re.compile(r"\bthat[,—:]?\s*")
_NUMBERS = {
    "five": 5, "ten": 10, "fifteen": 15, "twenty": 20, "twenty-five": 25, "thirty": 30, "forty": 40, "fifty": 50,
}  # fmt: skip


def read_conditions(passages: Passages) -> list[Condition]:
    """Every condition of a section, in its order; of several ways to read a clause the strictest counts."""
    found: list[Condition] = []
    for clause in passages.clauses:
        text = passages.text[clause.start : clause.end]
        if "may" in text or "shall" in text:
            condition = next(_readings(passages, clause), None)
            if condition:
                found.append(condition)
    return found


def _readings(passages: Passages, clause: Span) -> Iterator[Condition]:
    text = passages.text
    for found in _WITHHOLDING.finditer(text, clause.start, clause.end):
        until = _UNTIL.search(text, found.start("held"), clause.end)
        percent, amount = _share(found["share"])
        if until and (percent is not None or amount is not None):
            trigger = _trigger(text, until.end(), clause.end)
            if trigger is None and "withheld" not in found["held"]:
                continue
            yield _condition(
                passages, clause, ConditionKind.WITHHOLDING, until.end(), trigger,
                percent=percent, amount=amount, certainty=92 if trigger else 60,
            )  # fmt: skip
    prohibited = _PROHIBITION.search(text, clause.start, clause.end)
    if prohibited and _FORBIDS.search(text, prohibited.end(), clause.end):
        unless = _UNLESS.search(text, prohibited.end(), clause.end)
        if _NOTIFIED.search(text, prohibited.end(), clause.end):
            yield _condition(
                passages,
                clause,
                ConditionKind.NOTIFICATION,
                prohibited.end(),
                Trigger.NOTIFICATION,
                certainty=90,
            )
            return
        trigger = _trigger(text, unless.end(), clause.end) if unless else None
        kind = ConditionKind.CONDITION if trigger else ConditionKind.PROHIBITION
        yield _condition(passages, clause, kind, unless.end() if unless else None, trigger, certainty=85)
        return
    for found in _CONDITION.finditer(text, clause.start, clause.end):
        until = _UNTIL.search(text, found.start() + 4, clause.end)
        trigger = _trigger(text, until.end(), clause.end) if until else None
        if until and trigger:
            yield _condition(passages, clause, ConditionKind.CONDITION, until.end(), trigger, certainty=85)
            return
        if found[0].startswith(("may not", "shall not")):
            yield _condition(passages, clause, ConditionKind.PROHIBITION, None, None, certainty=75)
            return
    if _NOTIFIED.search(text, clause.start, clause.end):
        yield _condition(
            passages, clause, ConditionKind.NOTIFICATION, clause.start, Trigger.NOTIFICATION, certainty=80
        )


def _condition(
    passages: Passages,
    clause: Span,
    kind: ConditionKind,
    after: int | None,
    trigger: Trigger | None,
    *,
    certainty: int,
    percent: float | None = None,
    amount: int | None = None,
) -> Condition:
    text = passages.text
    passage = passages.passage(clause)
    names = passages.countries_of(clause.start, clause)
    by = to = None
    demands: tuple[str, ...] = ()
    if after is not None:
        by = actor(text, after, clause.end)
        to = told(text, after, clause.end)
        demands = passages.items(clause) or _demanded(text, after, clause.end)
    waiver = _beside(passages, clause, _WAIVER)
    within = [one[0].removeprefix(", ") for one in _EXCEPT_FOR.finditer(text, clause.start, clause.end)]
    return Condition(
        label=passages.label(clause.start), start=clause.start, end=clause.end,
        words=text[clause.start : clause.end], certainty=certainty if names or percent or amount else certainty - 10,
        is_quoted=passages.is_quoted(clause.start), kind=kind, countries=names,
        funds=passages.funds_of(clause.start, clause) or _referred(passages, clause), percent=percent, dollars=amount,
        trigger=trigger, by=by, to=to, demands=demands, waiver=waiver[0] if waiver else None,
        exceptions=(*within, *_beside(passages, clause, _EXCEPTION)),
        criteria_elsewhere=bool(_ELSEWHERE.search(text, after or clause.start, passage.end)),
        heading=passages.heading(clause.start),
    )  # fmt: skip


def _share(words: str) -> tuple[float | None, int | None]:
    if words.startswith("$"):
        return None, dollars(words)
    number = words.removesuffix(" percent")
    if re.fullmatch(r"\d+(?:\.\d+)?", number):
        return float(number), None
    return (float(_NUMBERS[number]) if number in _NUMBERS else None), None


def _trigger(text: str, start: int, end: int) -> Trigger | None:
    """What has to happen first; a certification counts before the report of it."""
    return next((trigger for trigger, pattern in _TRIGGERS if pattern.search(text, start, end)), None)


def _demanded(text: str, start: int, end: int) -> tuple[str, ...]:
    """What a clause that has no list asks for: the words after "that"."""
    found = _THAT.search(text, start, end)
    words = text[found.end() : end].strip(" .;—") if found else ""
    return (words,) if words else ()


_REFERENCE = re.compile(r"\bpursuant to (?:(?:sub)?paragraph|subsection|clause) ((?:\(\w+\))+)")


def _referred(passages: Passages, clause: Span) -> tuple[str, ...]:
    """The accounts of the subdivision that a clause refers to: "funds made available pursuant to paragraph (1)(B)"."""
    found = _REFERENCE.search(passages.text, clause.start, clause.end)
    if not found:
        return ()
    around = passages.parts_at(clause.start)
    for part in reversed(around):
        above = part.label[: part.label.rindex("(")]
        for other in passages.section.parts:
            if other.label == above + found[1]:
                return passages.funds_of(other.start, Span(other.start, other.end))
    return ()


def _beside(passages: Passages, clause: Span, pattern: re.Pattern[str]) -> list[str]:
    """Clauses of the same subdivision, or of one beside or above it that speaks of it, in which a pattern stands."""
    around = passages.parts_at(clause.start)
    begin, end = (around[-1].start, around[-1].end) if around else (0, len(passages.text))
    found = [
        passages.text[other.start : other.end]
        for other in passages.clauses
        if begin <= other.start < end
        and other.start != clause.start
        and pattern.search(passages.text, other.start, other.end)
    ]
    for part in reversed(around):
        if found and pattern is _WAIVER:
            break
        found += _speaking_of(passages, part, pattern)
    return found


def _speaking_of(passages: Passages, part: Part, pattern: re.Pattern[str]) -> list[str]:
    """Subdivisions beside this one with the pattern in their first line that name it, or all that they stand in."""
    last = part.label[part.label.rindex("(") :]
    above = part.label.removesuffix(last)
    named = re.compile(
        rf"(?:paragraph|subparagraph|clause|subsection)s? (?:\(\w+\)(?:,| and| or| through)? )*{re.escape(last)}"
        r"|(?:of|in|by) this (?:section|subsection|paragraph)"
    )
    found = []
    for other in passages.section.parts:
        if other is part or other.label.rpartition("(")[0] != above:
            continue
        words = passages.text[other.start : other.end].replace("\n", " ")
        if pattern.search(passages.text, *passages.line(other.start)) and named.search(words):
            found.append(words)
    return found
