"""The file of facts: JSON lines, a header first, then records sorted by kind and key; zstd if named `.zst`.

Format 1. The header names the format, its version, as of when the facts are, how many lines of each kind
follow with which fields, and the SHA-256 of all that follows. A record points at its document by address.
Reading is strict: whatever is not exactly as written is an error with the file and the line.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, ClassVar

import msgspec
import zstandard
from msgspec import Meta

from scrapers import records
from scrapers.records import BillType, Chamber
from tracker.selection import MEASURES
from tracker.snapshot.errors import SnapshotError
from tracker.snapshot.parts import Part
from tracker.snapshot.texts import ProvisionPart
from tracker.snapshot.votes import check_members
from tracker.snapshot.watchdogs import AddresseePart
from tracker.stages import Reading

FORMAT = "security-assistance-tracker facts"
VERSION = 1

_LEVEL = 19
_MAGIC = b"\x28\xb5\x2f\xfd"
_MOST_BYTES = 1024 * 1024 * 1024
_WHOLE_NUMBERS = range(-(2**31), 2**31)
_DOLLARS = range(-(2**63), 2**63)

Instant = Annotated[datetime, Meta(tz=True)]
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
Url = Annotated[str, Meta(pattern=r"^https?://")]
FiscalYear = Annotated[str, Meta(pattern=r"^[0-9]{4}(tq)?$")]
Vintage = Annotated[str, Meta(pattern=r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$")]
Slug = Annotated[str, Meta(pattern=r"^[a-z0-9]+([-.][a-z0-9]+)*$", max_length=60)]
BillKey = Annotated[str, Meta(pattern=rf"^[1-9][0-9]*-({'|'.join(BillType)})-[1-9][0-9]*$")]
VoteKey = Annotated[str, Meta(pattern=r"^[1-9][0-9]{0,3}-[hs][1-3]-[1-9][0-9]{0,4}$")]
Bioguide = Annotated[str, Meta(pattern=r"^[A-Z][0-9]{6}$")]


class _Line(Part, frozen=True, tag_field="record"):
    """One line of the file after the header."""

    kind: ClassVar[str]

    @property
    def key(self) -> tuple[Any, ...]:
        """What sorts the lines of a kind and tells them apart."""
        raise NotImplementedError


class _Fact(_Line, frozen=True):
    """A line that comes from a document, named by its address."""

    document: str


class Document(_Line, frozen=True, tag="document"):
    """Where facts come from. A member of an archive has the archive's address as `container`.

    `fetched_at` is the instant, or where only days are known (`fetched_until` is the last one) noon of the first.
    """

    kind: ClassVar[str] = "documents"
    url: Url
    source: str
    sha256: Sha256
    fetched_at: Instant
    container: str | None = None
    fetched_until: date | None = None

    @property
    def key(self) -> tuple[Any, ...]:
        return (self.container is not None, self.url)  # an archive stands before its members


class Committee(_Fact, frozen=True, tag="committee"):
    """A committee, present or former."""

    kind: ClassVar[str] = "committees"
    code: str
    name: str
    is_current: bool
    chamber: str | None = None
    parent: str | None = None
    website: Url | None = None

    @property
    def key(self) -> tuple[Any, ...]:
        return (self.code,)


class Legislator(_Fact, frozen=True, tag="legislator"):
    """A member of Congress with the terms served."""

    kind: ClassVar[str] = "legislators"
    bioguide: Bioguide
    full_name: str
    last_name: str
    first_name: str
    is_current: bool
    chamber: Chamber | None = None
    party: str | None = None
    state: str | None = None
    district: int | None = None
    website: Url | None = None
    lis: str | None = None
    terms: tuple[records.Term, ...] = ()

    @property
    def key(self) -> tuple[Any, ...]:
        return (self.bioguide,)


class Seat(_Fact, frozen=True, tag="seat"):
    """Who sits on which committee."""

    kind: ClassVar[str] = "seats"
    committee: str
    bioguide: Bioguide
    side: str
    rank: int
    title: str | None = None

    @property
    def key(self) -> tuple[Any, ...]:
        return (self.committee, self.bioguide)


class Action(Part, frozen=True):
    """A line of the official history without its text: our `reading` says what it means."""

    acted_on: date
    identity: str
    code: str | None = None
    type: str | None = None
    system: str | None = None
    acted_at: str | None = None
    committees: tuple[str, ...] = ()
    votes: tuple[records.RecordedVote, ...] = ()
    reading: Reading | None = None


class SummaryVersion(Part, frozen=True):
    """That there is a summary, of which version and when; not what it says."""

    version_code: str
    acted_on: date
    updated_at: Instant | None = None


class Bill(_Fact, frozen=True, tag="bill"):
    """A measure: all of its record but the publishers' prose."""

    kind: ClassVar[str] = "bills"
    congress: int
    type: BillType
    number: int
    title: str
    introduced_on: date
    updated_at: Instant
    origin_chamber: Chamber
    policy_area: str | None = None
    is_by_request: bool = False
    sponsors: tuple[records.Sponsor, ...] = ()
    cosponsors: tuple[records.Cosponsor, ...] = ()
    actions: tuple[Action, ...] = ()
    titles: tuple[records.Title, ...] = ()
    committees: tuple[records.BillCommittee, ...] = ()
    subjects: tuple[str, ...] = ()
    summaries: tuple[SummaryVersion, ...] = ()
    texts: tuple[records.TextVersion, ...] = ()
    related: tuple[records.RelatedBill, ...] = ()
    laws: tuple[records.Law, ...] = ()
    reports: tuple[records.CommitteeReport, ...] = ()
    cost_estimates: tuple[records.CostEstimate, ...] = ()

    @property
    def key(self) -> tuple[Any, ...]:
        return (self.congress, self.type.value, self.number)


