"""One plain sentence for each kind of change: exact words, and no gap in them whatever is missing."""

from __future__ import annotations

import re
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.records import Bill, Chamber
from scrapers.source import Document
from scrapers.sources.govinfo_billstatus import BULK, parse
from tests.mirror import mirror_root
from tracker.changes import KINDS, differences, introduced
from tracker.ingest.bills import tell
from tracker.phrases import action_clause, change_sentence, kind_label, recorded_late, stage_label
from tracker.stages import Event, Reading, Stage

DAY = date(2025, 3, 3)
REJECTED = {"event": "discharge_rejected", "chamber": "senate", "yeas": 15, "nays": 82, "roll": 165}
VOTE = {"chamber": "senate", "congress": 119, "session": 1, "roll": 165, "yeas": 15, "nays": 82}
PERSON = {"bioguide": "S000033", "name": "Sen. Sanders, Bernard [I-VT]", "party": "I", "state": "VT"}
RELATED = {"key": "119-hconres-24", "title": "A title.", "relationships": [["Identical bill", "CRS"]]}
SUMMARY = {"description": "Introduced in Senate", "acted_on": "2025-03-10"}
COMMITTEE = {"code": "ssfr00", "name": "Foreign Relations Committee", "chamber": "Senate", "parent": None}


@pytest.mark.parametrize(
    ("kind", "old", "new", "occurred_on", "sentence"),
    [
        ("introduced", None, {"title": "Lavender Act", "sponsor": "Rep. Carter, Earl L., Jr. [R-GA-1]"}, DAY,
         "Introduced on 3 March 2025 by Rep. Earl L. Carter, Jr. (R-GA-1): Lavender Act."),
        ("introduced", None, {"title": "Lavender Act", "sponsor": None}, DAY,
         "Introduced on 3 March 2025: Lavender Act."),
        ("stage", "in_committee", "passed_senate", DAY,
         "It moved from “in committee” to “passed by the Senate” on 3 March 2025."),
        ("stage", None, "became_law", DAY, "It reached the stage “law” on 3 March 2025."),
        ("stage", "in_committee", "sent_to_the_moon", None,
         "It moved from “in committee” to “sent to the moon”."),
        ("setback", None, {**REJECTED, "on": "2025-04-03"}, None,
         "On 3 April 2025 the Senate refused, 15 to 82, to take it out of committee."),
        ("setback", None, {"event": None}, DAY, "A motion on it failed on 3 March 2025."),
        ("title", "A", "B", None, "Its title changed from “A” to “B”."),
        ("title", "Sen. Able, Ann Act", "Act (Rep. Able, Ann)", None,
         "Its title changed from “Sen. Able, Ann Act” to “Act (Rep. Able, Ann)”."),
        ("policy_area", None, "International Affairs", None, "Its policy area is now International Affairs."),
        ("sponsor", "S000033", "K000384", None, "Its sponsor changed from S000033 to K000384."),
        ("action", None, {"text": "Considered. (consideration: CR S2152-2158: 1)", "reading": None}, DAY,
         "The official record for 3 March 2025 says: Considered."),
        ("action", None, {"text": None, "reading": REJECTED}, DAY,
         "On 3 March 2025 the Senate refused, 15 to 82, to take it out of committee."),
        ("action", None, {"text": None, "reading": REJECTED}, None,
         "The Senate refused, 15 to 82, to take it out of committee."),
        ("action", None, {"text": None, "reading": None}, DAY,
         "The official record has a further entry for 3 March 2025."),
        ("action_removed", {"text": "Read twice.", "acted_on": "2025-03-03"}, None, None,
         "The publisher no longer lists this action of 3 March 2025: Read twice."),
        ("action_removed", {"text": None, "reading": REJECTED}, None, None,
         "The publisher no longer lists this action: "
         "The Senate refused, 15 to 82, to take it out of committee."),
        ("vote_reference", None, VOTE, DAY,
         "The Senate held roll call 165 of 2025 on it on 3 March 2025: 15 to 82."),
        ("vote_reference_removed", {**VOTE, "yeas": None}, None, None,
         "The publisher no longer lists this roll call: Senate roll call 165 of 2025."),
        ("report", None, {"citation": "H. Rept. 117-400"}, None,
         "A committee's written report on it was published: H. Rept. 117-400."),
        ("committee_referral", None, COMMITTEE, DAY,
         "It was referred to the Senate Foreign Relations Committee on 3 March 2025."),
        ("cosponsor_added", None, PERSON, DAY,
         "Sen. Bernard Sanders (I-VT) joined as a cosponsor on 3 March 2025."),
        ("cosponsor_withdrawn", None, {"bioguide": "S000033"}, DAY,
         "S000033 withdrew as a cosponsor on 3 March 2025."),
        ("cosponsor_added_removed", PERSON, None, None,
         "The publisher no longer lists this cosponsor: Sen. Bernard Sanders (I-VT)."),
        ("arms_sale_notified", None, {"kind": "notification", "buyer": "Jordan", "dollars": 280_000_000}, DAY,
         "Congress was notified on 3 March 2025 of a possible sale to Jordan of up to $280 million."),
        ("arms_sale_notified", None, {"kind": "notification", "buyer": None, "dollars": None}, None,
         "Congress was notified of a possible sale."),
        ("arms_sale_notified", None, {"kind": "enhancement", "buyer": "Chad", "original": "23-26"}, None,
         "Congress was notified of the enhancement of a possible sale to Chad, first notified in transmittal 23-26."),
        ("arms_sale_value", 95_000_000, 1_050_000_000, None,
         "Its estimated value changed from up to $95 million to up to $1.05 billion."),
        ("arms_sale_value", None, 5, None, "Its estimated value changed."),
        ("arms_sale_corrected", None, {"citation": "91 FR 505", "corrects": "2025-22709"}, DAY,
         "A correction of its notice was published on 3 March 2025: 91 FR 505, on document 2025-22709."),
        ("arms_sale_corrected", None, {}, None, "A correction of its notice was published."),
        ("arms_sale_published", None, {"citation": "91 FR 24849", "delivered_on": "2026-04-01"}, DAY,
         "The Federal Register published its notice on 3 March 2025, at 91 FR 24849; the report reached Congress on "
         "1 April 2026."),
        ("arms_sale_published", None, None, None, "The Federal Register published its notice."),
        ("report_published", None, {"publisher": "GAO", "recommendations": 4, "original": "GAO-24-1"}, DAY,
         "GAO published it on 3 March 2025; it makes 4 recommendations; it is issued in place of GAO-24-1."),
        ("report_published", None, None, None, "A watchdog published it."),
        ("report_revised", "11", "12", None, "Its publisher revised it: it is now version 12, and was version 11."),
        ("report_revised", "2018-05-10", "2026-04-20", None,
         "Its publisher revised it: it is now the version of 20 April 2026, and was the version of 10 May 2018."),
        ("report_reissued", None, {"number": "GAO-25-2"}, DAY, "It was issued again on 3 March 2025 as GAO-25-2."),
        ("report_corrected", {"field": "published_on", "value": "2004-12-12"},
         {"field": "published_on", "value": "2024-12-12"}, None,
         "Its publisher corrected its day of publication from 12 December 2004 to 12 December 2024."),
        ("report_corrected", {"field": "title", "value": "Egpyt"}, {"field": "title", "value": "Egypt"}, None,
         "Its publisher changed its title from “Egpyt” to “Egypt”."),
        ("audit_opened", None,
         {"kind": "recommendation", "addressees": ["Department of State", "USAID"], "is_priority": True,
          "text": "The Secretary should vet."}, DAY,
         "A recommendation was made to the Department of State and USAID on 3 March 2025, as a priority: "
         "The Secretary should vet."),
        ("audit_opened", None, {"kind": "matter", "addressees": ["Congress"]}, DAY,
         "A matter was put to Congress on 3 March 2025."),
        ("audit_status", "open", {"status": "closed_implemented", "since": "2022-03-03"}, DAY,
         "It is now “closed, implemented”, and was “open”, 3 years after its report."),
        ("audit_status", "open", {"status": "no_longer_listed", "addressee": "Department of State"}, DAY,
         "For the Department of State, it is now “no longer listed”, and was “open”."),
        ("audit_status", None, {"status": "open", "addressee": "USAID"}, DAY,
         "It is now put to USAID as well, and is “open” there."),
        ("audit_reopened", "closed", {"status": "open", "since": "2025-01-01"}, DAY,
         "It is open again; it was “closed”, 2 months after its report."),
        ("audit_priority", False, True, DAY, "The watchdog made it one of its priority recommendations."),
        ("audit_priority", True, False, DAY,
         "The watchdog no longer counts it among its priority recommendations."),
        ("audit_comment", "Old.", {"text": "It was done.", "addressees": ["USAID"]}, DAY,
         "The watchdog wrote anew what was done about it by USAID: It was done."),
        ("audit_disappeared", "open", {"since": "2020-01-01", "addressees": ["USAID"]}, DAY,
         "It is no longer in the list of open recommendations of 3 March 2025, where it was “open”, 5 years after "
         "its report. It may have been closed; the list does not say."),
        ("became_law", None, {"type": "Public Law", "number": "119-3"}, DAY,
         "It became Public Law 119-3 on 3 March 2025."),
        ("text_version", None, {"type": "Engrossed in House", "url": None}, DAY,
         "A text of 3 March 2025 was published: Engrossed in House."),
        ("summary", None, SUMMARY, None,
         "The Congressional Research Service published a summary: Introduced in Senate on 10 March 2025."),
        ("summary_removed", SUMMARY, None, None,
         "The publisher no longer lists this summary: Introduced in Senate on 10 March 2025."),
        ("related_bill", None, RELATED, None,
         "H.Con.Res. 24 of the 119th Congress is now listed as related (“identical bill”, says the "
         "Congressional Research Service): A title."),
        ("other_title", None, {"type": "Short Title", "title": "Peace Act"}, None,
         "It was given a further title: “Peace Act” (Short Title)."),
        ("subject_removed", {"name": "Chad"}, None, None,
         "The publisher no longer lists this subject: Chad."),
        ("subject_removed", None, None, None, "The publisher no longer lists this subject."),
    ],
)  # fmt: skip
def test_each_change_is_told_in_plain_words(
    kind: str, old: Any, new: Any, occurred_on: date | None, sentence: str
) -> None:
    assert change_sentence(kind, old, new, occurred_on) == sentence


