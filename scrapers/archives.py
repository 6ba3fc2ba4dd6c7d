"""Reading an archive's members: checked, unpacked, parsed; a large archive's in a second process.

Parsing a whole Congress and storing it cost about the same. Both are Python code, so threads would only take
turns; a helper process parses ahead while this one stores. It gets the archive's bytes once, is told the
members' names in batches, answers with encoded records, and ends when its pipe does, however we end.
"""

from __future__ import annotations

import hashlib
import lzma
import os
import zipfile
import zlib
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle, send_handle
from typing import IO, Any

import msgspec

from scrapers.errors import DriftError
from scrapers.records import AnyRecord
from scrapers.source import Document, Known, Source

MAXIMUM_MEMBERS = 100_000

# Below this many members, starting a process costs more than it saves.
WORTH_A_PROCESS = 1_000
_BATCH = 50
_AHEAD = 3


class Member(msgspec.Struct, frozen=True, gc=False):
    """One member: where it is, its checksums, and its records or what is wrong with it."""

    url: str
    crc: int
    sha256: str = ""
    records: tuple[Any, ...] = ()
    problem: str = ""
    place: str = ""


class Archive:
    """A zip as fetched, its bytes in a file. Raises DriftError when it cannot be read as one."""

    def __init__(self, document: Document, file: IO[bytes]) -> None:
        self._document = document
        self._file = file
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
            raise DriftError(f"not a readable archive: {error}", url=document.url) from error
        self._infos = {self._url(info): info for info in self._zip.infolist() if not info.is_dir()}
        if not 0 < len(self._infos) <= MAXIMUM_MEMBERS:
            raise DriftError(f"the archive has {len(self._infos)} members", url=document.url)

    def _url(self, info: zipfile.ZipInfo) -> str:
        return f"{self._document.url}#{info.filename}"

    @property
    def urls(self) -> frozenset[str]:
        """Every member's address: the archive's, with the member's name behind a `#`."""
        return frozenset(self._infos)

    def changed(self, known: Mapping[str, Known], parser_version: int) -> list[str]:
        """The members to read: those whose checksum in the archive's own table is not the one we know."""
        return [
            url
            for url, info in self._infos.items()
            if (before := known.get(url)) is None
            or before.crc != info.CRC
            or before.parser_version != parser_version
        ]

    def read(self, source: Source, urls: Sequence[str]) -> Iterator[Member]:
        """The members in order, parsed here, or ahead of us by a second process."""
        if len(urls) >= WORTH_A_PROCESS and source.member_type is not None and (os.cpu_count() or 1) > 1:
            yield from self._read_beside(source, urls)
        else:
            for url in urls:
                yield self.parse(source, url)

    def parse(self, source: Source, url: str) -> Member:
        """One member, unpacked and parsed."""
        info = self._infos[url]
        if info.file_size > source.maximum_member_bytes:
            return Member(url, info.CRC, problem=f"the member would unpack to {info.file_size} bytes")
        try:
            body = self._zip.read(info)
        except (
            zipfile.BadZipFile,
            zlib.error,
            lzma.LZMAError,
            EOFError,
            OSError,
            RuntimeError,
            ValueError,
        ) as error:
            return Member(url, info.CRC, problem=f"the member cannot be unpacked: {error}")
        sha256 = hashlib.sha256(body).hexdigest()
        document = Document(url, body, "application/xml", self._document.fetched_at, sha256)
        try:
            return Member(url, info.CRC, sha256, tuple(_records(source, document)))
        except DriftError as error:
            return Member(url, info.CRC, sha256, problem=error.message, place=error.place)

    def _read_beside(self, source: Source, urls: Sequence[str]) -> Iterator[Member]:
        decoder = msgspec.msgpack.Decoder(list[_typed_member(source)])  # type: ignore[misc]
        batches = deque(urls[start : start + _BATCH] for start in range(0, len(urls), _BATCH))
        ours, theirs = get_context("spawn").Pipe()
        told = (theirs, source.key, self._document.url, self._document.fetched_at)
        helper = get_context("spawn").Process(target=_serve, args=told, daemon=True)
        helper.start()
        theirs.close()
        try:
            # The file has no name, so that nothing of it stays if we are killed. From here only the helper reads it.
            send_handle(ours, self._file.fileno(), helper.pid)
            under_way = 0
            while batches or under_way:
                while batches and under_way < _AHEAD:
                    ours.send(batches.popleft())
                    under_way += 1
                answer = decoder.decode(ours.recv_bytes())
                under_way -= 1
                for member in answer:
                    yield Member(*(getattr(member, field) for field in Member.__struct_fields__))
        except (EOFError, OSError) as error:
            raise RuntimeError("the process that parses the archive ended early") from error
        finally:
            ours.close()
            helper.join(timeout=5)
            if helper.is_alive():
                helper.kill()


def _records(source: Source, document: Document) -> Iterator[AnyRecord]:
    for found in source.parse(document):
        if source.member_type is None or not isinstance(found, source.member_type):
            raise DriftError(f"an archive's member yielded a {type(found).__name__}", url=document.url)
        yield found


# --- in a second process ----------------------------------------------------------------------------


def _typed_member(source: Source) -> type[msgspec.Struct]:
    """`Member` with the type of its records filled in, so that decoding checks and builds them."""
    return msgspec.defstruct(
        "TypedMember",
        [("url", str), ("crc", int), ("sha256", str), ("records", tuple[source.member_type, ...]),  # type: ignore[name-defined]
         ("problem", str), ("place", str)],
    )  # fmt: skip


def _serve(pipe: Connection, source_key: str, url: str, fetched_at: datetime) -> None:
    """The helper's whole life: batches of names until the pipe closes."""
    from scrapers.registry import all_sources  # only here: the registry's sources import this package

    source = all_sources()[source_key]
    try:
        with os.fdopen(recv_handle(pipe), "rb") as file:
            archive = Archive(Document(url, b"", "application/zip", fetched_at, ""), file)
            while True:
                names = pipe.recv()
                pipe.send_bytes(msgspec.msgpack.encode([archive.parse(source, name) for name in names]))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return
