"""What editors look at: the queue, an item with all its links, held changes, and the log of decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, cast

import msgspec
from sqlalchemy import ColumnElement, Select, Table, case, false, func, or_, select
from sqlalchemy.orm import Session

from tracker.desk.log import BRIEFLY, DECISION
from tracker.desk.rules import JudgementWord, link_mark, why_not_undone
from tracker.desk.undo import logged, related
from tracker.ledger import HeldRun, held_runs
from tracker.linking.evidence import Evidence
from tracker.linking.targets import Target, all_targets, target_of
from tracker.models import Change, DecisionKind, Item, Judgement, Link, LinkState, Origin, Verdict
from tracker.queries.changes import item_name, item_path
from tracker.queries.links import items_about
from tracker.queries.paging import START, AnyRow, BadParameterError, Key, Page, Place, read_page

ITEM = cast(Table, Item.__table__)
LINK = cast(Table, Link.__table__)
JUDGEMENT = cast(Table, Judgement.__table__)
CHANGE = cast(Table, Change.__table__)

KINDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "scope": ("Security assistance or not", ("scope",)),
    "country": ("Countries", ("country",)),
    "region": ("Regions", ("region",)),
    "programme": ("Programmes", ("programme",)),
    "authority": ("Laws", ("authority",)),
    "concerns": ("Recommendations and promises", ("recommendation", "promise")),
}
"""What the queue can be narrowed to: words for it, and the kinds of target."""


class QueueFilter(msgspec.Struct, frozen=True):
    """Which waiting links: to one kind of target; to a country, or on a measure about it; None for any."""

    kind: str | None = None
    country: str | None = None


class DeskLink(msgspec.Struct, frozen=True):
    """A link as an editor sees it, with its mark: what they will have decided about."""

    id: int
    mark: str
    item_key: str
    item_name: str
    item_title: str
    target: Target
    score: int
    state: LinkState
    is_shown: bool
    evidence: tuple[Evidence, ...]
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None


class DeskJudgement(msgspec.Struct, frozen=True):
    """A judgement as an editor sees it; one of a content file can only be read here."""

    id: int
    target: Target
    verdict: Verdict
    reason: str
    made_on: date
    made_by: str
    origin: Origin


class DecisionRow(msgspec.Struct, frozen=True):
    """A decision in the log. `why_not` says why it cannot be undone; None where it can."""

    id: int
    kind: DecisionKind
    of: DecisionKind
    subject: str
    item_key: str | None
    item_name: str
    target: Target | None
    verdict: Verdict | None
    before: LinkState | None
    count: int
    reason: str | None
    made_by: str
    made_at: datetime
    undoes: int | None
    undone_by: str | None
    why_not: str | None


class DeskItem(msgspec.Struct, frozen=True):
    """An item with everything that editors decide about it."""

    id: int
    key: str
    name: str
    title: str
    path: str
    links: tuple[DeskLink, ...]
    judgements: tuple[DeskJudgement, ...]
    decisions: tuple[DecisionRow, ...]


class HeldChange(msgspec.Struct, frozen=True):
    """One change that waits, as it would be published."""

    kind: str
    old: Any
    new: Any
    occurred_on: date | None
    first_seen_at: datetime
    item_name: str
    item_title: str
    path: str


class Held(msgspec.Struct, frozen=True):
    """A collection whose changes wait, and the first of them."""

    run: HeldRun
    sample: tuple[HeldChange, ...]


# --- the queue --------------------------------------------------------------------------------------

_LINKS = select(LINK, ITEM.c.key, ITEM.c.title).join_from(LINK, ITEM, ITEM.c.id == LINK.c.item_id)
_WAITING = (LINK.c.state == LinkState.AUTO) & (LINK.c.is_shown == false())
_USEFUL = (Key(LINK.c.score, True, int), Key(ITEM.c.occurred_on, True, date), Key(LINK.c.id, True, int))
"""The surest first, then the newest measure: what is most likely right, and most likely read."""


def read_queue_filter(args: Mapping[str, str]) -> QueueFilter:
    """The filter that an address asks for. Raises BadParameterError."""
    kind, country = args.get("kind", "").strip() or None, args.get("country", "").strip() or None
    if kind is not None and kind not in KINDS:
        raise BadParameterError("kind", f"kind takes one of {', '.join(KINDS)}.")
    if country is not None and f"country:{country}" not in all_targets():
        raise BadParameterError("country", "country takes the three letters of a country, as EGY.")
    return QueueFilter(kind, country)


def list_waiting(session: Session, which: QueueFilter, place: Place = START) -> Page[DeskLink]:
    """Links that wait for an editor, most useful first."""
    conditions = [_WAITING, *_conditions(which)]
    total = session.execute(select(func.count()).select_from(LINK).where(*conditions)).scalar_one()
    return read_page(session, _LINKS.where(*conditions), _USEFUL, place, total, _links)


def count_waiting(session: Session) -> dict[str, int]:
    """How many links of each kind wait."""
    kinds = list(KINDS)
    sums = (func.coalesce(func.sum(case((_of_kind(kind), 1), else_=0)), 0) for kind in kinds)
    row = session.execute(select(*sums).where(_WAITING)).one()
    return dict(zip(kinds, map(int, row), strict=True))


def _conditions(which: QueueFilter) -> list[ColumnElement[bool]]:
    conditions = []
    if which.kind is not None:
        conditions.append(_of_kind(which.kind))
    if which.country is not None:
        target = f"country:{which.country}"
        conditions.append(or_(LINK.c.target == target, LINK.c.item_id.in_(items_about(target))))
    return conditions


def _of_kind(kind: str) -> ColumnElement[bool]:
    return or_(*(LINK.c.target.startswith(f"{prefix}:") for prefix in KINDS[kind][1]))


def _links(rows: Sequence[AnyRow]) -> list[DeskLink]:
    return [
        DeskLink(
            row.id, link_mark(row), row.key, item_name(row.key, row.title), row.title, target_of(row.target),
            row.score, row.state, row.is_shown, row.evidence, row.decided_by, row.decided_at, row.reason,
        )
        for row in rows
    ]  # fmt: skip


# --- an item ----------------------------------------------------------------------------------------


def read_desk_item(session: Session, key: str) -> DeskItem | None:
    """An item with every link, shown or not, its judgements, and what was decided about it, newest first."""
    item = session.execute(select(ITEM).where(ITEM.c.key == key)).one_or_none()
    if item is None:
        return None
    links = session.execute(
        _LINKS.where(LINK.c.item_id == item.id).order_by(LINK.c.score.desc(), LINK.c.target)
    ).all()
    judged = session.execute(
        select(JUDGEMENT).where(JUDGEMENT.c.item_id == item.id).order_by(JUDGEMENT.c.target, JUDGEMENT.c.id)
    )
    decided = session.execute(
        _DECISIONS.where(DECISION.c.item_id == item.id).order_by(DECISION.c.id.desc())
    ).all()
    return DeskItem(
        item.id, key, item_name(key, item.title), item.title, item_path(key), tuple(_links(links)),
        tuple(
            DeskJudgement(row.id, target_of(row.target), row.verdict, row.reason, row.made_on, row.made_by, row.origin)
            for row in judged
        ),
        tuple(_decisions(session, decided)),
    )  # fmt: skip


# --- the log ----------------------------------------------------------------------------------------

_UNDONE = DECISION.alias("undone")
_DECISIONS = (
    select(*BRIEFLY, ITEM.c.key, ITEM.c.title, _UNDONE.c.kind.label("undone_kind"))
    .join_from(DECISION, ITEM, ITEM.c.id == DECISION.c.item_id, isouter=True)
    .join(_UNDONE, _UNDONE.c.id == DECISION.c.undoes, isouter=True)
)


def list_decisions(session: Session, place: Place = START, by: str | None = None) -> Page[DecisionRow]:
    """The log, newest first; of one editor where `by` names one."""
    conditions = [DECISION.c.made_by == by] if by else []
    total = session.execute(select(func.count()).select_from(DECISION).where(*conditions)).scalar_one()
    return read_page(
        session, _DECISIONS.where(*conditions), (Key(DECISION.c.id, True, int),), place, total,
        lambda rows: _decisions(session, rows),
    )  # fmt: skip


def deciders(session: Session) -> Sequence[str]:
    """Everybody in the log."""
    return session.execute(select(DECISION.c.made_by).distinct().order_by(DECISION.c.made_by)).scalars().all()


def last_decided(session: Session, by: str) -> list[DecisionRow]:
    """What an editor decided last and can still take back; what one request decided comes together."""
    again = DECISION.alias("again")
    is_undone = select(again.c.id).where(again.c.undoes == DECISION.c.id).exists()
    mine = (DECISION.c.made_by == by) & (DECISION.c.kind != DecisionKind.UNDO) & ~is_undone
    last = session.execute(
        select(DECISION.c.made_at).where(mine).order_by(DECISION.c.id.desc()).limit(1)
    ).scalar()
    if last is None:
        return []
    rows = session.execute(_DECISIONS.where(mine, DECISION.c.made_at == last).order_by(DECISION.c.id)).all()
    return [row for row in _decisions(session, rows) if row.why_not is None]


def _decisions(session: Session, rows: Sequence[AnyRow]) -> list[DecisionRow]:
    if not rows:
        return []
    bearing = session.execute(select(*BRIEFLY).where(related(rows))).all()
    others = [logged(row) for row in bearing]
    undone = {row.undoes: row.made_by for row in bearing if row.undoes is not None}
    return [_decision(row, why_not_undone(logged(row), others), undone.get(row.id)) for row in rows]


def _decision(row: AnyRow, why_not: str | None, undone_by: str | None) -> DecisionRow:
    of = row.undone_kind or row.kind
    return DecisionRow(
        row.id, row.kind, of, row.subject, row.key, item_name(row.key, row.title) if row.key else row.subject,
        target_of(row.target) if row.target else None, _verdict(row, of), _before(row, of), _count(row, of),
        row.reason, row.made_by, row.made_at, row.undoes, undone_by, why_not,
    )  # fmt: skip


_LINKED = (DecisionKind.CONFIRM, DecisionKind.REJECT, DecisionKind.ADD)


class _State(msgspec.Struct):
    """The part of a link's word that the log tells."""

    state: LinkState


