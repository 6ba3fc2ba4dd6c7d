"""A measure's journey as a row of steps, each done, now, stopped or ahead. Pure."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from scrapers.records import Chamber
from tracker.sentences import CommitteeNames, Kind, congress_ends_on, has_died
from tracker.stages import (
    CONCURRENT_TYPES,
    OTHER,
    PASSAGES,
    SIMPLE_TYPES,
    Event,
    Milestone,
    Stage,
    Standing,
)
from tracker.web.formatting import short_date

State = Literal["done", "now", "stopped", "ahead"]

_NAMES = {Chamber.HOUSE: "House", Chamber.SENATE: "Senate"}


class Step(msgspec.Struct, frozen=True):
    """One step: its name, a few words below it, and whether it lies behind, here or ahead."""

    label: str
    note: str
    state: State


# The steps in the order of travel. A measure's own list leaves out those that its kind never takes.
_INTRODUCED, _COMMITTEE, _FLOOR, _OTHER, _SETTLE, _PRESIDENT, _END = range(7)

# Where a measure of that stage is now. A chamber that refused it or has it is told apart below.
_NOW = {
    Stage.INTRODUCED: _INTRODUCED,
    Stage.IN_COMMITTEE: _COMMITTEE,
    Stage.ORDERED_REPORTED: _COMMITTEE,
    Stage.REPORTED: _FLOOR,
    Stage.ON_CALENDAR: _FLOOR,
    Stage.RESOLVING_DIFFERENCES: _SETTLE,
    Stage.PASSED_BOTH: _PRESIDENT,
    Stage.TO_PRESIDENT: _PRESIDENT,
    Stage.VETOED: _PRESIDENT,
    Stage.VETO_SUSTAINED: _PRESIDENT,
    Stage.AGREED_TO: _END,
    Stage.BECAME_LAW: _END,
}
_PASSED_BY = {Stage.PASSED_HOUSE: Chamber.HOUSE, Stage.PASSED_SENATE: Chamber.SENATE}
_REFUSED_BY = {Stage.FAILED_HOUSE: Chamber.HOUSE, Stage.FAILED_SENATE: Chamber.SENATE}
_SETTLING = frozenset(
    {Event.CONCURRED_AMENDED, Event.DISAGREED, Event.CONFERENCE_REQUESTED, Event.CONFEREES_APPOINTED,
     Event.CONFERENCE_REPORT_FILED, Event.CONFERENCE_REPORT_AGREED, Event.CONCURRED}
)  # fmt: skip
_OUT_OF_COMMITTEE = frozenset(
    {Event.REPORTED, Event.REPORTED_ADVERSELY, Event.DISCHARGED, Event.PLACED_ON_CALENDAR}
)
_IN_COMMITTEE = frozenset({Event.REFERRED, Event.COMMITTED, Event.ORDERED_REPORTED})

_STOPPED_NOTES = {
    Stage.FAILED_HOUSE: "voted down",
    Stage.FAILED_SENATE: "voted down",
    Stage.VETOED: "vetoed",
    Stage.VETO_SUSTAINED: "veto upheld",
}
_NOW_NOTES = {
    Stage.ORDERED_REPORTED: "approved, report to come",
    Stage.REPORTED: "reported",
    Stage.ON_CALENDAR: "on the calendar",
    Stage.RESOLVING_DIFFERENCES: "two different texts",
    Stage.TO_PRESIDENT: "sent",
    Stage.PASSED_BOTH: "both chambers agreed",
}
_PLACE_NOTES = {
    Event.REFERRED: "in committee",
    Event.PLACED_ON_CALENDAR: "on the calendar",
    Event.HELD_AT_DESK: "at the desk",
    Event.REPORTED: "reported",
    Event.ORDERED_REPORTED: "approved in committee",
    Event.DISCHARGED: "out of committee",
    Event.RETURNED: "returned",
}
_SETBACK_NOTES = {
    Event.DISCHARGE_REJECTED: "discharge refused",
    Event.DISCHARGE_TABLED: "discharge set aside",
    Event.DISCHARGE_RULED_OUT: "discharge ruled out",
    Event.CLOTURE_FAILED: "end of debate refused",
    Event.PROCEED_REJECTED: "not taken up",
    Event.SUSPENSION_FAILED: "two thirds missed",
    Event.RULE_REJECTED: "rule voted down",
    Event.COMMIT_REJECTED: "motion to send back refused",
    Event.POSTPONED_INDEFINITELY: "put off indefinitely",
    Event.CONCURRENCE_REJECTED: "changes refused",
    Event.CONFERENCE_REPORT_REJECTED: "conference text rejected",
    Event.REPORT_REFUSED: "report refused",
}


def steps(standing: Standing, kind: Kind, today: date, names: CommitteeNames) -> tuple[Step, ...]:
    """The steps of a measure of its kind; `today` is Washington's day."""
    places = _places(standing, kind)
    now = _now(standing, kind)
    died = has_died(standing, kind, today)
    return tuple(_step(place, now, standing, kind, names, died=died) for place in places)


