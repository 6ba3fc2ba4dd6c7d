"""A sender's own log: which mails' final dots went out, and which were answered. It outlives the sender alone.

The database says `committing` of some hundred mails at once, since a commit for each would take longer than the mail.
Which of them were really handed over stands here, a file of fixed records beside the instance: a record is written
before the dot and after its answer. A write outlives a killed process without waiting for the disk; what a power cut
leaves of it is not believed, by the boot id at its head. The sender holds a lock on its log for as long as it lives,
and the kernel lets go of it with the process: who gets the lock knows that nothing more will be sent under that name.
"""

from __future__ import annotations

import fcntl
import logging
import os
from collections import deque
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from struct import Struct

log = logging.getLogger(__name__)

ENDING = ".dots"
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_RECORD = Struct("<qq")  # a mail and its mark; 16 bytes never lie across two pages
_HEAD = 64
_RECORDS = 1_020
_SIZE = _HEAD + _RECORDS * _RECORD.size


class Mark(IntEnum):
    """How far a mail of the log had come."""

    HERE = 1
    OUT = 2
    TAKEN = 3
    REFUSED = 4


class Dots:
    """The log of one sender. Where none can be kept, nothing is; then what a kill leaves is all uncertain."""

    def __init__(self, folder: Path, sender: str) -> None:
        self._path = folder / f"{sender}{ENDING}"
        self._image = bytearray(_SIZE)
        self._image[:_HEAD] = _boot_id().ljust(_HEAD)
        self._places: dict[int, int] = {}
        self._free = deque(range(_HEAD, _SIZE, _RECORD.size))
        self._file: int | None = None
        if _boot_id():
            try:
                folder.mkdir(parents=True, exist_ok=True)
                self._file = _created(self._path)
                os.pwrite(self._file, self._image, 0)
            except OSError as error:
                self._give_up(error)

    def here(self, mails: Collection[int]) -> None:
        """Before the database says `committing` of them: their dots have not gone out."""
        for mail in mails:
            place = self._places.get(mail)
            if place is None and self._free:
                place = self._places[mail] = self._free.popleft()
            if place is not None:
                _RECORD.pack_into(self._image, place, mail, Mark.HERE)
        self._write(0, self._image)

    def out(self, mail: int) -> None:
        """Before the dot."""
        self._mark(mail, Mark.OUT)

    def answered(self, mail: int, *, is_taken: bool) -> None:
        """After the answer to the dot."""
        self._mark(mail, Mark.TAKEN if is_taken else Mark.REFUSED)

    def forget(self, mails: Collection[int]) -> None:
        """After the database has written down what became of them."""
        for mail in mails:
            place = self._places.pop(mail, None)
            if place is not None:
                _RECORD.pack_into(self._image, place, 0, 0)  # on the disk with the next `here`
                self._free.append(place)

    def close(self, *, is_done: bool) -> None:
        """Let go. The log stays where something in it still has to be written down."""
        if self._file is not None:
            if is_done:
                self._path.unlink(missing_ok=True)
            os.close(self._file)
            self._file = None

    def _mark(self, mail: int, mark: Mark) -> None:
        place = self._places.get(mail)
        if place is not None:
            _RECORD.pack_into(self._image, place, mail, mark)
            self._write(place, self._image[place : place + _RECORD.size])

    def _write(self, at: int, piece: bytearray) -> None:
        if self._file is None:
            return
        try:
            if os.pwrite(self._file, piece, at) != len(piece):
                raise OSError("the log was cut short")
        except OSError as error:
            self._give_up(error)

    def _give_up(self, error: OSError) -> None:
        """A log that misses a record must not be believed: better none."""
        log.warning("no log of dots: %s: %s", self._path, error)
        self.close(is_done=True)


def _created(path: Path) -> int:
    """A new file, ours alone. Who looks for the logs of the dead may take it for one before it is locked."""
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(file, fcntl.LOCK_EX)
        if os.fstat(file).st_nlink:
            return file
        os.close(file)


@contextmanager
def left_behind(folder: Path) -> Iterator[dict[str, Mapping[int, Mark] | None]]:
    """By dead sender what its log says; None where it cannot be believed. Once the block is done, the logs are gone.

    A mail that a log does not name may have been handed over, as far as that log goes.
    """
    held: list[tuple[int, Path]] = []
    found: dict[str, Mapping[int, Mark] | None] = {}
    try:
        for path in sorted(folder.glob(f"*{ENDING}")):
            try:
                file = os.open(path, os.O_RDWR)
            except OSError:
                continue  # another was quicker
            held.append((file, path))
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(file)  # it lives
                held.pop()
                continue
            found[path.name.removesuffix(ENDING)] = _read(os.pread(file, _SIZE, 0))
        yield found
        for _, path in held:
            path.unlink(missing_ok=True)
    finally:
        for file, _ in held:
            os.close(file)


def _read(image: bytes) -> Mapping[int, Mark] | None:
    boot_id = _boot_id()
    if len(image) != _SIZE or not boot_id or image[:_HEAD].rstrip() != boot_id:
        return None
    return {mail: Mark(mark) for mail, mark in _RECORD.iter_unpack(image[_HEAD:]) if mail}


def _boot_id() -> bytes:
    """What the kernel calls the time since it was started; empty where it has no name for that."""
    try:
        return _BOOT_ID.read_bytes().strip()[:_HEAD]
    except OSError:
        return b""
