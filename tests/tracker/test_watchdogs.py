"""Names, statuses, dates and the life of a recommendation, as plain values."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scrapers.records import AuditKind, AuditListing, AuditRecommendation
from tests.watchdogs import audit, report
from tracker.changes import Draft
from tracker.phrases import change_sentence
from tracker.sanitise import plain_words
from tracker.watchdogs.facts import oddities, public_on, together
from tracker.watchdogs.lifecycle import (
    AuditFacts,
    differences,
    first_held,
    gather,
    is_believable,
    settle,
    vanish,
)
from tracker.watchdogs.names import audit_key, audit_name, report_key, report_name, report_of
from tracker.watchdogs.statuses import AuditStatus, most_open, read_status, status_label
from tracker.watchdogs.words import AGES, age_of, age_words, audit_sentence, what_it_is, years_before

MONDAY, NEXT = date(2026, 9, 28), date(2026, 10, 5)
OPEN_ONLY, WHOLE = AuditListing.OPEN_ONLY, AuditListing.WHOLE_REPORT

# --- names ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("watchdog", "number", "key"),
    [
        ("gao", "GAO-25-107622", "report:gao-25-107622"),
        ("gao", " gao-25-107622 ", "report:gao-25-107622"),
        ("gao", "NSIAD-00-31", "report:gao-nsiad-00-31"),
        ("gao", "163434", "report:gao-163434"),
        ("crs", "R43361", "report:crs-r43361"),
        ("state-oig", "ISP-I-26-12", "report:state-oig-isp-i-26-12"),
        ("usaid-oig", "8-306-19-113-R", "report:usaid-oig-8-306-19-113-r"),
    ],
)
def test_a_report_is_its_number(watchdog: str, number: str, key: str) -> None:
    assert report_key(report(number, watchdog=watchdog)) == key


def test_a_page_without_a_number_is_known_by_what_its_feed_calls_it() -> None:
    one = report(None, watchdog="hrw", guid="https://example.org/?p=1")
    again = report(None, watchdog="hrw", guid="https://example.org/?p=1", url="https://example.org/moved")
    other = report(None, watchdog="hrw", guid="https://example.org/?p=2")
    assert report_key(one) == report_key(again) != report_key(other)
    assert report_name(report_key(one), "A title") == "A title"


@pytest.mark.parametrize(
    ("key", "name"),
    [("gao-25-107622", "GAO-25-107622"), ("gao-nsiad-00-31", "NSIAD-00-31"), ("crs-r43361", "R43361"),
     ("state-oig-isp-i-26-12", "STATE-OIG-ISP-I-26-12")],
)  # fmt: skip
def test_a_report_is_called_by_its_number(key: str, name: str) -> None:
    assert report_name(f"report:{key}", "A title") == name


@pytest.mark.parametrize(
    ("fields", "key", "name"),
    [
        ({"number": "4"}, "gao-25-107622-4", "GAO-25-107622, recommendation 4"),
        ({"number": "19-01"}, "gao-25-107622-19.01", "GAO-25-107622, recommendation 19-01"),
        (
            {"number": "1", "kind": AuditKind.MATTER, "addressee": "Congress"},
            "gao-25-107622-matter-1",
            "GAO-25-107622, matter 1 for Congress",
        ),
    ],
)
def test_a_recommendation_is_its_report_and_number(fields: dict[str, Any], key: str, name: str) -> None:
    one = audit(**fields)
    assert audit_key(one) == f"audit-recommendation:{key}"
    assert report_of(key) == "gao-25-107622"
    assert audit_name(audit_key(one)) == name


def test_one_without_a_number_is_its_addressee_and_its_words_however_spelled() -> None:
    one = audit(None, text="The Secretary should vet.")
    assert audit_key(one) == audit_key(audit(None, text="The secretary  should “vet”"))
    assert audit_key(one) != audit_key(audit(None, text="The Secretary should not vet."))
    assert audit_key(one) != audit_key(
        audit(None, addressee="Department of Defense", text="The Secretary should vet.")
    )
    assert audit_name(audit_key(one)) == "GAO-25-107622, recommendation"


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=80), st.sampled_from(AuditKind))
@example("0" * 19, "0" * 20, "", AuditKind.MATTER)
def test_no_name_is_too_long_for_its_column(watchdog: str, number: str, words: str, kind: AuditKind) -> None:
    one = audit(number, watchdog=watchdog[:40], report=number, text=words, kind=kind)
    assert len(audit_key(one)) <= 80
    assert len(audit_key(one, by_words=True)) <= 80
    assert len(report_key(report(number, watchdog=watchdog[:40]))) <= 80


# --- statuses ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        ("Open", AuditStatus.OPEN),
        ("Open--Partially Addressed", AuditStatus.PARTIALLY_ADDRESSED),
        ("Open – Partially Addressed", AuditStatus.PARTIALLY_ADDRESSED),
        ("Closed – Implemented", AuditStatus.CLOSED_IMPLEMENTED),
        ("Closed--Implemented", AuditStatus.CLOSED_IMPLEMENTED),
        ("CLOSED - NOT IMPLEMENTED", AuditStatus.CLOSED_NOT_IMPLEMENTED),
        ("Closed — No Longer Valid", AuditStatus.CLOSED_NO_LONGER_VALID),
        ("Closed", AuditStatus.CLOSED),
        ("Resolved", AuditStatus.OPEN),
        ("Paused", AuditStatus.UNKNOWN),
        ("", AuditStatus.UNKNOWN),
    ],
)
def test_wordings_are_read_whatever_their_dashes(raw: str, status: AuditStatus) -> None:
    assert read_status(raw) is status


def test_a_recommendation_is_as_open_as_its_most_open_addressee() -> None:
    found = (AuditStatus.CLOSED_IMPLEMENTED, AuditStatus.PARTIALLY_ADDRESSED, AuditStatus.NO_LONGER_LISTED)
    assert most_open(found) is AuditStatus.PARTIALLY_ADDRESSED
    assert most_open(()) is AuditStatus.UNKNOWN
    assert len({status_label(status) for status in AuditStatus}) == len(AuditStatus)


# --- dates ------------------------------------------------------------------------------------------


def test_a_report_that_is_published_after_its_release_goes_by_the_release_and_says_so() -> None:
    facts = together([report("GAO-24-106315", published_on=date(2026, 6, 26), released_on=date(2024, 6, 26))])
    assert public_on(facts, MONDAY) == date(2024, 6, 26)
    (said,) = oddities(facts, MONDAY)
    assert "published on 26 June 2026 and released on 26 June 2024, which is earlier" in said


@pytest.mark.parametrize("turned", [False, True])
def test_two_records_of_one_number_with_other_dates_are_one_report(turned: bool) -> None:
    told = [
        report("GAO-25-107003", published_on=date(2004, 12, 12), released_on=date(2024, 12, 12)),
        report("GAO-25-107003", published_on=date(2024, 12, 12), released_on=date(2024, 12, 12)),
    ]
    assert len({report_key(one) for one in told}) == 1
    facts = together(told[::-1] if turned else told)
    assert facts.published_on == public_on(facts, MONDAY) == date(2024, 12, 12)
    assert oddities(facts, MONDAY) == [
        "One of its publisher’s documents says that it was published on 12 December 2004."
    ]


def test_a_day_that_has_not_come_is_not_believed() -> None:
    facts = together([report(published_on=date(2062, 1, 1), released_on=None)])
    assert public_on(facts, MONDAY) == MONDAY
    assert len(oddities(facts, MONDAY)) == 1


def test_what_one_document_leaves_out_another_fills_in() -> None:
    feed = report(released_on=None, topics=(), links=(), agencies=())
    record = report(
        summary=None, topics=("Human rights",), agencies=("Department of State",), recommendations=4
    )
    assert together([feed, record]) == together([record, feed])
    facts = together([feed, record])
    assert (facts.topics, facts.recommendations) == (("Human rights",), 4)
    assert facts.released_on == date(2026, 10, 1)


def test_another_version_has_another_day_and_the_newest_speaks() -> None:
    old = report("R1", watchdog="crs", version="2", title="Egypt: Old", published_on=date(2020, 1, 1))
    new = report(
        "R1", watchdog="crs", version="10", title="Egypt: New", published_on=date(2026, 4, 20), links=()
    )
    for told in ([old, new], [new, old]):
        facts = together([msgspec.structs.replace(one, released_on=None) for one in told])
        assert (facts.title, facts.version, facts.published_on) == ("Egypt: New", "10", date(2026, 4, 20))
        assert facts.other_published_on == ()


# --- a listing --------------------------------------------------------------------------------------

THREE = tuple(audit("2", name) for name in ("Department of State", "Department of Defense", "USAID"))


def held(*found: AuditRecommendation, on: date = MONDAY) -> AuditFacts:
    (one,) = gather(found).values()
    return first_held(one.facts, on)


def heard(*found: AuditRecommendation) -> AuditFacts:
    (one,) = gather(found).values()
    return one.facts


def changes(
    before: AuditFacts, *found: AuditRecommendation, listing: AuditListing = OPEN_ONLY
) -> list[Draft]:
    after = settle(before, heard(*found), listing, NEXT)
    return list(differences(before, after, NEXT, "stamp"))


def told(drafts: list[Draft]) -> list[str]:
    return [change_sentence(one.kind, one.old, one.new, one.occurred_on) for one in drafts]


def test_one_recommendation_to_three_agencies_is_one() -> None:
    facts = held(*THREE)
    assert [one.name for one in facts.addressees] == ["Department of Defense", "Department of State", "USAID"]
    assert facts.status is AuditStatus.OPEN
    assert len(facts.comments) == 1  # the same words of all three


def test_a_number_printed_twice_in_a_report_is_two_recommendations() -> None:
    found = gather([audit("1", text="Do this."), audit("1", text="Do that."), audit("1", text="do this")])
    assert len(found) == 2


def test_the_same_again_changes_nothing() -> None:
    assert changes(held(*THREE), *THREE[::-1]) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "The Secretary should vet  units of Egypt, that receive arms (recommendation 1)."},
        {"text": "Entirely other words under the same number. (Recommendation 1)"},
        {"report_title": "Human rights: vetting"},
        {"topics": ("Human Rights",)},
        {"comments": "When we confirm what was done, we will say so"},
        {"addressee": "Department of War"},
        {"status": "OPEN"},
    ],
)
def test_a_re_spelling_announces_nothing(fields: dict[str, Any]) -> None:
    assert changes(held(audit()), audit(**fields)) == []


@pytest.mark.parametrize(
    "merged",
    ["Department of State; Department of Defense; USAID", "Multiple Agencies", "Department of State, USAID"],
)
def test_agencies_that_were_merged_announce_nothing(merged: str) -> None:
    before = held(*THREE)
    after = settle(before, heard(audit("2", merged)), OPEN_ONLY, NEXT)
    assert [one.name for one in after.addressees] == [merged]
    assert list(differences(before, after, NEXT, "stamp")) == []


def test_a_status_that_moves_for_all_is_one_change() -> None:
    moved = [msgspec.structs.replace(one, status="Open--Partially Addressed") for one in THREE]
    (draft,) = changes(held(*THREE), *moved)
    assert (draft.kind, draft.old, draft.new["status"]) == ("audit_status", "open", "partially_addressed")
    assert told([draft]) == ["It is now “partially addressed”, and was “open”, 1 year after its report."]


def test_a_status_that_moves_for_one_says_for_whom() -> None:
    moved = [msgspec.structs.replace(THREE[0], status="Closed – Implemented"), *THREE[1:]]
    assert told(changes(held(*THREE), *moved, listing=WHOLE)) == [
        "For the Department of State, it is now “closed, implemented”, and was “open”, 1 year after its report."
    ]


def test_an_addressee_that_a_list_of_open_ones_lacks_is_gone_and_the_others_stay() -> None:
    before = held(*THREE)
    after = settle(before, heard(*THREE[:2]), OPEN_ONLY, NEXT)
    assert {one.name: one.gone_on for one in after.addressees}["USAID"] == NEXT
    assert after.status is AuditStatus.OPEN
    (draft,) = differences(before, after, NEXT, "stamp")
    assert draft.new["addressee"] == "USAID"
    assert settle(after, heard(*THREE[:2]), OPEN_ONLY, date(2026, 10, 12)) == after  # told once


def test_a_page_with_all_of_a_report_may_leave_an_addressee_out() -> None:
    assert changes(held(*THREE), *THREE[:2], listing=WHOLE) == []


def test_priority_is_told_when_it_is_set_and_unset() -> None:
    (draft,) = changes(held(audit()), audit(is_priority=True))
    assert (draft.kind, draft.old, draft.new) == ("audit_priority", False, True)
    (draft,) = changes(held(audit(is_priority=True)), audit())
    assert draft.new is False
    assert changes(held(audit(is_priority=None)), audit(is_priority=True)) == []  # nobody had said


def test_a_comment_that_changed_is_told_and_the_old_one_kept() -> None:
    before = held(audit())
    after = settle(before, heard(audit(comments="As of August 2026, it was done.")), OPEN_ONLY, NEXT)
    assert [(one.text, one.since) for one in after.comments] == [
        ("When we confirm what was done, we will say so.", MONDAY),
        ("As of August 2026, it was done.", NEXT),
    ]
    assert told(list(differences(before, after, NEXT, "s"))) == [
        "The watchdog wrote anew what was done about it by the Department of State: As of August 2026, it was done."
    ]


def test_the_same_comment_to_three_agencies_is_one_change() -> None:
    anew = [msgspec.structs.replace(one, comments="Done by all.") for one in THREE]
    (draft,) = changes(held(*THREE), *anew)
    assert len(draft.new["addressees"]) == 3


# --- gone, closed, open again -----------------------------------------------------------------------


def test_what_vanished_is_confirmed_closed_by_its_page() -> None:
    gone = vanish(held(audit()), NEXT)
    assert gone.status is AuditStatus.NO_LONGER_LISTED
    (draft,) = changes(gone, audit(status="Closed – Implemented", listing=WHOLE), listing=WHOLE)
    assert (draft.kind, draft.old) == ("audit_status", "no_longer_listed")
    assert told([draft]) == [
        "It is now “closed, implemented”, and was “no longer listed”, 1 year after its report."
    ]


@pytest.mark.parametrize(
    "before", [vanish(held(audit()), NEXT), held(audit(status="Closed – Not Implemented", listing=WHOLE))]
)
def test_what_is_listed_again_is_open_again(before: AuditFacts) -> None:
    (draft,) = changes(before, audit())
    assert draft.kind == "audit_reopened"
    assert told([draft])[0].startswith("It is open again; it was “")


def test_what_was_closed_stays_closed_when_the_list_lacks_it() -> None:
    closed = held(audit(status="Closed – Implemented", listing=WHOLE))
    assert vanish(closed, NEXT) == closed


@pytest.mark.parametrize(
    ("gone", "listed", "believed"), [(1, 3, True), (5, 6, True), (60, 5_379, True), (2_700, 5_379, False)]
)
def test_half_a_list_is_not_believed(gone: int, listed: int, believed: bool) -> None:
    assert is_believable(gone, listed) is believed


# --- in words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "words", "age"),
    [
        (date(2026, 9, 28), "0 days", "under-1"),
        (date(2026, 9, 27), "1 day", "under-1"),
        (date(2026, 7, 1), "2 months", "under-1"),
        (date(2025, 9, 29), "11 months", "under-1"),
        (date(2025, 9, 28), "1 year", "1-2"),
        (date(2023, 9, 29), "2 years", "1-2"),
        (date(2023, 9, 28), "3 years", "3-4"),
        (date(2021, 9, 28), "5 years", "5-9"),
        (date(2004, 2, 29), "22 years", "10-and-more"),
    ],
)
def test_ages_in_words_and_in_spans(since: date, words: str, age: str) -> None:
    assert age_words(since, MONDAY) == words
    assert age_of(since, MONDAY).key == age


def test_spans_meet_without_a_gap_and_leap_days_have_their_years() -> None:
    assert all(one.below == two.years for one, two in pairwise(AGES))
    assert years_before(date(2024, 2, 29), 1) == date(2023, 2, 28)


def test_where_it_stands_is_one_sentence_whatever_its_status() -> None:
    opened = date(2025, 3, 4)
    assert audit_sentence(held(audit()), opened, MONDAY) == "Open for 1 year, since 4 March 2025."
    assert "No longer in the list of open recommendations since 5 October 2026." in audit_sentence(
        vanish(held(audit()), NEXT), opened, NEXT
    )
    closed = held(audit(status="Closed", closed_on=date(2026, 1, 2)))
    assert audit_sentence(closed, opened, MONDAY) == "Closed on 2 January 2026. It was made on 4 March 2025."
    assert what_it_is(held(audit(kind=AuditKind.MATTER))) == "Matter 1 for Congress to consider"


def test_markup_that_got_into_plain_words_is_taken_out() -> None:
    assert plain_words("T&E < 5 and > 3") == "T&E < 5 and > 3"
    assert plain_words("<b>Bold</b><script>alert(1)</script>\0words").split() == ["Bold", "words"]
