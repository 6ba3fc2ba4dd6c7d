"""Asking for mail to an address: one mail a day at most, none to whom must not be written, nothing lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, insert

from tests.conftest import NOW
from tests.subscriptions.asking import (
    ANN,
    EGYPT,
    NETWORK,
    SALES,
    SECRET,
    ask_to_follow,
    asks,
    confirmed,
    confirms,
    follows,
    mails,
    rows,
    subscriber,
    token_of,
)
from tracker.db import writing
from tracker.models import (
    DigestKind,
    DigestState,
    FollowState,
    Frequency,
    SubscriberState,
    SuppressedBecause,
)
from tracker.subscriptions.mails import Confirmation, from_values
from tracker.subscriptions.requests import count_held, take
from tracker.subscriptions.rules import (
    MOST_BY_ADDRESS,
    MOST_BY_NETWORK,
    MOST_FOLLOWS,
    AskedFollow,
    FollowAsk,
    LastConfirmation,
    ManageAsk,
    Outcome,
    confirmation,
    surge_limit,
)
from tracker.subscriptions.store import DIGEST, REQUEST, SUBSCRIBER, SUPPRESSION, TOKEN
from tracker.tokens import address_key

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MANAGE, CONFIRMATION = DigestKind.MANAGE, DigestKind.CONFIRMATION


def test_a_first_ask_makes_one_mail_and_nothing_that_counts_yet(engine: Engine) -> None:
    asks(
        engine,
        FollowAsk(
            follows=(AskedFollow(EGYPT, ("votes",), at_once=True), AskedFollow(SALES)),
            zone="Africa/Cairo", hour=18, frequency=Frequency.WEEKLY, weekday=4, home_state="VT", heartbeat=True,
        ),
    )  # fmt: skip
    row = subscriber(engine)
    assert (row.address, row.state, row.due_at, row.confirmed_at) == (
        ANN,
        SubscriberState.PENDING,
        None,
        None,
    )
    assert (row.zone, row.hour, row.frequency, row.weekday) == ("Africa/Cairo", 18, Frequency.WEEKLY, 4)
    assert (row.home_state, row.heartbeat) == ("VT", True)
    found = follows(engine)
    assert {one.state for one in found.values()} == {FollowState.PENDING}
    assert (found[EGYPT].kinds, found[EGYPT].at_once, found[SALES].kinds) == (("votes",), True, None)
    (mail,) = mails(engine, CONFIRMATION)
    assert (mail.state, mail.retry_at) == (DigestState.QUEUED, None)
    values = from_values(CONFIRMATION, mail.values)
    assert isinstance(values, Confirmation)
    assert values.is_first
    assert [(one.title, one.path, one.kinds) for one in values.follows] == [
        ("Egypt", "/countries/EGY", "votes"), ("Arms sales", "/arms-sales", "every kind of change")
    ]  # fmt: skip
    assert values.schedule == "every Friday at 18:00, Cairo time"
    assert values.expires_at == NOW + 2 * DAY


def test_no_token_and_no_address_is_kept_where_it_need_not_be(engine: Engine) -> None:
    asks(engine, ask_to_follow(EGYPT))
    token = token_of(engine)
    everything = repr([rows(engine, table) for table in (SUBSCRIBER, TOKEN, DIGEST, REQUEST)])
    assert token not in everything
    assert everything.count(ANN) == 1
    (asked,) = rows(engine, REQUEST)
    assert (asked.address, asked.ask, asked.taken_at) == (None, None, NOW)
    assert NETWORK not in everything


def test_asking_again_sends_no_second_mail_and_the_first_link_confirms_all(engine: Engine) -> None:
    asks(engine, ask_to_follow(EGYPT))
    for hours, target in enumerate((SALES, "country:JOR", EGYPT), 1):
        asks(engine, ask_to_follow(target), now=NOW + hours * HOUR)
    assert len(mails(engine, CONFIRMATION)) == 1
    assert confirms(engine, token_of(engine), now=NOW + 4 * HOUR).follows == 3


def test_after_a_day_a_lost_mail_is_sent_anew(engine: Engine) -> None:
    asks(engine, ask_to_follow(EGYPT))
    asks(engine, ask_to_follow(EGYPT), now=NOW + DAY)
    assert len(mails(engine, CONFIRMATION)) == 2
    assert confirms(engine, token_of(engine), now=NOW + DAY).follows == 1


def test_a_second_sign_up_adds_and_never_replaces(engine: Engine) -> None:
    before = confirmed(engine, EGYPT)
    asks(
        engine,
        FollowAsk(follows=(AskedFollow(EGYPT, ("votes",)), AskedFollow(SALES)), zone="Asia/Tokyo", hour=3),
        now=NOW + 2 * DAY,
    )
    found = follows(engine)
    assert (found[EGYPT].state, found[EGYPT].kinds) == (FollowState.ACTIVE, None)
    assert found[SALES].state is FollowState.PENDING, "until it is confirmed by mail, too"
    assert subscriber(engine)[:] == before[:]
    values = from_values(CONFIRMATION, mails(engine, CONFIRMATION)[-1].values)
    assert isinstance(values, Confirmation)
    assert not values.is_first
    assert [one.target for one in values.follows] == [SALES]
    confirms(engine, token_of(engine), now=NOW + 2 * DAY)
    assert {one.state for one in follows(engine).values()} == {FollowState.ACTIVE}


def test_within_a_day_after_confirming_the_next_mail_waits_until_the_day_is_over(engine: Engine) -> None:
    confirmed(engine, EGYPT)
    asks(engine, ask_to_follow(SALES), now=NOW + HOUR)
    asks(engine, ask_to_follow("country:JOR"), now=NOW + 2 * HOUR)
    _, waiting = mails(engine, CONFIRMATION)
    assert (waiting.state, waiting.retry_at) == (DigestState.QUEUED, NOW + DAY)
    assert confirms(engine, token_of(engine), now=NOW + DAY + HOUR).follows == 2
    asks(engine, ask_to_follow("country:KEN"), now=NOW + DAY + 2 * HOUR)
    assert [one.retry_at for one in mails(engine, CONFIRMATION)] == [None, NOW + DAY, NOW + 2 * DAY]


def test_the_day_counts_from_when_the_last_mail_went_out(engine: Engine) -> None:
    confirmed(engine, EGYPT)
    asks(engine, ask_to_follow(SALES), now=NOW + HOUR)
    went_out = NOW + DAY + 2 * HOUR
    with writing(engine) as connection:
        waiting = DIGEST.c.retry_at == NOW + DAY
        sent = {"state": DigestState.SENT, "sent_at": went_out, "retry_at": None}
        connection.execute(DIGEST.update().where(waiting).values(**sent))
    assert confirms(engine, token_of(engine), now=went_out).follows == 1
    asks(engine, ask_to_follow("country:JOR"), now=went_out + HOUR)
    assert mails(engine, CONFIRMATION)[-1].retry_at == went_out + DAY


def test_who_follows_it_all_already_gets_the_link_to_manage(engine: Engine) -> None:
    confirmed(engine, EGYPT)
    asks(engine, ask_to_follow(EGYPT), now=NOW + HOUR)
    assert len(mails(engine, CONFIRMATION)) == 1
    assert len(mails(engine, MANAGE)) == 1


def test_links_to_manage_are_two_a_day_and_only_for_subscribers(engine: Engine) -> None:
    asks(engine, ManageAsk())
    assert subscriber(engine) is None
    confirmed(engine, EGYPT)
    sent = []
    for minutes in (0, 30, 61, 200, 24 * 60 + 62):
        now = NOW + timedelta(minutes=minutes)
        asks(engine, ManageAsk(), now=now, network=f"net {minutes}")
        sent.append(len(mails(engine, MANAGE)))
    assert sent == [1, 1, 2, 2, 3]


def test_who_did_not_confirm_gets_no_link_to_manage(engine: Engine) -> None:
    asks(engine, ask_to_follow(EGYPT))
    asks(engine, ManageAsk(), now=NOW + HOUR)
    assert mails(engine, MANAGE) == []
    assert len(mails(engine, CONFIRMATION)) == 1
    asks(engine, ManageAsk(), now=NOW + DAY)
    assert len(mails(engine, CONFIRMATION)) == 2


@pytest.mark.parametrize("reason", SuppressedBecause)
def test_a_suppressed_address_is_not_written_to_and_not_kept(
    engine: Engine, reason: SuppressedBecause
) -> None:
    with writing(engine) as connection:
        values = {"address_key": address_key(SECRET, ANN), "reason": reason, "at": NOW}
        connection.execute(insert(SUPPRESSION).values(values))
    asks(engine, ask_to_follow(EGYPT), "Ann@Example.org")
    asks(engine, ManageAsk())
    assert rows(engine, SUBSCRIBER) == rows(engine, DIGEST) == []
    assert all(row.address is row.ask is None for row in rows(engine, REQUEST))


def test_past_the_limits_asks_are_only_counted(engine: Engine) -> None:
    for number in range(MOST_BY_ADDRESS + 3):
        asks(engine, ask_to_follow(f"search:word{number}"), network=f"net {number}", is_taken=False)
    for number in range(MOST_BY_NETWORK + 3):
        asks(engine, ask_to_follow(EGYPT), f"reader{number}@example.org", is_taken=False)
    heard = [row for row in rows(engine, REQUEST) if row.taken_at is None]
    assert len(heard) == MOST_BY_ADDRESS + MOST_BY_NETWORK
    assert take(engine, SECRET, NOW) == len(heard)
    assert len(follows(engine)) == MOST_BY_ADDRESS
    assert len(mails(engine, CONFIRMATION)) == 1 + MOST_BY_NETWORK
    asks(engine, ask_to_follow("search:tomorrow"), now=NOW + DAY)
    assert len(follows(engine)) == MOST_BY_ADDRESS + 1


def test_nobody_follows_without_end(engine: Engine) -> None:
    for start in range(0, MOST_FOLLOWS + 100, 100):
        many = ask_to_follow(*(f"search:word{start + number}" for number in range(100)))
        asks(engine, many, now=NOW + timedelta(minutes=start))
    assert len(follows(engine)) == MOST_FOLLOWS


def list_bomb(engine: Engine, posts: int, addresses: int) -> None:
    for number in range(posts):
        asks(
            engine, ask_to_follow(EGYPT), f"victim{number % addresses}@example.org", network=f"net {number}",
            is_taken=False,
        )  # fmt: skip
    take(engine, SECRET, NOW)
    sent = mails(engine, CONFIRMATION)
    assert len(sent) == addresses
    assert len({mail.subscriber_id for mail in sent}) == addresses
    assert len(rows(engine, DIGEST)) == addresses
    by_itself = [mail for mail in sent if mail.state is DigestState.QUEUED]
    assert len(by_itself) == min(addresses, 100), "the rest waits for a person"
    with engine.connect() as connection:
        assert count_held(connection) == addresses - len(by_itself)
    held = [mail for mail in sent if mail.state is DigestState.HELD]
    assert all("more sign-ups in an hour than usual" in mail.values["held_because"] for mail in held)


def test_a_list_bomb_sends_one_mail_to_each_address_and_then_asks_a_person(engine: Engine) -> None:
    list_bomb(engine, posts=260, addresses=104)


@pytest.mark.long
def test_ten_thousand_posts_for_a_thousand_addresses(engine: Engine) -> None:
    list_bomb(engine, posts=10_000, addresses=1_000)


# --- the rules ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last", "outcome"),
    [(None, Outcome.NOW),
     (LastConfirmation(NOW - DAY, False), Outcome.NOW), (LastConfirmation(NOW - DAY, True), Outcome.NOW),
     (LastConfirmation(NOW - HOUR, False), Outcome.NOT), (LastConfirmation(NOW - HOUR, True), Outcome.LATER),
     (LastConfirmation(NOW + HOUR, False), Outcome.NOT), (LastConfirmation(NOW + HOUR, True), Outcome.NOT)],
)  # fmt: skip
def test_when_a_confirmation_goes_out(last: LastConfirmation | None, outcome: Outcome) -> None:
    assert confirmation(last, NOW) is outcome


@pytest.mark.parametrize(
    ("hourly", "limit"), [([], 100), ([0] * 300, 100), ([4] * 300, 100), ([30] * 300, 600), ([0, 9, 9], 180)]
)
def test_a_person_is_asked_at_twenty_times_the_median_hour(hourly: list[int], limit: int) -> None:
    assert surge_limit(hourly) == limit
