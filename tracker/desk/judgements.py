"""Judging: an item advances or weakens a recommendation or promise, says an editor, and why."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from sqlalchemy import Connection, Table, delete, insert, select

from tracker.db import encode_json
from tracker.desk.log import ITEM, Hand, record
from tracker.desk.rules import JudgementWord, RefusedError
from tracker.linking.targets import target_of
from tracker.models import DecisionKind, Judgement, Origin, Verdict

JUDGEMENT = cast(Table, Judgement.__table__)


def judge(
    connection: Connection, hand: Hand, key: str, target: str, verdict: Verdict, reason: str, today: date
) -> int:
    """Write a judgement. One that stands is not replaced: it is withdrawn first, so that both are in the log."""
    item_id = connection.execute(select(ITEM.c.id).where(ITEM.c.key == key)).scalar()
    if item_id is None:
        raise RefusedError(f"There is no item {key}.")
    word = JudgementWord(verdict, reason, today, hand.name)
    write(connection, item_id, target, word)
    return record(
        connection, hand, DecisionKind.JUDGE, key, item_id=item_id, target=target,
        after=encode_json(word), reason=reason,
    )  # fmt: skip


def withdraw(connection: Connection, hand: Hand, judgement_id: int, reason: str = "") -> int:
    """Take a judgement of the desk away. One of a content file is changed in its file."""
    row = connection.execute(
        select(JUDGEMENT, ITEM.c.key)
        .join_from(JUDGEMENT, ITEM, ITEM.c.id == JUDGEMENT.c.item_id)
        .where(JUDGEMENT.c.id == judgement_id)
    ).one_or_none()
    if row is None:
        raise RefusedError("This judgement is gone; somebody withdrew it.")
    if row.origin is Origin.CONTENT:
        raise RefusedError(
            f"This judgement stands in content/bills/{row.key.partition(':')[2]}.md; change it there."
        )
    connection.execute(delete(JUDGEMENT).where(JUDGEMENT.c.id == judgement_id))
    return record(
        connection, hand, DecisionKind.WITHDRAW, row.key, item_id=row.item_id, target=row.target,
        before=encode_json(_word(row)), reason=reason,
    )  # fmt: skip


def write(connection: Connection, item_id: int, target: str, word: JudgementWord) -> None:
    """Store a judgement, unless one of the desk says the same already."""
    standing = connection.execute(_standing(item_id, target, word.verdict)).one_or_none()
    if standing is not None:
        raise RefusedError(
            f"{standing.made_by} holds that it {word.verdict} {target_of(target).name} already; "
            "withdraw that first to word it anew."
        )
    connection.execute(
        insert(JUDGEMENT).values(
            item_id=item_id, target=target, verdict=word.verdict, reason=word.reason,
            made_on=word.made_on, made_by=word.made_by, origin=Origin.DESK,
        )
    )  # fmt: skip


def erase(connection: Connection, item_id: int, target: str, word: JudgementWord) -> None:
    """Delete the judgement that a decision wrote."""
    rows = _standing(item_id, target, word.verdict).with_only_columns(JUDGEMENT.c.id)
    connection.execute(delete(JUDGEMENT).where(JUDGEMENT.c.id.in_(rows)))


def _standing(item_id: int, target: str, verdict: Verdict) -> Any:
    return select(JUDGEMENT).where(
        JUDGEMENT.c.item_id == item_id, JUDGEMENT.c.target == target,
        JUDGEMENT.c.verdict == verdict, JUDGEMENT.c.origin == Origin.DESK,
    )  # fmt: skip


def _word(row: Any) -> JudgementWord:
    return JudgementWord(row.verdict, row.reason, row.made_on, row.made_by)
