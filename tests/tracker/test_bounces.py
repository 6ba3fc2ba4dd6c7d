"""Mail that comes back: whose it was, what it says in whatever form, and what that does to the address."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select, update

from tests.conftest import NOW
from tests.outgoing import queue
from tracker.bounces.intake import apply, take_in, take_mail
from tracker.bounces.leaving import leaver_of, leaving_address
from tracker.bounces.notice import parsed, read_notice
from tracker.bounces.rules import Notice, Returned
from tracker.bounces.verp import digest_of_verp, verp_address
from tracker.db import writing
from tracker.digests.outbox import DIGEST, SUBSCRIBER, SUPPRESSION
from tracker.models import DigestState, PausedBecause, SubscriberState
from tracker.subscriptions.ending import unsubscribe
from tracker.tokens import Unsubscribe, Unsubscribes, fresh_id

SECRET = "a secret"
OURS = "bounces@tracker.example"


# --- whose --------------------------------------------------------------------------------------------------


@given(st.integers(0, 2**48 - 1), st.booleans())
def test_an_address_names_its_mail_in_any_case(number: int, is_upper: bool) -> None:
    address = verp_address(OURS, SECRET, number)
    assert digest_of_verp(OURS, SECRET, address.upper() if is_upper else f"<{address}>") == number
    assert address == verp_address(OURS, SECRET, number)
    assert len(address.partition("@")[0]) <= 64


def test_an_address_cannot_be_made_up() -> None:
    address = verp_address(OURS, SECRET, 41)
    for other in (
        "bounces@tracker.example", "bounces+@tracker.example", "bounces+41@tracker.example",
        address.replace("@tracker", "@other"), verp_address(OURS, "another secret", 41),
        "bounces+" + "a" * 26 + "@tracker.example", "", "x" * 10_000,
    ):  # fmt: skip
        assert digest_of_verp(OURS, SECRET, other) is None, other
    token = address[8:34]
    changed = {token[:at] + ("a" if token[at] != "a" else "b") + token[at + 1 :] for at in range(25)}
    assert {digest_of_verp(OURS, SECRET, f"bounces+{one}@tracker.example") for one in changed} == {None}
    tokens = [verp_address(OURS, SECRET, number)[8:34] for number in range(200)]
    assert len({one[:4] for one in tokens}) > 190, "numbers that follow each other look nothing alike"


# --- what it says -------------------------------------------------------------------------------------------


def report(
    action: str = "failed", status: str = "5.1.1", code: str = "smtp; 550 5.1.1 no such user", to: str = OURS
) -> bytes:
    """A delivery status as RFC 3464 has it."""
    return (
        f"From: MAILER-DAEMON@mx.example\r\nTo: {to}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="x"\r\n\r\n'
        "--x\r\nContent-Type: text/plain\r\n\r\nYour message could not be delivered.\r\n"
        "--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; reader0@example.org\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: {code}\r\n\r\n"
        "--x\r\nContent-Type: message/rfc822\r\n\r\nFrom: alerts@tracker.example\r\n"
        "Subject: Egypt\r\n\r\nx\r\n--x--\r\n"
    ).encode()


def complaint(kind: str = "abuse", to: str = OURS) -> bytes:
    """A complaint as RFC 5965 has it."""
    return (
        f"From: feedback@mailbox.example\r\nTo: {to}\r\nSubject: FW: Egypt\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="x"\r\n\r\n'
        "--x\r\nContent-Type: text/plain\r\n\r\nThis is an email abuse report.\r\n"
        f"--x\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: {kind}\r\n"
        "User-Agent: SomeGenerator/1.0\r\nVersion: 1\r\n\r\n"
        "--x\r\nContent-Type: message/rfc822\r\n\r\nFrom: alerts@tracker.example\r\n\r\nx\r\n--x--\r\n"
    ).encode()


QMAIL = (
    b"From: MAILER-DAEMON@mx.example\r\nTo: bounces@tracker.example\r\nSubject: failure notice\r\n\r\n"
    b"Hi. This is the qmail-send program at mx.example.\r\n"
    b"I'm afraid I wasn't able to deliver your message to the following addresses.\r\n"
    b"This is a permanent error; I've given up. Sorry it didn't work out.\r\n\r\n"
    b"<reader0@example.org>:\r\n192.0.2.1 does not like recipient.\r\n"
    b"Remote host said: 550 5.1.1 User unknown\r\nGiving up on 192.0.2.1.\r\n\r\n"
    b"--- Below this line is a copy of the message.\r\n\r\nSubject: Egypt\r\n\r\nx\r\n"
)  # fmt: skip


@pytest.mark.parametrize(
    ("mail", "kind", "status"),
    [
        (report(), Returned.HARD, "5.1.1"),
        (report(status="5.7.1", code="smtp; 554 5.7.1 refused"), Returned.HARD, "5.7.1"),
        (report(status="4.2.2", code="smtp; 452 4.2.2 over quota"), Returned.SOFT, "4.2.2"),
        (report(status="", code="smtp; 550 no such user"), Returned.HARD, "5.0.0"),
        (report(status="", code="smtp; 450 later"), Returned.SOFT, "4.0.0"),
        (report(action="delayed", status="4.4.1"), Returned.DELAYED, "4.4.1"),
        (complaint(), Returned.COMPLAINT, ""),
        (complaint("fraud"), Returned.COMPLAINT, ""),
        (QMAIL, Returned.HARD, "5.1.1"),
    ],
)
def test_a_returned_mail_is_read(mail: bytes, kind: Returned, status: str) -> None:
    notice = read_notice(parsed(mail))
    assert notice is not None
    assert (notice.kind, notice.status) == (kind, status)


@pytest.mark.parametrize(
    "mail",
    [
        report(action="relayed"), complaint("not-spam"), b"", b"\xff\x00" * 500, b"\r\n" * 5000,
        b"Subject: I am on holiday\r\nTo: bounces@tracker.example\r\n\r\nBack on Monday.\r\n",
        b"Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\n"
        b"Content-Type: message/delivery-status\r\n\r\n--x--\r\n",
    ],
    ids=["relayed", "not spam", "empty", "noise", "blank", "holiday", "hollow"],
)  # fmt: skip
def test_what_is_no_return_says_nothing(mail: bytes) -> None:
    assert read_notice(parsed(mail)) is None


@given(st.binary(max_size=300), st.integers(0, 1200))
def test_no_input_breaks_the_reader(noise: bytes, cut: int) -> None:
    for whole in (report(), complaint(), QMAIL):
        read_notice(parsed(whole[:cut] + noise + whole[cut:]))


# --- what it does -------------------------------------------------------------------------------------------


def paused(engine: Engine) -> PausedBecause | None:
    with engine.connect() as connection:
        found: PausedBecause | None = connection.execute(
            select(SUBSCRIBER.c.paused_because).where(SUBSCRIBER.c.public_id == "public-0")
        ).scalar_one()
        return found


def sent_mails(engine: Engine, count: int) -> list[int]:
    """Mails of one subscriber, a day each, all sent."""
    for number in range(count):
        queue(engine, 1, period=f"2026-11-{number + 1:02}")
    with writing(engine) as connection:
        connection.execute(update(DIGEST).values(state=DigestState.SENT, answer="250 ok"))
        return list(connection.execute(select(DIGEST.c.id).order_by(DIGEST.c.id)).scalars())


@pytest.mark.parametrize(
    ("notices", "pauses_after"),
    [
        ([Notice(Returned.HARD, status)] * 3, 1) for status in ("5.1.1", "5.1.10", "5.4.1", "5.4.4")
    ]
    + [
        ([Notice(Returned.HARD, "5.7.1")] * 3, 2),
        ([Notice(Returned.HARD, "")] * 3, 2),
        ([Notice(Returned.SOFT, "4.2.2")] * 8, 6),
        ([Notice(Returned.COMPLAINT)] * 1, 1),
        ([Notice(Returned.DELAYED, "4.4.1")] * 9, 99),
    ],
)  # fmt: skip
def test_when_an_address_is_paused(sqlite_engine: Engine, notices: list[Notice], pauses_after: int) -> None:
    for number, (mail, notice) in enumerate(zip(sent_mails(sqlite_engine, 9), notices, strict=False), 1):
        with writing(sqlite_engine) as connection:
            apply(connection, mail, notice, NOW)
        assert (paused(sqlite_engine) is not None) is (number >= pauses_after), number


def test_a_mail_that_arrives_in_between_ends_the_row_of_soft_ones(engine: Engine) -> None:
    soft = Notice(Returned.SOFT, "4.2.2")
    for number, mail in enumerate(sent_mails(engine, 9)):
        if number != 3:
            with writing(engine) as connection:
                apply(connection, mail, soft, NOW)
    assert paused(engine) is None
    with engine.connect() as connection:
        assert connection.execute(select(SUBSCRIBER.c.soft_bounces)).scalar_one() == 5


def test_one_mail_that_comes_back_twice_counts_once(engine: Engine) -> None:
    (mail,) = sent_mails(engine, 1)
    for _ in range(5):
        with writing(engine) as connection:
            apply(connection, mail, Notice(Returned.HARD, "5.7.1"), NOW)
    assert paused(engine) is None


def test_a_complaint_is_for_ever(engine: Engine) -> None:
    mails = sent_mails(engine, 2)
    queue(engine, 1, period="2026-11-20")
    to = verp_address(OURS, SECRET, mails[0])
    assert take_mail(engine, complaint(to=to), OURS, SECRET, NOW) is not None
    assert paused(engine) is PausedBecause.COMPLAINT
    with writing(engine) as connection:
        assert connection.execute(select(SUPPRESSION.c.address_key)).scalar_one() == "key-0"
        waiting = connection.execute(
            select(DIGEST.c.state).where(DIGEST.c.period == "2026-11-20")
        ).scalar_one()
        assert waiting is DigestState.SUPPRESSED
        apply(connection, mails[1], Notice(Returned.HARD, "5.1.1"), NOW)
    assert paused(engine) is PausedBecause.COMPLAINT
    take_mail(engine, complaint(to=to), OURS, SECRET, NOW)  # again is quiet


def test_only_what_came_to_an_address_of_ours_counts(engine: Engine, tmp_path: Path) -> None:
    """Anybody can write what looks like a bounce; nobody can unsubscribe another with it."""
    (mail,) = sent_mails(engine, 1)
    forged = [report(), report(to="bounces+aaaaaaaaaaaaaaaaaaaaaaaaaa@tracker.example"), complaint(),
              report(to=verp_address(OURS, "a guess", mail))]  # fmt: skip
    folder = tmp_path / "maildir"
    (folder / "new").mkdir(parents=True)
    for number, body in enumerate(forged):
        (folder / "new" / f"{number}.mx").write_bytes(body)
    assert take_in(engine, folder, OURS, SECRET, NOW, unsubscribe) == ({}, 4)
    assert paused(engine) is None
    (folder / "new" / "9.mx").write_bytes(report(to=f"Us <{verp_address(OURS, SECRET, mail)}>"))
    assert take_in(engine, folder, OURS, SECRET, NOW, unsubscribe) == ({"hard": 1}, 0)
    assert paused(engine) is PausedBecause.BOUNCES
    assert len(list((folder / "cur").iterdir())) == 5
    assert not list((folder / "new").iterdir())


def test_a_bounce_of_somebody_who_is_gone_is_quiet(engine: Engine) -> None:
    assert take_mail(engine, report(to=verp_address(OURS, SECRET, 4711)), OURS, SECRET, NOW) is not None


# --- leaving by mail ----------------------------------------------------------------------------------------


def test_an_address_to_leave_by_names_its_subscriber_in_any_case_and_cannot_be_made_up() -> None:
    public_id = fresh_id()
    address = leaving_address(OURS, SECRET, public_id)
    named = Unsubscribe(Unsubscribes.SUBSCRIBER, public_id)
    assert leaver_of(OURS, SECRET, address) == leaver_of(OURS, SECRET, f"<{address.upper()}>") == named
    assert len(address.partition("@")[0]) <= 64
    assert public_id not in address
    assert digest_of_verp(OURS, SECRET, address) is None
    token = address[8:50]
    changed = {token[:at] + ("a" if token[at] != "a" else "b") + token[at + 1 :] for at in range(41)}
    for other in (
        *(f"bounces+{one}@tracker.example" for one in changed), address.replace("@tracker", "@other"), OURS, "",
        leaving_address(OURS, "another secret", public_id), verp_address(OURS, SECRET, 41), "bounces+" + "a" * 42,
    ):  # fmt: skip
        assert leaver_of(OURS, SECRET, other) is None, other
    assert leaving_address(OURS, SECRET, "not an id of ours") == ""


def test_a_mail_to_that_address_ends_it_whoever_sends_it_and_as_often_as_one_likes(
    engine: Engine, tmp_path: Path
) -> None:
    sent_mails(engine, 1)
    public_id = fresh_id()
    with writing(engine) as connection:
        connection.execute(update(SUBSCRIBER).values(public_id=public_id))
    new = tmp_path / "maildir" / "new"
    new.mkdir(parents=True)
    to = leaving_address(OURS, SECRET, public_id)
    for number, sender in enumerate(("reader0@example.org", "a relay <other@example.com>")):
        body = f"From: {sender}\r\nTo: {to}\r\nSubject: unsubscribe\r\n\r\nThis was sent by a program.\r\n"
        (new / f"{number}.mx").write_bytes(body.encode())
    forged = f"From: x@example.com\r\nTo: {leaving_address(OURS, 'a guess', public_id)}\r\n\r\n"
    (new / "2.mx").write_bytes(forged.encode())
    queue(engine, 1, period="2026-11-03")
    taken = take_in(engine, tmp_path / "maildir", OURS, SECRET, NOW, unsubscribe)
    assert taken == ({"unsubscribed": 2}, 1)
    with engine.connect() as connection:
        assert connection.execute(select(SUBSCRIBER.c.state)).scalar_one() is SubscriberState.STOPPED
        waiting = connection.execute(
            select(DIGEST.c.state).where(DIGEST.c.period == "2026-11-03")
        ).scalar_one()
        assert waiting is DigestState.SUPPRESSED
