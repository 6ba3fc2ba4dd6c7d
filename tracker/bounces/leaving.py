"""The address to which a mail ends a subscription, for programs that unsubscribe by mail (RFC 2369). Pure.

`bounces+TOKEN@example.org`, under the address where returned mail is taken in. The token is the subscriber's public id
with a proof: no address is in it, nobody can make one up, and it never ends. Like the tokens of returned mail it is of
one case, and it is longer than they are.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re

from tracker.tokens import Unsubscribe, Unsubscribes

_ID_BYTES = 16
_PROOF_BYTES = 10
_TOKEN = re.compile(r"[a-z2-7]{42}")


def leaving_address(bounce_address: str, secret: str, public_id: str) -> str:
    """Where a mail ends all mail to that subscriber; empty for a public id that is not of our making."""
    try:
        plain = base64.b64decode(public_id + "==", altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return ""
    if _written(plain) != public_id:
        return ""
    token = base64.b32encode(plain + _proof(secret, plain)).decode().rstrip("=").lower()
    local, _, domain = bounce_address.rpartition("@")
    return f"{local}+{token}@{domain}"


def leaver_of(bounce_address: str, secret: str, address: str) -> Unsubscribe | None:
    """What a mail to this address ends; None for an address that we did not make."""
    local, _, domain = bounce_address.casefold().rpartition("@")
    name, _, at = address.strip().strip("<>").casefold().rpartition("@")
    before, _, token = name.rpartition("+")
    if (before, at) != (local, domain) or not _TOKEN.fullmatch(token):
        return None
    raw = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
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
