"""Which of a sender's marked mails are still its own and still wanted, just before their dots.

Asking the database for each mail would take half as long again as the mail. So some are asked for at once, and the
answer holds for as long as it cannot have changed: on SQLite until anybody else has written, which it tells for next to
nothing; on PostgreSQL for a hundredth of a second.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Engine

from tracker.digests import outbox

FRESH = 0.01
"""Seconds for which an answer of PostgreSQL holds."""


class Lookout:
    """Looks on a connection of its own, beside the one that writes."""

    def __init__(self, engine: Engine, sender: str) -> None:
        self._engine = engine
        self._sender = sender
        self._is_sqlite = engine.dialect.name == "sqlite"
        self._connection: Connection | None = None
        self._version: Any = None
        self._looked_at = 0.0
        self._wanted: frozenset[int] = frozenset()

    def is_fresh(self, within: float = FRESH) -> bool:
        """Whether what was seen last still holds."""
        if self._is_sqlite:
            return self._connection is not None and self._version == _version(self._connection)
        return time.monotonic() - self._looked_at <= within

    def knows(self, mail: int) -> bool:
        """Whether the mail was wanted when last looked for. False also where it was not looked for."""
        return mail in self._wanted

    def look(self, mails: Sequence[int]) -> Collection[int]:
        """Ask about these, LOOK of them at most; answers those that are wanted."""
        if self._connection is None:
            self._connection = self._engine.connect()
            if not self._is_sqlite:  # without the two ways that a transaction costs
                self._connection = self._connection.execution_options(isolation_level="AUTOCOMMIT")
        self._looked_at = time.monotonic()
        self._version = _version(self._connection) if self._is_sqlite else None
        self._wanted = frozenset(outbox.still_wanted(self._connection, self._sender, mails))
        self._connection.rollback()  # the next look must not see what this one saw
        return self._wanted

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _version(connection: Connection) -> Any:
    """A number of SQLite's that is another one as soon as another connection has committed."""
    driver: Any = connection.connection.driver_connection
    return driver.execute("PRAGMA data_version").fetchone()
