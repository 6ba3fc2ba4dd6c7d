"""Who may sit at the desk, and how often somebody tried to get in."""

from __future__ import annotations

from datetime import datetime

from flask_security import UserMixin
from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, UtcDateTime


class Editor(Base, UserMixin):
    """A login for the desk. `name` is the signature that readers see; the address is shown to nobody.

    A removed editor keeps the row without address and password, so that a signature stays one person's.
    `fs_uniquifier` names the login in sessions and links: a new one ends them all.
    """

    __tablename__ = "editor"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str | None] = mapped_column(Text, unique=True)  # type: ignore[assignment]  # as declared there
    name: Mapped[str] = mapped_column(String(80), unique=True)
    password: Mapped[str | None] = mapped_column(Text)
    active: Mapped[bool]
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LoginAttempt(Base):
    """One try to log in. `who` is a keyed digest of the account or of the address it came from: neither is kept."""

    __tablename__ = "login_attempt"
    __table_args__ = (Index("ix_login_attempt_who", "who", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    who: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
