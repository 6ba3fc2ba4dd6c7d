"""What a dead sender's log says, at each point where it can have died; and who believes no log."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, NullPool, create_engine, select

from tests.conftest import NOW, FakeClock
from tests.mail_servers import Scripted, Talk
from tests.outgoing import plain_mails, queue, states
from tests.processes import begin
from tracker.db import writing
from tracker.digests import outbox
from tracker.digests.deliver import Out, Report, send
from tracker.digests.dots import ENDING, Dots, Mark, left_behind
from tracker.digests.lookout import FRESH
from tracker.digests.outbox import DIGEST, SUBSCRIBER
from tracker.mail import Patience, route_from
from tracker.models import DigestKind, DigestState
from tracker.subscriptions.ending import stop_all

S = DigestState
PATIENT = Patience(connect=60.0, greeting=60.0, reply=60.0, dot=60.0, others=60.0)
OTHER_BOOT = b"00000000-0000-0000-0000-000000000000"


def deliver(engine: Engine, url: str, now: Callable[[], datetime], folder: Path) -> Report:
    return send(engine, Out(route_from(url), folder, PATIENT), plain_mails, now)


def claimed_and_marked(engine: Engine, dots: Dots, mails: list[int], sender: str = "dead") -> None:
    with writing(engine) as connection:
        outbox.claim(connection, sender, NOW, len(mails))
        dots.here(mails)
        outbox.commit(connection, sender, mails, NOW + outbox.LEASE)


# --- the log itself -----------------------------------------------------------------------------------------


def test_a_log_tells_of_each_mail_how_far_it_came(tmp_path: Path) -> None:
    dots = Dots(tmp_path, "one")
    dots.here([1, 2, 3, 4, 5])
    for mail in (2, 3, 4):
        dots.out(mail)
    dots.answered(3, is_taken=True)
    dots.answered(4, is_taken=False)
    dots.close(is_done=False)
    with left_behind(tmp_path) as dead:
        assert dead == {"one": {1: Mark.HERE, 2: Mark.OUT, 3: Mark.TAKEN, 4: Mark.REFUSED, 5: Mark.HERE}}
    assert list(tmp_path.iterdir()) == [], "it is decided once"


def test_a_log_does_not_grow_and_says_nothing_of_what_was_written_down(tmp_path: Path) -> None:
    dots = Dots(tmp_path, "one")
    sizes = set()
    for start in range(0, 5_000, 100):
        batch = range(start, start + 100)
        dots.here(batch)
        for mail in batch:
            dots.out(mail)
            dots.answered(mail, is_taken=True)
        dots.forget(batch)
        sizes.add((tmp_path / f"one{ENDING}").stat().st_size)
    dots.here([7])
    dots.close(is_done=False)
    assert len(sizes) == 1
    with left_behind(tmp_path) as dead:
        assert dead == {"one": {7: Mark.HERE}}


def test_a_mail_for_which_there_is_no_room_is_not_in_the_log(tmp_path: Path) -> None:
    """So that nobody believes that its dot has not gone out."""
    dots = Dots(tmp_path, "one")
    dots.here(range(1, 5_000))
    dots.out(4_999)
    dots.close(is_done=False)
    with left_behind(tmp_path) as dead:
        assert dead["one"] is not None
        assert 4_999 not in dead["one"]


def test_the_log_of_a_living_sender_is_nobody_elses(tmp_path: Path) -> None:
    dots = Dots(tmp_path, "one")
    dots.here([1])
    with left_behind(tmp_path) as dead:
        assert dead == {}
    assert (tmp_path / f"one{ENDING}").exists()
    dots.close(is_done=True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("spoil", ["another boot", "cut short", "empty"])
def test_a_log_that_may_have_lost_something_is_not_believed(tmp_path: Path, spoil: str) -> None:
    dots = Dots(tmp_path, "one")
    dots.here([1])
    dots.close(is_done=False)
    path = tmp_path / f"one{ENDING}"
    whole = path.read_bytes()
    path.write_bytes(
        {"another boot": OTHER_BOOT + whole[len(OTHER_BOOT) :], "cut short": whole[:-1], "empty": b""}[spoil]
    )
    with left_behind(tmp_path) as dead:
        assert dead == {"one": None}


def test_a_log_that_cannot_be_written_is_taken_away(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A full disk, here a limit on the size of files, in a process of its own: it goes on without a log."""
    program = (
        "import resource, signal, sys; from pathlib import Path; from tracker.digests.dots import Dots\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"
        "dots = Dots(Path(sys.argv[1]), 'one'); dots.here([1]); dots.out(1)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert "no log of dots" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_what_is_in_progress_is_kept_where_deciding_fails(tmp_path: Path) -> None:
    Dots(tmp_path, "one").close(is_done=False)
    with pytest.raises(RuntimeError), left_behind(tmp_path):
        raise RuntimeError
    assert len(list(tmp_path.iterdir())) == 1


# --- what becomes of the mails ------------------------------------------------------------------------------


def test_what_a_dead_sender_left_is_decided_by_its_log_and_at_once(
    engine: Engine, fake_clock: FakeClock, tmp_path: Path
) -> None:
    """Before its lease is over: nobody else can send under a name whose lock is free."""
    numbers = queue(engine, 4)
    asked = queue(engine, 2, DigestKind.MANAGE)
    dots = Dots(tmp_path, "dead")
    claimed_and_marked(engine, dots, [*asked, *numbers])
    for mail in (*numbers[1:], *asked):
        dots.out(mail)
    for mail, is_taken in ((numbers[2], True), (numbers[3], False), (asked[1], True)):
        dots.answered(mail, is_taken=is_taken)
    dots.close(is_done=False)
    with Scripted().running() as server:
        assert deliver(engine, server.url, fake_clock, tmp_path).sent == 2
        fake_clock.forward(minutes=2)
        deliver(engine, server.url, fake_clock, tmp_path)
    assert [states(engine)[number] for number in numbers] == [S.SENT, S.UNCERTAIN, S.SENT, S.SENT]
    assert [states(engine)[number] for number in asked] == [S.SENT, S.SENT]
    took = Counter(recipient for _, recipient, _ in server.took)
    assert took == {f"reader{number}@example.org": 1 for number in (0, 3)} | {"reader0@example.org": 2}
    with engine.connect() as connection:
        attempts = dict(map(tuple, connection.execute(select(DIGEST.c.id, DIGEST.c.attempts))))
    assert attempts[numbers[0]] == 1, "to have been there when a sender died is no try"


@pytest.mark.parametrize("gone", ["the log", "the machine"])
def test_without_a_log_to_believe_every_marked_mail_is_uncertain_once_the_lease_is_over(
    engine: Engine, fake_clock: FakeClock, tmp_path: Path, gone: str
) -> None:
    numbers = queue(engine, 5)
    dots = Dots(tmp_path, "dead")
    claimed_and_marked(engine, dots, numbers)
    dots.close(is_done=False)
    (path,) = tmp_path.glob(f"*{ENDING}")
    if gone == "the log":
        path.unlink()
    else:
        path.write_bytes(OTHER_BOOT + path.read_bytes()[len(OTHER_BOOT) :])
    with Scripted().running() as server:
        deliver(engine, server.url, fake_clock, tmp_path)
        assert set(states(engine).values()) == {S.COMMITTING}, "another may live there"
        fake_clock.forward(seconds=outbox.LEASE.total_seconds() + 1)
        deliver(engine, server.url, fake_clock, tmp_path)
    assert set(states(engine).values()) == {S.UNCERTAIN}
    assert server.took == []


def test_a_mail_that_the_log_does_not_name_is_left_to_the_lease(
    engine: Engine, fake_clock: FakeClock, tmp_path: Path
) -> None:
    """The database was brought back from a copy: the log tells of later mails."""
    numbers = queue(engine, 2)
    dots = Dots(tmp_path, "dead")
    claimed_and_marked(engine, dots, numbers)
    dots.forget([numbers[1]])
    dots.here([numbers[0]])
    dots.close(is_done=False)
    with Scripted().running() as server:
        deliver(engine, server.url, fake_clock, tmp_path)
    assert [states(engine)[number] for number in numbers] == [S.SENT, S.COMMITTING]


def test_who_has_left_gets_nothing_of_what_a_dead_sender_did_not_hand_over(
    engine: Engine, fake_clock: FakeClock, tmp_path: Path
) -> None:
    numbers = queue(engine, 3)
    dots = Dots(tmp_path, "dead")
    claimed_and_marked(engine, dots, numbers)
    dots.out(numbers[1])
    dots.answered(numbers[1], is_taken=True)
    with writing(engine) as connection:
        for reader in connection.execute(select(SUBSCRIBER.c.id)).scalars().all():
            stop_all(connection, reader, NOW)
    dots.close(is_done=False)
    with Scripted().running() as server:
        deliver(engine, server.url, fake_clock, tmp_path)
        queue(engine, 1, first=3)
        deliver(engine, server.url, fake_clock, tmp_path)
    assert [states(engine)[number] for number in numbers] == [S.SUPPRESSED, S.SENT, S.SUPPRESSED]
    assert [recipient for _, recipient, _ in server.took] == ["reader3@example.org"]


def test_a_sender_that_is_only_slow_sends_nothing_that_another_has_decided_on(
    engine: Engine, fake_clock: FakeClock, tmp_path: Path
) -> None:
    """Its lease runs out while an answer is late; another settles its mails; then the answer comes."""
    numbers = queue(engine, 12)
    slow_is_at_it, may_go_on = threading.Event(), threading.Event()

    def be_slow(talk: Talk) -> None:
        slow_is_at_it.set()
        may_go_on.wait(50)
        talk.say("250 2.0.0 taken")

    with Scripted({". reader2@example.org": be_slow}).running() as server:
        slow = threading.Thread(
            target=deliver, args=(engine, f"{server.url}?connections=1", fake_clock, tmp_path)
        )
        slow.start()
        assert slow_is_at_it.wait(50)
        at = fake_clock.at + outbox.LEASE + timedelta(seconds=1)
        with Scripted().running() as other:
            deliver(engine, other.url, lambda: at, tmp_path)
        decided = states(engine)
        time.sleep(2 * FRESH)  # what the slow one saw before that holds for so long
        may_go_on.set()
        slow.join(60)
    assert not slow.is_alive()
    assert {decided[number] for number in numbers[2:]} == {S.UNCERTAIN}
    assert other.took == []
    assert [recipient for _, recipient, _ in server.took] == [
        f"reader{number}@example.org" for number in range(2)
    ]
    assert states(engine)[numbers[3]] is S.UNCERTAIN


# --- killed at a chosen moment ------------------------------------------------------------------------------


def send_alone(engine: Engine, relay: str, folder: Path) -> None:
    deliver(create_engine(engine.url, poolclass=NullPool), relay, lambda: datetime.now(UTC), folder)


@pytest.mark.parametrize("has_log", [True, False], ids=["log", "no log"])
@pytest.mark.parametrize("at", ["in the envelope", "its dot is out", "it is answered"])
def test_killed_at_a_point_of_the_talk(engine: Engine, tmp_path: Path, at: str, has_log: bool) -> None:
    """The server kills the sender at the sixth mail; what became of the first five is not in the database yet."""
    numbers = queue(engine, 10, queued_at=datetime.now(UTC))
    engine.dispose()
    victim: list[int] = []

    def kill(talk: Talk) -> None:
        if at == "it is answered":
            talk.say("250 2.0.0 taken")
        os.kill(victim[0], signal.SIGKILL)
        if at != "it is answered":
            talk.say("250 2.0.0 ok")

    sixth = "reader5@example.org"
    with Scripted({sixth if at == "in the envelope" else f". {sixth}": kill}).running() as server:
        child = begin(send_alone, engine, f"{server.url}?connections=1", tmp_path)
        assert child.pid is not None
        victim.append(child.pid)
        child.join(30)
        assert child.exitcode == -signal.SIGKILL
    if not has_log:
        for path in tmp_path.glob(f"*{ENDING}"):
            path.unlink()
    later = datetime.now(UTC) + outbox.LEASE + timedelta(minutes=1)
    with Scripted().running() as second:
        deliver(engine, second.url, lambda: later, tmp_path)
    swallowed = [] if at == "in the envelope" else [sixth]
    took = [recipient for _, recipient, _ in (*server.took, *second.took)] + swallowed
    by_state = Counter(states(engine).values())
    assert max(Counter(took).values()) == 1, "none twice"
    assert by_state[S.SENT] + by_state[S.UNCERTAIN] == len(numbers), "none lost"
    assert len(took) >= by_state[S.SENT]
    if has_log:
        assert by_state[S.UNCERTAIN] <= 1
        assert len(set(took)) == 10
    else:
        assert by_state == {S.UNCERTAIN: 10}


def test_an_index_finds_what_somebody_waits_for_among_all_that_is_queued(sqlite_engine: Engine) -> None:
    """A claim must not look at a million digests each time to learn that none of them is urgent."""
    queue(sqlite_engine, 3)
    with writing(sqlite_engine) as connection:
        plan = " ".join(
            str(row[-1])
            for row in connection.exec_driver_sql(
                "EXPLAIN QUERY PLAN SELECT id FROM digest WHERE state = 'queued' AND kind IN ('manage', 'urgent') "
                "AND (retry_at IS NULL OR retry_at <= '2026') LIMIT 5"
            )
        )
    assert "ix_digest_state (state=? AND kind=?" in plan
