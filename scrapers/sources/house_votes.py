"""The House's roll calls, as its Clerk publishes them: the question, the result and how each member voted.

Which ones there are is said by bill status files; the runner hands in the addresses of those that measures in scope
refer to (`wanted`). One can be asked for by name. In the Committee of the Whole the file names a committee in place of
the chamber, and delegates vote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from scrapers.parsing import Element, declared_root, drift, parts
from scrapers.records import Chamber, Majority, MemberVote, Outcome, RollCall, VoteAmendment, VoteDocument
from scrapers.roll_calls import RollCallKey
from scrapers.source import Document
from scrapers.votes import (
    check_counts,
    check_identity,
    eastern_time,
    measure_key,
    needed,
    number,
    outcome_of,
    position_of,
    source_of_roll_calls,
    words,
)

_METADATA = frozenset({
    "majority", "congress", "session", "chamber", "committee", "rollcall-num", "legis-num", "vote-question",
    "amendment-num", "amendment-author", "vote-type", "vote-result", "action-date", "action-time", "vote-desc",
    "vote-totals",
})  # fmt: skip
_HOUSE = "U.S. House of Representatives"
_SESSIONS = {"1st": 1, "2nd": 2, "3rd": 3}
_DAY = re.compile(r"(\d{1,2})-([A-Z][a-z]{2})-(\d{4})", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)", re.ASCII)
_CLOCK_WORDS = re.compile(r"(\d{1,2}):(\d\d) ([AP]M)", re.ASCII)
_BIOGUIDE = re.compile(r"[A-Z]\d{6}", re.ASCII)
_NO_BIOGUIDE = frozenset({"", "0000000"})
_SHARES = {"2/3": Majority.TWO_THIRDS, "3/5": Majority.THREE_FIFTHS}
_QUORUM = "QUORUM"


def parse(document: Document) -> Iterator[RollCall]:
    """The one roll call of a document."""
    root = declared_root(document)
    found = parts(root, frozenset({"vote-metadata", "vote-data"}))
    if len(found) != 2:
        raise drift("the roll call has no metadata or no votes", root)
    metadata = found["vote-metadata"]
    parts(metadata, _METADATA)
    key = _key(metadata)
    check_identity(document, key)
    method = needed(metadata, "vote-type")
    totals = _totals(metadata)
    result = needed(metadata, "vote-result")
    yield check_counts(RollCall(
        *key,
        url=document.url,
        voted_at=_voted_at(metadata),
        question=needed(metadata, "vote-question"),
        result=result,
        yeas=number(totals, "yea-total"),
        nays=number(totals, "nay-total"),
        present=number(totals, "present-total"),
        not_voting=number(totals, "not-voting-total"),
        members=tuple(_member(vote) for vote in found["vote-data"]),
        title=words(metadata.find("vote-desc")),
        method=method,
        majority=_majority(method),
        outcome=_outcome(method, result),
        in_committee_of_the_whole=metadata.find("committee") is not None,
        amendment=_amendment(metadata),
        documents=_documents(metadata, key.congress),
    ))  # fmt: skip


def _key(metadata: Element) -> RollCallKey:
    held_by = words(metadata.find("chamber")) or words(metadata.find("committee"))
    if held_by != _HOUSE:
        raise drift(f"a roll call of {held_by}", metadata)
    session = needed(metadata, "session")
    if session not in _SESSIONS:
        raise drift(f"no session: {session[:20]!r}", metadata)
    return RollCallKey(
        Chamber.HOUSE, number(metadata, "congress"), _SESSIONS[session], number(metadata, "rollcall-num")
    )


def _voted_at(metadata: Element) -> datetime:
    """The Clerk's day and hour, which are Washington's: `19-Sep-2025` and `time-etz="10:44"`."""
    day = _DAY.fullmatch(needed(metadata, "action-date"))
    if day is None:
        raise drift(f"not a day: {needed(metadata, 'action-date')[:40]!r}", metadata)
    clock = metadata.find("action-time")
    if clock is None:
        raise drift("action-time is missing", metadata)
    time = _CLOCK.fullmatch(clock.get("time-etz") or "")
    if time is not None:
        return eastern_time(day[1], day[2], day[3], int(time[1]), int(time[2]))
    printed = _CLOCK_WORDS.fullmatch(words(clock) or "")
    if printed is None:
        raise drift("action-time is no time", metadata)
    hour = int(printed[1]) % 12 + (12 if printed[3] == "PM" else 0)
    return eastern_time(day[1], day[2], day[3], hour, int(printed[2]))


def _totals(metadata: Element) -> Element:
    totals = metadata.find("vote-totals/totals-by-vote")
    if metadata.find("vote-totals/totals-by-candidate") is not None:
        raise drift("members voted for candidates by name, which is not read", metadata)
    if totals is None:
        raise drift("the totals are missing", metadata)
    return totals


def _majority(method: str) -> Majority | None:
    if method == _QUORUM:
        return None
    return _SHARES.get(method[:3], Majority.HALF)


def _outcome(method: str, result: str) -> Outcome | None:
    """A call of the House carries no question."""
    return None if method == _QUORUM else outcome_of(result)


def _amendment(metadata: Element) -> VoteAmendment | None:
    printed = words(metadata.find("amendment-num"))
    author = words(metadata.find("amendment-author"))
    return VoteAmendment(printed or "", author=author) if printed or author else None


def _documents(metadata: Element, congress: int) -> tuple[VoteDocument, ...]:
    """The measure, or what stands in its place: QUORUM, MOTION, ADJOURN, JOURNAL."""
    name = words(metadata.find("legis-num"))
    if name is None:
        return ()
    return (VoteDocument(name, measure_key(name, congress)),)


def _member(vote: Element) -> MemberVote:
    found = parts(vote, frozenset({"legislator", "vote"}))
    legislator, said = found.get("legislator"), words(found.get("vote"))
    if legislator is None or said is None or vote.tag != "recorded-vote":
        raise drift("a vote without a member or a word", vote)
    name, identity = words(legislator), legislator.get("name-id") or ""
    if name is None:
        raise drift("a member without a name", vote)
    if identity not in _NO_BIOGUIDE and not _BIOGUIDE.fullmatch(identity):
        raise drift(f"no bioguide id: {identity[:20]!r}", vote)
    return MemberVote(
        name, legislator.get("party") or "", legislator.get("state") or "", position_of(said, vote), said,
        bioguide=None if identity in _NO_BIOGUIDE else identity,
    )  # fmt: skip


SOURCE = source_of_roll_calls(
    Chamber.HOUSE,
    parse,
    publisher="Clerk of the U.S. House of Representatives",
    home_url="https://clerk.house.gov/Votes",
    vote="119-h1-212",
    bill="119-hr-7148",
)
