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


class BodyError(ScrapeError):
    """A stored body is missing or damaged: bring the document in again."""


class Bodies:
    """A folder of bodies. Writers need no lock: equal names hold equal bytes."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, body: bytes, sha256: str) -> None:
        """Store a body, whole or not at all. A body that is already there is left alone."""
        path = self._path(sha256)
        if path.exists():
            return
        if sha256_of(body).hexdigest() != sha256:
            raise ValueError(f"the body's sha256 is not {sha256}")
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{sha256}.{uuid.uuid4().hex}.draft")
        try:
            _write_compressed(draft, body)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        # The names must be on disk too before the database may refer to the body.
        _sync_folder(path.parent)
        _sync_folder(self._root)

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
    with path.open("xb") as file:
        with compressor.stream_writer(file, size=len(body), closefd=False) as writer:
            for start in range(0, len(view), _PIECE):
                writer.write(view[start : start + _PIECE])
        file.flush()
        os.fsync(file.fileno())


def _read_compressed(path: Path) -> bytes:
    body = io.BytesIO()
    with path.open("rb") as file:
        zstandard.ZstdDecompressor().copy_stream(file, body)
    return body.getvalue()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
