"""Taking a decision back: what stood before stands again, and the log says so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, or_, select

from tracker.desk import facts, held, judgements, links
from tracker.desk.links import Result
from tracker.desk.log import BRIEFLY, DECISION, Hand, record
from tracker.desk.rules import JudgementWord, Logged, RefusedError, Word, why_not_undone
from tracker.models import DecisionKind

_OF_FACTS = frozenset({DecisionKind.CONFIRM_FACT, DecisionKind.REJECT_FACT})
_OF_LINKS = frozenset({DecisionKind.CONFIRM, DecisionKind.REJECT, DecisionKind.ADD})


def undo(connection: Connection, hand: Hand, numbers: Iterable[int]) -> Result:
    """Take decisions back, the latest first. What cannot be is left as it is, and told."""
    result = Result([], [])
    for number in sorted(set(numbers), reverse=True):
        try:
            result.made.append(_undo(connection, hand, number))
        except RefusedError as refusal:
            result.refused.append(str(refusal))
    return result


def logged(row: Any) -> Logged:
    """A row of the log as the rules see it."""
    about = "link" if row.kind in _OF_LINKS else row.kind
    if row.kind in _OF_FACTS:
        about = "fact"
    if row.kind in (DecisionKind.JUDGE, DecisionKind.WITHDRAW):
        about = msgspec.json.decode(row.after or row.before, type=JudgementWord).verdict
    return Logged(row.id, row.kind, (row.subject, row.target, about), row.undoes)


def related(rows: Sequence[Any]) -> Any:
    """Which rows of the log bear on whether these can be taken back: later ones about the same, and undoings."""
    return or_(
        DECISION.c.undoes.in_([row.id for row in rows]),
        DECISION.c.subject.in_({row.subject for row in rows}),
    )


def _undo(connection: Connection, hand: Hand, number: int) -> int:
    row = connection.execute(select(DECISION).where(DECISION.c.id == number)).one_or_none()
    if row is None:
        raise RefusedError("There is no such decision.")
    others = connection.execute(select(*BRIEFLY).where(related([row])))
    refusal = why_not_undone(logged(row), [logged(other) for other in others])
    if refusal:
        raise RefusedError(refusal)
    _restore(connection, row)
    return record(
        connection, hand, DecisionKind.UNDO, row.subject, item_id=row.item_id, target=row.target,
        before=row.after, after=None if row.kind is DecisionKind.DROP else row.before, undoes=row.id,
    )  # fmt: skip


def _restore(connection: Connection, row: Any) -> None:
    if row.kind in _OF_LINKS:
        before = msgspec.json.decode(row.before, type=Word) if row.before else None
        said = msgspec.json.decode(row.after, type=Word)
        links.restore(connection, row.item_id, row.target, before, said)
    elif row.kind in _OF_FACTS:
        facts.restore(connection, row.subject, msgspec.json.decode(row.before, type=facts.FactSaid))
    elif row.kind is DecisionKind.JUDGE:
        word = msgspec.json.decode(row.after, type=JudgementWord)
        judgements.erase(connection, row.item_id, row.target, word)
    elif row.kind is DecisionKind.WITHDRAW:
        word = msgspec.json.decode(row.before, type=JudgementWord)
        judgements.write(connection, row.item_id, row.target, word)
    else:
        held.hold_again(connection, msgspec.json.decode(row.before, type=list[held.Kept]))
