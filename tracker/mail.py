"""The door out: the only module that opens a socket to send.

`post` hands mails to a relay over a few connections that are used again and again. What it does with each is decided
by who calls: it asks for the next mail, and just before the final dot of one, when the relay has all of it but may not
keep it yet, it has that written down. So whoever is killed knows afterwards of which mails the fate is open: of as many
as `window` lets be between their dot and its answer, which is one unless the relay is far away.

Without SMTP_URL, mails are files in a folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import selectors
import socket
import ssl
import time
from collections import deque
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from tracker.smtp import (
    Envelope,
    GarbageError,
    Offers,
    Replies,
    Reply,
    UnsendableError,
    auth_plain,
    auth_word,
    envelope,
    offers_of,
    on_the_wire,
)

_HOLD_BACK = 4  # rounds of the loop


class Outgoing(NamedTuple):
    """A mail to send and what its sender calls it."""

    key: int
    sender: str
    recipient: str
    message: bytes


class Stage(StrEnum):
    """How far a mail had come when its fate was decided."""

    CONNECT = "connect"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    BODY = "body"
    DOT = "dot"


class Outcome(NamedTuple):
    """What became of a mail. `reply` is None where the server gave none: the line broke, or it was silent too long.

    At stage DOT without a reply nobody knows whether the server has the mail. `is_unsendable` means that no server
    was asked: the mail itself is at fault.
    """

    key: int
    stage: Stage
    reply: Reply | None
    words: str
    is_unsendable: bool = False

    @property
    def is_sent(self) -> bool:
        return self.stage is Stage.DOT and self.reply is not None and self.reply.is_good

    @property
    def is_open(self) -> bool:
        """The server may have taken it."""
        return self.stage is Stage.DOT and self.reply is None


class Desk(Protocol):
    """Who has the mails and keeps the book."""

    def next(self) -> Outgoing | None:
        """The next mail, or None where there is none just now."""

    def record(self, outcomes: Sequence[Outcome], committing: Sequence[int]) -> Collection[int]:
        """Write down what became of mails, and which are about to be handed over; answers which of those may be."""


class NoRelayError(Exception):
    """No server could be reached: no mail was tried."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait for a server. A mail that waits for longer than `others` no longer keeps others waiting."""

    connect: float = 5.0
    greeting: float = 30.0
    reply: float = 60.0
    dot: float = 300.0
    others: float = 4.0
    dead: float = 60.0


@dataclass(frozen=True, slots=True)
class Relay:
    """A server that takes our mail, as SMTP_URL says it."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: bool = False
    starttls: bool = False


class RelayUrlError(ValueError):
    """SMTP_URL cannot be read. Says what is wrong without repeating the password."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where mail goes: relays, used in turn; so many connections; so many mails of unknown fate at once."""

    relays: tuple[Relay, ...]
    connections: int = 4
    window: int = 1


def route_from(smtp_url: str) -> Route:
    """What SMTP_URL says; several addresses stand side by side with blanks between. Raises RelayUrlError."""
    relays = []
    options: dict[str, str] = {}
    for url in smtp_url.split():
        parts = urlsplit(url)
        try:
            port = parts.port
        except ValueError as error:
            raise RelayUrlError("SMTP_URL: the port is no number") from error
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise RelayUrlError("SMTP_URL begins with smtp:// or smtps:// and names a host")
        options |= {name: values[-1] for name, values in parse_qs(parts.query).items()}
        unknown = options.keys() - {"starttls", "connections", "window"}
        if unknown:
            raise RelayUrlError(f"SMTP_URL has no option {', '.join(sorted(unknown))}")
        is_tls = parts.scheme == "smtps"
        relays.append(
            Relay(parts.hostname, port or (465 if is_tls else 25), unquote(parts.username or ""),
                  unquote(parts.password or ""), is_tls, options.get("starttls", "0") not in ("0", "", "no"))
        )  # fmt: skip
    numbers = {name: options.get(name, usual) for name, usual in (("connections", "4"), ("window", "1"))}
    if not all(number.isdecimal() and 1 <= int(number) <= 64 for number in numbers.values()):
        raise RelayUrlError("SMTP_URL: connections and window are numbers from 1 to 64")
    return Route(tuple(relays), int(numbers["connections"]), int(numbers["window"]))


# --- a folder instead of a relay ----------------------------------------------------------------------


def write_files(folder: Path, desk: Desk) -> int:
    """Every mail as a file `NAME.eml`; a mail that is sent again replaces its file. Answers how many."""
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    while (mail := desk.next()) is not None:
        if mail.key not in desk.record((), [mail.key]):
            continue
        name = hashlib.sha256(_message_id(mail.message) or mail.message).hexdigest()[:20]
        draft = folder / f".{name}.draft"
        draft.write_bytes(mail.message)
        draft.replace(folder / f"{name}.eml")
        desk.record([Outcome(mail.key, Stage.DOT, Reply(250, ("written",)), f"250 {name}.eml")], ())
        written += 1
    return written


