"""One mail as bytes: a stored body with the reader's own links filled in, under all its headers. Pure.

The same row makes the same bytes each time, so that sending again after an uncertain end is recognisable as the same
mail: `Date` is when the mail was queued and `Message-ID` is made of the row. What the headers are for stands beside
them; DKIM is added by whoever sends.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime, formataddr, parseaddr
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec

from tracker.digests.mime import SOFT_BREAK, assembled, quoted_piece

OPEN, CLOSE = "\ue000", "\ue001"
"""What a reader's own link stands between in a stored body. Nobody's words can hold them: see `facts`."""
UNSUBSCRIBE = "unsubscribe"

LISTED = frozenset({"digest", "urgent", "heartbeat", "welcome"})
"""Kinds of mail that go to a subscriber as one, and so say how to end it. The others (confirmation, reminder, manage)
answer what somebody just asked: nothing has begun that could be ended, or the link would end more than was asked about.
"""


class Sender(msgspec.Struct, frozen=True):
    """Who the mail is from. `mail_from` is an address, or a name with one; `public_url` has no slash at its end.
    `taken_in_at` is where mail that comes back is taken in, empty where it is not.
    """

    site_name: str
    public_url: str
    mail_from: str = ""
    taken_in_at: str = ""

    @property
    def host(self) -> str:
        """The host of the site, which names the list and the messages."""
        return _host(self.public_url)

    @property
    def address(self) -> str:
        """The bare address that the mail is from; without a setting one that says it is not meant to be answered."""
        return _bare_address(self.mail_from) or f"alerts@{self.host}"


@lru_cache(maxsize=8)
def _host(public_url: str) -> str:
    return urlsplit(public_url).hostname or "localhost"


@lru_cache(maxsize=8)
def _bare_address(mail_from: str) -> str:
    return parseaddr(mail_from)[1]


class Links(msgspec.Struct, frozen=True):
    """A reader's own addresses, whole. `stop` ends one follow, by its target; a mail to `leaving` ends all, where mail
    is taken in.
    """

    unsubscribe: str
    stop: Mapping[str, str] = {}
    leaving: str = ""


class Words(msgspec.Struct, frozen=True):
    """What a mail says, before the reader's own links. `targets` are those whose stop links are numbered in it."""

    subject: str
    text: str
    html: str
    targets: tuple[str, ...] = ()


class Letter(msgspec.Struct, frozen=True):
    """A row of `digest` as far as its mail goes: `kind` and `period` as there, `queued_at` aware UTC."""

    kind: str
    period: str
    message_id: str
    queued_at: datetime
    address: str
    words: Words
    links: Links


class Mail(NamedTuple):
    """What a server is handed. `sender` is that of the From line; delivery may put an opaque one in its place."""

    sender: str
    recipient: str
    message: bytes


def render_mail(letter: Letter, sender: Sender) -> Mail:
    """The mail of a row."""
    filled = _filled(letter.words, letter.links)
    text, html = (_with_links(part, filled) for part in (letter.words.text, letter.words.html))
    message = assembled(_headers(letter, sender), text, html, _boundary(letter))
    return Mail(sender.address, letter.address, message)


def message_id(public_id: str, kind: str, period: str, host: str) -> str:
    """The Message-ID of a mail, without what tells who it is to: the same whenever it is asked for."""
    name = hashlib.blake2b(f"{public_id}\n{kind}\n{period}".encode(), digest_size=16).hexdigest()
    return f"<{kind}.{name}@{host}>"


# --- a reader's own links ------------------------------------------------------------------------------------

_MARKED = re.compile(f"{OPEN}([a-z0-9-]+){CLOSE}")


def own_link(name: str) -> str:
    """What stands in a body where the reader's own link of that name goes."""
    return f"{OPEN}{name}{CLOSE}"


def stop_link(number: int) -> str:
    """What stands for the link that ends the follow of a body's target with that number."""
    return own_link(f"stop-{number}")


def personal(words: Words, links: Links) -> Words:
    """The words with the reader's own links in place. A follow that has ended since has the link that ends all."""
    filled = _filled(words, links)

    def link(match: re.Match[str]) -> str:
        return filled.get(match[1], links.unsubscribe)

    return Words(words.subject, _MARKED.sub(link, words.text), _MARKED.sub(link, words.html), words.targets)


def _filled(words: Words, links: Links) -> dict[str, str]:
    """A reader's own links by the names that stand for them."""
    filled = {UNSUBSCRIBE: links.unsubscribe}
    for number, target in enumerate(words.targets):
        filled[f"stop-{number}"] = links.stop.get(target, links.unsubscribe)
    return filled


def _with_links(part: str, filled: Mapping[str, str]) -> bytes:
    """A part as it is sent. What stands between the links is encoded once for all who get it."""
    pieces = _pieces(part)
    if len(pieces) == 1:
        return pieces[0]
    everything = filled[UNSUBSCRIBE]
    return SOFT_BREAK.join(
        piece if number % 2 == 0 else quoted_piece(filled.get(piece.decode(), everything))
        for number, piece in enumerate(pieces)
    )


@lru_cache(maxsize=4_096)
def _pieces(part: str) -> tuple[bytes, ...]:
    """Encoded words and names of links by turns; the last piece ends the line before the boundary.

    Kept for as many bodies as a writer keeps (`letters`), two parts each: some 20 MB.
    """
    pieces = _MARKED.split(part.rstrip("\n") + "\n")
    return tuple(
        quoted_piece(piece) if number % 2 == 0 else piece.encode() for number, piece in enumerate(pieces)
    )


# --- headers -------------------------------------------------------------------------------------------------


def _headers(letter: Letter, sender: Sender) -> list[tuple[str, str]]:
    headers = [
        ("From", _named_address(f"{sender.site_name} alerts", sender.address)),
        ("Reply-To", sender.address),  # readers answer; somebody reads it
        ("To", letter.address),
        ("Subject", letter.words.subject),
        ("Date", _written_instant(letter.queued_at)),
        ("Message-ID", letter.message_id),
        ("Auto-Submitted", "auto-generated"),  # RFC 3834: do not answer by machine
        ("X-Auto-Response-Suppress", "All"),  # the same for those who read that one
    ]
    if letter.kind in LISTED:
        host, url = sender.host, sender.public_url
        by_mail = f", <mailto:{letter.links.leaving}?subject=unsubscribe>" if letter.links.leaving else ""
        headers += [
            ("List-Id", f"{sender.site_name} digests <digests.{host}>"),  # RFC 2919
            ("List-Unsubscribe", f"<{letter.links.unsubscribe}>{by_mail}"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),  # RFC 8058
            ("List-Help", f"<{url}/manage>"),
            ("List-Owner", f"<mailto:{sender.address}>"),
            ("List-Archive", f"<{url}/changes>"),
            ("Precedence", "list"),
            ("Feedback-ID", f"{letter.kind}:{host}"),  # names the kind of mail and nobody
        ]
    return headers


@lru_cache(maxsize=8)
def _named_address(name: str, address: str) -> str:
    return formataddr((name, address))


@lru_cache(maxsize=1_024)
def _written_instant(at: datetime) -> str:
    return format_datetime(at)


def _boundary(letter: Letter) -> str:
    return "=_" + hashlib.blake2b(letter.message_id.encode(), digest_size=12).hexdigest()
