"""Roll calls in a file of facts: from rows to lines, and back to what the store takes.

Members stand in the publisher's order, one list a roll call; lists of one session are nearly the same, which is what
the compression lives on. What an amendment is for is the publisher's prose and left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from sqlalchemy import Connection, select

from scrapers import records
from scrapers.records import Chamber, MemberVote, Position
from scrapers.roll_calls import parse_key
from tracker.ingest.votes import MEASURE, POSITION, VOTE

if TYPE_CHECKING:
    from tracker.snapshot import facts

_OWN = ("chamber", "congress", "session", "roll", "url", "members", "amendment")
_SAME = tuple(name for name in records.RollCall.__struct_fields__ if name not in _OWN)
_SIGNS = "0123456789"


def vote_rows(connection: Connection, keys: Collection[str]) -> list[Any]:
    """The roll calls that are about any of these measures."""
    about = select(MEASURE.c.vote_key).where(MEASURE.c.item_key.in_([f"bill:{key}" for key in keys]))
    return list(connection.execute(select(VOTE).where(VOTE.c.key.in_(about)).order_by(VOTE.c.key)))


def voters(connection: Connection, ids: Collection[int]) -> set[str]:
    """The bioguide ids of all who are listed in these roll calls, as far as they are known."""
    rows = connection.execute(select(POSITION.c.bioguide).where(POSITION.c.vote_id.in_(ids)).distinct())
    return {row.bioguide for row in rows if row.bioguide}


def vote_fields(connection: Connection, row: Any) -> dict[str, Any]:
    """A line's fields but for the document."""
    positions = connection.execute(
        select(POSITION).where(POSITION.c.vote_id == row.id).order_by(POSITION.c.place)
    ).all()
    words = {(one.said, one.position): None for one in positions}
    signs = dict(zip(words, _SIGNS, strict=False))
    amendment = row.amendment
    return {
        "vote": row.key,
        "amendment": replace(amendment, purpose=None) if amendment else None,
        "members": tuple(
            ((one.lis if row.chamber is Chamber.SENATE else one.bioguide) or "", one.name, one.party, one.state)
            for one in positions
        ),
        "words": tuple(words),
        "said": "".join(signs[one.said, one.position] for one in positions),
        **{name: getattr(row, name) for name in _SAME},
    }  # fmt: skip


def roll_call_of(line: facts.Vote) -> records.RollCall:
    """The record, as its source would yield it if nobody said what amendments are for."""
    key = parse_key(line.vote)
    assert key is not None  # the line's pattern
    kept: Mapping[str, Any] = {name: getattr(line, name) for name in _SAME}
    return records.RollCall(
        *key, url=line.document, members=tuple(_members(line, key.chamber)), amendment=line.amendment, **kept
    )


def _members(line: facts.Vote, chamber: Chamber) -> Iterable[MemberVote]:
    for (identity, name, party, state), sign in zip(line.members, line.said, strict=True):
        said, position = line.words[_SIGNS.index(sign)]
        ids = {"lis" if chamber is Chamber.SENATE else "bioguide": identity or None}
        yield MemberVote(name, party, state, Position(position), said, **ids)


def check_members(line: facts.Vote) -> None:
    """Raises ValueError for a line whose lists do not fit together."""
    if len(line.members) != len(line.said):
        raise ValueError(f"{len(line.members)} members, and what {len(line.said)} said")
    if not set(line.said) <= set(_SIGNS[: len(line.words)]):
        raise ValueError("a member said what is not in the list of words")
