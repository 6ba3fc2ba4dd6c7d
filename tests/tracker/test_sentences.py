"""Plain sentences: exact words for standings, next steps and action lines."""

from __future__ import annotations

from datetime import date

import pytest

from scrapers.records import BillType
from tracker.sentences import (
    Kind,
    action_sentence,
    congress_ends_on,
    has_died,
    kind_of,
    measure_name,
    next_step_sentence,
    ordinal,
    status_sentence,
    written_date,
    written_within,
)
from tracker.stages import (
    HOUSE,
    SENATE,
    Event,
    How,
    Manner,
    Milestone,
    Needed,
    Reading,
    Stage,
    Standing,
)

NAMES = {
    "ssfr00": "Senate Foreign Relations Committee",
    "hsfa00": "House Foreign Affairs Committee",
    "hsju00": "House Judiciary Committee",
    "hsas00": "House Armed Services Committee",
}
NOW = date(2026, 6, 1)
APRIL = date(2025, 4, 3)
MAY = date(2025, 5, 1)


def _kind(measure: str, congress: int = 119, *, is_constitutional_amendment: bool = False) -> Kind:
    return Kind(BillType(measure), congress, is_constitutional_amendment)


def _status(standing: Standing, kind: Kind, today: date = NOW) -> str:
    return status_sentence(standing, kind, today, NAMES)


def _next(standing: Standing, kind: Kind, today: date = NOW) -> str:
    return next_step_sentence(standing, kind, today, NAMES)


REFUSED_DISCHARGE = Standing(
    stage=Stage.IN_COMMITTEE,
    since=date(2025, 3, 10),
    chamber=SENATE,
    place=Event.REFERRED,
    committees=("ssfr00",),
    setback=Event.DISCHARGE_REJECTED,
    setback_on=APRIL,
    setback_chamber=SENATE,
    setback_yeas=15,
    setback_nays=82,
)
IN_FOREIGN_AFFAIRS = Standing(Stage.IN_COMMITTEE, APRIL, HOUSE, Event.REFERRED, committees=("hsfa00",))
PASSED_HOUSE = Standing(
    stage=Stage.PASSED_HOUSE,
    since=APRIL,
    chamber=SENATE,
    place=Event.REFERRED,
    committees=("ssfr00",),
    track=(Milestone(Event.PASSED, APRIL, HOUSE, 220, 211, 123, Manner.RECORDED),),
)
LAW = Standing(Stage.BECAME_LAW, date(2025, 7, 4), law="Public Law 119-21", how=How.SIGNED)


# --- names and numbers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("measure", "short", "long"),
    [
        ("hr", "H.R. 33", "House Bill 33"),
        ("s", "S. 33", "Senate Bill 33"),
        ("hjres", "H.J.Res. 33", "House Joint Resolution 33"),
        ("sjres", "S.J.Res. 33", "Senate Joint Resolution 33"),
        ("hconres", "H.Con.Res. 33", "House Concurrent Resolution 33"),
        ("sconres", "S.Con.Res. 33", "Senate Concurrent Resolution 33"),
        ("hres", "H.Res. 33", "House Resolution 33"),
        ("sres", "S.Res. 33", "Senate Resolution 33"),
    ],
)
def test_a_measure_has_a_short_and_a_long_name(measure: str, short: str, long: str) -> None:
    assert measure_name(BillType(measure), 33) == short
    assert measure_name(BillType(measure), 33, long=True) == long


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (11, "11th"),
        (112, "112th"),
        (113, "113th"),
        (117, "117th"),
        (121, "121st"),
    ],
)
def test_ordinal(number: int, expected: str) -> None:
    assert ordinal(number) == expected


def test_dates_are_written_out() -> None:
    assert written_date(APRIL) == "3 April 2025"


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (APRIL, APRIL, "3 April 2025"),
        (date(2024, 2, 1), date(2024, 2, 29), "in February 2024"),
        (date(2025, 1, 1), date(2025, 12, 31), "in 2025"),
        (date(2016, 1, 1), date(2017, 12, 31), "between 2016 and 2017"),
        (APRIL, date(2025, 4, 30), "between 3 April and 30 April 2025"),
        (date(2025, 1, 1), date(2025, 3, 31), "between 1 January and 31 March 2025"),
        (APRIL, date(2026, 4, 2), "between 3 April 2025 and 2 April 2026"),
    ],
)
def test_what_is_known_to_a_month_or_less_is_written_as_that(first: date, last: date, expected: str) -> None:
    assert written_within(first, last) == expected


