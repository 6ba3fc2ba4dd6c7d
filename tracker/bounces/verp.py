"""The sender address of one mail, by which its return names it. Pure.

`bounces+TOKEN@example.org`: the token is the mail's row number, encrypted with its own proof as the key's salt, so that
it tells nothing to who sees it, holds no address, and cannot be made up.
"""

from __future__ import annotations

import hmac

from tracker.bounces.addresses import address_with, token_in

_ID_BYTES = 6
_PROOF_BYTES = 10


def verp_address(bounce_address: str, secret: str, digest_id: int) -> str:
    """The envelope sender of a mail, from the address where returned mail is taken in."""
    plain = digest_id.to_bytes(_ID_BYTES)
    proof = _proof(secret, plain)
    return address_with(bounce_address, proof + _crypted(secret, proof, plain))


def digest_of_verp(bounce_address: str, secret: str, address: str) -> int | None:
    """The row number of the mail that was sent from this address; None for one that we did not make."""
    raw = token_in(bounce_address, address, _PROOF_BYTES + _ID_BYTES)
    if raw is None:
        return None
    proof, hidden = raw[:_PROOF_BYTES], raw[_PROOF_BYTES:]
    plain = _crypted(secret, proof, hidden)
    return int.from_bytes(plain) if hmac.compare_digest(_proof(secret, plain), proof) else None


def _proof(secret: str, plain: bytes) -> bytes:
    return hmac.digest(_key(secret, "proof"), plain, "sha256")[:_PROOF_BYTES]


def _crypted(secret: str, proof: bytes, text: bytes) -> bytes:
    mask = hmac.digest(_key(secret, "mask"), proof, "sha256")
    return bytes(one ^ other for one, other in zip(text, mask, strict=False))


def _key(secret: str, use: str) -> bytes:
    return hmac.digest(secret.encode(), f"security-assistance-tracker returned mail {use}".encode(), "sha256")
