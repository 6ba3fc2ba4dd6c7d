"""Posting: mails to a relay over a few lines that are used again and again.

What is done with each is decided by whose desk it is: `post` asks it for the next mail, and just before the final dot
of one, when the relay has all of it but may not keep it yet, has that written down. So after a kill it is known which
mails' fate is open: as many as `window` lets be between their dot and its answer, one unless the relay is far away.
"""

from __future__ import annotations

import contextlib
import itertools
import selectors
import ssl
import time
from collections import deque
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import NamedTuple

from tracker.mail import Desk, Line, NoRelayError, Outcome, Outgoing, Patience, Relay, Route, Stage, open_line
from tracker.smtp import Envelope, GarbageError, Reply, UnsendableError, envelope, on_the_wire

_HOLD_BACK = 4  # rounds of the loop


class Posted(NamedTuple):
    """How a run ended: how many mails the relay took, and why it ended before the mails did, if so."""

    sent: int
    problem: str = ""


def post(
    route: Route,
    desk: Desk,
    patience: Patience | None = None,
    context: ssl.SSLContext | None = None,
    is_stopping: Callable[[], bool] = lambda: False,
) -> Posted:
    """Send what the desk has until it has no more. Raises NoRelayError where no mail could be tried."""
    return _Post(route, desk, patience or Patience(), context, is_stopping).run()


