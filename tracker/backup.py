"""The whole database as one file, made while the site serves, and back from it.

With each engine's own means: SQLite's online backup writes another SQLite file, PostgreSQL's programs `pg_dump` and
`pg_restore` one in their custom format. The file has subscribers' addresses: keep it as safe as the database. Raw
documents lie beside it under `instance/bodies`, named by checksum and never changed: copy them with any program.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine, inspect, select

from tracker import models
from tracker.db import Base
from tracker.migrations import NewerSchemaError, migrate

assert models  # every table is known only when they all were read


class BackupError(Exception):
    """It could not be made or taken back; the sentence says why."""


def backup(engine: Engine, path: Path) -> int:
    """Write the database as it is at one instant to PATH, whole or not at all; answers its size in bytes.

    Nobody waits meanwhile. An older file at PATH is replaced.
    """
    beside = path.with_name(f"{path.name}.part")
    beside.unlink(missing_ok=True)
    try:
        beside.touch(mode=0o600)
        if engine.dialect.name == "postgresql":
            _run_program("pg_dump", engine, "--format=custom", f"--file={beside}")
        else:
            _copy_sqlite(_sqlite_file(engine), beside)
        beside.replace(path)
    except OSError as error:
        raise BackupError(f"{path} cannot be written: {error.strerror}") from error
    finally:
        beside.unlink(missing_ok=True)
    return path.stat().st_size


def restore(engine: Engine, path: Path) -> str | None:
    """Bring an empty database to what PATH has, and to this program's schema; answers the schema that PATH had."""
    if not is_empty(engine):
        raise BackupError("the database is not empty: name another in DATABASE_URL")
    if engine.dialect.name == "postgresql":
        clean = ("--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error")
        _run_program("pg_restore", engine, *clean, str(path))
    else:
        _check_sqlite(path)
        engine.dispose()
        _copy_sqlite(path, _sqlite_file(engine))
    try:
        before, _ = migrate(engine)
    except NewerSchemaError as error:
        raise BackupError(f"{path} was made by a later version of this program: {error}") from error
    return before


def is_empty(engine: Engine) -> bool:
    """Whether no table of ours has a row."""
    there = set(inspect(engine).get_table_names())
    with engine.connect() as connection:
        return not any(
            connection.execute(select(1).select_from(table).limit(1)).first()
            for table in Base.metadata.sorted_tables
            if table.name in there
        )


# --- SQLite -----------------------------------------------------------------------------------------


def _sqlite_file(engine: Engine) -> Path:
    if not engine.url.database:
        raise BackupError("a database in memory has no file")
    return Path(engine.url.database)


def _copy_sqlite(source: Path, target: Path) -> None:
    """All pages in one step of SQLite's own backup: a reader beside writers, and one writer at the other end."""
    with closing(sqlite3.connect(source, timeout=60)) as reads, closing(sqlite3.connect(target)) as writes:
        reads.backup(writes)


def _check_sqlite(path: Path) -> None:
    """Raise unless PATH is a whole SQLite database with a schema of ours."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as found:
            (verdict,) = found.execute("PRAGMA quick_check").fetchone()
            found.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError as error:
        raise BackupError(f"{path} is no backup of this program's SQLite database: {error}") from error
    if verdict != "ok":
        raise BackupError(f"{path} is damaged: {verdict}")


# --- PostgreSQL -------------------------------------------------------------------------------------


def _run_program(name: str, engine: Engine, *arguments: str) -> None:
    """Run one of PostgreSQL's programs on the database; the password goes where no list of processes shows it."""
    program = shutil.which(name) or next(
        (str(found) for found in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)),
        None,
    )
    if program is None:
        raise BackupError(f"PostgreSQL's program {name} is not installed here (Debian: postgresql-client)")
    url = engine.url.set(drivername="postgresql")
    environment = dict(os.environ)
    if url.password:
        environment["PGPASSWORD"] = url.password
    address = url.set(password=None).render_as_string()
    done = subprocess.run(  # noqa: S603  # one of two programs, no shell
        [program, f"--dbname={address}", *arguments],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise BackupError(f"{name} failed: {done.stderr.strip()}")
