"""Posting: mails to a relay over a few lines that are used again and again.

What is done with each is decided by whose desk it is: `post` asks it for the next mail, and just before the final dot
of one, before the relay may keep it, whether it still may go, and has that written down. So after a kill it is known
which mails' fate is open: as many as `window` lets be between their dot and its answer, one unless the relay is far
away. A body, its dot and the next mail's envelope go out in one piece, and the mail after that is made ready while the
answer is on its way, so a relay next door is kept busy on one line; others are opened where that one is slow.
"""

from __future__ import annotations

import contextlib
import itertools
import selectors
import ssl
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import NamedTuple

from tracker.mail import Desk, Line, NoRelayError, Outcome, Outgoing, Patience, Relay, Route, Stage, open_line
from tracker.smtp import Envelope, GarbageError, Reply, UnsendableError, envelope, on_the_wire

_PROMPT = 0.02
"""Seconds; a relay that has said nothing for longer is slow enough for another line."""
_LONG = 1.0
"""Seconds; so long a line may wait for its turn."""


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
        self._waiting: Outgoing | None = None
        self._returned: deque[Outgoing] = deque()
        self._is_drained = False
        self._openings: dict[Future[Line], tuple[Relay, float]] = {}
        self._doors = itertools.cycle(route.relays)
        self._fewest = min(route.connections, max(route.window, len(route.relays)))
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
        """One round: hand out mail, hear what came, let go. False when all is done."""
        self._desk.pulse()
        self._fetch()
        for line in list(self._lines):
            if line.mail is None and not line.waits and (line.ahead or self._waiting):
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
        self._let_go_what_may()
        return True

    def _fetch(self) -> None:
        if self._is_stopping():
            self._waiting = None  # what was not begun, the desk takes back
            self._returned.clear()
            for line in self._lines:
                line.ahead = None
        elif self._waiting is None and self._returned:
            self._waiting = self._returned.popleft()
        elif self._waiting is None and not self._is_drained:
            self._waiting = self._desk.next()
            self._is_drained = self._waiting is None

    def _may_open(self, opener: ThreadPoolExecutor) -> bool:
        """Open another line where one would help. False where there is none and none can be had."""
        now = time.monotonic()
        is_slow = all(now - began > self._patience.others for _, began in self._openings.values())
        if is_slow and self._would_help(now):
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

    def _would_help(self, now: float) -> bool:
        """Whether one more line may be opened, and all that there are have been silent for a moment."""
        count = len(self._lines) + len(self._openings)
        if count < self._fewest:
            return True
        may = count < self._route.connections + len(self._dead)
        return may and all(now - line.since > _PROMPT for line in self._lines)

    def _living(self, now: float) -> Relay | None:
        """The next relay in turn that was not found dead a moment ago."""
        for relay in itertools.islice(self._doors, len(self._route.relays)):
            if self._dead.get(relay, 0.0) <= now:
                return relay
        return None

    # --- one mail on one line ---

    def _begin(self, line: Line) -> None:
        """Give a line that is free the mail that was made ready for it, or else the one that waits."""
        self._make_ready(line)
        if line.ahead is not None:
            line.mail, commands, line.body = line.ahead
            line.ahead = None
            self._say_envelope(line, commands)
            self._flush(line)
            self._look_ahead(line)

    def _prepared(self, line: Line) -> tuple[Envelope, bytes] | None:
        """The waiting mail as this line's server takes it; None where no mail is at hand that it could take."""
        while self._waiting is not None:
            mail = self._waiting
            try:
                return envelope(mail.sender, mail.recipient, mail.message, line.offers), on_the_wire(
                    mail.message
                )
            except UnsendableError as error:
                self._desk.ended(Outcome(mail.key, Stage.CONNECT, None, str(error), is_unsendable=True))
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
            line.is_ready = True
            self._ready.append(line)
        else:
            self._conclude(line, Stage.DATA, reply)
            line.must_reset = True

    def _conclude(self, line: Line, stage: Stage, reply: Reply) -> None:
        """The mail's fate is known: note it, and let the mail whose envelope is out already take its place."""
        assert line.mail is not None
        outcome = Outcome(line.mail.key, stage, reply, reply.words)
        self._desk.ended(outcome)
        self._sent += outcome.is_sent
        line.mail, line.body = line.next_mail, line.next_body
        line.next_mail, line.next_body = None, b""
        line.refusal = None
        line.is_ready = line.is_committed = False
        if line.is_doomed:
            self._drop(line)

    def _take_back(self, line: Line) -> None:
        """A line whose answer is late must not keep the mails that were to be next on it: others take those."""
        if line.ahead is not None:
            self._returned.append(line.ahead[0])
            line.ahead = None
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
                self._desk.ended(Outcome(mail.key, stage, told, self._trouble))
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
        is_pressed = self._waiting is not None and len(self._lines) < self._route.connections
        for key, events in self._selector.select(_PROMPT if is_pressed or self._openings else 0.5):
            line: Line = key.data
            if events & selectors.EVENT_WRITE:
                self._flush(line)
            if events & selectors.EVENT_READ and line in self._lines:
                self._receive(line)
        now = time.monotonic()
        for line in busy:
            if line.is_ready and not line.is_committed:
                continue  # it waits for us
            if now - line.since > self._patience.others:
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
        if bool(line.out) != line.is_blocked:
            line.is_blocked = not line.is_blocked
            both = selectors.EVENT_READ | selectors.EVENT_WRITE
            self._selector.modify(line.socket, both if line.is_blocked else selectors.EVENT_READ, line)

    # --- the moment before the dot ---

    def _room(self) -> int:
        """How many dots may go out now. A mail whose answer is late no longer counts: others must not wait for it."""
        since = time.monotonic() - self._patience.others
        return self._route.window - sum(line.is_committed and line.since > since for line in self._lines)

    def _let_go_what_may(self) -> None:
        """Let go of those that wait for nothing else, as many as may; the others' bodies can be on their way.

        The line that answered last goes on, in one piece; but none waits for long.
        """
        while self._ready and self._room() > 0:
            has_waited = time.monotonic() - self._ready[0].since > _LONG
            line = self._ready.popleft() if has_waited else self._ready.pop()
            assert line.mail is not None
            if self._desk.may_go(line.mail.key):
                self._let_go(line)
            else:  # withdrawn in this very moment: the only way not to send it is to hang up
                line.mail = None
                self._drop(line)
        for line in list(self._ready):
            if line.body:
                line.out, line.body = line.out + line.body, b""
                self._flush(line)

    def _let_go(self, line: Line) -> None:
        """The dot, and with it the envelope of the next mail, which was made ready before."""
        line.is_committed = True
        line.out += line.body + b".\r\n"
        line.body = b""
        line.waits.append(Stage.DOT)
        if line.ahead is not None:
            line.next_mail, commands, line.next_body = line.ahead
            line.ahead = None
            self._say_envelope(line, commands)
        line.since = time.monotonic()
        self._flush(line)
        self._look_ahead(line)

    def _look_ahead(self, line: Line) -> None:
        """Make the next mail of a line ready while its answer is on its way."""
        if line.offers.pipelining and line in self._lines:
            self._fetch()
            self._make_ready(line)

    def _make_ready(self, line: Line) -> None:
        if line.ahead is None and self._waiting is not None:
            prepared = self._prepared(line)
            if prepared is not None:
                line.ahead = (self._take(), *prepared)

    def _hang_up(self) -> None:
        """Say goodbye where nothing is under way; of the rest it is known how far it came."""
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


def _close_unused(opening: Future[Line]) -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()
