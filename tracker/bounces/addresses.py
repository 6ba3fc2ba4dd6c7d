"""Addresses under the one where returned mail is taken in, each with a token behind a plus. Pure.

`bounces+TOKEN@example.org`. A token has letters and digits of one case only, because servers change the case of what
stands before the `@`.
"""

from __future__ import annotations

import base64
import re

_TOKEN = re.compile(r"[a-z2-7]+")


def address_with(bounce_address: str, token: bytes) -> str:
    """The address that carries these bytes."""
    local, _, domain = bounce_address.rpartition("@")
    return f"{local}+{base64.b32encode(token).decode().rstrip('=').lower()}@{domain}"


def token_in(bounce_address: str, address: str, size: int) -> bytes | None:
    """The bytes that an address carries; None where it is not under ours, or carries not so many."""
    local, _, domain = bounce_address.casefold().rpartition("@")
    name, _, at = address.strip().strip("<>").casefold().rpartition("@")
    before, _, token = name.rpartition("+")
    if (before, at) != (local, domain) or not _TOKEN.fullmatch(token) or len(token) != -(-size * 8 // 5):
        return None
    return base64.b32decode(token.upper() + "=" * (-len(token) % 8))
