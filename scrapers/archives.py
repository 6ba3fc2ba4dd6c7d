"""Reading an archive's members: checked, unpacked, parsed; a large archive's with the help of a second process.

Parsing a whole Congress and storing it are both Python code, so threads would only take turns; a helper process
parses ahead while this one stores. It gets the archive's bytes once, is told the members' names in batches,
answers with encoded records, and ends when its pipe does, however we end. Parsing is the larger part, so this
process parses a batch too whenever it would otherwise wait: neither is idle while the other works.
"""

from __future__ import annotations

import gc
import hashlib
import io
import lzma
import os
import struct
import zipfile
import zlib
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import recv_handle, send_handle
from queue import SimpleQueue
from threading import Thread
from typing import IO, Any, Generic, Self, TypeVar

import msgspec

from scrapers.errors import DriftError
from scrapers.records import AnyRecord, Record
from scrapers.source import Document, Known, Source

MAXIMUM_MEMBERS = 100_000

# Below this many members, starting a process costs more than it saves.
WORTH_A_PROCESS = 1_000
_BATCH = 25
# Members stand one behind the other: what is read at once holds a batch of them.
_PIECE = 256 * 1024
# Batches that the helper has been given, and batches that are under way with it or ready here.
_AHEAD = 8
_WINDOW = 9

# A member's local header: signature, and the lengths of its name and of its extra field.
_HEADER = struct.Struct("<4s22xHH")
# Flags of encrypted and patched members.
_UNUSUAL = 0x1 | 0x20 | 0x40

_DAMAGED = (
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)


Found = TypeVar("Found")


class Member(msgspec.Struct, Generic[Found], frozen=True, gc=False):
    """One member: where it is, its checksums, and its records or what is wrong with it."""

    url: str
    crc: int
    sha256: str = ""
    records: tuple[Found, ...] = ()
    problem: str = ""
    place: str = ""


class Archive:
    """A zip as fetched, its bytes in a file. Raises DriftError when it cannot be read as one."""

    def __init__(self, document: Document, file: IO[bytes]) -> None:
        self.document, self.file = document, file
        try:
            infos = self._opened().infolist()
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
            raise DriftError(f"not a readable archive: {error}", url=document.url) from error
        self._places = {
            f"{document.url}#{info.filename}": _place(info) for info in infos if not info.is_dir()
        }
        if not 0 < len(self._places) <= MAXIMUM_MEMBERS:
            raise DriftError(f"the archive has {len(self._places)} members", url=document.url)

    def _opened(self) -> zipfile.ZipFile:
        return zipfile.ZipFile(io.BufferedReader(_OwnPlace(self.file.fileno()), _PIECE))

    @property
    def urls(self) -> frozenset[str]:
        """Every member's address: the archive's, with the member's name behind a `#`."""
        return frozenset(self._places)

    def changed(self, known: Mapping[str, Known], parser_version: int) -> list[str]:
        """The members to read: those whose checksum in the archive's own table is not the one we know."""
        return [
            url
            for url, place in self._places.items()
            if (before := known.get(url)) is None
            or before.crc != place.crc
            or before.parser_version != parser_version
        ]

    def parse(self, source: Source, url: str) -> Member[AnyRecord]:
        """One member, unpacked and parsed."""
        place = self._places[url]
        if place.size > source.maximum_member_bytes:
            return Member(url, place.crc, problem=f"the member would unpack to {place.size} bytes")
        try:
            body = self._unpacked(url, place)
        except _DAMAGED as error:
            return Member(url, place.crc, problem=f"the member cannot be unpacked: {error}")
        sha256 = hashlib.sha256(body).hexdigest()
        document = Document(url, body, "application/xml", self.document.fetched_at, sha256)
        try:
            return Member(url, place.crc, sha256, tuple(_records(source, document)))
        except DriftError as error:
            return Member(url, place.crc, sha256, problem=error.message, place=error.place)

    def _unpacked(self, url: str, place: _Place) -> bytes:
        """A member's bytes, checked. Of usual members in one go: zipfile's own reading takes as long again."""
        if not place.is_usual:
            with self._opened() as archive:
                return archive.read(url.removeprefix(f"{self.document.url}#"))
        descriptor = self.file.fileno()
        header = os.pread(descriptor, _HEADER.size, place.offset)
        signature, name_length, extra_length = _HEADER.unpack(header)
        if signature != b"PK\3\4":
            raise zipfile.BadZipFile("no member begins where the archive's table says")
        body = os.pread(descriptor, place.packed, place.offset + _HEADER.size + name_length + extra_length)
        if place.is_deflated:
            # One byte more than promised is enough to know that the promise is broken.
            body = zlib.decompressobj(-zlib.MAX_WBITS).decompress(body, place.size + 1)
        if len(body) != place.size or zlib.crc32(body) != place.crc:
            raise zipfile.BadZipFile(f"bad length or checksum of {url.partition('#')[2]}")
        return body


