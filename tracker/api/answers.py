"""What the API answers: one typed shape a thing. The OpenAPI document is made from these.

Lists that hang on a measure keep the shape in which `tracker/queries` gives them. Dates are calendar dates in
Washington, instants UTC, and what a publisher does not state is null.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, UnsetType

from scrapers.records import BillType, Chamber, CommitteeReport, CostEstimate, Law
from tracker.linking.evidence import FieldName
from tracker.models import Status, Verdict
from tracker.queries.bills import (
    CommitteeWork,
    Cosponsor,
    Relation,
    Summary,
    TextVersion,
    TimelineEntry,
    Title,
    Vote,
)
from tracker.queries.legislators import Seat, Term
from tracker.queries.people import Person
from tracker.queries.sources import Health
from tracker.stages import Milestone, Stage


def note(description: str) -> msgspec.Meta:
    """What the OpenAPI document says of a field."""
    return msgspec.Meta(description=description)


Instant = Annotated[datetime, msgspec.Meta(tz=True)]
Next = Annotated[
    str | None, note("Goes into `after=` for the following part of the list; null when this is the last.")
]
Total = Annotated[int, note("How many there are in the whole list.")]
Url = Annotated[str, note("The publisher's page.")]
PageUrl = Annotated[str, note("Our page.")]


class SourceDocument(msgspec.Struct, frozen=True):
    """A document that facts stand in. A member of an archive is named after `#`."""

    key: Annotated[str, note("The source's key, as in /api/v1/sources/{key}.")]
    name: str
    publisher: str
    url: str
    fetched_at: Instant
    sha256: Annotated[str, note("Checksum of the bytes as they were fetched, in hexadecimal.")]
    fetched_until: Annotated[
        date | None,
        note(
            "Of a copy that came with the program: the last day on which it may have been fetched. `fetched_at` is "
            "then noon of the first. Null where the instant is known."
        ),
    ] = None


Sources = Annotated[tuple[SourceDocument, ...], note("The documents that say so.")]


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why there is no answer. `parameter` names the one that could not be understood."""

    error: str
    parameter: str | None = None


# --- links ------------------------------------------------------------------------------------------


class EvidenceAnswer(msgspec.Struct, frozen=True):
    """Words that a link rests on, and where they stood. `at` is where `words` begin in `quote`, in code points."""

    rule: str
    field: FieldName
    label: Annotated[str, note("Which version or kind of that field.")]
    words: str
    quote: str
    at: int
    score: Annotated[int, note("How much these words say, 0 to 100.")]


class LinkAnswer(msgspec.Struct, frozen=True):
    """A country, region, programme, law, recommendation or promise that an item is about."""

    key: Annotated[str, msgspec.Meta(examples=["country:EGY"])]
    kind: Annotated[str, msgspec.Meta(examples=["country"])]
    name: str
    url: Annotated[str | None, note("Our page of it, where it has one.")]
    score: int
    confirmed_by: Annotated[
        str | None, note("The editor who looked; null where rules alone stand behind it.")
    ]
    evidence: tuple[EvidenceAnswer, ...]


class JudgementAnswer(msgspec.Struct, frozen=True):
    """What editors hold the item to do to a recommendation or promise, and why."""

    key: Annotated[str, msgspec.Meta(examples=["recommendation:emphasize-shared-security"])]
    name: str
    url: str | None
    verdict: Verdict
    reason: str
    made_on: date
    made_by: str


Links = Annotated[tuple[LinkAnswer, ...], note("What it is about, with the evidence, as readers see it.")]
Judgements = Annotated[tuple[JudgementAnswer, ...], note("Signed and dated judgements.")]


# --- measures ---------------------------------------------------------------------------------------


