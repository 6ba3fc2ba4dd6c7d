"""What becomes of mails: each answer of a server, nobody twice, nothing lost, and nobody who does not want it."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, NullPool, create_engine, insert, select, text, update

from tests.conftest import NOW, FakeClock
from tests.mail_servers import Says, Scripted, Talk, sink
from tests.outgoing import plain_mails, queue, states
from tracker.bounces.intake import note_refusal
from tracker.db import writing
from tracker.digests import outbox
from tracker.digests.deliver import EQUAL_ANSWERS, STOPPED_FOR, Out, Report, send, why_stopped
from tracker.digests.message import Mail
from tracker.digests.outbox import DIGEST, SUBSCRIBER, SUPPRESSION, Claimed
from tracker.mail import Patience, route_from
from tracker.models import DigestKind, DigestState, PausedBecause, SuppressedBecause
from tracker.subscriptions.ending import erase, stop_all

QUICK = Patience(connect=1.0, greeting=1.0, reply=1.0, dot=1.0, others=0.3, dead=30.0)
READER = "reader0@example.org"


def deliver(engine: Engine, url: str, clock: FakeClock, folder: Path, **options: object) -> Report:
    out = Out(route_from(url) if url else None, folder, QUICK)
    return send(engine, out, plain_mails, clock, bounced=note_refusal, **options)  # type: ignore[arg-type]


def row(engine: Engine, number: int) -> dict[str, object]:
    with engine.connect() as connection:
        return dict(connection.execute(select(DIGEST).where(DIGEST.c.id == number)).one()._mapping)


# --- each answer, the right state ---------------------------------------------------------------------------

S = DigestState
ANSWERS: tuple[tuple[str, Mapping[str, Says], DigestState, int], ...] = (
    # name, what the server says, the digest's state, tries counted
    ("421 at the start", {"CONNECT": "421 4.3.2 busy"}, S.QUEUED, 0),
    ("garbage at the start", {"CONNECT": "SSH-2.0-OpenSSH_9.2"}, S.QUEUED, 0),
    ("nothing at the start", {"CONNECT": Talk.stall}, S.QUEUED, 0),
    ("421 to the recipient", {READER: "421 4.7.0 come again"}, S.RETRY, 1),
    ("450 to the recipient", {READER: "450 4.2.1 greylisted"}, S.RETRY, 1),
    ("452 to the sender", {"MAIL": "452 4.3.1 full"}, S.RETRY, 1),
    ("550 to the recipient", {READER: "550 5.1.1 no such user"}, S.FAILED, 1),
    ("451 to DATA", {"DATA": "451 4.3.0 not now"}, S.RETRY, 1),
    ("552 to the message", {".": "552 5.3.4 too large"}, S.FAILED, 1),
    ("554 to the message", {".": "554 5.7.1 spam"}, S.FAILED, 1),
    ("452 to the message", {".": "452 4.2.2 mailbox full"}, S.RETRY, 1),
    ("hangs up at DATA", {"DATA": Talk.hang_up}, S.RETRY, 1),
    ("hangs up after the dot", {".": Talk.hang_up}, S.UNCERTAIN, 1),
    ("silent after the dot", {".": Talk.stall}, S.UNCERTAIN, 1),
    ("silent at the recipient", {READER: Talk.stall}, S.RETRY, 1),
    ("garbage in the middle", {"DATA": "hello?"}, S.RETRY, 1),
    ("takes it", {}, S.SENT, 1),
)


@pytest.mark.parametrize(
    ("script", "state", "tries"), [one[1:] for one in ANSWERS], ids=[one[0] for one in ANSWERS]
)
def test_each_answer_leads_to_its_state(
    sqlite_engine: Engine,
    fake_clock: FakeClock,
    tmp_path: Path,
    script: Mapping[str, Says],
    state: DigestState,
    tries: int,
) -> None:
    (number,) = queue(sqlite_engine, 1)
    with Scripted(script).running() as server:
        report = deliver(sqlite_engine, server.url, fake_clock, tmp_path)
    found = row(sqlite_engine, number)
    assert (found["state"], found["attempts"]) == (state, tries), report
    assert found["claimed_by"] is None
    if state in (S.SENT, S.RETRY, S.FAILED, S.UNCERTAIN):
        assert found["answer"]
    if state is S.QUEUED:
        assert report.problem.startswith("no relay")
    assert len(server.took) == (state is S.SENT)


@pytest.mark.parametrize("kind", [DigestKind.CONFIRMATION, DigestKind.URGENT, DigestKind.MANAGE])
def test_what_somebody_waits_for_is_sent_again_to_the_byte(
    engine: Engine, fake_clock: FakeClock, tmp_path: Path, kind: DigestKind
) -> None:
    (number,) = queue(engine, 1, kind)
    swallowed: list[bytes] = []

    def swallow(talk: Talk) -> None:
        talk.hang_up()  # after it has all of the mail

    with Scripted({".": swallow}).running() as server:
        deliver(engine, server.url, fake_clock, tmp_path)
        swallowed += [line.encode() for line in server.heard if line.startswith("Message-ID")]
    assert states(engine) == {number: S.RETRY}
    fake_clock.forward(minutes=2)
    with Scripted().running() as server:
        assert deliver(engine, server.url, fake_clock, tmp_path).sent == 1
    fake_clock.forward(minutes=2)
    first = server.took[0][2]
    with engine.connect() as connection, connection.begin():
        connection.execute(update(DIGEST).values(state=S.QUEUED, retry_at=None))
    with Scripted().running() as again:
        assert deliver(engine, again.url, fake_clock, tmp_path).sent == 1
    assert again.took[0][2] == first


def test_a_refusal_for_now_is_tried_later_and_later_and_after_a_day_left_to_the_next_digest(
    engine: Engine, fake_clock: FakeClock, tmp_path: Path
) -> None:
    (number,) = queue(engine, 1)
    waits = []
    with Scripted({READER: "450 4.2.1 not now"}).running() as server:
        while row(engine, number)["state"] is not S.FAILED:
            deliver(engine, server.url, fake_clock, tmp_path)
            again = row(engine, number)["retry_at"]
            if isinstance(again, datetime):
                waits.append(int((again - fake_clock()).total_seconds()) // 60)
                assert deliver(engine, server.url, fake_clock, tmp_path).retry == 0, "not before its time"
                fake_clock.at = again
    assert waits[:6] == [1, 5, 15, 60, 60, 60]
    assert sum(waits) <= 24 * 60
    assert sum(waits) > 22 * 60


def test_a_mail_that_breaks_every_line_is_given_up(
    engine: Engine, fake_clock: FakeClock, tmp_path: Path
) -> None:
    (number,) = queue(engine, 1)
    with Scripted({"DATA": Talk.hang_up}).running() as server:
        for _ in range(10):
            deliver(engine, server.url, fake_clock, tmp_path)
            fake_clock.forward(minutes=61)
    found = row(engine, number)
    assert (found["state"], found["attempts"]) == (S.FAILED, 6)


def test_one_in_five_fails_and_the_others_are_sent(
    engine: Engine, fake_clock: FakeClock, tmp_path: Path
) -> None:
    numbers = queue(engine, 5)
    with Scripted({"reader2@example.org": "450 4.2.1 not now"}).running() as server:
        report = deliver(engine, server.url, fake_clock, tmp_path)
    assert (report.sent, report.retry) == (4, 1)
    assert states(engine)[numbers[2]] is S.RETRY
    assert len({recipient for _, recipient, _ in server.took}) == 4
    fake_clock.forward(minutes=2)
    with Scripted().running() as server:
        assert deliver(engine, server.url, fake_clock, tmp_path).sent == 1
    assert [recipient for _, recipient, _ in server.took] == ["reader2@example.org"]


# --- what is about us ---------------------------------------------------------------------------------------


def test_the_same_refusal_again_and_again_stops_the_sending_for_an_hour(
    engine: Engine, fake_clock: FakeClock, tmp_path: Path
) -> None:
    queue(engine, 40)
    with Scripted({".": "554 5.7.1 your reputation"}).running() as server:
        report = deliver(engine, server.url, fake_clock, tmp_path)
        assert "5.7.1" in report.problem
        counted = Counter(states(engine).values())
        assert (counted[S.RETRY], counted[S.FAILED]) == (EQUAL_ANSWERS, 0), "not one dot more goes out"
        assert deliver(engine, server.url, fake_clock, tmp_path).problem == why_stopped(engine, fake_clock())
        tried = server.heard.count("DATA")
    fake_clock.forward(seconds=STOPPED_FOR.total_seconds() + 60)
    assert tried <= EQUAL_ANSWERS + 4  # an envelope goes out ahead on each line; its mail is not handed over
    with Scripted().running() as server:
        assert deliver(engine, server.url, fake_clock, tmp_path).sent >= 37


def test_unequal_refusals_stop_nothing(engine: Engine, fake_clock: FakeClock, tmp_path: Path) -> None:
    queue(engine, 30)
    script = {f". reader{number}@example.org": "554 5.6.0 this one" for number in range(0, 30, 3)}
    with Scripted(script).running() as server:
        report = deliver(engine, server.url, fake_clock, tmp_path)
    assert (report.sent, report.failed, report.problem) == (20, 10, "")


# --- servers that are slow or dead --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "script", [{"CONNECT": Talk.stall}, {"CONNECT": "554 no"}], ids=["silent", "refuses"]
)
def test_a_dead_server_hardly_delays_what_another_takes(
    sqlite_engine: Engine, fake_clock: FakeClock, tmp_path: Path, script: Mapping[str, Says]
) -> None:
    queue(sqlite_engine, 20)
    with Scripted(script).running() as dead, Scripted().running() as alive:
        report = deliver(sqlite_engine, f"{dead.url} {alive.url}", fake_clock, tmp_path)
    assert (report.sent, len(alive.took)) == (20, 20)
    assert report.seconds < 5


@pytest.mark.parametrize(
    "where", ["reader3@example.org", ". reader3@example.org"], ids=["before", "after the dot"]
)
def test_a_mail_that_stalls_hardly_delays_the_others(
    sqlite_engine: Engine, fake_clock: FakeClock, tmp_path: Path, where: str
) -> None:
    numbers = queue(sqlite_engine, 60)
    done = threading.Event()

    def write(connection: Connection, rows: Sequence[Claimed]) -> Mapping[int, Mail | Exception]:
        return plain_mails(connection, rows)

    with Scripted({where: Talk.stall}).running() as server:
        out = Out(route_from(server.url), tmp_path, Patience(others=0.3, reply=3.0, dot=3.0))
        report = send(sqlite_engine, out, write, fake_clock)
        done.set()
    assert report.sent == 59
    found = states(sqlite_engine)
    assert found[numbers[3]] in (S.RETRY, S.UNCERTAIN)
    assert report.seconds < 5


# --- nobody who does not want it ----------------------------------------------------------------------------


def test_nothing_is_claimed_for_an_address_that_wants_no_mail(
    engine: Engine, fake_clock: FakeClock, tmp_path: Path
) -> None:
    numbers = queue(engine, 4)
    with writing(engine) as connection:
        connection.execute(
            insert(SUPPRESSION).values(address_key="key-1", reason=SuppressedBecause.COMPLAINT, at=NOW)
        )
        connection.execute(
            update(SUBSCRIBER)
            .where(SUBSCRIBER.c.public_id == "public-2")
            .values(paused_because=PausedBecause.BOUNCES)
        )
    with Scripted().running() as server:
        deliver(engine, server.url, fake_clock, tmp_path)
    assert [states(engine)[number] for number in numbers] == [S.SENT, S.SUPPRESSED, S.SUPPRESSED, S.SENT]
    assert sorted(recipient for _, recipient, _ in server.took) == [
        "reader0@example.org",
        "reader3@example.org",
    ]


@pytest.mark.parametrize("leaves", [stop_all, erase], ids=["unsubscribes", "erases"])
def test_who_leaves_during_a_run_gets_nothing_that_was_not_handed_over(
    engine: Engine,
    fake_clock: FakeClock,
    tmp_path: Path,
    leaves: Callable[[Connection, int, datetime], object],
) -> None:
    """All are claimed before; who leaves then is withdrawn, at the latest in the moment before the dot."""
    queue(engine, 30)
    left: list[str] = []

    def leave(talk: Talk) -> None:
        if not left:
            with writing(engine) as connection:
                for public_id in (f"public-{number}" for number in range(10, 30)):
                    gone = connection.execute(
                        select(SUBSCRIBER.c.id).where(SUBSCRIBER.c.public_id == public_id)
                    ).scalar_one()
                    leaves(connection, gone, NOW)
            left.append("gone")
        talk.say("250 2.0.0 taken")

    with Scripted({". reader0@example.org": leave}).running() as server:
        report = deliver(engine, server.url, fake_clock, tmp_path)
    took = {recipient for _, recipient, _ in server.took}
    assert took <= {
        f"reader{number}@example.org" for number in range(11)
    }  # one may have been handed over already
    assert report.withdrawn > 0
    assert set(states(engine).values()) - {S.SENT} == ({S.SUPPRESSED} if leaves is stop_all else set())


def test_what_somebody_waits_for_goes_before_all_digests(
    engine: Engine, fake_clock: FakeClock, tmp_path: Path
) -> None:
    queue(engine, 30)
    queue(engine, 1, DigestKind.CONFIRMATION, first=29)
    with Scripted().running() as server:
        deliver(engine, f"{server.url}?connections=1", fake_clock, tmp_path)
    assert b"confirmation." in server.took[0][2]


def test_a_mail_that_cannot_be_written_is_set_aside(
    engine: Engine, fake_clock: FakeClock, tmp_path: Path
) -> None:
    numbers = queue(engine, 3)

    def write(connection: Connection, rows: Sequence[Claimed]) -> Mapping[int, Mail | Exception]:
        found = dict(plain_mails(connection, rows))
        found[numbers[0]] = LookupError("no template")
        good = found[numbers[1]]
        assert isinstance(good, Mail)
        found[numbers[1]] = good._replace(message=good.message + b"a bare\nline\r\n")
        return found

    with Scripted().running() as server:
        report = send(engine, Out(route_from(server.url), tmp_path, QUICK), write, fake_clock)
    assert [states(engine)[number] for number in numbers] == [S.FAILED, S.FAILED, S.SENT]
    assert (report.failed, report.sent) == (2, 1)


# --- leases -------------------------------------------------------------------------------------------------


def test_what_a_dead_sender_left_is_sent_or_uncertain(
    engine: Engine, fake_clock: FakeClock, tmp_path: Path
) -> None:
    """Claimed: never handed over, so it is sent. Committing: nobody knows."""
    numbers = queue(engine, 3)
    (asked,) = queue(engine, 1, DigestKind.MANAGE)
    with writing(engine) as connection:
        assert len(outbox.claim(connection, "dead", NOW, 10)) == 4
        outbox.commit(connection, "dead", [numbers[0], asked], NOW + outbox.LEASE)
    with Scripted().running() as server:
        assert deliver(engine, server.url, fake_clock, tmp_path).sent == 0, "its lease is not over"
        fake_clock.forward(seconds=outbox.LEASE.total_seconds() + 1)
        deliver(engine, server.url, fake_clock, tmp_path)
        fake_clock.forward(minutes=2)
        deliver(engine, server.url, fake_clock, tmp_path)
    assert [states(engine)[number] for number in numbers] == [S.UNCERTAIN, S.SENT, S.SENT]
    assert states(engine)[asked] is S.SENT
    assert sorted(recipient for _, recipient, _ in server.took) == [
        "reader0@example.org", "reader1@example.org", "reader2@example.org"
    ]  # fmt: skip


def test_two_senders_never_have_the_same_mail(engine: Engine, fake_clock: FakeClock) -> None:
    queue(engine, 50)
    with writing(engine) as connection:
        one = outbox.claim(connection, "one", NOW, 30)
    with writing(engine) as connection:
        other = outbox.claim(connection, "other", NOW, 30)
    assert len(one) == 30
    assert len(other) == 20
    assert not {claimed.id for claimed in one} & {claimed.id for claimed in other}
    with writing(engine) as connection:
        assert not outbox.commit(connection, "other", [one[0].id], NOW + timedelta(minutes=3))
        assert outbox.give_back(connection, "one") == 30
        assert outbox.counts(connection) == {S.QUEUED: 30, S.CLAIMED: 20}


# --- without a relay, and with Postfix's own ----------------------------------------------------------------


def test_without_a_relay_mails_are_files(engine: Engine, fake_clock: FakeClock, tmp_path: Path) -> None:
    queue(engine, 3)
    assert deliver(engine, "", fake_clock, tmp_path / "mail").sent == 3
    found = sorted((tmp_path / "mail").glob("*.eml"))
    assert len(found) == 3
    assert {path.suffix for path in (tmp_path / "mail").iterdir()} == {".eml"}
    assert b"\r\nSubject: Egypt: a measure was introduced\r\n" in found[0].read_bytes()


@pytest.mark.parametrize(
    "options", [(), ("-p",), ("-8",), ("-e",)], ids=["all", "no pipelining", "7 bit", "HELO only"]
)
def test_postfix_takes_each_mail_once(
    sqlite_engine: Engine, fake_clock: FakeClock, tmp_path: Path, options: tuple[str, ...]
) -> None:
    queue(sqlite_engine, 120)
    with sink(tmp_path / "taken", *options) as server:
        report = deliver(sqlite_engine, server.url, fake_clock, tmp_path)
        assert report.sent == 120, report
        taken = server.message_ids()
    assert len(taken) == len(set(taken)) == 120


# --- a database that is busy or away ------------------------------------------------------------------------


def test_a_database_that_is_busy_for_a_while_costs_no_mail_its_state(
    engine: Engine, fake_clock: FakeClock, tmp_path: Path
) -> None:
    """In the middle of a run: SQLite's writer is busy elsewhere, or PostgreSQL ends every connection."""
    queue(engine, 40)
    disturbed: list[threading.Thread] = []

    def disturb(talk: Talk) -> None:
        if not disturbed:
            has_begun = threading.Event()
            disturbed.append(threading.Thread(target=_disturb, args=(engine, has_begun)))
            disturbed[0].start()
            assert has_begun.wait(10)
        talk.say("250 2.0.0 taken")

    with Scripted({". reader3@example.org": disturb}).running() as server:
        report = deliver(engine, server.url, fake_clock, tmp_path)
    assert (report.sent, report.problem) == (40, "")
    disturbed[0].join(10)
    assert set(states(engine).values()) == {S.SENT}
    assert len({recipient for _, recipient, _ in server.took}) == len(server.took) == 39  # and the third


def _disturb(engine: Engine, has_begun: threading.Event) -> None:
    if engine.dialect.name == "sqlite":
        with writing(engine):
            has_begun.set()
            time.sleep(0.4)
        return
    other = create_engine(engine.url, poolclass=NullPool)
    with other.connect() as connection:
        connection.execute(text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ))  # fmt: skip
    has_begun.set()
