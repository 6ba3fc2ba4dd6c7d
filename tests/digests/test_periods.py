"""When readers are mailed: one digest a period, what is urgent at once, one after an outage, nothing lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.digests.site import DIGEST, Site, at, told
from tests.publishing import action, cosponsor, person
from tracker.db import writing
from tracker.digests import brake
from tracker.digests.past import FOLDED
from tracker.digests.plan import held_digests, release
from tracker.models import DigestState

ONE, TWO = "119-hr-1", "119-hr-2"
VOTED = action("2025-01-03") + action(
    "2026-11-02", "On passage Passed by the Yeas and Nays: 220 - 200 (Roll no. 12).", type="Floor"
)


def people(count: int) -> str:
    return "".join(
        cosponsor(f"A{number:06}", f"Rep. Number{number}, Ann [D-MD-4]", "2026-11-01")
        for number in range(1, count + 1)
    )


def test_8_one_digest_a_period_however_often_it_is_planned(site: Site) -> None:
    site.begin(ONE, TWO)
    reader = site.reader(f"bill:{ONE}", f"bill:{TWO}")
    site.publish(ONE, cosponsors=people(1))
    site.plan()
    site.publish(TWO, cosponsors=people(1))
    assert site.plan(days=0).due == 0
    site.change(reader, hour=13, due_at=site.clock())
    assert site.plan(days=0.1).had == 1
    assert len(site.digests(reader)) == 1
    site.plan()
    site.plan()
    assert [one.period for one in site.digests(reader)] == ["2026-11-03", "2026-11-04"]
    assert [len(told(one)) for one in site.digests(reader)] == [1, 1]


def test_weekly_digests_have_the_week_and_daily_ones_the_day(site: Site) -> None:
    site.begin(ONE)
    weekly, daily = site.reader(f"bill:{ONE}", frequency="weekly", weekday=4), site.reader(f"bill:{ONE}")
    site.change(weekly, due_at=at("2026-11-06T09:00:00"))
    for number in range(1, 7):
        site.publish(ONE, cosponsors=people(number))
        site.plan()
    assert len(site.digests(daily)) == 6
    (got,) = site.digests(weekly)
    assert got.period == "2026-W45"
    assert len(told(got)) == 4


def test_9_after_an_outage_one_mail_has_everything(site: Site) -> None:
    site.begin(ONE)
    last_nine = {"UTC": "2026-11-07", "Asia/Tokyo": "2026-11-07", "America/New_York": "2026-11-06"}
    readers = {zone: site.reader(f"bill:{ONE}", zone=zone) for zone in last_nine}
    site.plan()
    for number in (1, 2, 3):
        site.clock.forward(days=1)
        site.publish(ONE, cosponsors=people(number))
    site.plan()
    for zone, reader in readers.items():
        (got,) = site.digests(reader)
        assert told(got) == {number for number, _ in site.changes(f"bill:{ONE}")}
        assert got.period == last_nine[zone]
    site.plan()
    assert all(len(site.digests(reader)) == 1 for reader in readers.values())


def test_a_quiet_period_has_no_mail_and_is_over(site: Site) -> None:
    site.begin(ONE, TWO)
    reader = site.reader(f"bill:{ONE}")
    site.publish(TWO, cosponsors=people(1))
    assert site.plan().quiet == 1
    site.follow(reader, f"bill:{TWO}")
    assert site.plan().quiet == 1
    assert site.digests(reader) == []


def test_a_new_follow_starts_silently_beside_an_old_one(site: Site) -> None:
    site.begin(ONE, TWO)
    reader = site.reader(f"bill:{ONE}")
    site.publish(ONE, TWO, cosponsors=people(1))
    site.follow(reader, f"bill:{TWO}")
    site.publish(TWO, cosponsors=people(2))
    site.plan()
    second = {number for number, _ in site.changes(f"bill:{TWO}")}
    assert told(site.last(reader)) == {number for number, _ in site.changes(f"bill:{ONE}")} | {max(second)}


def test_only_the_kinds_that_are_wanted(site: Site) -> None:
    site.begin(ONE)
    reader = site.reader(f"bill:{ONE}", kinds=("texts",))
    site.publish(ONE, cosponsors=people(1), title="Another title")
    site.plan()
    kinds = dict(site.changes(f"bill:{ONE}"))
    assert {kinds[number] for number in told(site.last(reader))} <= {"title", "other_title"}
    assert told(site.last(reader))


def test_those_who_want_all_and_those_who_want_some_of_the_same_things_get_their_own(site: Site) -> None:
    site.begin(ONE, TWO)
    both = (f"bill:{ONE}", f"bill:{TWO}")
    everything, other = site.reader(*both), site.reader(*both)
    some = site.reader(f"bill:{ONE}")
    site.follow(some, f"bill:{TWO}", kinds=("texts",))
    muting = site.reader(f"bill:{TWO}")
    site.mute(site.follow(muting, f"bill:{ONE}"), f"bill:{ONE}")
    site.publish(ONE, TWO, cosponsors=people(1), title="Another title")
    site.plan()
    one, two = dict(site.changes(f"bill:{ONE}")), dict(site.changes(f"bill:{TWO}"))
    texts = {number for number, kind in two.items() if kind in ("title", "other_title")}
    assert set() < texts < {*two}
    assert [told(site.last(reader)) for reader in (everything, other, some, muting)] == [
        {*one, *two}, {*one, *two}, {*one, *texts}, {*two},
    ]  # fmt: skip


def test_a_paused_reader_gets_nothing_and_then_everything(site: Site) -> None:
    site.begin(ONE)
    reader = site.reader(
        f"bill:{ONE}", paused_because="asked", paused_until=site.clock() + timedelta(days=14)
    )
    bounced = site.reader(f"bill:{ONE}", paused_because="bounces")
    for number in (1, 2):
        site.publish(ONE, cosponsors=people(number))
        assert site.plan(days=2).due == 0
    site.plan(days=14)
    assert len(told(site.last(reader))) == 2
    assert site.digests(bounced) == []


def test_what_may_not_have_arrived_is_in_the_next_mail_and_marked(site: Site) -> None:
    site.begin(ONE)
    uncertain, failed, well = (site.reader(f"bill:{ONE}") for _ in range(3))
    site.publish(ONE, cosponsors=people(1))
    site.plan()
    site.sent(uncertain, DigestState.UNCERTAIN)
    site.sent(failed, DigestState.FAILED)
    site.sent(well)
    site.publish(ONE, cosponsors=people(2))
    site.plan()
    every = {number for number, _ in site.changes(f"bill:{ONE}")}
    first, second = site.digests(uncertain)
    assert told(second) == every
    assert first.carried_in == second.id
    assert "may repeat what an earlier mail told you" in second.words.text
    assert told(site.last(failed)) == every
    assert "could not be delivered" in site.last(failed).words.html
    assert told(site.last(well)) == {max(every)}
    site.plan()
    assert len(site.digests(uncertain)) == 2


def test_what_was_lost_is_mailed_although_nothing_is_new(site: Site) -> None:
    site.begin(ONE)
    reader = site.reader(f"bill:{ONE}")
    site.publish(ONE, cosponsors=people(1))
    site.plan()
    site.sent(reader, DigestState.UNCERTAIN)
    assert site.plan().planned == 1
    assert told(site.digests(reader)[0]) == told(site.digests(reader)[1])


def test_votes_come_at_once_and_not_again_in_the_digest(site: Site) -> None:
    site.begin(ONE)
    reader, other = site.reader(f"bill:{ONE}", at_once=True), site.reader(f"bill:{ONE}")
    site.publish(ONE, actions=VOTED, cosponsors=people(1))
    site.change(reader, due_at=site.clock() + timedelta(hours=20))
    site.change(other, due_at=site.clock() + timedelta(hours=20))
    assert site.plan(days=0).urgent == 1
    assert site.plan(days=0).urgent == 0
    (got,) = site.digests(reader, "urgent")
    kinds = dict(site.changes(f"bill:{ONE}"))
    assert "vote_reference" in {kinds[number] for number in told(got)}
    assert "cosponsor_added" not in {kinds[number] for number in told(got)}
    assert "At once, as you asked" in got.words.html
    site.sent()
    site.plan()
    assert told(site.last(reader)) == set(kinds) - told(got)
    assert told(site.last(other)) == set(kinds)


def test_a_bill_that_passes_by_voice_is_mailed_at_once_and_one_that_is_reported_waits(site: Site) -> None:
    site.begin(ONE, TWO)
    reader = site.reader(f"bill:{ONE}", f"bill:{TWO}", at_once=True, due_at=at("2026-11-09T09:00:00"))
    reported = action("2026-11-02", "Ordered to be Reported by the Yeas and Nays: 30 - 20.", type="Committee")
    site.publish(TWO, actions=action("2025-01-03") + reported)
    assert site.plan(days=0).urgent == 0
    passed = action("2026-11-02", "On passage Passed by voice vote.", type="Floor")
    site.publish(ONE, actions=action("2025-01-03") + passed)
    assert site.plan(days=0).urgent == 1
    (got,) = site.digests(reader, "urgent")
    assert got.words.subject.startswith("H.R. 1 passed the House")
    assert {kind for number, kind in site.changes(f"bill:{ONE}") if number in told(got)} == {"stage"}


def test_what_is_recorded_long_after_its_day_is_not_urgent_any_more(site: Site) -> None:
    site.begin(ONE)
    reader = site.reader(f"bill:{ONE}", at_once=True)
    site.change(reader, due_at=site.clock() + timedelta(hours=20))
    site.publish(ONE, actions=VOTED.replace("2026-11-02", "2026-10-20"))
    assert site.plan(days=0).urgent == 0
    site.plan()
    assert told(site.last(reader)) == {number for number, _ in site.changes(f"bill:{ONE}")}
    assert "Recorded late" in site.last(reader).words.text


def test_what_could_not_go_at_once_within_a_day_is_in_the_digest(site: Site) -> None:
    site.begin(ONE)
    reader = site.reader(f"bill:{ONE}", at_once=True)
    site.change(reader, due_at=site.clock() + timedelta(hours=30))
    site.publish(ONE, actions=VOTED)
    site.plan(days=0)
    report = site.plan(days=1.5)
    assert report.folded == 1
    (urgent,) = site.digests(reader, "urgent")
    assert urgent.state == DigestState.SUPPRESSED
    assert told(site.last(reader)) == {number for number, _ in site.changes(f"bill:{ONE}")}
    assert site.digests(reader, "urgent")[0].carried_in == site.last(reader).id
    with site.engine.connect() as connection:
        assert FOLDED in connection.execute(select(DIGEST.c.answer)).scalars().all()


def test_a_heartbeat_once_a_month_for_those_who_asked(site: Site) -> None:
    site.begin(ONE)
    asked, other = site.reader(f"bill:{ONE}", heartbeat=True), site.reader(f"bill:{ONE}")
    nothing = site.reader(heartbeat=True)
    for _ in range(13):
        site.plan(days=5)
    beats = site.digests(asked, "heartbeat")
    assert len(beats) == 2
    assert beats[0].values["follows"] == 1
    assert "source" in beats[0].values["health"]
    assert site.digests(other, "heartbeat") == site.digests(nothing, "heartbeat") == []


def test_a_flood_waits_for_a_person(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brake, "FEWEST_ITEMS", 20)
    site.begin(ONE, TWO)
    reader, calm = site.reader(f"bill:{ONE}"), site.reader(f"bill:{TWO}")
    site.publish(ONE, cosponsors=people(30))
    site.publish(TWO, cosponsors=people(1))
    report = site.plan()
    assert (report.planned, report.held) == (2, 1)
    assert site.last(reader).state == DigestState.HELD
    assert site.last(calm).state == DigestState.QUEUED
    with writing(site.engine) as connection:
        ((because, count),) = held_digests(connection)
        assert (count, because[:22]) == (1, "30 things in one mail;")
        assert release(connection) == 1
    assert site.last(reader).state == DigestState.QUEUED
    site.plan()
    assert len(site.digests(reader)) == 1


def test_a_flood_that_is_dropped_is_never_sent(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brake, "FEWEST_ITEMS", 2)
    site.begin(ONE)
    reader = site.reader(f"bill:{ONE}")
    site.publish(ONE, cosponsors=people(5))
    site.plan()
    with writing(site.engine) as connection:
        assert release(connection, drop=True) == 1
    site.plan()
    assert [one.state for one in site.digests(reader)] == [DigestState.SUPPRESSED]


@pytest.mark.parametrize(
    ("mails", "usual", "waits"),
    [(900, 1, False), (100_000, None, False), (10_001, 1_000, True), (10_000, 1_000, False)],
)
def test_too_many_mails_at_once(mails: int, usual: int | None, waits: bool) -> None:
    assert bool(brake.too_many_mails(mails, brake.Usual(5, usual))) is waits


def test_killed_between_batches_the_next_run_finishes_and_nothing_is_twice(site: Site) -> None:
    site.begin(ONE)
    readers = [site.reader(f"bill:{ONE}") for _ in range(7)]
    site.publish(ONE, cosponsors=people(1))

    class KilledError(Exception):
        pass

    def kill() -> None:
        raise KilledError

    with pytest.raises(KilledError):
        site.plan(batch=3, after_batch=kill)
    assert sum(len(site.digests(reader)) for reader in readers) == 3
    site.plan(days=0, batch=3)
    assert [len(site.digests(reader)) for reader in readers] == [1] * 7
    assert len({site.last(reader).message_id for reader in readers}) == 7


def test_who_gets_the_same_shares_one_body(site: Site) -> None:
    site.begin(ONE, TWO)
    first, second, third = site.reader(f"bill:{ONE}"), site.reader(f"bill:{ONE}"), site.reader("country:EGY")
    site.follow(third, f"bill:{ONE}")
    site.publish(ONE, cosponsors=people(1), sponsors=person("B000002", "Rep. Best, Bo [R-UT-1]"))
    assert site.plan().bodies == 1
    assert site.last(first).words == site.last(second).words == site.last(third).words
