"""What can be followed: how a target is named and where its page is, and which changes are about it.

Feeds, the sample on the follow page and the expected volume ask the same condition; the planner of digests matches
set-based and is held to this by a test.

* `bill:119-s-1780`, `arms-sale:26-23`, `report:KEY`: what changes on that item, and on a report's recommendations.
* `country:EGY`: on items in scope that are linked to it. `recommendation:SLUG`, `promise:SLUG`: on items that are
  linked to it or judged on it.
* `topic:arms-sales`: on any notified sale. `topic:appropriations`: on any bill that carries an appropriations measure.
* `source:KEY`: whatever that source tells.
* `search:WORDS`: on items that hold all the words by now, so that a bill counts once it comes to match.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import cast
from urllib.parse import urlencode

import msgspec
from sqlalchemy import ColumnElement, Table, and_, false, func, or_, select
from sqlalchemy.orm import Session

from scrapers.registry import all_sources
from scrapers.times import EASTERN
from tracker.linking.targets import target_of
from tracker.models import AuditRecommendation, Bill, Change, Item
from tracker.queries.appropriations import all_measures
from tracker.queries.arms_sales import SaleRow, sales_by_id
from tracker.queries.bills import BillRow, bills_by_id
from tracker.queries.changes import (
    ChangeRow,
    following_since,
    item_name,
    item_path,
    list_where,
)
from tracker.queries.country_names import country_named
from tracker.queries.full_text import matching_ids
from tracker.queries.links import items_about, items_in_scope
from tracker.queries.paging import START, Page, Place
from tracker.queries.provenance import DOCUMENT
from tracker.queries.sources import last_good
from tracker.queries.spelling import read_key, read_reference
from tracker.queries.words import read_phrases
from tracker.sentences import written_date

CHANGE = cast(Table, Change.__table__)
ITEM = cast(Table, Item.__table__)
BILL = cast(Table, Bill.__table__)
AUDIT = cast(Table, AuditRecommendation.__table__)

ITEM_KINDS = ("bill", "arms-sale", "report")
"""Kinds of items that are followed one by one."""
TOPICS = {
    "arms-sales": ("Arms sales", "/arms-sales"),
    "appropriations": ("Appropriations", "/appropriations"),
}
LONGEST_TARGET = 200
MOST_TARGETS = 50
"""So many targets are followed by one form or one feed."""
VOLUME_DAYS = 90


class Followed(msgspec.Struct, frozen=True):
    """A target that there is. `what` says what sort of thing it is: "bill", "country", "search"."""

    target: str
    what: str
    title: str
    path: str


# --- from what somebody wrote to a target -----------------------------------------------------------


def read_target(session: Session, text: str) -> Followed | None:
    """The target that a text names, in its own spelling; None where there is no such thing to follow.

    A bill may be spelled as people do, a country named. A search that is the number of a bill we hold is that bill.
    """
    kind, _, name = _plain(text).partition(":")
    kind, name = kind.strip().lower(), name.strip()
    if not name or len(kind) + len(name) + 1 > LONGEST_TARGET:
        return None
    read = {"country": _country, "topic": _topic, "source": _source, "recommendation": _measured,
            "promise": _measured}.get(kind)  # fmt: skip
    if read is not None:
        return read(kind, name)
    if kind in ITEM_KINDS:
        return _item(session, kind, name)
    return _search(session, name) if kind == "search" else None


def read_targets(session: Session, texts: Iterable[str]) -> tuple[list[Followed], list[str]]:
    """The targets that are named, each once, and the texts that name none."""
    found: dict[str, Followed] = {}
    unknown = []
    for text in list(dict.fromkeys(texts))[:MOST_TARGETS]:
        one = read_target(session, text)
        if one is None:
            unknown.append(text)
        else:
            found[one.target] = one
    return list(found.values()), unknown


_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


def _plain(text: str) -> str:
    return " ".join(_UNSEEN.sub(" ", text[: 2 * LONGEST_TARGET]).split())


def _country(kind: str, name: str) -> Followed | None:
    country = country_named(name)
    if country is None:
        return None
    return Followed(country.target, kind, country.name, f"/countries/{country.code}")


def _topic(kind: str, name: str) -> Followed | None:
    found = TOPICS.get(name.lower())
    return Followed(f"topic:{name.lower()}", kind, *found) if found else None


def _source(kind: str, name: str) -> Followed | None:
    source = all_sources().get(name.lower())
    return (
        Followed(f"source:{source.key}", kind, f"{source.name} ({source.publisher})", "/status")
        if source
        else None
    )


def _measured(kind: str, name: str) -> Followed | None:
    target = target_of(f"{kind}:{name.lower()}")
    return Followed(target.key, kind, target.name, target.href) if target.href else None


def _item(session: Session, kind: str, name: str) -> Followed | None:
    if kind == "bill":
        reference = read_key(name.lower()) or read_reference(name)
        if reference is None or reference.key is None:
            return None
        name = reference.key
    wanted = {f"{kind}:{name}", f"{kind}:{name.upper()}", f"{kind}:{name.lower()}"}
    row = session.execute(
        select(ITEM.c.key, ITEM.c.title).where(ITEM.c.key.in_(wanted)).limit(1)
    ).one_or_none()
    if row is None:
        return None
    called = item_name(row.key, row.title)
    title = called if called == row.title else f"{called}: {row.title}"
    return Followed(row.key, kind, title, item_path(row.key))


def _search(session: Session, words: str) -> Followed | None:
    reference = read_reference(words)
    if reference is not None and reference.key is not None:
        bill = _item(session, "bill", reference.key)
        if bill is not None:
            return bill
    if not read_phrases(words):
        return None
    return Followed(f"search:{words}", "search", f"Search for {words}", f"/search?{urlencode({'q': words})}")


# --- which changes ----------------------------------------------------------------------------------


def about_target(session: Session, target: str) -> ColumnElement[bool]:
    """The condition, on change, item and document, that a change is about a target. False for what is none."""
    kind, _, name = target.partition(":")
    if kind == "source":
        return DOCUMENT.c.source == name
    return _is_of(session, target, CHANGE.c.item_id)


def _is_of(session: Session, target: str, item_id: ColumnElement[int]) -> ColumnElement[bool]:
    """The condition that an item, by a column with its number, is one that a target is about."""
    kind, _, name = target.partition(":")
    if kind in ITEM_KINDS:
        wanted = select(ITEM.c.id).where(ITEM.c.key == target).scalar_subquery()
        if kind != "report":
            return item_id == wanted
        return or_(item_id == wanted, item_id.in_(select(AUDIT.c.id).where(AUDIT.c.report_id == wanted)))
    if kind == "country":
        return and_(item_id.in_(items_about(target)), item_id.in_(items_in_scope()))
    if kind in ("recommendation", "promise"):
        return item_id.in_(items_about(target))
    if target == "topic:arms-sales":
        return ITEM.c.kind == "arms-sale"
    if target == "topic:appropriations":
        return ITEM.c.key.in_(appropriations_items())
    phrases = read_phrases(name) if kind == "search" else []
    return item_id.in_(matching_ids(session, phrases)) if phrases else false()


def appropriations_items() -> tuple[str, ...]:
    """The keys of the items that carry an appropriations measure: `bill:119-hr-4779`."""
    return tuple(sorted({f"bill:{bill}" for measure in all_measures() for bill in measure.carriers}))


def about_any(session: Session, targets: Iterable[str]) -> ColumnElement[bool]:
    """The condition that a change is about one of the targets at least."""
    return or_(false(), *(about_target(session, target) for target in targets))


def of_kinds(kinds: Iterable[str] | None) -> ColumnElement[bool] | None:
    """The condition that a change is of one of these kinds; None where every kind will do."""
    return None if kinds is None else CHANGE.c.kind.in_(sorted(kinds))


def list_followed(
    session: Session, targets: Sequence[str], kinds: Iterable[str] | None = None, place: Place = START
) -> Page[ChangeRow]:
    """What changed on any of the targets, newest first, each change once."""
    which = of_kinds(kinds)
    about = about_any(session, targets)
    return list_where(session, about if which is None else and_(about, which), place)


# --- how much it will be ----------------------------------------------------------------------------


class Volume(msgspec.Struct, frozen=True):
    """How many changes there were in the last `days` days: 90, or as many as we have been following."""

    changes: int
    days: int

    @property
    def in_words(self) -> str:
        """ "about 3 items a week"."""
        if not self.is_known:
            return "too early to say how much"
        if not self.changes:
            return "nothing so far"
        weekly, monthly = (self.changes * span / self.days for span in (7, 30))
        if weekly >= _SPOKEN_OF_BY_WEEK:
            return f"about {_items(_rounded(weekly))} a week"
        return f"about {_items(round(monthly))} a month" if monthly >= 1 else "less than an item a month"

    @property
    def is_known(self) -> bool:
        """Whether we have followed for long enough to say."""
        return self.days >= _FEWEST_DAYS

    @property
    def sentence(self) -> str:
        """What to expect, and what that is reckoned from."""
        if not self.is_known:
            return f"It is too early to say how much that will be, {self.basis}."
        if not self.changes:
            return f"Nothing of it has changed in the last {self.days} days."
        return f"Expect {self.in_words}, {self.basis}."

    @property
    def basis(self) -> str:
        """What that is reckoned from: "from the last 90 days"."""
        if not self.is_known:
            return "because we have been following for less than a week"
        since = f"the last {self.days} days"
        return (
            f"reckoned from {since}" if self.days == VOLUME_DAYS else f"reckoned from {since}, since we began"
        )


_FEWEST_DAYS = 7
_SPOKEN_OF_BY_WEEK = 0.75


def _items(count: int) -> str:
    return "an item" if count == 1 else f"{count:,} items"


def _rounded(weekly: float) -> int:
    """One or two figures: what is to come is not known to the last item."""
    return int(round(weekly, 0 if weekly < 20 else -1 if weekly < 200 else -2))


def read_volume(
    session: Session, targets: Sequence[str], kinds: Iterable[str] | None, now: datetime
) -> Volume:
    """What following the targets would have brought lately. History from before we followed is not counted."""
    began = following_since(session)
    days = min(VOLUME_DAYS, (now - began).days) if began else 0
    if days < _FEWEST_DAYS:
        return Volume(0, days)
    conditions = [CHANGE.c.held.is_(False), CHANGE.c.first_seen_at >= now - timedelta(days=days)]
    conditions.append(about_any(session, targets))
    which = of_kinds(kinds)
    if which is not None:
        conditions.append(which)
    counted = (
        select(func.count())
        .select_from(
            CHANGE.join(ITEM, ITEM.c.id == CHANGE.c.item_id).join(
                DOCUMENT, DOCUMENT.c.id == CHANGE.c.document_id
            )
        )
        .where(*conditions)
    )
    return Volume(session.execute(counted).scalar_one(), days)


# --- what was before --------------------------------------------------------------------------------


class Before(msgspec.Struct, frozen=True):
    """An item as its official record has it: what happened on it last, and when, is history and no change of ours."""

    name: str
    title: str
    path: str
    on: date
    status: str


class History(msgspec.Struct, frozen=True):
    """What the official record has of some targets: how many items moved in the 90 days to `until`, newest first."""

    moved: int = 0
    total: int = 0
    until: date | None = None
    items: tuple[Before, ...] = ()

    @property
    def sentence(self) -> str:
        """How many of the measures and sales moved, by the official record."""
        if not self.moved or self.until is None:
            return ""
        which = f"{self.moved:,}"
        what = "it" if self.total == 1 else f"{which} of {self.total:,} measures and notices"
        return f"By the official record {what} moved in the {VOLUME_DAYS} days to {written_date(self.until)}."


_LATEST = func.coalesce(BILL.c.latest_action_on, ITEM.c.occurred_on)


def read_history(session: Session, targets: Sequence[str], today: date, most: int) -> History:
    """What the record has of these targets, up to the day as of which we know it."""
    at = last_good(session, "govinfo_billstatus")
    until = min(today, at.astimezone(EASTERN).date()) if at else today
    about = or_(
        false(), *(_is_of(session, one, ITEM.c.id) for one in targets if not one.startswith("source:"))
    )
    found = select(ITEM.c.id, _LATEST.label("on")).select_from(
        ITEM.outerjoin(BILL, BILL.c.id == ITEM.c.id)
    ).where(about, until >= _LATEST)  # fmt: skip
    newest = session.execute(found.order_by(_LATEST.desc(), ITEM.c.id.desc()).limit(most)).all()
    recent = found.where(until - timedelta(days=VOLUME_DAYS) < _LATEST)
    moved = session.execute(select(func.count()).select_from(recent.subquery())).scalar_one()
    ids = [row.id for row in newest]
    bills, sales = bills_by_id(session, ids, today), sales_by_id(session, ids, today)
    items = []
    for row in newest:
        item = bills.get(row.id) or sales.get(row.id)
        if item is not None:
            items.append(Before(item.name, item.title, _path(item), row.on, item.status))
    total = session.execute(select(func.count()).select_from(found.subquery())).scalar_one()
    return History(moved, total, until, tuple(items))


def _path(item: BillRow | SaleRow) -> str:
    """The page of an item in a list."""
    return item.path if isinstance(item, SaleRow) else f"/bills/{item.key}"
