"""Changing, pausing, muting, ending, exporting, erasing; and what time alone does."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine, insert, update

from tests.conftest import NOW, Collect
from tests.databases import rows_of
from tests.publishing import Mirror, bill_file
from tests.subscriptions.asking import (
    ANN,
    EGYPT,
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
    PausedBecause,
    Purpose,
    SubscriberState,
    SuppressedBecause,
)
from tracker.subscriptions import ending, managing
from tracker.subscriptions.files import forget_returned
from tracker.subscriptions.housekeeping import Kept, keep_house
from tracker.subscriptions.links import Held, look, open_session
from tracker.subscriptions.rules import AskedFollow, ManageAsk
from tracker.subscriptions.schedule import Schedule
from tracker.subscriptions.store import BODY, DIGEST, FOLLOW, MUTE, REQUEST, SUBSCRIBER, SUPPRESSION, TOKEN
from tracker.tokens import Unsubscribe, Unsubscribes, address_key

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BILL = "bill:119-hr-1"


@pytest.fixture
def bills(mirror: Mirror, collect: Collect) -> None:
    """Two measures with a change each."""
    for title in ("On aid", "On aid and arms"):
        stamp = f"2026-02-{len(title):02}T10:00:00Z"
        mirror.put_zip({f"119-hr-{n}": bill_file(f"119-hr-{n}", title=title, updated=stamp) for n in (1, 2)})
        collect(congress="119", type="hr")


def managed(engine: Engine, now: datetime = NOW) -> managing.Managed:
    with engine.connect() as connection:
        found = managing.read_managed(connection, subscriber(engine).id, now)
        assert found is not None
        return found


def act(engine: Engine, what: Any, *arguments: Any, **more: Any) -> Any:
    with writing(engine) as connection:
        return what(connection, *arguments, **more)


# --- changing -----------------------------------------------------------------------------------------------


def test_the_page_shows_all_that_is_held(engine: Engine) -> None:
    row = confirmed(engine, EGYPT, home_state="VT")
    asks(engine, ask_to_follow(SALES), now=NOW + HOUR)
    found = managed(engine)
    assert (found.address, found.state, found.home_state) == (ANN, SubscriberState.CONFIRMED, "VT")
    assert found.due_at == row.due_at
    assert [one.thing.title for one in found.follows] == ["Egypt"]
    assert [one.title for one in found.waiting] == ["Arms sales"]


def test_a_new_schedule_holds_from_the_next_digest_on(engine: Engine) -> None:
    row = confirmed(engine, EGYPT)
    friday = Schedule("Africa/Cairo", 18, Frequency.WEEKLY, 4)
    act(
        engine,
        managing.set_schedule,
        row.id,
        friday,
        home_state="ME",
        home_district=2,
        heartbeat=True,
        now=NOW,
    )
    found = managed(engine)
    assert (found.schedule, found.home_state, found.home_district, found.heartbeat) == (friday, "ME", 2, True)
    assert found.due_at == datetime(2026, 11, 6, 16, 0, tzinfo=UTC)


def test_kinds_and_urgency_are_changed_follow_by_follow(engine: Engine) -> None:
    row = confirmed(engine, EGYPT, SALES)
    egypt = follows(engine)[EGYPT]
    assert act(engine, managing.set_follow, row.id, egypt.public_id, ["votes"], at_once=True)
    found = follows(engine)
    assert (found[EGYPT].kinds, found[EGYPT].at_once) == (("votes",), True)
    assert (found[SALES].kinds, found[SALES].at_once) == (None, False)
    assert act(engine, managing.set_follow, row.id, egypt.public_id, None, at_once=False)
    assert follows(engine)[EGYPT].kinds is None


def test_nobody_reaches_anothers_follows(engine: Engine, bills: None) -> None:
    confirmed(engine, EGYPT)
    other = confirmed(engine, SALES, address="bob@example.org")
    mine = follows(engine)[EGYPT].public_id
    assert not act(engine, managing.set_follow, other.id, mine, ["votes"], at_once=True)
    assert not act(engine, managing.mute, other.id, mine, BILL)
    assert not act(engine, managing.unmute, other.id, mine, BILL)
    assert not act(engine, ending.stop_follow, other.id, mine)
    assert follows(engine)[EGYPT].kinds is None
    assert rows(engine, MUTE) == []


def test_more_is_followed_at_once_by_who_is_here(engine: Engine) -> None:
    row = confirmed(engine, EGYPT)
    asks(engine, ask_to_follow(SALES), now=NOW + HOUR)
    wanted = [AskedFollow(target) for target in (EGYPT, SALES, "country:JOR")]
    assert act(engine, managing.begin_follows, row.id, wanted, NOW) == 2
    assert {one.state for one in follows(engine).values()} == {FollowState.ACTIVE}
    assert act(engine, managing.begin_follows, row.id, wanted, NOW) == 0


def test_a_pause_is_two_weeks_and_ends_early_on_request(engine: Engine) -> None:
    row = confirmed(engine, EGYPT)
    act(engine, managing.pause, row.id, NOW)
    found = subscriber(engine)
    assert (found.paused_until, found.paused_because) == (NOW + timedelta(days=14), PausedBecause.ASKED)
    assert found.seen_to == row.seen_to, "nothing is missed"
    assert act(engine, managing.resume, row.id, NOW + 3 * DAY)
    found = subscriber(engine)
    assert (found.paused_until, found.paused_because) == (None, None)
    assert found.due_at > NOW + 3 * DAY


@pytest.mark.parametrize(
    ("reason", "may_resume"), [(PausedBecause.BOUNCES, True), (PausedBecause.COMPLAINT, False)]
)
def test_who_was_paused_sees_why_and_what_can_be_done(
    engine: Engine, reason: PausedBecause, may_resume: bool
) -> None:
    row = confirmed(engine, EGYPT)
    because = {PausedBecause.BOUNCES: SuppressedBecause.BOUNCES}.get(reason, SuppressedBecause.COMPLAINT)
    with writing(engine) as connection:
        connection.execute(update(SUBSCRIBER).values(paused_because=reason, soft_bounces=5))
        connection.execute(insert(SUPPRESSION).values(address_key=row.address_key, reason=because, at=NOW))
    act(engine, managing.pause, row.id, NOW)
    assert managed(engine).paused_because is reason, "a pause does not hide it"
    assert act(engine, managing.resume, row.id, NOW) is may_resume
    assert (subscriber(engine).paused_because is None) is may_resume
    assert (rows(engine, SUPPRESSION) == []) is may_resume


def test_one_item_is_muted_inside_one_follow(engine: Engine, bills: None) -> None:
    row = confirmed(engine, "search:aid arms", BILL)
    search = follows(engine)["search:aid arms"].public_id
    (inside, single) = managed(engine).follows
    assert [one.key for one in inside.recent] == ["bill:119-hr-2", BILL]
    assert single.recent == (), "a follow of one item has nothing to mute inside"
    for _ in range(2):
        assert act(engine, managing.mute, row.id, search, BILL)
    inside, _ = managed(engine).follows
    assert [one.key for one in inside.muted] == [BILL]
    assert [one.key for one in inside.recent] == ["bill:119-hr-2"]
    assert not act(engine, managing.mute, row.id, search, "bill:119-hr-77777")
    assert act(engine, managing.unmute, row.id, search, BILL)
    assert rows(engine, MUTE) == []


# --- ending -------------------------------------------------------------------------------------------------


def queue_digest(engine: Engine, subscriber_id: int, state: DigestState, period: str) -> None:
    with writing(engine) as connection:
        connection.execute(
            insert(DIGEST).values(
                subscriber_id=subscriber_id, kind=DigestKind.DIGEST, period=period, state=state, attempts=0,
                queued_at=NOW,
            )
        )  # fmt: skip


def digest_states(engine: Engine) -> dict[str, DigestState]:
    return {row.period: row.state for row in mails(engine, DigestKind.DIGEST)}


def test_stopping_all_ends_what_waits_and_can_be_undone_for_a_month(engine: Engine) -> None:
    row = confirmed(engine, EGYPT)
    for state in (
        DigestState.QUEUED,
        DigestState.RETRY,
        DigestState.HELD,
        DigestState.SENT,
        DigestState.COMMITTING,
    ):
        queue_digest(engine, row.id, state, state.value)
    token = Unsubscribe(Unsubscribes.SUBSCRIBER, row.public_id)
    for hours in range(3):
        act(engine, ending.unsubscribe, token, NOW + hours * HOUR)
    found = subscriber(engine)
    assert (found.state, found.due_at, found.paused_until) == (SubscriberState.STOPPED, None, NOW + 30 * DAY)
    assert digest_states(engine) == {
        "queued": DigestState.SUPPRESSED, "retry": DigestState.SUPPRESSED, "held": DigestState.SUPPRESSED,
        "sent": DigestState.SENT, "committing": DigestState.SUPPRESSED,
    }  # fmt: skip
    assert act(engine, managing.resume, row.id, NOW + DAY)
    assert (subscriber(engine).state, list(follows(engine))) == (SubscriberState.CONFIRMED, [EGYPT])


def test_one_follow_ends_by_its_own_link_and_the_rest_goes_on(engine: Engine) -> None:
    row = confirmed(engine, EGYPT, SALES)
    queue_digest(engine, row.id, DigestState.QUEUED, "today")
    for target, left, state in (
        (EGYPT, [SALES], DigestState.QUEUED), (SALES, [], DigestState.SUPPRESSED)
    ):  # fmt: skip
        token = Unsubscribe(Unsubscribes.FOLLOW, follows(engine)[target].public_id)
        for _ in range(2):
            act(engine, ending.unsubscribe, token, NOW)
        assert list(follows(engine)) == left
        assert digest_states(engine) == {"today": state}
    assert subscriber(engine).state is SubscriberState.CONFIRMED


def test_what_waits_goes_out_only_for_what_is_still_followed(engine: Engine) -> None:
    row = confirmed(engine, EGYPT, SALES)
    for number, targets in enumerate(((EGYPT,), (EGYPT, SALES), (SALES,)), 1):
        queue_digest(engine, row.id, DigestState.QUEUED, str(number))
        with writing(engine) as connection:
            connection.execute(
                insert(BODY).values(
                    id=number, key=str(number), subject="", text=b"", html=b"", made_at=NOW,
                    entries={"targets": targets, "picked": {}, "most": 50},
                )
            )  # fmt: skip
            of_body = update(DIGEST).where(DIGEST.c.kind == DigestKind.DIGEST, DIGEST.c.period == str(number))
            connection.execute(of_body.values(body_id=number))
    assert act(engine, ending.stop_follow, row.id, follows(engine)[EGYPT].public_id)
    assert digest_states(engine) == {
        "1": DigestState.SUPPRESSED, "2": DigestState.QUEUED, "3": DigestState.QUEUED
    }  # fmt: skip


def test_who_never_confirmed_and_stops_is_forgotten(engine: Engine) -> None:
    asks(engine, ask_to_follow(EGYPT))
    act(engine, ending.unsubscribe, Unsubscribe(Unsubscribes.SUBSCRIBER, subscriber(engine).public_id), NOW)
    assert (
        rows(engine, SUBSCRIBER) == rows(engine, FOLLOW) == rows(engine, DIGEST) == rows(engine, TOKEN) == []
    )


def files_of(engine: Engine) -> bytes:
    """Every byte that SQLite keeps."""
    path = Path(engine.url.database or "")
    return b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))


@pytest.mark.parametrize("never_again", [False, True])
def test_erasing_leaves_no_trace_of_the_address(engine: Engine, bills: None, never_again: bool) -> None:
    before = rows_of(engine)
    row = confirmed(engine, EGYPT, "search:aid")
    assert act(engine, managing.mute, row.id, follows(engine)["search:aid"].public_id, BILL)
    asks(engine, ManageAsk(), now=NOW + HOUR)
    asks(engine, ask_to_follow(SALES), now=NOW + HOUR, is_taken=False)
    act(engine, open_session, row.id, NOW, NOW + HOUR)
    queue_digest(engine, row.id, DigestState.SENT, "yesterday")
    is_sqlite = engine.dialect.name == "sqlite"
    if is_sqlite:
        assert ANN.encode() in files_of(engine)
    assert ending.erase_for_good(engine, row.id, NOW, never_again=never_again)
    assert ANN not in repr(rows_of(engine, without=()))
    if is_sqlite:
        assert ANN.encode() not in files_of(engine)
    after = rows_of(engine)
    kept = after.pop("suppression")
    before.pop("suppression")
    assert after == before
    assert kept == ([(address_key(SECRET, ANN), SuppressedBecause.ASKED, NOW)] if never_again else [])
    assert not ending.erase_for_good(engine, row.id, NOW)


def test_mails_that_lie_as_files_go_with_whoever_is_erased(
    engine: Engine, bills: None, tmp_path: Path
) -> None:
    row = confirmed(engine, EGYPT)
    folders = (tmp_path / "mail", tmp_path / "returned" / "cur", tmp_path / "not there")
    for folder in folders[:2]:
        folder.mkdir(parents=True)
    theirs = {
        "1.eml": f"To: {ANN.upper()}\r\n\r\nx",
        "2": f"Final-Recipient: rfc822; {ANN}\r\n",
        "3": f"<{ANN}>.",
    }
    others = {"4.eml": f"To: jo{ANN}\r\n", "5.eml": f"To: {ANN}.uk\r\n", "6": "To: other@example.org\r\n"}
    for name, words in (theirs | others).items():
        (folders[not name.endswith(".eml")] / name).write_bytes(words.encode())
    assert ending.erase_for_good(engine, row.id, NOW, folders=folders)
    assert {path.name for folder in folders for path in folder.glob("*")} == set(others)


def test_mails_that_lie_as_files_go_with_an_address_that_is_forgotten(
    engine: Engine, bills: None, tmp_path: Path
) -> None:
    asks(engine, ask_to_follow(EGYPT))
    (tmp_path / "1.eml").write_bytes(f"To: {ANN}\r\n\r\nx".encode())
    keep_house(engine, SECRET, NOW + timedelta(days=6), folders=[tmp_path])
    assert (tmp_path / "1.eml").exists()
    assert keep_house(engine, SECRET, NOW + timedelta(days=8), folders=[tmp_path]).unconfirmed == 1
    assert list(tmp_path.glob("*.eml")) == []


def test_returned_mail_is_kept_for_a_while_only(tmp_path: Path) -> None:
    (tmp_path / "cur").mkdir()
    for days in (34, 36):
        path = tmp_path / "cur" / str(days)
        path.write_bytes(b"x")
        at = (NOW - timedelta(days=days)).timestamp()
        os.utime(path, (at, at))
    assert forget_returned(tmp_path, NOW) == 1
    assert [path.name for path in (tmp_path / "cur").iterdir()] == ["34"]
    assert forget_returned(tmp_path / "not there", NOW) == 0


def test_an_export_has_all_that_is_held_and_nothing_of_ours(engine: Engine, bills: None) -> None:
    row = confirmed(engine, EGYPT, "search:aid")
    act(engine, managing.mute, row.id, follows(engine)["search:aid"].public_id, BILL)
    with engine.connect() as connection:
        found = managing.export(connection, row.id, NOW)
    assert found is not None
    plain = msgspec.json.decode(msgspec.json.encode(found))
    assert plain["address"] == ANN
    assert [one["target"] for one in plain["follows"]] == [EGYPT, "search:aid"]
    assert [one["key"] for one in plain["follows"][1]["muted"]] == [BILL]
    assert [one["kind"] for one in plain["mails"]] == ["confirmation", "welcome"]
    assert not {"id", "address_key", "seed"} & set(plain)
    assert row.address_key not in repr(plain)


# --- sessions -----------------------------------------------------------------------------------------------


def test_opening_the_page_uses_the_link_up(engine: Engine) -> None:
    row = confirmed(engine, EGYPT)
    asks(engine, ManageAsk(), now=NOW + HOUR)
    token = token_of(engine, DigestKind.MANAGE)
    word = act(engine, open_session, row.id, NOW + HOUR, NOW + 2 * HOUR)
    with engine.connect() as connection:
        assert look(connection, token, Purpose.MANAGE, NOW + HOUR).held is Held.USED
        assert look(connection, word, Purpose.SESSION, NOW + HOUR).subscriber_id == row.id
        assert look(connection, word, Purpose.SESSION, NOW + 2 * HOUR).held is Held.EXPIRED
        assert look(connection, word, Purpose.CONFIRM, NOW + HOUR).held is Held.UNKNOWN
    assert word not in repr(rows(engine, TOKEN))


# --- time ---------------------------------------------------------------------------------------------------


def sent(engine: Engine, at: datetime) -> None:
    with writing(engine) as connection:
        connection.execute(update(DIGEST).values(state=DigestState.SENT, sent_at=at))


def test_one_reminder_after_two_days_and_then_it_is_forgotten(engine: Engine) -> None:
    asks(engine, ask_to_follow(EGYPT))
    assert keep_house(engine, SECRET, NOW + 3 * DAY).reminded == 0, "no mail went out yet"
    sent(engine, NOW + HOUR)
    reminded = [keep_house(engine, SECRET, NOW + hours * HOUR).reminded for hours in (2, 48, 49, 50, 90)]
    assert reminded == [0, 0, 1, 0, 0]
    (mail,) = mails(engine, DigestKind.REMINDER)
    assert mail.values["deleted_on"] == "2026-11-09"
    assert mail.values["follows"][0]["title"] == "Egypt"
    assert keep_house(engine, SECRET, NOW + 7 * DAY - HOUR).unconfirmed == 0
    assert keep_house(engine, SECRET, NOW + 7 * DAY).unconfirmed == 1
    assert ANN not in repr(rows_of(engine, without=()))


def test_the_reminders_link_confirms(engine: Engine) -> None:
    asks(engine, ask_to_follow(EGYPT))
    sent(engine, NOW)
    keep_house(engine, SECRET, NOW + 3 * DAY)
    assert confirms(engine, token_of(engine), now=NOW + 3 * DAY).held is Held.EXPIRED
    assert confirms(engine, token_of(engine, DigestKind.REMINDER), now=NOW + 3 * DAY).follows == 1
    assert keep_house(engine, SECRET, NOW + 4 * DAY).reminded == 0


def test_house_is_kept_for_subscribers_too(engine: Engine) -> None:
    row = confirmed(engine, EGYPT)
    asks(engine, ask_to_follow(SALES), now=NOW + HOUR)
    assert keep_house(engine, SECRET, NOW + HOUR) == Kept(0, 0, 0, 0, 0, 0)
    assert keep_house(engine, SECRET, NOW + 8 * DAY) == Kept(0, 0, 0, follows=1, requests=2, tokens=0)
    assert rows(engine, REQUEST) == []
    assert keep_house(engine, SECRET, NOW + 17 * DAY).tokens == 2
    assert list(follows(engine)) == [EGYPT]
    act(engine, ending.stop_all, row.id, NOW + 20 * DAY)
    assert keep_house(engine, SECRET, NOW + 49 * DAY).stopped == 0
    assert keep_house(engine, SECRET, NOW + 50 * DAY).stopped == 1
    assert subscriber(engine) is None
