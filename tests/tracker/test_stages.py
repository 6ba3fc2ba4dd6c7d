"""Action lines are read by one table of rules, and the readings say where a measure stands."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest

from scrapers.records import Action, Bill, BillType, Chamber
from scrapers.source import Document
from scrapers.sources.govinfo_billstatus import BULK, parse
from tests.mirror import mirror_root
from tracker.stages import (
    HOUSE,
    HOUSE_TYPES,
    NOISE_CODES,
    OTHER,
    RULES,
    SENATE,
    SIMPLE_TYPES,
    Event,
    How,
    Manner,
    Needed,
    Reading,
    Rule,
    Stage,
    Standing,
    read_action,
    read_standing,
)

# --- what one line means ------------------------------------------------------------------------------------


def _read(text: str, system: str | None = None) -> Reading | None:
    return read_action(Action(acted_on=date(2025, 4, 3), text=text, system=system))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.example[:60])
def test_every_rule_reads_its_example(rule: Rule) -> None:
    reading = _read(rule.example)
    assert (reading.event if reading else None) == rule.event
    if reading and rule.chamber:
        assert reading.chamber is rule.chamber


@pytest.mark.parametrize(
    "text",
    [
        "Motion to reconsider laid on the table Agreed to without objection.",
        "Message on Senate action sent to the House.",
        "Motion to proceed to measure considered in Senate. (CR S401)",
        "Motion by Senator Schumer to reconsider the vote by which cloture on the motion to proceed to H.R. "
        "3684 was not invoked (Record Vote No. 276) agreed to in Senate by Voice Vote.",
        "Motion by Senator Thune to reconsider the vote by which S.J. Res. 49 failed of passage (Record "
        "Vote No. 225) made in Senate.",
        "Motion to table the motion to reconsider the vote by which S.J. Res. 49 failed of passage (Record "
        "Vote No. 225) agreed to in Senate by Yea-Nay Vote. 50 - 49. Record Vote Number: 226.",
        "Cloture motion on the motion to proceed rendered moot in Senate.",
        "Cloture motion on the measure withdrawn by unanimous consent in Senate. (CR S2937)",
        "Motion by Senator Lee to concur in the House amendment to the Senate amendment to H.R. 1437 with "
        "an amendment (SA 6541 as modified) was not agreed to by Yea-Nay Vote. 35 - 56. Record Vote Number: "
        "398.",
        "Motion by Senator Risch to instruct Senate conferees (China's Malign Influence) agreed to in "
        "Senate by Voice Vote. (text: CR S2314)",
        "On motion that the House instruct conferees Agreed to by the Yeas and Nays: 351 - 74 (Roll no. "
        "100).",
        "On motion to table Failed by the Yeas and Nays: 206 - 211 (Roll no. 288).",
        "On motion to table the motion to reconsider Agreed to by the Yeas and Nays: 239 - 181 (Roll no. "
        "252).",
        "On consideration of the resolution Agreed to by the Yeas and Nays: 217 - 211 (Roll no. 139).",
        "On Retaining Title VII Agreed to by the Yeas and Nays: 380 - 47 (Roll no. 243).",
        "Amendment failed by House: Pursuant to the provisions of H. Res. 179, H. Res. 176 is considered "
        "passed House.",
        "Pursuant to the provisions of H. Res. 1396, proceedings on S. 1198 are considered vacated.",
        "Point of order that the measure violates section 425(a)(2) of the Congressional Budget Act raised "
        "in Senate.",
        "Request to order reported by unanimous consent failed.",
        "The committee substitute as amended agreed to by Unanimous Consent.",
        "Considered read the second time.",
        "Motion to place bill on Consensus Calendar filed by Mr. Davis, Rodney.",
        "Mr. Norcross moved to commit to the Committee on Armed Services. (text: CR H5518)",
        "DEBATE - The House proceeded with one hour of debate on S. 1071.",
        "Senate vitiated previous discharge from the Senate Committee on Health, Labor, Education, and "
        "Pensions.",
        "Star Print ordered on the bill.",
        "See also S. 3122.",
    ],
)
def test_lines_that_only_look_like_a_step_have_no_reading(text: str) -> None:
    assert _read(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Motion to discharge Senate Committee on Foreign Relations rejected by Yea-Nay Vote. 15 - 82. "
            "Record Vote Number: 165. (consideration: CR S2152-2158: 1",
            Reading(Event.DISCHARGE_REJECTED, SENATE, yeas=15, nays=82, roll=165, manner=Manner.RECORDED),
        ),
        (
            "On passage Passed by the Yeas and Nays: 341 - 88 (Roll No. 45). (text of amendment in the "
            "nature of a substitute: CR H1193-1297)",
            Reading(Event.PASSED, HOUSE, yeas=341, nays=88, roll=45, manner=Manner.RECORDED),
        ),
        (
            "On motion to suspend the rules and pass the bill, as amended Failed by the Yeas and Nays: (2/3 "
            "required): 248 - 177 (Roll no. 162).",
            Reading(
                Event.SUSPENSION_FAILED,
                HOUSE,
                yeas=248,
                nays=177,
                roll=162,
                manner=Manner.RECORDED,
                needed=Needed.TWO_THIRDS,
            ),
        ),
        (
            "Failed of passage/not agreed to in Senate: Under the order of 12/1/22, not having achieved 60 "
            "votes in the affirmative, failed of passage in Senate by Yea-Nay Vote. 52 - 43. Record Vote "
            "Number: 371.",
            Reading(
                Event.FAILED,
                SENATE,
                yeas=52,
                nays=43,
                roll=371,
                manner=Manner.RECORDED,
                needed=Needed.SIXTY,
            ),
        ),
        (
            "Reported (Amended) by the Committee on Oversight and Reform. H. Rept. 117-19, Part I.",
            Reading(Event.REPORTED, HOUSE, report="H. Rept. 117-19, Part I"),
        ),
        (
            "Committee on Armed Services. Original measure reported to Senate by Senator Wicker. With "
            "written report No. 119-39.",
            Reading(Event.REPORTED, SENATE, report="S. Rept. 119-39"),
        ),
        (
            "Ordered to be Reported (Amended) by the Yeas and Nays: 55 - 2.",
            Reading(Event.ORDERED_REPORTED, HOUSE, yeas=55, nays=2, manner=Manner.RECORDED),
        ),
        ("Became Private Law No: 117-1.", Reading(Event.BECAME_LAW, law="Private Law 117-1")),
        (
            "Passed Senate without amendment by Voice Vote.",
            Reading(Event.PASSED, SENATE, manner=Manner.VOICE),
        ),
        (
            "Senate Committee on Finance discharged, by petition, pursuant to 5 U.S.C. 802(c).",
            Reading(Event.DISCHARGED, SENATE, manner=Manner.PETITION),
        ),
        (
            "Passed Senate without amendment and an amendment to the Title by Unanimous Consent.",
            Reading(Event.PASSED, SENATE, manner=Manner.UNANIMOUS_CONSENT),
        ),
        (
            "On motion that the House suspend the rules and recede from the House amendment to the Senate "
            "amendment to H.R. 7147, and concur in the Senate amendment Agreed to by voice vote.",
            Reading(Event.CONCURRED, HOUSE, manner=Manner.VOICE),
        ),
    ],
)
def test_votes_reports_and_laws_are_read_out_of_the_text(text: str, expected: Reading) -> None:
    assert _read(text) == expected


def test_a_line_that_names_no_chamber_takes_it_from_its_system_or_its_committee() -> None:
    text = "Referred to the Committee on the Budget."
    in_senate = Action(acted_on=date(2025, 1, 3), text=text, system="Senate")
    in_house = Action(acted_on=date(2025, 1, 3), text=text, committees=("hsbu00",))
    assert read_action(in_senate) == Reading(Event.REFERRED, SENATE)
    assert read_action(in_house) == Reading(Event.REFERRED, HOUSE)
    assert _read(text) == Reading(Event.REFERRED)


def test_a_line_without_text_is_read_by_its_code() -> None:
    assert read_action(Action(acted_on=date(2025, 9, 15), code="Intro-S")) == Reading(
        Event.INTRODUCED, SENATE
    )
    assert read_action(Action(acted_on=date(2025, 9, 15), code="unheard of")) is None
    assert read_action(Action(acted_on=date(2025, 9, 15))) is None


def test_no_code_is_both_a_step_and_noise() -> None:
    assert not NOISE_CODES & {code for rule in RULES for code in rule.codes}


# --- where a measure stands ---------------------------------------------------------------------------------


def _stand(measure: str, introduced_on: str, *lines: str) -> Standing:
    """The standing after lines, newest first, as "2025-04-03 Text. [committee codes]"."""
    events = []
    for line in lines:
        day, rest = line.split(" ", 1)
        text, _, codes = rest.partition(" [")
        committees = tuple(codes.rstrip("]").split()) if codes else ()
        action = Action(acted_on=date.fromisoformat(day), text=text, committees=committees)
        reading = read_action(action)
        assert reading, text
        events.append((action.acted_on, reading, committees))
    return read_standing(BillType(measure), 119, date.fromisoformat(introduced_on), events)


def _events(standing: Standing) -> list[Event]:
    return [milestone.event for milestone in standing.track]


def test_a_refused_discharge_is_a_setback_in_committee() -> None:
    standing = _stand(
        "sjres",
        "2025-03-10",
        "2025-04-03 Motion to discharge Senate Committee on Foreign Relations rejected by Yea-Nay Vote. 15 "
        "- 82. Record Vote Number: 165. [ssfr00]",
        "2025-03-10 Read twice and referred to the Committee on Foreign Relations. [ssfr00]",
        "2025-03-10 Introduced in Senate",
    )
    assert standing.stage is Stage.IN_COMMITTEE
    assert standing.committees == ("ssfr00",)
    assert (standing.setback, standing.setback_on) == (Event.DISCHARGE_REJECTED, date(2025, 4, 3))
    assert (standing.setback_chamber, standing.setback_yeas, standing.setback_nays) == (SENATE, 15, 82)


def test_a_later_discharge_undoes_the_setback() -> None:
    standing = _stand(
        "sjres",
        "2025-02-04",
        "2025-04-20 Placed on Senate Legislative Calendar under General Orders. Calendar No. 14.",
        "2025-04-20 Senate Committee on Finance discharged, by petition, pursuant to 5 U.S.C. 802(c). "
        "[ssfi00]",
        "2025-04-03 Motion to discharge Senate Committee on Finance rejected by Yea-Nay Vote. 15 - 82. "
        "[ssfi00]",
        "2025-02-04 Read twice and referred to the Committee on Finance. [ssfi00]",
    )
    assert standing.stage is Stage.ON_CALENDAR
    assert standing.setback is None
    assert standing.committees == ()
    assert standing.place is Event.PLACED_ON_CALENDAR


def test_twin_lines_of_the_library_of_congress_are_one_step() -> None:
    standing = _stand(
        "hr",
        "2025-01-03",
        "2025-05-22 On passage Passed by the Yeas and Nays: 215 - 214, 1 Present (Roll no. 145).",
        "2025-05-22 Passed/agreed to in House: On passage Passed by the Yeas and Nays: 215 - 214, 1 Present "
        "(Roll no. 145). (text: CR H2235-2334)",
        "2025-01-03 Introduced in House",
        "2025-01-03 Introduced in House",
    )
    assert standing.stage is Stage.PASSED_HOUSE
    assert _events(standing) == [Event.INTRODUCED, Event.PASSED]


def test_a_bill_passes_both_chambers_and_becomes_law_by_signature() -> None:
    standing = _stand(
        "hr",
        "2025-05-20",
        "2025-07-04 Became Public Law No: 119-21.",
        "2025-07-04 Signed by President.",
        "2025-07-04 Presented to President.",
        "2025-07-03 On motion that the House agree to the Senate amendment Agreed to by recorded vote: 218 "
        "- 214 (Roll no. 190).",
        "2025-07-01 Passed Senate with an amendment by Yea-Nay Vote. 51 - 50. Record Vote Number: 372.",
        "2025-06-30 Read the second time. Placed on Senate Legislative Calendar under General Orders. "
        "Calendar No. 107.",
        "2025-05-22 On passage Passed by the Yeas and Nays: 215 - 214, 1 Present (Roll no. 145).",
        "2025-05-20 The House Committee on the Budget reported an original measure, H. Rept. 119-106, by Mr. "
        "Arrington.",
    )
    assert (standing.stage, standing.since) == (Stage.BECAME_LAW, date(2025, 7, 4))
    assert (standing.law, standing.how, standing.chamber) == ("Public Law 119-21", How.SIGNED, None)
    assert _events(standing) == [
        Event.INTRODUCED,
        Event.REPORTED,
        Event.PASSED,
        Event.PASSED_AMENDED,
        Event.CONCURRED,
        Event.PRESENTED,
        Event.SIGNED,
        Event.BECAME_LAW,
    ]


@pytest.mark.parametrize(
    ("last_lines", "stage", "how"),
    [
        (["2025-12-29 Vetoed by President."], Stage.VETOED, None),
        (
            [
                "2026-01-08 On passage, the objections of the President to the contrary notwithstanding "
                "Failed by the Yeas and Nays: (2/3 required): 248 - 177, 1 Present (Roll no. 9).",
                "2025-12-29 Vetoed by President.",
            ],
            Stage.VETO_SUSTAINED,
            None,
        ),
        (
            [
                "2026-01-12 Became Public Law No: 119-99.",
                "2026-01-11 Passed Senate over veto by Yea-Nay Vote. 81 - 13. Record Vote Number: 292.",
                "2026-01-08 Passed House over veto: On passage, the objections of the President to the "
                "contrary notwithstanding Passed by the Yeas and Nays: (2/3 required): 322 - 87 (Roll no. "
                "253).",
                "2025-12-29 Vetoed by President.",
            ],
            Stage.BECAME_LAW,
            How.OVER_VETO,
        ),
        (["2025-12-30 Became Public Law No: 119-99."], Stage.BECAME_LAW, How.WITHOUT_SIGNATURE),
        # Too soon to be law without a signature: the line on the signature is missing.
        (["2025-12-20 Became Public Law No: 119-99."], Stage.BECAME_LAW, None),
    ],
)
def test_what_the_president_and_congress_make_of_it(
    last_lines: list[str], stage: Stage, how: How | None
) -> None:
    standing = _stand(
        "hr",
        "2025-01-03",
        *last_lines,
        "2025-12-18 Presented to President.",
        "2025-12-16 Passed Senate without amendment by Voice Vote.",
        "2025-07-21 On motion to suspend the rules and pass the bill, as amended Agreed to by voice vote.",
    )
    assert (standing.stage, standing.how) == (stage, how)


def test_a_concurrent_resolution_is_agreed_to_by_both_and_a_simple_one_by_its_own_chamber() -> None:
    agreed = "2025-04-10 On agreeing to the resolution Agreed to by voice vote."
    assert _stand("hres", "2025-04-01", agreed).stage is Stage.AGREED_TO
    once = _stand("hconres", "2025-04-01", agreed)
    assert (once.stage, once.chamber) == (Stage.PASSED_HOUSE, SENATE)
    both = _stand(
        "hconres",
        "2025-04-01",
        "2025-05-01 Resolution agreed to in Senate without amendment by Unanimous Consent.",
        agreed,
    )
    assert (both.stage, both.chamber) == (Stage.AGREED_TO, None)


def test_several_committees_hold_a_bill_until_each_has_let_go() -> None:
    referrals = [
        "2025-01-04 Referred to the House Committee on Foreign Affairs. [hsfa00]",
        "2025-01-04 Referred to the House Committee on Armed Services. [hsas00]",
    ]
    report = "2025-03-01 Reported by the Committee on Foreign Affairs. H. Rept. 119-5, Part I. [hsfa00]"
    still_held = _stand("hr", "2025-01-04", report, *referrals)
    assert (still_held.stage, still_held.committees) == (Stage.REPORTED, ("hsas00",))
    discharge = "2025-03-01 Committee on Armed Services discharged. [hsas00]"
    assert _stand("hr", "2025-01-04", discharge, report, *referrals).committees == ()


def test_a_failed_suspension_outlives_the_report_that_was_already_ordered() -> None:
    standing = _stand(
        "hr",
        "2021-02-22",
        "2021-10-01 Reported (Amended) by the Committee on Oversight and Reform. H. Rept. 117-134. [hsgo00]",
        "2021-09-29 On motion to suspend the rules and pass the bill Failed by the Yeas and Nays: (2/3 "
        "required): 259 - 170 (Roll no. 308).",
        "2021-06-29 Ordered to be Reported in the Nature of a Substitute (Amended) by Voice Vote. [hsgo00]",
        "2021-02-22 Referred to the House Committee on Oversight and Reform. [hsgo00]",
    )
    assert (standing.stage, standing.setback) == (Stage.REPORTED, Event.SUSPENSION_FAILED)


def test_failed_cloture_is_undone_by_taking_the_measure_up() -> None:
    failed = (
        "2026-01-29 Cloture on the motion to proceed to the measure not invoked in Senate by Yea-Nay Vote. "
        "45 - 55. Record Vote Number: 13. (CR S361)"
    )
    passed = "2026-01-22 On passage Passed by the Yeas and Nays: 341 - 88 (Roll no. 45)."
    assert _stand("hr", "2026-01-20", failed, passed).setback is Event.CLOTURE_FAILED
    taken_up = (
        "2026-01-30 Motion to proceed to consideration of measure agreed to in Senate by Unanimous Consent."
    )
    assert _stand("hr", "2026-01-20", taken_up, failed, passed).setback is None


def test_a_reconsidered_defeat_leaves_things_as_they_stood() -> None:
    standing = _stand(
        "hres",
        "2025-07-15",
        "2025-07-16 On motion to reconsider Agreed to by the Yeas and Nays: 215 - 211 (Roll no. 197).",
        "2025-07-15 On agreeing to the resolution Failed by recorded vote: 196 - 223 (Roll no. 195).",
        "2025-07-15 The House Committee on Rules reported an original measure, H. Rept. 119-199, by Mr. "
        "Jack. [hsru00]",
    )
    assert standing.stage is Stage.REPORTED
    assert Event.FAILED not in _events(standing)


def test_a_vitiated_passage_never_happened() -> None:
    standing = _stand(
        "s",
        "2021-04-15",
        "2022-09-19 Senate vitiated previous passage, under the order of 9/15/22. (CR S4812)",
        "2022-09-08 Passed Senate with an amendment by Voice Vote. (consideration: CR S4519)",
        "2022-08-04 Committee on Veterans' Affairs. Reported by Senator Tester with an amendment in the "
        "nature of a substitute. Without written report. [ssva00]",
        "2021-04-15 Read twice and referred to the Committee on Veterans' Affairs. [ssva00]",
    )
    assert standing.stage is Stage.REPORTED


def test_the_message_to_the_senate_tells_that_the_house_amended_its_bill() -> None:
    passages = [
        "2025-12-10 On passage Passed by the Yeas and Nays: 312 - 112 (Roll no. 320).",
        "2025-07-30 Passed Senate without amendment by Unanimous Consent.",
    ]
    assert _stand("s", "2025-03-13", *passages).stage is Stage.PASSED_BOTH
    message = (
        "2025-12-11 Message on House action received in Senate and at desk: House amendment to Senate bill."
    )
    standing = _stand("s", "2025-03-13", message, *passages)
    assert (standing.stage, standing.since, standing.chamber) == (
        Stage.RESOLVING_DIFFERENCES,
        date(2025, 12, 10),
        SENATE,
    )
    accepted = "2025-12-17 Senate agreed to the House amendment to S. 1071 by Yea-Nay Vote. 77 - 20."
    assert _stand("s", "2025-03-13", accepted, message, *passages).stage is Stage.PASSED_BOTH


def test_both_chambers_agree_to_a_conference_report() -> None:
    standing = _stand(
        "hr",
        "2020-03-26",
        "2020-12-11 Senate agreed to conference report by Yea-Nay Vote. 84 - 13. Record Vote Number: 264.",
        "2020-12-08 Conference report agreed to in House: On agreeing to the conference report Agreed to by "
        "the Yeas and Nays: 335 - 78, 1 Present (Roll no. 238).",
        "2020-12-03 Conference report H. Rept. 116-617 filed.",
        "2020-11-16 Passed Senate with an amendment by Voice Vote.",
        "2020-07-21 On passage Passed by the Yeas and Nays: 295 - 125 (Roll no. 152).",
    )
    assert standing.stage is Stage.PASSED_BOTH


def test_a_tabled_measure_has_failed() -> None:
    standing = _stand(
        "hres",
        "2025-09-15",
        "2025-09-17 On motion to table the measure Agreed to by the Yeas and Nays: 214 - 213 (Roll no. 276).",
    )
    assert standing.stage is Stage.FAILED_HOUSE
    assert standing.track[-1].event is Event.TABLED


def test_lines_out_of_order_are_taken_by_date() -> None:
    standing = _stand(
        "s",
        "2025-01-15",
        "2025-01-15 Read twice and referred to the Committee on the Judiciary. [ssju00]",
        "2025-03-01 Committee on the Judiciary. Reported by Senator Grassley without amendment. Without "
        "written report. [ssju00]",
    )
    assert standing.stage is Stage.REPORTED


def test_a_standing_survives_the_store() -> None:
    standing = _stand("hr", "2025-01-03", "2025-02-01 On passage Passed by voice vote.")
    assert msgspec.json.decode(msgspec.json.encode(standing), type=Standing) == standing


# --- whole Congresses ---------------------------------------------------------------------------------------

BILLSTATUS = "www.govinfo.gov/bulkdata/BILLSTATUS"


def _document(name: str, body: bytes) -> Document:
    fetched_at = datetime(2026, 6, 1, tzinfo=UTC)
    return Document(f"{BULK}/{name}", body, "application/xml", fetched_at=fetched_at, sha256="")


def _bills(archive: Path, *names: str) -> Iterator[Bill]:
    with zipfile.ZipFile(archive) as members:
        for name in names or members.namelist():
            if name.endswith(".xml"):
                for record in parse(_document(name, members.read(name))):
                    assert isinstance(record, Bill)
                    yield record


def _standing(bill: Bill) -> Standing:
    readings = ((action.acted_on, read_action(action), action.committees) for action in bill.actions)
    events = [(day, reading, committees) for day, reading, committees in readings if reading]
    return read_standing(bill.type, bill.congress, bill.introduced_on, events)


# The words of unitedstates/congress for the stages that need no second look.
THEIR_WORDS = {
    Stage.INTRODUCED: "INTRODUCED",
    Stage.IN_COMMITTEE: "REFERRED",
    Stage.ORDERED_REPORTED: "REPORTED",
    Stage.REPORTED: "REPORTED",
    Stage.ON_CALENDAR: "REPORTED",
    Stage.PASSED_HOUSE: "PASS_OVER:HOUSE",
    Stage.PASSED_SENATE: "PASS_OVER:SENATE",
    Stage.PASSED_BOTH: "PASSED:BILL",
    Stage.TO_PRESIDENT: "PASSED:BILL",
}
THEIR_SETBACKS = {
    Event.CLOTURE_FAILED: "PROV_KILL:CLOTUREFAILED",
    Event.SUSPENSION_FAILED: "PROV_KILL:SUSPENSIONFAILED",
}
CHAMBER_WORDS = {HOUSE: "HOUSE", SENATE: "SENATE"}
CHANGES_OF_TEXT = (Event.PASSED_AMENDED, Event.AGREED_TO_AMENDED, Event.CONCURRED_AMENDED)


def _their_words(bill: Bill, standing: Standing) -> str:
    origin: Chamber = HOUSE if bill.type in HOUSE_TYPES else SENATE
    match standing.stage:
        case _ if standing.setback in THEIR_SETBACKS:
            return THEIR_SETBACKS[standing.setback]
        case Stage.FAILED_HOUSE | Stage.FAILED_SENATE:
            where = HOUSE if standing.stage is Stage.FAILED_HOUSE else SENATE
            return f"FAIL:{'ORIGINATING' if where is origin else 'SECOND'}:{CHAMBER_WORDS[where]}"
        case Stage.AGREED_TO:
            return "PASSED:SIMPLERES" if bill.type in SIMPLE_TYPES else "PASSED:CONCURRENTRES"
        case Stage.RESOLVING_DIFFERENCES:
            amender = [stone.chamber for stone in standing.track if stone.event in CHANGES_OF_TEXT][-1]
            return f"PASS_BACK:{CHAMBER_WORDS[amender or OTHER[origin]]}"
        case Stage.BECAME_LAW if standing.how is How.SIGNED:
            return "ENACTED:SIGNED"
        case _:
            return THEIR_WORDS[standing.stage]


# Why we differ, by the word in the last column of stage_differences.tsv.
REASONS = {
    # The Senate put the bill on its calendar without a committee. It is past the first step and can be taken
    # up any day; they count the calendars of the House only.
    "straight_to_calendar",
    # A committee wrote the measure and reported it in one step, with a report number; they know only measures
    # that were referred first.
    "committees_own_measure",
    # The committee filed its report without a line that it had ordered one; they go by that line.
    "report_overlooked",
    # The committee was discharged and the measure is on the calendar; they leave it in committee.
    "discharged",
    # Another resolution laid it on the table, which ends it as a motion of the House's own would.
    "tabled_by_rule",
    # The House accepted the Senate's changes through a rule, and the bill went to the President; they stop at
    # the Senate's changes.
    "concurred_by_rule",
    # The line on the House's acceptance lacks the words "agree to the Senate amendment"; the bill went to the
    # President all the same.
    "words_left_out",
}


@pytest.mark.mirror
def test_the_117th_congress_stands_where_unitedstates_congress_says_or_differs_for_a_named_reason() -> None:
    root = mirror_root()
    with (root / "golden/117-status-by-unitedstates-congress.tsv").open(encoding="utf-8") as lines:
        theirs = {row["bill_id"]: row["status"] for row in csv.DictReader(lines, delimiter="\t")}
    differences: dict[str, tuple[str, str]] = {}
    compared = 0
    for archive in sorted((root / BILLSTATUS / "117").glob("*/*.zip")):
        for bill in _bills(archive):
            name = f"{bill.type.value}{bill.number}"
            their = theirs.get(f"{name}-117")
            if their is None:
                continue
            compared += 1
            standing = _standing(bill)
            if _their_words(bill, standing) != their:
                differences[name] = (their, standing.stage.value)
    with Path(__file__).with_name("stage_differences.tsv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    assert {row["reason"] for row in rows} == REASONS
    assert differences == {row["bill"]: (row["theirs"], row["ours"]) for row in rows}
    assert compared == len(theirs) == 17806


@pytest.mark.mirror
@pytest.mark.parametrize(
    ("congress", "measure", "stage", "setback", "law"),
    [
        (117, "sjres31", Stage.IN_COMMITTEE, Event.DISCHARGE_REJECTED, None),
        (119, "sjres33", Stage.IN_COMMITTEE, Event.DISCHARGE_REJECTED, None),
        (119, "sjres124", Stage.IN_COMMITTEE, Event.DISCHARGE_RULED_OUT, None),
        (119, "hjres117", Stage.IN_COMMITTEE, Event.DISCHARGE_TABLED, None),
        (119, "sjres3", Stage.PASSED_SENATE, None, None),
        (119, "hr131", Stage.VETO_SUSTAINED, None, None),
        (119, "hr504", Stage.VETO_SUSTAINED, None, None),
        # The five whose actions have texts and dates only.
        (119, "hr1", Stage.BECAME_LAW, None, "Public Law 119-21"),
        (119, "hr7148", Stage.BECAME_LAW, None, "Public Law 119-75"),
        (119, "s1071", Stage.BECAME_LAW, None, "Public Law 119-60"),
        (119, "hr3838", Stage.PASSED_HOUSE, None, None),
        (119, "s2296", Stage.PASSED_SENATE, None, None),
    ],
)
def test_well_known_measures_stand_where_they_stand(
    congress: int, measure: str, stage: Stage, setback: Event | None, law: str | None
) -> None:
    kind = measure.rstrip("0123456789")
    archive = mirror_root() / BILLSTATUS / str(congress) / kind / f"BILLSTATUS-{congress}-{kind}.zip"
    (bill,) = _bills(archive, f"BILLSTATUS-{congress}{measure}.xml")
    standing = _standing(bill)
    assert (standing.stage, standing.setback, standing.law) == (stage, setback, law)