class BillItem(msgspec.Struct, frozen=True, kw_only=True):
    """A measure before Congress. `status` and `next_step` are sentences as of today in Washington."""

    key: Annotated[str, msgspec.Meta(examples=["119-s-1780"])]
    kind: str = "bill"
    name: Annotated[str, msgspec.Meta(examples=["S. 1780"])]
    title: str
    url: Url
    page: PageUrl
    congress: int
    type: BillType
    number: int
    origin_chamber: Chamber
    introduced_on: date
    latest_action_on: date
    stage: Stage
    status: str
    next_step: str
    has_died: Annotated[bool, note("Whether its Congress ended before it was decided.")]
    sponsor: Person | None
    cosponsor_count: Annotated[int, note("Without those who withdrew.")]
    policy_area: str | None
    changed_at: Annotated[Instant, note("When what we hold of it last became different.")]
    missing_since: Annotated[Instant | None, note("When its publisher stopped listing it.")]
    in_scope: Annotated[bool, note("Whether it concerns U.S. security assistance.")]
    links: Links = ()
    judgements: Judgements = ()
    sources: Sources


class BillAnswer(BillItem, frozen=True, kw_only=True):
    """A measure with all that we hold of it. `track` has its steps forward, `actions` its whole history."""

    first_seen_at: Instant
    published_at: Annotated[Instant, note("The publisher's edit stamp.")]
    is_by_request: bool
    official_title: str | None
    titles: tuple[Title, ...]
    sponsors: tuple[Person, ...]
    cosponsors: tuple[Cosponsor, ...]
    withdrawn_cosponsors: tuple[Cosponsor, ...]
    committees: tuple[CommitteeWork, ...]
    track: tuple[Milestone, ...]
    actions: tuple[TimelineEntry, ...]
    votes: tuple[Vote, ...]
    texts: tuple[TextVersion, ...]
    related: tuple[Relation, ...]
    subjects: tuple[str, ...]
    summaries: tuple[Summary, ...]
    laws: tuple[Law, ...]
    reports: tuple[CommitteeReport, ...]
    cost_estimates: tuple[CostEstimate, ...]
    notes: tuple[str, ...]
    changes: Annotated[tuple[ChangeItem, ...], note("The newest; /api/v1/changes?item= has all.")]


class BillList(msgspec.Struct, frozen=True):
    """Part of the list of measures."""

    items: tuple[BillItem, ...]
    next: Next
    total: Total


# --- changes ----------------------------------------------------------------------------------------


class ItemReference(msgspec.Struct, frozen=True):
    """The thing that changed."""

    key: Annotated[str, msgspec.Meta(examples=["119-s-1780"])]
    kind: str
    name: str
    title: str
    page: PageUrl


class ChangeItem(msgspec.Struct, frozen=True, kw_only=True):
    """A dated fact that was new to us. `title` is the sentence that says it."""

    key: Annotated[str, note("Its number in the log.")]
    kind: str
    label: Annotated[str, note("The kind in a few words.")]
    title: str
    url: PageUrl
    item: ItemReference
    occurred_on: Annotated[date | None, note("The source's date, where it has one.")]
    first_seen_at: Annotated[Instant, note("When we first saw it: this is what makes it new.")]
    recorded: Annotated[str | None, note("How long after its date we first saw it, in words.")]
    old: Any
    new: Any
    links: Links = ()
    sources: Sources


class ChangeList(msgspec.Struct, frozen=True):
    """Part of the public log, newest first."""

    items: tuple[ChangeItem, ...]
    next: Next
    total: Total


# --- legislators ------------------------------------------------------------------------------------


class LegislatorItem(msgspec.Struct, frozen=True, kw_only=True):
    """A member of Congress, in office or not; office and party are those of the last term that we know."""

    key: Annotated[str, msgspec.Meta(description="The bioguide id.", examples=["S000033"])]
    kind: str = "legislator"
    title: str
    url: Url
    page: PageUrl
    first_name: str
    last_name: str
    is_current: bool
    chamber: Chamber | None
    party: str | None
    state: str | None
    district: Annotated[int | None, note("0 is a whole state.")]
    website: str | None
    links: Links = ()
    sources: Sources


class LatestBills(msgspec.Struct, frozen=True):
    """The measures with the latest action; `more` is the address of all of them."""

    items: tuple[BillItem, ...]
    total: Total
    more: str