class Assistance(_Fact, frozen=True, tag="assistance"):
    """Money for one place in one release of a publisher's file: all figures of one type.

    `years`, `dollars` and the lists after it are of one length; each is empty where it would say the same
    throughout: all accounts together, no constant amount, one row.
    """

    kind: ClassVar[str] = "assistance"
    vintage: Vintage
    place: str
    type: records.AidType
    years: tuple[FiscalYear, ...]
    dollars: tuple[int | None, ...]
    accounts: tuple[str, ...] = ()
    constant: tuple[int | None, ...] = ()
    rows: tuple[int, ...] = ()
    code: str | None = None
    base_year: int | None = None
    account_names: dict[str, str] = msgspec.field(default_factory=dict)

    def __post_init__(self) -> None:
        lists = (self.accounts, self.constant, self.rows)
        if any(len(one) != len(self.years) for one in (self.dollars, *filter(None, lists))):
            raise ValueError(f"the lists of {self.place[:40]!r} are not of one length")

    @property
    def key(self) -> tuple[Any, ...]:
        return (self.document, self.place, self.code or "", self.type.value, self.base_year or 0)


class ArmsSaleNotice(_Fact, frozen=True, tag="arms_sale"):
    """A document on a proposed arms sale: all of its record, which has no prose."""

    kind: ClassVar[str] = "arms_sales"
    url: Url
    sale_kind: records.SaleKind
    published_on: date
    heading: str
    text_sha256: Sha256
    number: str | None = None
    citation: str | None = None
    transmittal: str | None = None
    section: str | None = None
    title: str | None = None
    purchaser: str | None = None
    major_dollars: int | None = None
    other_dollars: int | None = None
    total_dollars: int | None = None
    articles: tuple[records.SaleArticle, ...] = ()
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
    earlier: tuple[records.EarlierReport, ...] = ()
    corrects: str | None = None

    @property
    def key(self) -> tuple[Any, ...]:
        return (self.url,)


class BillText(_Fact, frozen=True, tag="text"):
    """A printed version of a measure: what was read in it, at its places, without its sentences.

    `version` is the publisher's code, `law` the number of the public law whose text it is. The measure itself need not
    be in the file: acts of earlier Congresses are not.
    """

    kind: ClassVar[str] = "texts"
    bill: BillKey
    version: str
    title: str | None = None
    law: str | None = None
    issued_on: date | None = None
    enacted_on: date | None = None
    provisions: tuple[ProvisionPart, ...] = ()

    @property
    def key(self) -> tuple[Any, ...]:
        return (self.bill, self.version)


