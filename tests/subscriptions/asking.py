"""Shorthand for asking, taking and confirming, so that a test says only what matters."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Table, select

from tests.conftest import NOW
from tracker.db import writing
from tracker.models import DigestKind, Purpose
from tracker.subscriptions.confirming import Confirmed, confirm, read_confirmable
from tracker.subscriptions.mails import from_values
from tracker.subscriptions.requests import note, take
from tracker.subscriptions.rules import AskedFollow, FollowAsk, ManageAsk
from tracker.subscriptions.store import DIGEST, find_subscriber, follows_of
from tracker.tokens import address_key, mailed_token

SECRET = "a secret"
ANN = "ann@example.org"
EGYPT, SALES = "country:EGY", "topic:arms-sales"
NETWORK = "192.0.2.0/24"


def ask_to_follow(*targets: str, **more: Any) -> FollowAsk:
    return FollowAsk(follows=tuple(AskedFollow(target) for target in targets), **more)


def asks(
    engine: Engine,
    ask: FollowAsk | ManageAsk,
    address: str = ANN,
    *,
    now: datetime = NOW,
    network: str = NETWORK,
    is_taken: bool = True,
) -> None:
    """Somebody sends the form; what came of it is looked at unless told otherwise."""
    with writing(engine) as connection:
        note(connection, SECRET, address, network, ask, now)
    if is_taken:
        take(engine, SECRET, now)


def rows(engine: Engine, table: Table, *conditions: Any) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(select(table).where(*conditions).order_by(*table.primary_key)))


def mails(engine: Engine, kind: DigestKind) -> list[Any]:
    return rows(engine, DIGEST, DIGEST.c.kind == kind)


def token_of(engine: Engine, kind: DigestKind = DigestKind.CONFIRMATION, nth: int = -1) -> str:
    """The token that the newest mail of that kind carries."""
    purpose = Purpose.MANAGE if kind is DigestKind.MANAGE else Purpose.CONFIRM
    values: Any = from_values(kind, mails(engine, kind)[nth].values)
    return mailed_token(SECRET, purpose, values.seed)


def subscriber(engine: Engine, address: str = ANN) -> Any:
    with engine.connect() as connection:
        return find_subscriber(connection, address_key(SECRET, address))


def follows(engine: Engine, address: str = ANN) -> dict[str, Any]:
    """What an address follows, by target."""
    row = subscriber(engine, address)
    with engine.connect() as connection:
        return {one.target: one for one in follows_of(connection, row.id)} if row else {}


def confirms(engine: Engine, token: str, *targets: str, now: datetime = NOW) -> Confirmed:
    """Follows a confirmation link, choosing these targets, or all that it offers."""
    with writing(engine) as connection:
        _, found = read_confirmable(connection, token, now)
        choices = found.choices if found else ()
        chosen = [one.public_id for one in choices if not targets or one.asked.target in targets]
        return confirm(connection, token, chosen, now)


def confirmed(engine: Engine, *targets: str, address: str = ANN, now: datetime = NOW, **more: Any) -> Any:
    """An address that follows these targets, confirmed; its row."""
    asks(engine, ask_to_follow(*targets, **more), address, now=now)
    row = subscriber(engine, address)
    values: Any = from_values(
        DigestKind.CONFIRMATION,
        rows(engine, DIGEST, DIGEST.c.subscriber_id == row.id, DIGEST.c.kind == DigestKind.CONFIRMATION)[
            -1
        ].values,
    )
    assert confirms(engine, mailed_token(SECRET, Purpose.CONFIRM, values.seed), now=now).follows == len(
        targets
    )
    return subscriber(engine, address)
