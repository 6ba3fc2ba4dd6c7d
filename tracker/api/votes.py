"""Roll calls for programs: the list, one with everybody's position, and feed entries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Annotated, Any

import msgspec
from flask import abort

from scrapers.records import Chamber, Majority, Outcome, Position, VoteAmendment
from tracker.api import compose
from tracker.api.answers import Instant, Links, Next, PageUrl, Sources, Total, Url, note
from tracker.api.asking import Args, every, site
from tracker.api.feeds import tag
from tracker.api.formats import Entry
from tracker.api.parameters import read_place
from tracker.api.tables import PROVENANCE, Table
from tracker.db import db
from tracker.queries.links import About, about_items
from tracker.queries.paging import Page, Place
from tracker.queries.roll_calls import (
    Cast,
    OnMeasure,
    VoteDetail,
    VoteRow,
    key_named,
    list_votes,
    read_vote,
    read_vote_filter,
)
from tracker.votes.tally import PartyTotal
from tracker.votes.words import party_sentence

# --- shapes -----------------------------------------------------------------------------------------


class VoteMeasureAnswer(msgspec.Struct, frozen=True):
    """A measure that the vote is about; `title` and `page` are null where it is not held."""

    key: Annotated[str, msgspec.Meta(examples=["119-sjres-33"])]
    name: str
    title: str | None
    page: PageUrl | None


class VoteItem(msgspec.Struct, frozen=True, kw_only=True):
    """A roll-call vote of one chamber. The counts are of members."""

    key: Annotated[
        str,
        note("Congress, chamber with session, and the chamber's number."),
        msgspec.Meta(examples=["119-s1-165"]),
    ]
    kind: str = "vote"
    name: str
    title: Annotated[str, note("The whole question as published.")]
    url: Url
    page: PageUrl
    status: Annotated[str, note("What was decided, in a sentence of ours.")]
    meaning: Annotated[str | None, note("What that meant for the measure; null where it is not certain.")]
    chamber: Chamber
    congress: int
    session: int
    roll: int
    on: Annotated[date, note("The day in Washington.")]
    voted_at: Instant
    question: str
    result: Annotated[str, note("In the publisher's words.")]
    outcome: Annotated[Outcome | None, note("Null where the publisher's words leave it open.")]
    majority: Annotated[Majority | None, note("What the question needed; null where that is not published.")]
    yeas: int
    nays: int
    present: int
    not_voting: int
    tie_breaker: Annotated[str | None, note("Who broke a tie; that vote is in no count.")]
    tie_vote: Position | None
    in_committee_of_the_whole: bool
    amendment: VoteAmendment | None
    parties: tuple[PartyTotal, ...]
    measures: tuple[VoteMeasureAnswer, ...]
    position: Annotated[Position | None, note("How the member voted whom the parameter `member` names.")]
    changed_at: Instant
    links: Links = ()
    sources: Sources


class PositionAnswer(msgspec.Struct, frozen=True):
    """How one member voted. Name, party and state are as printed then; `said` is the publisher's word."""

    bioguide: Annotated[str | None, note("Null where the publisher's listing does not tell who it is.")]
    name: str
    full_name: str | None
    party: str
    state: Annotated[str, note("`XX` where none was printed.")]
    district: Annotated[int | None, note("0 for a whole state; null for senators and where it is not known.")]
    position: Position
    said: str
    page: PageUrl | None


class VoteAnswer(VoteItem, frozen=True, kw_only=True):
    """A vote with everybody's position, in the publisher's order."""

    parties_in_words: tuple[str, ...]
    positions: tuple[PositionAnswer, ...]


class VoteList(msgspec.Struct, frozen=True):
    """Part of the list of votes, the newest first."""

    items: tuple[VoteItem, ...]
    next: Next
    total: Total


# --- asking -----------------------------------------------------------------------------------------


def vote_page(args: Args, place: Place) -> Page[VoteRow]:
    return list_votes(db.session, read_vote_filter(args), place)