class Report(_Fact, frozen=True, tag="report"):
    """What a document says of a watchdog's report, but for the summary; the same report may stand in several.

    `slug` is its key. `is_known_only`: nothing but the list of its recommendations tells of it.
    """

    kind: ClassVar[str] = "reports"
    slug: Slug
    watchdog: str
    publisher: str
    publisher_kind: records.PublisherKind
    title: str
    url: Url
    is_known_only: bool = False
    number: str | None = None
    guid: str | None = None
    type: str | None = None
    published_on: date | None = None
    released_on: date | None = None
    updated_at: Instant | None = None
    version: str | None = None
    topics: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    links: tuple[records.ReportLink, ...] = ()
    bills: tuple[str, ...] = ()
    original: str | None = None
    recommendations: int | None = None

    @property
    def key(self) -> tuple[Any, ...]:
        return (self.slug, self.document)


class AuditRecommendation(_Fact, frozen=True, tag="audit_recommendation"):
    """What a watchdog told somebody to do, without its words: `text_mark` stands for them.

    `report` is the slug of its report, `as_of` of the newest listing that had it. `listed_in` is the list of open
    ones that has it, where one does.
    """

    kind: ClassVar[str] = "audit_recommendations"
    slug: Slug
    report: Slug
    audit_kind: records.AuditKind
    text_mark: str
    as_of: Instant
    addressees: tuple[AddresseePart, ...]
    number: str | None = None
    topics: tuple[str, ...] = ()
    issued_on: date | None = None
    questioned_cents: int | None = None
    better_use_cents: int | None = None
    listed_in: str | None = None

    @property
    def key(self) -> tuple[Any, ...]:
        return (self.slug,)


class Vote(_Fact, frozen=True, tag="vote"):
    """A roll call. `vote` is its key; `members` are (id, name, party, state) in the publisher's order, the id that of
    the chamber. `said` has a digit for each member: the place in `words` of what that member said.
    """

    kind: ClassVar[str] = "votes"
    vote: VoteKey
    voted_at: Instant
    question: str
    result: str
    yeas: int
    nays: int
    present: int
    not_voting: int
    members: tuple[tuple[str, str, str, str], ...]
    words: tuple[tuple[str, records.Position], ...]
    said: str
    statement: str | None = None
    title: str | None = None
    method: str | None = None
    majority: records.Majority | None = None
    outcome: records.Outcome | None = None
    in_committee_of_the_whole: bool = False
    amendment: records.VoteAmendment | None = None
    documents: tuple[records.VoteDocument, ...] = ()
    tie_breaker: str | None = None
    tie_vote: records.Position | None = None
    modified_at: Instant | None = None

    def __post_init__(self) -> None:
        check_members(self)

    @property
    def key(self) -> tuple[Any, ...]:
        return (self.vote,)


Fact = (
    Committee
    | Legislator
    | Seat
    | Bill
    | Assistance
    | ArmsSaleNotice
    | BillText
    | Report
    | AuditRecommendation
    | Vote
)
Record = Document | Fact
KINDS = (
    Document, Committee, Legislator, Seat, Bill, Assistance, ArmsSaleNotice, BillText, Report, AuditRecommendation,
    Vote,
)  # fmt: skip


class SourceFacts(Part, frozen=True):
    """One source's part: as of when, and which version of its parser read it.

    `as_of` is when its newest document was fetched, `until` that one's `fetched_until`.
    """

    as_of: Instant
    parser_version: int
    until: date | None = None


class Header(Part, frozen=True):
    """The first line. `as_of` is that of the measures, which is what a reader comes for; each source has its own."""

    format: str
    version: int
    as_of: Instant
    sources: dict[str, SourceFacts]
    counts: dict[str, int]
    fields: dict[str, tuple[str, ...]]
    sha256: Sha256


class _AnyHeader(msgspec.Struct):
    """As much of a header as says whether we can read the rest."""

    format: str
    version: int


