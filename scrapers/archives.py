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
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import recv_handle, send_handle
from typing import IO, Any, Self

import msgspec

from scrapers.errors import DriftError
from scrapers.records import AnyRecord, Record
from scrapers.source import Document, Known, Source

MAXIMUM_MEMBERS = 100_000

# Below this many members, starting a process costs more than it saves.
WORTH_A_PROCESS = 1_000
_BATCH = 50
_AHEAD = 3


_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError, ValueError)


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
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
            raise DriftError(f"not a readable archive: {error}", url=document.url) from error
        self.document, self.file = document, file
        self._infos = {self._url(info): info for info in self._zip.infolist() if not info.is_dir()}
        if not 0 < len(self._infos) <= MAXIMUM_MEMBERS:
            raise DriftError(f"the archive has {len(self._infos)} members", url=document.url)

    def _url(self, info: zipfile.ZipInfo) -> str:
        return f"{self.document.url}#{info.filename}"

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

    def parse(self, source: Source, url: str) -> Member:
        """One member, unpacked and parsed."""
        info = self._infos[url]
        if info.file_size > source.maximum_member_bytes:
            return Member(url, info.CRC, problem=f"the member would unpack to {info.file_size} bytes")
        try:
            body = self._zip.read(info)
        except _DAMAGED as error:
            return Member(url, info.CRC, problem=f"the member cannot be unpacked: {error}")
        sha256 = hashlib.sha256(body).hexdigest()
        document = Document(url, body, "application/xml", self.document.fetched_at, sha256)
        try:
            return Member(url, info.CRC, sha256, tuple(_records(source, document)))
        except DriftError as error:
            return Member(url, info.CRC, sha256, problem=error.message, place=error.place)


def _records(source: Source, document: Document) -> Iterator[AnyRecord]:
    for found in source.parse(document):
        if source.member_type is None or not isinstance(found, source.member_type):
            raise DriftError(f"an archive's member yielded a {type(found).__name__}", url=document.url)
        yield found


# --- in a second process ----------------------------------------------------------------------------


class Reader:
    """Reads members for one run, the many of a large archive in a helper process that is kept until `close`."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._pipe: Connection | None = None
        self._helper: BaseProcess | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End the helper: it stops when its pipe does."""
        if self._pipe is not None and self._helper is not None:
            self._pipe.close()
            self._helper.join(timeout=5)
            if self._helper.is_alive():
                self._helper.kill()

    def read(self, archive: Archive, urls: Sequence[str]) -> Iterator[Member]:
        """The members in order, parsed here, or ahead of us by the helper."""
        kind = self._source.member_type
        if len(urls) >= WORTH_A_PROCESS and kind is not None and (os.cpu_count() or 1) > 1:
            try:
                yield from self._read_beside(archive, urls, kind)
            except (EOFError, OSError) as error:
                raise RuntimeError("the process that parses the archive ended early") from error
        else:
            for url in urls:
                yield archive.parse(self._source, url)

    def _read_beside(self, archive: Archive, urls: Sequence[str], kind: type[Record]) -> Iterator[Member]:
        decoder = msgspec.msgpack.Decoder(list[_typed_member(kind)])  # type: ignore[misc]
        batches = deque(urls[start : start + _BATCH] for start in range(0, len(urls), _BATCH))
        pipe = self._hand_over(archive)
        under_way = 0
        while batches or under_way:
            while batches and under_way < _AHEAD:
                pipe.send(batches.popleft())
                under_way += 1
            answer = decoder.decode(pipe.recv_bytes())
            under_way -= 1
            for member in answer:
                yield Member(*(getattr(member, field) for field in Member.__struct_fields__))

    def _hand_over(self, archive: Archive) -> Connection:
        """Give the helper the archive's file, which has no name, so that nothing of it stays if we are killed."""
        if self._pipe is None or self._helper is None:
            spawn = get_context("spawn")
            self._pipe, theirs = spawn.Pipe()
            self._helper = spawn.Process(target=_serve, args=(theirs, self._source.key), daemon=True)
            self._helper.start()
            theirs.close()
        self._pipe.send((archive.document.url, archive.document.fetched_at))
        send_handle(self._pipe, archive.file.fileno(), self._helper.pid)
        return self._pipe


def _typed_member(kind: type[Record]) -> type[msgspec.Struct]:
    """`Member` with the type of its records filled in, so that decoding checks and builds them."""
    return msgspec.defstruct(
        "TypedMember",
        [("url", str), ("crc", int), ("sha256", str), ("records", tuple[kind, ...]),  # type: ignore[valid-type]
         ("problem", str), ("place", str)],
    )  # fmt: skip


def _serve(pipe: Connection, source_key: str) -> None:
    """The helper's whole life: archives, and batches of names of their members, until the pipe closes."""
    from scrapers.registry import all_sources  # only here: the registry's sources import this package

    source = all_sources()[source_key]
    archive: Archive | None = None
    try:
        while True:
            told = pipe.recv()
            if isinstance(told, tuple):
                url, fetched_at = told
                file = os.fdopen(recv_handle(pipe), "rb")
                archive = Archive(Document(url, b"", "application/zip", fetched_at, ""), file)
            else:
                assert archive is not None
                pipe.send_bytes(msgspec.msgpack.encode([archive.parse(source, name) for name in told]))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return
