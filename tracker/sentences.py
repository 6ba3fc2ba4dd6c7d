"""Plain words for where a measure stands, what comes next, and what one action line did.

Sits beside `stages`, between facts and pages, feeds and digests; pure. Sentences say what the official
history carries and how the procedure goes on from there, and never what is likely.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache

import msgspec

from scrapers.records import BillType, Chamber
from tracker.stages import (
    CONCURRENT_TYPES,
    HOUSE,
    HOUSE_TYPES,
    OTHER,
    PASSAGES,
    SENATE,
    SIMPLE_TYPES,
    Event,
    How,
    Manner,
    Milestone,
    Needed,
    Reading,
    Stage,
    Standing,
)

_SHORT_NAMES = {
    BillType.HR: "H.R.",
    BillType.S: "S.",
    BillType.HJRES: "H.J.Res.",
    BillType.SJRES: "S.J.Res.",
    BillType.HCONRES: "H.Con.Res.",
    BillType.SCONRES: "S.Con.Res.",
    BillType.HRES: "H.Res.",
    BillType.SRES: "S.Res.",
}
_LONG_NAMES = {
    BillType.HR: "House Bill",
    BillType.S: "Senate Bill",
    BillType.HJRES: "House Joint Resolution",
    BillType.SJRES: "Senate Joint Resolution",
    BillType.HCONRES: "House Concurrent Resolution",
    BillType.SCONRES: "Senate Concurrent Resolution",
    BillType.HRES: "House Resolution",
    BillType.SRES: "Senate Resolution",
}
_CHAMBER_NAMES = {HOUSE: "House", SENATE: "Senate"}
_PROPOSES_AMENDMENT = re.compile(r"\bproposing an amendment to the constitution\b", re.IGNORECASE)


class Kind(msgspec.Struct, frozen=True):
    """What sort of measure a sentence is about; it decides the verbs and whether the President has a part."""

    type: BillType
    congress: int
    is_constitutional_amendment: bool = False

    @property
    def origin(self) -> Chamber:
        """The chamber where the measure began."""
        return HOUSE if self.type in HOUSE_TYPES else SENATE


def kind_of(type: BillType, congress: int, title: str) -> Kind:
    """The kind of a measure; only the title tells that it proposes an amendment to the Constitution."""
    is_joint = type in (BillType.HJRES, BillType.SJRES)
    return Kind(type, congress, is_joint and bool(_PROPOSES_AMENDMENT.search(title)))


def measure_name(type: BillType, number: int, *, long: bool = False) -> str:
    """A measure's name: "S.J.Res. 33", or long "Senate Joint Resolution 33"."""
    return f"{(_LONG_NAMES if long else _SHORT_NAMES)[type]} {number}"


def name_of_key(key: str) -> str:
    """A bill as people write it, from its key: "H.R. 7148 (119th Congress)"."""
    congress, kind, number = key.split("-")
    return f"{measure_name(BillType(kind), int(number))} ({ordinal(int(congress))} Congress)"


def ordinal(number: int) -> str:
    """A number in order: "117th"."""
    is_teen = number % 100 in (11, 12, 13)
    suffix = "th" if is_teen else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


@lru_cache(maxsize=4096)
def written_date(day: date) -> str:
    """A day as we write it: "3 April 2025"."""
    return f"{day.day} {day:%B %Y}"


@lru_cache(maxsize=4096)
def written_within(first: date, last: date) -> str:
    """When something was, on one day of these: "3 April 2025", "in April 2025", "in 2025", "between 2016 and 2017"."""
    if first == last:
        return written_date(first)
    after = last + timedelta(days=1)
    if first.day == after.day == 1:
        if (first.year, first.month) == (last.year, last.month):
            return f"in {first:%B %Y}"
        if first.month == after.month == 1:
            return f"in {first.year}" if first.year == last.year else f"between {first.year} and {last.year}"
    begin = f"{first.day} {first:%B}" if first.year == last.year else written_date(first)
    return f"between {begin} and {written_date(last)}"


