"""The evidence locker: every raw body we ever parsed, compressed, filed under its sha256.

The runner puts a body here before it is parsed, so that any figure can be traced to the bytes it came from
and an old document can be parsed again after a parser is corrected.
"""

from __future__ import annotations

import io
import os
import re
import uuid
from hashlib import sha256 as sha256_of
from pathlib import Path

import zstandard

from scrapers.errors import ScrapeError

_SHA256 = re.compile(r"[0-9a-f]{64}")
_PIECE = 1024 * 1024
# From so many on, one call for all the system has to write is quicker than one for each.
_MANY = 16


class BodyError(ScrapeError):
    """A stored body is missing or damaged: bring the document in again."""


class Bodies:
    """A folder of bodies. Writers need no lock: equal names hold equal bytes.

    A run puts many and then settles them together, before anything may refer to them: waiting for the disk at each
    would take longer than all the rest.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._sound: set[str] = set()
        self._unsettled: list[Path] = []

    def put(self, body: bytes, sha256: str) -> None:
        """Store a body, whole or not at all. A sound one that is already there is left alone."""
        path = self._path(sha256)
        if sha256 in self._sound:
            return
        if not (path.exists() and self._is_sound(sha256)):  # a crash before settling may have left half of it
            self._write(path, body, sha256)
        self._sound.add(sha256)
        self._unsettled.append(path)

    def settle(self) -> None:
        """Have on the disk what was put, the names too. Call it before the database refers to any of it."""
        paths, self._unsettled = self._unsettled, []
        if len(paths) > _MANY:
            os.sync()
            return
        for path in (*paths, *{path.parent for path in paths}, *([self._root] if paths else [])):
            _sync(path)

    def _is_sound(self, sha256: str) -> bool:
        try:
            self.get(sha256)
        except BodyError:
            return False
        return True

    def _write(self, path: Path, body: bytes, sha256: str) -> None:
        if sha256_of(body).hexdigest() != sha256:
            raise ValueError(f"the body's sha256 is not {sha256}")
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{sha256}.{uuid.uuid4().hex}.draft")
        try:
            _write_compressed(draft, body)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)

    def get(self, sha256: str) -> bytes:
        """The body with this checksum, verified. Raises BodyError."""
        path = self._path(sha256)
        try:
            body = _read_compressed(path)
        except FileNotFoundError as error:
            raise BodyError("no such body is stored", place=sha256) from error
        except zstandard.ZstdError as error:
            raise BodyError(f"the stored body is damaged: {error}", place=sha256) from error
        if sha256_of(body).hexdigest() != sha256:
            raise BodyError("the stored body is damaged: its checksum differs", place=sha256)
        return body

    def _path(self, sha256: str) -> Path:
        if not _SHA256.fullmatch(sha256):
            raise ValueError(f"not a sha256 in lower-case hexadecimal: {sha256!r}")
        return self._root / sha256[:2] / f"{sha256}.zst"


def _write_compressed(path: Path, body: bytes) -> None:
    compressor = zstandard.ZstdCompressor(level=1)  # nearly all of it is archives, which give way no further
    view = memoryview(body)
    with path.open("xb") as file, compressor.stream_writer(file, size=len(body), closefd=False) as writer:
        for start in range(0, len(view), _PIECE):
            writer.write(view[start : start + _PIECE])


def _read_compressed(path: Path) -> bytes:
    body = io.BytesIO()
    with path.open("rb") as file:
        zstandard.ZstdDecompressor().copy_stream(file, body)
    return body.getvalue()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
