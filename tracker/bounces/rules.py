"""What mail that comes back means for an address. Pure.

*Hard at once*: the mailbox or its domain does not exist (5.1.1, 5.1.10, 5.4.1, 5.4.4). *Hard after two*: any other
5.x.x, which may be about one mail. *Soft*: 4.x.x, more than five mails in a row. *Complaint*: at once and for ever.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from tracker.models import PausedBecause

GONE = frozenset({"5.1.1", "5.1.10", "5.4.1", "5.4.4"})
HARD_AFTER = 2
SOFT_AFTER = 5
"""More than so many in a row."""


class Returned(StrEnum):
    """What a returned mail says. A delay is no failure yet."""

    HARD = "hard"
    SOFT = "soft"
    COMPLAINT = "complaint"
    DELAYED = "delayed"


class Notice(NamedTuple):
    """A returned mail: what it says, with the enhanced status where there is one, and its words."""

    kind: Returned
    status: str = ""
    words: str = ""


def verdict(notice: Notice, hard_before: int, soft_in_a_row: int) -> PausedBecause | None:
    """Why the subscriber is to be paused, if so. Counted are those before this one."""
    match notice.kind:
        case Returned.COMPLAINT:
            return PausedBecause.COMPLAINT
        case Returned.HARD if notice.status in GONE or hard_before + 1 >= HARD_AFTER:
            return PausedBecause.BOUNCES
        case Returned.SOFT if soft_in_a_row + 1 > SOFT_AFTER:
            return PausedBecause.BOUNCES
        case _:
            return None
