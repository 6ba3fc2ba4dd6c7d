"""Following a confirmation link: only what was chosen, once, silently, and never by looking."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from tests.conftest import NOW, Collect
from tests.databases import writes_of
from tests.publishing import Mirror, bill_file
from tests.subscriptions.asking import (
    ANN,
    EGYPT,
    SALES,
    ask_to_follow,
    asks,
    confirmed,
    confirms,
    follows,
    mails,
    subscriber,
    token_of,
)
from tracker.db import writing
from tracker.models import DigestKind, FollowState, Frequency, Purpose, SubscriberState
from tracker.subscriptions.confirming import confirm, read_confirmable
from tracker.subscriptions.ending import stop_all
from tracker.subscriptions.links import Held, look
from tracker.subscriptions.mails import Welcome, from_values
from tracker.subscriptions.store import newest_change

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_looking_at_a_link_shows_what_it_would_do_and_does_nothing(engine: Engine) -> None:
    asks(engine, ask_to_follow(EGYPT, SALES, frequency=Frequency.WEEKLY))
    token = token_of(engine)
    with writes_of(engine) as writes, engine.connect() as connection:
        for _ in range(3):
            held, found = read_confirmable(connection, token, NOW)
    assert writes == []
    assert held is Held.OPEN
    assert found is not None
    assert (found.is_first, found.schedule.in_words) == (True, "every Monday at 7:00, Washington time")
    assert [one.title for one in found.outlook.follows] == ["Egypt", "Arms sales"]
    assert subscriber(engine).state is SubscriberState.PENDING


def test_confirming_begins_what_was_chosen_and_forgets_the_rest(engine: Engine) -> None:
    asks(engine, ask_to_follow(EGYPT, SALES))
    done = confirms(engine, token_of(engine), EGYPT, now=NOW + HOUR)
    row = subscriber(engine)
    assert (done.held, done.subscriber_id, done.follows, done.due_at) == (Held.OPEN, row.id, 1, row.due_at)
    assert (row.state, row.confirmed_at) == (SubscriberState.CONFIRMED, NOW + HOUR)
    assert row.due_at == datetime(2026, 11, 2, 12, 0, tzinfo=UTC), "seven in Washington, in winter"
    assert {target: one.state for target, one in follows(engine).items()} == {EGYPT: FollowState.ACTIVE}
    (mail,) = mails(engine, DigestKind.WELCOME)
    welcome = from_values(DigestKind.WELCOME, mail.values)
    assert isinstance(welcome, Welcome)
    assert welcome.first_due_at == row.due_at
    assert [one.title for one in welcome.follows] == ["Egypt"]


def test_choosing_nothing_does_nothing(engine: Engine) -> None:
    asks(engine, ask_to_follow(EGYPT))
    token = token_of(engine)
    for chosen in ([], ["nonsense"]):
        with writing(engine) as connection:
            assert confirm(connection, token, chosen, NOW).follows == 0
    assert subscriber(engine).state is SubscriberState.PENDING
    assert confirms(engine, token).follows == 1


def test_a_link_works_once_and_for_two_days(engine: Engine) -> None:
    asks(engine, ask_to_follow(EGYPT))
    token = token_of(engine)
    assert confirms(engine, token, now=NOW + 2 * DAY).held is Held.EXPIRED
    assert subscriber(engine).state is SubscriberState.PENDING
    assert confirms(engine, token, now=NOW + 2 * DAY - HOUR).follows == 1
    before = subscriber(engine)
    again = confirms(engine, token, now=NOW + 2 * DAY - HOUR)
    assert (again.held, again.follows) == (Held.USED, 0)
    assert subscriber(engine) == before
    assert len(mails(engine, DigestKind.WELCOME)) == 1


def test_a_link_is_good_for_its_own_purpose_only(engine: Engine) -> None:
    asks(engine, ask_to_follow(EGYPT))
    token = token_of(engine)
    with engine.connect() as connection:
        assert look(connection, token, Purpose.MANAGE, NOW).held is Held.UNKNOWN
        assert look(connection, token, Purpose.SESSION, NOW).held is Held.UNKNOWN
        assert look(connection, token, Purpose.CONFIRM, NOW).held is Held.OPEN
        for other in ("", "x", token[:-1], f"{token}=", "\ud800", token.swapcase()):
            assert look(connection, other, Purpose.CONFIRM, NOW).held is Held.UNKNOWN


def test_a_new_follow_starts_silently(engine: Engine, mirror: Mirror, collect: Collect) -> None:
    mirror.put_zip({"119-hr-1": bill_file("119-hr-1")})
    collect(congress="119", type="hr")
    mirror.put_zip({"119-hr-1": bill_file("119-hr-1", title="Another title", updated="2026-03-01T10:00:00Z")})
    assert collect(congress="119", type="hr").changes
    with engine.connect() as connection:
        newest = newest_change(connection)
    assert newest > 0
    row = confirmed(engine, "bill:119-hr-1")
    assert row.seen_to == newest
    assert follows(engine)["bill:119-hr-1"].since == newest


def test_the_sample_and_the_volume_are_of_real_changes(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    mirror.put_zip({"119-hr-1": bill_file("119-hr-1")})
    collect(congress="119", type="hr")
    mirror.put_zip(
        {"119-hr-1": bill_file("119-hr-1", title="Another &lt;title&gt;", updated="2026-03-01T10:00:00Z")}
    )
    changes = collect(congress="119", type="hr").changes
    later = NOW + timedelta(days=10)
    asks(engine, ask_to_follow("bill:119-hr-1"), now=later)
    (mail,) = mails(engine, DigestKind.CONFIRMATION)
    assert len(mail.values["sample"]) == changes == 1
    assert "Another <title>" in mail.values["sample"][0]["sentence"]
    assert mail.values["sample"][0]["path"] == "/bills/119-hr-1"
    assert (
        mail.values["volume"]
        == "Expect about 3 items a month, reckoned from the last 10 days, since we began."
    )


@pytest.mark.parametrize("more", [SALES, EGYPT])
def test_who_had_stopped_begins_anew_with_what_is_confirmed(engine: Engine, more: str) -> None:
    row = confirmed(engine, EGYPT, "country:JOR")
    with writing(engine) as connection:
        stop_all(connection, row.id, NOW + HOUR)
    asks(engine, ask_to_follow(more), now=NOW + 2 * DAY)
    if more == EGYPT:
        assert len(mails(engine, DigestKind.MANAGE)) == 1, "the page where all of it can begin again"
        return
    assert confirms(engine, token_of(engine), now=NOW + 2 * DAY).follows == 1
    row = subscriber(engine)
    assert (row.state, row.paused_because, row.paused_until) == (SubscriberState.CONFIRMED, None, None)
    assert row.due_at is not None
    assert list(follows(engine)) == [SALES]


def test_two_addresses_do_not_meet(engine: Engine) -> None:
    one = confirmed(engine, EGYPT)
    other = confirmed(engine, SALES, address="bob@example.org")
    assert one.id != other.id
    assert list(follows(engine, ANN)) == [EGYPT]
    assert list(follows(engine, "bob@example.org")) == [SALES]
