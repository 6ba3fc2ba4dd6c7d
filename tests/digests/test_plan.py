"""What readers are mailed: the acceptance tests of the best and the worst of this field, on both engines.

The numbers are those of the list of weaknesses that this project promises not to have.
"""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import insert, select, text

from tests.digests.links import link
from tests.digests.site import CHANGE, Site, told
from tests.publishing import action, cosponsor, person
from tracker.digests.ledger_span import newest_change

ONE, TWO, THREE = "119-hr-1", "119-hr-2", "119-hr-3"
JOINED = cosponsor("A000001", "Rep. Able, Ann [D-MD-4]", "2026-10-30")


def test_1_two_changes_on_one_bill_are_both_in_the_mail(site: Site) -> None:
    site.begin(ONE, TWO)
    reader = site.reader(f"bill:{ONE}")
    site.publish(
        ONE,
        cosponsors=JOINED + cosponsor("B000002", "Rep. Best, Bo [R-UT-1]", "2026-10-30"),
        actions=action("2025-01-03")
        + action("2026-10-30", "Committee Consideration and Mark-up Session Held."),
    )
    report = site.plan()
    assert (report.planned, report.quiet) == (1, 0)
    changes = site.changes(f"bill:{ONE}")
    assert [kind for _, kind in changes].count("cosponsor_added") == 2
    assert told(site.last(reader)) == {number for number, _ in changes}
    for name in ("Ann Able", "Bo Best", "Mark-up"):
        assert name in site.last(reader).words.text
        assert name in site.last(reader).words.html


def test_2_nobody_sees_what_another_follows(site: Site) -> None:
    site.begin(ONE, TWO, THREE)
    first, second = site.reader(f"bill:{ONE}"), site.reader(f"bill:{TWO}", "search:nothing has these words")
    third = site.reader(f"bill:{THREE}")
    site.publish(ONE, TWO, cosponsors=JOINED)
    site.plan()
    assert told(site.last(first)) == {number for number, _ in site.changes(f"bill:{ONE}")}
    assert told(site.last(second)) == {number for number, _ in site.changes(f"bill:{TWO}")}
    assert site.digests(third) == []
    assert "H.R. 2" not in site.last(first).words.text
    assert "nothing has" not in site.last(second).words.html


def test_3_what_is_recorded_late_is_mailed_once_and_says_so(site: Site) -> None:
    site.begin(ONE)
    reader = site.reader(f"bill:{ONE}")
    site.publish(ONE, actions=action("2025-01-03") + action("2026-10-20", "Committee Hearings Held."))
    site.plan()
    got = site.last(reader)
    assert "Recorded late" in got.words.text
    assert "20 October 2026" in got.words.html
    assert "recorded 13 days later" in got.words.html
    site.plan()
    assert len(site.digests(reader)) == 1


def test_4_what_only_now_matches_a_saved_search_is_mailed_once(site: Site) -> None:
    site.begin(ONE, TWO)
    site.begin(ONE, TWO, title="A measure about roads")
    reader = site.reader("search:leahy vetting")
    site.plan()
    assert site.digests(reader) == []
    site.publish(ONE, title="A measure about Leahy vetting")
    site.plan()
    assert [one.reasons for one in site.last(reader).picked.changes] == [("search:leahy vetting",)]
    site.plan()
    assert len(site.digests(reader)) == 1


def test_4_what_only_now_is_linked_to_a_followed_country_is_mailed_once(site: Site) -> None:
    """Nothing changed about the measure: an editor linked it."""
    site.begin(ONE, TWO)
    reader = site.reader("country:EGY")
    site.plan()
    link(site.engine, f"bill:{TWO}", "country:EGY")
    site.plan()
    (match,) = site.last(reader).picked.matches
    assert match.reasons == ("country:EGY",)
    assert "New to what you follow" in site.last(reader).words.text
    assert "H.R. 2" in site.last(reader).words.html
    newcomer = site.reader("country:EGY")
    site.plan()
    assert len(site.digests(reader)) == 1
    assert site.digests(newcomer) == []


def test_7_a_broken_follow_is_left_out_and_somebody_is_told(site: Site) -> None:
    site.begin(ONE)
    broken = site.reader(f"bill:{ONE}", "sponsor:nobody", "topic:weather")
    worse = site.reader(f"bill:{ONE}", kinds=("no such kind",), zone="Mars/Olympus")
    well = site.reader(f"bill:{ONE}")
    site.publish(ONE, cosponsors=JOINED)
    report = site.plan()
    assert told(site.last(broken)) == told(site.last(well)) != set()
    assert site.digests(worse) == []
    said = "\n".join(report.problems)
    for words in ("sponsor:nobody", "topic:weather", "no such kind", "Mars/Olympus"):
        assert words in said


