"""Versions of a text side by side: what was added, dropped, changed or only moved, section by section. Pure.

Sections and subdivisions are matched by heading and wording, so that one whose number moved is found again. Within
a pair of sections their subdivisions are matched the same way, and so on down; what has no partner beside it is
looked for in the whole text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from functools import cached_property

import msgspec

from scrapers.records import Section
from tracker.provisions.differences import likeness, pairs
from tracker.provisions.facts import Condition, ConditionKind


class Fate(StrEnum):
    """What became of a provision from one version to the next."""

    ADDED = "added"
    DROPPED = "dropped"
    CHANGED = "changed"
    MOVED = "moved"
    UNCHANGED = "unchanged"


class Unit:
    """A section or one of its subdivisions, with the words that are its own and not of one below it."""

    def __init__(self, section: Section, position: int, label: str = "") -> None:
        self.section = section
        self.position = position
        self.label = label
        part = next((part for part in section.parts if part.label == label), None)
        self.heading = part.heading if part else section.heading
        start, end = (part.start, part.end) if part else (0, len(section.text))
        depth = label.count("(")
        self.below = [
            Unit(section, position, one.label)
            for one in section.parts
            if start <= one.start and one.end <= end and one.label.count("(") == depth + 1
        ]
        self.text = section.text[start:end]

    @property
    def place(self) -> str:
        """`7041(a)(3)`, or the account's heading."""
        return f"{self.section.number or self.section.heading or ''}{self.label}"

    @cached_property
    def words(self) -> str:
        """The wording without the subdivision's own number."""
        return self.text[len(self.label[self.label.rindex("(") :]) :].strip() if self.label else self.text

    @cached_property
    def pairs(self) -> Counter[str]:
        return pairs(self.words)

    @cached_property
    def name(self) -> str:
        return (self.heading or "").casefold()


class Rung(msgspec.Struct, frozen=True):
    """One provision in two versions; None where a version does not have it."""

    fate: Fate
    old: Unit | None
    new: Unit | None


ALIKE = 0.55
"""From this likeness two wordings are one provision, whatever their headings."""

_ALIKE_NAMED = 0.15
"""Under the same heading much less will do."""


def ladder(old: Sequence[Section], new: Sequence[Section]) -> list[Rung]:
    """Every section and subdivision of two versions, in the new one's order, dropped ones at the end of theirs."""
    before = [Unit(section, position) for position, section in enumerate(old)]
    after = [Unit(section, position) for position, section in enumerate(new)]
    rungs = _match(before, after)
    return _found_again(rungs)


def _match(old: Sequence[Unit], new: Sequence[Unit]) -> list[Rung]:
    partner = _partners(old, new)
    rungs: list[Rung] = []
    for unit in new:
        match = partner.get(id(unit))
        rungs.append(Rung(_fate(match, unit), match, unit))
        if match is not None and match.words != unit.words:
            rungs += _match(match.below, unit.below)
    taken = {id(unit) for unit in partner.values()}
    rungs += [Rung(Fate.DROPPED, unit, None) for unit in old if id(unit) not in taken]
    return rungs


def partners(old: Sequence[Unit], new: Sequence[Unit]) -> dict[int, int]:
    """For each new section that was there before, by its place in the list, the place of the old one."""
    places = {id(unit): number for number, unit in enumerate(old)}
    found = _partners(old, new)
    return {number: places[id(found[id(unit)])] for number, unit in enumerate(new) if id(unit) in found}


def _partners(old: Sequence[Unit], new: Sequence[Unit]) -> dict[int, Unit]:
    """For each new unit, by its identity, the old one: the most certain pairs first."""
    candidates = []
    for after in new:
        for before in old:
            score = _score(before, after)
            if score:
                candidates.append((score, -abs(before.position - after.position), before, after))
    candidates.sort(key=lambda one: one[:2], reverse=True)
    partner: dict[int, Unit] = {}
    taken: set[int] = set()
    for _, _, before, after in candidates:
        if id(after) not in partner and id(before) not in taken:
            partner[id(after)] = before
            taken.add(id(before))
    return partner


def _score(before: Unit, after: Unit) -> float:
    """How sure it is that two units are one provision; 0 is not at all."""
    if not before.text or not after.text:
        return _score_without_words(before, after)
    if before.words == after.words:
        return 3.0 + (before.label == after.label)
    is_named_alike = bool(before.name) and before.name == after.name
    smaller, larger = sorted((before.pairs.total(), after.pairs.total()))
    if not is_named_alike and larger > 4 * smaller + 12:
        return 0.0  # cannot be alike enough, and most pairs are not
    alike = likeness(before.pairs, after.pairs)
    if is_named_alike and alike >= _ALIKE_NAMED:
        return 1.0 + alike
    return alike if alike >= ALIKE else 0.0


def _score_without_words(before: Unit, after: Unit) -> float:
    """By heading and number alone."""
    is_numbered_alike = before.place == after.place and bool(before.place)
    if before.name or after.name:
        return 1.0 + is_numbered_alike if before.name == after.name else 0.0
    return 1.0 if is_numbered_alike else 0.0


