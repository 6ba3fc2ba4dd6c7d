"""From rows of `digest` to letters: the stored body, or the few words of a short mail, with the reader's own links.

Reads for a whole batch at once and decides nothing. `message.render_mail` makes bytes of a letter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, Protocol, cast

import msgspec
from sqlalchemy import Connection, Table, select

from scrapers.times import EASTERN
from tracker.bounces.leaving import leaving_address
from tracker.db import among
from tracker.digests.bodies import words_of
from tracker.digests.message import Letter, Links, Sender, Words, message_id
from tracker.digests.render import render_letter
from tracker.models import DigestBody, DigestKind, Follow, FollowState, Purpose
from tracker.subscriptions.mails import from_values
from tracker.tokens import Unsubscribes, mailed_token, unsubscribe_token

BODY = cast(Table, DigestBody.__table__)
FOLLOW = cast(Table, Follow.__table__)


class Row(Protocol):
    """A row of `digest` with its subscriber's address and public id, whoever read it."""

    @property
    def kind(self) -> DigestKind: ...
    @property
    def period(self) -> str: ...
    @property
    def body_id(self) -> int | None: ...
    @property
    def values(self) -> Any: ...
    @property
    def queued_at(self) -> datetime: ...
    @property
    def message_id(self) -> str | None: ...
    @property
    def subscriber_id(self) -> int: ...
    @property
    def address(self) -> str: ...
    @property
    def public_id(self) -> str: ...


class Heartbeat(msgspec.Struct, frozen=True):
    """What the monthly line says: how many follows, since when nothing changed, and how the sources are."""

    follows: int
    since: date
    health: str


class Writer:
    """Writes letters; bodies are unpacked once for all who get them."""

    def __init__(self, sender: Sender, secret: str) -> None:
        self._sender, self._secret = sender, secret
        self._words: dict[int, Words] = {}

    def letters(self, connection: Connection, rows: Sequence[Row]) -> list[Letter]:
        """The letters of these rows, in their order. The same rows make the same letters, whenever asked."""
        self._read_bodies(connection, {row.body_id for row in rows if row.body_id is not None})
        stops = self._stops(connection, {row.subscriber_id for row in rows if row.body_id is not None})
        return [self._letter(row, stops[row.subscriber_id]) for row in rows]

    def _letter(self, row: Row, stops: dict[str, str]) -> Letter:
        kind = row.kind.value
        everything = self._unsubscribe(Unsubscribes.SUBSCRIBER, row.public_id)
        words = self._words[row.body_id] if row.body_id is not None else self._short(row)
        named = row.message_id or message_id(row.public_id, kind, row.period, self._sender.host)
        links = Links(everything, stops, self._leaving(row.public_id))
        return Letter(kind, row.period, named, row.queued_at, row.address, words, links)

    def _short(self, row: Row) -> Words:
        """A mail without a body. Its token is made again from the row's seed, so that it is the same each time."""
        mail: Any
        if row.kind is DigestKind.HEARTBEAT:
            values = row.values
            since = datetime.fromisoformat(values["since"]).astimezone(EASTERN).date()
            mail = Heartbeat(values["follows"], since, values["health"])
        else:
            mail = from_values(row.kind, row.values)
        return render_letter(
            row.kind.value, mail, site_name=self._sender.site_name, public_url=self._sender.public_url,
            link=self._link(row.kind, getattr(mail, "seed", "")),
        )  # fmt: skip

    def _link(self, kind: DigestKind, seed: str) -> str:
        if not seed:
            return ""
        purpose = Purpose.MANAGE if kind is DigestKind.MANAGE else Purpose.CONFIRM
        return f"{self._sender.public_url}/{purpose.value}/{mailed_token(self._secret, purpose, seed)}"

    def _unsubscribe(self, what: Unsubscribes, public_id: str) -> str:
        return f"{self._sender.public_url}/u/{unsubscribe_token(self._secret, what, public_id)}"

    def _leaving(self, public_id: str) -> str:
        at = self._sender.taken_in_at
        return leaving_address(at, self._secret, public_id) if at else ""

    def _stops(self, connection: Connection, readers: Collection[int]) -> dict[int, dict[str, str]]:
        stops: dict[int, dict[str, str]] = defaultdict(dict)
        if readers:
            rows = connection.execute(
                select(FOLLOW.c.subscriber_id, FOLLOW.c.target, FOLLOW.c.public_id).where(
                    among(connection, FOLLOW.c.subscriber_id, readers), FOLLOW.c.state == FollowState.ACTIVE
                )
            )
            for reader, target, public_id in rows:
                stops[reader][target] = self._unsubscribe(Unsubscribes.FOLLOW, public_id)
        return stops

    def _read_bodies(self, connection: Connection, wanted: Collection[int]) -> None:
        missing = [number for number in wanted if number not in self._words]
        if len(self._words) > _MOST_KEPT:
            self._words = {number: self._words[number] for number in wanted if number in self._words}
        if missing:
            for row in connection.execute(select(BODY).where(among(connection, BODY.c.id, missing))):
                self._words[row.id] = words_of(row.subject, row.text, row.html, row.entries)


_MOST_KEPT = 2_000