def test_8_a_source_that_breaks_mails_nothing_gone_and_the_foot_says_so(site: Site) -> None:
    site.begin(ONE, TWO)
    reader = site.reader(f"bill:{ONE}", f"bill:{TWO}")
    site.publish(ONE, cosponsors=JOINED)
    site.mirror.put_zip({}, bill_type="hr")
    assert site.collect(congress="119", type="hr").status in ("failed", "quarantined")
    site.plan()
    got = site.last(reader)
    assert all(not kind.endswith("_removed") for _, kind in site.changes(f"bill:{ONE}"))
    assert "broken" in got.words.text
    assert "broken" in got.words.html


def test_9_a_date_in_the_future_is_told_once(site: Site) -> None:
    site.begin(ONE)
    reader = site.reader(f"bill:{ONE}")
    site.publish(ONE, actions=action("2025-01-03") + action("2027-05-01", "Committee Hearings Held."))
    for _ in range(3):
        site.plan()
    assert len(site.digests(reader)) == 1


def test_12_a_muted_item_stays_muted_and_another_follow_still_tells_of_it(site: Site) -> None:
    site.begin(ONE, TWO, title="A measure about Leahy vetting")
    reader = site.reader()
    search = site.follow(reader, "search:leahy vetting")
    site.mute(search, f"bill:{ONE}")
    both = site.reader(f"bill:{ONE}")
    site.mute(site.follow(both, "search:leahy vetting"), f"bill:{ONE}")
    site.publish(ONE, TWO, cosponsors=JOINED)
    site.plan()
    assert told(site.last(reader)) == {number for number, _ in site.changes(f"bill:{TWO}")}
    assert {one.reasons for one in site.last(both).picked.changes} == {
        (f"bill:{ONE}",),
        ("search:leahy vetting",),
    }


def test_13_what_came_and_went_before_the_mail_is_not_told(site: Site) -> None:
    site.begin(ONE)
    reader = site.reader(f"bill:{ONE}")
    site.publish(ONE, cosponsors=JOINED, title="Another title")
    site.publish(ONE, cosponsors="", title="A measure about reports, number 1")
    assert len(site.changes(f"bill:{ONE}")) == 4
    assert site.plan().quiet == 1
    assert site.digests(reader) == []


def test_13_what_is_taken_back_after_the_mail_is_a_correction(site: Site) -> None:
    site.begin(ONE)
    reader, late = site.reader(f"bill:{ONE}"), site.reader()
    site.publish(ONE, cosponsors=JOINED, sponsors=person("B000002", "Rep. Best, Bo [R-UT-1]"))
    site.plan()
    site.sent()
    site.follow(late, f"bill:{ONE}")
    site.publish(ONE, cosponsors="", sponsors=person())
    site.plan()
    got = site.last(reader)
    assert len(got.picked.corrections) == 2
    assert got.picked.changes == ()
    assert "Corrections" in got.words.text
    assert "On 3 November 2026 we told you" in got.words.html
    assert site.last(late).picked.corrections == ()
    assert len(site.last(late).picked.changes) == 2


@pytest.mark.postgresql
@pytest.mark.parametrize("engine", [pytest.param("postgresql")], indirect=True)
def test_the_watermark_waits_for_a_lower_id_that_is_still_being_written(site: Site) -> None:
    """PostgreSQL gives out ids before they are committed: a reader's place must not go past one that comes later."""
    site.begin(ONE)
    site.publish(ONE, cosponsors=JOINED)
    (before, _), *_ = site.changes(f"bill:{ONE}")
    found: list[int] = []

    def look() -> None:
        with site.engine.connect() as connection, connection.begin():
            found.append(newest_change(connection))

    with site.engine.connect() as writer:
        transaction = writer.begin()
        row = writer.execute(select(CHANGE).where(CHANGE.c.id == before)).one()._asdict()
        late = writer.execute(
            insert(CHANGE)
            .values({**row, "id": before + 1, "natural_key": "written late"})
            .returning(CHANGE.c.id)
        ).scalar_one()
        looking = threading.Thread(target=look)
        looking.start()
        while not _is_waiting(site):
            assert looking.is_alive()
        transaction.commit()
        looking.join()
    assert found == [late]


def _is_waiting(site: Site) -> bool:
    """Whether somebody waits for a lock."""
    with site.engine.connect() as connection:
        waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND database = "
                       "(SELECT oid FROM pg_database WHERE datname = current_database())")  # fmt: skip
        return bool(connection.execute(waiting).scalar_one())
