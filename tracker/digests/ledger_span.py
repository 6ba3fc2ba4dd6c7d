"""A span of the ledger laid out by what its changes are about: the set-based half of planning, reading only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import islice
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Table, func, select, text, true
from sqlalchemy.orm import Session

from tracker.changes import STATES
from tracker.digests.dated import DUE_DAYS, days_near
from tracker.digests.picking import Ahead, Found, Ref, Span, Step
from tracker.linking.evidence import SCOPE
from tracker.models import AuditRecommendation, Change, Item, Judgement, Link, SourceDocument, TargetMatch
from tracker.queries.appropriations import all_measures
from tracker.queries.arms_sales import running_sales
from tracker.queries.full_text import matching_ids
from tracker.queries.words import read_phrases

CHANGE = cast(Table, Change.__table__)
ITEM = cast(Table, Item.__table__)
AUDIT = cast(Table, AuditRecommendation.__table__)
LINK = cast(Table, Link.__table__)
JUDGEMENT = cast(Table, Judgement.__table__)
DOCUMENT = cast(Table, SourceDocument.__table__)
MATCH = cast(Table, TargetMatch.__table__)

SEARCH = "search:"
ARMS_SALES, APPROPRIATIONS = "topic:arms-sales", "topic:appropriations"

_MANY = 5_000
T = TypeVar("T")


def newest_change(connection: Connection) -> int:
    """The highest id of which all lower ones are in the ledger for good; 0 for an empty one.

    PostgreSQL gives ids before they are committed, so a lower one may come after a higher one: it is asked to let
    whoever writes to the ledger finish first. SQLite has one writer.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL lock_timeout = '60s'"))
        connection.execute(text("LOCK TABLE change IN SHARE MODE"))
    newest = select(func.max(CHANGE.c.id)).where(CHANGE.c.held.is_(False))
    return connection.execute(newest).scalar() or 0


def newest_match(connection: Connection) -> int:
    """The highest id of a match that is news."""
    return connection.execute(select(func.max(MATCH.c.id)).where(MATCH.c.is_news)).scalar() or 0


def lay_out(
    session: Session,
    *,
    after: int,
    newest: int,
    matched_after: int,
    searches: Iterable[str],
    today: date,
) -> Span:
    """The changes with ids in (after, newest], by target. `searches` are targets `search:WORDS`, each asked once."""
    rows = session.execute(
        select(CHANGE.c.id, CHANGE.c.item_id, CHANGE.c.kind, CHANGE.c.natural_key, CHANGE.c.first_seen_at,
               DOCUMENT.c.source)
        .join_from(CHANGE, DOCUMENT, DOCUMENT.c.id == CHANGE.c.document_id)
        .where(CHANGE.c.id > after, CHANGE.c.id <= newest, CHANGE.c.held.is_(False))
        .order_by(CHANGE.c.id)
    ).all()  # fmt: skip
    of_item: dict[int, list[int]] = defaultdict(list)
    about: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        of_item[row.item_id].append(row.id)
        about[f"source:{row.source}"].append(row.id)
    for item_id, target in targets_of(session, of_item):
        about[target].extend(of_item[item_id])
    for search in searches:
        for item_id in found_by(session, search):
            if item_id in of_item:
                about[search].extend(of_item[item_id])
    found = found_since(session, matched_after)
    return Span(
        refs={row.id: Ref(row.id, row.item_id, row.kind, row.first_seen_at) for row in rows},
        about={target: sorted(ids) for target, ids in about.items()},
        found=found,
        dues=_dues(session, today, searches),
        days=_days(session, today),
        undone=_undone(session, rows),
        states=_states(session, rows, newest),
        newest=newest,
        newest_found=max((one.id for ones in found.values() for one in ones), default=matched_after),
    )


def targets_of(session: Session, items: Iterable[int]) -> Iterator[tuple[int, str]]:
    """Each of these items with each target that it is about, but for searches and sources.

    A country's, region's and programme's follow is about what is in scope, as its page is; a report's is about its
    recommendations, too.
    """
    carriers = {f"bill:{bill}" for measure in all_measures() for bill in measure.carriers}
    for ids in _chunks(items):
        shown = select(LINK.c.item_id, LINK.c.target).where(
            LINK.c.item_id.in_(ids), LINK.c.is_shown == true()
        )
        links = session.execute(shown).all()
        in_scope = {item for item, target in links if target == SCOPE}
        for item, target in links:
            kind = target.partition(":")[0]
            if kind in ("recommendation", "promise") or (kind != "scope" and item in in_scope):
                yield item, target
        judged = (
            select(JUDGEMENT.c.item_id, JUDGEMENT.c.target).where(JUDGEMENT.c.item_id.in_(ids)).distinct()
        )
        linked = {(item, target) for item, target in links}
        for item, target in session.execute(judged):
            if (item, target) not in linked:
                yield item, target
        reported = select(AUDIT.c.id, ITEM.c.key).join_from(AUDIT, ITEM, ITEM.c.id == AUDIT.c.report_id)
        for item, report in session.execute(reported.where(AUDIT.c.id.in_(ids))):
            yield item, report
        for item, key, kind in session.execute(
            select(ITEM.c.id, ITEM.c.key, ITEM.c.kind).where(ITEM.c.id.in_(ids))
        ):
            yield item, key
            if kind == "arms-sale":
                yield item, ARMS_SALES
            if key in carriers:
                yield item, APPROPRIATIONS