def congress_ends_on(congress: int) -> date:
    """The day a Congress ends and its unfinished measures die (Twentieth Amendment: 3 January)."""
    return date(1789 + 2 * congress, 1, 3)


# --- what one line did --------------------------------------------------------------------------------------

# {the} is the chamber, {other} the other one, {committee} the committees named and {holder} the same as the
# place it was in; {result} is how the question was decided, at the end of the clause, {by} in its middle.
_ACTIONS: dict[Event, str] = {
    Event.INTRODUCED: "it was introduced in {the}",
    Event.REFERRED: "it was referred to {committee}",
    Event.SUBCOMMITTEE_REFERRED: "it was referred to {subcommittee}",
    Event.SUBCOMMITTEE_DISCHARGED: "{subcommittee} was relieved of it",
    Event.SUBCOMMITTEE_FORWARDED: "the subcommittee sent it to the full committee{result}",
    Event.HEARING: "{committee} held a hearing on it",
    Event.MARKUP: "{committee} met to amend and vote on it",
    Event.ORDERED_REPORTED: "{committee} voted{by} to send it to the full chamber",
    Event.ORDERED_REPORTED_ADVERSELY: "{committee} voted{by} to report it with the advice to reject it",
    Event.REPORT_REFUSED: "the committee declined{by} to report it",
    Event.REPORTED: "{committee} reported it to {the}{report}",
    Event.REPORTED_ADVERSELY: "{committee} reported it to {the} with the advice to reject it{report}",
    Event.REPORT_FILED: "{committee} filed a written report on it{report}",
    Event.COMMITTED: "{the} voted{by} to send it to {committee}",
    Event.COMMIT_REJECTED: "{the} refused{by} to send it back to committee",
    Event.DISCHARGED: "it was taken out of {holder}{result}",
    Event.DISCHARGE_PETITION_FILED: "a petition to take it out of committee was opened in {the}",
    Event.DISCHARGE_PETITION_COMPLETED: "the petition to take it out of committee was put on a calendar",
    Event.DISCHARGE_MOVED: "a motion to take it out of committee was made in {the}",
    Event.DISCHARGE_REJECTED: "{the} refused{by} to take it out of committee",
    Event.DISCHARGE_TABLED: "{the} set aside{by} a motion to take it out of committee",
    Event.DISCHARGE_RULED_OUT: "a motion in {the} to take it out of committee fell on a point of order",
    Event.PLACED_ON_CALENDAR: "it was placed on the calendar of {the}",
    Event.RECEIVED: "it was received in {the}",
    Event.HELD_AT_DESK: "it was held at the desk of {the}",
    Event.RETURNED: "it was returned to {the}",
    Event.RULE_REPORTED: "the House Rules Committee proposed a rule for debating it",
    Event.RULE_ADOPTED: "the House adopted the rule for debating it",
    Event.RULE_REJECTED: "the House voted down the rule for debating it",
    Event.PROCEED_MOVED: "a motion to take it up was made in {the}",
    Event.PROCEED_WITHDRAWN: "the motion to take it up was withdrawn in {the}",
    Event.PROCEED_AGREED: "{the} agreed to take it up{result}",
    Event.PROCEED_REJECTED: "{the} refused{by} to take it up",
    Event.CLOTURE_FILED: "a motion to end debate was filed in {the}",
    Event.CLOTURE_INVOKED: "{the} voted to end debate{result}",
    # Rule XXII asks three fifths of all senators, so that 54 to 45 is a defeat.
    Event.CLOTURE_FAILED: "a vote to end debate fell short in {the}{by} of the three fifths needed",
    Event.CONSIDERED: "{the} took it up",
    Event.VOTE_POSTPONED: "{the} debated it and put off the vote",
    Event.PASSED: "{the} passed it{result}",
    Event.PASSED_AMENDED: "{the} passed it with changes{result}",
    Event.AGREED_TO: "{the} agreed to it{result}",
    Event.AGREED_TO_AMENDED: "{the} agreed to it with changes{result}",
    Event.FAILED: "{the} voted it down{result}",
    Event.SUSPENSION_FAILED: "it fell short in {the}{by} of the two thirds needed to suspend the rules",
    Event.TABLED: "{the} set it aside for good{result}",
    Event.POSTPONED_INDEFINITELY: "{the} put it off indefinitely{result}",
    Event.RECONSIDERED: "{the} agreed{by} to reconsider its vote",
    Event.VITIATED: "{the} undid its earlier action",
    Event.AMENDMENT_RECEIVED: "the changes made by {other} reached {the}",
    Event.CONCURRED: "{the} accepted{by} the changes made by {other}",
    Event.CONCURRED_AMENDED: "{the} answered{by} the changes made by {other} with its own",
    Event.CONCURRENCE_REJECTED: "{the} refused{by} to accept the changes made by {other}",
    Event.DISAGREED: "{the} rejected{by} the changes made by {other}",
    Event.CONFERENCE_REQUESTED: "a conference of the two chambers was requested",
    Event.CONFEREES_APPOINTED: "{the} named its members of a conference with {other}",
    Event.CONFERENCE_REPORT_FILED: "the conference of the two chambers filed a common text{report}",
    Event.CONFERENCE_REPORT_AGREED: "{the} agreed to the conference text{result}",
    Event.CONFERENCE_REPORT_REJECTED: "{the} rejected the conference text{result}",
    Event.PRESENTED: "it was sent to the President",
    Event.SIGNED: "the President signed it",
    Event.VETOED: "the President vetoed it",
    Event.POCKET_VETOED: "the President let it lapse by a pocket veto",
    Event.OVERRIDE_PASSED: "{the} voted to override the veto{result}",
    Event.OVERRIDE_FAILED: "{the} failed to override the veto{result}",
    Event.BECAME_LAW: "it became law{law}",
}


