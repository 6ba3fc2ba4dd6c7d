"""A DKIM signature over a mail (RFC 6376), for where no relay signs. Pure: the same mail and key make the same bytes.

What bulk mail is judged by is signed: also List-Unsubscribe and List-Unsubscribe-Post, as RFC 8058 asks. Relays that
sign do it at a hundred times the speed; then leave the setting empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import dkim

SIGNED = (
    "From", "Reply-To", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Auto-Submitted",
    "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Help",
)  # fmt: skip


class Key(NamedTuple):
    """A private RSA key as PEM, the selector of its public half in the DNS, and the domain that it speaks for."""

    pem: bytes
    selector: str
    domain: str


class _Dated(dkim.DKIM):  # type: ignore[misc]  # it has no types
    """A signature of the mail's own time instead of now, so that a mail that is sent again is the same to the byte."""

    signed_at: datetime

    def gen_header(self, fields: Sequence[tuple[bytes, bytes]], *others: Any, **named: Any) -> Any:
        stamp = str(int(self.signed_at.timestamp())).encode()
        dated = [(name, stamp if name == b"t" else value) for name, value in fields]
        return super().gen_header(dated, *others, **named)


def signed(message: bytes, key: Key, signed_at: datetime) -> bytes:
    """The message under its signature. Raises dkim.DKIMException for a key that is none."""
    head = message.partition(b"\r\n\r\n")[0].lower()
    present = [name.encode() for name in SIGNED if b"\r\n" + name.lower().encode() + b":" in b"\r\n" + head]
    signer = _Dated(message, linesep=b"\r\n")
    signer.signed_at = signed_at
    line: bytes = signer.sign(
        key.selector.encode(), key.domain.encode(), key.pem, canonicalize=(b"relaxed", b"relaxed"),
        include_headers=present,
    )  # fmt: skip
    return line + message