class Facts(msgspec.Struct, frozen=True):
    """A file's content, checked."""

    header: Header
    documents: dict[str, Document]
    committees: tuple[Committee, ...]
    legislators: tuple[Legislator, ...]
    seats: tuple[Seat, ...]
    bills: tuple[Bill, ...]
    assistance: tuple[Assistance, ...]
    arms_sales: tuple[ArmsSaleNotice, ...]
    texts: tuple[BillText, ...]
    reports: tuple[Report, ...]
    audit_recommendations: tuple[AuditRecommendation, ...]
    votes: tuple[Vote, ...]


class Summary(msgspec.Struct, frozen=True):
    """What an export wrote or a load added. `present` counts what a load found and left as it was."""

    file: str
    as_of: datetime
    counts: dict[str, int]
    present: dict[str, int] = {}
    size: int = 0


# --- writing ----------------------------------------------------------------------------------------


def write(path: Path, found: Iterable[Record], sources: dict[str, SourceFacts]) -> Summary:
    """Write the file, whole or not at all."""
    lines = sorted(found, key=_order)
    body = b"".join(msgspec.json.encode(line) + b"\n" for line in lines)
    header = Header(
        format=FORMAT,
        version=VERSION,
        as_of=as_of(sources),
        sources=dict(sorted(sources.items())),
        counts=_counts(lines),
        fields={kind.kind: kind.__struct_fields__ for kind in KINDS},
        sha256=hashlib.sha256(body).hexdigest(),
    )
    content = msgspec.json.encode(header) + b"\n" + body
    if path.suffix == ".zst":
        content = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True).compress(content)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.draft")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return Summary(path.name, header.as_of, header.counts, size=len(content))


def as_of(sources: Mapping[str, SourceFacts]) -> datetime:
    """As of when the measures are; where the file has none, the oldest of what it has."""
    if MEASURES in sources:
        return sources[MEASURES].as_of
    return min(source.as_of for source in sources.values())


def _order(line: Record) -> tuple[Any, ...]:
    return (KINDS.index(type(line)), *line.key)


def _counts(lines: Iterable[Record]) -> dict[str, int]:
    found = Counter(line.kind for line in lines)
    return {kind.kind: found[kind.kind] for kind in KINDS}


# --- reading ----------------------------------------------------------------------------------------


def read(path: Path) -> Facts:
    """The facts of a file. Raises SnapshotError."""
    content = _content(path)
    first, newline, body = content.partition(b"\n")
    if not newline:
        raise SnapshotError("the header is missing or cut off", file=path.name, line=1)
    header = _header(first, path.name)
    lines = list(_lines(body, path.name))
    _check_order(lines, path.name)
    if _counts(lines) != {**_counts(()), **header.counts}:  # an older file does not count every kind
        raise SnapshotError(
            f"{sum(header.counts.values())} records were written, {len(lines)} are left",
            file=path.name, line=len(lines) + 1,
        )  # fmt: skip
    if hashlib.sha256(body).hexdigest() != header.sha256:
        raise SnapshotError("the records are not those that were written (checksum)", file=path.name)
    _check_documents(lines, header, path.name)
    return _facts(header, lines)


