"""What the short mails say: the shape of `digest.values`, one struct a kind. Pure.

Written here when a mail is queued, read where it is rendered. A mail that must carry a token has a `seed`; its link is
`{PUBLIC_URL}/confirm/{token}` or `/manage/{token}` with `tokens.mailed_token(secret, purpose, seed)`. Paths are ours
and begin with `/`. All texts are plain: escape them.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import msgspec

from tracker.models import DigestKind


class FollowedThing(msgspec.Struct, frozen=True):
    """A follow in words: "Egypt" at `/countries/EGY`, and which kinds of change ("every kind of change")."""

    target: str
    title: str
    path: str
    kinds: str
    at_once: bool = False
    volume: str = ""
    """ "about 3 items a week"; empty where it was not counted."""


class SampleChange(msgspec.Struct, frozen=True):
    """A real change of the kind that will come: "S. 1780", its title, its page, and the sentence of the change."""

    item: str
    title: str
    path: str
    sentence: str
    seen_on: date


class Confirmation(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody asked for mail to this address; nothing comes unless the link in this mail is followed.

    `is_first` is False where the address is confirmed already and more was asked for. `schedule` is in words, `volume`
    a sentence: "Expect about 3 items a week, reckoned from the last 90 days."
    """

    seed: str
    expires_at: datetime
    is_first: bool
    follows: tuple[FollowedThing, ...]
    schedule: str
    volume: str
    sample: tuple[SampleChange, ...] = ()
    held_because: str = ""
    """Why a person looks first; for operators."""


class Reminder(msgspec.Struct, frozen=True, kw_only=True):
    """The only reminder, two days after the confirmation mail; the address is deleted on `deleted_on` otherwise."""

    seed: str
    expires_at: datetime
    asked_on: date
    deleted_on: date
    follows: tuple[FollowedThing, ...]
    schedule: str


class Welcome(msgspec.Struct, frozen=True, kw_only=True):
    """What was confirmed, what it will bring, and when the first digest can come."""

    follows: tuple[FollowedThing, ...]
    schedule: str
    volume: str
    first_due_at: datetime
    sample: tuple[SampleChange, ...] = ()


class ManageLink(msgspec.Struct, frozen=True, kw_only=True):
    """A link to the page where everything can be changed, asked for on the site."""

    seed: str
    expires_at: datetime


VALUES: dict[DigestKind, type[msgspec.Struct]] = {
    DigestKind.CONFIRMATION: Confirmation,
    DigestKind.REMINDER: Reminder,
    DigestKind.WELCOME: Welcome,
    DigestKind.MANAGE: ManageLink,
}


def to_values(mail: msgspec.Struct) -> Any:
    """As `digest.values` keeps it."""
    return msgspec.to_builtins(mail)


def from_values(kind: DigestKind, values: Any) -> msgspec.Struct:
    """As it was given. Raises msgspec.ValidationError for what is not of that kind."""
    return msgspec.convert(values, VALUES[kind])