def _places(standing: Standing, kind: Kind) -> list[int]:
    """The steps that a measure of this kind takes, and this one took."""
    events = {milestone.event for milestone in standing.track}
    places = [_INTRODUCED, _COMMITTEE, _FLOOR, _OTHER, _SETTLE, _PRESIDENT, _END]
    if kind.type in SIMPLE_TYPES:
        places = [_INTRODUCED, _COMMITTEE, _FLOOR]
    elif kind.type in CONCURRENT_TYPES:
        places = [_INTRODUCED, _COMMITTEE, _FLOOR, _OTHER, _SETTLE]
    elif kind.is_constitutional_amendment:
        places.remove(_PRESIDENT)
    was_skipped = _now(standing, kind) > _COMMITTEE and not events & _IN_COMMITTEE
    if was_skipped:
        places.remove(_COMMITTEE)
    if _SETTLE in places and standing.stage is not Stage.RESOLVING_DIFFERENCES and not events & _SETTLING:
        places.remove(_SETTLE)
    return places


def _now(standing: Standing, kind: Kind) -> int:
    stage = standing.stage
    if stage in _PASSED_BY:
        return _OTHER if _PASSED_BY[stage] is kind.origin else _FLOOR
    if stage in _REFUSED_BY:
        return _FLOOR if _REFUSED_BY[stage] is kind.origin else _OTHER
    if stage is Stage.PASSED_BOTH and kind.is_constitutional_amendment:
        return _END
    return _NOW[stage]


def _step(place: int, now: int, standing: Standing, kind: Kind, names: CommitteeNames, *, died: bool) -> Step:
    label = _label(place, standing, kind, names)
    is_over = standing.stage in (Stage.AGREED_TO, Stage.BECAME_LAW)
    if place < now or (is_over and place <= now):
        return Step(label, _done_note(place, standing, kind), "done")
    if place > now:
        return Step(label, "", "ahead")
    return _here(label, standing, kind, died=died)


def _here(label: str, standing: Standing, kind: Kind, *, died: bool) -> Step:
    stage = standing.stage
    if stage in _STOPPED_NOTES:
        was_tabled = stage in _REFUSED_BY and standing.track[-1].event is Event.TABLED
        words = "set aside" if was_tabled else _STOPPED_NOTES[stage]
        return Step(label, f"{words} {short_date(standing.since)}", "stopped")
    if died:
        return Step(label, f"ended {short_date(congress_ends_on(kind.congress))}", "stopped")
    if standing.setback and standing.setback_on:
        words = _SETBACK_NOTES.get(standing.setback, "a motion failed")
        return Step(label, f"{words} {short_date(standing.setback_on)}", "stopped")
    if stage in _PASSED_BY:
        if standing.place is None or standing.place_on is None:
            return Step(label, "not received yet", "now")
        words = _PLACE_NOTES.get(standing.place, "received")
        return Step(label, f"{words} {short_date(standing.place_on)}", "now")
    return Step(label, f"{_NOW_NOTES.get(stage, 'since')} {short_date(standing.since)}", "now")


def _label(place: int, standing: Standing, kind: Kind, names: CommitteeNames) -> str:
    if place == _COMMITTEE:
        return _committee_label(standing, kind, names)
    if place == _END:
        return "To the states" if kind.is_constitutional_amendment else "Law"
    chambers = {_FLOOR: kind.origin, _OTHER: OTHER[kind.origin]}
    return _NAMES[chambers[place]] if place in chambers else _LABELS[place]


_LABELS = {_INTRODUCED: "Introduced", _SETTLE: "One text", _PRESIDENT: "President"}


def _committee_label(standing: Standing, kind: Kind, names: CommitteeNames) -> str:
    """The committee's own name where there is one: "Foreign Relations"."""
    codes = standing.committees if standing.chamber is kind.origin else ()
    codes = codes or next((stone.committees for stone in standing.track if stone.committees), ())
    if len(codes) != 1 or codes[0] not in names:
        return "Committees" if len(codes) > 1 else "Committee"
    return names[codes[0]].removeprefix("House ").removeprefix("Senate ").removesuffix(" Committee")


def _done_note(place: int, standing: Standing, kind: Kind) -> str:
    """When it was done, and by how many votes."""
    stone = _stone(place, standing, kind)
    if stone is None:
        return ""
    votes = f"{stone.yeas} to {stone.nays}, " if stone.yeas is not None and stone.nays is not None else ""
    return f"{votes}{short_date(stone.on)}"


_TOLD_BY: dict[int, tuple[frozenset[Event], bool | None]] = {
    _INTRODUCED: (frozenset({Event.INTRODUCED}), None),
    _COMMITTEE: (_OUT_OF_COMMITTEE, False),
    _FLOOR: (PASSAGES, False),
    _OTHER: (PASSAGES, True),
    _SETTLE: (_SETTLING, None),
    _PRESIDENT: (frozenset({Event.SIGNED, Event.PRESENTED, Event.VETOED}), None),
    _END: (frozenset({Event.BECAME_LAW, Event.OVERRIDE_PASSED}), None),
}
"""What does a step, and whether in the other chamber than where the measure began; None for in either."""


def _stone(place: int, standing: Standing, kind: Kind) -> Milestone | None:
    """The milestone that a step's note tells."""
    events, of_other = _TOLD_BY[place]
    chamber = None if of_other is None else OTHER[kind.origin] if of_other else kind.origin
    stones = [
        stone
        for stone in standing.track
        if stone.event in events and (chamber is None or stone.chamber is chamber)
    ]
    return stones[-1] if stones else None