def action_sentence(reading: Reading, acted_on: date, committees: Iterable[str] = ()) -> str:
    """Our words for an action line, from its reading and the display names of its committees."""
    names = tuple(committees)
    chamber = reading.chamber
    result = _result(reading.yeas, reading.nays, reading.manner, reading.needed)
    clause = _ACTIONS[reading.event].format(
        the=_the(chamber),
        other=_the(OTHER[chamber] if chamber else None, "the other chamber"),
        committee=_listed(names) or "a committee",
        holder=_listed(names) or "committee",
        subcommittee=_listed(names) or "a subcommittee",
        result=result,
        by=_within_commas(_result(reading.yeas, reading.nays, reading.manner)),
        report=f" ({reading.report})" if reading.report else "",
        law=f" as {reading.law}" if reading.law else "",
    )
    return f"On {written_date(acted_on)} {clause}."


def _the(chamber: Chamber | None, unknown: str = "the chamber") -> str:
    return f"the {_CHAMBER_NAMES[chamber]}" if chamber else unknown


def _listed(names: tuple[str, ...]) -> str:
    """Committees in a row: "the A, the B and the C"."""
    articled = [f"the {name}" for name in names]
    return " and ".join([", ".join(articled[:-1]), articled[-1]]) if len(articled) > 1 else "".join(articled)


_MANNERS = {
    Manner.VOICE: " by voice vote",
    Manner.UNANIMOUS_CONSENT: " by unanimous consent",
    Manner.WITHOUT_OBJECTION: " without objection",
    Manner.PETITION: " by petition",
    Manner.RECORDED: "",
}
_NEEDED = {Needed.TWO_THIRDS: " (two thirds needed)", Needed.SIXTY: " (60 votes needed)"}


def _result(
    yeas: int | None, nays: int | None, manner: Manner | None = None, needed: Needed | None = None
) -> str:
    if yeas is not None and nays is not None:
        return f", {yeas} to {nays}" + (_NEEDED[needed] if needed else "")
    return _MANNERS[manner] if manner else ""


