"""Dollar figures out of a section: what each is an amount of, for which account and country. Pure.

Nothing is added up here: a portion ("of which …") is part of what stands above it. The House prints floor
amendments behind a figure and never recomputes it; both are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tracker.provisions.accounts import account_of
from tracker.provisions.facts import AmountKind, Bound, Figure
from tracker.provisions.passages import Passages, Span

_AMOUNT = r"\$ ?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?: (?:thousand|million|billion|trillion)\b)?"
_FIGURE = re.compile(rf"({_AMOUNT})((?:\s?\((?:increased|reduced|decreased) by {_AMOUNT}\))*)")
_CHANGE = re.compile(rf"\((increased|reduced|decreased) by ({_AMOUNT})\)")
_TIMES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}

_AT_LEAST = re.compile(
    r"\b(?:not less than|at least|no less than|a minimum of)(?: an additional)?\s*(?:—|“)?$", re.I
)
_AT_MOST = re.compile(
    r"\b(?:not to exceed|not more than|no more than|not exceed|up to|an amount not to exceed|maximum of)"
    r"(?: an aggregate total of| a total of| an additional)?\s*(?:—|“)?$", re.I
)  # fmt: skip
_THRESHOLD = re.compile(
    r"\b(?:in excess of|(?<!not )less than|(?<!not )more than|exceed(?:s|ing)?|valued? at|greater than|over|"
    r"acquisition cost\) at|waive the|at or above|at a minimum)\s*$", re.I
)  # fmt: skip
_ESTIMATE = re.compile(r"\bestimated (?:at|to be)\s*(?:not more than\s*)?$", re.I)
_SUBSTITUTED = re.compile(rf"\bsubstituting “?(?P<new>{_AMOUNT})”? for “?(?P<old>{_AMOUNT})")
_QUOTED_HEADING = re.compile(r"“([A-Z][^“”$]{5,}?),?”")
_RESCINDED = re.compile(r"\W*(?:(?:is|are|shall be)\b)?[^.;$]{0,60}?\b(?:rescinded|cancel+ed)\b", re.I)
_RESCINDED_LIST = re.compile(r"\b(?:rescinded|cancel+ed)\b[^.]*(?:—|:)", re.I)
_WITHHELD = re.compile(r"\W*(?:shall|should|is to) be withheld\b", re.I)
_TRANSFERRED = re.compile(
    r"[^.;$]{0,140}?\b(?:(?:may|shall|are|is|to)(?: also)? be transferred|transfer(?:red)? to)\b", re.I
)
_AUTHORISED = re.compile(r"\b(?:authorized to be appropriated|may contribute on behalf)\b", re.I)
_FOR_NECESSARY = re.compile(
    r"^(?:“?[A-Z(][^$]{0,60}?\.—)?(?:\(\w+\) )?(?:For\b|To (?:enable|carry out|remain|provide|expand)\b|In addition\b|"
    r"There (?:is|are) (?:hereby )?appropriated|Amounts? necessary|An additional|“?For\b)"
)
_APPROPRIATED = re.compile(r"\b(?:is|are|there is|there are) (?:hereby |also )?appropriated\b", re.I)
_PORTION = re.compile(
    r"\b(?:of which|of (?:the|such|those|these) (?:total |additional )?(?:funds|amounts?)|including|of such sums?|"
    r"from (?:the )?(?:funds|amounts)|of the (?:total )?(?:unobligated )?balances|"
    r"made available (?:by|under|pursuant))\b",
    re.I,
)
_SPENT = re.compile(
    r"[^.;$]{0,160}?\b(?:shall|should|may)(?: also)? (?:be (?:available|made available|used|for|allocated|obligated|"
    r"from|derived|provided|deposited|credited|deobligated|apportioned|increased)|remain available|use\b)", re.I
)  # fmt: skip
_SHOULD = re.compile(r"\W*[^.;$]{0,60}?\bshould\b", re.I)


def read_figures(passages: Passages) -> list[Figure]:
    """Every dollar figure of a section, in its order."""
    return list(_figures(passages))


def dollars(words: str) -> int:
    """A printed amount in whole dollars: "$1,250,000" or "$2.5 billion"."""
    number, _, unit = words.lstrip("$ ").replace(",", "").partition(" ")
    whole, _, fraction = number.partition(".")
    times = _TIMES.get(unit, 1)
    return int(whole) * times + (int(fraction) * times // 10 ** len(fraction) if fraction else 0)


def _figures(passages: Passages) -> Iterator[Figure]:
    text = passages.text
    substituted = {
        found.start(name): found for found in _SUBSTITUTED.finditer(text) for name in ("new", "old")
    }
    has_appropriation = False
    for found in _FIGURE.finditer(text):
        start = found.start()
        clause = passages.clause(start)
        before, after = text[clause.start : start], text[found.end() : clause.end]
        lead = next((text[span.start : span.end] for span in passages.leads(start)), "")
        bound = _bound(before, lead)
        substitution = substituted.get(start)
        if substitution:
            is_new = substitution.start("new") == start
            kind, certainty = (AmountKind.SUBSTITUTED if is_new else AmountKind.REPLACED), 95
        else:
            kind, certainty = _kind(before, after, lead, bound, has_appropriation, passages, start)
        if kind is AmountKind.APPROPRIATION:
            has_appropriation = True
        funds = _funds(passages, clause, start, found.end(), kind)
        yield Figure(
            label=passages.label(start), start=start, end=found.end(), words=found[0], certainty=certainty,
            is_quoted=passages.is_quoted(start), kind=kind, dollars=dollars(found[1]), bound=bound,
            adjustments=tuple(
                dollars(words) if way == "increased" else -dollars(words)
                for way, words in _CHANGE.findall(found[2])
            ),
            funds=funds, countries=passages.countries_of(start, _about(passages, clause, start)),
            is_binding=not _SHOULD.match(after),
            in_place_of=dollars(substitution["old"]) if substitution and kind is AmountKind.SUBSTITUTED else None,
            clause_start=clause.start, clause_end=clause.end,
        )  # fmt: skip


def _bound(before: str, lead: str) -> Bound:
    for words in (before, lead if before.strip("() ").isalnum() or not before.strip() else ""):
        if _AT_LEAST.search(words):
            return Bound.AT_LEAST
        if _AT_MOST.search(words):
            return Bound.AT_MOST
    return Bound.EXACT


def _kind(
    before: str, after: str, lead: str, bound: Bound, has_appropriation: bool, passages: Passages, start: int
) -> tuple[AmountKind, int]:
    """What a figure is an amount of, and how sure that is. The first rule that fits decides."""
    is_account = passages.own_account is not None
    if _WITHHELD.match(after):
        return AmountKind.WITHHELD, 95
    if _RESCINDED.match(after) or (_RESCINDED_LIST.search(lead) and bound is Bound.EXACT):
        return AmountKind.RESCISSION, 90
    if _ESTIMATE.search(before):
        return AmountKind.ESTIMATE, 90
    if bound is Bound.EXACT and _THRESHOLD.search(before):
        return AmountKind.THRESHOLD, 85
    if _AUTHORISED.search(before):
        return AmountKind.AUTHORISATION, 85
    if bound is not Bound.AT_LEAST and _TRANSFERRED.match(after):
        return AmountKind.TRANSFER, 85
    if bound is Bound.AT_MOST:
        if _PORTION.search(before) or _PORTION.match(after.lstrip()) or _SPENT.match(after):
            return AmountKind.PORTION, 85
        if is_account and not has_appropriation and _FOR_NECESSARY.match(before) and "(" not in before[-30:]:
            return AmountKind.APPROPRIATION, 72
        return AmountKind.LIMIT, 80
    if bound is Bound.AT_LEAST:
        return AmountKind.PORTION, 90
    if _APPROPRIATED.search(before[-120:]) or _APPROPRIATED.match(after.lstrip(", ")):
        return AmountKind.APPROPRIATION, 90
    if is_account and _is_first_in_clause(before) and _FOR_NECESSARY.match(before.lstrip()):
        return (
            AmountKind.PORTION if passages.label(start) and has_appropriation else AmountKind.APPROPRIATION
        ), 90
    if _PORTION.search(before) or _PORTION.search(lead):
        return AmountKind.PORTION, 85
    if _SPENT.match(after):
        return AmountKind.PORTION, 75
    if is_account and not has_appropriation and _is_first_in_clause(before):
        return AmountKind.APPROPRIATION, 72
    if is_account and "$" in before:
        return AmountKind.PORTION, 60
    return AmountKind.MEMO, 40


def _is_first_in_clause(before: str) -> bool:
    """No other amount stands before it but in brackets."""
    return "$" not in re.sub(r"\([^()]*\)", "", before) and not re.search(r"\bof which\b", before)


def _about(passages: Passages, clause: Span, start: int) -> Span:
    """Where a clause says what a figure is for: after it up to the next figure; before it where nothing follows.

    What is only included is not what it is for: "$75,000,000 for assistance programs, including in Thailand".
    """
    following = passages.text.find("$", start + 1, clause.end)
    included = passages.text.find(", including", start, clause.end)
    ends = [end for end in (following, included) if end > 0]
    ahead = Span(start, min(ends, default=clause.end))
    return (
        ahead if passages.countries(ahead) else Span(clause.start, included if included > 0 else clause.end)
    )


def _funds(passages: Passages, clause: Span, start: int, end: int, kind: AmountKind) -> tuple[str, ...]:
    """The accounts named right behind the figure, else the nearest before it, else what introduces the clause."""
    if kind in (AmountKind.SUBSTITUTED, AmountKind.REPLACED):
        named_before = _QUOTED_HEADING.findall(passages.text, clause.start, start)
        if named_before:
            return (account_of(named_before[-1]),)
    if passages.own_account is not None:
        return (passages.own_account,)
    named = passages.funds_in(clause)
    following = passages.text.find("$", end, clause.end)
    behind = [one for one in named if end <= one.start < (following if following > 0 else clause.end)]
    if behind and behind[0].start - end < 160 and kind is not AmountKind.TRANSFER:
        return behind[0].names
    ahead = [one for one in named if one.start < start]
    if ahead:
        return ahead[-1].names
    return passages.funds_of(start, Span(clause.start, start)) or (behind[0].names if behind else ())
