"""What mails say of changes, items and follows, read from the database and made fit for anybody's mail program.

Publishers' words are cleaned here, once: on one line, without characters that nobody sees or that turn the direction
of what follows, and without those that a reader's own links stand between.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, cast
from urllib.parse import quote

import msgspec
from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from scrapers.registry import all_sources
from scrapers.roll_calls import RollCallKey
from scrapers.times import EASTERN
from tracker.arms_sales.words import clock_sentence
from tracker.digests.choose import health_words
from tracker.digests.dated import days_near
from tracker.digests.ledger_span import APPROPRIATIONS, ARMS_SALES, SEARCH
from tracker.digests.message import CLOSE, OPEN
from tracker.digests.picking import Picked
from tracker.digests.render import BLOCK
from tracker.digests.selection import Correction, Due, Entry, ItemFacts, Match, News, Selection
from tracker.digests.votes import KINDS as VOTE_KINDS
from tracker.digests.votes import Delegations, Held, Home, key_in, link_of, read_votes
from tracker.linking.targets import target_of
from tracker.models import Change, Item, SourceDocument
from tracker.phrases import change_sentence
from tracker.queries.arms_sales import SaleRow, sales_by_id
from tracker.queries.bills import BillRow, bills_by_id
from tracker.queries.calendar import Dated
from tracker.queries.changes import item_name, item_path
from tracker.queries.provenance import COLUMNS, provenance
from tracker.queries.sources import SiteHealth
from tracker.wording import shortened, tidy

CHANGE = cast(Table, Change.__table__)
ITEM = cast(Table, Item.__table__)
DOCUMENT = cast(Table, SourceDocument.__table__)

_CHUNK = 1_000
_MOST_KEPT = 20_000
_LONGEST_SENTENCE = 500


class Facts:
    """Changes and items as mails speak of them on one day, each read and worded once."""

    def __init__(self, today: date) -> None:
        self.today = today
        self._news: dict[int, News] = {}
        self._items: dict[int, ItemFacts] = {}
        self._days: dict[str, ItemFacts] | None = None
        self._votes: dict[int, tuple[RollCallKey, Held]] = {}
        self._delegations = Delegations()

    def read(self, session: Session, picks: Iterable[Picked]) -> None:
        """Read at once the changes that these selections name: each by itself would ask for its own few."""
        self.news(session, [one.id for picked in picks for one in picked.changes])

    def selection(self, session: Session, picked: Picked, home: Home | None = None) -> Selection:
        """What was picked, in words, for a reader of that home. A change that is gone from the ledger is left out."""
        ids = [one.id for one in picked.changes]
        for undone in picked.corrections:
            ids += [undone.id, undone.told]
        news = self.news(session, ids)
        items = self.items(session, [one.item_id for one in picked.matches])
        return Selection(
            entries=tuple(
                Entry(news[one.id], one.reasons, one.mark, self.of_home(session, one.id, home))
                for one in picked.changes
                if one.id in news
            ),
            matches=tuple(
                Match(items[one.item_id], one.reasons, one.mark)
                for one in picked.matches
                if one.item_id in items
            ),
            corrections=tuple(
                Correction(news[one.told], date.fromisoformat(one.told_on), news[one.id], one.reasons)
                for one in picked.corrections
                if one.id in news and one.told in news
            ),
            dues=self.dues(session, picked),
        )

    @property
    def knows_votes(self) -> bool:
        """Whether any change that was read tells of a roll call of which we have the positions."""
        return bool(self._votes)

    def has_votes(self, picked: Picked) -> bool:
        """Whether it tells of a roll call of which we have the positions. Its changes must have been read."""
        return self.knows_votes and any(one.id in self._votes for one in picked.changes)

    def of_home(self, session: Session, change: int, home: Home | None) -> str:
        """How the lawmakers of a home voted, where the change is a roll call."""
        if home is None or change not in self._votes:
            return ""
        key, held = self._votes[change]
        return self._delegations.words(session, key, held, home)

    def votes(self, session: Session, picked: Picked, home: Home | None) -> tuple[str, ...]:
        """What is said of roll calls beside the changes: it may come later than they, and differs from home to home."""
        if not self.has_votes(picked):
            return ()
        told = [one.id for one in picked.changes if one.id in self._votes]
        return tuple(part for number in told for part in (
            self._news[number].beside, self.of_home(session, number, home)
        ))  # fmt: skip

    def dues(self, session: Session, picked: Picked) -> tuple[Due, ...]:
        """The last days that were picked, as they stand today."""
        items = self.items(session, [one.item_id for one in picked.dues])
        clocks = (Due(items[one.item_id], one.reasons) for one in picked.dues if one.item_id in items)
        days = self.days(session) if picked.days else {}
        return (*clocks, *(Due(days[one.name], one.reasons) for one in picked.days if one.name in days))

    def days(self, session: Session) -> Mapping[str, ItemFacts]:
        """What acts order by a day that is near."""
        if self._days is None:
            self._days = {name: _day(near.day) for name, near in days_near(session, self.today).items()}
        return self._days

    def news(self, session: Session, ids: Sequence[int]) -> Mapping[int, News]:
        """These changes; those that are held or gone are left out."""
        if len(self._news) > _MOST_KEPT:
            self._news.clear()
        missing = [number for number in dict.fromkeys(ids) if number not in self._news]
        for start in range(0, len(missing), _CHUNK):
            rows = session.execute(
                select(CHANGE, *COLUMNS)
                .join_from(CHANGE, DOCUMENT, DOCUMENT.c.id == CHANGE.c.document_id)
                .where(CHANGE.c.id.in_(missing[start : start + _CHUNK]), CHANGE.c.held.is_(False))
            ).all()
            items = self.items(session, [row.item_id for row in rows])
            rolls = {row.id: key for row in rows if row.kind in VOTE_KINDS and (key := key_in(row.new))}
            held = read_votes(session, map(str, rolls.values())) if rolls else {}
            for row in rows:
                news = _news(row, items[row.item_id])
                if row.id in rolls:
                    news = self.with_vote(news, rolls[row.id], held.get(str(rolls[row.id])))
                self._news[row.id] = news
        return self._news

    def with_vote(self, news: News, key: RollCallKey, held: Held | None) -> News:
        """A change that tells of a roll call, with what is known of that."""
        if held is not None:
            self._votes[news.id] = key, held
        beside = clean(held.words) if held is not None and news.kind == "vote_reference" else ""
        return msgspec.structs.replace(
            news, link=link_of(key, held is not None), roll=str(key), beside=shortened(beside, _LONGEST_SENTENCE)
        )  # fmt: skip

    def items(self, session: Session, ids: Sequence[int]) -> Mapping[int, ItemFacts]:
        """These items, with where each stands today."""
        if len(self._items) > _MOST_KEPT:
            self._items.clear()
        missing = [number for number in dict.fromkeys(ids) if number not in self._items]
        for start in range(0, len(missing), _CHUNK):
            self._items.update(_items(session, missing[start : start + _CHUNK], self.today))
        return self._items


_MARKS = re.compile(f"[{OPEN}{CLOSE}{BLOCK}]")


def clean(words: str) -> str:
    """A publisher's words on one line, of characters that everybody can see."""
    return tidy(_MARKS.sub("", words))