def _within_commas(result: str) -> str:
    """A result in the middle of a clause: "refused, 15 to 82, to", but "refused by voice vote to"."""
    return f"{result}," if result.startswith(",") else result


# --- where a measure stands ---------------------------------------------------------------------------------

CommitteeNames = Mapping[str, str]
"""Display names by committee code: `{"ssfr00": "Senate Foreign Relations Committee"}`."""

# More than this many committees are counted, not named.
_MANY = 3

_LASTING = frozenset(
    {Stage.AGREED_TO, Stage.BECAME_LAW, Stage.VETO_SUSTAINED, Stage.FAILED_HOUSE, Stage.FAILED_SENATE}
)
"""Stages that the end of a Congress does not change."""

_LEFT_CONGRESS = frozenset({Stage.PASSED_BOTH, Stage.TO_PRESIDENT, Stage.VETOED})
"""Stages where the end of a Congress leaves the outcome to others."""


def has_died(standing: Standing, kind: Kind, today: date) -> bool:
    """Whether the measure was still before its Congress when that ended; `today` is Washington's day."""
    is_over = today >= congress_ends_on(kind.congress)
    return is_over and standing.stage not in _LASTING | _LEFT_CONGRESS


def status_sentence(standing: Standing, kind: Kind, today: date, committees: CommitteeNames) -> str:
    """Where the measure stands, in a sentence or two; a setback and an ended Congress are said."""
    telling = _Telling(standing, kind, committees, has_died(standing, kind, today))
    sentences = [_STATUSES[standing.stage](telling)]
    if standing.setback and standing.setback_on:
        sentences.append(_setback_sentence(standing, standing.setback, standing.setback_on))
    if telling.died and standing.stage is not Stage.IN_COMMITTEE:
        sentences.append(f"It died {telling.ended()}.")
    if today >= congress_ends_on(kind.congress) and standing.stage in _LEFT_CONGRESS:
        sentences.append("The official history held here ends there.")
    return " ".join(sentences)


class _Telling(msgspec.Struct, frozen=True):
    """What every status template works from."""

    standing: Standing
    kind: Kind
    names: CommitteeNames
    died: bool

    @property
    def since(self) -> str:
        return written_date(self.standing.since)

    def milestone(self, *events: Event) -> Milestone | None:
        """The last milestone of one of these kinds."""
        return next((stone for stone in reversed(self.standing.track) if stone.event in events), None)

    def first(self, *events: Event) -> Milestone | None:
        """The first milestone of one of these kinds."""
        return next((stone for stone in self.standing.track if stone.event in events), None)

    def holders(self) -> str:
        """Who holds the measure now: the committees by name, or how many they are, or the chamber."""
        codes = self.standing.committees
        names = tuple(self.names[code] for code in codes if code in self.names)
        chamber = self.standing.chamber or self.kind.origin
        if len(codes) > _MANY:
            return f"{len(codes)} {_CHAMBER_NAMES[chamber]} committees"
        return _listed(names) if names and len(names) == len(codes) else f"committee in {_the(chamber)}"

    def ended(self) -> str:
        congress = self.kind.congress
        return f"when the {ordinal(congress)} Congress ended on {written_date(congress_ends_on(congress))}"


def _introduced(telling: _Telling) -> str:
    return f"Introduced in {_the(telling.kind.origin)} on {telling.since}."


def _in_committee(telling: _Telling) -> str:
    if telling.died:
        return f"Died in {telling.holders()} {telling.ended()}."
    since = "" if telling.standing.setback else f" since {telling.since}"
    return f"In {telling.holders()}{since}."


