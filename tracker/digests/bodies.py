"""Bodies: the words of a digest, made once for everybody who gets the same, and kept as they were sent."""

from __future__ import annotations

import hmac
from datetime import date, datetime, timedelta
from typing import Any, cast

import msgspec
import zstandard
from sqlalchemy import Connection, Table, insert, select
from sqlalchemy.orm import Session

from scrapers.times import EASTERN
from tracker.bulk import allocate_ids
from tracker.digests.choose import MOST, choose
from tracker.digests.message import Sender, Words
from tracker.digests.mime import quoted_printable
from tracker.digests.picking import Picked
from tracker.digests.reading import Facts, target_names
from tracker.digests.render import render_digest
from tracker.digests.selection import Due, Frame, Selection
from tracker.digests.votes import Home
from tracker.models import Change, DigestBody
from tracker.sentences import written_date

BODY = cast(Table, DigestBody.__table__)
CHANGE = cast(Table, Change.__table__)

COPY = "/mail"
"""Where a mail's own page is."""
LARGEST = 95_000
"""Bytes of both parts as sent: some programs cut a mail off at 102 kB, and headers come on top."""

_FEWEST = 2
_WORST = 3.2
"""How many bytes quoted-printable makes of one, with its line breaks."""

_PACK = zstandard.ZstdCompressor(level=3)
_UNPACK = zstandard.ZstdDecompressor()


class Kept(msgspec.Struct, frozen=True):
    """What stands in `digest_body.entries`: who was told what, and the follows whose stop links are numbered."""

    picked: Picked
    targets: tuple[str, ...]
    most: int = MOST
    """How many things the mail told at most; the rest was behind links."""
    home: Home | None = None
    """Whose lawmakers' votes it tells, where it tells of any."""


def body_key(
    secret: str,
    picked: Picked,
    around: tuple[str, ...],
    dues: tuple[Due, ...] = (),
    votes: tuple[str, ...] = (),
) -> str:
    """The name of a body, from what is told and what stands around it. Without the secret nobody can find out from
    a selection whether somebody follows just that.

    Changes stay as they are; a last day (`dues`) can be moved or worded anew between two runs of one day. What is said
    of roll calls (`votes`) differs with the reader's home.
    """
    told = msgspec.json.encode((picked, around, dues, *([votes] if votes else [])))
    return hmac.digest(secret.encode(), b"digest body\n" + told, "sha256").hex()


def compose(selection: Selection, frame: Frame) -> tuple[Words, int]:
    """The words of a selection, and how many things they tell at most: fewer where so many would be too large."""
    for most in (MOST, 40, 30, 20, 10, 5, _FEWEST):
        words = render_digest(choose(selection, frame, most), frame)
        if size_of(words) <= LARGEST:
            break
    return words, most


def size_of(words: Words) -> int:
    """How many bytes both parts have as sent; of small ones, before encoding."""
    plain = len(words.text.encode()) + len(words.html.encode())
    if _WORST * plain <= LARGEST:
        return plain  # it is small whatever encoding makes of it
    return len(quoted_printable(words.text)) + len(quoted_printable(words.html))


def keep(connection: Connection, key: str, words: Words, kept: Kept, now: datetime) -> int:
    """Store a body; answers its number."""
    (number,) = allocate_ids(connection, BODY, 1)
    values = {
        "id": number, "key": key, "subject": words.subject, "text": _PACK.compress(words.text.encode()),
        "html": _PACK.compress(words.html.encode()), "entries": msgspec.to_builtins(kept), "made_at": now,
    }  # fmt: skip
    connection.execute(insert(BODY).values(**values))
    return number


def words_of(subject: str, text: bytes, html: bytes, entries: Any) -> Words:
    """A stored body's words, with a reader's own links still open."""
    kept = read_kept(entries)
    return Words(subject, _UNPACK.decompress(text).decode(), _UNPACK.decompress(html).decode(), kept.targets)


def read_kept(entries: Any) -> Kept:
    """What a body told, from its row."""
    return msgspec.convert(entries, Kept)


