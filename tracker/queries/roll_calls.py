"""Roll calls: the list, one with everybody's position, those on a measure, and how a member voted.

`tracker/queries/bills.py` knows votes as lines of a measure's history; here they are what the chambers published.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, cast

import msgspec
from sqlalchemy import ColumnElement, Select, Table, bindparam, func, select
from sqlalchemy.orm import Session

from scrapers.records import (
    BillType,
    Chamber,
    Majority,
    Outcome,
    Position,
    VoteAmendment,
    VoteDocument,
)
from scrapers.roll_calls import RollCallKey, parse_key
from scrapers.times import EASTERN
from tracker.models import Item, Legislator, LegislatorTerm, Vote, VoteMeasure, VotePosition
from tracker.queries.bills import Scope
from tracker.queries.links import items_about, items_in_scope, read_country_code
from tracker.queries.official import vote_page
from tracker.queries.paging import START, AnyRow, BadParameterError, Key, Ordered, Page, Place, read_ordered
from tracker.queries.provenance import COLUMNS, DOCUMENT, Provenance, provenance
from tracker.queries.spelling import Reference, read_reference
from tracker.sentences import measure_name
from tracker.votes.decisions import Question, meaning, party_sentences, vote_sentence
from tracker.votes.tally import PartyTotal
from tracker.votes.words import asked

VOTE = cast(Table, Vote.__table__)
POSITION = cast(Table, VotePosition.__table__)
MEASURE = cast(Table, VoteMeasure.__table__)
ITEM = cast(Table, Item.__table__)
LEGISLATOR = cast(Table, Legislator.__table__)
TERM = cast(Table, LegislatorTerm.__table__)


class VoteFilter(msgspec.Struct, frozen=True):
    """Which roll calls; None for any. `bill` may leave its Congress open, `country` is an ISO 3166 alpha-3 code,
    `member` a bioguide id: the roll calls that list that member.
    """

    chamber: Chamber | None = None
    congress: int | None = None
    bill: Reference | None = None
    country: str | None = None
    member: str | None = None
    scope: Scope = Scope.ALL


ANY_VOTE = VoteFilter()
"""Every roll call that is held. A reader's list begins with those on measures in scope; see `read_vote_filter`."""


class OnMeasure(msgspec.Struct, frozen=True):
    """A measure that a roll call is about. `title` is None, and there is no page, where it is not held."""

    key: str
    name: str
    title: str | None
    item_id: int | None = None

    @property
    def is_held(self) -> bool:
        return self.item_id is not None

    @property
    def congress(self) -> int:
        return int(self.key.partition("-")[0])


class VoteRow(msgspec.Struct, frozen=True):
    """A roll call in a list. `key` is `119-h1-212`, `on` the day in Washington; counts are of members.

    `asked` is the whole question as published, `sentence` what was decided in our words, `means` what that meant for
    the measure, empty where it is not certain. `url` is the publisher's data, `page` its page for people. `position`
    is that of the member whom the list was asked for by.
    """

    key: str
    chamber: Chamber
    congress: int
    session: int
    roll: int
    on: date
    voted_at: datetime
    question: str
    asked: str
    title: str | None
    result: str
    outcome: Outcome | None
    majority: Majority | None
    yeas: int
    nays: int
    present: int
    not_voting: int
    in_committee_of_the_whole: bool
    amendment: VoteAmendment | None
    documents: tuple[VoteDocument, ...]
    tie_breaker: str | None
    tie_vote: Position | None
    parties: tuple[PartyTotal, ...]
    measures: tuple[OnMeasure, ...]
    sentence: str
    means: str
    url: str
    page: str
    first_seen_at: datetime
    changed_at: datetime
    document: Provenance
    position: Position | None = None

    @property
    def name(self) -> str:
        """The chamber's own number: "Senate vote 165 of 2025"."""
        return vote_name(RollCallKey(self.chamber, self.congress, self.session, self.roll))

    @property
    def path(self) -> str:
        """Its page here."""
        return f"/votes/{self.key}"


class Cast(msgspec.Struct, frozen=True):
    """How one member voted. `name`, `party` and `state` are as printed then; `said` is the publisher's word.

    A delegate whom the House prints without a home (`XX`) has the one of the list of members.

    `full_name` and `district` are those of the list of members, None where it does not have the person; `district`
    is that of the day of the vote where the terms of service tell it, 0 for a whole state.
    """

    name: str
    party: str
    state: str
    position: Position
    said: str
    bioguide: str | None
    full_name: str | None
    district: int | None