def test_a_clause_is_the_sentence_without_its_day() -> None:
    names = ["Senate Foreign Relations Committee"]
    reading = Reading(Event.REFERRED, Chamber.SENATE)
    assert action_clause(reading, names) == "it was referred to the Senate Foreign Relations Committee"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_label_and_a_sentence(kind: str) -> None:
    assert 0 < len(kind_label(kind)) < 50
    assert change_sentence(kind, None, None, None).endswith(".")


def test_labels_tell_kinds_apart() -> None:
    assert len({kind_label(kind) for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_has_words_of_its_own(stage: Stage) -> None:
    assert "_" not in stage_label(stage)


# --- whatever is missing ------------------------------------------------------------------------------------

NAMES = sorted({*REJECTED, *VOTE, *PERSON, *RELATED, *SUMMARY, *COMMITTEE, "text", "reading", "type",
                "number", "url", "citation", "sponsor", "on", "acted_on", "committees"})  # fmt: skip
WORDS = st.text(st.characters(exclude_characters="N"), max_size=20)
PIECES = st.one_of(
    st.none(),
    st.integers(-1, 400),
    WORDS,
    st.sampled_from(["senate", "House", "119-s-1", "2025-03-03", "discharge_rejected", "public law"]),
    st.just(REJECTED),
    st.lists(st.one_of(st.none(), WORDS, st.lists(WORDS, max_size=3)), max_size=3),
)
VALUES = st.one_of(st.none(), PIECES, st.dictionaries(st.sampled_from(NAMES), PIECES, max_size=8))


@given(
    st.sampled_from(KINDS), VALUES, VALUES, st.one_of(st.none(), st.dates(date(1789, 3, 4), date(2100, 1, 1)))
)
def test_missing_pieces_leave_no_gap(kind: str, old: Any, new: Any, occurred_on: date | None) -> None:
    sentence = change_sentence(kind, old, new, occurred_on)
    assert "None" not in sentence
    assert sentence == sentence.strip()
    assert "\n" not in sentence
    assert sentence


@pytest.mark.parametrize("kind", KINDS)
def test_a_title_that_runs_on_is_cut_between_words(kind: str) -> None:
    value = dict.fromkeys(("title", "text", "sponsor"), "no end of words " * 100)
    assert len(change_sentence(kind, value, value, DAY)) < 2000


# --- when it was recorded -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("occurred_on", "first_seen_at", "words"),
    [
        (None, datetime(2025, 3, 15, 12, tzinfo=UTC), None),
        (DAY, datetime(2025, 3, 3, 23, tzinfo=UTC), None),
        (DAY, datetime(2025, 3, 4, 3, tzinfo=UTC), None),  # still the third in Washington
        (DAY, datetime(2025, 3, 4, 12, tzinfo=UTC), "recorded the next day"),
        (DAY, datetime(2025, 3, 15, 12, tzinfo=UTC), "recorded 12 days later"),
        (DAY, datetime(2028, 3, 3, 12, tzinfo=UTC), "recorded 1,096 days later"),
        (DAY, datetime(2025, 3, 1, 12, tzinfo=UTC), None),
    ],
)
def test_lateness_is_counted_in_days_of_washington(
    occurred_on: date | None, first_seen_at: datetime, words: str | None
) -> None:
    assert recorded_late(occurred_on, first_seen_at) == words


# --- real changes -------------------------------------------------------------------------------------------


def read_bill(url: str, content: bytes) -> Bill:
    document = Document(url, content, "application/xml", datetime(2026, 11, 1, tzinfo=UTC), sha256="")
    (bill,) = parse(document)
    assert isinstance(bill, Bill)
    return bill


def real_bills(root: Path, bill_type: str, number: int) -> list[Bill]:
    """The measure in its Congress's archive and in the single file, whichever is older first."""
    folder = root / "www.govinfo.gov/bulkdata/BILLSTATUS/119" / bill_type
    name = f"BILLSTATUS-119{bill_type}{number}.xml"
    with zipfile.ZipFile(folder / f"BILLSTATUS-119-{bill_type}.zip") as archive:
        contents = [archive.read(name), (folder / name).read_bytes()]
    bills = [read_bill(f"{BULK}/119/{bill_type}/{name}", content) for content in contents]
    return sorted(bills, key=lambda bill: bill.updated_at)


@pytest.mark.mirror
@pytest.mark.parametrize(
    ("bill_type", "number", "expected"),
    [
        ("hr", 983, ["It was given a further title: “To Amend title 38, United States Code, to direct"]),
        ("hres", 214, [
            "The publisher no longer lists this action: Considered as privileged matter.",
            "The publisher no longer lists this action: Submitted in House.",
            "The publisher no longer lists this action: Submitted in House.",
            "It was given a further title: “Electing Members to certain standing committees of the House of "
            "Representatives.” (Official Titles from EH (Engrossed in House) bill text).",
        ]),
        ("sconres", 29, ["H.Con.Res. 24 of the 119th Congress is now listed as related (“related bill”"]),
        ("sjres", 33, [
            "On 3 April 2025 the Senate refused, 15 to 82, to take it out of committee.",
            "Its policy area is now International Affairs.",
            "The official record for 3 April 2025 says: Motion to discharge Senate Committee on Foreign "
            "Relations rejected by Yea-Nay Vote. 15 - 82. Record Vote Number: 165.",
            "The Senate held roll call 165 of 2025 on it on 3 April 2025: 15 to 82.",
            "The Congressional Research Service published a summary: Introduced in Senate on 10 March 2025.",
        ]),
    ],
)  # fmt: skip
def test_real_changes_read_well(bill_type: str, number: int, expected: list[str]) -> None:
    older, newer = real_bills(mirror_root(), bill_type, number)
    sentences = [
        change_sentence(draft.kind, draft.old, draft.new, draft.occurred_on)
        for draft in differences(tell(older), tell(newer))
    ]
    assert len(sentences) == len(expected)
    for sentence, beginning in zip(sentences, expected, strict=True):
        assert re.sub(r" of \d+ \w+ \d{4}(?=: (?:Cons|Subm))", "", sentence).startswith(beginning)


@pytest.mark.mirror
def test_a_new_measure_is_told_with_its_sponsor() -> None:
    path = mirror_root() / "www.govinfo.gov/bulkdata/BILLSTATUS/119/hres/BILLSTATUS-119hres1376.xml"
    draft = introduced(tell(read_bill(f"{BULK}/119/hres/{path.name}", path.read_bytes())))
    assert change_sentence(draft.kind, draft.old, draft.new, draft.occurred_on) == (
        "Introduced on 18 June 2026 by Rep. Mike Thompson (D-CA-4): "
        "Supporting the contributions and goals of Lavender Growers Month."
    )