def votes(args: Args) -> VoteList:
    page = vote_page(args, read_place(args))
    about = _about(page.items)
    return VoteList(tuple(VoteItem(**_fields(vote, about)) for vote in page.items), page.next, page.total)


def every_vote(args: Args) -> Iterator[VoteRow]:
    which = read_vote_filter(args)
    return every(lambda session, place: list_votes(session, which, place))


def vote_detail(key: str) -> VoteDetail:
    named = key_named(key)
    found = read_vote(db.session, key) if named is not None and str(named) == key else None
    return found or abort(404, f"There is no vote {key[:40]} here.")


def vote(key: str) -> VoteAnswer:
    detail = vote_detail(key)
    return VoteAnswer(
        **_fields(detail.vote, _about([detail.vote])),
        parties_in_words=detail.parties_in_words,
        positions=tuple(map(_position, detail.casts)),
    )


def _about(found: Iterable[VoteRow]) -> Mapping[int, About]:
    """What the measures are about that the votes are on."""
    ids = {one.item_id for vote in found for one in vote.measures if one.item_id is not None}
    return about_items(db.session, sorted(ids)) if ids else {}


# --- composing --------------------------------------------------------------------------------------

_FROM_ROW = tuple(
    sorted(
        {*VoteItem.__struct_fields__} & {*VoteRow.__struct_fields__} - {"title", "url", "page", "measures"}
    )
)


def _fields(found: VoteRow, about: Mapping[int, About]) -> dict[str, Any]:
    links = {
        link.target.key: link
        for one in found.measures
        if one.item_id is not None and one.item_id in about
        for link in about[one.item_id].links()
    }
    return {
        **{name: getattr(found, name) for name in _FROM_ROW},
        "name": found.name,
        "title": found.asked,
        "url": found.page,
        "page": f"{site()}{found.path}",
        "status": found.sentence,
        "meaning": found.means or None,
        "measures": tuple(map(_measure, found.measures)),
        "links": tuple(compose.link_answer(site(), link) for link in links.values()),
        "sources": (compose.source_document(found.document),),
    }


def _measure(one: OnMeasure) -> VoteMeasureAnswer:
    page = f"{site()}/bills/{one.key}" if one.is_held else None
    return VoteMeasureAnswer(one.key, one.name, one.title, page)


def _position(one: Cast) -> PositionAnswer:
    page = f"{site()}/legislators/{one.bioguide}" if one.full_name else None
    return PositionAnswer(
        one.bioguide,
        one.name,
        one.full_name,
        one.party,
        one.state,
        one.district,
        one.position,
        one.said,
        page,
    )


# --- feeds and files --------------------------------------------------------------------------------


def vote_entries(found: Iterable[VoteRow]) -> list[Entry]:
    """Votes as they stand now; an entry is updated when its chamber tells it otherwise."""
    return [
        Entry(
            id=tag(site(), f"vote:{vote.key}"),
            title=vote.sentence,
            url=f"{site()}{vote.path}",
            updated=vote.changed_at,
            summary="\n".join(filter(None, (vote.asked, vote.means, party_sentence(vote.parties)))),
            category=vote.chamber.value,
            source_url=vote.page,
        )
        for vote in found
    ]


def _of(name: str) -> tuple[str, Any]:
    return name, lambda row, _site: getattr(row, name)


VOTES = Table(
    (
        *map(
            _of,
            ("key", "name", "chamber", "congress", "session", "roll", "on", "asked", "sentence", "result"),
        ),
        *map(_of, ("outcome", "majority", "yeas", "nays", "present", "not_voting", "position")),
        ("measures", lambda vote, _: " ".join(one.key for one in vote.measures)),
        ("official_page", lambda vote, _: vote.page),
        ("page", lambda vote, address: f"{address}{vote.path}"),
        *PROVENANCE,
    )
)

POSITIONS = Table(
    (
        *map(_of, ("name", "full_name", "bioguide", "party", "state", "district", "position", "said")),
        ("page", lambda one, address: f"{address}/legislators/{one.bioguide}" if one.full_name else None),
    )
)
