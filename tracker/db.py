"""The database: declarative base, shared column types, and how a connection behaves on each engine.

SQLite is the embedded default and PostgreSQL the engine past one machine; nothing above this module and
`search.py`, `bulk.py` knows which one it talks to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import msgspec
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    MetaData,
    Text,
    TypeDecorator,
    any_,
    event,
    literal,
    text,
)
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Session, SessionTransaction

from tracker.prepared import ask


class TableSession(Session):
    """A session whose statements go straight to its connection.

    They are all on tables; what the ORM does with each on the way takes a third of the time of a small question.
    """

    _transaction_asked: SessionTransaction | None = None
    _connection_asked: Connection

    def execute(self, statement: Any, params: Any = None, **options: Any) -> Any:
        if options:
            return super().execute(statement, params, **options)
        return ask(self._current(), statement, params)

    def _current(self) -> Connection:
        """The connection, looked up once a transaction."""
        transaction = self.get_transaction()
        if transaction is None or transaction is not self._transaction_asked:
            self._connection_asked = self.connection()
            self._transaction_asked = self.get_transaction()
        return self._connection_asked


db = SQLAlchemy(session_options={"class_": TableSession})

NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of every model."""

    metadata = MetaData(naming_convention=NAMES)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC instant. SQLite keeps it without the zone, PostgreSQL as timestamptz."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """A typed value as JSON text: tuples of names, or one of the records' structs. Checked when read."""

    impl = Text
    cache_ok = True

    def __init__(self, of: Any) -> None:
        super().__init__()
        self.of = of
        self._decoder = msgspec.json.Decoder(of)

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else encode_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else self._decoder.decode(value)


_encoder = msgspec.json.Encoder()


def encode_json(value: object) -> str:
    """JSON text, as the column type `Json` keeps it."""
    return _encoder.encode(value).decode()


def enum_type(of: type[StrEnum]) -> Enum:
    """A StrEnum kept as its value in a plain string column, so that a new member needs no migration."""
    return Enum(
        of, native_enum=False, create_constraint=False, length=40,
        values_callable=lambda members: [member.value for member in members],
    )  # fmt: skip


@event.listens_for(Engine, "connect")
def _on_connect(connection: Any, _record: object) -> None:
    """SQLite: readers beside one writer, foreign keys kept, and our own transactions."""
    if not type(connection).__module__.startswith("sqlite3"):
        return
    connection.isolation_level = None  # pysqlite would begin transactions late; see _on_begin
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=10000",
                   "cache_size=-4000", "temp_store=MEMORY"):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _on_begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        if connection.get_execution_options().get("writes", False):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.connection.cursor().execute("BEGIN")  # takes no lock yet, so it cannot fail


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that means to write: takes SQLite's write lock at once, so it cannot fail halfway."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


def among(connection: Connection, column: ColumnElement[Any], values: Collection[Any]) -> ColumnElement[bool]:
    """Whether a column is one of many values: on PostgreSQL one parameter, which it reads and plans once."""
    if connection.dialect.name == "postgresql":
        return column == any_(literal(list(values), ARRAY(column.type)))
    return column.in_(values)


@contextmanager
def lasting(connection: Connection, is_wanted: bool = True) -> Iterator[None]:
    """Around a transaction of SQLite's: what it commits outlives a power cut. The usual commit outlives a kill only.

    It costs waiting for the disk, once. PostgreSQL's commits all are so.
    """
    if not is_wanted or connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA synchronous=FULL")
    try:
        yield
    finally:
        driver.execute("PRAGMA synchronous=NORMAL")


def patient(engine: Engine, seconds: float = 300.0) -> Engine:
    """The engine, with new connections waiting longer for SQLite's one writer: for work that nobody watches."""

    @event.listens_for(engine, "connect")
    def _wait_longer(connection: Any, _record: object) -> None:
        if type(connection).__module__.startswith("sqlite3"):
            connection.execute(f"PRAGMA busy_timeout={int(seconds * 1000)}")

    return engine


def is_passing(error: SQLAlchemyError) -> bool:
    """Whether it may go well a moment later: the database was busy, or away."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    if type(error.orig).__module__.startswith("sqlite3"):
        return "locked" in str(error.orig) or "busy" in str(error.orig)
    return True


@contextmanager
def exclusive(connection: Connection, name: str) -> Iterator[None]:
    """Within a transaction: only one process at a time does `name`. SQLite's write lock is enough there."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": name})
    yield