def _ordered_reported(telling: _Telling) -> str:
    stone = telling.milestone(Event.ORDERED_REPORTED, Event.ORDERED_REPORTED_ADVERSELY)
    who = _committees_of(stone, telling)
    adverse = stone is not None and stone.event is Event.ORDERED_REPORTED_ADVERSELY
    what = (
        "report it with the advice to reject it"
        if adverse
        else f"send it to the full {_CHAMBER_NAMES[telling.kind.origin]}"
    )
    result = _within_commas(_milestone_result(stone))
    pending = "" if telling.died else "; its report is not filed yet"
    return f"{_capital(who)} voted on {telling.since}{result} to {what}{pending}."


def _reported(telling: _Telling) -> str:
    stone = telling.first(Event.REPORTED, Event.REPORTED_ADVERSELY)
    adverse = " with the advice to reject it" if stone and stone.event is Event.REPORTED_ADVERSELY else ""
    still = f"; still in {telling.holders()}" if telling.standing.committees and not telling.died else ""
    chamber = _CHAMBER_NAMES[telling.kind.origin]
    who = _committees_of(stone, telling)
    return f"Sent to the full {chamber} by {who}{adverse} on {telling.since}{still}."


def _on_calendar(telling: _Telling) -> str:
    stone = telling.milestone(Event.DISCHARGED)
    chamber = _name(telling.kind.origin)
    if stone is None:
        return f"On the {chamber} calendar since {telling.since}."
    where = f"; on the {chamber} calendar" if telling.standing.place is Event.PLACED_ON_CALENDAR else ""
    taken = f"Taken out of {_committees_of(stone, telling, 'committee')} on {telling.since}"
    return f"{taken}{_milestone_result(stone)}{where}."


def _passed_one(telling: _Telling) -> str:
    stone = telling.milestone(*PASSAGES)
    return f"{_passage(stone, telling)}{_whereabouts(telling)}."


def _whereabouts(telling: _Telling) -> str:
    """Where a measure is in the chamber that has not passed it yet."""
    standing = telling.standing
    tense = "" if telling.died else "now "
    if standing.committees and standing.place is Event.ORDERED_REPORTED:
        return f"; {telling.holders()} voted to report it"
    if standing.committees:
        return f"; {tense}in {telling.holders()}"
    words = {
        Event.REFERRED: f"; {tense}in committee in {_the(standing.chamber)}",
        Event.ORDERED_REPORTED: f"; a committee of {_the(standing.chamber)} voted to report it",
        Event.REPORTED: f"; reported to {_the(standing.chamber)} by its committee",
        Event.DISCHARGED: f"; taken out of committee in {_the(standing.chamber)}",
        Event.PLACED_ON_CALENDAR: f"; {tense}on the {_name(standing.chamber)} calendar",
        Event.RECEIVED: f"; received in {_the(standing.chamber)}",
        Event.HELD_AT_DESK: f"; {tense}held at the {_name(standing.chamber)}'s desk",
        Event.RETURNED: f"; returned to {_the(standing.chamber)}",
    }
    return words.get(standing.place, "") if standing.place else ""


def _failed(telling: _Telling) -> str:
    stone = telling.milestone(Event.FAILED, Event.TABLED)
    verb = "Set aside for good" if stone and stone.event is Event.TABLED else "Voted down"
    chamber = HOUSE if telling.standing.stage is Stage.FAILED_HOUSE else SENATE
    fate = f"{verb} by {_the(chamber)} on {telling.since}{_milestone_result(stone)}"
    earlier = telling.milestone(*PASSAGES)
    return f"{_passage(earlier, telling)}; {_lower(fate)}." if earlier else f"{fate}."


def _resolving(telling: _Telling) -> str:
    standing = telling.standing
    words = {
        Event.CONFERENCE_REQUESTED: "a conference to settle them was requested",
        Event.CONFEREES_APPOINTED: "a conference of both was named to settle them",
        Event.CONFERENCE_REPORT_FILED: "a conference has filed a common text",
    }
    default = f"it is {_the(standing.chamber)}'s turn" if standing.chamber and not telling.died else ""
    where = words.get(standing.place, default) if standing.place else default
    return "The House and the Senate passed different texts" + (f"; {where}." if where else ".")


