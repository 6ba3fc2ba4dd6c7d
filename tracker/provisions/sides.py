"""Two texts side by side: which sections are one, what became of each, and what its facts changed. Pure.

Sections are matched by heading and wording, so that one whose number moved is found again. Of a text without its
words only headings, numbers and facts can be compared, and of one that is not kept whole nobody can say that it lacks a
section; both are said (`Sides.is_worded`, `Sides.is_whole`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import zip_longest

import msgspec

from tracker.provisions.accounts import SECURITY_ACCOUNTS
from tracker.provisions.differences import Run, Same, word_differences
from tracker.provisions.facts import AmountKind, Condition, Deadline, Figure
from tracker.provisions.ladder import Fate, Place, Unit, condition_ladder, partners
from tracker.provisions.read import Provision, section_path
from tracker.provisions.words import rule_words, who_words


class FactChange(msgspec.Struct, frozen=True):
    """What became of one fact. `what` says which in words, `old` and `new` what it was and is; empty where it is not.

    `place` is the section with the subdivision, of the new text where it is there.
    """

    kind: str
    fate: Fate
    place: str
    what: str
    old: str
    new: str
    countries: tuple[str, ...] = ()


def bears_on_security(change: FactChange) -> bool:
    """Whether a fact bears on a country or an account of security assistance; notice of any money does not."""
    if change.kind == "funding":
        return change.place in SECURITY_ACCOUNTS
    return bool(change.countries) or "withheld" in change.what


class Pair(msgspec.Struct, frozen=True):
    """A section in two texts; None where one does not have it. `facts` are those that differ."""

    fate: Fate
    old: Provision | None
    new: Provision | None
    facts: tuple[FactChange, ...] = ()

    @property
    def shown(self) -> Provision:
        """The newer of the two."""
        found = self.new or self.old
        assert found is not None
        return found


class Sides(msgspec.Struct, frozen=True):
    """Every section of two texts, in the new one's order; dropped ones come last."""

    pairs: tuple[Pair, ...]
    is_worded: bool
    is_whole: bool

    def count(self, *fates: Fate) -> int:
        return sum(pair.fate in fates for pair in self.pairs)


def lay_beside(old: Sequence[Provision], new: Sequence[Provision]) -> Sides:
    """The sections of two texts, matched."""
    is_worded = _has_words(old) and _has_words(new)
    is_whole = is_worded and _has_no_gap(old) and _has_no_gap(new)
    found = partners(
        [Unit(one.section, number) for number, one in enumerate(old)],
        [Unit(one.section, number) for number, one in enumerate(new)],
    )
    pairs = [
        _pair(old[found[number]], one, is_worded=is_worded)
        if number in found
        else _alone(None, one, is_whole)
        for number, one in enumerate(new)
    ]
    taken = set(found.values())
    pairs += [_alone(one, None, is_whole) for number, one in enumerate(old) if number not in taken]
    return Sides(tuple(pairs), is_worded, is_whole)


def _has_no_gap(provisions: Sequence[Provision]) -> bool:
    """Whether all sections from the first to the last are here."""
    return not provisions or provisions[-1].position - provisions[0].position + 1 == len(provisions)


def _alone(old: Provision | None, new: Provision | None, is_whole: bool) -> Pair:
    """A section without a partner; what of its facts is new can only be said beside a whole text."""
    facts = fact_changes([old] if old else [], [new] if new else []) if is_whole else ()
    return Pair(Fate.ADDED if old is None else Fate.DROPPED, old, new, tuple(facts))


def _has_words(provisions: Iterable[Provision]) -> bool:
    return all(one.section.text for one in provisions)


def _pair(old: Provision, new: Provision, *, is_worded: bool) -> Pair:
    facts = tuple(fact_changes([old], [new]))
    is_same = old.section.text == new.section.text if is_worded else not facts
    if not is_same:
        return Pair(Fate.CHANGED, old, new, facts)
    return Pair(Fate.UNCHANGED if _place(old) == _place(new) else Fate.MOVED, old, new, facts)


def _place(one: Provision) -> str:
    return section_path(one.section)


# --- facts ---


def fact_changes(old: Sequence[Provision], new: Sequence[Provision]) -> list[FactChange]:
    """What became of the conditions, funding lines and deadlines of two sets of sections; what stands is left out."""
    return _without_rewordings([*_conditions(old, new), *_funding(old, new), *_deadlines(old, new)])


def _without_rewordings(changes: Sequence[FactChange]) -> list[FactChange]:
    """Without pairs of one dropped and one added that say the same of the same money: only their words differ."""
    added = {_says(one) for one in changes if one.fate is Fate.ADDED}
    dropped = {_says(one) for one in changes if one.fate is Fate.DROPPED}
    return [one for one in changes if one.fate is Fate.CHANGED or _says(one) not in (added & dropped)]


def _says(one: FactChange) -> tuple[str, ...]:
    return one.kind, one.what, one.old or one.new, *one.countries, one.place.partition("(")[0]


def _conditions(old: Sequence[Provision], new: Sequence[Provision]) -> list[FactChange]:
    made = []
    for rung in condition_ladder(_places(old), _places(new)):
        told = [change for change in rung.changes if change[0] in _TOLD]
        at = rung.new or rung.old
        if (
            at is None
            or rung.fate in (Fate.UNCHANGED, Fate.MOVED)
            or (rung.fate is Fate.CHANGED and not told)
        ):
            continue
        made.append(
            FactChange(
                "condition", rung.fate, at.place, condition_words(at.condition),
                _sides_of(told, 1) if told else condition_words(rung.old.condition) if rung.old else "",
                _sides_of(told, 2) if told else condition_words(rung.new.condition) if rung.new else "",
                at.condition.countries,
            )
        )  # fmt: skip
    return made


