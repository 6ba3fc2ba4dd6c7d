"""What a source can yield: one frozen record a thing, facts only, as the publisher states them.

Records are msgspec structs: typed, immutable, and cheap enough to build half a million of them while a
Congress is read. They carry no identity of ours, no clock and no judgement; the tracker adds those.
Dates are calendar dates in Washington, instants are aware UTC.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import msgspec


class Record(msgspec.Struct, frozen=True, gc=False):
    """Base of every record. Holds no cycles, so the garbage collector need not look at it."""


class Chamber(StrEnum):
    HOUSE = "house"
    SENATE = "senate"


class BillType(StrEnum):
    """The eight kinds of measure, spelled as in our keys (`119-sjres-33`)."""

    HR = "hr"
    S = "s"
    HJRES = "hjres"
    SJRES = "sjres"
    HCONRES = "hconres"
    SCONRES = "sconres"
    HRES = "hres"
    SRES = "sres"


class RecordedVote(Record, frozen=True):
    """A roll call that an action refers to. `url` is None where only the action's text names the vote."""

    chamber: Chamber
    congress: int
    session: int
    roll: int
    url: str | None = None
    voted_at: datetime | None = None


class Action(Record, frozen=True):
    """One line of a measure's official history.

    `system` is the publisher's source system ("Senate", "House floor actions", "House committee actions",
    "Library of Congress"); the Senate's lines have no code and no time. `acted_at` is Eastern wall-clock
    time `HH:MM:SS`, House floor only. `text` may be missing upstream, and is left out of the bundled facts.
    """

    acted_on: date
    text: str | None = None
    code: str | None = None
    type: str | None = None
    system: str | None = None
    acted_at: str | None = None
    committees: tuple[str, ...] = ()
    votes: tuple[RecordedVote, ...] = ()


class Title(Record, frozen=True):
    """A title of the measure; `type` is upstream's wording ("Short Title(s) as Introduced")."""

    type: str
    title: str
    chamber: str | None = None


class Sponsor(Record, frozen=True):
    """Who introduced the measure, as printed; `bioguide` is the identity, names change between pulls."""

    bioguide: str
    name: str
    party: str | None = None
    state: str | None = None
    district: int | None = None


class Cosponsor(Record, frozen=True):
    """A member who joined a measure, and when the name was withdrawn, if it was.

    A file without committee or action detail may lack the date too; then `is_original` is unknown as well.
    """

    bioguide: str
    name: str
    sponsored_on: date | None = None
    is_original: bool | None = None
    party: str | None = None
    state: str | None = None
    district: int | None = None
    withdrawn_on: date | None = None


class CommitteeActivity(Record, frozen=True):
    """What a committee did with the measure ("Referred To", "Markup By", "Reported By")."""

    name: str
    at: datetime | None = None


class BillCommittee(Record, frozen=True):
    """A committee or subcommittee that holds or held the measure. `parent` is set on a subcommittee."""

    code: str
    name: str
    chamber: str | None = None
    type: str | None = None
    parent: str | None = None
    activities: tuple[CommitteeActivity, ...] = ()


class Summary(Record, frozen=True):
    """A Congressional Research Service summary; `html` is upstream's markup, not yet sanitised."""

    version_code: str
    acted_on: date
    description: str | None = None
    html: str | None = None
    updated_at: datetime | None = None


class TextVersion(Record, frozen=True):
    """A printed text of the measure. `issued_on` is the Eastern date; None where upstream left it empty."""

    type: str
    issued_on: date | None = None
    urls: tuple[str, ...] = ()


class RelatedBill(Record, frozen=True):
    """A measure that the Congressional Research Service or a chamber calls related.

    `relationships` are pairs of upstream's wording and who says so, as ("Identical bill", "CRS").
    """

    congress: int
    type: BillType
    number: int
    title: str | None = None
    relationships: tuple[tuple[str, str], ...] = ()


class Law(Record, frozen=True):
    """The law that a measure became, as ("Public Law", "117-328")."""

    type: str
    number: str


class CommitteeReport(Record, frozen=True):
    """A committee's printed report on the measure, by citation ("H. Rept. 117-400")."""

    citation: str