class LegislatorAnswer(LegislatorItem, frozen=True, kw_only=True):
    """A member with terms (newest first), committee seats and measures."""

    terms: tuple[Term, ...]
    seats: tuple[Seat, ...]
    sponsored: LatestBills
    cosponsored: LatestBills
    votes: Annotated[
        str, note("Where the roll calls are that list the member, each with how the member voted.")
    ]


class LegislatorList(msgspec.Struct, frozen=True):
    """Part of the list of legislators, by name."""

    items: tuple[LegislatorItem, ...]
    next: Next
    total: Total


# --- sources ----------------------------------------------------------------------------------------


class LastRun(msgspec.Struct, frozen=True):
    """The last time that the source was read, and how it ended."""

    status: Status
    started_at: Instant
    finished_at: Instant | None
    documents: int
    records: int
    created: int
    updated: int
    changes: int
    held: Annotated[int, note("Changes that wait for an editor.")]
    problems: int


class SourceItem(msgspec.Struct, frozen=True, kw_only=True):
    """A publisher's series of documents, and whether what we hold of it is current."""

    key: Annotated[str, msgspec.Meta(examples=["govinfo_billstatus"])]
    kind: str = "source"
    title: str
    url: Url
    page: PageUrl
    publisher: str
    covers: str
    licence: str
    rhythm_hours: Annotated[float, note("How often it is read.")]
    health: Health
    last_good_at: Annotated[Instant | None, note("When a run last ended well.")]
    last_run: LastRun | None
    documents: int
    items: int
    missing: Annotated[int, note("Items that their publisher no longer lists.")]
    links: Links = ()
    sources: Annotated[tuple[SourceDocument, ...], note("The document that was fetched last.")]


class SourceList(msgspec.Struct, frozen=True):
    """Every source, by key."""

    items: tuple[SourceItem, ...]
    next: Next
    total: Total


class StatusAnswer(msgspec.Struct, frozen=True):
    """Whether what the site shows is current, source by source.

    `bundled_as_of` is null once a source has answered here; before, it is as of when the facts on bills that came with
    the program are, and every source has its own `last_good_at`.
    """

    current: Annotated[int, note("How many sources are current.")]
    total: int
    last_good_at: Instant | None
    following_since: Annotated[Instant | None, note("What happened before is not in the log of changes.")]
    sources: tuple[SourceItem, ...]
    bundled_as_of: Instant | None = None


# --- search -----------------------------------------------------------------------------------------


class SearchItem(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was found, with the words around what was looked for.

    `kind` says what it is; what follows `sources` stands only where it is a measure.
    """

    key: Annotated[str, msgspec.Meta(examples=["119-s-1780"])]
    kind: Annotated[str, note("`bill` or `arms-sale`.")]
    name: str
    title: str
    url: Url
    page: PageUrl
    status: str
    changed_at: Instant
    excerpt: str | None
    links: Links = ()
    sources: Sources
    congress: int | UnsetType = UNSET
    type: BillType | UnsetType = UNSET
    number: int | UnsetType = UNSET
    origin_chamber: Chamber | UnsetType = UNSET
    introduced_on: date | UnsetType = UNSET
    latest_action_on: date | UnsetType = UNSET
    stage: Stage | UnsetType = UNSET
    next_step: str | UnsetType = UNSET
    has_died: bool | UnsetType = UNSET
    sponsor: Person | UnsetType | None = UNSET
    cosponsor_count: int | UnsetType = UNSET
    policy_area: str | UnsetType | None = UNSET
    missing_since: Instant | UnsetType | None = UNSET
    in_scope: bool | UnsetType = UNSET
    judgements: Judgements | UnsetType = UNSET


class SearchList(msgspec.Struct, frozen=True):
    """What was found, best first; a measure whose number was typed stands alone."""

    items: tuple[SearchItem, ...]
    next: Next
    total: Total
    query: str


# --- the API itself ---------------------------------------------------------------------------------


class Index(msgspec.Struct, frozen=True):
    """Where everything is."""

    name: str
    openapi: Annotated[str, note("The description of every address, for programs.")]
    lists: dict[str, str]
