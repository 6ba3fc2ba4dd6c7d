"""Runs of sources, and the documents they brought: where every fact comes from."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from scrapers.problems import Problem
from tracker.db import Base, Json, UtcDateTime, enum_type


class Status(StrEnum):
    """How a collection ended. `running` with no end is a run that was killed."""

    RUNNING = "running"
    OK = "ok"
    UNCHANGED = "unchanged"
    QUARANTINED = "quarantined"
    FAILED = "failed"


class Collection(Base):
    """One run of a source. Written even when its facts were not believed."""

    __tablename__ = "collection"
    __table_args__ = (Index("ix_collection_source_started", "source", "started_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(40))
    parser_version: Mapped[int]
    options: Mapped[dict[str, str]] = mapped_column(Json(dict[str, str]))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    status: Mapped[Status] = mapped_column(enum_type(Status))
    documents: Mapped[int] = mapped_column(default=0)
    records: Mapped[int] = mapped_column(default=0)
    created: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    stale: Mapped[int] = mapped_column(default=0)
    changes: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)
    held_because: Mapped[str | None] = mapped_column(Text)
    problems: Mapped[tuple[Problem, ...]] = mapped_column(Json(tuple[Problem, ...]), default=())


class SourceDocument(Base):
    """The last good copy of a document: its address, its bytes' checksum, and when it was fetched.

    `fetched_until` is None where that is known to the instant, as of all that was fetched here. A copy that came with
    the bundled facts was fetched by somebody else, on a day from that of `fetched_at` to `fetched_until`.

    A member of an archive has the archive as `container`, and the archive's own checksum of it as `crc`.
    The bytes are kept compressed by `sha256` (an archive's members in the archive). `etag` and
    `last_modified` are kept only when everything in the document was stored, so that a document with a
    problem is asked for again. `about` is the key of the item that a document of its own item tells of.
    """

    __tablename__ = "source_document"

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(40))
    url: Mapped[str] = mapped_column(Text, unique=True)
    container_id: Mapped[int | None] = mapped_column(ForeignKey("source_document.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(64))
    crc: Mapped[int | None] = mapped_column(BigInteger)
    etag: Mapped[str | None] = mapped_column(Text)
    last_modified: Mapped[str | None] = mapped_column(Text)
    fetched_at: Mapped[datetime] = mapped_column(UtcDateTime)
    parser_version: Mapped[int]
    about: Mapped[str | None] = mapped_column(String(80))
    fetched_until: Mapped[date | None]
