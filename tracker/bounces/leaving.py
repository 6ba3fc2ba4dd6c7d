"""The address to which a mail ends a subscription, for programs that unsubscribe by mail (RFC 2369). Pure.

`bounces+TOKEN@example.org`, under the address where returned mail is taken in. The token is the subscriber's public id
with a proof: no address is in it, nobody can make one up, and it never ends. Like the tokens of returned mail it is of
one case, and it is longer than they are.
"""

from __future__ import annotations

import base64
import binascii
import hmac

from tracker.bounces.addresses import address_with, token_in
from tracker.tokens import Unsubscribe, Unsubscribes

_ID_BYTES = 16
_PROOF_BYTES = 10


def leaving_address(bounce_address: str, secret: str, public_id: str) -> str:
    """Where a mail ends all mail to that subscriber; empty for a public id that is not of our making."""
    try:
        plain = base64.b64decode(public_id + "==", altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return ""
    if _written(plain) != public_id:
        return ""
    return address_with(bounce_address, plain + _proof(secret, plain))


def leaver_of(bounce_address: str, secret: str, address: str) -> Unsubscribe | None:
    """What a mail to this address ends; None for an address that we did not make."""
    raw = token_in(bounce_address, address, _ID_BYTES + _PROOF_BYTES)
    if raw is None:
        return None
    plain, proof = raw[:_ID_BYTES], raw[_ID_BYTES:]
    if not hmac.compare_digest(_proof(secret, plain), proof):
        return None
    return Unsubscribe(Unsubscribes.SUBSCRIBER, _written(plain))


def _written(plain: bytes) -> str:
    """A public id as it is kept: see `tokens.fresh_id`."""
    return base64.urlsafe_b64encode(plain).decode().rstrip("=") if len(plain) == _ID_BYTES else ""


def _proof(secret: str, plain: bytes) -> bytes:
    key = hmac.digest(secret.encode(), b"security-assistance-tracker unsubscribe by mail", "sha256")
    return hmac.digest(key, plain, "sha256")[:_PROOF_BYTES]
