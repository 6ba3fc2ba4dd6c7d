"""Roll calls into rows: a vote, its positions, the measures that it is about; and what a follower of those hears.

A measure's history names its roll calls, and that is the news (`vote_reference`). Positions that come within a week
after it are told once more for what they add (`vote_positions`); those that come before or with it, or long after, are
not. A roll call whose totals or result its chamber tells otherwise than before is corrected (`vote_corrected`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast

import msgspec
from sqlalchemy import Connection, Table, delete, select, update

from scrapers import records
from scrapers.roll_calls import RollCallKey, parse_key
from scrapers.times import EASTERN
from tracker.bulk import allocate_ids, insert_rows
from tracker.changes import Draft, vote_name
from tracker.ingest.documents import BUNDLED, DOCUMENT
from tracker.linking.evidence import SCOPE
from tracker.models import Change, Item, Legislator, Link, Via, Vote, VoteMeasure, VotePosition
from tracker.votes.tally import party_totals
from tracker.votes.words import asked_of

VOTE = cast(Table, Vote.__table__)
POSITION = cast(Table, VotePosition.__table__)
MEASURE = cast(Table, VoteMeasure.__table__)
CHANGE = cast(Table, Change.__table__)
ITEM = cast(Table, Item.__table__)
LINK = cast(Table, Link.__table__)
LEGISLATOR = cast(Table, Legislator.__table__)

NEWS_FOR = timedelta(days=7)
"""How long after a measure's history named a roll call its positions are still news."""

SETTLES = timedelta(days=30)
"""How long after a vote its chamber may correct it: until then it is asked for again."""

_FIELDS = tuple(name for name in records.RollCall.__struct_fields__ if name != "members")
_COUNTS = ("yeas", "nays", "present", "not_voting", "result")


class Outcome(NamedTuple):
    """Votes that were new, differed or stood, and what followers of their measures hear."""

    created: int
    updated: int
    unchanged: int
    drafts: list[tuple[int, Draft]]


def key_of(vote: records.RollCall) -> RollCallKey:
    """A roll call's identity."""
    return RollCallKey(vote.chamber, vote.congress, vote.session, vote.roll)


# --- what to ask for --------------------------------------------------------------------------------


