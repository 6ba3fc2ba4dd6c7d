"""Editors' logins, and how many tries to get in are too many. Any number of processes share the count."""

from __future__ import annotations

import hmac
import ipaddress
import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast

from sqlalchemy import Connection, Table, delete, func, insert, select, update

from tracker.desk.rules import RefusedError
from tracker.models import Editor, LoginAttempt

EDITOR = cast(Table, Editor.__table__)
ATTEMPT = cast(Table, LoginAttempt.__table__)

WINDOW = timedelta(minutes=15)
MOST_BY_ACCOUNT = 10
MOST_BY_ADDRESS = 50
"""Tries within the window. The account's count starts anew when it gets in."""

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class Listed(NamedTuple):
    """A login, for the operator."""

    email: str
    name: str
    has_password: bool
    added_at: datetime


def add(connection: Connection, email: str, name: str | None, password: str | None, now: datetime) -> str:
    """Make a login; answers the word that names it in links. `password` is already a hash."""
    address = email.strip().casefold()
    if not _ADDRESS.fullmatch(address):
        raise RefusedError(f"{email} is no e-mail address.")
    if _find(connection, address) is not None:
        raise RefusedError(f"{address} is an editor already.")
    signature = " ".join((name or _next_name(connection)).split())
    if not signature or len(signature) > 80 or "@" in signature:
        raise RefusedError("A signature has 1 to 80 characters and is no e-mail address: readers see it.")
    taken = select(EDITOR.c.id).where(func.lower(EDITOR.c.name) == signature.lower())
    if connection.execute(taken).first():
        raise RefusedError(f"The signature “{signature}” is or was another editor's; choose one with --name.")
    word = _fresh()
    connection.execute(
        insert(EDITOR).values(
            email=address, name=signature, password=password, active=True, fs_uniquifier=word, added_at=now
        )
    )
    return word


def renew(connection: Connection, email: str) -> str:
    """End an editor's sessions and links; answers the word for a new link."""
    word = _fresh()
    _change(connection, email, fs_uniquifier=word)
    return word


def remove(connection: Connection, email: str) -> None:
    """End a login for good. The signature stays theirs, so that the log keeps meaning one person."""
    _change(connection, email, email=None, password=None, active=False, fs_uniquifier=_fresh())


def listed(connection: Connection) -> Sequence[Listed]:
    """Everybody who may log in."""
    rows = connection.execute(select(EDITOR).where(EDITOR.c.active).order_by(EDITOR.c.id))
    return [Listed(row.email, row.name, row.password is not None, row.added_at) for row in rows]


def holder(connection: Connection, word: str) -> Any:
    """The editor whom a link's word names; None where it was used or ended."""
    return connection.execute(
        select(EDITOR).where(EDITOR.c.fs_uniquifier == word, EDITOR.c.active)
    ).one_or_none()  # fmt: skip


def set_password(connection: Connection, word: str, password: str) -> bool:
    """Give the login that a link names its password, and use the link up. Whether the link still held."""
    done = connection.execute(
        update(EDITOR)
        .where(EDITOR.c.fs_uniquifier == word, EDITOR.c.active)
        .values(password=password, fs_uniquifier=_fresh())
    )
    return done.rowcount == 1


def _find(connection: Connection, address: str) -> Any:
    return connection.execute(select(EDITOR).where(EDITOR.c.email == address)).one_or_none()


def _change(connection: Connection, of: str, **values: object) -> None:
    row = _find(connection, of.strip().casefold())
    if row is None:
        raise RefusedError(f"There is no editor {of}.")
    connection.execute(update(EDITOR).where(EDITOR.c.id == row.id).values(**values))


def _next_name(connection: Connection) -> str:
    """A signature for someone who chose none. Rows are never deleted, so that it is new."""
    return f"Editor {connection.execute(select(func.count()).select_from(EDITOR)).scalar_one() + 1}"


def _fresh() -> str:
    return secrets.token_hex(16)


# --- tries ------------------------------------------------------------------------------------------


def admit(connection: Connection, key: str, account: str, address: str, now: datetime) -> bool:
    """Count a try before its password is looked at; whether it may go on. Known or not, accounts count alike."""
    connection.execute(delete(ATTEMPT).where(ATTEMPT.c.at < now - WINDOW))
    limits = {_who(key, "account", account): MOST_BY_ACCOUNT, _who(key, "address", address): MOST_BY_ADDRESS}
    connection.execute(insert(ATTEMPT), [{"who": who, "at": now} for who in limits])
    rows = connection.execute(
        select(ATTEMPT.c.who, func.count()).where(ATTEMPT.c.who.in_(limits)).group_by(ATTEMPT.c.who)
    )
    return all(count <= limits[who] for who, count in rows)


def forgive(connection: Connection, key: str, account: str) -> None:
    """Somebody got in: the account's count starts anew."""
    connection.execute(delete(ATTEMPT).where(ATTEMPT.c.who == _who(key, "account", account)))


def network_of(address: str) -> str:
    """What counts as one address: a household has 2^64 of the newer sort."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network(f"{parsed}/64", strict=False)) if parsed.version == 6 else str(parsed)


def _who(key: str, kind: str, value: str) -> str:
    return hmac.digest(key.encode(), f"{kind}:{value}".encode(), "sha256").hex()
