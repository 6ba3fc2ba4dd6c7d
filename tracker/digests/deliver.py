"""Sending what is queued: claim, write, hand over, write down. Any number of senders may do it at once.

Between the plan and this there is only the database. `send` takes mails until none is due; their bytes come
from whoever writes them, what an answer means from `fate`, the rows from `outbox`, the wire from `tracker.mail`.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from ssl import SSLContext
from typing import Any, NamedTuple, TypeVar

import msgspec
from sqlalchemy import Connection, Engine, select, update
from sqlalchemy.exc import SQLAlchemyError

from tracker import schedule
from tracker.db import is_passing, lasting
from tracker.digests import outbox
from tracker.digests.dots import Dots, left_behind
from tracker.digests.fate import Fate, fate
from tracker.digests.lookout import FRESH, Lookout
from tracker.digests.message import Mail
from tracker.digests.outbox import DIGEST, Claimed, Told
from tracker.mail import (
    NoRelayError,
    Outcome,
    Outgoing,
    Patience,
    Route,
    Stage,
    write_files,
)
from tracker.models import DigestState
from tracker.posting import post

log = logging.getLogger(__name__)

BATCH = 256
"""So many mails are claimed and marked at a time; so many are uncertain where a sender's machine is gone, too."""

_AT_REST = 1.0
"""Seconds; what became of a mail is not kept from the database for longer."""

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
    """Where mail goes: over a route, or without one into a folder. Senders keep their logs there in any case."""

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
    desk = _Desk(engine, out.folder, write, now, bounced, report, lease, batch)
    try:
        if out.route is None:
            write_files(out.folder, desk)
        else:
            posted = post(out.route, desk, out.patience, out.tls, lambda: desk.is_stopped or is_stopping())
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
    """Hands out claimed mails and keeps the book: each step of a mail in the log, a commit for a batch."""

    def __init__(
        self,
        engine: Engine,
        folder: Path,
        write: Write,
        now: Callable[[], datetime],
        bounced: Bounced,
        report: Report,
        lease: timedelta,
        batch: int,
    ) -> None:
        self._engine = engine
        self._folder = folder
        self._write = write
        self._now = now
        self._bounced = bounced
        self._report = report
        self._lease = lease
        self._batch = batch
        self._sender = f"sender:{secrets.token_hex(8)}"
        self._dots: Dots | None = None
        self._connection: Connection | None = None
        self._lookout = Lookout(engine, self._sender)
        self._waiting: deque[Outgoing] = deque()
        self._rows: dict[int, Claimed] = {}
        self._out: set[int] = set()
        self._told: list[Told] = []
        self._booked_at = 0.0
        self._renewed_at = now()
        self._in_a_row = _InARow()
        self.is_stopped = False

    def next(self) -> Outgoing | None:
        """The next mail; claims more when there is none at hand.

        It is asked for while an answer is on its way, so what takes a moment anyway is done now.
        """
        if self._out and not self._lookout.is_fresh(within=FRESH / 2):
            self._look()
        while not self._waiting and not self.is_stopped:
            if not self._claim():
                return None
        return None if self.is_stopped else self._waiting.popleft()

    def may_go(self, key: int) -> bool:
        """Whether the mail is still ours and still wanted; in the log its dot is out then."""
        if self.is_stopped:
            return False
        if not (self._lookout.knows(key) and self._lookout.is_fresh()):
            self._look(key)
        if not self._lookout.knows(key):
            del self._rows[key]
            self._report.withdrawn += 1
            return False
        self._log.out(key)
        self._out.add(key)
        return True

    def ended(self, outcome: Outcome) -> None:
        """In the log at once, in the database soon."""
        if outcome.stage is Stage.DOT and outcome.reply is not None:
            self._log.answered(outcome.key, is_taken=outcome.is_sent)
        self._out.discard(outcome.key)
        now = self._now()
        row = self._rows.pop(outcome.key)
        then = fate(outcome, row.kind, row.attempts, row.queued_at, now)
        self._told.append(Told(outcome.key, then, outcome.words, now))
        name = then.state.value
        setattr(self._report, name, getattr(self._report, name) + 1)
        refused = self._in_a_row.take(outcome, then.is_ours)
        if refused and not self.is_stopped:
            self._stop(refused, outcome.words, now)

    def pulse(self) -> None:
        """Write down what has waited for a moment, and say that we live."""
        is_late = bool(self._told) and time.monotonic() - self._booked_at > _AT_REST
        if is_late or (self._rows and self._now() - self._renewed_at > self._lease / 3):
            self._book()

    def close(self) -> None:
        """Write down what is known and give back what was not handed over."""
        is_done = False
        try:
            self._book(lambda connection: outbox.give_back(connection, self._sender, self._out))
            is_done = not self._out
        finally:
            if self._dots is not None:
                self._dots.close(is_done=is_done)
            self._disconnect()

    @property
    def _log(self) -> Dots:
        if self._dots is None:
            self._dots = Dots(self._folder, self._sender)
        return self._dots

    def _claim(self) -> bool:
        """Claim, write and mark a batch. False where nothing was due."""
        now = self._now()

        with left_behind(self._folder) as dead:
            if dead:
                self._in_transaction(lambda connection: outbox.take_over(connection, dead, now))
        claimed = self._book(
            lambda connection: outbox.claim(connection, self._sender, now, self._batch, self._lease)
        )
        if not claimed:
            return False
        with self._engine.connect() as connection:
            written = self._write(connection, claimed)
        mails = []
        for row in claimed:
            mail = written[row.id]
            if isinstance(mail, Mail):
                mails.append(Outgoing(row.id, *mail))
                self._rows[row.id] = row
            else:
                log.warning("mail %d is not sent: %s: %s", row.id, type(mail).__name__, mail)
                words = f"not sent: {type(mail).__name__}: {mail}"[:300]
                self._told.append(Told(row.id, Fate(DigestState.FAILED), words, now))
                self._report.failed += 1
        self._mark(mails)
        return True

    def _mark(self, mails: Sequence[Outgoing]) -> None:
        """From here on they count as handed over, but for what the log knows better."""
        keys = [mail.key for mail in mails]
        self._log.here(keys)
        until = self._now() + self._lease
        wanted = self._in_transaction(
            lambda connection: outbox.commit(connection, self._sender, keys, until), is_lasting=True
        )
        for key in {*keys} - {*wanted}:
            del self._rows[key]
            self._report.withdrawn += 1
        self._waiting.extend(mail for mail in mails if mail.key in self._rows)

    def _look(self, *keys: int) -> None:
        """Ask the database again about these and the mails that are next."""
        next_keys = islice(self._rows, outbox.LOOK - len(keys))
        mails = (*keys, *next_keys)
        self._patiently(lambda: self._lookout.look(mails))

    def _book(self, work: Callable[[Connection], T] = lambda _: None) -> T:  # type: ignore[assignment,return-value]
        """One transaction: what became of mails, that we live, and what else there is to do."""
        now, told = self._now(), self._told
        renews = now - self._renewed_at > self._lease / 3

        def book(connection: Connection) -> T:
            outbox.conclude(connection, self._sender, told)
            for one in told:
                if one.fate.is_bounce:
                    self._bounced(connection, one.mail, one.words, one.at)
            if renews:
                outbox.renew(connection, self._sender, now + self._lease)
            return work(connection)

        done = self._in_transaction(book)
        if renews:
            self._renewed_at = now
        if self._dots is not None:
            self._dots.forget([one.mail for one in told])
        self._told, self._booked_at = [], time.monotonic()
        return done

    def _stop(self, refused: Sequence[int], words: str, now: datetime) -> None:
        """The same refusal again and again is about us: stop for an hour, and try those mails again then."""
        self.is_stopped = True
        self._report.problem = f"stopped: the server said {EQUAL_ANSWERS} times {words}"
        self._report.failed -= len(refused)
        self._report.retry += len(refused)
        log.error("sending is stopped for an hour: the server said again and again: %s", words)
        schedule.leads(self._engine, STOPPED, words[:120], now, STOPPED_FOR)
        self._book(
            lambda connection: connection.execute(
                update(DIGEST)
                .where(DIGEST.c.id.in_(refused), DIGEST.c.state == DigestState.FAILED)
                .values(state=DigestState.RETRY, retry_at=now + STOPPED_FOR)
            )
        )

    def _in_transaction(self, work: Callable[[Connection], T], *, is_lasting: bool = False) -> T:
        """Do it in a transaction; `is_lasting`: not to be lost in a power cut either."""

        def attempt() -> T:
            if self._connection is None:
                self._connection = self._engine.connect().execution_options(writes=True)
            with lasting(self._connection, is_lasting), self._connection.begin():
                return work(self._connection)

        return self._patiently(attempt)

    def _patiently(self, work: Callable[[], T]) -> T:
        """Do it, again where the database was busy or away: what was sent must be written down."""
        for attempt in range(1, _TRIES + 1):
            try:
                return work()
            except SQLAlchemyError as error:
                self._disconnect()
                if attempt == _TRIES or not is_passing(error):
                    raise
                time.sleep(min(2.0, 0.05 * 2**attempt))
        raise AssertionError

    def _disconnect(self) -> None:
        self._lookout.close()
        if self._connection is not None:
            self._connection.close()
            self._connection = None