def _passed_both(telling: _Telling) -> str:
    onward = " and proposed to the states" if telling.kind.is_constitutional_amendment else ""
    return f"Passed by both chambers{onward}, {_last_of_two(telling)}."


def _agreed_to(telling: _Telling) -> str:
    if telling.kind.type in SIMPLE_TYPES:
        result = _milestone_result(telling.milestone(*PASSAGES))
        return f"Agreed to by {_the(telling.kind.origin)} on {telling.since}{result}."
    return f"Agreed to by both chambers, {_last_of_two(telling)}."


def _last_of_two(telling: _Telling) -> str:
    """The vote that made the two chambers agree: "last by the House on 20 May 2026, 220 to 211"."""
    stone = telling.milestone(*PASSAGES, Event.CONCURRED, Event.CONFERENCE_REPORT_AGREED)
    who = f"last by {_the(stone.chamber)}" if stone else "finally"
    return f"{who} on {telling.since}{_milestone_result(stone)}"


def _to_president(telling: _Telling) -> str:
    return f"Sent to the President on {telling.since}."


def _vetoed(telling: _Telling) -> str:
    pocket = " by a pocket veto" if telling.milestone(Event.POCKET_VETOED) else ""
    stone = telling.milestone(Event.OVERRIDE_PASSED)
    override = (
        f"; {_the(stone.chamber)} voted on {written_date(stone.on)} to override{_milestone_result(stone)}"
        if stone
        else ""
    )
    return f"Vetoed by the President on {telling.since}{pocket}{override}."


def _veto_sustained(telling: _Telling) -> str:
    veto, vote = telling.milestone(Event.VETOED), telling.milestone(Event.OVERRIDE_FAILED)
    on = f" on {written_date(veto.on)}" if veto else ""
    who = _the(vote.chamber if vote else None)
    result = _milestone_result(vote)
    return f"Vetoed by the President{on}; on {telling.since} {who} failed to override the veto{result}."


def _became_law(telling: _Telling) -> str:
    ways = {
        How.SIGNED: ", signed by the President",
        How.WITHOUT_SIGNATURE: " without the President's signature",
        How.OVER_VETO: " over the President's veto",
    }
    standing = telling.standing
    way = ways[standing.how] if standing.how else ""
    law = f" ({standing.law})" if standing.law else ""
    return f"Became law on {telling.since}{way}{law}."


_STATUSES: dict[Stage, Callable[[_Telling], str]] = {
    Stage.INTRODUCED: _introduced,
    Stage.IN_COMMITTEE: _in_committee,
    Stage.ORDERED_REPORTED: _ordered_reported,
    Stage.REPORTED: _reported,
    Stage.ON_CALENDAR: _on_calendar,
    Stage.FAILED_HOUSE: _failed,
    Stage.FAILED_SENATE: _failed,
    Stage.PASSED_HOUSE: _passed_one,
    Stage.PASSED_SENATE: _passed_one,
    Stage.RESOLVING_DIFFERENCES: _resolving,
    Stage.PASSED_BOTH: _passed_both,
    Stage.AGREED_TO: _agreed_to,
    Stage.TO_PRESIDENT: _to_president,
    Stage.VETOED: _vetoed,
    Stage.VETO_SUSTAINED: _veto_sustained,
    Stage.BECAME_LAW: _became_law,
}


# --- what comes next ----------------------------------------------------------------------------------------