class VoteDetail(msgspec.Struct, frozen=True):
    """A roll call with everybody's position, in the publisher's order."""

    vote: VoteRow
    casts: tuple[Cast, ...]
    parties_in_words: tuple[str, ...]


class Unheld(msgspec.Struct, frozen=True):
    """A roll call that a measure's history names and that was not read: where it is to be seen, and what it is on."""

    key: RollCallKey
    page: str
    measures: tuple[OnMeasure, ...]


def _name(bill: str) -> str:
    """A measure's name by its key, without the Congress."""
    return measure_name(*_numbered(bill))


def _numbered(bill: str) -> tuple[BillType, int]:
    _, type_, number = bill.split("-")
    return BillType(type_), int(number)


def vote_name(key: RollCallKey) -> str:
    """A roll call by its chamber's number: "House vote 212 of 2025"."""
    return f"{_CHAMBERS[key.chamber]} vote {key.roll} of {key.year}"


def page_of(key: RollCallKey) -> str:
    """The chamber's page for people."""
    return vote_page(key.chamber, key.congress, key.session, key.roll, date(key.year, 7, 1))


_CHAMBERS = {Chamber.HOUSE: "House", Chamber.SENATE: "Senate"}
_BIOGUIDE = re.compile(r"[A-Z]\d{6}", re.ASCII)


# --- the list ---------------------------------------------------------------------------------------

_KEYS = (Key(VOTE.c.voted_at, True, datetime), Key(VOTE.c.id, True, int))
_VOTES = select(VOTE, *COLUMNS).join_from(VOTE, DOCUMENT, DOCUMENT.c.id == VOTE.c.document_id)


def read_vote_filter(args: Mapping[str, str]) -> VoteFilter:
    """The filter that a query string asks for; unknown parameters are ignored, empty ones mean any.

    Raises BadParameterError for a value that its parameter cannot have.
    """
    chamber, congress = (args.get("chamber") or "").strip(), (args.get("congress") or "").strip()
    bill, scope = (args.get("bill") or "").strip(), (args.get("scope") or "").strip()
    member = (args.get("member") or "").strip().upper()
    if chamber and chamber not in set(Chamber):
        raise BadParameterError("chamber", "chamber takes house or senate.")
    if congress and not (congress.isascii() and congress.isdecimal() and len(congress) <= 3):
        raise BadParameterError("congress", "congress takes a number such as 119.")
    if scope and scope not in set(Scope):
        raise BadParameterError("scope", f"scope takes one of: {', '.join(Scope)}.")
    reference = read_reference(bill) if bill else None
    if bill and reference is None:
        raise BadParameterError("bill", "bill takes the number of a measure, such as S. 1780 or 119-s-1780.")
    if member and not _BIOGUIDE.fullmatch(member):
        raise BadParameterError("member", "member takes a legislator's bioguide id, such as S000033.")
    return VoteFilter(
        Chamber(chamber) if chamber else None,
        int(congress) if congress else None,
        reference,
        read_country_code(args.get("country")),
        member or None,
        Scope(scope) if scope else Scope.SECURITY_ASSISTANCE,
    )


def list_votes(session: Session, which: VoteFilter = ANY_VOTE, place: Place = START) -> Page[VoteRow]:
    """A page of roll calls, the newest first. Raises BadParameterError for a strange cursor."""
    counted, found = _statements(which)
    total = session.execute(counted).scalar_one()
    return read_ordered(session, found, place, total, lambda rows: _rows(session, rows, which.member))


@lru_cache(maxsize=64)
def _statements(which: VoteFilter) -> tuple[Select[int], Ordered]:
    conditions = _conditions(which)
    counted = select(func.count()).select_from(VOTE).where(*conditions)
    return counted, Ordered(_VOTES.where(*conditions), _KEYS)