def read_body(session: Session, key: str) -> tuple[Words, Kept, datetime] | None:
    """A stored mail by its name; None where there is no such."""
    row = session.execute(select(BODY).where(BODY.c.key == key)).one_or_none()
    if row is None:
        return None
    return words_of(row.subject, row.text, row.html, row.entries), read_kept(row.entries), row.made_at


class Maker:
    """Makes the bodies of one run: the same day, the same sources' health, facts worded once."""

    def __init__(self, sender: Sender, secret: str, health: str, now: datetime, facts: Facts) -> None:
        self.sender, self.health, self.now, self.facts = sender, health, now, facts
        self._secret = secret
        self._days: dict[int, date] = {}
        self._made: dict[tuple[int, str, Picked, Home | None], int] = {}
        self._names: dict[str, tuple[str, str]] = {}
        self.count = 0

    def body(
        self,
        connection: Connection,
        session: Session,
        picked: Picked,
        seen_to: int,
        kind: str,
        home: Home | None = None,
    ) -> int:
        """The number of the body of a selection for readers who were told up to there; made if it is new."""
        known = seen_to, kind, picked, home
        if known not in self._made:
            if len(self._made) > _MOST_KEPT:
                self._made.clear()
            self._made[known] = self._body(connection, session, picked, seen_to, kind, home)
        return self._made[known]

    def _body(
        self,
        connection: Connection,
        session: Session,
        picked: Picked,
        seen_to: int,
        kind: str,
        home: Home | None,
    ) -> int:
        span = self.span(session, seen_to)
        around = (kind, span, self.health, self.facts.today.isoformat())
        dues, votes = self.facts.dues(session, picked), self.facts.votes(session, picked, home)
        key = body_key(self._secret, picked, around, dues, votes)
        held = connection.execute(select(BODY.c.id).where(BODY.c.key == key)).scalar()
        if held is not None:
            return cast(int, held)
        self.count += 1
        selection = self.facts.selection(session, picked, home)
        words, most = compose(selection, self.frame(session, selection, span, f"{COPY}/{key}", kind))
        return keep(connection, key, words, Kept(picked, selection.targets, most, home), self.now)

    def frame(
        self, session: Session, selection: Selection, span: str, copy: str, kind: str, notice: str = ""
    ) -> Frame:
        """What stands around a selection in a mail of this run."""
        unnamed = [target for target in selection.targets if target not in self._names]
        if unnamed:
            self._names.update(target_names(session, unnamed))
        names = {target: self._names[target] for target in selection.targets}
        return Frame(
            self.sender.site_name, self.sender.public_url, self.facts.today, span, self.health, copy, names, kind,
            notice,
        )  # fmt: skip

    def days_since(self, session: Session, seen_to: int) -> int:
        """How many days a reader's span covers; 0 where it begins today."""
        return (self.facts.today - self._began(session, seen_to)).days

    def span(self, session: Session, seen_to: int) -> str:
        """A reader's span in words: "recorded 14 November to 20 November 2026, Washington time"."""
        return span_words(self._began(session, seen_to), self.facts.today)

    def _began(self, session: Session, seen_to: int) -> date:
        """The day in Washington on which a reader's span begins: that of the last change told before, or the first."""
        if seen_to not in self._days:
            before = session.execute(
                select(CHANGE.c.first_seen_at)
                .where(CHANGE.c.id <= seen_to, CHANGE.c.held.is_(False))
                .order_by(CHANGE.c.id.desc())
                .limit(1)
            ).scalar()
            first = (
                before
                or session.execute(
                    select(CHANGE.c.first_seen_at)
                    .where(CHANGE.c.held.is_(False))
                    .order_by(CHANGE.c.id)
                    .limit(1)
                ).scalar()
            )
            began = first.astimezone(EASTERN).date() if first else self.facts.today
            self._days[seen_to] = min(began, self.facts.today)
        return self._days[seen_to]


_MOST_KEPT = 5_000


def span_words(first: date, last: date) -> str:
    """Two days in words, the year once."""
    if first == last:
        return f"recorded on {written_date(last)}, Washington time"
    if last - first == timedelta(days=1) or first.year != last.year:
        return f"recorded {written_date(first)} to {written_date(last)}, Washington time"
    began = f"{first.day}" if first.month == last.month else f"{first.day} {first:%B}"
    return f"recorded {began} to {written_date(last)}, Washington time"