def _verdict(row: AnyRow, of: DecisionKind) -> Verdict | None:
    if of not in (DecisionKind.JUDGE, DecisionKind.WITHDRAW):
        return None
    return msgspec.json.decode(row.after or row.before, type=JudgementWord).verdict


def _before(row: AnyRow, of: DecisionKind) -> LinkState | None:
    if of not in _LINKED or row.before is None:
        return None
    return msgspec.json.decode(row.before, type=_State).state


def _count(row: AnyRow, of: DecisionKind) -> int:
    """How many changes were released or dropped."""
    if of in (DecisionKind.RELEASE, DecisionKind.DROP):
        return msgspec.json.decode(row.after or row.before, type=int)
    return 0


# --- held changes -----------------------------------------------------------------------------------


def list_held(session: Session, sample: int = 20) -> list[Held]:
    """Collections with changes that wait, oldest first, each with the first of them."""
    return [Held(run, _sample(session, run.collection, sample)) for run in held_runs(session.connection())]


def count_held(session: Session) -> int:
    """How many changes wait."""
    return session.execute(select(func.count()).select_from(CHANGE).where(CHANGE.c.held)).scalar_one()


def _sample(session: Session, collection: int, most: int) -> tuple[HeldChange, ...]:
    statement: Select[Any] = (
        select(CHANGE, ITEM.c.key, ITEM.c.title)
        .join_from(CHANGE, ITEM, ITEM.c.id == CHANGE.c.item_id)
        .where(CHANGE.c.collection_id == collection, CHANGE.c.held)
        .order_by(CHANGE.c.id)
        .limit(most)
    )
    return tuple(
        HeldChange(
            row.kind, row.old, row.new, row.occurred_on, row.first_seen_at,
            item_name(row.key, row.title), row.title, item_path(row.key),
        )
        for row in session.execute(statement)
    )  # fmt: skip