def test_a_congress_ends_on_the_third_of_january() -> None:
    assert congress_ends_on(117) == date(2023, 1, 3)
    assert congress_ends_on(119) == date(2027, 1, 3)


@pytest.mark.parametrize(
    ("measure", "title", "expected"),
    [
        ("hjres", "Proposing an amendment to the Constitution of the United States to limit terms.", True),
        ("sjres", "A joint resolution proposing an amendment to the Constitution of the United States", True),
        ("sjres", "A joint resolution providing for congressional disapproval of a proposed sale", False),
        ("hres", "Opposing any resolution proposing an amendment to the Constitution", False),
    ],
)
def test_only_a_joint_resolution_can_propose_a_constitutional_amendment(
    measure: str, title: str, expected: bool
) -> None:
    assert kind_of(BillType(measure), 119, title).is_constitutional_amendment is expected


# --- where it stands ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("standing", "measure", "expected"),
    [
        (
            REFUSED_DISCHARGE,
            "sjres",
            "In the Senate Foreign Relations Committee. On 3 April 2025 the Senate refused, 15 to 82, to "
            "take it out of committee.",
        ),
        (IN_FOREIGN_AFFAIRS, "hr", "In the House Foreign Affairs Committee since 3 April 2025."),
        (
            Standing(Stage.IN_COMMITTEE, APRIL, HOUSE, committees=("hsfa00", "hsju00")),
            "hr",
            "In the House Foreign Affairs Committee and the House Judiciary Committee since 3 April 2025.",
        ),
        (
            Standing(Stage.IN_COMMITTEE, APRIL, HOUSE, committees=("hsfa00", "hsju00", "hsas00", "hsru00")),
            "hr",
            "In 4 House committees since 3 April 2025.",
        ),
        (Standing(Stage.IN_COMMITTEE, APRIL, HOUSE), "hr", "In committee in the House since 3 April 2025."),
        (
            Standing(
                Stage.ORDERED_REPORTED,
                APRIL,
                HOUSE,
                committees=("hsfa00",),
                track=(Milestone(Event.ORDERED_REPORTED, APRIL, HOUSE, 25, 22, committees=("hsfa00",)),),
            ),
            "hr",
            "The House Foreign Affairs Committee voted on 3 April 2025, 25 to 22, to send it to the full "
            "House; its report is not filed yet.",
        ),
        (
            Standing(
                Stage.REPORTED,
                APRIL,
                HOUSE,
                committees=("hsju00",),
                track=(Milestone(Event.REPORTED, APRIL, HOUSE, committees=("hsfa00",)),),
            ),
            "hr",
            "Sent to the full House by the House Foreign Affairs Committee on 3 April 2025; still in the "
            "House Judiciary Committee.",
        ),
        (
            Standing(
                Stage.ON_CALENDAR,
                APRIL,
                SENATE,
                Event.PLACED_ON_CALENDAR,
                track=(
                    Milestone(
                        Event.DISCHARGED, APRIL, SENATE, manner=Manner.PETITION, committees=("ssfr00",)
                    ),
                ),
            ),
            "sjres",
            "Taken out of the Senate Foreign Relations Committee on 3 April 2025 by petition; on the Senate "
            "calendar.",
        ),
        (
            PASSED_HOUSE,
            "hr",
            "Passed the House on 3 April 2025, 220 to 211; now in the Senate Foreign Relations Committee.",
        ),
        (
            PASSED_HOUSE,
            "hconres",
            "Agreed to by the House on 3 April 2025, 220 to 211; now in the Senate Foreign Relations "
            "Committee.",
        ),
        (
            Standing(
                stage=Stage.PASSED_SENATE,
                since=APRIL,
                chamber=HOUSE,
                place=Event.HELD_AT_DESK,
                setback=Event.SUSPENSION_FAILED,
                setback_on=MAY,
                setback_chamber=HOUSE,
                setback_yeas=264,
                setback_nays=133,
                track=(Milestone(Event.PASSED, APRIL, SENATE, manner=Manner.UNANIMOUS_CONSENT),),
            ),
            "s",
            "Passed the Senate on 3 April 2025 by unanimous consent; now held at the House's desk. On 1 May "
            "2025 it fell short in the House, 264 to 133, of the two thirds needed to suspend the rules.",
        ),
        (
            Standing(
                Stage.FAILED_SENATE,
                APRIL,
                SENATE,
                track=(Milestone(Event.FAILED, APRIL, SENATE, 52, 43, needed=Needed.SIXTY),),
            ),
            "sjres",
            "Voted down by the Senate on 3 April 2025, 52 to 43 (60 votes needed).",
        ),
        (
            Standing(
                Stage.AGREED_TO,
                MAY,
                track=(
                    Milestone(Event.AGREED_TO, APRIL, HOUSE),
                    Milestone(Event.AGREED_TO, MAY, SENATE, 52, 47),
                ),
            ),
            "hconres",
            "Agreed to by both chambers, last by the Senate on 1 May 2025, 52 to 47.",
        ),
        (
            Standing(
                Stage.VETO_SUSTAINED,
                MAY,
                track=(
                    Milestone(Event.VETOED, APRIL),
                    Milestone(Event.OVERRIDE_FAILED, MAY, HOUSE, 248, 177, needed=Needed.TWO_THIRDS),
                ),
            ),
            "hr",
            "Vetoed by the President on 3 April 2025; on 1 May 2025 the House failed to override the veto, "
            "248 to 177 (two thirds needed).",
        ),
        (LAW, "hr", "Became law on 4 July 2025, signed by the President (Public Law 119-21)."),
        (
            Standing(Stage.BECAME_LAW, MAY, how=How.OVER_VETO),
            "hr",
            "Became law on 1 May 2025 over the President's veto.",
        ),
    ],
)
def test_status(standing: Standing, measure: str, expected: str) -> None:
    assert _status(standing, _kind(measure)) == expected