class _Place(msgspec.Struct, frozen=True, gc=False):
    """What the archive's table says of a member; a third of what zipfile keeps of each."""

    offset: int
    packed: int
    size: int
    crc: int
    is_deflated: bool
    is_usual: bool


def _place(info: zipfile.ZipInfo) -> _Place:
    is_deflated = info.compress_type == zipfile.ZIP_DEFLATED
    is_usual = not info.flag_bits & _UNUSUAL and (is_deflated or info.compress_type == zipfile.ZIP_STORED)
    return _Place(info.header_offset, info.compress_size, info.file_size, info.CRC, is_deflated, is_usual)


class _OwnPlace(io.RawIOBase):
    """An open file read from a place of our own: two processes that share one would else move each other's."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor, self._place = descriptor, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        read = os.preadv(self._descriptor, [buffer], self._place)
        self._place += read
        return read

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: os.fstat(self._descriptor).st_size}
        if start[whence] + offset < 0:
            raise OSError("a place before the beginning")
        self._place = start[whence] + offset
        return self._place


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

    def read(self, archive: Archive, urls: Sequence[str]) -> Iterator[Member[AnyRecord]]:
        """The members in order, parsed here, and ahead of us by the helper where there is one."""
        worth_it = len(urls) >= WORTH_A_PROCESS and (os.cpu_count() or 1) > 1
        if self._source.member_type is not None and (worth_it or self._helper is not None):
            try:
                yield from self._read_together(archive, urls, self._source.member_type)
            except (EOFError, OSError) as error:
                raise RuntimeError("the process that parses the archive ended early") from error
        else:
            for url in urls:
                yield archive.parse(self._source, url)

    def _read_together(
        self, archive: Archive, urls: Sequence[str], kind: type[Record]
    ) -> Iterator[Member[AnyRecord]]:
        decode = msgspec.msgpack.Decoder(list[Member[kind]]).decode  # type: ignore[valid-type]
        batches = deque(urls[start : start + _BATCH] for start in range(0, len(urls), _BATCH))
        pipe = self._hand_over(archive)
        # The batches under way, in order: parsed here, or None while they are with the helper.
        window: deque[list[Member[AnyRecord]] | None] = deque()
        while batches or window:
            while batches and window.count(None) < _AHEAD:
                pipe.send(batches.popleft())
                window.append(None)
            if window[0] is None and (pipe.poll() or not batches or len(window) >= _WINDOW):
                window[0] = decode(pipe.recv_bytes())
            if window[0] is not None:
                yield from window.popleft() or ()
            else:
                window.append([archive.parse(self._source, url) for url in batches.popleft()])

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


def _serve(pipe: Connection, source_key: str) -> None:
    """The helper's whole life: archives, and batches of names of their members, until the pipe closes."""
    from scrapers.registry import all_sources  # only here: the registry's sources import this package

    gc.set_threshold(50_000, 20, 100)  # records and elements hold no cycles
    source = all_sources()[source_key]
    archive: Archive | None = None
    # A pipe holds less than a batch: sent by a thread, answers wait beside it while we parse on.
    answers: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=_send, args=(pipe, answers), daemon=True).start()
    try:
        while True:
            told = pipe.recv()
            if isinstance(told, tuple):
                url, fetched_at = told
                file = os.fdopen(recv_handle(pipe), "rb")
                archive = Archive(Document(url, b"", "application/zip", fetched_at, ""), file)
            else:
                assert archive is not None
                answers.put(msgspec.msgpack.encode([archive.parse(source, name) for name in told]))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return


def _send(pipe: Connection, answers: SimpleQueue[bytes]) -> None:
    with suppress(OSError):  # the pipe is closed: the one at its other end has all it wants, or is no more
        while True:
            pipe.send_bytes(answers.get())
