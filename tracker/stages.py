"""Where a measure stands: action lines become readings, readings become one standing.

Sits between the records and the changes; pure. `read_action` says what one official line means, by one
table of rules; `read_standing` folds a measure's readings, not its texts, so that facts kept without texts
give the same answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

import msgspec

from scrapers.records import Action, BillType, Chamber

HOUSE, SENATE = Chamber.HOUSE, Chamber.SENATE
OTHER = {HOUSE: SENATE, SENATE: HOUSE}
HOUSE_TYPES = frozenset({BillType.HR, BillType.HJRES, BillType.HCONRES, BillType.HRES})
SIMPLE_TYPES = frozenset({BillType.HRES, BillType.SRES})
CONCURRENT_TYPES = frozenset({BillType.HCONRES, BillType.SCONRES})


class Event(StrEnum):
    """What one action line means procedurally. A line that means nothing of the kind has no reading."""

    INTRODUCED = "introduced"
    REFERRED = "referred"
    SUBCOMMITTEE_REFERRED = "subcommittee_referred"
    SUBCOMMITTEE_DISCHARGED = "subcommittee_discharged"
    SUBCOMMITTEE_FORWARDED = "subcommittee_forwarded"
    HEARING = "hearing"
    MARKUP = "markup"
    ORDERED_REPORTED = "ordered_reported"
    ORDERED_REPORTED_ADVERSELY = "ordered_reported_adversely"
    REPORT_REFUSED = "report_refused"
    REPORTED = "reported"
    REPORTED_ADVERSELY = "reported_adversely"
    REPORT_FILED = "report_filed"
    COMMITTED = "committed"
    COMMIT_REJECTED = "commit_rejected"
    DISCHARGED = "discharged"
    DISCHARGE_PETITION_FILED = "discharge_petition_filed"
    DISCHARGE_PETITION_COMPLETED = "discharge_petition_completed"
    DISCHARGE_MOVED = "discharge_moved"
    DISCHARGE_REJECTED = "discharge_rejected"
    DISCHARGE_TABLED = "discharge_tabled"
    DISCHARGE_RULED_OUT = "discharge_ruled_out"
    PLACED_ON_CALENDAR = "placed_on_calendar"
    RECEIVED = "received"
    HELD_AT_DESK = "held_at_desk"
    RETURNED = "returned"
    RULE_REPORTED = "rule_reported"
    RULE_ADOPTED = "rule_adopted"
    RULE_REJECTED = "rule_rejected"
    PROCEED_MOVED = "proceed_moved"
    PROCEED_WITHDRAWN = "proceed_withdrawn"
    PROCEED_AGREED = "proceed_agreed"
    PROCEED_REJECTED = "proceed_rejected"
    CLOTURE_FILED = "cloture_filed"
    CLOTURE_INVOKED = "cloture_invoked"
    CLOTURE_FAILED = "cloture_failed"
    CONSIDERED = "considered"
    VOTE_POSTPONED = "vote_postponed"
    PASSED = "passed"
    PASSED_AMENDED = "passed_amended"
    AGREED_TO = "agreed_to"
    AGREED_TO_AMENDED = "agreed_to_amended"
    FAILED = "failed"
    SUSPENSION_FAILED = "suspension_failed"
    TABLED = "tabled"
    POSTPONED_INDEFINITELY = "postponed_indefinitely"
    RECONSIDERED = "reconsidered"
    VITIATED = "vitiated"
    AMENDMENT_RECEIVED = "amendment_received"
    CONCURRED = "concurred"
    CONCURRED_AMENDED = "concurred_amended"
    CONCURRENCE_REJECTED = "concurrence_rejected"
    DISAGREED = "disagreed"
    CONFERENCE_REQUESTED = "conference_requested"
    CONFEREES_APPOINTED = "conferees_appointed"
    CONFERENCE_REPORT_FILED = "conference_report_filed"
    CONFERENCE_REPORT_AGREED = "conference_report_agreed"
    CONFERENCE_REPORT_REJECTED = "conference_report_rejected"
    PRESENTED = "presented"
    SIGNED = "signed"
    VETOED = "vetoed"
    POCKET_VETOED = "pocket_vetoed"
    OVERRIDE_PASSED = "override_passed"
    OVERRIDE_FAILED = "override_failed"
    BECAME_LAW = "became_law"


class Manner(StrEnum):
    """How a question was decided, where the line says so."""

    VOICE = "voice vote"
    UNANIMOUS_CONSENT = "unanimous consent"
    WITHOUT_OBJECTION = "without objection"
    PETITION = "petition"
    RECORDED = "recorded vote"


class Needed(StrEnum):
    """A majority larger than half that the line says was needed."""

    TWO_THIRDS = "two thirds"
    SIXTY = "60 votes"


class Stage(StrEnum):
    """Where a measure stands, in the words of a URL filter and in the order of travel."""

    INTRODUCED = "introduced"
    IN_COMMITTEE = "in_committee"
    ORDERED_REPORTED = "ordered_reported"
    REPORTED = "reported"
    ON_CALENDAR = "on_calendar"
    FAILED_HOUSE = "failed_house"
    FAILED_SENATE = "failed_senate"
    PASSED_HOUSE = "passed_house"
    PASSED_SENATE = "passed_senate"
    RESOLVING_DIFFERENCES = "resolving_differences"
    PASSED_BOTH = "passed_both"
    AGREED_TO = "agreed_to"
    TO_PRESIDENT = "to_president"
    VETOED = "vetoed"
    VETO_SUSTAINED = "veto_sustained"
    BECAME_LAW = "became_law"


class How(StrEnum):
    """How a measure became law."""

    SIGNED = "signed"
    WITHOUT_SIGNATURE = "without_signature"
    OVER_VETO = "over_veto"


class Reading(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One action line, understood. The President's acts, and lines that leave it open, have no `chamber`."""

    event: Event
    chamber: Chamber | None = None
    yeas: int | None = None
    nays: int | None = None
    roll: int | None = None
    manner: Manner | None = None
    needed: Needed | None = None
    report: str | None = None
    law: str | None = None