def _conditions(which: VoteFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if which.chamber is not None:
        conditions.append(VOTE.c.chamber == which.chamber)
    if which.congress is not None:
        conditions.append(VOTE.c.congress == which.congress)
    if which.bill is not None:
        conditions.append(VOTE.c.key.in_(select(MEASURE.c.vote_key).where(_is_named(which.bill))))
    elif which.scope is Scope.SECURITY_ASSISTANCE:
        conditions.append(VOTE.c.key.in_(votes_on(items_in_scope())))
    if which.country is not None:
        conditions.append(VOTE.c.key.in_(votes_on(items_about(f"country:{which.country}"))))
    if which.member is not None:
        listed = select(POSITION.c.vote_id).where(POSITION.c.bioguide == which.member)
        conditions.append(VOTE.c.id.in_(listed))
    return conditions


def _is_named(bill: Reference) -> ColumnElement[bool]:
    if bill.key is not None:
        return MEASURE.c.item_key == f"bill:{bill.key}"
    return MEASURE.c.item_key.like(f"bill:%-{bill.type.value}-{bill.number}")


def votes_on(items: Select[Any]) -> Select[tuple[str]]:
    """Keys of the roll calls on measures of those item ids, held or not."""
    return (
        select(MEASURE.c.vote_key)
        .join_from(MEASURE, ITEM, ITEM.c.key == MEASURE.c.item_key)
        .where(ITEM.c.id.in_(items))
    )


def held_congresses_of_votes(session: Session) -> tuple[int, ...]:
    """The Congresses of which roll calls are held, newest first."""
    found = session.execute(select(VOTE.c.congress).distinct().order_by(VOTE.c.congress.desc()))
    return tuple(found.scalars())


def _rows(session: Session, rows: Sequence[AnyRow], member: str | None = None) -> list[VoteRow]:
    keys = [row.key for row in rows]
    measures = measures_of(session, keys)
    positions = _positions_of(session, member, keys) if member else {}
    return [_row(row, measures.get(row.key, ()), positions.get(row.key)) for row in rows]


def _positions_of(session: Session, bioguide: str, keys: Sequence[str]) -> dict[str, Position]:
    """How a member voted on those roll calls, by key."""
    rows = session.execute(
        select(VOTE.c.key, POSITION.c.position)
        .join_from(POSITION, VOTE, VOTE.c.id == POSITION.c.vote_id)
        .where(POSITION.c.bioguide == bioguide, VOTE.c.key.in_(keys))
    )
    return {row.key: row.position for row in rows}


def _row(row: AnyRow, measures: tuple[OnMeasure, ...], position: Position | None = None) -> VoteRow:
    on = row.voted_at.astimezone(EASTERN).date()
    question = _question(row, on, measures)
    fields = {name: getattr(row, name) for name in _FROM_ROW}
    return VoteRow(
        **fields,
        on=on,
        asked=asked(row.question, row.statement, row.documents, row.amendment),
        parties=row.party_totals,
        measures=measures,
        sentence=vote_sentence(question),
        means=meaning(question),
        page=vote_page(row.chamber, row.congress, row.session, row.roll, on),
        document=provenance(row),
        position=position,
    )


_FROM_ROW = tuple(sorted({column.name for column in VOTE.columns} & {*VoteRow.__struct_fields__}))


def _question(row: AnyRow, on: date, measures: Sequence[OnMeasure]) -> Question:
    """What was voted on, for the sentence: the measure that the roll call itself names first."""
    keys = [document.bill for document in row.documents if document.bill]
    key = (keys or [measure.key for measure in measures] or [""])[0]
    return Question(
        chamber=row.chamber,
        question=row.statement or row.question,
        result=row.result,
        on=on,
        yeas=row.yeas,
        nays=row.nays,
        measure=_numbered(key) if key else None,
        amendment=_amendment_words(row.amendment),
        passed=None if row.outcome is None else row.outcome is Outcome.PASSED,
        needed=row.majority.value if row.majority else "",
    )


def _amendment_words(amendment: VoteAmendment | None) -> str:
    """An amendment within a sentence: "S.Amdt. 3927", "amendment 12 by Greene of Georgia".

    Beside the name the House prints where it stands in the rule ("Massie of Kentucky Part A Amendment No. 9").
    """
    if amendment is None:
        return ""
    number = f"amendment {amendment.number}" if amendment.number.isdecimal() else amendment.number
    author = (amendment.author or "").partition(" Part ")[0].partition(" Amendment No")[0]
    return f"{number} by {author}" if author else number


_MEASURES = (
    select(MEASURE.c.vote_key, MEASURE.c.item_key, ITEM.c.title, ITEM.c.id)
    .join_from(MEASURE, ITEM, ITEM.c.key == MEASURE.c.item_key, isouter=True)
    .where(MEASURE.c.vote_key.in_(bindparam("keys", expanding=True)))
    .distinct()
    .order_by(MEASURE.c.vote_key, MEASURE.c.item_key)
)


def measures_of(session: Session, keys: Sequence[str]) -> dict[str, tuple[OnMeasure, ...]]:
    """The measures that roll calls are about, by the roll call's key."""
    found: dict[str, list[OnMeasure]] = defaultdict(list)
    for vote_key, item_key, title, item_id in (
        session.execute(_MEASURES, {"keys": list(keys)}) if keys else ()
    ):
        key = item_key.removeprefix("bill:")
        found[vote_key].append(OnMeasure(key, _name(key), title, item_id))
    return {key: tuple(measures) for key, measures in found.items()}


# --- one of them ------------------------------------------------------------------------------------

_CASTS = (
    select(
        POSITION, LEGISLATOR.c.full_name, LEGISLATOR.c.chamber, LEGISLATOR.c.state.label("home"),
        LEGISLATOR.c.district, TERM.c.district.label("then"),
    )
    .join_from(POSITION, LEGISLATOR, LEGISLATOR.c.bioguide == POSITION.c.bioguide, isouter=True)
    .join(
        TERM,
        (TERM.c.bioguide == POSITION.c.bioguide)
        & (TERM.c.chamber == bindparam("chamber", type_=TERM.c.chamber.type))
        & (TERM.c.started_on <= bindparam("on", type_=TERM.c.started_on.type))
        & (TERM.c.ended_on >= bindparam("on", type_=TERM.c.started_on.type)),
        isouter=True,
    )
    .where(POSITION.c.vote_id == bindparam("vote_id"))
    .order_by(POSITION.c.place)
)  # fmt: skip


def read_vote(session: Session, key: str) -> VoteDetail | None:
    """The roll call of that key with everybody's position; None where it is not held."""
    found = session.execute(_VOTES.where(VOTE.c.key == key)).one_or_none()
    if found is None:
        return None
    (vote,) = _rows(session, [found])
    casts = read_casts(session, found.id, vote.chamber, vote.on)
    return VoteDetail(vote, casts, party_sentences(vote.parties))


def read_casts(session: Session, vote_id: int, chamber: Chamber, on: date) -> tuple[Cast, ...]:
    """Everybody's position in the roll call of that row, in the publisher's order; `on` is its day in Washington."""
    rows = session.execute(_CASTS, {"vote_id": vote_id, "chamber": chamber, "on": on})
    return tuple({row.place: _cast(row) for row in rows}.values())  # terms may meet on a day


def _cast(row: AnyRow) -> Cast:
    district = row.then if row.then is not None else row.district if row.chamber is Chamber.HOUSE else None
    state = row.home if row.state == "XX" and row.home else row.state
    return Cast(row.name, row.party, state, row.position, row.said, row.bioguide, row.full_name, district)


def read_unheld(session: Session, key: RollCallKey) -> Unheld | None:
    """A roll call that is not held but named by a measure; None where none names it."""
    measures = measures_of(session, [str(key)]).get(str(key))
    return Unheld(key, page_of(key), measures) if measures else None


_OF_BILL = _VOTES.where(
    VOTE.c.key.in_(select(MEASURE.c.vote_key).where(MEASURE.c.item_key == bindparam("item_key")))
).order_by(VOTE.c.voted_at.desc(), VOTE.c.id.desc())


def votes_of_bill(session: Session, bill: str) -> tuple[VoteRow, ...]:
    """The held roll calls on a measure, the newest first, each with that measure alone. One question."""
    of = OnMeasure(bill, _name(bill), None)
    return tuple(_row(row, (of,)) for row in session.execute(_OF_BILL, {"item_key": f"bill:{bill}"}))


# --- how members voted ------------------------------------------------------------------------------


class MemberVote(msgspec.Struct, frozen=True):
    """How a member voted on a roll call; `said` is the publisher's word."""

    vote: VoteRow
    position: Position
    said: str


_OF_MEMBERS = (
    select(POSITION.c.bioguide, POSITION.c.position.label("how"), POSITION.c.said, VOTE, *COLUMNS)
    .join_from(POSITION, VOTE, VOTE.c.id == POSITION.c.vote_id)
    .join(DOCUMENT, DOCUMENT.c.id == VOTE.c.document_id)
    .order_by(VOTE.c.voted_at.desc(), VOTE.c.id.desc())
)


def votes_of_members(
    session: Session, people: Sequence[str], items: Select[Any], most: int | None = None
) -> dict[str, list[MemberVote]]:
    """How those people voted on roll calls about those measures, the newest first. Two questions."""
    if not people:
        return {}
    asked_for = _OF_MEMBERS.where(POSITION.c.bioguide.in_(people), VOTE.c.key.in_(votes_on(items))).limit(
        most
    )
    rows = session.execute(asked_for).all()
    measures = measures_of(session, sorted({row.key for row in rows}))
    found: dict[str, list[MemberVote]] = defaultdict(list)
    kept: dict[str, VoteRow] = {}
    for row in rows:
        vote = kept.get(row.key) or kept.setdefault(row.key, _row(row, measures.get(row.key, ())))
        found[row.bioguide].append(MemberVote(vote, row.how, row.said))
    return found


def key_named(text: str) -> RollCallKey | None:
    """The roll call that an address names, in any capitals."""
    return parse_key(text.strip().lower())