# --- items ---------------------------------------------------------------------------------------------------


def _items(session: Session, ids: Sequence[int], today: date) -> dict[int, ItemFacts]:
    bills, sales = bills_by_id(session, ids, today), sales_by_id(session, ids, today)
    found = {}
    rows = session.execute(select(ITEM.c.id, ITEM.c.key, ITEM.c.kind, ITEM.c.title).where(ITEM.c.id.in_(ids)))
    for number, key, kind, title in rows:
        plain = ItemFacts(
            key, kind, shortened(clean(item_name(key, title)), 120), clean(title), quote(item_path(key))
        )
        if number in bills:
            found[number] = _bill(plain, bills[number])
        elif number in sales:
            found[number] = _sale(plain, sales[number], today)
        else:
            found[number] = plain
    return found


def _bill(plain: ItemFacts, bill: BillRow) -> ItemFacts:
    return msgspec.structs.replace(
        plain, status=clean(bill.status), next_step=clean(bill.next_step), cosponsors=bill.cosponsor_count
    )


def _sale(plain: ItemFacts, sale: SaleRow, today: date) -> ItemFacts:
    return msgspec.structs.replace(
        plain,
        status=clean(sale.status),
        act=clean(clock_sentence(sale.facts, sale.review, today)),
        last_day=sale.review.last_day if sale.is_running else None,
        calendar=f"{plain.path}.ics" if sale.is_running else "",
    )