# {the} is the chamber that acts, {other} the other one.
_STAYS_IN_COMMITTEE = "It stays in committee unless the committee reports it or {the} takes it out after all."
_NEXT_AFTER_SETBACK: dict[Event, str] = {
    Event.DISCHARGE_REJECTED: _STAYS_IN_COMMITTEE,
    Event.DISCHARGE_TABLED: _STAYS_IN_COMMITTEE,
    Event.DISCHARGE_RULED_OUT: _STAYS_IN_COMMITTEE,
    Event.CLOTURE_FAILED: "{The} can vote on ending debate again.",
    Event.PROCEED_REJECTED: "{The} can vote on taking it up again.",
    Event.RULE_REJECTED: "It needs another rule, or two thirds to suspend the rules, to pass the House.",
    Event.POSTPONED_INDEFINITELY: "Nothing, unless {the} takes it up again.",
    Event.SUSPENSION_FAILED: "It could still be brought up under a rule, where a simple majority is enough.",
}
_NEXT_AFTER_DEATH = "Nothing: it would have to be introduced again in a new Congress."
_NEXT_AFTER_CONGRESS = {
    Stage.FAILED_HOUSE: _NEXT_AFTER_DEATH,
    Stage.FAILED_SENATE: _NEXT_AFTER_DEATH,
    Stage.TO_PRESIDENT: "Nothing in Congress: the decision was the President's.",
    Stage.VETOED: "Nothing: the Congress that could have overridden the veto is over.",
}


def next_step_sentence(standing: Standing, kind: Kind, today: date, committees: CommitteeNames) -> str:
    """What the procedure asks for next, which is not a forecast that it will happen."""
    died = has_died(standing, kind, today)
    if died:
        return _NEXT_AFTER_DEATH
    if today >= congress_ends_on(kind.congress) and standing.stage in _NEXT_AFTER_CONGRESS:
        return _NEXT_AFTER_CONGRESS[standing.stage]
    chamber = standing.chamber or kind.origin
    if standing.setback in _NEXT_AFTER_SETBACK and standing.stage not in _LASTING:
        sentence = _NEXT_AFTER_SETBACK[standing.setback]
        return sentence.format(the=_the(chamber), The=_capital(_the(chamber)), other=_the(OTHER[chamber]))
    return _NEXT[standing.stage](_Telling(standing, kind, committees, died))


def _next_introduced(telling: _Telling) -> str:
    return f"{_capital(_the(telling.kind.origin))} can refer it to a committee or take it up."


def _next_in_committee(telling: _Telling) -> str:
    chamber = telling.standing.chamber or telling.kind.origin
    is_one = len(telling.standing.committees) == 1
    who = "The committee" if is_one else "The committees"
    return f"{who} can report it to {_the(chamber)}, or {_the(chamber)} can vote to take it out of committee."


def _next_ordered_reported(telling: _Telling) -> str:
    chamber = _the(telling.kind.origin)
    return f"The committee files its report; then {chamber} can take it up."


def _next_floor(telling: _Telling) -> str:
    chamber = _the(telling.kind.origin)
    if telling.standing.committees:
        return f"The remaining committees report it or are relieved of it; then {chamber} can take it up."
    return f"{_capital(chamber)} can take it up and vote on it."


def _next_failed(telling: _Telling) -> str:
    chamber = HOUSE if telling.standing.stage is Stage.FAILED_HOUSE else SENATE
    return f"Nothing, unless {_the(chamber)} reconsiders its vote."


def _next_passed_one(telling: _Telling) -> str:
    standing = telling.standing
    passed = HOUSE if standing.stage is Stage.PASSED_HOUSE else SENATE
    verb = "agree to" if telling.kind.type in CONCURRENT_TYPES else "pass"
    if standing.place is Event.RETURNED and standing.chamber is passed:
        return f"{_capital(_the(passed))} has it back and decides how to go on."
    if standing.committees:
        which = "committee" if len(standing.committees) == 1 else "committees"
        return (
            f"The {which} can report it to {_the(OTHER[passed])}, which must {verb} the same text "
            f"{_before(telling)}."
        )
    return f"{_capital(_the(OTHER[passed]))} must {verb} the same text {_before(telling)}."


def _before(telling: _Telling) -> str:
    """What agreement of both chambers leads to."""
    if telling.kind.type in CONCURRENT_TYPES:
        return "for it to take effect"
    return (
        "before it goes to the states"
        if telling.kind.is_constitutional_amendment
        else "before it goes to the President"
    )


