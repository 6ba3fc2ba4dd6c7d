"""From which network somebody asks, as far as it matters for counting."""

from __future__ import annotations

import ipaddress


def network_of(address: str) -> str:
    """The network that an address belongs to: a /24, or of the newer sort a /48; other words stay as they are."""
    try:
        parsed = ipaddress.ip_network(address, strict=False)
    except ValueError:
        return address
    length = 24 if parsed.version == 4 else 48
    return str(parsed.supernet(new_prefix=length) if parsed.prefixlen > length else parsed)