def _content(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SnapshotError(f"cannot be read: {error.strerror}", file=path.name) from error
    return _decompressed(content, path.name) if content.startswith(_MAGIC) else content


def _decompressed(content: bytes, name: str) -> bytes:
    """Everything a zstd file holds, or how far it could be read."""
    decompressor = zstandard.ZstdDecompressor().decompressobj()
    found = bytearray()
    try:
        for start in range(0, len(content), 64 * 1024):
            found += decompressor.decompress(content[start : start + 64 * 1024])
            if len(found) > _MOST_BYTES:
                raise SnapshotError("unpacks to more than a gigabyte", file=name)
    except zstandard.ZstdError as error:
        line = found.count(b"\n") + 1
        raise SnapshotError(f"cannot be unpacked: {error}", file=name, line=line) from error
    if not decompressor.eof:
        raise SnapshotError("the file ends too early", file=name, line=found.count(b"\n") + 1)
    if decompressor.unused_data:
        raise SnapshotError("something follows the end", file=name, line=found.count(b"\n") + 1)
    return bytes(found)


def _header(line: bytes, name: str) -> Header:
    try:
        any_header = msgspec.json.decode(line, type=_AnyHeader)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SnapshotError(f"not a header of bundled facts: {error}", file=name, line=1) from error
    if any_header.format != FORMAT:
        raise SnapshotError(f"the format is {any_header.format!r}, not {FORMAT!r}", file=name, line=1)
    if any_header.version != VERSION:
        raise SnapshotError(
            f"format version {any_header.version}; this program reads version {VERSION}", file=name, line=1
        )
    try:
        return msgspec.json.decode(line, type=Header)
    except msgspec.ValidationError as error:
        raise SnapshotError(str(error), file=name, line=1) from error


def _lines(body: bytes, name: str) -> Iterator[Record]:
    decoder: msgspec.json.Decoder[Record] = msgspec.json.Decoder(Record)
    rest = body.split(b"\n")
    if rest.pop() != b"":
        raise SnapshotError("the last line is cut off", file=name, line=len(rest) + 2)
    for number, line in enumerate(rest, 2):
        try:
            record = decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise SnapshotError(str(error), file=name, line=number) from error
        wrong = _wrong_value(msgspec.to_builtins(record), "")
        if wrong:
            raise SnapshotError(wrong, file=name, line=number)
        yield record


def _wrong_value(value: Any, field: str) -> str | None:
    """Why a value must not go into a database or a page, whatever its field's type allows."""
    match value:
        case str():
            if "\x00" in value:
                return f"{field} has a NUL character"
            if field in _ADDRESSES and not value.startswith(("https://", "http://")):
                return f"{field} is no web address: {value[:80]!r}"
        case bool():
            pass
        case int():
            if value not in (_DOLLARS if field in _MONEY else _WHOLE_NUMBERS):
                return f"{field} is out of range: {value}"
        case dict():
            return next(filter(None, (_wrong_value(inner, name) for name, inner in value.items())), None)
        case list() | tuple():
            return next(filter(None, (_wrong_value(inner, field) for inner in value)), None)
    return None


_MONEY = frozenset({
    "dollars", "constant", "major_dollars", "other_dollars", "total_dollars", "adjustments", "in_place_of",
    "questioned_cents", "better_use_cents",
})  # fmt: skip
_ADDRESSES = frozenset({"url", "urls", "website", "document", "container", "listed_in"})


def _check_order(lines: list[Record], name: str) -> None:
    for number, (before, line) in enumerate(pairwise(lines), 3):
        if _order(before) >= _order(line):
            raise SnapshotError("is out of order, or stands here twice", file=name, line=number)


def _check_documents(lines: list[Record], header: Header, name: str) -> None:
    """Every record's document is in the file, and every document's source in the header."""
    documents = {line.url for line in lines if isinstance(line, Document)}
    for number, line in enumerate(lines, 2):
        for url in _documents_named(line):
            if url not in documents:
                raise SnapshotError(
                    f"comes from a document that is not in the file: {url}", file=name, line=number
                )
        if isinstance(line, Document) and line.source not in header.sources:
            raise SnapshotError(f"the header does not know the source {line.source}", file=name, line=number)


def _documents_named(line: Record) -> Iterator[str]:
    if isinstance(line, Document):
        yield from filter(None, [line.container])
        return
    yield line.document
    if isinstance(line, AuditRecommendation):
        yield from filter(None, [line.listed_in])


def _facts(header: Header, lines: list[Record]) -> Facts:
    return Facts(
        header=header,
        documents={line.url: line for line in lines if isinstance(line, Document)},
        committees=tuple(line for line in lines if isinstance(line, Committee)),
        legislators=tuple(line for line in lines if isinstance(line, Legislator)),
        seats=tuple(line for line in lines if isinstance(line, Seat)),
        bills=tuple(line for line in lines if isinstance(line, Bill)),
        assistance=tuple(line for line in lines if isinstance(line, Assistance)),
        arms_sales=tuple(line for line in lines if isinstance(line, ArmsSaleNotice)),
        texts=tuple(line for line in lines if isinstance(line, BillText)),
        reports=tuple(line for line in lines if isinstance(line, Report)),
        audit_recommendations=tuple(line for line in lines if isinstance(line, AuditRecommendation)),
        votes=tuple(line for line in lines if isinstance(line, Vote)),
    )
