"""Feeds, read strictly enough: what an entry is, its address, its dates. The reading itself happens in a helper.

feedparser reads whatever has been called a feed in twenty years, and a hostile one can keep it busy. It runs in a
helper process (`feed_reader.py`) that ends when one feed takes too much; the next feed gets a new helper. What
comes back is plain text without contact details. A web page in place of a feed, an empty feed, and bytes that are
no feed are drift.
"""

from __future__ import annotations

import atexit
import os
import re
import select
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

import msgspec

from scrapers.errors import DriftError
from scrapers.feed_dates import feed_day, feed_instant
from scrapers.feed_reader import LENGTH, MAXIMUM_TITLE, Answer, Said
from scrapers.plain_text import plain_line
from scrapers.source import Document

MAXIMUM_BYTES = 3 * 1024 * 1024
PATIENCE = 60.0
"""Seconds until a helper that does not answer is given up. What a feed may take of the processor is less."""

_WEB_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s|<!--.{0,5000}?-->|<\?xml.{0,200}?\?>)*<(?:!doctype\s+html|html|head|body)\b",
    re.I | re.S,
)
_PLAIN = "%!#$&'()*+,/:;=?@[]~"  # what an address may have as it is; a blank and what is not ASCII may not
_ANCHOR = re.compile(r"""<a\s[^>]{0,200}?href=["']?(?P<address>[^"'\s>]+)""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed. `guid` is its identity where the feed gives one, and may be any text."""

    title: str
    url: str
    guid: str | None
    text: str
    published_at: datetime | None
    published_on: date | None
    updated_at: datetime | None


def entries_of(document: Document) -> list[Entry]:
    """The entries of a feed in its order, without stubs. Raises DriftError."""
    body = document.body
    if not body.strip():
        raise DriftError("the document is empty", url=document.url)
    if len(body) > MAXIMUM_BYTES:
        raise DriftError(f"the feed has {len(body)} bytes", url=document.url)
    if _WEB_PAGE.match(body[:8192]):
        raise DriftError("a web page came in place of the feed", url=document.url, place="line 1")
    answer = _HELPER.read(body, document.url)
    if not answer.version and not answer.entries:
        raise DriftError(f"not a feed: {answer.problem or 'nothing in it is known'}", url=document.url)
    found = [entry for said in answer.entries if (entry := _entry(said, document.url))]
    if not found:
        raise DriftError("the feed has no entries", url=document.url)
    return found


def _entry(said: Said, base: str) -> Entry | None:
    """None for a stub: docs.house.gov publishes empty items whose guid is 0."""
    guid = _guid(said.guid)
    url = _address(said.link, base) or _address(guid or "", base)
    title = said.title or said.text.partition("\n")[0][:MAXIMUM_TITLE]
    if not title or url is None:
        return None
    return Entry(
        title=title,
        url=url,
        guid=guid,
        text=said.text,
        published_at=feed_instant(said.published),
        published_on=feed_day(said.published),
        updated_at=feed_instant(said.updated),
    )


def _guid(text: str) -> str | None:
    """The guid; of one that is a link in markup, the address alone."""
    text = text.replace("%3Ca%20href%3D%22", '<a href="').replace("%22%3E", '">')
    anchor = _ANCHOR.search(text)
    guid = anchor["address"] if anchor else plain_line(text) if "<" in text else " ".join(text.split())
    return guid if guid not in ("", "0") else None


def _address(link: str, base: str) -> str | None:
    """Where a link leads, for a web address; http is what old sites print of their own https pages."""
    link = quote(_mended(re.sub(r"[\t\r\n]", "", link).strip()), safe=_PLAIN)
    if not link or link == "0":
        return None
    try:
        url = urljoin(base, link)
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or "." not in host or parts.username:
        return None
    if parts.scheme == "http" and host == urlsplit(base).hostname:
        url = "https" + url[4:]
    return url


def _mended(link: str) -> str:
    """A link of which the UTF-8 was read as Latin-1, `14-15â\x80\x93FA.pdf`, as it was meant."""
    if not re.search("[\x80-\x9f]", link):
        return link
    try:
        return link.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return link


# --- the helper -------------------------------------------------------------------------------------


class _Helper:
    """The process that reads feeds, one at a time; started when first needed, and anew after it died."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._lock = threading.Lock()

    def read(self, body: bytes, url: str) -> Answer:
        """What a feed says. Raises DriftError when the helper ended or did not answer."""
        with self._lock:
            process = self._running()
            try:
                answer = _ask(process, body, time.monotonic() + PATIENCE)
            except (OSError, EOFError, TimeoutError, msgspec.DecodeError) as error:
                self.stop()
                raise DriftError(
                    "reading the feed took more time or memory than a feed may take", url=url
                ) from error
            return answer

    def stop(self) -> None:
        """End the process, if it is ours."""
        process, self._process = self._process, None
        if process is not None and self._owner == os.getpid():
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with suppress(OSError):
                        pipe.close()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._owner != os.getpid():  # a fork of ours shares the helper's pipes, and may not use them
            self._owner, self._process = os.getpid(), None
        if self._process is None or self._process.poll() is not None:
            self.stop()
            root = Path(__file__).resolve().parent.parent
            self._process = subprocess.Popen(  # ourselves, with nothing of anybody's in the command
                [sys.executable, "-m", "scrapers.feed_reader"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=root,
                bufsize=0,
            )  # fmt: skip
        return self._process


def _ask(process: subprocess.Popen[bytes], body: bytes, until: float) -> Answer:
    assert process.stdin is not None
    assert process.stdout is not None
    _write(process.stdin.fileno(), LENGTH.pack(len(body)) + body, until)
    (length,) = LENGTH.unpack(_read(process.stdout.fileno(), LENGTH.size, until))
    return msgspec.msgpack.decode(_read(process.stdout.fileno(), length, until), type=Answer)


def _write(handle: int, data: bytes, until: float) -> None:
    left = memoryview(data)
    while left:
        _await([], [handle], until)
        left = left[os.write(handle, left[:4096]) :]


def _read(handle: int, length: int, until: float) -> bytes:
    found = bytearray()
    while len(found) < length:
        _await([handle], [], until)
        piece = os.read(handle, length - len(found))
        if not piece:
            raise EOFError
        found += piece
    return bytes(found)


def _await(reading: list[int], writing: list[int], until: float) -> None:
    if not any(select.select(reading, writing, [], max(0.0, until - time.monotonic()))):
        raise TimeoutError


_HELPER = _Helper()
atexit.register(_HELPER.stop)