class _Post:
    """One run: a loop over the lines, a table of what each waits for."""

    def __init__(
        self,
        route: Route,
        desk: Desk,
        patience: Patience,
        context: ssl.SSLContext | None,
        is_stopping: Callable[[], bool],
    ) -> None:
        self._route = route
        self._desk = desk
        self._patience = patience
        self._context = context
        self._is_stopping = is_stopping
        self._selector = selectors.DefaultSelector()
        self._lines: list[Line] = []
        self._ready: deque[Line] = deque()
        self._outcomes: list[Outcome] = []
        self._waiting: Outgoing | None = None
        self._returned: deque[Outgoing] = deque()
        self._is_drained = False
        self._openings: dict[Future[Line], tuple[Relay, float]] = {}
        self._held_back = 0
        self._doors = itertools.cycle(route.relays)
        self._dead: dict[Relay, float] = {}
        self._trouble = ""
        self._sent = 0

    def run(self) -> Posted:
        opener = ThreadPoolExecutor(4, "smtp")
        try:
            while self._step(opener):
                pass
        finally:
            self._hang_up()
            opener.shutdown(wait=False, cancel_futures=True)
        if self._waiting is not None and not self._sent:
            raise NoRelayError(self._trouble)
        return Posted(self._sent, self._trouble if self._waiting is not None else "")

    def _step(self, opener: ThreadPoolExecutor) -> bool:
        """One round: hand out mail, hear what came, write down, let go. False when all is done."""
        self._fetch()
        for line in list(self._lines):
            if self._waiting is None:
                break
            if line.mail is None and not line.waits:
                self._begin(line)
                self._fetch()
        if self._waiting is not None and not self._may_open(opener):
            return False
        if self._waiting is not None and any(line.mail is None and not line.waits for line in self._lines):
            return True  # a line was opened: use it
        busy = [line for line in self._lines if line.mail is not None or line.waits]
        if not busy and self._waiting is None and not self._returned:
            return False
        self._listen(busy)
        self._commit()
        return True

    def _fetch(self) -> None:
        if self._waiting is None and self._returned:
            self._waiting = self._returned.popleft()
        if self._waiting is None and not self._is_drained:
            self._waiting = None if self._is_stopping() else self._desk.next()
            self._is_drained = self._waiting is None

    def _may_open(self, opener: ThreadPoolExecutor) -> bool:
        """Open another line where one would help. False where there is none and none can be had."""
        now = time.monotonic()
        is_slow = all(now - began > self._patience.others for _, began in self._openings.values())
        if is_slow and len(self._lines) + len(self._openings) < self._route.connections + len(self._dead):
            for relay, _ in self._openings.values():
                self._dead[relay] = now + self._patience.dead  # until it has answered
            living = self._living(now)
            if living is not None:
                opening = opener.submit(open_line, living, self._patience, self._context)
                self._openings[opening] = living, now
        if not self._lines and self._openings:
            wait(self._openings, self._patience.others, FIRST_COMPLETED)  # nothing else to do meanwhile
        for opening in [one for one in self._openings if one.done()]:
            relay, _ = self._openings.pop(opening)
            try:
                line = opening.result()
            except (OSError, GarbageError) as error:
                self._trouble = f"{relay.host}: {error}"[:300]
                self._dead[relay] = time.monotonic() + self._patience.dead
            else:
                self._dead.pop(relay, None)
                self._lines.append(line)
                self._selector.register(line.socket, selectors.EVENT_READ, line)
        return bool(self._lines or self._openings) or self._living(time.monotonic()) is not None

    def _living(self, now: float) -> Relay | None:
        """The next relay in turn that was not found dead a moment ago."""
        for relay in itertools.islice(self._doors, len(self._route.relays)):
            if self._dead.get(relay, 0.0) <= now:
                return relay
        return None

    # --- one mail on one line ---

    def _begin(self, line: Line) -> None:
        """Give a line that is free the mail that waits."""
        prepared = self._prepared(line)
        if prepared is not None:
            line.mail, (commands, line.body) = self._take(), prepared
            self._say_envelope(line, commands)
            self._flush(line)

    def _prepared(self, line: Line) -> tuple[Envelope, bytes] | None:
        """The waiting mail as this line's server takes it; None where no mail is at hand that it could take."""
        while self._waiting is not None:
            mail = self._waiting
            try:
                return envelope(mail.sender, mail.recipient, mail.message, line.offers), on_the_wire(
                    mail.message
                )
            except UnsendableError as error:
                self._outcomes.append(Outcome(mail.key, Stage.CONNECT, None, str(error), is_unsendable=True))
                self._waiting = None
                self._fetch()
        return None

    def _take(self) -> Outgoing:
        mail, self._waiting = self._waiting, None
        assert mail is not None
        return mail

    @staticmethod
    def _say_envelope(line: Line, commands: Envelope) -> None:
        if line.must_reset:
            line.say(b"RSET\r\n", None)
            line.must_reset = False
        line.say(commands.mail, Stage.MAIL)
        line.say(commands.rcpt, Stage.RCPT)
        line.say(commands.data, Stage.DATA)
        line.since = time.monotonic()

    def _hear(self, line: Line, reply: Reply) -> None:
        """Take one reply to what was said first of what is not answered yet."""
        if not line.waits:
            self._lose(line, f"said without being asked: {reply.words}")
            return
        stage = line.waits.popleft()
        line.since = time.monotonic()
        if line.later:
            line.say(*line.later.popleft())
        if stage is Stage.DOT:
            self._conclude(line, Stage.DOT, reply)
        elif stage in (Stage.MAIL, Stage.RCPT) and not reply.is_good and line.refusal is None:
            line.refusal = stage, reply
        elif stage is Stage.DATA:
            self._may_send_body(line, reply)
        if reply.code == 421 and line in self._lines:
            self._lose(line, reply.words, reply)

    def _may_send_body(self, line: Line, reply: Reply) -> None:
        if line.refusal is not None:
            self._conclude(line, *line.refusal)
            line.must_reset = True
            if (
                reply.is_good and line in self._lines
            ):  # it wants a message after all; it must not get an empty one
                self._lose(line, "the server wanted a message that it had refused")
        elif reply.code == 354:
            line.out += line.body
            line.body = b""
        else:
            self._conclude(line, Stage.DATA, reply)
            line.must_reset = True

    def _conclude(self, line: Line, stage: Stage, reply: Reply) -> None:
        """The mail's fate is known: note it, and let the mail whose envelope is out already take its place."""
        assert line.mail is not None
        outcome = Outcome(line.mail.key, stage, reply, reply.words)
        self._outcomes.append(outcome)
        self._sent += outcome.is_sent
        line.mail, line.body = line.next_mail, line.next_body
        line.next_mail, line.next_body = None, b""
        line.refusal = None
        line.is_ready = line.is_committed = False
        if line.is_doomed:
            self._drop(line)

    def _take_back(self, line: Line) -> None:
        """A line whose answer is late must not keep the mail that was to be next on it: another line takes that."""
        if line.next_mail is not None:
            self._returned.append(line.next_mail)
            line.next_mail, line.next_body = None, b""
            line.is_doomed = True

    def _lose(self, line: Line, why: str, reply: Reply | None = None) -> None:
        """The line is gone. Mail without its dot was not taken; mail with it may have been."""
        if line not in self._lines:
            return
        self._trouble = why[:300] or self._trouble
        for mail, is_committed in ((line.mail, line.is_committed), (line.next_mail, False)):
            if mail is not None:
                stage = Stage.DOT if is_committed else Stage.BODY
                told = None if is_committed else reply
                self._outcomes.append(Outcome(mail.key, stage, told, self._trouble))
        line.mail = line.next_mail = None
        self._drop(line)

    def _drop(self, line: Line) -> None:
        self._lines.remove(line)
        if line in self._ready:
            self._ready.remove(line)
        if line.ahead is not None:
            self._returned.append(line.ahead[0])
            line.ahead = None
        self._selector.unregister(line.socket)
        line.close()

    # --- sockets ---

    def _listen(self, busy: Sequence[Line]) -> None:
        timeout = 0.0 if self._ready and self._room() else 0.05 if self._openings else 0.5
        for key, events in self._selector.select(timeout):
            line: Line = key.data
            if events & selectors.EVENT_WRITE:
                self._flush(line)
            if events & selectors.EVENT_READ and line in self._lines:
                self._receive(line)
        now = time.monotonic()
        for line in busy:
            if line.is_ready and not line.is_committed:
                continue  # it waits for us
            if line.is_committed and now - line.since > self._patience.others:
                self._take_back(line)
            limit = self._patience.dot if line.is_committed else self._patience.reply
            if now - line.since > limit:
                self._lose(line, f"no answer in {limit:.0f} s")

    def _receive(self, line: Line) -> None:
        while True:
            try:
                piece = line.socket.recv(16384)
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                break
            except OSError as error:
                self._lose(line, f"the line broke: {error}")
                return
            if not piece:
                self._lose(line, "the server hung up")
                return
            try:
                for reply in line.replies.feed(piece):
                    self._hear(line, reply)
                    if line not in self._lines:
                        return
            except GarbageError as error:
                self._lose(line, str(error))
                return
            if len(piece) < 16384 and not isinstance(line.socket, ssl.SSLSocket):
                break
        self._flush(line)

    def _flush(self, line: Line) -> None:
        """Send what is to be sent, as far as the network takes it."""
        while line.out:
            try:
                count = line.socket.send(line.out)
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                break
            except OSError as error:
                self._lose(line, f"the line broke: {error}")
                return
            line.out = line.out[count:]
            line.since = time.monotonic()
        both = selectors.EVENT_READ | selectors.EVENT_WRITE
        wanted = both if line.out else selectors.EVENT_READ
        if self._selector.get_key(line.socket).events != wanted:
            self._selector.modify(line.socket, wanted, line)
        is_all_out = not line.out and not line.waits and not line.body
        if line.mail is not None and is_all_out and not line.is_ready:
            line.is_ready = True
            self._ready.append(line)

    # --- the moment before the dot ---

    def _room(self) -> int:
        """How many dots may go out now. A mail whose answer is late no longer counts: others must not wait for it."""
        since = time.monotonic() - self._patience.others
        return self._route.window - sum(line.is_committed and line.since > since for line in self._lines)

    def _commit(self) -> None:
        """Write down what is known and who is next, then let go of those that may."""
        chosen = [self._ready.popleft() for _ in range(min(len(self._ready), self._room()))]
        if not chosen and self._held_back < _HOLD_BACK:
            self._held_back += bool(self._outcomes)
            return  # what is known waits a moment for the next that is written down anyway
        for line in chosen:
            self._look_ahead(line)
        allowed = self._write_down([line.mail.key for line in chosen if line.mail])
        for line in chosen:
            assert line.mail is not None
            if line.mail.key in allowed:
                self._let_go(line)
            else:  # withdrawn in this very moment: the only way not to send it is to hang up
                line.mail = None
                self._drop(line)

    def _let_go(self, line: Line) -> None:
        """The dot, and with it the envelope of the next mail, which was made ready before."""
        line.is_committed = True
        line.out += b".\r\n"
        line.waits.append(Stage.DOT)
        if line.ahead is not None:
            line.next_mail, commands, line.next_body = line.ahead
            line.ahead = None
            self._say_envelope(line, commands)
        line.since = time.monotonic()
        self._flush(line)

    def _look_ahead(self, line: Line) -> None:
        """Make the next mail of a line ready while nothing waits for that."""
        self._fetch()
        if self._waiting is not None and line.offers.pipelining and line.ahead is None:
            prepared = self._prepared(line)
            if prepared is not None:
                line.ahead = (self._take(), *prepared)

    def _write_down(self, committing: Sequence[int]) -> Collection[int]:
        outcomes, self._outcomes = self._outcomes, []
        self._held_back = 0
        if not outcomes and not committing:
            return ()
        return self._desk.record(outcomes, committing)

    def _hang_up(self) -> None:
        """Say goodbye where nothing is under way; write down what became of the rest."""
        for line in list(self._lines):
            if line.mail is None and not line.waits:
                with contextlib.suppress(OSError):
                    line.socket.send(b"QUIT\r\n")
                self._drop(line)
            else:
                self._lose(line, "we hung up")
        for opening in self._openings:
            opening.add_done_callback(_close_unused)
        self._selector.close()
        self._write_down([])


def _close_unused(opening: Future[Line]) -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()
