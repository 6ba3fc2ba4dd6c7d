"""What a file of facts holds of a measure's text: figures, conditions and deadlines at their places, not its sentences.

    read.Provision ── part_of ──▶ ProvisionPart ── provision_of ──▶ read.Provision without words

What a law says in its own words is empty on the way back: a fact's `words`, a waiver, each demand and exception, the
event that a deadline hangs on unless it is another act. How many there are, and that there is one, is kept.
"""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar

import msgspec

from scrapers.records import Section, Step
from tracker.provisions.facts import (
    AmountKind,
    Bound,
    Condition,
    ConditionKind,
    Deadline,
    Duty,
    Fact,
    Figure,
    Mention,
    Trigger,
)
from tracker.provisions.read import Provision
from tracker.snapshot.parts import Part

_OTHER_ACT = "enactment of "


class FactPart(Part, frozen=True, kw_only=True):
    """A fact of a provision: the subdivision that it stands in, and how sure the rules are of it."""

    certainty: int
    label: str = ""
    is_quoted: bool = False
    countries: tuple[str, ...] = ()


class FigurePart(FactPart, frozen=True, kw_only=True):
    """A dollar figure."""

    kind: AmountKind
    dollars: int
    bound: Bound = Bound.EXACT
    adjustments: tuple[int, ...] = ()
    funds: tuple[str, ...] = ()
    is_binding: bool = True
    in_place_of: int | None = None


class ConditionPart(FactPart, frozen=True, kw_only=True):
    """A string tied to money. `demands` and `exceptions` are how many it has."""

    kind: ConditionKind
    funds: tuple[str, ...] = ()
    percent: float | None = None
    dollars: int | None = None
    trigger: Trigger | None = None
    by: str | None = None
    to: str | None = None
    demands: int = 0
    has_waiver: bool = False
    exceptions: int = 0
    criteria_elsewhere: bool = False
    heading: str | None = None


class DeadlinePart(FactPart, frozen=True, kw_only=True):
    """Something due. `event` names another act that the days count from, and is empty for any other event."""

    duty: Duty
    count: int | None = None
    unit: str | None = None
    event: str | None = None
    day: date | None = None
    by: str | None = None
    to: str | None = None
    every: str | None = None
    until: date | None = None
    heading: str | None = None


class MentionPart(Part, frozen=True):
    """A country that the section names, where first, and how often."""

    country: str
    label: str = ""
    count: int = 1


class ProvisionPart(Part, frozen=True, kw_only=True):
    """A section that matters, at its place among all sections of the text."""

    position: int
    steps: tuple[Step, ...] = ()
    number: str | None = None
    heading: str | None = None
    mentions: tuple[MentionPart, ...] = ()
    figures: tuple[FigurePart, ...] = ()
    conditions: tuple[ConditionPart, ...] = ()
    deadlines: tuple[DeadlinePart, ...] = ()


# --- without the words --------------------------------------------------------------------------------


def part_of(provision: Provision) -> ProvisionPart:
    """All of a provision but what the text says in its own words."""
    section = provision.section
    return ProvisionPart(
        position=provision.position,
        steps=section.steps,
        number=section.number,
        heading=section.heading,
        mentions=tuple(MentionPart(one.country, one.label, one.count) for one in provision.mentions),
        figures=tuple(_part(FigurePart, one) for one in provision.figures),
        conditions=tuple(map(_condition_part, provision.conditions)),
        deadlines=tuple(
            _part(DeadlinePart, one, event=_named_event(one.event)) for one in provision.deadlines
        ),
    )


def _condition_part(one: Condition) -> ConditionPart:
    return _part(
        ConditionPart, one,
        demands=len(one.demands), has_waiver=one.waiver is not None, exceptions=len(one.exceptions),
    )  # fmt: skip


def _named_event(event: str | None) -> str | None:
    return event if event is None or event.startswith(_OTHER_ACT) else ""


P = TypeVar("P", bound=FactPart)
F = TypeVar("F", bound=Fact)


def _part(kind: type[P], fact: Fact, **other: Any) -> P:
    return kind(**{**_shared(fact, kind, other), **other})


def _shared(one: msgspec.Struct, kind: type[msgspec.Struct], other: dict[str, Any]) -> dict[str, Any]:
    """What both have and is not given otherwise."""
    names = set(one.__struct_fields__) & set(kind.__struct_fields__) - other.keys()
    return {name: getattr(one, name) for name in names}


# --- and back -----------------------------------------------------------------------------------------


def provision_of(part: ProvisionPart) -> Provision:
    """The provision, its section without text and its facts without words."""
    return Provision(
        position=part.position,
        section=Section(part.steps, "", part.number, part.heading),
        figures=tuple(_fact(Figure, one) for one in part.figures),
        conditions=tuple(map(_condition, part.conditions)),
        deadlines=tuple(_fact(Deadline, one) for one in part.deadlines),
        mentions=tuple(Mention(one.country, one.label, 0, 0, one.count) for one in part.mentions),
    )


def _condition(part: ConditionPart) -> Condition:
    return _fact(
        Condition, part,
        demands=("",) * part.demands,
        waiver="" if part.has_waiver else None,
        exceptions=("",) * part.exceptions,
    )  # fmt: skip


def _fact(kind: type[F], part: FactPart, **other: Any) -> F:
    return kind(**{**_shared(part, kind, other), **other, "start": 0, "end": 0, "words": ""})
