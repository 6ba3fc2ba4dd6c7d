"""Last days: in every digest on what is followed, and at once when they are near."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from scrapers.records import Section
from tests.arms_sales import JORDAN, REGISTER, SWEDEN, publish, saved
from tests.digests.generated import frame
from tests.digests.site import Got, Site, at
from tests.law_site import ACT, act, put_texts
from tests.publishing import cosponsor
from tracker.digests.choose import choose, rest_of_dues
from tracker.digests.selection import Due, ItemFacts, Selection

ONE = "119-hr-1"
NOTICE = saved(JORDAN).replace(
    "Date Report Delivered to Congress: February 26, 2026",
    "Date Report Delivered to Congress: October 8, 2026",
)
"""Thirty days to a country that is no member of NATO: until 7 November 2026."""


def begin(site: Site) -> None:
    site.begin(ONE)
    publish(site.mirror, JORDAN, SWEDEN, n07278=NOTICE)
    assert site.collect(REGISTER).status == "ok"


def test_a_digest_begins_with_what_ends_soon_but_is_not_sent_for_that(site: Site) -> None:
    begin(site)
    reader = site.reader("topic:arms-sales")
    assert site.plan().quiet == 1
    site.follow(reader, f"bill:{ONE}")
    site.publish(ONE, cosponsors=cosponsor("A000001", "Rep. Able, Ann [D-MD-4]", "2026-11-01"))
    site.plan()
    words = site.last(reader).words
    for part in (words.text, words.html):
        assert "Act by" in part
        assert "Saturday, 7 November 2026, Washington time, 3 days left" in " ".join(part.split())
        assert "Days left are counted from 4 November 2026." in part
        assert "/arms-sales/26-23.ics" in part
    assert "Transmittal 26-23" in words.html.partition("Sources")[0]
    other = site.reader(f"bill:{ONE}")
    site.publish(ONE, cosponsors="")
    site.plan()
    assert "Act by" not in site.last(other).words.text


def test_a_last_day_is_mailed_at_once_three_days_before_and_once(site: Site) -> None:
    begin(site)
    reader, calm = site.reader("topic:arms-sales", at_once=True), site.reader("topic:arms-sales")
    site.clock.at = at("2026-11-03T15:00:00")
    assert site.plan(days=0).urgent == 0
    assert site.plan().urgent == 1
    for _ in range(3):
        assert site.plan().urgent == 0
    (got,) = site.digests(reader, "urgent")
    assert got.words.subject == "Last day 7 November 2026: Transmittal 26-23"
    assert "1 last day near, on what you follow." in got.words.text
    assert "to forbid it by joint resolution" in got.words.html
    assert site.digests(calm, "urgent") == []
    assert site.digests(reader) == []


# --- what acts order by a day --------------------------------------------------------------------------------

LAW = "119-hr-7148"
KENYA = "deadline-119-hr-7148-f-7051-by-2026-11-09"
REPORT = "the Secretary of State shall submit a report to the Committees on Appropriations on"


def orders(kenya: str = "November 9, 2026") -> tuple[Section, ...]:
    """What an act orders: by a day that is past, by two that are near, and by one that is far."""
    said = (
        f"Not later than {kenya}, {REPORT} Kenya.",
        f"Not later than November 5, 2026, {REPORT} Egypt.",
        f"Not later than October 20, 2026, {REPORT} Egypt.",
        f"Not later than November 1, 2027, {REPORT} Egypt.",
    )
    return tuple(Section((ACT,), one, str(7051 + at), "Reports") for at, one in enumerate(said))


def begin_with_law(site: Site) -> None:
    site.begin(ONE, LAW)
    put_texts(site.engine, act(sections=orders()))


def told_of_days(got: Got) -> list[str]:
    return [one.name for one in got.picked.days]


def news(site: Site, number: int) -> None:
    site.publish(ONE, cosponsors=cosponsor(f"A00000{number}", "Rep. Able, Ann [D-MD-4]", "2026-11-01"))


def test_what_an_act_orders_by_a_near_day_is_told_to_whom_it_concerns(site: Site) -> None:
    begin_with_law(site)
    readers = {
        target: site.reader(target, f"bill:{ONE}")
        for target in ("country:KEN", "country:EGY", "country:COL", "topic:appropriations", f"bill:{LAW}")
    }
    news(site, 1)
    assert site.plan().planned == len(readers)
    kenya, egypt, nothing, topic, bill = (site.last(reader) for reader in readers.values())
    assert told_of_days(kenya) == [KENYA]
    assert told_of_days(nothing) == []
    assert "Act by" not in nothing.words.text + nothing.words.html
    assert len(told_of_days(topic)) == len(told_of_days(bill)) == 2
    for part in (topic.words.text, topic.words.html):
        said = " ".join(part.split())
        first, second = said.index("Thursday, 5 November 2026"), said.index("Monday, 9 November 2026")
        assert first < second
        assert "2 days left" in said[first:second]
        assert "6 days left" in said[second:]
        assert "No public evidence of submission yet." in said
        assert f"https://tracker.example/calendar/{KENYA}.ics" in part
        assert f"https://tracker.example/deadlines#{KENYA.removeprefix('deadline-')}" in part
        assert "20 October" not in said  # nobody can act by a day that is past
        assert "2027" not in said
    assert "5 November" in egypt.words.text


def test_days_alone_are_no_mail_and_who_wants_other_kinds_is_not_told(site: Site) -> None:
    begin_with_law(site)
    quiet = site.reader("country:KEN")
    votes, all_kinds = site.reader(), site.reader()
    site.follow(votes, "country:KEN", kinds=("votes",))
    muted = site.follow(all_kinds, "country:KEN")
    site.mute(muted, f"bill:{LAW}")
    for reader in (votes, all_kinds):
        site.follow(reader, f"bill:{ONE}", kinds=("cosponsors",))
    news(site, 1)
    assert site.plan().quiet == 1
    assert site.digests(quiet) == []
    assert told_of_days(site.last(votes)) == told_of_days(site.last(all_kinds)) == []


def test_days_left_are_true_on_the_day_of_the_mail_and_a_moved_day_is_another_body(site: Site) -> None:
    begin_with_law(site)
    early, late = (site.reader("country:KEN", f"bill:{ONE}", hour=hour) for hour in (9, 15))
    news(site, 1)
    site.clock.at = at("2026-11-03T09:30:00")
    site.change(late, due_at=at("2026-11-03T15:00:00"))
    site.plan(days=0)
    put_texts(site.engine, act(sections=orders("November 10, 2026")))
    site.clock.at = at("2026-11-03T15:30:00")
    site.plan(days=0)
    assert "6 days left" in site.last(early).words.text
    assert "7 days left" in site.last(late).words.text
    news(site, 2)
    site.clock.at = at("2026-11-04T16:00:00")
    site.plan(days=0)
    assert "6 days left" in site.last(late).words.text


def test_a_near_day_is_mailed_at_once_and_once(site: Site) -> None:
    begin_with_law(site)
    reader = site.reader("country:EGY", at_once=True)
    assert site.plan(days=0).urgent == 1
    assert site.plan(days=0.1).urgent == 0
    assert site.plan().urgent == 0
    (got,) = site.digests(reader, "urgent")
    assert got.words.subject.startswith("Due 5 November 2026: Report by the Secretary of State")
    assert site.digests(reader) == []


def test_last_days_beyond_ten_are_behind_a_link_that_counts_them() -> None:
    today = date(2026, 11, 2)
    dues = [
        Due(
            ItemFacts(f"d{number}", "deadline", f"Report {number}", f"Report {number}", "/deadlines",
                      last_day=today + timedelta(days=number)),
            ("country:EGY",),
        )
        for number in range(12, 0, -1)
    ]  # fmt: skip
    selection = Selection(dues=tuple(dues))
    contents = choose(selection, frame())
    assert [due.item.key for due in contents.dues] == [f"d{number}" for number in range(1, 11)]
    assert contents.more_dues == 2
    rest = rest_of_dues(selection, today)
    assert rest is not None
    assert [block.item.key for block in rest.blocks] == ["d11", "d12"]
    assert rest.blocks[0].lines[0].words.startswith("Friday, 13 November 2026, Washington time, 11 days left")
    assert rest_of_dues(msgspec.structs.replace(selection, dues=tuple(dues[:10])), today) is None
