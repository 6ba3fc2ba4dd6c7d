"""Notices of arms sales: each document is kept as it speaks, and a sale is what its documents say together.

The transmittal number is the sale. A release without one is a sale by itself until it gets its number; then its
document moves to the sale of that number, and the old item says which one that is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, cast
from urllib.parse import urlsplit

import msgspec
from sqlalchemy import Connection, Row, Table, func, insert, select, update

from scrapers.records import ArmsSaleNotice, SaleKind
from tracker.arms_sales.facts import SaleFacts, is_formal, main_notice, together
from tracker.arms_sales.review import is_nato
from tracker.arms_sales.words import article_words, buyer_name, sale_name, sale_title
from tracker.changes import Draft, digest
from tracker.linking.apply import link_again, link_new
from tracker.linking.describe import describe_sale
from tracker.linking.evidence import Described
from tracker.linking.linker import packaged_linker
from tracker.linking.vocabulary import Entry, load_vocabulary
from tracker.models import ArmsSale, ArmsSaleDocument, Item
from tracker.search import SearchText, index_items, search_text

ITEM = cast(Table, Item.__table__)
SALE = cast(Table, ArmsSale.__table__)
DOCUMENT = cast(Table, ArmsSaleDocument.__table__)

_SPELLINGS = "federal_register"
_LONGEST_NAME = 60


class Outcome(NamedTuple):
    """What became of some notices, and what a person has to look at."""

    created: int
    updated: int
    unchanged: int
    drafts: Sequence[tuple[int, Draft]]
    problems: Sequence[str]


def store_notices(
    connection: Connection,
    found: Sequence[ArmsSaleNotice],
    document_id: int,
    now: datetime,
    is_news: Callable[[ArmsSaleNotice], bool],
) -> Outcome:
    """The notices of one document."""
    storing = _Storing(connection, document_id, now, is_news)
    for notice in found:
        storing.take(notice)
    return Outcome(storing.created, storing.updated, storing.unchanged, storing.drafts, storing.problems)


def sale_key(notice: ArmsSaleNotice) -> str:
    """The key of the sale that a document is on: by its transmittal, else by the page."""
    return f"arms-sale:{notice.transmittal or page_name(notice.url)}"


def page_name(url: str) -> str:
    """What a page without a number is called: `2026-06-singapore-hellfire-missiles`."""
    parts = [part for part in urlsplit(url).path.split("/") if part]
    name = "-".join(parts[-3:]).lower()
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 13]}-{digest(url)}"


def country_of(purchaser: str) -> Entry | None:
    """The country that a purchaser is, by the spellings of the Federal Register; None for anybody else."""
    words = purchaser.partition(" (")[0].strip()
    name = re.sub(r"^(?:the )?Government of (?:the )?", "", words, flags=re.IGNORECASE)
    return load_vocabulary().country_by_spelling(_SPELLINGS, name)


class _Storing:
    """One document's notices on their way into rows."""

    def __init__(
        self,
        connection: Connection,
        document_id: int,
        now: datetime,
        is_news: Callable[[ArmsSaleNotice], bool],
    ) -> None:
        self._connection = connection
        self._document_id = document_id
        self._now = now
        self._is_news = is_news
        self.created = self.updated = self.unchanged = 0
        self.drafts: list[tuple[int, Draft]] = []
        self.problems: list[str] = []

    def take(self, notice: ArmsSaleNotice) -> None:
        """Store one, and bring its sale up to date."""
        stored = self._connection.execute(select(DOCUMENT).where(DOCUMENT.c.url == notice.url)).one_or_none()
        if stored and notice.transmittal is None:  # a number once given stays, whatever an edit left out
            notice = msgspec.structs.replace(notice, transmittal=stored.notice.transmittal)
        sale = self._sale(sale_key(notice))
        others = self._documents(sale.id, notice.url) if sale else []
        notices = [*others, notice]
        facts, country = together(notices), self._country(notice)
        if stored and sale and stored.notice == notice and stored.item_id == sale.id:
            code = country.key.partition(":")[2] if country else sale.country
            if sale.facts == facts and sale.country == code:  # the vocabulary may have learnt a spelling
                self.unchanged += 1
                return
        item_id = self._write_sale(sale, facts, notices)
        self._write_document(stored, notice, item_id)
        moved_from = stored.item_id if stored and stored.item_id != item_id else None
        if moved_from is not None:
            self._give_up(moved_from, item_id)
        if stored is None and sale is None:
            self.created += 1
        else:
            self.updated += 1
        if stored is None or moved_from is None:
            told = self._told(sale, others, notice, facts, is_new=stored is None)
            self.drafts += [(item_id, draft) for draft in told]

    # --- rows ---

    def _sale(self, key: str) -> Row[Any] | None:
        return self._connection.execute(
            select(SALE, ITEM.c.key, ITEM.c.first_seen_at)
            .join_from(SALE, ITEM, ITEM.c.id == SALE.c.id)
            .where(ITEM.c.key == key)
        ).one_or_none()

    def _documents(self, item_id: int, but: str) -> list[ArmsSaleNotice]:
        return list(
            self._connection.execute(
                select(DOCUMENT.c.notice).where(DOCUMENT.c.item_id == item_id, DOCUMENT.c.url != but)
            ).scalars()
        )

    def _country(self, notice: ArmsSaleNotice) -> Entry | None:
        """The buyer's country; a purchaser that is none and not NATO either is a problem for a person."""
        if notice.purchaser is None:
            return None
        country = country_of(notice.purchaser)
        if country is None and not is_nato(notice.purchaser):
            self.problems.append(f"no country or organisation that we know: {notice.purchaser}")
        return country

    def _write_sale(self, sale: Row[Any] | None, facts: SaleFacts, notices: Sequence[ArmsSaleNotice]) -> int:
        """The sale's rows, and what is made of them; `notices` ends with the one that came."""
        main = main_notice(notices)
        country = country_of(facts.purchaser) if facts.purchaser else None
        buyer = buyer_name(facts.purchaser, country.name if country else None)
        title = sale_title(facts, buyer)
        item = {
            "title": title,
            "url": main.url,
            "occurred_on": facts.notified_on,
            "changed_at": self._now,
            "missing_since": None,
        }
        own = {
            "country": country.key.partition(":")[2] if country else None,
            "notified_on": facts.notified_on,
            "sale_kind": facts.kind,
            "transmittal": facts.transmittal,
            "original": facts.original,
            "facts": facts,
        }
        if sale is None:
            key = sale_key(main)
            item |= {"key": key, "kind": "arms-sale", "first_seen_at": self._now}
            item_id: int = self._connection.execute(
                insert(ITEM).values(**item, document_id=self._document_id).returning(ITEM.c.id)
            ).scalar_one()
            self._connection.execute(insert(SALE).values(id=item_id, **own))
        else:
            item_id, key = sale.id, sale.key
            if main is notices[-1]:
                item["document_id"] = self._document_id
            self._connection.execute(update(ITEM).where(ITEM.c.id == item_id).values(**item))
            self._connection.execute(update(SALE).where(SALE.c.id == item_id).values(**own))
        described = describe_sale(key, title, facts, [one.heading for one in notices])
        if sale is None:
            link_new(self._connection, [(item_id, described)], packaged_linker())
        else:
            link_again(self._connection, {item_id: described}, packaged_linker())
        words = search_text(
            item_id,
            title=title,
            other_titles=filter(
                None,
                [facts.transmittal and sale_name(facts.transmittal), facts.purchaser, buyer],
            ),
            summary="; ".join(map(article_words, facts.articles)),
            words=[facts.funding_source or "", *facts.cases],
        )
        index_items(self._connection, [words], replace=sale is not None)
        return item_id

    def _give_up(self, item_id: int, same_as: int) -> None:
        """An item that was a sale only for want of a number: nothing finds it any more, its address leads on."""
        self._connection.execute(update(SALE).where(SALE.c.id == item_id).values(same_as_id=same_as))
        link_again(self._connection, {item_id: Described("", "arms-sale", ())}, packaged_linker())
        index_items(self._connection, [SearchText(item_id, "", "")], replace=True)

    def _write_document(self, stored: Row[Any] | None, notice: ArmsSaleNotice, item_id: int) -> None:
        values = {"item_id": item_id, "document_id": self._document_id, "notice": notice}
        if stored is None:
            self._connection.execute(insert(DOCUMENT).values(url=notice.url, **values))
        else:
            self._connection.execute(update(DOCUMENT).where(DOCUMENT.c.id == stored.id).values(**values))

    # --- what is new ---

    def _told(
        self,
        sale: Row[Any] | None,
        others: Sequence[ArmsSaleNotice],
        notice: ArmsSaleNotice,
        facts: SaleFacts,
        *,
        is_new: bool,
    ) -> Iterator[Draft]:
        """The changes that a document makes. What one run brings of a sale that was new in it is one change."""
        if sale is None:
            if self._is_news(notice) and not self._is_history(notice):
                yield _corrected(notice) if notice.kind is SaleKind.CORRECTION else self._notified(facts)
            return
        if sale.first_seen_at == self._now:
            return
        before, after = sale.facts.total_dollars, facts.total_dollars
        if before is not None and after is not None and before != after:
            key = f"{after}@{notice.text_sha256[:12]}"
            yield Draft("arms_sale_value", key, notice.published_on, before, after)
        if is_new and notice.kind is SaleKind.CORRECTION:
            yield _corrected(notice)
        elif is_new and is_formal(notice) and not any(map(is_formal, others)):
            delivered = notice.delivered_on.isoformat() if notice.delivered_on else None
            new = {"citation": notice.citation, "delivered_on": delivered}
            yield Draft("arms_sale_published", notice.number or notice.url, notice.published_on, None, new)

    def _notified(self, facts: SaleFacts) -> Draft:
        country = country_of(facts.purchaser) if facts.purchaser else None
        new = {
            "kind": facts.kind.value,
            "buyer": buyer_name(facts.purchaser, country.name if country else None),
            "dollars": facts.total_dollars,
            "original": facts.original,
        }
        return Draft("arms_sale_notified", "notified", facts.notified_on, None, new)

    def _is_history(self, notice: ArmsSaleNotice) -> bool:
        """Older than what an earlier run had: somebody asked for a year of old notices."""
        newest: date | None = self._connection.execute(
            select(func.max(SALE.c.notified_on))
            .join_from(SALE, ITEM, ITEM.c.id == SALE.c.id)
            .where(ITEM.c.first_seen_at < self._now)
        ).scalar_one()
        return newest is not None and notice.published_on < newest


def _corrected(notice: ArmsSaleNotice) -> Draft:
    new = {"citation": notice.citation, "corrects": notice.corrects}
    return Draft("arms_sale_corrected", notice.number or notice.url, notice.published_on, None, new)
