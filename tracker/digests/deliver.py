"""Sending what is queued: claim, write, hand over, write down. Any number of senders may do it at once.

Between the plan and this there is only the database. `send` takes mails until none is due; their bytes come
from whoever writes them, what an answer means from `fate`, the rows from `outbox`, the wire from `tracker.mail`.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from ssl import SSLContext
from typing import Any, NamedTuple, TypeVar

import msgspec
from sqlalchemy import Connection, Engine, select, update
from sqlalchemy.exc import SQLAlchemyError

from tracker import schedule
from tracker.db import is_passing
from tracker.digests import outbox
from tracker.digests.fate import Fate, fate
from tracker.digests.message import Mail
from tracker.digests.outbox import DIGEST, Claimed
from tracker.mail import (
    NoRelayError,
    Outcome,
    Outgoing,
    Patience,
    Route,
    write_files,
)
from tracker.models import DigestState
from tracker.posting import post

log = logging.getLogger(__name__)

BATCH = 100
"""So many mails are claimed at a time."""

STOPPED = "mail stopped"
"""The lease that is held while no sending makes sense; its holder is the answer that says why."""

EQUAL_ANSWERS = 5
STOPPED_FOR = timedelta(hours=1)
_TRIES = 40

T = TypeVar("T")

Write = Callable[[Connection, Sequence[Claimed]], Mapping[int, Mail | Exception]]
"""Makes mails of rows; an exception for one that cannot be written."""

Bounced = Callable[[Connection, int, str, datetime], object]
"""Takes note that a server refused a mail's address for good: the mail's row, the answer, the time."""


class Out(NamedTuple):
    """Where mail goes: over a route, or without one into a folder."""

    route: Route | None
    folder: Path
    patience: Patience = Patience()
    tls: SSLContext | None = None


class Report(msgspec.Struct):
    """What a run did, as `digest send --json` prints it."""

    sent: int = 0
    retry: int = 0
    failed: int = 0
    uncertain: int = 0
    withdrawn: int = 0
    problem: str = ""
    seconds: float = 0.0

    def add(self, other: Report) -> None:
        """Take in a further run; its problem is the last word."""
        for name in ("sent", "retry", "failed", "uncertain", "withdrawn", "seconds"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.problem = other.problem


def send(
    engine: Engine,
    out: Out,
    write: Write,
    now: Callable[[], datetime],
    *,
    bounced: Bounced = lambda *_: None,
    is_stopping: Callable[[], bool] = lambda: False,
    lease: timedelta = outbox.LEASE,
    batch: int = BATCH,
) -> Report:
    """Send what is due, until nothing is. What was claimed and not tried is given back."""
    began = time.monotonic()
    report = Report()
    report.problem = why_stopped(engine, now()) or ""
    if report.problem:
        return report
    desk = _Desk(engine, write, now, bounced, report, lease, batch)
    try:
        if out.route is None:
            write_files(out.folder, desk)
        else:
            posted = post(out.route, desk, out.patience, out.tls, is_stopping)
            report.problem = report.problem or posted.problem
    except NoRelayError as error:
        report.problem = f"no relay: {error}"
    finally:
        desk.close()
        report.seconds = round(time.monotonic() - began, 3)
    return report


def has_due(engine: Engine, now: datetime) -> bool:
    """Whether there is anything to send. Reads only, so that looking often costs nobody anything."""
    with engine.connect() as connection:
        return outbox.is_anything_due(connection, now)


# --- when sending makes no sense --------------------------------------------------------------------


def why_stopped(engine: Engine, now: datetime) -> str | None:
    """The answer for which sending is stopped, if it is."""
    with engine.connect() as connection:
        held = connection.execute(
            select(schedule.LEASE).where(schedule.LEASE.c.name == STOPPED)
        ).one_or_none()
    return f"stopped until {held.until:%H:%M} UTC: {held.holder}" if held and held.until > now else None


class _InARow:
    """Counts equal refusals of us, one after the other."""

    def __init__(self) -> None:
        self._mails: deque[int] = deque(maxlen=EQUAL_ANSWERS)
        self._answer: tuple[Any, ...] = ()

    def take(self, outcome: Outcome, is_ours: bool) -> list[int]:
        """The mails of the row, once it is long enough."""
        reply = outcome.reply
        answer = (outcome.stage, reply.code, reply.enhanced) if reply and is_ours else ()
        if not answer or answer != self._answer:
            self._mails.clear()
        self._answer = answer
        if answer:
            self._mails.append(outcome.key)
        return list(self._mails) if len(self._mails) == EQUAL_ANSWERS else []


# --- the desk ---------------------------------------------------------------------------------------


class _Desk:
    """Hands out claimed mails and keeps the book. One connection for all of it: a commit for every mail."""

    def __init__(
        self,
        engine: Engine,
        write: Write,
        now: Callable[[], datetime],
        bounced: Bounced,
        report: Report,
        lease: timedelta,
        batch: int,
    ) -> None:
        self._engine = engine
        self._write = write
        self._now = now
        self._bounced = bounced
        self._report = report
        self._lease = lease
        self._batch = batch
        self._sender = f"sender:{secrets.token_hex(8)}"
        self._connection: Connection | None = None
        self._waiting: deque[Outgoing] = deque()
        self._rows: dict[int, Claimed] = {}
        self._renewed_at = now()
        self._in_a_row = _InARow()
        self._is_stopped = False

    def next(self) -> Outgoing | None:
        """The next mail; claims more when there is none at hand."""
        while not self._waiting and not self._is_stopped:
            if not self._claim():
                return None
        return None if self._is_stopped else self._waiting.popleft()

    def record(self, outcomes: Sequence[Outcome], committing: Sequence[int]) -> Collection[int]:
        """One transaction: what became of mails, and which are about to be handed over: none once we have stopped."""
        now = self._now()
        if self._is_stopped:
            committing = ()
        fates = [(outcome, self._fate(outcome, now)) for outcome in outcomes]

        def book(connection: Connection) -> Collection[int]:
            told = [(outcome.key, then, outcome.words) for outcome, then in fates]
            outbox.conclude(connection, self._sender, told, now)
            for outcome, then in fates:
                if then.is_bounce:
                    self._bounced(connection, outcome.key, outcome.words, now)
            if now - self._renewed_at > self._lease / 3:
                outbox.renew(connection, self._sender, now + self._lease)
                self._renewed_at = now
            return outbox.commit(connection, self._sender, committing, now + self._lease)

        allowed = self._in_transaction(book)
        self._report.withdrawn += len(committing) - len(allowed)
        for outcome, then in fates:
            self._count(outcome, then, now)
        return allowed

    def close(self) -> None:
        """Give back what was not tried."""
        self._in_transaction(lambda connection: outbox.give_back(connection, self._sender))
        if self._connection is not None:
            self._connection.close()

    def _claim(self) -> bool:
        """Claim and write a batch. False where nothing was due."""
        now = self._now()
        claimed = self._in_transaction(
            lambda connection: outbox.claim(connection, self._sender, now, self._batch, self._lease)
        )
        if not claimed:
            return False
        with self._engine.connect() as connection:
            written = self._write(connection, claimed)
        broken = []
        for row in claimed:
            self._rows[row.id] = row
            mail = written[row.id]
            if isinstance(mail, Mail):
                self._waiting.append(Outgoing(row.id, *mail))
            else:
                log.warning("mail %d is not sent: %s: %s", row.id, type(mail).__name__, mail)
                broken.append((row.id, f"not sent: {type(mail).__name__}: {mail}"[:300]))
        if broken:
            self._in_transaction(lambda connection: self._give_up(connection, broken, now))
            self._report.failed += len(broken)
        return True

    def _give_up(self, connection: Connection, broken: Sequence[tuple[int, str]], now: datetime) -> None:
        failed = Fate(DigestState.FAILED)
        outbox.conclude(connection, self._sender, [(number, failed, why) for number, why in broken], now)

    def _fate(self, outcome: Outcome, now: datetime) -> Fate:
        row = self._rows[outcome.key]
        return fate(outcome, row.kind, row.attempts, row.queued_at, now)

    def _count(self, outcome: Outcome, then: Fate, now: datetime) -> None:
        del self._rows[outcome.key]
        name = then.state.value
        setattr(self._report, name, getattr(self._report, name) + 1)
        refused = self._in_a_row.take(outcome, then.is_ours)
        if refused and not self._is_stopped:
            self._stop(refused, outcome.words, now)

    def _stop(self, refused: Sequence[int], words: str, now: datetime) -> None:
        """The same refusal again and again is about us: stop for an hour, and try those mails again then."""
        self._is_stopped = True
        self._report.problem = f"stopped: the server said {EQUAL_ANSWERS} times {words}"
        self._report.failed -= len(refused)
        self._report.retry += len(refused)
        log.error("sending is stopped for an hour: the server said again and again: %s", words)
        schedule.leads(self._engine, STOPPED, words[:120], now, STOPPED_FOR)
        self._in_transaction(
            lambda connection: connection.execute(
                update(DIGEST)
                .where(DIGEST.c.id.in_(refused), DIGEST.c.state == DigestState.FAILED)
                .values(state=DigestState.RETRY, retry_at=now + STOPPED_FOR)
            )
        )

    def _in_transaction(self, work: Callable[[Connection], T]) -> T:
        """Do it, again where the database was busy or away: what was sent must be written down."""
        for attempt in range(1, _TRIES + 1):
            try:
                if self._connection is None:
                    self._connection = self._engine.connect().execution_options(writes=True)
                with self._connection.begin():
                    return work(self._connection)
            except SQLAlchemyError as error:
                if self._connection is not None:
                    self._connection.close()
                    self._connection = None
                if attempt == _TRIES or not is_passing(error):
                    raise
                time.sleep(min(2.0, 0.05 * 2**attempt))
        raise AssertionError
