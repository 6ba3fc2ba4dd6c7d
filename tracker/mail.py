"""The door out: the only module that opens a socket to send.

What a mail, its outcome and a relay are; what SMTP_URL says; and how a line to a relay is opened, secured and logged
in. What is then said on it is in `posting.py`. Without SMTP_URL, mails are files in a folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import socket
import ssl
from collections import deque
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
    auth_plain,
    auth_word,
    offers_of,
)


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

    def may_go(self, key: int) -> bool:
        """Asked just before a mail's final dot. Once this is true, the mail counts as handed over."""

    def ended(self, outcome: Outcome) -> None:
        """What became of a mail."""

    def pulse(self) -> None:
        """Called again and again, whatever happens or does not."""


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
        if not desk.may_go(mail.key):
            continue
        name = hashlib.sha256(_message_id(mail.message) or mail.message).hexdigest()[:20]
        draft = folder / f".{name}.draft"
        draft.write_bytes(mail.message)
        draft.replace(folder / f"{name}.eml")
        desk.ended(Outcome(mail.key, Stage.DOT, Reply(250, ("written",)), f"250 {name}.eml"))
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
        self.is_ready = False  # the server waits for the mail, or has all of it but the dot
        self.is_committed = False
        self.is_doomed = False  # to be closed once its mail's fate is known
        self.must_reset = False
        self.is_blocked = False  # the network takes no more just now
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
