"""What of a span of the ledger a reader is told, and why. Pure.

A span is laid out once for all readers: changes by the targets that they are about. A reader's follows then only look
up their own targets; who follows the same from the same place on gets the same `Picked`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from tracker.digests.selection import Mark
from tracker.subscriptions.kinds import is_wanted

STATUS, ARMS_SALES = "status", "arms-sales"
DUTIES = frozenset({STATUS, "texts"})
"""Groups of kinds of which somebody who wants some only is told what an act orders by a day."""


class Ref(NamedTuple):
    """A change as far as picking goes."""

    id: int
    item_id: int
    kind: str
    seen_at: datetime


class Found(NamedTuple):
    """A match of a target that is news."""

    id: int
    item_id: int
    found_at: datetime


class Ahead(NamedTuple):
    """A day that an act sets and that is near, by its name in the calendar; with the act, where we hold it."""

    name: str
    item_id: int | None


class Step(NamedTuple):
    """A change of something that has one value at a time."""

    id: int
    old: Any
    new: Any


class Span(NamedTuple):
    """The ledger from some place on, laid out. All lists ascend.

    `undone` names, for a fact that is gone, the change that had told it. `states` are the histories of what has one
    value at a time, also from before the span. `dues` are the items of a target with a last day ahead, `days` what
    acts order by a day that is near.
    """

    refs: Mapping[int, Ref]
    about: Mapping[str, Sequence[int]]
    found: Mapping[str, Sequence[Found]]
    dues: Mapping[str, Sequence[int]]
    undone: Mapping[int, int]
    states: Sequence[Sequence[Step]]
    newest: int
    newest_found: int
    days: Mapping[str, Sequence[Ahead]] = {}


class Want(NamedTuple):
    """One follow of a reader. `groups` of kinds (None: all), `since` and `started_at` when it began."""

    target: str
    groups: tuple[str, ...] | None = None
    since: int = 0
    started_at: datetime | None = None
    muted: frozenset[int] = frozenset()


class Told(msgspec.Struct, frozen=True, array_like=True):
    """A change that is told: its id, why, and whether it may be known."""

    id: int
    reasons: tuple[str, ...]
    mark: Mark = Mark.FRESH


class Shown(msgspec.Struct, frozen=True, array_like=True):
    """An item that is told of without a change: it came to match, or its last day is near."""

    item_id: int
    reasons: tuple[str, ...]
    mark: Mark = Mark.FRESH


class Due(msgspec.Struct, frozen=True, array_like=True):
    """A day that an act sets and that is near, by its name in the calendar."""

    name: str
    reasons: tuple[str, ...]


class Undone(msgspec.Struct, frozen=True, array_like=True):
    """A change that takes back one that the reader was told, and on which day (`2026-11-02`)."""

    id: int
    told: int
    told_on: str
    reasons: tuple[str, ...]


class Picked(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that one mail is about, as it is stored beside its words: who was told what is looked up here."""

    changes: tuple[Told, ...] = ()
    matches: tuple[Shown, ...] = ()
    corrections: tuple[Undone, ...] = ()
    dues: tuple[Shown, ...] = ()
    days: tuple[Due, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to mail: last days alone do not make a digest."""
        return not (self.changes or self.matches or self.corrections)

    @property
    def size(self) -> int:
        return len(self.changes) + len(self.matches) + len(self.corrections)


NOTHING = Picked()


class Before(NamedTuple):
    """What a reader knows already: changes mailed at once, and the day on which each change that is undone was told."""

    at_once: frozenset[int] = frozenset()
    told_on: Mapping[int, str] = {}


class Settled(NamedTuple):
    """What became of changes by the end of a span: those that cancel out, and those that take back an earlier one."""

    cancelled: frozenset[int]
    takes_back: Mapping[int, int]


def settle(span: Span, seen_to: int) -> Settled:
    """For a reader who has been told up to `seen_to`: nobody hears of what came and went since."""
    cancelled: set[int] = set()
    takes_back: dict[int, int] = {}
    for gone, made in span.undone.items():
        if gone <= seen_to:
            continue
        if made > seen_to:
            cancelled |= {gone, made}
        else:
            takes_back[gone] = made
    for steps in span.states:
        fresh = [step for step in steps if step.id > seen_to]
        kept: list[Step] = []
        for step in fresh:
            back = next((place for place, one in enumerate(kept) if one.old == step.new), None)
            if back is None:
                kept.append(step)
                continue
            cancelled |= {step.id, *(one.id for one in kept[back:])}
            del kept[back:]
        earlier = [step for step in steps if step.id <= seen_to]
        if kept and earlier and (kept[0].old, kept[0].new) == (earlier[-1].new, earlier[-1].old):
            takes_back[kept[0].id] = earlier[-1].id
    return Settled(frozenset(cancelled), takes_back)


def pick(
    span: Span,
    wants: Sequence[Want],
    *,
    seen_to: int,
    matched_to: int,
    settled: Settled,
    before: Before = Before(),  # noqa: B008  # a value
    carried: Sequence[tuple[Picked, Mark]] = (),
) -> Picked:
    """What a reader is told: each change once with all its reasons."""
    reasons: dict[int, tuple[str, ...]] = {}
    for want in sorted(wants, key=lambda want: want.target):
        target, ids = (want.target,), span.about.get(want.target, ())
        fresh = ids[bisect_right(ids, max(seen_to, want.since)) :]
        if want.groups is not None or want.muted:
            fresh = [number for number in fresh if _is_wanted(span.refs[number], want)]
        for number in fresh:
            reasons[number] = reasons[number] + target if number in reasons else target
    told: dict[int, Told] = {}
    corrections: dict[int, Undone] = {}
    for number, targets in reasons.items():
        if number in settled.cancelled or number in before.at_once:
            continue
        made = settled.takes_back.get(number)
        if made is not None and made in before.told_on:
            corrections[number] = Undone(number, made, before.told_on[made], targets)
        else:
            told[number] = Told(number, targets)
    matches = _matches(span, wants, matched_to, reasons) if span.found else {}
    for one, mark in carried:
        for change in one.changes:
            told.setdefault(change.id, Told(change.id, change.reasons, mark))
        for match in one.matches:
            matches.setdefault(match.item_id, Shown(match.item_id, match.reasons, mark))
        for correction in one.corrections:
            corrections.setdefault(correction.id, correction)
    return Picked(
        _in_order(told), _in_order(matches), _in_order(corrections),
        tuple(_dues(span, wants)) if span.dues else (), tuple(_days(span, wants)) if span.days else (),
    )  # fmt: skip


def _is_wanted(ref: Ref, want: Want) -> bool:
    return is_wanted(ref.kind, want.groups) and ref.item_id not in want.muted


def _in_order(found: Mapping[int, Any]) -> tuple[Any, ...]:
    return tuple(found[number] for number in sorted(found))


def _matches(span: Span, wants: Iterable[Want], matched_to: int, changes: Iterable[int]) -> dict[int, Shown]:
    """Items that only now match; one that something is told about anyway needs no word of its own."""
    changed = {span.refs[number].item_id for number in changes}
    reasons: dict[int, list[str]] = defaultdict(list)
    for want in wants:
        if want.groups is not None and STATUS not in want.groups:
            continue
        for one in span.found.get(want.target, ()):
            began = want.started_at
            if one.id <= matched_to or (began is not None and one.found_at <= began):
                continue
            if one.item_id not in want.muted and one.item_id not in changed:
                reasons[one.item_id].append(want.target)
    return {item: Shown(item, tuple(sorted(targets))) for item, targets in reasons.items()}


def _dues(span: Span, wants: Iterable[Want]) -> Iterable[Shown]:
    reasons: dict[int, list[str]] = defaultdict(list)
    for want in wants:
        if want.groups is not None and ARMS_SALES not in want.groups:
            continue
        for item in span.dues.get(want.target, ()):
            if item not in want.muted:
                reasons[item].append(want.target)
    for item in sorted(reasons):
        yield Shown(item, tuple(sorted(reasons[item])))


def _days(span: Span, wants: Iterable[Want]) -> Iterable[Due]:
    reasons: dict[str, list[str]] = defaultdict(list)
    for want in wants:
        if want.groups is not None and DUTIES.isdisjoint(want.groups):
            continue
        for one in span.days.get(want.target, ()):
            if one.item_id not in want.muted:
                reasons[one.name].append(want.target)
    for name in sorted(reasons):
        yield Due(name, tuple(sorted(reasons[name])))