class CostEstimate(Record, frozen=True):
    """A Congressional Budget Office estimate."""

    title: str
    url: str
    published_at: datetime | None = None


class Bill(Record, frozen=True):
    """A measure before Congress with all that GPO's bill status file says of it.

    `updated_at` is upstream's edit stamp: it orders two files of one measure and says nothing about events.
    """

    congress: int
    type: BillType
    number: int
    title: str
    introduced_on: date
    updated_at: datetime
    origin_chamber: Chamber
    policy_area: str | None = None
    is_by_request: bool = False
    sponsors: tuple[Sponsor, ...] = ()
    cosponsors: tuple[Cosponsor, ...] = ()
    actions: tuple[Action, ...] = ()
    titles: tuple[Title, ...] = ()
    committees: tuple[BillCommittee, ...] = ()
    subjects: tuple[str, ...] = ()
    summaries: tuple[Summary, ...] = ()
    texts: tuple[TextVersion, ...] = ()
    related: tuple[RelatedBill, ...] = ()
    laws: tuple[Law, ...] = ()
    reports: tuple[CommitteeReport, ...] = ()
    cost_estimates: tuple[CostEstimate, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The measure's key among all measures: `119-sjres-33`."""
        return f"{self.congress}-{self.type}-{self.number}"


class Term(Record, frozen=True):
    """One term in one chamber; `ended_on` is the scheduled or actual last day."""

    chamber: Chamber
    state: str
    party: str
    started_on: date
    ended_on: date
    district: int | None = None
    senate_class: int | None = None


class Legislator(Record, frozen=True):
    """A member of Congress. `bioguide` is the identity, `lis` the Senate's own; office data only, nothing personal."""

    bioguide: str
    first_name: str
    last_name: str
    full_name: str
    terms: tuple[Term, ...]
    website: str | None = None
    lis: str | None = None


class Committee(Record, frozen=True):
    """A standing, select or joint committee, or a subcommittee with its `parent`.

    `code` is the bill status files' system code (`ssfr00`, subcommittee `ssfr09`).
    """

    code: str
    name: str
    chamber: str
    parent: str | None = None
    website: str | None = None


class CommitteeMembership(Record, frozen=True):
    """A legislator's seat on a committee. `side` is "majority" or "minority"."""

    committee: str
    bioguide: str
    side: str
    rank: int
    title: str | None = None


class AidType(StrEnum):
    """What a figure of assistance is an amount of. Amounts of different types are never added.

    Of a budget table it may be unstated whether it has what was asked for or what was given.
    """

    PLANNED = "planned"
    ALLOCATIONS = "allocations"
    OBLIGATIONS = "obligations"
    DISBURSEMENTS = "disbursements"
    REQUEST = "request"
    ACTUAL = "actual"
    UNSTATED = "unstated"
    MILITARY_POLICE = "military_police"


class AssistanceFigure(Record, frozen=True):
    """Dollars for one place in one fiscal year: the amount of one type, of one account or of all.

    `place` is as printed and need not be a country. `fiscal_year` is text, for the transition quarter of 1976
    (`1976tq`) is none. `dollars` is nominal, and None where the publisher names place and year and leaves
    the amount blank. `constant` is the publisher's conversion to the prices of `base_year`. `rows` counts the
    publisher's rows that were added for the figure.
    """

    place: str
    fiscal_year: str
    type: AidType
    dollars: int | None
    code: str | None = None
    account: str | None = None
    account_name: str | None = None
    constant: int | None = None
    base_year: int | None = None
    rows: int = 1


class SaleKind(StrEnum):
    """What a published notice of an arms sale is. A correction says only what was wrong in an earlier one."""

    NOTIFICATION = "notification"
    ENHANCEMENT = "enhancement"
    CORRECTION = "correction"


class SaleArticle(Record, frozen=True):
    """An article or service of a proposed sale. `is_major`: major defense equipment; None where it is not said."""

    name: str
    quantity: int | None = None
    is_major: bool | None = None


class EarlierReport(Record, frozen=True):
    """A transmittal that a later one refers to, and the day on which Congress was notified of it."""

    transmittal: str
    notified_on: date


class ArmsSaleNotice(Record, frozen=True):
    """One published document on a proposed arms sale. No prose, and nothing of the people whom it names.

    `number` is the publisher's own ("2026-07278"), `transmittal` what identifies the sale, None where the page
    does not give it. Values are whole dollars and estimates, the most that the sale may come to. `original` is the
    transmittal that an enhancement enhances, `corrects` the number of the document that a correction corrects.
    `text_sha256` is of the text without contact details, by which two copies of a page are the same.
    """

    url: str
    kind: SaleKind
    published_on: date
    heading: str
    text_sha256: str
    number: str | None = None
    citation: str | None = None
    transmittal: str | None = None
    section: str | None = None
    title: str | None = None
    purchaser: str | None = None
    major_dollars: int | None = None
    other_dollars: int | None = None
    total_dollars: int | None = None
    articles: tuple[SaleArticle, ...] = ()
    funding_source: str | None = None
    military_department: str | None = None
    cases: tuple[str, ...] = ()
    prior_cases: str | None = None
    sales_commission: str | None = None
    sensitivity: str | None = None
    classification: str | None = None
    is_emergency: bool = False
    delivered_on: date | None = None
    original: str | None = None
    earlier: tuple[EarlierReport, ...] = ()
    corrects: str | None = None


class Step(Record, frozen=True):
    """One level above a section, or the account that it is about: ("title", "IV", "International Security Assistance").

    Appropriations have unnumbered levels: `major` and `intermediate` headings.
    """

    level: str
    number: str | None = None
    heading: str | None = None


class Part(Record, frozen=True):
    """A numbered subdivision of a section, `(a)(3)(B)`: `text[start:end]` of the section, with all below it."""

    label: str
    start: int
    end: int
    heading: str | None = None


class Section(Record, frozen=True):
    """A section of a text, or the paragraphs under an account's heading, which have no number.

    `text` has one line for each subdivision, tidied so that the publisher's three formats say the same in the
    same characters. `quoted` are the spans that speak for another law: what an amendment strikes or inserts.
    """

    steps: tuple[Step, ...]
    text: str
    number: str | None = None
    heading: str | None = None
    parts: tuple[Part, ...] = ()
    quoted: tuple[tuple[int, int], ...] = ()


class BillText(Record, frozen=True):
    """One printed version of a measure, or the law that it became, section by section in its order.

    `version` is the publisher's code (`ih`, `rs`, `eh`, `enr`), `law` the number of a public law ("119-75"), whose
    file names the measure. `issued_on` and `enacted_on` are None where the text does not say.
    """

    congress: int
    type: BillType
    number: int
    version: str
    url: str
    sections: tuple[Section, ...]
    title: str | None = None
    law: str | None = None
    issued_on: date | None = None
    enacted_on: date | None = None

    @property
    def key(self) -> str:
        """The measure's key among all measures: `119-hr-7148`."""
        return f"{self.congress}-{self.type}-{self.number}"


class PublisherKind(StrEnum):
    """Who speaks: the executive branch, Congress and its agencies, or an organisation outside government."""

    OFFICIAL = "official"
    LEGISLATIVE = "legislative"
    NON_GOVERNMENTAL = "non_governmental"


class ReportLink(Record, frozen=True):
    """Where a report, or the official page on it, can be read: `label` is the publisher's or ours ("PDF")."""

    label: str
    url: str


class Report(Record, frozen=True):
    """What a watchdog published: an audit, an inspection, a paper, a committee's report, an organisation's post.

    `number` is the identity where the publisher gives one ("GAO-25-107622"); `guid` or else the page's address where
    it does not. Dates are as printed, may be wrong and identify nothing. `summary` is plain text of the publisher's.
    `original` is the number of the report that this one is issued again for. `bills` are measures that the publisher
    ties it to, as keys (`119-hr-8595`). `recommendations` is how many the publisher says it makes.
    """

    watchdog: str
    publisher: str
    publisher_kind: PublisherKind
    title: str
    url: str
    number: str | None = None
    guid: str | None = None
    type: str | None = None
    published_on: date | None = None
    released_on: date | None = None
    updated_at: datetime | None = None
    version: str | None = None
    summary: str | None = None
    topics: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    links: tuple[ReportLink, ...] = ()
    bills: tuple[str, ...] = ()
    original: str | None = None
    recommendations: int | None = None


class AuditKind(StrEnum):
    """What a watchdog asks: a recommendation to an agency, or a matter for Congress to consider."""

    RECOMMENDATION = "recommendation"
    MATTER = "matter"


class AuditListing(StrEnum):
    """What a listing of audit recommendations has: only those still open, or all of the report's."""

    OPEN_ONLY = "open_only"
    WHOLE_REPORT = "whole_report"


class AuditRecommendation(Record, frozen=True):
    """What a watchdog told one addressee to do. One recommendation to three agencies is three records.

    `number` is as printed ("4", "19-01"), None where none is; `status` is the publisher's wording, not ours.
    `as_of` is the instant that the listing says it is of. From a listing of open ones that lacks it, a recommendation
    has vanished: it may have been closed, and the report's page says so or not.
    """

    watchdog: str
    report: str
    kind: AuditKind
    addressee: str
    text: str
    status: str
    listing: AuditListing
    number: str | None = None
    report_title: str | None = None
    issued_on: date | None = None
    is_priority: bool | None = None
    comments: str | None = None
    topics: tuple[str, ...] = ()
    as_of: datetime | None = None
    closed_on: date | None = None
    questioned_cents: int | None = None
    better_use_cents: int | None = None


class Position(StrEnum):
    """What a member did in a roll call, whatever the question called it. In an impeachment yea is "Guilty"."""

    YEA = "yea"
    NAY = "nay"
    PRESENT = "present"
    NOT_VOTING = "not_voting"


class Majority(StrEnum):
    """What share of those voting a question needed."""

    HALF = "half"
    THREE_FIFTHS = "three_fifths"
    TWO_THIRDS = "two_thirds"


class Outcome(StrEnum):
    """Whether the question was carried. A motion to table that passed is a measure that did not."""

    PASSED = "passed"
    FAILED = "failed"


class MemberVote(Record, frozen=True):
    """How one member voted, with name, party and state as printed then; `said` is the publisher's word ("Aye", "No").

    The House prints bioguide ids (none before 2003), the Senate its own (`lis`). `XX` is no state: so the House prints
    delegates.
    """

    name: str
    party: str
    state: str
    position: Position
    said: str
    bioguide: str | None = None
    lis: str | None = None


class VoteDocument(Record, frozen=True):
    """What a roll call was on, as printed ("H.R. 7148", "PN62", "QUORUM"). `bill` is a measure's key, else None."""

    name: str
    bill: str | None = None
    title: str | None = None


class VoteAmendment(Record, frozen=True):
    """The amendment that a roll call was on. The House prints whose it is, the Senate what it is for and amends."""

    number: str
    author: str | None = None
    purpose: str | None = None
    to: str | None = None


class RollCall(Record, frozen=True):
    """A recorded vote of one chamber and how each member voted. The counts are of members, and agree with `members`.

    `statement` is the Senate's whole question ("On the Motion to Discharge S.J.Res. 33"). `method` is the House's kind
    of vote ("2/3 YEA-AND-NAY"). `outcome` is None where the publisher's words for the result leave it open.
    `tie_vote` is how the one who is named in `tie_breaker` broke a tie; that vote is in no count.
    """

    chamber: Chamber
    congress: int
    session: int
    roll: int
    url: str
    voted_at: datetime
    question: str
    result: str
    yeas: int
    nays: int
    present: int
    not_voting: int
    members: tuple[MemberVote, ...]
    statement: str | None = None
    title: str | None = None
    method: str | None = None
    majority: Majority | None = None
    outcome: Outcome | None = None
    in_committee_of_the_whole: bool = False
    amendment: VoteAmendment | None = None
    documents: tuple[VoteDocument, ...] = ()
    tie_breaker: str | None = None
    tie_vote: Position | None = None
    modified_at: datetime | None = None


AnyRecord = (
    ArmsSaleNotice
    | AssistanceFigure
    | AuditRecommendation
    | Bill
    | BillText
    | Committee
    | CommitteeMembership
    | Legislator
    | Report
    | RollCall
)