class Milestone(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A step forward (or a final refusal) in a measure's journey, for a stage tracker."""

    event: Event
    on: date
    chamber: Chamber | None = None
    yeas: int | None = None
    nays: int | None = None
    roll: int | None = None
    manner: Manner | None = None
    needed: Needed | None = None
    committees: tuple[str, ...] = ()


class Standing(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a measure stands, and how it came there.

    `chamber` is where it is now (None once it has left Congress), `place` the last step there (referred,
    reported, placed on a calendar, held at the desk, in conference) and `committees` who still holds it.
    `setback` is the last motion that failed since the present stage was reached and was not undone.
    """

    stage: Stage
    since: date
    chamber: Chamber | None = None
    place: Event | None = None
    place_on: date | None = None
    committees: tuple[str, ...] = ()
    setback: Event | None = None
    setback_on: date | None = None
    setback_chamber: Chamber | None = None
    setback_yeas: int | None = None
    setback_nays: int | None = None
    law: str | None = None
    how: How | None = None
    track: tuple[Milestone, ...] = ()


# --- From a line to a reading -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of line: `pattern` must match where the text begins. `codes` serve lines without a text.

    A rule without an event names lines that look like a step and are none. `example` is a real line of the
    117th or 119th Congress where they have one, else it is made in the publisher's form.
    """

    event: Event | None
    chamber: Chamber | None
    pattern: str
    example: str
    codes: tuple[str, ...] = ()


# Congress.gov's own summary lines repeat a chamber's line after one of these; before 2026 with a colon.
_PREFIX = (
    r"(?:(?:Passed/agreed to|Failed of passage/not agreed to|Conference report agreed to) in (?:House|Senate)"
    r"|Resolving differences -- (?:House|Senate) actions|Conference report filed):? ?"
)
_WITH_AMENDMENT = r".*\bwith (?:an? )?(?:further )?amend(?:ment|ed)"
_SENATE_COMMITTEE = r"(?:Select |Special |Joint |Permanent )?(?:Subc|C)ommittee\b.*\. "
_HOUSE_MOTION = r"On motion (?:that the House|to) (?:suspend the rules and )?"
_HOUSE_CONCURS = _HOUSE_MOTION + r"(?:recede\b.*\b)?(?:agree|concur)\b.*Senate amendments?\b"
_HOUSE_AGREED = r"(?:Pursuant to .* the )?House agreed to (?:the )?Senate amendments?\b"
_CLOTURE = (
    r"(?:Upon reconsideration,? )?(?:[Tt]he )?(?:\w+ )?[Cc]loture\b"
    r"(?! motions? .*\b(?:presented|withdrawn|moot))"
)

# The first rule that matches decides, so a line that says two things ("received, considered, and agreed to")
# stands above the line that says one.
RULES: tuple[Rule, ...] = (
    # the President
    Rule(Event.PRESENTED, None, r"Presented to President", "Presented to President.", ("E20000", "28000")),
    Rule(Event.SIGNED, None, r"Signed by President", "Signed by President."),
    Rule(Event.POCKET_VETOED, None, r"Pocket [Vv]etoed", "Pocket Vetoed by President."),
    Rule(Event.VETOED, None, r"Vetoed by President", "Vetoed by President.", ("31000",)),
    Rule(
        Event.BECAME_LAW,
        None,
        r"Became (?:Public|Private) Law",
        "Became Public Law No: 117-205.",
        ("E40000",),
    ),
    Rule(
        Event.OVERRIDE_FAILED,
        HOUSE,
        r"(?:Failed of passage in House over veto:? ?)?On passage, the objections of\b.*\bFailed",
        "On passage, the objections of the President to the contrary notwithstanding Failed by the Yeas and "
        "Nays: (2/3 required): 248 - 177, 1 Present (Roll no. 9).",
        ("33000", "H43410"),
    ),
    Rule(
        Event.OVERRIDE_PASSED,
        HOUSE,
        r"(?:Passed House over veto:? ?)?On passage, the objections of\b.*\bPassed",
        "Passed House over veto: On passage, the objections of the President to the contrary "
        "notwithstanding Passed by the Yeas and Nays: (2/3 required): 322 - 87 (Roll no. 253).",
        ("32000",),
    ),
    Rule(
        Event.OVERRIDE_FAILED,
        SENATE,
        r"Failed of passage in Senate over veto",
        "Failed of passage in Senate over veto by Yea-Nay Vote. 53 - 45. Record Vote Number: 94.",
    ),
    Rule(
        Event.OVERRIDE_PASSED,
        SENATE,
        r"Passed Senate over veto",
        "Passed Senate over veto by Yea-Nay Vote. 81 - 13. Record Vote Number: 292.",
    ),
    # the House decides
    Rule(
        Event.SUSPENSION_FAILED,
        HOUSE,
        r"On motion (?:that the House |to )suspend the rules and\b.*\bFailed",
        "On motion to suspend the rules and pass the bill Failed by the Yeas and Nays: (2/3 required): 264 "
        "- 133 (Roll no. 72).",
    ),
    Rule(
        Event.PASSED_AMENDED,
        HOUSE,
        r"On (?:passage|motion to suspend the rules and pass [^,]*), as amended (?:Passed|Agreed)",
        "On motion to suspend the rules and pass the bill, as amended Agreed to by voice vote. (text: CR "
        "H3497-3498)",
    ),
    Rule(
        Event.PASSED,
        HOUSE,
        r"On (?:passage|motion to suspend the rules and pass [^,]*?) (?:Passed|Agreed)",
        "On passage Passed by the Yeas and Nays: 215 - 214, 1 Present (Roll no. 145). (text: CR H2235-2334)",
    ),
    Rule(
        Event.AGREED_TO_AMENDED,
        HOUSE,
        r"On (?:agreeing to|motion to suspend the rules and agree to) the resolution, as amended,? Agreed",
        "On motion to suspend the rules and agree to the resolution, as amended Agreed to by voice vote.",
    ),
    Rule(
        Event.AGREED_TO,
        HOUSE,
        r"On (?:agreeing to|motion to suspend the rules and agree to) the resolution,? Agreed",
        "On agreeing to the resolution Agreed to by recorded vote: 217 - 212 (Roll no. 198).",
    ),
    Rule(
        Event.FAILED,
        HOUSE,
        r"On (?:passage|agreeing to the resolution)(?:, as amended)?,? Failed",
        "On agreeing to the resolution Failed by the Yeas and Nays: 212 - 219 (Roll no. 85).",
    ),
    Rule(
        Event.PASSED_AMENDED,
        HOUSE,
        r"Pursuant to .*\bconsidered (?:as )?(?:passed|agreed to|adopted)(?: in the)? ?House,? as amended",
        "Pursuant to the provisions of H. Res. 1014, H. Res. 375 is considered passed House as amended.",
    ),
    Rule(
        Event.PASSED,
        HOUSE,
        r"Pursuant to .*\b(?:considered (?:as )?(?:passed|agreed to|adopted)|bills passed under)\b",
        "Pursuant to the provisions of H. Res. 330, H. Con. Res. 30 is considered passed House. "
        "(consideration: CR H1979; text: CR H1979)",
        ("8000",),
    ),
    Rule(
        Event.RECONSIDERED,
        HOUSE,
        r"On motion to reconsider Agreed",
        "On motion to reconsider Agreed to by the Yeas and Nays: 215 - 211 (Roll no. 197).",
    ),
    Rule(
        Event.TABLED,
        HOUSE,
        r"On motion to table(?: the measure)? Agreed|Pursuant to .* is laid on the table",
        "On motion to table the measure Agreed to by the Yeas and Nays: 214 - 213 (Roll no. 276).",
    ),
    Rule(
        Event.DISCHARGED,
        HOUSE,
        r"On motion to discharge Agreed",
        "On motion to discharge Agreed to by the Yeas and Nays: 222 - 200 (Roll no. 321).",
    ),
    Rule(
        Event.DISCHARGE_REJECTED,
        HOUSE,
        r"On motion to discharge Failed",
        "On motion to discharge Failed by the Yeas and Nays: 200 - 222 (Roll no. 21).",
    ),
    Rule(
        Event.DISCHARGE_TABLED,
        HOUSE,
        r"Table [Mm]otion to [Dd]ischarge Agreed|Motion to discharge tabled",
        "Table Motion to Discharge Agreed to by the Yeas and Nays: 200 - 198 (Roll no. 265).",
    ),
    Rule(
        Event.COMMIT_REJECTED,
        HOUSE,
        r"On motion to (?:re)?(?:commit|fer)\b.*\bFailed",
        "On motion to recommit Failed by the Yeas and Nays: 208 - 218 (Roll no. 167).",
    ),
    Rule(
        None,
        HOUSE,
        r"On motion to refer the bill and the accompanying veto message",
        "On motion to refer the bill and the accompanying veto message to the Committee on Natural "
        "Resources. Agreed to without objection.",
    ),
    Rule(
        Event.COMMITTED,
        HOUSE,
        r"On motion to (?:re)?(?:commit|fer)\b.*\bAgreed",
        "On motion to refer Agreed to by the Yeas and Nays: 310 - 103, 12 Present (Roll no. 302).",
    ),
    # the two chambers settle one text
    Rule(
        Event.CONFERENCE_REPORT_AGREED,
        HOUSE,
        r"On agreeing to the conference report Agreed",
        "Conference report agreed to in House: On agreeing to the conference report Agreed to by the Yeas "
        "and Nays: 335 - 78, 1 Present (Roll no. 238).",
    ),
    Rule(
        Event.CONFERENCE_REPORT_REJECTED,
        HOUSE,
        r"On agreeing to the conference report Failed",
        "On agreeing to the conference report Failed by the Yeas and Nays: 182 - 231 (Roll no. 150).",
    ),
    Rule(
        Event.CONFERENCE_REPORT_AGREED,
        SENATE,
        r"Senate agreed to (?:the )?conference report",
        "Senate agreed to conference report by Yea-Nay Vote. 84 - 13. Record Vote Number: 264.",
    ),
    Rule(
        Event.CONFERENCE_REPORT_FILED,
        None,
        r"Conference report H\. Rept\.|Conference report filed",
        "Conference report H. Rept. 116-617 filed. (text: CR H6193-6908)",
    ),
    Rule(
        Event.DISAGREED,
        HOUSE,
        r"On motion that the House (?:insist|disagree)\b.*\bAgreed",
        "On motion that the House disagree to the Senate amendment, and request a conference Agreed to "
        "without objection. (consideration: CR H4249)",
    ),
    Rule(
        Event.CONCURRENCE_REJECTED,
        HOUSE,
        _HOUSE_CONCURS + r".*\bFailed",
        "On motion that the House agree to the Senate amendment Failed by the Yeas and Nays: 200 - 225 "
        "(Roll no. 9).",
    ),
    Rule(
        Event.CONCURRED_AMENDED,
        HOUSE,
        _HOUSE_MOTION + r"(?:agree|concur) with (?:an )?amendment.*\bAgreed"
        r"|" + _HOUSE_CONCURS + _WITH_AMENDMENT + r".*\bAgreed"
        r"|" + _HOUSE_AGREED + _WITH_AMENDMENT,
        "House agreed to Senate amendment with amendment pursuant to H. Res. 1142",
    ),
    Rule(
        Event.CONCURRED,
        HOUSE,
        _HOUSE_CONCURS
        + r".*\bAgreed|"
        + _HOUSE_AGREED
        + r"|On motion that the House suspend the rules and Agreed",
        "On motion that the House agree to the Senate amendments Agreed to by the Yeas and Nays: 217 - 214 "
        "(Roll no. 53).",
    ),
    Rule(
        Event.CONCURRED_AMENDED,
        SENATE,
        r"Senate (?:agreed|concurred)\b.*\bHouse amendments?\b" + _WITH_AMENDMENT,
        "Senate concurred in the House amendment to Senate amendment SA 4 to H.R. 2617 with an amendment "
        "(SA 6552), under the order of 12/22/22, having achieved 60 votes in the affirmative, by Yea-Nay "
        "Vote. 68 - 29. Record Vote Number: 421.",
    ),
    Rule(
        Event.CONCURRED,
        SENATE,
        r"Senate (?:agreed|concurred)\b.*\bHouse amendments?\b",
        "Senate agreed to the House amendment to S. 1071 by Yea-Nay Vote. 77 - 20. Record Vote Number: 648.",
    ),
    Rule(
        Event.DISAGREED,
        SENATE,
        r"Motion to table the House message to accompany\b.*\bagreed to|Senate disagreed",
        "Motion to table the House message to accompany H.R. 7147 agreed to by Voice Vote.",
    ),
    Rule(
        Event.AMENDMENT_RECEIVED,
        SENATE,
        r"Message on House action received in Senate and at desk: House amendment",
        "Message on House action received in Senate and at desk: House amendment to Senate bill.",
    ),
    Rule(
        Event.CONFERENCE_REQUESTED,
        SENATE,
        r"Message on House action received in Senate and at desk: House requests a conference|Senate insists",
        "Message on House action received in Senate and at desk: House requests a conference.",
    ),
    Rule(
        Event.CONFEREES_APPOINTED,
        HOUSE,
        r"The Speaker appointed (?:additional )?conferees",
        "The Speaker appointed conferees: Cole, Aderholt, Carter of Texas, and DeLauro.",
        ("H41800",),
    ),
    Rule(
        Event.CONFEREES_APPOINTED,
        SENATE,
        r"Senate appointed conferees",
        "Senate appointed conferees. Cantwell; Menendez; Wyden; Peters; Murray; Brown.",
    ),
    # the Senate decides
    Rule(
        Event.PASSED_AMENDED,
        SENATE,
        r"Passed Senate\b"
        + _WITH_AMENDMENT
        + r"|(?:Introduced|Received) in the Senate\b.*\bpassed"
        + _WITH_AMENDMENT,
        "Passed Senate, under the order of 1/30/2026, having achieved 60 votes in the affirmative, with "
        "amendments by Yea-Nay Vote. 71 - 29. Record Vote Number: 20.",
    ),
    Rule(
        Event.PASSED,
        SENATE,
        r"Passed Senate\b|(?:Introduced|Received) in the Senate\b.*\band passed\b",
        "Received in the Senate, read twice, considered, read the third time, and passed without amendment "
        "by Yea-Nay Vote. 52 - 47. Record Vote Number: 97. (consideration: CR S1419)",
        ("17000",),
    ),
    Rule(
        Event.AGREED_TO_AMENDED,
        SENATE,
        r"(?:Resolution|(?:Received|Submitted) in the Senate\b.*) agreed to\b" + _WITH_AMENDMENT,
        "Resolution agreed to in Senate with an amendment and an amended preamble by Unanimous Consent.",
    ),
    Rule(
        Event.AGREED_TO,
        SENATE,
        r"(?:Resolution|(?:Received|Submitted) in the Senate\b.*) agreed to\b",
        "Submitted in the Senate, considered, and agreed to without amendment by Unanimous Consent. "
        "(consideration: CR S7; text: CR S7)",
    ),
    Rule(
        Event.FAILED,
        SENATE,
        r"(?:(?:Upon|Under)\b.*\bf|F)ailed of passage in Senate|Resolution not agreed to in Senate",
        "Under the order of 9/18/2025, not having achieved 60 votes in the affirmative, failed of passage "
        "in Senate by Yea-Nay Vote. 44 - 48. Record Vote Number: 528. (consideration: CR S6785)",
        ("18000",),
    ),
    Rule(
        Event.RECONSIDERED,
        SENATE,
        r"Motion (?:by Senator .*?)?to reconsider\b.*\bfailed of passage\b.*\bagreed to in Senate",
        "Motion by Senator Schumer to reconsider the vote by which S. 2882 failed of passage (Record Vote "
        "No. 527) agreed to in Senate by Voice Vote.",
    ),
    Rule(
        Event.VITIATED,
        SENATE,
        r"Senate vitiated previous (?:passage|action)",
        "Senate vitiated previous passage, under the order of 9/15/22. (CR S4812)",
    ),
    Rule(
        Event.POSTPONED_INDEFINITELY,
        SENATE,
        r"Indefinitely postponed",
        "Indefinitely postponed by Senate by Unanimous Consent. (consideration: CR S8395)",
    ),
    Rule(
        Event.DISCHARGE_MOVED,
        SENATE,
        r"Motion to discharge Senate Committees?\b.* made\b",
        "Motion to discharge Senate Committee on Foreign Relations made. (Pursuant to the Arms Export "
        "Control Act of 1976).",
    ),
    Rule(
        Event.DISCHARGE_REJECTED,
        SENATE,
        r"Motion to discharge Senate Committees?\b.* (?:rejected|not agreed to)\b",
        "Motion to discharge Senate Committee on Foreign Relations rejected by Yea-Nay Vote. 15 - 82. "
        "Record Vote Number: 165. (consideration: CR S2152-2158: 1",
    ),
    Rule(
        Event.DISCHARGE_TABLED,
        SENATE,
        r"Motion to table the motion to discharge\b.* agreed to\b",
        "Motion to table the motion to discharge the Senate Committee on Foreign Relations agreed to in "
        "Senate by Yea-Nay Vote. 55 - 43. Record Vote Number: 10.",
    ),
    Rule(
        Event.DISCHARGE_RULED_OUT,
        SENATE,
        r"The motion to discharge fell",
        "The motion to discharge fell when the point of order was well taken.",
    ),
    Rule(
        Event.DISCHARGED,
        SENATE,
        r"Senate (?:Select |Special )?Committees?\b.* discharged\b|Senate discharged from\b"
        r"|Motion to discharge Senate Committees?\b.* agreed to\b",
        "Senate Committee on Finance discharged, by petition, pursuant to 5 U.S.C. 802(c).",
        ("14500",),
    ),
    Rule(
        None,
        SENATE,
        r"Motion to proceed to (?:the )?consideration of the motion",
        "Motion to proceed to consideration of the motion to reconsider the vote by which S. 2882 failed of "
        "passage (Record Vote No. 527) agreed to in Senate by Voice Vote.",
    ),
    Rule(
        Event.PROCEED_AGREED,
        SENATE,
        r"Motion to proceed to\b.*\bagreed to in Senate",
        "Motion to proceed to consideration of measure agreed to in Senate by Yea-Nay Vote. 51 - 49. Record "
        "Vote Number: 329.",
    ),
    Rule(
        Event.PROCEED_REJECTED,
        SENATE,
        r"Motion to proceed to\b.*\b(?:rejected|not agreed to) in Senate",
        "Motion to proceed to consideration of measure rejected in Senate by Yea-Nay Vote. 29 - 67. Record "
        "Vote Number: 228. (CR S2960)",
    ),
    Rule(
        Event.PROCEED_WITHDRAWN,
        SENATE,
        r"Motion to proceed to\b.*\bwithdrawn in Senate",
        "Motion to proceed to consideration of measure withdrawn in Senate. (CR S797)",
    ),
    Rule(
        Event.PROCEED_MOVED,
        SENATE,
        r"Motion to proceed to\b.*\bmade in Senate",
        "Motion to proceed to consideration of measure made in Senate. (CR S3928)",
    ),
    Rule(
        Event.CLOTURE_FILED,
        SENATE,
        r"(?:\w+ )?[Cc]loture motion\b.*\bpresented in Senate",
        "Cloture motion on the motion to proceed to the measure presented in Senate. (CR S3928)",
    ),
    Rule(
        Event.CLOTURE_FAILED,
        SENATE,
        _CLOTURE + r".*\bnot invoked\b",
        "Cloture on the motion to proceed to the measure not invoked in Senate by Yea-Nay Vote. 49 - 50. "
        "Record Vote Number: 227. (CR S3981)",
    ),
    Rule(
        Event.CLOTURE_INVOKED,
        SENATE,
        _CLOTURE + r".*\binvoked\b",
        "Upon reconsideration, cloture on the motion to proceed to H.R. 3684 invoked in Senate by Yea-Nay "
        "Vote. 67 - 32. Record Vote Number: 285. (CR S5137)",
    ),
    Rule(
        Event.COMMIT_REJECTED,
        SENATE,
        r"Motion by Senator\b.*\bto (?:re)?commit to Senate Committee\b.*\brejected in Senate",
        "Motion by Senator Wyden to commit to Senate Committee on Finance with instructions rejected in "
        "Senate by Yea-Nay Vote. 47 - 53. Record Vote Number: 357.",
    ),
    Rule(
        Event.COMMITTED,
        SENATE,
        r"Motion by Senator\b.*\bto (?:re)?commit to Senate Committee\b.*\bagreed to in Senate",
        "Motion by Senator Lee to recommit to Senate Committee on the Judiciary agreed to in Senate by "
        "Voice Vote.",
    ),
    # committees
    Rule(
        Event.PLACED_ON_CALENDAR,
        SENATE,
        r"(?:(?:Ordered|Read|Received in the Senate|Introduced in the Senate|Submitted in the Senate)\b.*)?"
        r"\b[Pp]laced on (?:Senate )?(?:Legislative|Executive) Calendar",
        "Read the second time. Placed on Senate Legislative Calendar under General Orders. Calendar No. 107.",
    ),
    Rule(
        Event.PLACED_ON_CALENDAR,
        HOUSE,
        r"Placed on the (?:Union|House|Private) Calendar",
        "Placed on the Union Calendar, Calendar No. 45.",
        ("H12410", "H12420", "H12430"),
    ),
    Rule(
        Event.REFERRED,
        SENATE,
        r"(?:Received in the Senate|Introduced in the Senate|Submitted in the Senate|Read)\b.*\breferred\b",
        "Read twice and referred to the Committee on Foreign Relations.",
    ),
    Rule(
        Event.SUBCOMMITTEE_REFERRED,
        None,
        r"Referred to the Subcommittee",
        "Referred to the Subcommittee on the Constitution, Civil Rights, and Civil Liberties.",
    ),
    Rule(
        Event.REFERRED,
        HOUSE,
        r"Referred (?:sequentially |jointly )?to the House|Referred to the Committee\b.*\bby the Speaker\b",
        "Referred to the House Committee on Oversight and Reform.",
        ("H11100",),
    ),
    Rule(
        Event.REFERRED,
        None,
        r"(?:Re-)?[Rr]eferred (?:sequentially |jointly )?to the ",
        "Referred to the Committee on Commerce, Science, and Transportation.",
    ),
    Rule(
        Event.SUBCOMMITTEE_DISCHARGED,
        HOUSE,
        r"Subcommittee\b.* Discharged",
        "Subcommittee on National Parks, Forests, and Public Lands Discharged.",
    ),
    Rule(
        Event.SUBCOMMITTEE_FORWARDED,
        HOUSE,
        r"Forwarded by Subcommittee to Full Committee",
        "Forwarded by Subcommittee to Full Committee (Amended) by Voice Vote .",
    ),
    Rule(
        Event.HEARING,
        HOUSE,
        r"(?:Subc|C)ommittee Hearings Held|Hearings Held|hearing held by|Subcommittee\b.* held a hearing",
        "Subcommittee Hearings Held.",
    ),
    Rule(
        Event.MARKUP,
        HOUSE,
        r"(?:Subc|C)ommittee Consideration and Mark-up Session Held",
        "Committee Consideration and Mark-up Session Held.",
    ),
    Rule(
        Event.ORDERED_REPORTED_ADVERSELY,
        HOUSE,
        r"Ordered to be Reported (?:Adverse|Unfavorab)ly",
        "Ordered to be Reported Adversely by the Yeas and Nays: 19 - 15.",
    ),
    Rule(
        Event.ORDERED_REPORTED,
        HOUSE,
        r"Ordered to be Reported",
        "Ordered to be Reported (Amended) by the Yeas and Nays: 25 - 22.",
    ),
    Rule(
        Event.REPORT_REFUSED,
        HOUSE,
        r"Motion to Report Measure Defeated",
        "Motion to Report Measure Defeated by the Yeas and Nays: 21 - 23.",
    ),
    Rule(
        Event.REPORTED_ADVERSELY,
        HOUSE,
        r"Reported (?:adversely|unfavorably)\b",
        "Reported adversely (Amended) by the Committee on Judiciary. H. Rept. 117-486.",
    ),
    Rule(
        Event.REPORTED,
        HOUSE,
        r"Reported (?:\(Amended\) )?by the Committee|Reported in House"
        r"|The House Committee on\b.*\breported an original",
        "Reported (Amended) by the Committee on Education and Labor. H. Rept. 117-13.",
        ("H12200", "H12100", "5000", "1010"),
    ),
    Rule(
        Event.REPORT_FILED,
        HOUSE,
        r"Supplemental report filed",
        "Supplemental report filed by the Committee on Oversight and Reform, H. Rept. 117-19, Part II.",
        ("H12210",),
    ),
    Rule(
        Event.REPORT_FILED,
        SENATE,
        r"By Senator\b.*\bfiled written report",
        "By Senator Carper from Committee on Environment and Public Works filed written report. Report No. "
        "117-20.",
        ("14900",),
    ),
    Rule(
        Event.DISCHARGED,
        HOUSE,
        r"(?:House )?Committee on\b[^.]* discharged\b",
        "Committee on Energy and Commerce discharged.",
        ("H12300", "5500"),
    ),
    Rule(
        Event.HEARING,
        SENATE,
        _SENATE_COMMITTEE + r"Hearings? held",
        "Committee on Banking, Housing, and Urban Affairs. Hearings held.",
    ),
    Rule(
        Event.MARKUP,
        SENATE,
        _SENATE_COMMITTEE + r"Committee consideration",
        "Committee on Health, Education, Labor, and Pensions. Committee consideration and Mark Up Session "
        "held.",
    ),
    Rule(
        Event.REPORT_REFUSED,
        SENATE,
        _SENATE_COMMITTEE + r"Failed to report",
        "Committee on Rules and Administration. Failed to report favorably.",
    ),
    Rule(
        Event.ORDERED_REPORTED_ADVERSELY,
        SENATE,
        _SENATE_COMMITTEE + r"Ordered to be reported\b.*\bunfavorably",
        "Committee on Foreign Relations. Ordered to be reported without amendment unfavorably.",
    ),
    Rule(
        Event.ORDERED_REPORTED,
        SENATE,
        _SENATE_COMMITTEE + r"Ordered to be reported",
        "Committee on Foreign Relations. Ordered to be reported with an amendment in the nature of a "
        "substitute favorably.",
    ),
    Rule(
        Event.REPORTED_ADVERSELY,
        SENATE,
        _SENATE_COMMITTEE + r"Reported (?:adversely|unfavorably)\b",
        "Committee on Foreign Relations. Reported adversely by Senator Risch without amendment. Without "
        "written report.",
    ),
    Rule(
        Event.REPORTED,
        SENATE,
        _SENATE_COMMITTEE + r"(?:Reported (?:by|with)|Original measure reported)",
        "Committee on Armed Services. Original measure reported to Senate by Senator Wicker. With written "
        "report No. 119-39.",
        ("14000",),
    ),
    Rule(
        Event.DISCHARGE_PETITION_COMPLETED,
        HOUSE,
        r"Motion to [Dd]ischarge\b.*\bAssigned to the Discharge Calendar",
        "Motion to discharge the Committee on Rules filed by Mr. Meeks. Assigned to the Discharge Calendar, "
        "Calendar No. 6.",
        ("H12450",),
    ),
    Rule(
        Event.DISCHARGE_PETITION_FILED,
        HOUSE,
        r"Motion to Discharge Committee filed",
        "Motion to Discharge Committee filed by Mr. Mooney. Petition No: 117-18.",
        ("H17000",),
    ),
    # coming and going
    Rule(
        Event.INTRODUCED,
        HOUSE,
        r"(?:Introduced|Submitted) in (?:the )?House",
        "Introduced in House",
        ("Intro-H", "1000", "1025"),
    ),
    Rule(
        Event.INTRODUCED,
        SENATE,
        r"(?:Introduced|Submitted) in (?:the )?Senate",
        "Submitted in Senate",
        ("Intro-S", "10000", "10025"),
    ),
    Rule(Event.RECEIVED, SENATE, r"Received in the Senate", "Received in the Senate, read twice."),
    Rule(Event.RECEIVED, HOUSE, r"Received in the House", "Received in the House.", ("H14000",)),
    Rule(Event.HELD_AT_DESK, HOUSE, r"Held at the [Dd]esk", "Held at the desk.", ("H15000",)),
    Rule(
        Event.RETURNED,
        HOUSE,
        r"Papers returned to (?:the )?House|Senate returned (?:the )?papers to (?:the )?House",
        "Senate returned papers to House by Unanimous Consent.",
    ),
    Rule(
        Event.RETURNED,
        SENATE,
        r"Papers returned to (?:the )?Senate|Message received in Senate: Returned",
        "Papers returned to Senate pursuant to H. Res. 212",
    ),
    Rule(
        Event.RULE_REPORTED,
        HOUSE,
        r"Rules Committee Resolution\b.*\bReported to House",
        "Rules Committee Resolution H. Res. 436 Reported to House. Rule provides for consideration of H.R. "
        "1.",
        ("H1L210",),
    ),
    Rule(
        Event.RULE_REJECTED,
        HOUSE,
        r"Rule H\. ?Res\. .*\bfailed",
        "Rule H. Res. 1042 failed passage of House.",
    ),
    Rule(Event.RULE_ADOPTED, HOUSE, r"Rule H\. ?Res\. .*\bpassed House", "Rule H. Res. 436 passed House."),
    Rule(
        Event.CONSIDERED,
        SENATE,
        r"Measure laid before Senate|Considered by Senate",
        "Measure laid before Senate by unanimous consent. (consideration: CR S411-416)",
    ),
    Rule(
        Event.CONSIDERED,
        HOUSE,
        r"Considered (?!read\b)",
        "Considered under the provisions of rule H. Res. 436. (consideration: CR H2235-2357)",
        ("H30000",),
    ),
    Rule(
        Event.VOTE_POSTPONED,
        HOUSE,
        r"At the conclusion of debate\b.*\bpostponed",
        "At the conclusion of debate, the Yeas and Nays were demanded and ordered. Pursuant to the "
        "provisions of clause 8, rule XX, the Chair announced that further proceedings on the motion would "
        "be postponed.",
        ("H37220", "H37210"),
    ),
)

# Lines that are never a step of the measure itself, by code: spared the reading of their texts.
NOISE_CODES = frozenset(
    """
    B00100 H11210 H12700 H29800 H30200 H30230 H30300 H30500 H30800 H30840 H32020 H32050 H32340 H32341
    H32400 H32600 H32700 H34400 H35000 H36100 H36200 H36500 H36600 H36700 H38300 H38400 H38410 H38800
    H38900 H40110 H40130 H40140 H40142 H40150 H40300 H40310 H41400 H41540 H41541 H41930 H41931 H43100
    H43110 H82000 H8A000 H8D000
    """.split()  # noqa: SIM905 - a line a code would be fifty lines
)

_LINE = re.compile(
    rf"(?:{_PREFIX})?(?:"
    + "|".join(f"(?P<r{number}>{rule.pattern})" for number, rule in enumerate(RULES))
    + ")"
)
_RULE_BY_GROUP = {f"r{number}": rule for number, rule in enumerate(RULES)}
_RULE_BY_CODE = {code: rule for rule in RULES for code in rule.codes}

_VOTE = re.compile(r"(\d+) - (\d+)")
_ROLL = re.compile(r"(?:Roll [Nn]o\. |Record Vote Number: )(\d+)")
_REPORT = re.compile(r"H\. Rept\. \d+[-–]\d+(?:, Part [IVX]+)?|(?<=[Rr]eport No\. )\d+[-–]\d+")
_LAW = re.compile(r"(Public|Private) Law(?: No)?:? ?(\d+[-–]\d+)")
_MANNERS = {
    "voice vote": Manner.VOICE,
    "unanimous consent": Manner.UNANIMOUS_CONSENT,
    "without objection": Manner.WITHOUT_OBJECTION,
    "by petition": Manner.PETITION,
    "yea-nay vote": Manner.RECORDED,
    "yeas and nays": Manner.RECORDED,
    "recorded vote": Manner.RECORDED,
}
_SYSTEM_CHAMBERS = {"Senate": SENATE, "House floor actions": HOUSE, "House committee actions": HOUSE}
_COMMITTEE_CHAMBERS = {"h": HOUSE, "s": SENATE}

_REPORTING = frozenset(
    {Event.REPORTED, Event.REPORTED_ADVERSELY, Event.REPORT_FILED, Event.CONFERENCE_REPORT_FILED}
)


def read_action(action: Action) -> Reading | None:
    """What one official line means, or None where it is no step of the measure."""
    if action.code in NOISE_CODES:
        return None
    if not action.text:
        rule = _RULE_BY_CODE.get(action.code or "")
        return Reading(rule.event, rule.chamber) if rule and rule.event else None
    chamber = _SYSTEM_CHAMBERS.get(action.system or "")
    if chamber is None and action.committees:
        chamber = _COMMITTEE_CHAMBERS.get(action.committees[0][:1])
    return _read(action.text, chamber)


@lru_cache(maxsize=1_000)
def _read(text: str, chamber: Chamber | None) -> Reading | None:
    match = _LINE.match(text)
    if match is None:
        return None
    rule = _RULE_BY_GROUP[match.lastgroup or ""]
    if rule.event is None:
        return None
    if rule.event in LEAVES_CONGRESS:
        chamber = rule.chamber
    vote = _VOTE.search(text) if " - " in text else None
    roll = _ROLL.search(text) if vote else None
    return Reading(
        event=rule.event,
        chamber=rule.chamber or chamber,
        yeas=int(vote[1]) if vote else None,
        nays=int(vote[2]) if vote else None,
        roll=int(roll[1]) if roll else None,
        manner=Manner.RECORDED if vote else _manner(text),
        needed=_needed(text),
        report=_report(text, rule.chamber) if rule.event in _REPORTING else None,
        law=_law(text) if rule.event is Event.BECAME_LAW else None,
    )


def _manner(text: str) -> Manner | None:
    lowered = text.lower()
    return next((manner for words, manner in _MANNERS.items() if words in lowered), None)


def _needed(text: str) -> Needed | None:
    if "2/3 required" in text:
        return Needed.TWO_THIRDS
    return Needed.SIXTY if "60 votes in the affirmative" in text else None


def _report(text: str, chamber: Chamber | None) -> str | None:
    report = _REPORT.search(text)
    if report is None:
        return None
    # The Senate's lines give the bare number of a Senate report.
    return f"S. Rept. {report[0]}" if chamber is SENATE else report[0]


def _law(text: str) -> str | None:
    law = _LAW.search(text)
    return f"{law[1]} Law {law[2]}" if law else None


# --- From readings to a standing ----------------------------------------------------------------------------

LEAVES_CONGRESS = frozenset(
    {Event.PRESENTED, Event.SIGNED, Event.VETOED, Event.POCKET_VETOED, Event.BECAME_LAW}
)
"""Acts of the President, or towards him, that belong to no chamber."""

PASSAGES = frozenset({Event.PASSED, Event.PASSED_AMENDED, Event.AGREED_TO, Event.AGREED_TO_AMENDED})
"""A chamber has passed the measure or agreed to it."""

_MADE_AMENDED = {Event.PASSED: Event.PASSED_AMENDED, Event.AGREED_TO: Event.AGREED_TO_AMENDED}
_AMENDED = frozenset(_MADE_AMENDED.values())

_LET_GO = frozenset({Event.DISCHARGED, Event.REPORTED, Event.REPORTED_ADVERSELY})

UNDONE_BY: dict[Event, frozenset[Event]] = {
    Event.DISCHARGE_REJECTED: _LET_GO,
    Event.DISCHARGE_TABLED: _LET_GO,
    Event.DISCHARGE_RULED_OUT: _LET_GO,
    Event.REPORT_REFUSED: _LET_GO | {Event.ORDERED_REPORTED, Event.ORDERED_REPORTED_ADVERSELY},
    Event.CLOTURE_FAILED: frozenset({Event.CLOTURE_INVOKED, Event.PROCEED_AGREED}),
    Event.PROCEED_REJECTED: frozenset({Event.PROCEED_AGREED}),
    Event.RULE_REJECTED: frozenset({Event.RULE_ADOPTED}),
    Event.SUSPENSION_FAILED: frozenset({Event.RULE_ADOPTED}),
    Event.POSTPONED_INDEFINITELY: frozenset({Event.VITIATED}),
    Event.CONCURRENCE_REJECTED: frozenset({Event.CONCURRED, Event.CONCURRED_AMENDED}),
    Event.CONFERENCE_REPORT_REJECTED: frozenset({Event.CONFERENCE_REPORT_AGREED}),
}
"""The motions whose failure is a setback, and what undoes each while the stage stays the same."""

# A vote lost on the floor is not made good by the paper of a committee that had already decided.
_FLOOR_SETBACKS = frozenset({Event.SUSPENSION_FAILED, Event.RULE_REJECTED})
_OUT_OF_COMMITTEE = frozenset({Stage.ORDERED_REPORTED, Stage.REPORTED, Stage.ON_CALENDAR})
_BEFORE_COMMITTEE = frozenset({Stage.INTRODUCED, Stage.ON_CALENDAR})
_BEFORE_REPORT = frozenset({Stage.INTRODUCED, Stage.IN_COMMITTEE, Stage.ORDERED_REPORTED})
_DECIDED = frozenset(
    {Stage.AGREED_TO, Stage.TO_PRESIDENT, Stage.VETOED, Stage.VETO_SUSTAINED, Stage.BECAME_LAW}
)
_AFTER_DECISION = (
    LEAVES_CONGRESS | PASSAGES | {Event.OVERRIDE_PASSED, Event.OVERRIDE_FAILED, Event.AMENDMENT_RECEIVED}
)
"""What may still follow a decision: the President's part, and lines that tell the decision again."""

_PASSED_STAGES = {HOUSE: Stage.PASSED_HOUSE, SENATE: Stage.PASSED_SENATE}
_FAILED_STAGES = {HOUSE: Stage.FAILED_HOUSE, SENATE: Stage.FAILED_SENATE}

# The Constitution gives the President ten days, Sundays excepted, after which a bill he has neither signed
# nor returned is law. The official history has no line for it, so it is told by what is missing.
_TEN_DAYS = timedelta(days=10)

OfficialLine = tuple[date, Reading, tuple[str, ...]]
"""The day of an action, its reading, and the codes of the committees it names."""


def read_standing(
    type: BillType,
    congress: int,
    introduced_on: date,
    events: Iterable[OfficialLine],
) -> Standing:
    """Where a measure stands after its official lines, given newest first as they are published.

    Lines are taken by date; within a day the published order is kept, which tells the true sequence even
    where lines carry no time. The Library of Congress repeats most steps in a line of its own: a step told
    twice on a day is taken once. `congress` completes a measure's name; procedure does not depend on it.
    """
    del congress
    state = _State(type, introduced_on)
    oldest_first = list(events)[::-1]
    for acted_on, reading, committees in sorted(oldest_first, key=_acted_on):
        chamber = reading.chamber or state.chamber or state.origin
        state = _step(state, _Line(acted_on, reading, chamber, committees))
    return state.standing()


def _acted_on(line: OfficialLine) -> date:
    return line[0]


class _Line(NamedTuple):
    """An official line for the handlers; `chamber` is where the measure is, if the line does not say."""

    on: date
    reading: Reading
    chamber: Chamber
    committees: tuple[str, ...]


class _State:
    """The fold's running answer. Fields are replaced, not changed in place, so `copy` is a safe bookmark."""

    def __init__(self, type: BillType, introduced_on: date) -> None:
        self.type = type
        self.origin = HOUSE if type in HOUSE_TYPES else SENATE
        self.stage = Stage.INTRODUCED
        self.since = introduced_on
        self.chamber: Chamber | None = self.origin
        self.place: Event | None = None
        self.place_on: date | None = None
        self.committees: tuple[str, ...] = ()
        self.passed: dict[Chamber, date] = {}
        self.conference_agreed: frozenset[Chamber] = frozenset()
        self.overridden: frozenset[Chamber] = frozenset()
        self.presented_on: date | None = None
        self.setback: tuple[date, Reading] | None = None
        self.law: str | None = None
        self.how: How | None = None
        self.track: tuple[Milestone, ...] = (Milestone(Event.INTRODUCED, introduced_on, self.origin),)
        self.bookmarks: dict[Chamber, _State] = {}

    def standing(self) -> Standing:
        """The answer so far."""
        failed_on, failed = self.setback or (None, None)
        return Standing(
            stage=self.stage,
            since=self.since,
            chamber=self.chamber,
            place=self.place,
            place_on=self.place_on,
            committees=self.committees,
            setback=failed.event if failed else None,
            setback_on=failed_on,
            setback_chamber=failed.chamber if failed else None,
            setback_yeas=failed.yeas if failed else None,
            setback_nays=failed.nays if failed else None,
            law=self.law,
            how=self.how,
            track=self.track,
        )

    def advance(self, stage: Stage, on: date) -> None:
        """Reach a stage, unless it is reached already; the setbacks before it are history."""
        if stage is self.stage:
            return
        self.stage, self.since = stage, on
        if not (self.setback and self.setback[1].event in _FLOOR_SETBACKS and stage in _OUT_OF_COMMITTEE):
            self.setback = None

    def mark(self, line: _Line) -> None:
        """Add a milestone, once: another line of the same step may only add its committees and its vote."""
        event, told = line.reading.event, line.reading
        milestone = Milestone(
            event=event,
            on=line.on,
            chamber=None if event in LEAVES_CONGRESS else line.chamber,
            yeas=told.yeas,
            nays=told.nays,
            roll=told.roll,
            manner=told.manner,
            needed=told.needed,
            committees=() if event is Event.REFERRED else line.committees,
        )
        last = self.track[-1]
        if (last.event, last.on, last.chamber) != (event, line.on, milestone.chamber):
            self.track = (*self.track, milestone)
            return
        committees = tuple(dict.fromkeys(last.committees + milestone.committees))
        fuller = last if milestone.yeas is None else milestone
        self.track = (*self.track[:-1], msgspec.structs.replace(fuller, committees=committees))

    def suffer(self, line: _Line) -> None:
        """Note a motion that failed, unless a twin line of the day already told it with its vote."""
        is_told = self.setback and (self.setback[0], self.setback[1].event) == (line.on, line.reading.event)
        if not (is_told and line.reading.yeas is None):
            self.setback = (line.on, line.reading)

    def put(self, chamber: Chamber | None, place: Event | None, on: date | None) -> None:
        """Note where the measure is. Another chamber's committees let go of it."""
        if chamber is not self.chamber:
            self.committees = ()
        self.chamber, self.place, self.place_on = chamber, place, on

    def bookmark(self, chamber: Chamber) -> None:
        """Remember how things stood before a chamber's decision, in case the decision is taken back."""
        self.bookmarks = {**self.bookmarks, chamber: copy(self)}


def _step(state: _State, line: _Line) -> _State:
    event = line.reading.event
    if event in (Event.VITIATED, Event.RECONSIDERED):
        return _take_back(state, line)
    if state.setback and event in UNDONE_BY[state.setback[1].event]:
        state.setback = None
    if state.stage in _DECIDED and event not in _AFTER_DECISION:
        return state
    if event in UNDONE_BY:
        state.suffer(line)
    elif event in _HANDLERS:
        _HANDLERS[event](state, line)
    return state


def _take_back(state: _State, line: _Line) -> _State:
    """A vote that is reconsidered, or vitiated as if never taken, leaves things as they stood before it."""
    before = state.bookmarks.get(line.chamber)
    is_undone = line.reading.event is Event.VITIATED or state.stage is _FAILED_STAGES[line.chamber]
    return copy(before) if before and is_undone else state


def _referred(state: _State, line: _Line) -> None:
    state.put(line.chamber, Event.REFERRED, line.on)
    held = (code for code in line.committees if code not in state.committees)
    state.committees = (*state.committees, *held)
    if state.stage in _BEFORE_COMMITTEE and line.chamber is state.origin:
        state.advance(Stage.IN_COMMITTEE, line.on)
        state.mark(line)


def _ordered_reported(state: _State, line: _Line) -> None:
    if line.chamber is not state.chamber:
        return
    state.put(line.chamber, line.reading.event, line.on)
    if state.stage in _BEFORE_REPORT:
        state.advance(Stage.ORDERED_REPORTED, line.on)
        state.mark(line)


def _reported(state: _State, line: _Line) -> None:
    if line.chamber in state.passed:
        return
    state.put(line.chamber, line.reading.event, line.on)
    state.committees = tuple(code for code in state.committees if code not in line.committees)
    if state.stage in _BEFORE_REPORT or state.stage is Stage.ON_CALENDAR:
        state.advance(Stage.REPORTED, line.on)
    state.mark(line)


def _discharged(state: _State, line: _Line) -> None:
    if line.chamber in state.passed:
        return
    # Without named committees ("Senate discharged from the …"), all that hold it are meant.
    named = line.committees or state.committees
    state.committees = tuple(code for code in state.committees if code not in named)
    state.mark(line)
    if state.committees:
        return
    state.put(line.chamber, line.reading.event, line.on)
    if state.stage in _BEFORE_REPORT:
        state.advance(Stage.ON_CALENDAR, line.on)


def _placed_on_calendar(state: _State, line: _Line) -> None:
    if line.chamber in state.passed:
        return
    state.put(line.chamber, line.reading.event, line.on)
    state.committees = ()
    if state.stage in _BEFORE_REPORT:
        state.advance(Stage.ON_CALENDAR, line.on)
        state.mark(line)


def _committed(state: _State, line: _Line) -> None:
    state.put(line.chamber, Event.REFERRED, line.on)
    state.committees = line.committees or state.committees
    if not state.passed:
        state.advance(Stage.IN_COMMITTEE, line.on)
        state.mark(line)


def _arrived(state: _State, line: _Line) -> None:
    if state.place is not Event.CONFEREES_APPOINTED:
        state.put(line.chamber, line.reading.event, line.on)


def _passed(state: _State, line: _Line) -> None:
    is_twin = state.passed.get(line.chamber) == line.on
    if state.stage in _DECIDED and not is_twin:
        return
    if not is_twin:
        state.bookmark(line.chamber)
        state.passed = {**state.passed, line.chamber: line.on}
    state.mark(line)
    if state.type in SIMPLE_TYPES:
        state.put(line.chamber, None, None)
        state.advance(Stage.AGREED_TO, line.on)
    elif OTHER[line.chamber] not in state.passed:
        state.put(OTHER[line.chamber], None, None)
        state.advance(_PASSED_STAGES[line.chamber], line.on)
    elif line.reading.event in _AMENDED:
        state.put(OTHER[line.chamber], None, None)
        state.advance(Stage.RESOLVING_DIFFERENCES, line.on)
    elif not (is_twin and state.stage is Stage.RESOLVING_DIFFERENCES):
        _settle(state, line.on)


def _settle(state: _State, on: date) -> None:
    """Both chambers have agreed to one text."""
    state.put(None, None, None)
    state.advance(Stage.AGREED_TO if state.type in CONCURRENT_TYPES else Stage.PASSED_BOTH, on)


def _failed(state: _State, line: _Line) -> None:
    if state.stage is not _FAILED_STAGES[line.chamber]:
        state.bookmark(line.chamber)
    state.put(line.chamber, None, None)
    state.advance(_FAILED_STAGES[line.chamber], line.on)
    state.mark(line)


def _amendment_received(state: _State, line: _Line) -> None:
    # The House's own lines do not always say that it amended the measure; the message to the Senate does.
    has_agreed = state.stage is Stage.AGREED_TO and state.type in CONCURRENT_TYPES
    if state.stage is Stage.PASSED_BOTH or has_agreed:
        last = state.track[-1]
        amended = _MADE_AMENDED.get(last.event, last.event)
        state.track = (*state.track[:-1], msgspec.structs.replace(last, event=amended))
        state.advance(Stage.RESOLVING_DIFFERENCES, last.on)
    if state.stage is Stage.RESOLVING_DIFFERENCES:
        state.put(SENATE, line.reading.event, line.on)


def _concurred(state: _State, line: _Line) -> None:
    state.mark(line)
    _settle(state, line.on)


def _sent_back(state: _State, line: _Line) -> None:
    state.advance(Stage.RESOLVING_DIFFERENCES, line.on)
    state.put(OTHER[line.chamber], None, None)
    state.mark(line)


def _conference(state: _State, line: _Line) -> None:
    state.advance(Stage.RESOLVING_DIFFERENCES, line.on)
    state.put(line.chamber, line.reading.event, line.on)
    state.mark(line)


def _conference_report_agreed(state: _State, line: _Line) -> None:
    state.mark(line)
    state.conference_agreed |= {line.chamber}
    if len(state.conference_agreed) == len(OTHER):
        _settle(state, line.on)
    else:
        state.put(OTHER[line.chamber], Event.CONFERENCE_REPORT_FILED, line.on)


def _presented(state: _State, line: _Line) -> None:
    state.presented_on = line.on
    state.put(None, None, None)
    state.advance(Stage.TO_PRESIDENT, line.on)
    state.mark(line)


def _signed(state: _State, line: _Line) -> None:
    state.how = How.SIGNED
    state.put(None, None, None)
    state.advance(Stage.BECAME_LAW, line.on)
    state.mark(line)


def _vetoed(state: _State, line: _Line) -> None:
    # A veto goes back to the chamber where the measure began; a pocket veto goes nowhere.
    state.put(state.origin if line.reading.event is Event.VETOED else None, None, None)
    state.advance(Stage.VETOED, line.on)
    state.mark(line)


def _override_passed(state: _State, line: _Line) -> None:
    state.overridden |= {line.chamber}
    state.mark(line)
    state.put(OTHER[line.chamber], None, None)
    if len(state.overridden) == len(OTHER):
        state.how = How.OVER_VETO
        state.put(None, None, None)
        state.advance(Stage.BECAME_LAW, line.on)


def _override_failed(state: _State, line: _Line) -> None:
    state.put(None, None, None)
    state.advance(Stage.VETO_SUSTAINED, line.on)
    state.mark(line)


def _became_law(state: _State, line: _Line) -> None:
    is_unsigned = state.how is None and state.stage is Stage.TO_PRESIDENT and state.presented_on
    if is_unsigned and state.presented_on and line.on - state.presented_on >= _TEN_DAYS:
        state.how = How.WITHOUT_SIGNATURE
    state.law = line.reading.law or state.law
    state.put(None, None, None)
    state.advance(Stage.BECAME_LAW, line.on)
    state.mark(line)


_Handler = Callable[[_State, _Line], None]

_HANDLERS: dict[Event, _Handler] = {
    Event.REFERRED: _referred,
    Event.ORDERED_REPORTED: _ordered_reported,
    Event.ORDERED_REPORTED_ADVERSELY: _ordered_reported,
    Event.REPORTED: _reported,
    Event.REPORTED_ADVERSELY: _reported,
    Event.COMMITTED: _committed,
    Event.DISCHARGED: _discharged,
    Event.PLACED_ON_CALENDAR: _placed_on_calendar,
    Event.RECEIVED: _arrived,
    Event.HELD_AT_DESK: _arrived,
    Event.RETURNED: _arrived,
    Event.PASSED: _passed,
    Event.PASSED_AMENDED: _passed,
    Event.AGREED_TO: _passed,
    Event.AGREED_TO_AMENDED: _passed,
    Event.FAILED: _failed,
    Event.TABLED: _failed,
    Event.AMENDMENT_RECEIVED: _amendment_received,
    Event.CONCURRED: _concurred,
    Event.CONCURRED_AMENDED: _sent_back,
    Event.DISAGREED: _sent_back,
    Event.CONFERENCE_REQUESTED: _conference,
    Event.CONFEREES_APPOINTED: _conference,
    Event.CONFERENCE_REPORT_FILED: _conference,
    Event.CONFERENCE_REPORT_AGREED: _conference_report_agreed,
    Event.PRESENTED: _presented,
    Event.SIGNED: _signed,
    Event.VETOED: _vetoed,
    Event.POCKET_VETOED: _vetoed,
    Event.OVERRIDE_PASSED: _override_passed,
    Event.OVERRIDE_FAILED: _override_failed,
    Event.BECAME_LAW: _became_law,
}