def test_failed_cloture_is_said_with_what_was_needed() -> None:
    standing = Standing(
        Stage.ON_CALENDAR,
        APRIL,
        SENATE,
        Event.PLACED_ON_CALENDAR,
        setback=Event.CLOTURE_FAILED,
        setback_on=MAY,
        setback_chamber=SENATE,
        setback_yeas=54,
        setback_nays=45,
    )
    assert _status(standing, _kind("s")) == (
        "On the Senate calendar since 3 April 2025. On 1 May 2025 a vote to end debate fell short in the "
        "Senate, 54 to 45, of the three fifths needed."
    )


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("measure", BillType)
@pytest.mark.parametrize("today", [NOW, date(2027, 1, 3)])
def test_every_stage_of_every_kind_has_its_sentences(stage: Stage, measure: BillType, today: date) -> None:
    standing = Standing(stage, APRIL, HOUSE)
    for sentence in (_status(standing, _kind(measure), today), _next(standing, _kind(measure), today)):
        assert sentence[0].isupper()
        assert sentence.endswith(".")
        assert "None" not in sentence
        assert "  " not in sentence


# --- when a Congress has ended ------------------------------------------------------------------------------


def test_a_measure_in_committee_dies_there() -> None:
    kind, today = _kind("hr", 117), date(2023, 1, 3)
    assert _status(IN_FOREIGN_AFFAIRS, kind, today) == (
        "Died in the House Foreign Affairs Committee when the 117th Congress ended on 3 January 2023."
    )
    assert _next(IN_FOREIGN_AFFAIRS, kind, today) == (
        "Nothing: it would have to be introduced again in a new Congress."
    )


def test_a_measure_that_passed_one_chamber_dies_with_its_history() -> None:
    assert _status(PASSED_HOUSE, _kind("hr"), date(2027, 1, 3)) == (
        "Passed the House on 3 April 2025, 220 to 211; in the Senate Foreign Relations Committee. It died "
        "when the 119th Congress ended on 3 January 2027."
    )


@pytest.mark.parametrize(
    "stage", [Stage.AGREED_TO, Stage.BECAME_LAW, Stage.VETO_SUSTAINED, Stage.FAILED_HOUSE]
)
def test_what_is_decided_does_not_die(stage: Stage) -> None:
    assert not has_died(Standing(stage, APRIL), _kind("hres", 117), NOW)


def test_a_congress_still_sitting_kills_nothing() -> None:
    assert not has_died(IN_FOREIGN_AFFAIRS, _kind("hr"), date(2027, 1, 2))
    assert has_died(IN_FOREIGN_AFFAIRS, _kind("hr"), date(2027, 1, 3))


def test_a_bill_sent_to_the_president_before_the_end_is_left_open() -> None:
    standing = Standing(Stage.TO_PRESIDENT, date(2022, 12, 28))
    assert _status(standing, _kind("s", 117)) == (
        "Sent to the President on 28 December 2022. The official history held here ends there."
    )
    assert _next(standing, _kind("s", 117)) == "Nothing in Congress: the decision was the President's."


