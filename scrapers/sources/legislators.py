"""Members of Congress, its committees and who sits on them, from the public @unitedstates project.

Three whole listings. Keeps office data only (name, terms, party, state, district, seats): birthdays, home
towns, telephone numbers and social accounts are in the files and are not stored.
Format: https://github.com/unitedstates/congress-legislators
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Annotated, Literal

import msgspec

from scrapers.errors import DriftError
from scrapers.records import Chamber, Committee, CommitteeMembership, Legislator, Term
from scrapers.source import Document, Healthy, Request, Source

HOME = "https://unitedstates.github.io/congress-legislators"
MEMBERS = f"{HOME}/legislators-current.json"
COMMITTEES = f"{HOME}/committees-current.json"
SEATS = f"{HOME}/committee-membership-current.json"

_Bioguide = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]\d{6}$")]


class _Id(msgspec.Struct):
    bioguide: _Bioguide
    lis: str | None = None


class _Name(msgspec.Struct):
    first: str
    last: str
    official_full: str | None = None
    nickname: str | None = None
    suffix: str | None = None


class _Term(msgspec.Struct):
    type: Literal["sen", "rep"]
    start: date
    end: date
    state: str
    party: str | None = None
    district: int | None = None
    senate_class: int | None = msgspec.field(default=None, name="class")
    url: str | None = None


class _Member(msgspec.Struct):
    id: _Id
    name: _Name
    terms: Annotated[list[_Term], msgspec.Meta(min_length=1)]


class _Subcommittee(msgspec.Struct):
    name: str
    thomas_id: str


class _Committee(msgspec.Struct):
    type: Literal["house", "senate", "joint"]
    name: str
    thomas_id: str
    url: str | None = None
    subcommittees: list[_Subcommittee] = []


class _Seat(msgspec.Struct):
    bioguide: _Bioguide
    rank: int
    party: Literal["majority", "minority"]
    title: str | None = None


def requests(_: Mapping[str, str]) -> Iterator[Request]:
    """The three listings; members first, for seats point at them."""
    yield Request(MEMBERS)
    yield Request(COMMITTEES)
    yield Request(SEATS)


def parse(document: Document) -> Iterator[Legislator | Committee | CommitteeMembership]:
    """The records of one of the three listings."""
    try:
        if document.url == MEMBERS:
            for member in msgspec.json.decode(document.body, type=list[_Member]):
                yield _legislator(member)
        elif document.url == COMMITTEES:
            for committee in msgspec.json.decode(document.body, type=list[_Committee]):
                yield from _committees(committee)
        else:
            seats = msgspec.json.decode(document.body, type=dict[str, list[_Seat]])
            for code, members in sorted(seats.items()):
                for seat in members:
                    yield CommitteeMembership(_code(code), seat.bioguide, seat.party, seat.rank, seat.title)
    except msgspec.DecodeError as error:
        raise DriftError(str(error), url=document.url) from error


def _legislator(member: _Member) -> Legislator:
    name = member.name
    return Legislator(
        bioguide=member.id.bioguide,
        first_name=name.first,
        last_name=name.last,
        full_name=name.official_full or " ".join(filter(None, (name.first, name.last, name.suffix))),
        terms=tuple(_term(term) for term in member.terms),
        website=member.terms[-1].url,
        lis=member.id.lis,
    )


def _term(term: _Term) -> Term:
    return Term(
        chamber=Chamber.SENATE if term.type == "sen" else Chamber.HOUSE,
        state=term.state,
        party=term.party or "Unknown",
        started_on=term.start,
        ended_on=term.end,
        district=term.district,
        senate_class=term.senate_class,
    )


def _committees(committee: _Committee) -> Iterator[Committee]:
    code = _code(committee.thomas_id)
    yield Committee(code, committee.name, committee.type, website=committee.url)
    for subcommittee in committee.subcommittees:
        name, part = subcommittee.name, subcommittee.thomas_id
        yield Committee(_code(committee.thomas_id + part), name, committee.type, parent=code)


def _code(thomas_id: str) -> str:
    """The bill status files' system code: `SSFR` is `ssfr00`, its subcommittee `SSFR09` is `ssfr09`."""
    return (thomas_id if len(thomas_id) > 4 else thomas_id + "00").lower()


SOURCE = Source(
    key="legislators",
    name="Members and committees of Congress",
    publisher="the @unitedstates project",
    covers="Current members with their terms, current committees and subcommittees, and who sits on them.",
    home_url="https://github.com/unitedstates/congress-legislators",
    licence="Public domain (CC0)",
    rhythm=timedelta(days=1),
    hosts=frozenset({"unitedstates.github.io"}),
    parser_version=2,
    healthy=Healthy(
        normal_day=60, minimum={"Legislator": 500, "Committee": 150, "CommitteeMembership": 2_500}
    ),
    requests=requests,
    parse=parse,
    listing=lambda _: MEMBERS,
    content_types=frozenset({"application/json"}),
    maximum_bytes=20 * 1024 * 1024,
)