def found_by(session: Session, target: str) -> list[int]:
    """The items in which the words of a followed search occur, by the site's own search."""
    phrases = read_phrases(target.removeprefix(SEARCH))
    if not phrases:
        return []
    return cast(list[int], session.execute(matching_ids(session, phrases)).scalars().all())


def found_since(session: Session, after: int) -> dict[str, list[Found]]:
    """Matches that are news, by target."""
    found: dict[str, list[Found]] = defaultdict(list)
    rows = session.execute(
        select(MATCH.c.id, MATCH.c.target, MATCH.c.item_id, MATCH.c.found_at)
        .where(MATCH.c.is_news, MATCH.c.id > after)
        .order_by(MATCH.c.id)
    )
    for number, target, item, at in rows:
        found[target].append(Found(number, item, at))
    return dict(found)


def _dues(session: Session, today: date, searches: Iterable[str]) -> dict[str, list[int]]:
    """Sales whose clock runs and ends soon, by target."""
    keys = [
        f"arms-sale:{sale.key}"
        for sale in running_sales(session, today=today)
        if sale.review.last_day and sale.review.last_day - today <= timedelta(days=DUE_DAYS)
    ]
    if not keys:
        return {}
    ids = set(session.execute(select(ITEM.c.id).where(ITEM.c.key.in_(keys))).scalars())
    dues: dict[str, list[int]] = defaultdict(list)
    for item, target in targets_of(session, ids):
        dues[target].append(item)
    for search in searches:
        dues[search].extend(item for item in found_by(session, search) if item in ids)
    return dict(dues)


def _days(session: Session, today: date) -> dict[str, list[Ahead]]:
    """Days that acts set and that are near, by target."""
    days: dict[str, list[Ahead]] = defaultdict(list)
    for name, near in days_near(session, today).items():
        for target in near.day.targets:
            days[target].append(Ahead(name, near.item_id))
    return dict(days)


# --- what was taken back --------------------------------------------------------------------------------------

_GONE = "_removed"


def _undone(session: Session, rows: Sequence[Any]) -> dict[int, int]:
    """For each fact that is gone the change that had told it, where one had."""
    gone = {
        (row.item_id, row.kind.removesuffix(_GONE), row.natural_key.rpartition("@")[0]): row.id
        for row in rows
        if row.kind.endswith(_GONE)
    }
    undone: dict[int, int] = {}
    for items in _chunks({item for item, _, _ in gone}):
        told = select(CHANGE.c.id, CHANGE.c.item_id, CHANGE.c.kind, CHANGE.c.natural_key).where(
            CHANGE.c.item_id.in_(items), CHANGE.c.held.is_(False)
        )
        for number, item, kind, key in session.execute(told):
            after = gone.get((item, kind, key))
            if after is not None and number < after:
                undone[after] = number
    return undone


def _states(session: Session, rows: Sequence[Any], newest: int) -> list[list[Step]]:
    """The histories of the states that changed in a span, also from before it."""
    changed = {(row.item_id, row.kind) for row in rows if row.kind in STATES}
    steps: dict[tuple[int, str], list[Step]] = defaultdict(list)
    for items in _chunks({item for item, _ in changed}):
        history = (
            select(CHANGE.c.item_id, CHANGE.c.kind, CHANGE.c.id, CHANGE.c.old, CHANGE.c.new)
            .where(CHANGE.c.item_id.in_(items), CHANGE.c.kind.in_(STATES), CHANGE.c.held.is_(False))
            .where(CHANGE.c.id <= newest)
            .order_by(CHANGE.c.id)
        )
        for item, kind, *step in session.execute(history):
            if (item, kind) in changed:
                steps[item, kind].append(Step(*step))
    return [one for one in steps.values() if len(one) > 1]


def _chunks(values: Iterable[T]) -> Iterator[list[T]]:
    every = iter(sorted(cast(Any, values)))
    while chunk := list(islice(every, _MANY)):
        yield chunk


def by_number(targets: Iterable[str]) -> Mapping[str, int]:
    """A number for each target, in order."""
    return {target: number for number, target in enumerate(sorted(targets))}