def _day(day: Dated) -> ItemFacts:
    title = clean(day.title)
    return ItemFacts(
        day.name, day.kind.value, title, title, day.path, last_day=day.on, act=clean(day.note),
        calendar=f"/calendar/{day.name}.ics", document=day.source_url,
    )  # fmt: skip


# --- changes -------------------------------------------------------------------------------------------------


def _news(row: Any, item: ItemFacts) -> News:
    found = provenance(row)
    sentence = change_sentence(row.kind, row.old, row.new, row.occurred_on)
    return News(
        row.id, row.kind, item, shortened(clean(sentence), _LONGEST_SENTENCE), row.old, row.new, row.occurred_on,
        row.first_seen_at, found.name, found.document_url,
    )  # fmt: skip


# --- follows and sources -------------------------------------------------------------------------------------

_TOPICS = {ARMS_SALES: ("Arms sales", "/arms-sales"), APPROPRIATIONS: ("Appropriations", "/appropriations")}
TARGET_KINDS = (
    "bill", "arms-sale", "report", "country", "recommendation", "promise", "source", "topic", "search",
)  # fmt: skip


def target_names(session: Session, targets: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Follows in a few words, with their pages: "Egypt" at `/countries/EGY`, "S. 1780" at `/bills/119-s-1780`."""
    wanted = sorted(set(targets))
    titles: dict[str, str] = {
        row.key: row.title
        for row in session.execute(select(ITEM.c.key, ITEM.c.title).where(ITEM.c.key.in_(wanted)))
    }
    return {target: _name(target, titles) for target in wanted}


def _name(target: str, titles: Mapping[str, str]) -> tuple[str, str]:
    kind, _, rest = target.partition(":")
    if target in titles:
        return shortened(clean(item_name(target, titles[target])), 60), quote(item_path(target))
    if target in _TOPICS:
        return _TOPICS[target]
    if kind == "search":
        words = clean(rest)
        return f"“{shortened(words, 40)}”", f"/search?q={quote(words, safe='')}"
    if kind == "source":
        source = all_sources().get(rest)
        return (source.name if source else clean(rest)), "/status"
    found = target_of(target)
    return clean(found.name), found.href or ""


def is_known(target: str) -> bool:
    """Whether anything can ever be about a target; a search that has no word is about nothing."""
    kind, _, rest = target.partition(":")
    if kind == "topic":
        return target in _TOPICS
    if kind == "source":
        return rest in all_sources()
    if kind in ("country", "recommendation", "promise"):
        return target_of(target).href is not None
    return kind in TARGET_KINDS and bool(rest) and (target != SEARCH)


def health_sentence(health: SiteHealth) -> str:
    """How the sources are, for the foot of a mail."""
    others = [
        (name, str(state), at.astimezone(EASTERN).date() if at else None) for name, state, at in health.others
    ]
    bundled = health.bundled_as_of.astimezone(EASTERN).date() if health.bundled_as_of else None
    return health_words(health.total, health.current, others, bundled)
