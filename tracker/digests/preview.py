"""The digest that an address would get now, and an example for who follows nothing: real facts, nothing sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time
from typing import Any, cast

import msgspec
from sqlalchemy import Connection, Engine, Table, exists, select
from sqlalchemy.orm import Session

from scrapers.times import EASTERN
from tracker.arms_sales.words import buyer_name
from tracker.digests import brake
from tracker.digests.bodies import COPY, Maker, compose
from tracker.digests.ledger_span import lay_out, newest_change
from tracker.digests.matching import Keys, Reader
from tracker.digests.message import Sender, Words
from tracker.digests.picking import NOTHING, Picked, Told, Want, pick, settle
from tracker.digests.plan import Run
from tracker.digests.reading import Facts, clean, health_sentence
from tracker.digests.report import Report
from tracker.digests.selection import Entry, ItemFacts, News, Selection
from tracker.digests.votes import VOTE, homes_of, key_in, read_votes
from tracker.digests.watch import followed_searches, watch
from tracker.linking.evidence import SCOPE
from tracker.models import (
    ArmsSale,
    Bill,
    Change,
    Follow,
    FollowState,
    Item,
    SourceDocument,
    Subscriber,
    VoteMeasure,
)
from tracker.phrases import change_sentence
from tracker.queries.changes import latest_changes
from tracker.queries.links import items_in_scope
from tracker.queries.provenance import COLUMNS, provenance
from tracker.queries.sources import site_health
from tracker.tokens import address_key

SUBSCRIBER = cast(Table, Subscriber.__table__)
FOLLOW = cast(Table, Follow.__table__)
CHANGE = cast(Table, Change.__table__)
ITEM = cast(Table, Item.__table__)
BILL = cast(Table, Bill.__table__)
VOTE_MEASURE = cast(Table, VoteMeasure.__table__)
SALE = cast(Table, ArmsSale.__table__)
DOCUMENT = cast(Table, SourceDocument.__table__)

EXAMPLE = 30
"""How many things an example tells of."""


class Preview(msgspec.Struct, frozen=True):
    """What an address would get. `notice` says what it is made of where that is not what was asked for; `size` is how
    many things it tells, `is_due` whether it would really go out.
    """

    words: Words
    size: int
    is_due: bool
    notice: str = ""


def preview(
    engine: Engine, sender: Sender, secret: str, now: datetime, address: str, *, all_changes: bool = False
) -> Preview:
    """The digest of an address. Everything that planning would write is taken back.

    `all_changes` leaves out what the reader was told before: everything in the ledger on what they follow.
    """
    with engine.connect().execution_options(writes=True) as connection:
        transaction = connection.begin()
        try:
            session = Session(connection)
            today = now.astimezone(EASTERN).date()
            maker = Maker(sender, secret, health_sentence(site_health(session, now)), now, Facts(today))
            reader = _reader(connection, secret, address)
            if reader is None:
                return _example(session, maker, "Nobody follows anything from this address.")
            follows = connection.execute(
                select(FOLLOW.c.target).where(
                    FOLLOW.c.subscriber_id == reader.id, FOLLOW.c.state == FollowState.ACTIVE
                )
            ).scalars()
            wants = tuple(Want(target) for target in follows)
            if not wants:
                return _example(session, maker, "This address has no confirmed follow.")
            return _of_reader(connection, session, maker, reader, wants, all_changes)
        finally:
            transaction.rollback()


def _of_reader(
    connection: Connection, session: Session, maker: Maker, reader: Reader, wants: tuple[Want, ...], all_changes: bool
) -> Preview:  # fmt: skip
    newest = newest_change(connection)
    watch(connection, maker.now)
    after = 0 if all_changes else reader.seen_to
    span = lay_out(
        session, after=after, newest=newest, matched_after=reader.matched_to,
        searches=followed_searches(connection), today=maker.facts.today,
    )  # fmt: skip
    if all_changes:
        picked = pick(
            span, wants, seen_to=0, matched_to=span.newest_found, settled=settle(span, 0)
        )  # fmt: skip
        notice = "This has everything recorded on what you follow, also what earlier mails told."
    else:
        keys = Keys(connection, span)
        run = Run(span, keys, maker, brake.Usual(), Report(maker.now))
        picks, _ = run.picks(connection, [reader])
        picked, notice = picks.get(reader.id, NOTHING), ""
    if picked.is_empty:
        notice = "Nothing is new on what you follow, so no mail would go out."
    home = homes_of(connection, [reader.id]).get(reader.id)
    selection = maker.facts.selection(session, picked, home)
    return _words(session, maker, selection, after, notice, is_due=not picked.is_empty and not all_changes)


def _words(
    session: Session,
    maker: Maker,
    selection: Selection,
    after: int,
    notice: str,
    *,
    is_due: bool,
    span: str = "",
) -> Preview:
    frame = maker.frame(
        session, selection, span or maker.span(session, after), f"{COPY}/preview", "digest", notice
    )  # fmt: skip
    words, _ = compose(selection, frame)
    return Preview(words, selection.size, is_due, notice)


def _reader(connection: Connection, secret: str, address: str) -> Reader | None:
    row = connection.execute(
        select(*(SUBSCRIBER.c[name] for name in Reader._fields)).where(
            SUBSCRIBER.c.address_key == address_key(secret, address)
        )
    ).one_or_none()
    return None if row is None else Reader(*row)


# --- examples ------------------------------------------------------------------------------------------------


def _example(session: Session, maker: Maker, because: str) -> Preview:
    """A digest of somebody who follows all of security assistance: the last changes, or the last facts we hold."""
    changes = latest_changes(session, limit=EXAMPLE)
    if changes:
        picked = Picked(
            tuple(Told(change.id, (SCOPE,)) for change in sorted(changes, key=lambda one: one.id))
        )
        selection = maker.facts.selection(session, picked)
        before = min(change.id for change in changes) - 1
        many = f"{len(changes)} changes" if len(changes) > 1 else "change"
        made_of = f"the last {many} on security assistance"
        return _words(
            session,
            maker,
            selection,
            before,
            f"{because} This is an example, made of {made_of}.",
            is_due=False,
        )
    entries = (*_last_stages(session, maker), *_last_votes(session, maker), *_last_sales(session, maker))
    made_of = (
        "the last steps of measures, votes and arms sales that we hold, since nothing has changed here yet"
    )
    return _words(
        session, maker, Selection(entries=entries), 0, f"{because} This is an example, made of {made_of}.",
        is_due=False, span="as far as the facts here go",
    )  # fmt: skip


def _last_stages(session: Session, maker: Maker) -> Iterable[Entry]:
    rows = session.execute(
        select(BILL.c.id, BILL.c.standing, *COLUMNS)
        .join_from(BILL, ITEM, ITEM.c.id == BILL.c.id)
        .join(DOCUMENT, DOCUMENT.c.id == ITEM.c.document_id)
        .where(BILL.c.id.in_(items_in_scope()))
        .order_by(BILL.c.latest_action_on.desc(), BILL.c.id.desc())
        .limit(12)
    ).all()
    items = maker.facts.items(session, [row.id for row in rows])
    for row in rows:
        stage, since = row.standing.stage.value, row.standing.since
        yield _made_up(row, items[row.id], "stage", stage, since)


def _last_votes(session: Session, maker: Maker) -> Iterable[Entry]:
    """Those that the file which says where the measure stands can know of: with a later one the two would not agree."""
    of_item = DOCUMENT.alias()
    about = (VOTE_MEASURE.c.vote_key == VOTE.c.key) & (VOTE_MEASURE.c.item_key == ITEM.c.key)
    rows = session.execute(
        select(VOTE, ITEM.c.id.label("item_id"), *COLUMNS)
        .join_from(VOTE, DOCUMENT, DOCUMENT.c.id == VOTE.c.document_id)
        .join(ITEM, exists().where(about))
        .join(of_item, of_item.c.id == ITEM.c.document_id)
        .where(ITEM.c.id.in_(items_in_scope()), VOTE.c.voted_at <= of_item.c.fetched_at)
        .order_by(VOTE.c.voted_at.desc(), VOTE.c.id, ITEM.c.id)
        .limit(6)
    ).all()
    items = maker.facts.items(session, [row.item_id for row in rows])
    held = read_votes(session, [row.key for row in rows])
    for row in rows:
        new = {
            name: row._mapping[name] for name in ("chamber", "congress", "session", "roll", "yeas", "nays")
        }
        key = key_in(new)
        entry = _made_up(
            row, items[row.item_id], "vote_reference", new, row.voted_at.astimezone(EASTERN).date()
        )
        if key is not None:
            yield msgspec.structs.replace(entry, news=maker.facts.with_vote(entry.news, key, held[row.key]))


def _last_sales(session: Session, maker: Maker) -> Iterable[Entry]:
    rows = session.execute(
        select(SALE.c.id, SALE.c.facts, SALE.c.country, SALE.c.notified_on, *COLUMNS)
        .join_from(SALE, ITEM, ITEM.c.id == SALE.c.id)
        .join(DOCUMENT, DOCUMENT.c.id == ITEM.c.document_id)
        .where(SALE.c.same_as_id.is_(None))
        .order_by(SALE.c.notified_on.desc(), SALE.c.id.desc())
        .limit(6)
    ).all()
    items = maker.facts.items(session, [row.id for row in rows])
    for row in rows:
        facts = row.facts
        new = {"buyer": buyer_name(facts.purchaser, None), "dollars": facts.total_dollars,
               "kind": facts.kind.value, "original": facts.original}  # fmt: skip
        yield _made_up(row, items[row.id], "arms_sale_notified", new, row.notified_on)


def _made_up(row: Any, item: ItemFacts, kind: str, new: Any, on: Any) -> Entry:
    """A fact as if we had seen it on its day. Its number is no change's."""
    found = provenance(row)
    sentence = clean(change_sentence(kind, None, new, on))
    seen = datetime.combine(on, time(12), UTC)
    news = News(-row.id, kind, item, sentence, None, new, on, seen, found.name, found.document_url)
    return Entry(news, (SCOPE,))
