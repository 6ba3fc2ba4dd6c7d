"""`python -m scrapers.feed_reader`: reads feeds in a process of its own, which may be killed. See `feeds.py`.

A hostile feed can keep feedparser busy for a long time and much memory. So it works here, under limits that the
system keeps: of processor time for each feed, of memory for all. A body comes in behind its length, and what it
says goes out the same way. feedparser opens files and addresses that it is given as a string; here it only ever
gets bytes in memory.
"""

from __future__ import annotations

import io
import resource
import signal
import struct
import sys
from contextlib import suppress
from typing import IO, Any

import feedparser
import msgspec

from scrapers.plain_text import plain, plain_line, without_contacts

PROCESSOR_SECONDS = 1.0
"""What one feed may take. The system ends the process when it is used up, whatever the process does."""
MEMORY = 1024 * 1024 * 1024
MAXIMUM_ENTRIES = 500
MAXIMUM_TITLE = 500
MAXIMUM_TEXT = 20_000
LENGTH = struct.Struct(">Q")


class Said(msgspec.Struct, frozen=True):
    """An entry as plain text, its addresses and dates as the feed writes them."""

    title: str
    link: str
    guid: str
    text: str
    published: str
    updated: str


class Answer(msgspec.Struct, frozen=True):
    """What a feed says. `version` is empty for what is no feed."""

    version: str
    title: str
    problem: str
    entries: tuple[Said, ...]


def read(body: bytes) -> Answer:
    """What a feed says, well-formed or not."""
    found: Any = feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
    entries = tuple(_said(entry) for entry in found.entries[:MAXIMUM_ENTRIES])
    problem = str(found.get("bozo_exception", ""))[:200] if found.bozo else ""
    return Answer(
        _text(found, "version"), plain_line(_text(found.feed, "title"))[:MAXIMUM_TITLE], problem, entries
    )


def _said(entry: Any) -> Said:
    body = _text(entry, "summary") or next(
        (_text(content, "value") for content in entry.get("content") or ()), ""
    )
    return Said(
        title=without_contacts(plain_line(_text(entry, "title")[: 10 * MAXIMUM_TITLE]))[:MAXIMUM_TITLE],
        link=_text(entry, "link")[:2000],
        guid=_text(entry, "id")[:2000],
        text=without_contacts(plain(body[: 5 * MAXIMUM_TEXT]))[:MAXIMUM_TEXT],
        published=_text(entry, "published")[:100],
        updated=_text(entry, "updated")[:100] if "updated" in entry else "",
    )


def _text(holder: Any, name: str) -> str:
    value = holder.get(name)
    return value if isinstance(value, str) else ""


def _serve(bodies: IO[bytes], answers: IO[bytes]) -> None:
    encoder = msgspec.msgpack.Encoder()
    while head := bodies.read(LENGTH.size):
        body = bodies.read(LENGTH.unpack(head)[0])
        signal.setitimer(signal.ITIMER_PROF, PROCESSOR_SECONDS)
        try:
            answer = read(body)
        except Exception as error:  # noqa: BLE001  # the boundary: what feedparser trips over is told, not raised
            answer = Answer("", "", f"{type(error).__name__}: {error}"[:200], ())
        signal.setitimer(signal.ITIMER_PROF, 0)
        said = encoder.encode(answer)
        answers.write(LENGTH.pack(len(said)) + said)
        answers.flush()


if __name__ == "__main__":
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        with suppress(ValueError, OSError):  # not every system has every limit
            resource.setrlimit(limit, (most, most))
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _serve(sys.stdin.buffer, sys.stdout.buffer)