def _next_resolving(telling: _Telling) -> str:
    place = telling.standing.place
    if place in (Event.CONFERENCE_REQUESTED, Event.CONFEREES_APPOINTED):
        return f"The conference must settle on one text, and both chambers agree to it, {_before(telling)}."
    chamber = _the(telling.standing.chamber or telling.kind.origin)
    return f"{_capital(chamber)} can accept the text before it, change it again or ask for a conference."


def _next_passed_both(telling: _Telling) -> str:
    if telling.kind.is_constitutional_amendment:
        return (
            "It goes to the states, three fourths of which must ratify it. The President has no part in it."
        )
    return "It goes to the President."


def _next_agreed_to(telling: _Telling) -> str:
    if telling.kind.type in SIMPLE_TYPES:
        return f"Nothing: it speaks for {_the(telling.kind.origin)} alone and does not go to the President."
    return "Nothing: it speaks for both chambers and does not go to the President."


def _next_to_president(_: _Telling) -> str:
    return "The President has ten days, not counting Sundays, to sign or veto it."


def _next_vetoed(telling: _Telling) -> str:
    if telling.milestone(Event.POCKET_VETOED):
        return "Nothing: a pocket veto cannot be overridden."
    chamber = _the(telling.standing.chamber or telling.kind.origin)
    return f"Two thirds of each chamber can override the veto; {chamber} votes next."


def _next_veto_sustained(_: _Telling) -> str:
    return "Nothing: the veto stands."


def _next_became_law(_: _Telling) -> str:
    return "Nothing in Congress: it is law."


_NEXT: dict[Stage, Callable[[_Telling], str]] = {
    Stage.INTRODUCED: _next_introduced,
    Stage.IN_COMMITTEE: _next_in_committee,
    Stage.ORDERED_REPORTED: _next_ordered_reported,
    Stage.REPORTED: _next_floor,
    Stage.ON_CALENDAR: _next_floor,
    Stage.FAILED_HOUSE: _next_failed,
    Stage.FAILED_SENATE: _next_failed,
    Stage.PASSED_HOUSE: _next_passed_one,
    Stage.PASSED_SENATE: _next_passed_one,
    Stage.RESOLVING_DIFFERENCES: _next_resolving,
    Stage.PASSED_BOTH: _next_passed_both,
    Stage.AGREED_TO: _next_agreed_to,
    Stage.TO_PRESIDENT: _next_to_president,
    Stage.VETOED: _next_vetoed,
    Stage.VETO_SUSTAINED: _next_veto_sustained,
    Stage.BECAME_LAW: _next_became_law,
}


# --- parts of sentences -------------------------------------------------------------------------------------


def _setback_sentence(standing: Standing, event: Event, on: date) -> str:
    reading = Reading(event, standing.setback_chamber, yeas=standing.setback_yeas, nays=standing.setback_nays)
    return action_sentence(reading, on)


def _passage(stone: Milestone | None, telling: _Telling) -> str:
    if stone is None:
        return "Passed one chamber"
    is_resolution = telling.kind.type in CONCURRENT_TYPES | SIMPLE_TYPES
    verb = "Agreed to by" if is_resolution else "Passed"
    return f"{verb} {_the(stone.chamber)} on {written_date(stone.on)}{_milestone_result(stone)}"


def _committees_of(stone: Milestone | None, telling: _Telling, unnamed: str = "a committee") -> str:
    codes = stone.committees if stone else ()
    names = tuple(telling.names[code] for code in codes if code in telling.names)
    return _listed(names) or unnamed


def _milestone_result(stone: Milestone | None) -> str:
    return _result(stone.yeas, stone.nays, stone.manner, stone.needed) if stone else ""


def _name(chamber: Chamber | None) -> str:
    return _CHAMBER_NAMES[chamber] if chamber else "chamber"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
