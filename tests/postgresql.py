"""A throw-away PostgreSQL server, started by the tests themselves and gone with them.

It listens on a Unix socket only, keeps nothing safe on disk, and runs as an ordinary user because the server
refuses to run as root.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import URL

_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "128MB",
    "listen_addresses": "",
    "shared_buffers": "64MB",
    "max_connections": "40",
}
_OWNER = "tracker"
_PATIENCE = 30.0
_MEMORY = Path("/dev/shm")
_ROOM = 4 * 1024**3
"""How much must be free in memory, in bytes, for a server's files to be kept there."""


def binaries() -> Path | None:
    """The folder of PostgreSQL's server programs: on PATH, or where Debian puts them; the newest one."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    kept = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(kept, key=lambda folder: int(folder.parent.name), default=None)


@dataclass(slots=True)
class Server:
    """A running server and the folder that is all there is of it."""

    process: subprocess.Popen[bytes]
    folder: Path
    programs: Path

    def url(self, name: str) -> URL:
        """The address of one of its databases."""
        return URL.create(
            "postgresql+psycopg", username=_OWNER, database=name, query={"host": str(self.folder)}
        )

    def create(self, name: str, template: str = "template0") -> URL:
        """A new database, as a copy of the template, which nobody may be using just then."""
        # Copying files is twice as quick as PostgreSQL's usual way while nothing is flushed to disk.
        self._order(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        return self.url(name)

    def drop(self, name: str) -> None:
        """Forget a database, whoever still uses it."""
        self._order(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def restart(self) -> None:
        """Stop as `pg_ctl restart` does, ending whatever is going on, and come back."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(_PATIENCE)
        self.process = _serve(self.programs, self.folder)
        _wait_until_ready(self)

    def stop(self) -> None:
        """Stop at once, without setting anything in order, and leave nothing behind."""
        self.process.send_signal(signal.SIGQUIT)
        try:
            self.process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _order(self, statement: str) -> None:
        with _connect(self.folder) as connection:
            connection.autocommit = True
            connection.execute(statement.encode())


def start(programs: Path) -> Server:
    """A fresh server, ready for connections. Raises where it does not come up in good time."""
    # Not below pytest's own folder: a socket's path may have 107 characters, and the user must get in.
    folder = Path(tempfile.mkdtemp(prefix="tracker-postgresql-", dir=_roomy_memory()))
    user = _ordinary_user()
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
    data = folder / "data"
    _run(
        [programs / "initdb", "--pgdata", data, "--username", _OWNER, "--auth", "trust", "--no-sync",
         "--encoding", "UTF8", "--locale", "C"],
        user, folder,
    )  # fmt: skip
    server = Server(_serve(programs, folder), folder, programs)
    try:
        _wait_until_ready(server)
    except BaseException:
        server.stop()
        raise
    return server


def _serve(programs: Path, folder: Path) -> subprocess.Popen[bytes]:
    options = [f"--{name}={value}" for name, value in _SETTINGS.items()]
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            [programs / "postgres", "-D", folder / "data", "-k", folder, *options],
            cwd=folder, stdout=log, stderr=log, start_new_session=True, **_as(_ordinary_user()),
        )  # fmt: skip


def _roomy_memory() -> Path | None:
    """Where files are kept in memory, if there is room: a database is four hundred files, copied for every test."""
    is_roomy = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free >= _ROOM
    return _MEMORY if is_roomy and os.access(_MEMORY, os.W_OK) else None


def _ordinary_user() -> pwd.struct_passwd | None:
    """Whom to run as where we are root; None where we are someone ordinary ourselves."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _as(user: pwd.struct_passwd | None) -> dict[str, Any]:
    return {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": ()}


def _run(command: list[str | Path], user: pwd.struct_passwd | None, folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False, **_as(user))
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr.decode(errors='replace')}")


def _connect(folder: Path) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(host=str(folder), user=_OWNER, dbname="postgres", connect_timeout=5)


def _wait_until_ready(server: Server) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            _connect(server.folder).close()
        except psycopg.OperationalError:
            if server.process.poll() is not None or time.monotonic() > deadline:
                log = (server.folder / "log").read_text(errors="replace")
                raise RuntimeError(f"PostgreSQL did not start: {log}") from None
            time.sleep(0.05)
        else:
            return
