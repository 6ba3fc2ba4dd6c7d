"""The flood brake: whether what is about to be mailed is out of all proportion. Pure.

A source that goes mad brings thousands of changes, and a fault of ours can mail them to everybody. What is far above
what is usual here waits until a person has looked (`flask digest release`).
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

import msgspec

TIMES = 10
"""How many times what is usual is too much."""
FEWEST_ITEMS = 150
"""So many things in one mail are never too many: a reader comes back from a long pause, a Congress begins."""
FEWEST_MAILS = 1_000
"""So many mails at once are never too many."""


class Usual(msgspec.Struct, frozen=True):
    """What went out lately: how many things a mail had, newest first, and how many mails a day. None: not known."""

    items: int | None = None
    mails: int | None = None


def usual_items(sizes: Sequence[int]) -> int | None:
    """What one mail usually tells of."""
    return round(median(sizes)) if sizes else None


def too_many_items(items: int, usual: Usual, days: int) -> str:
    """Why a mail about so many things in so many days must wait; empty where it need not."""
    normal = (usual.items or 0) * max(days, 1)
    if items <= max(FEWEST_ITEMS, TIMES * normal):
        return ""
    known = (
        f"a mail for {days} days usually has about {normal:,}"
        if usual.items
        else "there were no mails before"
    )
    return f"{items:,} things in one mail; {known}"


def too_many_mails(mails: int, usual: Usual) -> str:
    """Why a run with so many mails must wait; empty where it need not. The first mails of all set the measure."""
    if usual.mails is None or mails <= max(FEWEST_MAILS, TIMES * usual.mails):
        return ""
    return f"{mails:,} mails at once; a day usually has about {usual.mails:,}"
