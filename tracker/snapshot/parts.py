"""What every piece of a line of facts has in common."""

from __future__ import annotations

import msgspec


class Part(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Something inside a line. Unknown fields are an error: what we would drop, we do not understand."""