_TOLD = {"kind": "", "share": "", "countries": "countries ", "funds": "money ", "trigger": "needs "}
"""The facts of a condition whose change is told, and the word before their values."""


def _sides_of(changes: Sequence[tuple[str, str, str]], side: int) -> str:
    return "; ".join(f"{_TOLD[change[0]]}{change[side] or 'none'}" for change in changes)


def _places(provisions: Sequence[Provision]) -> list[Place]:
    return [
        Place(one.section.number or one.section.heading or "", fact)
        for one in provisions
        for fact in one.conditions
        if not fact.is_quoted
    ]


def condition_words(one: Condition) -> str:
    """A condition in a few words: "30% withheld, certification by the Secretary of State"."""
    share = (
        f"${one.dollars:,}"
        if one.dollars is not None
        else f"{one.percent:g}%"
        if one.percent is not None
        else ""
    )
    words = " ".join(filter(None, (share, _KINDS[one.kind.value])))
    if one.trigger:
        words += f", {one.trigger}{f' by the {one.by}' if one.by else ''}"
    return words


_KINDS = {
    "withholding": "withheld", "condition": "condition on the money", "prohibition": "bar on the money",
    "notification": "notice before money is committed",
}  # fmt: skip


def _funding(old: Sequence[Provision], new: Sequence[Provision]) -> list[FactChange]:
    """New money by account, where each text has one figure for it: sums over several are nobody's words."""
    before, after = _by_account(old), _by_account(new)
    made = []
    for account in {**before, **after}:
        was, now = before.get(account, []), after.get(account, [])
        if len(was) > 1 or len(now) > 1 or (was and now and was[0].effective == now[0].effective):
            continue
        fate = Fate.CHANGED if was and now else Fate.ADDED if now else Fate.DROPPED
        before_words, after_words = (f"${one[0].effective:,}" if one else "" for one in (was, now))
        made.append(FactChange("funding", fate, account, account, before_words, after_words))
    return made


def _by_account(provisions: Sequence[Provision]) -> dict[str, list[Figure]]:
    found: dict[str, list[Figure]] = {}
    for one in provisions:
        for figure in one.figures:
            if figure.kind is AmountKind.APPROPRIATION and len(figure.funds) == 1 and not figure.is_quoted:
                found.setdefault(figure.funds[0], []).append(figure)
    return found


def _deadlines(old: Sequence[Provision], new: Sequence[Provision]) -> list[FactChange]:
    """Deadlines by heading and duty; among several of one sort the first stands for the first."""
    before, after = _by_duty(old), _by_duty(new)
    made = []
    for sort in {**before, **after}:
        for was, now in zip_longest(before.get(sort, []), after.get(sort, [])):
            at, one = now or was
            old_rule, new_rule = (rule_words(side[1]) if side else "" for side in (was, now))
            if old_rule == new_rule:
                continue
            fate = Fate.CHANGED if was and now else Fate.ADDED if now else Fate.DROPPED
            made.append(
                FactChange(
                    "deadline", fate, f"{at}{one.label}", who_words(one), old_rule, new_rule, one.countries
                )
            )
    return made


def _by_duty(provisions: Sequence[Provision]) -> dict[tuple[str, ...], list[tuple[str, Deadline]]]:
    found: dict[tuple[str, ...], list[tuple[str, Deadline]]] = {}
    for one in provisions:
        at = one.section.number or one.section.heading or ""
        for fact in one.deadlines:
            if not fact.is_quoted:
                heading = (one.section.heading or at).casefold()
                sort = (heading, (fact.heading or "").casefold(), fact.duty.value, fact.by or "")
                found.setdefault(sort, []).append((at, fact))
    return found


# --- words ---


class Line(msgspec.Struct, frozen=True):
    """A line of a text laid beside another: one subdivision, as runs of words that were kept, dropped or added.

    `depth` is how far its number is in.
    """

    runs: tuple[Run, ...]
    depth: int = 0

    @property
    def is_kept(self) -> bool:
        return all(run.what is Same.KEPT for run in self.runs)


_NUMBER = re.compile(r"\s*\((\w{1,5})\)")


def word_lines(old: str, new: str) -> list[Line]:
    """Two wordings of a section, line by line, with what was dropped and added between the words that stand.

    A line is one subdivision. Runs of differences keep their reading order; lines that only one text has stand whole.
    """
    lines: list[list[Run]] = [[]]
    for run in word_differences(_marked(old), _marked(new)):
        for number, words in enumerate(run.words.split(_BREAK)):
            if number:
                lines.append([])
            if words.strip():
                lines[-1].append(Run(run.what, words.strip()))
    return [Line(tuple(runs), _depth(runs)) for runs in lines if runs]


_BREAK = "\ue000"  # of the private use area, and no white space


def _marked(text: str) -> str:
    """A line’s end as a word of its own, so that it survives the comparison."""
    return text.replace("\n", f" {_BREAK} ")


def _depth(runs: Sequence[Run]) -> int:
    """How far in a line stands: letters, numbers, capitals, small Roman numerals, as acts count."""
    found = _NUMBER.match(runs[0].words)
    if not found:
        return 0
    number = found[1]
    if number.isdecimal():
        return 1
    if re.fullmatch("[ivx]+", number) and len(number) > 1:
        return 3
    return 0 if number.islower() else 2
