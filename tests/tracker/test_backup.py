"""The whole database to a file and back, on both engines."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from tests.conftest import Collect, sqlite_url
from tests.databases import rows_of
from tests.postgresql import Server
from tests.publishing import Mirror, bill_file
from tracker.backup import BackupError, backup, is_empty, restore
from tracker.migrations import current_revision, newest_revision


@pytest.fixture
def filled(collect: Collect, mirror: Mirror, engine: Engine) -> Engine:
    """The test's database with a measure in it."""
    mirror.put_bill(bill_file("119-hr-1", title="Étude"), "119-hr-1")
    mirror.put_zip({"119-hr-1": bill_file("119-hr-1", title="Étude")})
    assert collect(congress="119", type="hr").created == 1
    return engine


@pytest.fixture
def nothing(request: pytest.FixtureRequest, engine: Engine, tmp_path: Path) -> Iterator[Engine]:
    """Another database of the same engine, with nothing in it at all."""
    if engine.dialect.name == "sqlite":
        other = create_engine(sqlite_url(tmp_path / "other.db"))
        yield other
        other.dispose()
        return
    server: Server = request.getfixturevalue("postgresql_server")
    name = f"{engine.url.database}_other"
    other = create_engine(server.create(name))
    yield other
    other.dispose()
    server.drop(name)


def test_every_row_comes_back_into_an_empty_database(filled: Engine, nothing: Engine, tmp_path: Path) -> None:
    path = tmp_path / "a.backup"
    assert backup(filled, path) == path.stat().st_size > 1000
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.glob("a.backup*")] == ["a.backup"]
    assert restore(nothing, path) == newest_revision(filled)
    assert rows_of(nothing, without=()) == rows_of(filled, without=())
    assert current_revision(nothing) == newest_revision(filled)


def test_it_is_of_one_instant_while_others_write(filled: Engine, tmp_path: Path) -> None:
    """A transaction that is open and not ended is not in it, and does not make it wait."""
    with filled.begin() as connection:
        connection.execute(text("UPDATE item SET title = 'half done'"))
        size = backup(filled, tmp_path / "a.backup")
    assert size > 1000
    if filled.dialect.name == "sqlite":
        assert b"half done" not in (tmp_path / "a.backup").read_bytes()


def test_a_database_with_rows_is_not_overwritten(filled: Engine, tmp_path: Path) -> None:
    path = tmp_path / "a.backup"
    backup(filled, path)
    before = rows_of(filled, without=())
    with pytest.raises(BackupError, match="not empty"):
        restore(filled, path)
    assert rows_of(filled, without=()) == before


def test_a_migrated_database_without_rows_is_empty(engine: Engine) -> None:
    assert is_empty(engine)


def test_what_is_no_backup_is_refused_and_leaves_the_database_empty(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "a.backup"
    path.write_bytes(b"not a backup " * 1000)
    with pytest.raises(BackupError):
        restore(engine, path)
    assert is_empty(engine)


def test_a_place_that_cannot_be_written_is_named(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="nowhere"):
        backup(engine, tmp_path / "nowhere" / "a.backup")
