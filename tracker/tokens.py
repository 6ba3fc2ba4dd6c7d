"""Words in links that prove something, each good for one purpose. Pure: the secret and the time are given.

Every use has a key of its own, derived from SECRET_KEY, so that no word made for one purpose passes for another.

*Mailed tokens* (confirm, manage) are 32 bytes long and end. The database keeps the sha256 of the token, and the row of
the mail keeps a random seed from which the token is made again when the mail is written: so a mail that is sent
again is the same to the byte, and somebody who reads the whole database still holds no token.

*Unsubscribe tokens* name a subscriber or a follow by its random public id, with a proof. They have no row, hold no
address, never end, and can do nothing but unsubscribe.
"""

from __future__ import annotations

import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from tracker.models import Purpose


def fresh_id() -> str:
    """A name that nobody can guess, for an address or a header: 128 random bits in 22 characters."""
    return _text(secrets.token_bytes(16))


# --- tokens in mails --------------------------------------------------------------------------------


def fresh_seed() -> str:
    """What a mailed token will be made of: 32 random bytes."""
    return _text(secrets.token_bytes(32))


def mailed_token(secret: str, purpose: Purpose, seed: str) -> str:
    """The token of that seed, 43 characters. Without the secret the seed is worth nothing."""
    return _text(_proof(secret, f"mailed {purpose.value}", seed))


def token_digest(token: str) -> str:
    """What the database keeps of a mailed token."""
    return sha256(token.encode(errors="replace")).hexdigest()


# --- tokens to unsubscribe --------------------------------------------------------------------------

_VERSION = "v1"
_UNSUBSCRIBE = re.compile(r"(v1)\.([sf])([\w-]{22})\.([\w-]{22})", re.ASCII)
_PROOF_BYTES = 16


class Unsubscribes(StrEnum):
    """What a token ends: everything that a subscriber gets, or one follow."""

    SUBSCRIBER = "s"
    FOLLOW = "f"


class Unsubscribe(NamedTuple):
    """What a token that we made ends: the subscriber or follow of that public id."""

    what: Unsubscribes
    public_id: str


def unsubscribe_token(secret: str, what: Unsubscribes, public_id: str) -> str:
    """`v1.s<public id>.<proof>` ends all mail, `v1.f<public id>.<proof>` one follow."""
    named = f"{what.value}{public_id}"
    return f"{_VERSION}.{named}.{_text(_proof(secret, f'unsubscribe {_VERSION}', named)[:_PROOF_BYTES])}"


def read_unsubscribe(secret: str, token: str) -> Unsubscribe | None:
    """What a token ends; None for one that we did not make."""
    match = _UNSUBSCRIBE.fullmatch(token)
    if match is None:
        return None
    found = Unsubscribe(Unsubscribes(match[2]), match[3])
    return found if _is_same(unsubscribe_token(secret, *found), token) else None


# --- addresses and networks, kept as digests only ---------------------------------------------------


def address_key(secret: str, address: str) -> str:
    """A keyed hash of an address, however it is spelled in upper and lower case."""
    return _proof(secret, "address", address.strip().casefold()).hex()


def network_key(secret: str, network: str, now: datetime) -> str:
    """A keyed hash of where a request came from. The key changes every day, so that days cannot be joined."""
    return _proof(secret, f"network {now.astimezone(UTC).date()}", network).hex()


# --- when a form was drawn --------------------------------------------------------------------------


def form_stamp(secret: str, now: datetime) -> str:
    """The time at which a form was drawn, signed: `1780000000.<proof>`."""
    seconds = str(int(now.timestamp()))
    return f"{seconds}.{_text(_proof(secret, 'form', seconds)[:_PROOF_BYTES])}"


def form_age(secret: str, stamp: str, now: datetime) -> timedelta | None:
    """How long ago a form was drawn; None for a stamp that we did not make."""
    seconds, _, _ = stamp.partition(".")
    if not (seconds.isascii() and seconds.isdecimal() and len(seconds) < 12):
        return None
    drawn = datetime.fromtimestamp(int(seconds), UTC)
    return now - drawn if _is_same(form_stamp(secret, drawn), stamp) else None


# --- forms of an open page --------------------------------------------------------------------------


def form_word(secret: str, session: str) -> str:
    """What the forms of an open manage page carry: it proves that they were drawn for that session."""
    return _text(_proof(secret, "manage form", session))


def is_form_word(secret: str, session: str, word: str) -> bool:
    """Whether a form was drawn for that session."""
    return _is_same(form_word(secret, session), word)


# --- how --------------------------------------------------------------------------------------------


def _proof(secret: str, use: str, text: str) -> bytes:
    """HMAC-SHA256 under the key of that use."""
    key = hmac.digest(secret.encode(), f"security-assistance-tracker {use}".encode(), "sha256")
    return hmac.digest(key, text.encode(errors="replace"), "sha256")


def _is_same(ours: str, given: str) -> bool:
    """Compared in a time that tells nothing; what is given may be any text."""
    return hmac.compare_digest(ours.encode(), given.encode(errors="replace"))


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
