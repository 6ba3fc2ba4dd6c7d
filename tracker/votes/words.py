"""A roll call in plain words, shared by pages, feeds and mails. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from scrapers.records import BillType, Majority, Position, RollCall, VoteAmendment, VoteDocument
from tracker.sentences import measure_name
from tracker.votes.tally import PartyTotal
from tracker.wording import capital, counted

_PARTIES = {
    "R": "Republicans",
    "D": "Democrats",
    "I": "independents",
    "ID": "independents",
    "L": "Libertarians",
}
_MAJORITIES = {
    Majority.HALF: "a majority of those voting",
    Majority.THREE_FIFTHS: "three fifths",
    Majority.TWO_THIRDS: "two thirds of those voting",
}
_POSITIONS = {
    Position.YEA: "yea",
    Position.NAY: "nay",
    Position.PRESENT: "present",
    Position.NOT_VOTING: "not voting",
}


def asked(
    question: str,
    statement: str | None = None,
    documents: Sequence[VoteDocument] = (),
    amendment: VoteAmendment | None = None,
) -> str:
    """The whole question: the Senate's own, or the House's with what it was on."""
    if statement:
        return statement
    whose = (amendment.author or amendment.number) if amendment else ""
    names = ", ".join(map(document_name, documents))
    on = f"{names}: {whose}" if names and whose else names or whose
    return f"{question}, {on}" if on else question


def document_name(document: VoteDocument) -> str:
    """What a roll call was on, a measure as we write it: "H.R. 7148" for the House's "H R 7148"."""
    if document.bill is None:
        return document.name
    _, kind, number = document.bill.split("-")
    return measure_name(BillType(kind), int(number))


def asked_of(vote: RollCall) -> str:
    """The whole question of a record."""
    return asked(vote.question, vote.statement, vote.documents, vote.amendment)


def party_name(letter: str) -> str:
    """The members of a party, "Republicans"; a letter that we do not know stays one."""
    return _PARTIES.get(letter, f"members printed with “{letter}”" if letter else "members without a party")


def party_sentence(totals: Iterable[PartyTotal]) -> str:
    """ "Republicans 216 to 2, Democrats 1 to 210 (2 not voting)." — yeas to nays, the largest party first."""
    said = []
    for one in totals:
        beside = [
            counted(one.present, "present", "present") if one.present else "",
            counted(one.not_voting, "not voting", "not voting") if one.not_voting else "",
        ]
        note = ", ".join(filter(None, beside))
        said.append(f"{party_name(one.party)} {one.yeas} to {one.nays}" + (f" ({note})" if note else ""))
    return f"{capital(', '.join(said))}." if said else ""


def tally_words(
    yeas: int, nays: int, tie_breaker: str | None = None, tie_vote: Position | None = None
) -> str:
    """ "50 to 50, and the Vice President voted yea"."""
    tie = f", and the {tie_breaker} voted {_POSITIONS[tie_vote]}" if tie_breaker and tie_vote else ""
    return f"{yeas} to {nays}{tie}"


def majority_words(majority: Majority | None) -> str:
    """What the question needed; empty where the record does not say."""
    return _MAJORITIES[majority] if majority else ""


def position_words(position: Position) -> str:
    """ "yea", "not voting"."""
    return _POSITIONS[position]


def read_parties(value: Any) -> tuple[PartyTotal, ...]:
    """Party totals out of a change's value; none where it has none that can be read."""
    try:
        return msgspec.convert(value, tuple[PartyTotal, ...])
    except msgspec.ValidationError:
        return ()
