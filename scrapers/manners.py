"""How we behave as a visitor: pauses, patience, robots.txt, and the clock they go by."""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from protego import Protego

from scrapers.addresses import Target
from scrapers.errors import FetchError

PRODUCT = "SecurityAssistanceTracker"
"""Our name in the User-Agent, and the name robots.txt files may address us by."""

LONGEST_CRAWL_DELAY = 600.0
"""GAO's robots.txt asks for 420 s. Who comes back sooner is told when to, and nobody waits that long."""
LONGEST_BACKOFF = 30.0
LONGEST_RETRY_AFTER = timedelta(days=7).total_seconds()
"""A server that asks for more than this is asked again after it, lest a slip in one header end a source."""

GONE = frozenset({404, 410})


def utc_now() -> datetime:
    """This instant."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """Time as the fetcher sees and spends it, and the dice for its jitter; tests bring their own."""

    now: Callable[[], datetime] = utc_now
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random


@dataclass(frozen=True, slots=True)
class Manners:
    """How patient and how gentle we are, in seconds. `total` bounds one attempt, connecting to last byte."""

    pause: float = 1.0
    attempts: int = 3
    longest_wait: float = 120.0
    connect: float = 10.0
    read: float = 30.0
    total: float = 600.0


def robots_rules(status: int, body: bytes) -> Protego | None:
    """The rules a robots.txt answer states. No file means no rules; anything else unclear gives None."""
    if status in GONE:
        return Protego.parse("")
    if status != 200:
        return None
    return Protego.parse(body.decode("utf-8", errors="replace"))


def retry_after(value: str | None, now: datetime) -> float | None:
    """The seconds that a Retry-After header asks for, in either form; None if it says nothing usable."""
    text = (value or "").strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return min(float(text), LONGEST_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:  # "-0000": UTC of unknown local time
        moment = moment.replace(tzinfo=UTC)
    return min(max(0.0, (moment - now).total_seconds()), LONGEST_RETRY_AFTER)


def backoff(attempt: int, chance: float) -> float:
    """The wait after the nth failed attempt: doubling, and half of it left to chance (0 to 1)."""
    return min(LONGEST_BACKOFF, 2.0**attempt) * (0.5 + chance / 2)


@dataclass(frozen=True, slots=True)
class RobotsVerdict:
    rules: Protego | None
    problem: str
    expires_at: float


@dataclass(slots=True)
class Turns:
    """Spaces out the requests to each host, whichever source or thread makes them."""

    clock: Clock
    manners: Manners
    _free_at: dict[str, float] = field(default_factory=dict)
    _pauses: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, target: Target) -> None:
        """Wait for the host's next free moment. Raises FetchError if that is too far off."""
        with self._lock:
            now = self.clock.monotonic()
            moment = max(now, self._free_at.get(target.host, now))
            wait = moment - now
            if wait <= self.manners.longest_wait:
                self._free_at[target.host] = moment + self._pause(target)
        if wait > self.manners.longest_wait:
            back_at = (self.clock.now() + timedelta(seconds=wait)).isoformat(timespec="seconds")
            raise FetchError(f"{target.host} asks us to come back at {back_at}", url=target.url)
        if wait > 0:
            self.clock.sleep(wait)

    def end(self, target: Target) -> None:
        """Count the pause from the end of a request, which may have been long."""
        self.hold(target, self._pause(target))

    def hold(self, target: Target, seconds: float) -> None:
        """Leave the host alone for at least so long from now."""
        with self._lock:
            moment = self.clock.monotonic() + seconds
            self._free_at[target.host] = max(moment, self._free_at.get(target.host, moment))

    def slow_down(self, target: Target, crawl_delay: float) -> None:
        """Honour the pause that the host's robots.txt asks for, within reason."""
        self._pauses[target.host] = min(crawl_delay, LONGEST_CRAWL_DELAY)

    def _pause(self, target: Target) -> float:
        return max(self.manners.pause, self._pauses.get(target.host, 0.0))
