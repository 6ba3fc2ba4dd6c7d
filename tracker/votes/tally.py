"""Counting a roll call by party. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

import msgspec

from scrapers.records import MemberVote, Position


class PartyTotal(msgspec.Struct, frozen=True):
    """How the members of one party voted; `party` is the letter that was printed with them (`D`, `R`, `I`)."""

    party: str
    yeas: int = 0
    nays: int = 0
    present: int = 0
    not_voting: int = 0


def party_totals(members: Iterable[MemberVote]) -> tuple[PartyTotal, ...]:
    """The counts of each party, the largest first."""
    counts: dict[str, Counter[Position]] = defaultdict(Counter)
    for member in members:
        counts[member.party][member.position] += 1
    ordered = sorted(counts.items(), key=lambda found: (-found[1].total(), found[0]))
    return tuple(
        PartyTotal(
            party, of[Position.YEA], of[Position.NAY], of[Position.PRESENT], of[Position.NOT_VOTING]
        )
        for party, of in ordered
    )  # fmt: skip