def _message_id(message: bytes) -> bytes:
    head, _, _ = message.partition(b"\r\n\r\n")
    return next((line for line in head.split(b"\r\n") if line.lower().startswith(b"message-id:")), b"")


# --- opening a line -----------------------------------------------------------------------------------


class Line:
    """A connection to a relay that is ready for mail, and what it is busy with."""

    def __init__(self, sock: socket.socket, offers: Offers, replies: Replies) -> None:
        self.socket = sock
        self.offers = offers
        self.replies = replies
        self.out = b""
        self.waits: deque[Stage | None] = deque()
        self.later: deque[tuple[bytes, Stage | None]] = deque()
        self.mail: Outgoing | None = None  # whose fate is next to be known
        self.next_mail: Outgoing | None = None  # whose envelope went out together with that one's dot
        self.body = b""
        self.next_body = b""
        self.ahead: tuple[Outgoing, Envelope, bytes] | None = None  # what will be next, not said yet
        self.refusal: tuple[Stage, Reply] | None = None
        self.is_ready = False  # all of the body is out, the dot is not
        self.is_committed = False
        self.is_doomed = False  # to be closed once its mail's fate is known
        self.must_reset = False
        self.since = 0.0  # when it last began to wait

    def say(self, words: bytes, stage: Stage | None) -> None:
        """Send a command together with those before it; one at a time where the server does not pipeline."""
        if self.waits and not self.offers.pipelining:
            self.later.append((words, stage))
        else:
            self.out += words
            self.waits.append(stage)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.socket.close()


def open_line(relay: Relay, patience: Patience, context: ssl.SSLContext | None = None) -> Line:
    """Connect, greet, secure and log in, in the caller's thread. Raises OSError or GarbageError."""
    sock = socket.create_connection((relay.host, relay.port), timeout=patience.connect)
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.settimeout(patience.greeting)
        if relay.tls:
            sock = _secured(sock, relay, context)
        replies = Replies()
        _expect(sock, replies, b"", "greeting")
        offers = _greet(sock, replies)
        if relay.starttls:
            if not offers.starttls:
                raise ConnectionError("the server offers no STARTTLS")
            _expect(sock, replies, b"STARTTLS\r\n", "STARTTLS")
            sock = _secured(sock, relay, context)
            replies = Replies()  # what was said before is forgotten: it may have been said by another
            offers = _greet(sock, replies)
        if relay.user:
            _log_in(sock, replies, relay, offers)
        sock.setblocking(False)
        return Line(sock, offers, replies)
    except BaseException:
        sock.close()
        raise


def _secured(sock: socket.socket, relay: Relay, context: ssl.SSLContext | None) -> socket.socket:
    secure = context or ssl.create_default_context()
    return secure.wrap_socket(sock, server_hostname=relay.host)


def _greet(sock: socket.socket, replies: Replies) -> Offers:
    name = socket.gethostname().encode("ascii", "ignore") or b"localhost"
    sock.sendall(b"EHLO " + name + b"\r\n")
    reply = _read(sock, replies)
    if reply.is_good:
        return offers_of(reply)
    _expect(sock, replies, b"HELO " + name + b"\r\n", "HELO")
    return Offers()


def _log_in(sock: socket.socket, replies: Replies, relay: Relay, offers: Offers) -> None:
    if "PLAIN" in offers.auth:
        _expect(sock, replies, auth_plain(relay.user, relay.password), "AUTH")
    elif "LOGIN" in offers.auth:
        _expect(sock, replies, b"AUTH LOGIN\r\n", "AUTH")
        _expect(sock, replies, auth_word(relay.user), "AUTH")
        _expect(sock, replies, auth_word(relay.password), "AUTH")
    else:
        raise ConnectionError("the server offers no way to log in that we know")


def _expect(sock: socket.socket, replies: Replies, words: bytes, what: str) -> None:
    if words:
        sock.sendall(words)
    reply = _read(sock, replies)
    if not reply.is_good:
        raise ConnectionError(f"{what}: {reply.words}")


def _read(sock: socket.socket, replies: Replies) -> Reply:
    """One reply; a server that says more than it was asked talks nonsense (or for somebody else)."""
    while True:
        piece = sock.recv(4096)
        if not piece:
            raise ConnectionError("the server hung up")
        found = replies.feed(piece)
        if len(found) > 1:
            raise GarbageError("more replies than commands")
        if found:
            return found[0]


# --- posting ------------------------------------------------------------------------------------------


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