# --- what comes next ----------------------------------------------------------------------------------------


def test_resolutions_never_go_to_the_president() -> None:
    passed = Standing(Stage.PASSED_HOUSE, APRIL, SENATE)
    assert _next(passed, _kind("hconres")) == "The Senate must agree to the same text for it to take effect."
    agreed = Standing(Stage.AGREED_TO, APRIL)
    assert _next(agreed, _kind("sres")) == (
        "Nothing: it speaks for the Senate alone and does not go to the President."
    )
    assert _next(agreed, _kind("hconres")) == (
        "Nothing: it speaks for both chambers and does not go to the President."
    )


def test_a_bill_goes_to_the_president_and_a_constitutional_amendment_to_the_states() -> None:
    both = Standing(Stage.PASSED_BOTH, APRIL)
    assert _next(both, _kind("hjres")) == "It goes to the President."
    amendment = _kind("hjres", is_constitutional_amendment=True)
    assert _next(both, amendment) == (
        "It goes to the states, three fourths of which must ratify it. The President has no part in it."
    )
    one = Standing(Stage.PASSED_HOUSE, APRIL, SENATE)
    assert _next(one, amendment) == "The Senate must pass the same text before it goes to the states."


@pytest.mark.parametrize(
    ("setback", "expected"),
    [
        (
            Event.DISCHARGE_REJECTED,
            "It stays in committee unless the committee reports it or the Senate takes it out after all.",
        ),
        (Event.CLOTURE_FAILED, "The Senate can vote on ending debate again."),
        (Event.PROCEED_REJECTED, "The Senate can vote on taking it up again."),
        (
            Event.SUSPENSION_FAILED,
            "It could still be brought up under a rule, where a simple majority is enough.",
        ),
    ],
)
def test_a_setback_decides_what_comes_next(setback: Event, expected: str) -> None:
    standing = Standing(Stage.IN_COMMITTEE, APRIL, SENATE, setback=setback, setback_on=MAY)
    assert _next(standing, _kind("s")) == expected


def test_a_pocket_veto_is_the_end() -> None:
    standing = Standing(Stage.VETOED, APRIL, track=(Milestone(Event.POCKET_VETOED, APRIL),))
    assert _next(standing, _kind("hr")) == "Nothing: a pocket veto cannot be overridden."


# --- what one line did --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reading", "committees", "expected"),
    [
        (
            Reading(Event.DISCHARGE_REJECTED, SENATE, 15, 82, 165, Manner.RECORDED),
            (),
            "On 3 April 2025 the Senate refused, 15 to 82, to take it out of committee.",
        ),
        (
            Reading(Event.PROCEED_REJECTED, SENATE, manner=Manner.VOICE),
            (),
            "On 3 April 2025 the Senate refused by voice vote to take it up.",
        ),
        (
            Reading(Event.REFERRED, SENATE),
            ("Senate Foreign Relations Committee",),
            "On 3 April 2025 it was referred to the Senate Foreign Relations Committee.",
        ),
        (
            Reading(Event.REPORTED, HOUSE, report="H. Rept. 119-5"),
            ("House Foreign Affairs Committee",),
            "On 3 April 2025 the House Foreign Affairs Committee reported it to the House (H. Rept. 119-5).",
        ),
        (
            Reading(Event.PASSED, HOUSE, 405, 5, manner=Manner.RECORDED, needed=Needed.TWO_THIRDS),
            (),
            "On 3 April 2025 the House passed it, 405 to 5 (two thirds needed).",
        ),
        (
            Reading(Event.CONCURRED, HOUSE, manner=Manner.WITHOUT_OBJECTION),
            (),
            "On 3 April 2025 the House accepted without objection the changes made by the Senate.",
        ),
        (
            Reading(Event.BECAME_LAW, law="Public Law 119-21"),
            (),
            "On 3 April 2025 it became law as Public Law 119-21.",
        ),
        (Reading(Event.SIGNED), (), "On 3 April 2025 the President signed it."),
    ],
)
def test_action_sentences(reading: Reading, committees: tuple[str, ...], expected: str) -> None:
    assert action_sentence(reading, APRIL, committees) == expected


@pytest.mark.parametrize("event", Event)
def test_every_event_has_a_sentence_with_and_without_its_chamber(event: Event) -> None:
    for reading in (Reading(event), Reading(event, SENATE, 50, 49)):
        sentence = action_sentence(reading, APRIL)
        assert sentence.startswith("On 3 April 2025 ")
        assert "{" not in sentence
        assert "None" not in sentence