def wanted_votes(connection: Connection, options: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """The addresses of the roll calls that measures in scope refer to, or the one that option `bill=` names.

    Those that are not held, that came with the bundle, or that may yet be corrected.
    """
    asked = (
        select(MEASURE.c.vote_key, VOTE.c.voted_at, DOCUMENT.c.fetched_at, DOCUMENT.c.parser_version)
        .outerjoin(VOTE, VOTE.c.key == MEASURE.c.vote_key)
        .outerjoin(DOCUMENT, DOCUMENT.c.id == VOTE.c.document_id)
    )
    if "bill" in options:
        asked = asked.where(MEASURE.c.item_key == f"bill:{options['bill']}")
    else:
        asked = asked.join(ITEM, ITEM.c.key == MEASURE.c.item_key).join(
            LINK, (LINK.c.item_id == ITEM.c.id) & (LINK.c.target == SCOPE) & LINK.c.is_shown
        )
    found = {
        row.vote_key
        for row in connection.execute(asked)
        if row.voted_at is None or row.parser_version == BUNDLED or row.fetched_at < row.voted_at + SETTLES
    }
    keys = (key for key in map(parse_key, found) if key is not None)
    yield from ((key.url,) for key in sorted(keys))


# --- storing ----------------------------------------------------------------------------------------


def store_votes(
    connection: Connection, found: Sequence[records.RollCall], document_id: int, now: datetime
) -> Outcome:
    """Create, replace or leave each."""
    senators = senators_by_lis(connection) if any(vote.chamber == "senate" for vote in found) else {}
    tally = {"created": 0, "updated": 0, "unchanged": 0}
    drafts: list[tuple[int, Draft]] = []
    for vote in found:
        verdict, told = _store(connection, vote, senators, document_id, now)
        tally[verdict] += 1
        drafts += told
    return Outcome(**tally, drafts=drafts)


def _store(
    connection: Connection,
    vote: records.RollCall,
    senators: Mapping[str, str],
    document_id: int,
    now: datetime,
) -> tuple[str, list[tuple[int, Draft]]]:
    key = str(key_of(vote))
    values = vote_values(vote)
    positions = position_rows(vote, senators)
    held = connection.execute(select(VOTE).where(VOTE.c.key == key)).one_or_none()
    if held is None:
        (vote_id,) = allocate_ids(connection, VOTE, 1)
        insert_rows(connection, VOTE, [(vote_id, key, *values.values(), document_id, now, now)])
        insert_rows(connection, POSITION, [(vote_id, *row) for row in positions])
        insert_rows(connection, MEASURE, measure_rows(vote))
        return "created", list(_positions_told(connection, vote, now))
    rows = connection.execute(
        select(POSITION).where(POSITION.c.vote_id == held.id).order_by(POSITION.c.place)
    )
    is_same = [tuple(row[1:]) for row in rows] == positions
    before = {name: getattr(held, name) for name in values}
    if is_same and before == values:
        return "unchanged", []
    connection.execute(
        update(VOTE).where(VOTE.c.id == held.id).values(**values, document_id=document_id, changed_at=now)
    )
    if not is_same:
        connection.execute(delete(POSITION).where(POSITION.c.vote_id == held.id))
        insert_rows(connection, POSITION, [(held.id, *row) for row in positions])
    connection.execute(delete(MEASURE).where(MEASURE.c.vote_key == key, MEASURE.c.via == Via.DOCUMENT))
    insert_rows(connection, MEASURE, measure_rows(vote))
    if any(before[name] != values[name] for name in _COUNTS):
        return "updated", list(_correction(connection, before, vote, now))
    return "updated", []


def vote_values(vote: records.RollCall) -> dict[str, Any]:
    """The vote's columns between `key` and `document_id`, in the table's order."""
    values = {name: getattr(vote, name) for name in _FIELDS}
    return {**values, "party_totals": party_totals(vote.members)}


def position_rows(vote: records.RollCall, senators: Mapping[str, str]) -> list[tuple[Any, ...]]:
    """The positions' columns after `vote_id`, in the table's order; senators get their bioguide ids where known."""
    return [
        (place, one.name, one.party, one.state, one.position, one.said,
         one.bioguide or senators.get(one.lis or ""), one.lis)
        for place, one in enumerate(vote.members)
    ]  # fmt: skip


def measure_rows(vote: records.RollCall) -> list[tuple[str, str, Via]]:
    """The measures that the roll call's own document names."""
    keys = sorted({document.bill for document in vote.documents if document.bill})
    return [(str(key_of(vote)), f"bill:{key}", Via.DOCUMENT) for key in keys]


def senators_by_lis(connection: Connection) -> dict[str, str]:
    """The bioguide ids of senators by the Senate's own."""
    rows = connection.execute(
        select(LEGISLATOR.c.lis, LEGISLATOR.c.bioguide).where(LEGISLATOR.c.lis.is_not(None))
    )
    return {row.lis: row.bioguide for row in rows}


def name_senators(connection: Connection) -> None:
    """Give positions that were stored before their senators were known the bioguide ids that are known now."""
    unknown = connection.execute(
        select(POSITION.c.lis).where(POSITION.c.lis.is_not(None), POSITION.c.bioguide.is_(None)).distinct()
    ).scalars().all()  # fmt: skip
    senators = senators_by_lis(connection) if unknown else {}
    for lis in unknown:
        if lis in senators:
            connection.execute(
                update(POSITION).where(POSITION.c.lis == lis, POSITION.c.bioguide.is_(None))
                .values(bioguide=senators[lis])
            )  # fmt: skip


# --- what is news -----------------------------------------------------------------------------------


def _positions_told(
    connection: Connection, vote: records.RollCall, now: datetime
) -> Iterator[tuple[int, Draft]]:
    """For each measure whose followers have just been told of the roll call: how its members voted."""
    name = vote_name(key_of(vote))
    told = connection.execute(
        select(CHANGE.c.item_id)
        .join_from(MEASURE, ITEM, ITEM.c.key == MEASURE.c.item_key)
        .join(CHANGE, CHANGE.c.item_id == ITEM.c.id)
        .where(
            MEASURE.c.vote_key == str(key_of(vote)),
            CHANGE.c.kind == "vote_reference",
            CHANGE.c.natural_key == name,
            CHANGE.c.first_seen_at >= now - NEWS_FOR,
            ~CHANGE.c.held,
        )
        .distinct()
        .order_by(CHANGE.c.item_id)
    )
    for item_id in told.scalars():
        yield item_id, Draft("vote_positions", name, _day(vote), None, told_value(vote))


def _correction(
    connection: Connection, before: Mapping[str, Any], vote: records.RollCall, now: datetime
) -> Iterator[tuple[int, Draft]]:
    """For each measure that the roll call is about: what its chamber said, and says now."""
    items = connection.execute(
        select(ITEM.c.id)
        .join_from(MEASURE, ITEM, ITEM.c.key == MEASURE.c.item_key)
        .where(MEASURE.c.vote_key == str(key_of(vote)))
        .distinct()
        .order_by(ITEM.c.id)
    )
    old = {name: before[name] for name in _COUNTS}
    key = f"{vote_name(key_of(vote))}@{now:%Y%m%dT%H%M%SZ}"
    for item_id in items.scalars():
        yield item_id, Draft("vote_corrected", key, _day(vote), old, told_value(vote))


def _day(vote: records.RollCall) -> Any:
    return vote.voted_at.astimezone(EASTERN).date()


def told_value(vote: records.RollCall) -> dict[str, Any]:
    """What a change keeps of a roll call: enough for its sentence."""
    return {
        "chamber": vote.chamber.value,
        "congress": vote.congress,
        "session": vote.session,
        "roll": vote.roll,
        "question": asked_of(vote),
        **{name: getattr(vote, name) for name in _COUNTS},
        "parties": msgspec.to_builtins(party_totals(vote.members)),
    }
