"""Proposed arms sales for programs: the list, one sale, its feed entry, and the last day of Congress as an event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
from flask import abort

from scrapers.records import SaleArticle, SaleKind
from tracker.api import compose
from tracker.api.answers import (
    ChangeItem,
    EvidenceAnswer,
    Instant,
    Links,
    Next,
    PageUrl,
    SourceDocument,
    Sources,
    Total,
    Url,
    note,
)
from tracker.api.asking import Args, every, site
from tracker.api.feeds import tag
from tracker.api.formats import DatedEvent, Entry
from tracker.api.parameters import read_place
from tracker.api.tables import PROVENANCE, Table
from tracker.arms_sales import words
from tracker.arms_sales.review import Purchaser, load_terms
from tracker.db import db
from tracker.queries.arms_sales import (
    Against,
    SaleDetail,
    SaleDocument,
    SaleRow,
    list_sales,
    read_sale,
    read_sale_filter,
)
from tracker.queries.links import NOTHING, About, about_items_by_key
from tracker.queries.paging import Page, Place
from tracker.web.clock import today

Dollars = Annotated[int | None, note("Nominal, an estimate; null where it is not published.")]


# --- shapes -----------------------------------------------------------------------------------------


class ReviewAnswer(msgspec.Struct, frozen=True):
    """The clock of Congress, as of today in Washington."""

    purchaser: Annotated[Purchaser, note("To whom the sale is, as far as the law asks.")]
    days: Annotated[
        int | None, note("Calendar days; null in an emergency, or where it is not known who buys.")
    ]
    last_day: Annotated[date | None, note("The last day for a joint resolution; null where it is not known.")]
    days_left: Annotated[int | None, note("0 on the last day, negative when it is past.")]
    is_running: bool
    is_emergency: bool
    because: str
    law: str


class ArmsSaleItem(msgspec.Struct, frozen=True, kw_only=True):
    """A notification of a possible arms sale. A notification is not a sale; never add the values of several."""

    key: Annotated[str, msgspec.Meta(examples=["26-23"])]
    kind: str = "arms-sale"
    name: str
    title: str
    url: Url
    page: PageUrl
    status: str
    notice: SaleKind
    transmittal: Annotated[str | None, note("Null until the publisher gives one.")]
    section: Annotated[str | None, note("Of the Arms Export Control Act.")]
    country: Annotated[
        str | None, note("ISO 3166 alpha-3; null for organisations, and where it is not known.")
    ]
    buyer: str | None
    purchaser: Annotated[str | None, note("As printed.")]
    major_dollars: Dollars
    other_dollars: Dollars
    total_dollars: Dollars
    articles: tuple[SaleArticle, ...]
    funding_source: str | None
    notified_on: Annotated[
        date, note("Of delivery to Congress, or else the first day on which it was told of.")
    ]
    delivered_on: Annotated[date | None, note("When the report reached Congress.")]
    announced_on: Annotated[date | None, note("By the State Department.")]
    published_on: Annotated[date | None, note("In the Federal Register.")]
    corrected_on: date | None
    original: Annotated[str | None, note("The transmittal that this one enhances.")]
    review: ReviewAnswer
    changed_at: Instant
    links: Links = ()
    sources: Sources


class NoticeAnswer(msgspec.Struct, frozen=True):
    """A document on the sale, and the bytes that it was read from."""

    url: Url
    heading: str
    kind: SaleKind
    published_on: date
    number: str | None
    citation: str | None
    corrects: str | None
    text_sha256: Annotated[
        str, note("Of its words without contact details: the bytes differ at every fetch.")
    ]
    source: SourceDocument


class AgainstAnswer(msgspec.Struct, frozen=True):
    """A joint resolution against the sale, with the words that say so."""

    key: Annotated[str, msgspec.Meta(examples=["119-sjres-33"])]
    name: str
    title: str
    page: PageUrl
    status: str
    evidence: tuple[EvidenceAnswer, ...]


class EarlierAnswer(msgspec.Struct, frozen=True):
    """A transmittal that this one builds on; `page` is null where it is not held."""

    transmittal: str
    notified_on: date
    page: PageUrl | None


class ArmsSaleAnswer(ArmsSaleItem, frozen=True, kw_only=True):
    """A sale with all its documents, what enhances it, and the resolutions against it."""

    military_department: str | None
    cases: tuple[str, ...]
    prior_cases: str | None
    sales_commission: str | None
    sensitivity: str | None
    classification: str | None
    documents: tuple[NoticeAnswer, ...]
    earlier: tuple[EarlierAnswer, ...]
    enhancements: Annotated[tuple[str, ...], note("Transmittals that enhance this one.")]
    resolutions: tuple[AgainstAnswer, ...]
    first_seen_at: Instant
    changes: tuple[ChangeItem, ...]


class ArmsSaleList(msgspec.Struct, frozen=True):
    """Part of the list of notifications, the last notified first."""

    items: tuple[ArmsSaleItem, ...]
    next: Next
    total: Total


# --- asking -----------------------------------------------------------------------------------------


def sale_page(args: Args, place: Place) -> Page[SaleRow]:
    return list_sales(db.session, read_sale_filter(args), today=today(), place=place)


def sales(args: Args) -> ArmsSaleList:
    page = sale_page(args, read_place(args))
    about = about_items_by_key(db.session, [f"arms-sale:{sale.key}" for sale in page.items])
    items = (_item(sale, about.get(f"arms-sale:{sale.key}", NOTHING)) for sale in page.items)
    return ArmsSaleList(tuple(items), page.next, page.total)


def every_sale(args: Args) -> Iterator[SaleRow]:
    which, day = read_sale_filter(args), today()
    return every(lambda session, place: list_sales(session, which, today=day, place=place))


def sale_detail(key: str) -> SaleDetail:
    found = read_sale(db.session, key, today=today()) if key.isascii() and key.isprintable() else None
    return found or abort(404, f"There is no arms sale {key[:80]} here.")


def sale(key: str) -> ArmsSaleAnswer:
    return _answer(sale_detail(key))


# --- composing --------------------------------------------------------------------------------------

_FROM_FACTS = (
    "transmittal", "section", "purchaser", "major_dollars", "other_dollars", "total_dollars", "articles",
    "funding_source", "notified_on", "delivered_on", "announced_on", "published_on", "corrected_on", "original",
)  # fmt: skip


def _item(found: SaleRow, about: About) -> ArmsSaleItem:
    return ArmsSaleItem(**_fields(found, about))


def _fields(found: SaleRow, about: About) -> dict[str, Any]:
    clock = found.review
    return {
        "key": found.key,
        "name": found.name,
        "title": found.title,
        "url": found.url,
        "page": f"{site()}{found.path}",
        "status": found.status,
        "notice": found.kind,
        "country": found.country.code if found.country else None,
        "buyer": found.buyer,
        **{name: getattr(found.facts, name) for name in _FROM_FACTS},
        "review": ReviewAnswer(
            clock.purchaser, clock.days, clock.last_day, found.days_left, found.is_running,
            clock.is_emergency, clock.because, load_terms().law.citation,
        ),
        "changed_at": found.changed_at,
        "links": tuple(compose.link_answer(site(), link) for link in about.links()),
        "sources": (compose.source_document(found.document),),
    }  # fmt: skip


def _answer(detail: SaleDetail) -> ArmsSaleAnswer:
    facts = detail.sale.facts
    fields = _fields(detail.sale, detail.about)
    fields["sources"] = tuple(compose.source_document(one.document) for one in detail.documents)
    return ArmsSaleAnswer(
        **fields,
        military_department=facts.military_department,
        cases=facts.cases,
        prior_cases=facts.prior_cases,
        sales_commission=facts.sales_commission,
        sensitivity=facts.sensitivity,
        classification=facts.classification,
        documents=tuple(map(_document, detail.documents)),
        earlier=tuple(
            EarlierAnswer(
                one.transmittal, one.notified_on,
                f"{site()}/arms-sales/{one.transmittal}" if one.is_held else None,
            )
            for one in detail.earlier
        ),
        enhancements=tuple(one.key for one in detail.enhancements),
        resolutions=tuple(map(_against, detail.resolutions)),
        first_seen_at=detail.sale.first_seen_at,
        changes=tuple(compose.change_item(site(), change) for change in detail.changes),
    )  # fmt: skip


def _document(one: SaleDocument) -> NoticeAnswer:
    notice = one.notice
    return NoticeAnswer(
        notice.url, notice.heading, notice.kind, notice.published_on, notice.number, notice.citation,
        notice.corrects, notice.text_sha256, compose.source_document(one.document),
    )  # fmt: skip


def _against(one: Against) -> AgainstAnswer:
    bill = one.bill
    return AgainstAnswer(
        bill.key, bill.name, bill.title, f"{site()}/bills/{bill.key}", bill.status,
        tuple(map(compose.evidence_answer, one.evidence)),
    )  # fmt: skip


# --- feeds and calendars ----------------------------------------------------------------------------


def sale_entries(found: Iterable[SaleRow]) -> list[Entry]:
    """Notifications as they stand now."""
    return [
        Entry(
            id=tag(site(), f"arms-sale:{sale.key}"),
            title=f"{sale.name}: {sale.title}" if sale.facts.transmittal else sale.title,
            url=f"{site()}{sale.path}",
            updated=sale.changed_at,
            summary=f"{sale.status}\n{words.NOT_A_SALE}",
            category=sale.kind.value,
            source_url=sale.url,
        )
        for sale in found
    ]


def clock_events(found: SaleRow) -> list[DatedEvent]:
    """The day on which the report reached Congress, and the last day for a joint resolution; only known days."""
    host = urlsplit(site()).hostname or "localhost"
    clock = found.review
    days = (
        (clock.delivered_on, "notified", f"{found.name}: Congress notified of a possible sale"),
        (clock.last_day, "last-day", f"{found.name}: last of {clock.days} days for a joint resolution"),
    )
    return [
        DatedEvent(
            uid=f"arms-sale-{found.key}-{name}@{host}",
            on=on,
            summary=summary,
            description=f"{found.title}\n{words.NOT_A_SALE}",
            url=f"{site()}{found.path}",
            sequence=found.revision,
        )
        for on, name, summary in days
        if on is not None
    ]


# --- a file -----------------------------------------------------------------------------------------


def _of_facts(name: str) -> tuple[str, Any]:
    return name, lambda sale, _site: getattr(sale.facts, name)


SALES = Table(
    (
        ("key", lambda sale, _: sale.key),
        ("title", lambda sale, _: sale.title),
        ("notice", lambda sale, _: sale.kind),
        ("country", lambda sale, _: sale.country.code if sale.country else None),
        ("buyer", lambda sale, _: sale.buyer),
        *map(_of_facts, _FROM_FACTS[:2]),
        *map(_of_facts, ("major_dollars", "other_dollars", "total_dollars")),
        ("articles", lambda sale, _: [words.article_words(one) for one in sale.facts.articles]),
        *map(_of_facts, _FROM_FACTS[7:]),
        ("review_days", lambda sale, _: sale.review.days),
        ("last_day", lambda sale, _: sale.review.last_day),
        ("status", lambda sale, _: sale.status),
        ("url", lambda sale, _: sale.url),
        ("page", lambda sale, address: f"{address}{sale.path}"),
        *PROVENANCE,
    )
)
