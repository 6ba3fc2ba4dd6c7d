"""What can go wrong while collecting, split by what the caller does about it."""

from __future__ import annotations


class ScrapeError(Exception):
    """Base: names the source document and, where known, the place inside it."""

    def __init__(self, message: str, *, url: str = "", place: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.url = url
        self.place = place

    def __str__(self) -> str:
        where = " ".join(part for part in (self.url, self.place) if part)
        return f"{self.message} ({where})" if where else self.message


class FetchError(ScrapeError):
    """The document could not be brought in: try again at the next run."""


class NotFoundError(FetchError):
    """The publisher says there is no such document."""


class RefusedError(FetchError):
    """We must not fetch this: host not allowed, address not public, robots.txt, or too large."""


class DriftError(ScrapeError):
    """The document came, but is not what the source promised: set it aside, keep the last good data."""
