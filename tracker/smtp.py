"""The words of SMTP (RFC 5321): commands out, replies in, a message as it goes over the wire. Pure, no socket.

Our own because the standard library's client waits for an answer to every command and sends a message and its final
dot in one piece. Here what can go together does (RFC 2920), and between the last line of a message and the dot that
hands it over there is a moment in which that can be written down.
"""

from __future__ import annotations

import base64
import re
from typing import NamedTuple

LONGEST_LINE = 998
"""Of a message, without its end (RFC 5322)."""

_LONGEST_REPLY_LINE = 4096  # RFC 5321 says 512; servers say more
_MOST_REPLY_LINES = 200
_LINE = re.compile(rb"([2-5][0-9][0-9])(?:([ -])(.*))?\Z", re.DOTALL)
_ENHANCED = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})(?:\s|\Z)")
_ADDRESS = re.compile(r"[^\s<>\x00-\x1f\x7f]{1,64}@[^\s<>@\x00-\x1f\x7f]{1,255}")
_SHORTEST_LIMIT = 1000


class GarbageError(Exception):
    """What came is no reply of an SMTP server."""


class UnsendableError(Exception):
    """This mail cannot be handed to this server, now or later. The sentence says why."""


class Reply(NamedTuple):
    """One reply: its code and its lines without it."""

    code: int
    lines: tuple[str, ...]

    @property
    def words(self) -> str:
        """The reply on one line, as it is kept with a mail."""
        return f"{self.code} {' '.join(self.lines)}".strip()[:300]

    @property
    def enhanced(self) -> str:
        """The enhanced status (RFC 3463) such as `5.1.1`; empty where the server gave none."""
        match = _ENHANCED.match(self.lines[0]) if self.lines else None
        return ".".join(match.groups()) if match else ""

    @property
    def is_good(self) -> bool:
        return self.code < 400

    @property
    def is_final(self) -> bool:
        """A refusal that asking again will not change."""
        return self.code >= 500


class Replies:
    """Makes replies of bytes in whatever pieces they come."""

    def __init__(self) -> None:
        self._rest = b""
        self._lines: list[str] = []

    def feed(self, piece: bytes) -> list[Reply]:
        """The replies that are complete now. Raises GarbageError."""
        *lines, self._rest = (self._rest + piece).split(b"\n")
        if len(self._rest) > _LONGEST_REPLY_LINE:
            raise GarbageError("a line without an end")
        found = []
        for line in lines:
            match = _LINE.match(line.rstrip(b"\r"))
            if match is None:
                raise GarbageError(f"not a reply: {line[:60]!r}")
            self._lines.append((match[3] or b"").decode("utf-8", "replace"))
            if match[2] != b"-":
                found.append(Reply(int(match[1]), tuple(self._lines)))
                self._lines = []
            elif len(self._lines) > _MOST_REPLY_LINES:
                raise GarbageError("a reply without an end")
        return found


class Offers(NamedTuple):
    """What a server said it can do, in its answer to EHLO. `size` is the largest message in bytes, 0 for any."""

    pipelining: bool = False
    starttls: bool = False
    eight_bit: bool = False
    utf8: bool = False
    size: int = 0
    auth: frozenset[str] = frozenset()


def offers_of(reply: Reply) -> Offers:
    """The extensions that an answer to EHLO lists."""
    found: dict[str, list[str]] = {}
    for line in reply.lines[1:]:
        name, *values = line.upper().replace("AUTH=", "AUTH ").split()[:20] or [""]
        found.setdefault(name, []).extend(values)
    size = found.get("SIZE", ["0"])
    return Offers(
        pipelining="PIPELINING" in found, starttls="STARTTLS" in found, eight_bit="8BITMIME" in found,
        utf8="SMTPUTF8" in found, size=int(size[0]) if size and size[0].isdecimal() else 0,
        auth=frozenset(found.get("AUTH", ())),
    )  # fmt: skip


# --- what goes out ----------------------------------------------------------------------------------


class Envelope(NamedTuple):
    """The commands that lead up to a message, each with the name of its stage."""

    mail: bytes
    rcpt: bytes
    data: bytes = b"DATA\r\n"


def envelope(sender: str, recipient: str, message: bytes, offers: Offers) -> Envelope:
    """The commands for one mail. Raises UnsendableError for what this server cannot take."""
    for address in (sender, recipient):
        if not _ADDRESS.fullmatch(address):
            raise UnsendableError("an address that is none")
    if offers.size and offers.size >= _SHORTEST_LIMIT and len(message) > offers.size:
        raise UnsendableError(f"the message has {len(message)} bytes, the server takes {offers.size}")
    options = f" SIZE={len(message)}" if offers.size else ""
    if not message.isascii():
        if not offers.eight_bit:
            raise UnsendableError("the message has 8-bit characters and the server takes none")
        options += " BODY=8BITMIME"
    if not (sender + recipient).isascii():
        if not offers.utf8:
            raise UnsendableError("the address has letters that the server takes not")
        options += " SMTPUTF8"
    return Envelope(f"MAIL FROM:<{sender}>{options}\r\n".encode(), f"RCPT TO:<{recipient}>\r\n".encode())


def on_the_wire(message: bytes) -> bytes:
    """The message with its dots doubled, ending in a whole line; the final dot is not part of it.

    Raises UnsendableError for a bare CR or LF, by which servers have been made to see a second mail, and for a line
    that is longer than the standard allows.
    """
    whole = message if message.endswith(b"\r\n") else message + b"\r\n"
    lines = whole.split(b"\r\n")
    longest = max(map(len, lines))
    if longest > LONGEST_LINE:
        raise UnsendableError(f"a line of {longest} bytes")
    ends = len(lines) - 1
    if whole.count(b"\r") != ends or whole.count(b"\n") != ends:
        raise UnsendableError("a line that does not end in CRLF")
    stuffed = whole.replace(b"\r\n.", b"\r\n..")
    return b"." + stuffed if stuffed.startswith(b".") else stuffed


def auth_plain(user: str, password: str) -> bytes:
    """AUTH PLAIN with its answer at once (RFC 4616)."""
    return b"AUTH PLAIN " + base64.b64encode(f"\0{user}\0{password}".encode()) + b"\r\n"


def auth_word(word: str) -> bytes:
    """An answer within AUTH LOGIN."""
    return base64.b64encode(word.encode()) + b"\r\n"