def _fate(old: Unit | None, new: Unit) -> Fate:
    if old is None:
        return Fate.ADDED
    if old.words != new.words:
        return Fate.CHANGED
    return Fate.UNCHANGED if old.place == new.place else Fate.MOVED


def _found_again(rungs: list[Rung]) -> list[Rung]:
    """What was dropped in one place and added in another in much the same words has moved."""
    dropped = [rung.old for rung in rungs if rung.fate is Fate.DROPPED and rung.old]
    added = [rung.new for rung in rungs if rung.fate is Fate.ADDED and rung.new]
    partner = _partners(dropped, added)
    gone = {id(unit) for unit in partner.values()}
    found: list[Rung] = []
    for rung in rungs:
        if rung.fate is Fate.ADDED and rung.new is not None and id(rung.new) in partner:
            old = partner[id(rung.new)]
            found.append(Rung(_fate(old, rung.new), old, rung.new))
        elif not (rung.fate is Fate.DROPPED and id(rung.old) in gone):
            found.append(rung)
    return found


# --- conditions ---


class Place(msgspec.Struct, frozen=True):
    """A condition with the section that it stands in."""

    section: str
    condition: Condition

    @property
    def place(self) -> str:
        return f"{self.section}{self.condition.label}"


class ConditionRung(msgspec.Struct, frozen=True):
    """A condition in two versions. `changes` are (what, old, new) of the facts that differ."""

    fate: Fate
    old: Place | None
    new: Place | None
    changes: tuple[tuple[str, str, str], ...] = ()


def condition_ladder(old: Sequence[Place], new: Sequence[Place]) -> list[ConditionRung]:
    """Every condition of two versions. Unchanged is one whose facts and wording are: its number may have moved."""
    candidates = sorted(
        (
            (score, before, after)
            for before in range(len(old))
            for after in range(len(new))
            if (score := _condition_score(old[before], new[after]))
        ),
        reverse=True,
    )
    partner: dict[int, int] = {}
    for _, before, after in candidates:
        if after not in partner and before not in partner.values():
            partner[after] = before
    rungs = [_condition_rung(old[partner[k]] if k in partner else None, one) for k, one in enumerate(new)]
    taken = set(partner.values())
    return rungs + [ConditionRung(Fate.DROPPED, one, None) for k, one in enumerate(old) if k not in taken]


def _condition_score(old: Place, new: Place) -> float:
    before, after = old.condition, new.condition
    shared = set(before.countries) & set(after.countries)
    if not shared and (before.countries or after.countries):
        return 0.0
    if not before.words or not after.words:
        return _likeness_of_facts(before, after)
    alike = likeness(pairs(before.words), pairs(after.words))
    if before.kind is not after.kind:
        return alike if alike > ALIKE else 0.0
    same_heading = (
        before.heading is not None and (before.heading or "").casefold() == (after.heading or "").casefold()
    )
    return alike + 0.2 * same_heading if alike > (0.3 if same_heading else 0.45) else 0.0


def _likeness_of_facts(before: Condition, after: Condition) -> float:
    """How alike two conditions are without their words: the same sort for much the same countries at the same place.

    Money withheld for the same countries is one condition wherever it stands; other sorts are many, and need more.
    """
    if before.kind is not after.kind:
        return 0.0
    named = set(before.countries) | set(after.countries)
    shared = len(set(before.countries) & set(after.countries)) / len(named) if named else 1.0
    is_named_alike = (before.heading or "").casefold() == (after.heading or "").casefold()
    is_labelled_alike = before.label == after.label
    is_withheld = before.kind is ConditionKind.WITHHOLDING and bool(named)
    if not (is_withheld or is_labelled_alike or (is_named_alike and before.funds == after.funds)):
        return 0.0
    is_same_share = (before.percent, before.dollars) == (after.percent, after.dollars)
    return shared * (0.4 * is_named_alike + 0.3 * is_same_share + 0.2 * is_labelled_alike + 0.1 * is_withheld)


def _condition_rung(old: Place | None, new: Place) -> ConditionRung:
    if old is None:
        return ConditionRung(Fate.ADDED, None, new)
    changes = tuple(
        (name, before, after)
        for name in ("kind", "share", "countries", "funds", "trigger", "demands", "waiver", "exceptions")
        if (before := _said(old.condition, name)) != (after := _said(new.condition, name))
    )
    if changes:
        return ConditionRung(Fate.CHANGED, old, new, changes)
    return ConditionRung(Fate.UNCHANGED if old.place == new.place else Fate.MOVED, old, new)


def _said(condition: Condition, name: str) -> str:
    """One of a condition's facts as text; of long ones whether there is one, for wordings are compared as such."""
    if name == "share":
        if condition.dollars is not None:
            return f"${condition.dollars:,}"
        return f"{condition.percent:g}%" if condition.percent is not None else ""
    value = getattr(condition, name)
    if name == "waiver":
        return "yes" if value is not None else ""
    if name in ("demands", "exceptions"):
        return str(len(value))
    return ", ".join(value) if isinstance(value, tuple) else str(value or "")
