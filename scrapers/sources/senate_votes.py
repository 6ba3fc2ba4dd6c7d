"""The Senate's roll calls, as its Legislative Information System has them: question, result, each senator's vote.

Asked for as the House's are (`house_votes`). Senators are named by the Senate's own ids, which the listing of members
has too; who is not in it stays a name. Votes on nominations and treaties name no measure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from scrapers.parsing import Element, drift, parts, xml_root
from scrapers.records import Chamber, Majority, MemberVote, Position, RollCall, VoteAmendment, VoteDocument
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

_KNOWN = frozenset({
    "congress", "session", "congress_year", "vote_number", "vote_date", "modify_date", "vote_question_text",
    "vote_document_text", "vote_result_text", "question", "vote_title", "majority_requirement", "vote_result",
    "document", "amendment", "count", "tie_breaker", "members",
})  # fmt: skip
_MEMBER = frozenset({
    "member_full", "last_name", "first_name", "party", "state", "vote_cast", "lis_member_id",
})  # fmt: skip
_TIME = re.compile(r"([A-Z][a-z]+) (\d{1,2}), (\d{4}), (\d{1,2}):(\d\d) ([AP]M)", re.ASCII)
_LIS = re.compile(r"S\d{3,4}", re.ASCII)
_MAJORITIES = {"1/2": Majority.HALF, "3/5": Majority.THREE_FIFTHS, "2/3": Majority.TWO_THIRDS}
_NO_PURPOSE = "No Statement of Purpose on File."
_NO_TITLE = "No short title on file"


def parse(document: Document) -> Iterator[RollCall]:
    """The one roll call of a document."""
    root = xml_root(document)
    _check_parts(root)
    key = RollCallKey(
        Chamber.SENATE, number(root, "congress"), number(root, "session"), number(root, "vote_number")
    )
    check_identity(document, key)
    count = root.find("count")
    if count is None:
        raise drift("the count is missing", root)
    members = tuple(_member(member) for member in root.iterfind("members/member"))
    tie_breaker, tie_vote = _tie(root)
    result = needed(root, "vote_result")
    yield check_counts(RollCall(
        *key,
        url=document.url,
        voted_at=_time(root, "vote_date"),
        question=needed(root, "question").rstrip(": "),
        result=result,
        yeas=_without_tie_vote(number(count, "yeas"), members, Position.YEA, tie_vote),
        nays=_without_tie_vote(number(count, "nays"), members, Position.NAY, tie_vote),
        present=number(count, "present"),
        not_voting=number(count, "absent"),
        members=members,
        statement=_statement(root),
        title=words(root.find("vote_title")),
        majority=_majority(root),
        outcome=outcome_of(result),
        amendment=_amendment(root),
        documents=_documents(root, key.congress),
        tie_breaker=tie_breaker,
        tie_vote=tie_vote,
        modified_at=_time(root, "modify_date") if words(root.find("modify_date")) else None,
    ))  # fmt: skip


def _check_parts(root: Element) -> None:
    """Every element known, and none twice but documents: a vote en bloc is on many."""
    if root.tag != "roll_call_vote":
        raise drift(f"not a roll call but {root.tag}", root)
    seen: set[str] = set()
    for child in root:
        name = str(child.tag)
        if name not in _KNOWN:
            raise drift(f"unknown element {name}", root)
        if name in seen and name != "document":
            raise drift(f"{name} stands twice", root)
        seen.add(name)


def _time(root: Element, name: str) -> datetime:
    """Washington's time in words: `May 17, 2021,  05:32 PM`."""
    printed = _TIME.fullmatch(needed(root, name))
    if printed is None:
        raise drift(f"{name} is no time: {needed(root, name)[:40]!r}", root)
    month, day, year, hour, minute, half = printed.groups()
    return eastern_time(day, month, year, int(hour) % 12 + (12 if half == "PM" else 0), int(minute))


def _statement(root: Element) -> str | None:
    """The whole question, without the title that is not on file."""
    found = words(root.find("vote_question_text"))
    return found.removesuffix(f"({_NO_TITLE})").rstrip() if found else None


def _majority(root: Element) -> Majority | None:
    share = words(root.find("majority_requirement"))
    if share is not None and share not in _MAJORITIES:
        raise drift(f"no majority that we know: {share[:20]!r}", root)
    return _MAJORITIES[share] if share else None


def _tie(root: Element) -> tuple[str | None, Position | None]:
    """Who broke a tie, and how: the Vice President has a vote then and is no senator."""
    who, said = words(root.find("tie_breaker/by_whom")), words(root.find("tie_breaker/tie_breaker_vote"))
    if (who is None) != (said is None):
        raise drift("a tie that was broken by nobody or in no way", root)
    return who, position_of(said, root) if said else None


def _without_tie_vote(
    total: int, members: tuple[MemberVote, ...], position: Position, tie_vote: Position | None
) -> int:
    """A total without the vote that broke a tie, which the Senate has counted and has not."""
    counted = sum(member.position is position for member in members)
    return total - 1 if tie_vote is position and total == counted + 1 else total


def _amendment(root: Element) -> VoteAmendment | None:
    found = root.find("amendment")
    printed = words(found.find("amendment_number")) if found is not None else None
    if found is None or printed is None:
        return None
    purpose = words(found.find("amendment_purpose"))
    to = words(found.find("amendment_to_amendment_number")) or words(
        found.find("amendment_to_document_number")
    )
    return VoteAmendment(printed, purpose=None if purpose == _NO_PURPOSE else purpose, to=to)


def _documents(root: Element, congress: int) -> tuple[VoteDocument, ...]:
    """What the vote was on; of an amendment without a document the measure that it amends."""
    found = [_document(element, congress) for element in root.iterfind("document")]
    documents = [one for one in found if one is not None]
    amended = words(root.find("amendment/amendment_to_document_number"))
    if amended and not documents:
        documents = [VoteDocument(amended, measure_key(amended, congress))]
    return tuple(documents)


def _document(element: Element, congress: int) -> VoteDocument | None:
    name = words(element.find("document_name"))
    if name is None:
        return None
    of_congress = number(element, "document_congress") or congress
    title = words(element.find("document_short_title")) or words(element.find("document_title"))
    return VoteDocument(name, measure_key(name, of_congress), None if title == _NO_TITLE else title)


def _member(member: Element) -> MemberVote:
    parts(member, _MEMBER)
    said, lis = needed(member, "vote_cast"), words(member.find("lis_member_id"))
    if lis is not None and not _LIS.fullmatch(lis):
        raise drift(f"no id of a senator: {lis[:20]!r}", member)
    name = f"{needed(member, 'first_name')} {needed(member, 'last_name')}"
    return MemberVote(
        name, words(member.find("party")) or "", words(member.find("state")) or "", position_of(said, member), said,
        lis=lis,
    )  # fmt: skip


SOURCE = source_of_roll_calls(
    Chamber.SENATE,
    parse,
    publisher="U.S. Senate",
    home_url="https://www.senate.gov/legislative/votes_new.htm",
    vote="119-s1-165",
    bill="119-s-2296",
)
