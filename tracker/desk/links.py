"""Deciding about links: confirm, reject, put another in its place, add one that the rules missed."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple, cast

from sqlalchemy import Connection, Select, Table, delete, insert, select, update

from tracker.db import encode_json
from tracker.desk.log import ITEM, Hand, record
from tracker.desk.rules import BY_HAND, RefusedError, Word, check_unchanged, mark
from tracker.linking.apply import link_again
from tracker.linking.evidence import SCOPE
from tracker.linking.linker import packaged_linker
from tracker.linking.stored import described_items
from tracker.linking.targets import target_of
from tracker.models import DecisionKind, Link, LinkState, is_shown

LINK = cast(Table, Link.__table__)

_KINDS = {LinkState.CONFIRMED: DecisionKind.CONFIRM, LinkState.REJECTED: DecisionKind.REJECT}


class Chosen(NamedTuple):
    """A link that an editor chose, and its mark on the page where they saw it."""

    id: int
    mark: str


class Result(NamedTuple):
    """Numbers of the decisions that were made, and a sentence for each that was not."""

    made: list[int]
    refused: list[str]


def decide(
    connection: Connection, hand: Hand, state: LinkState, chosen: Iterable[Chosen], reason: str = ""
) -> Result:
    """Confirm or reject links. One that changed since it was seen is left alone, and told."""
    result = Result([], [])
    for link in chosen:
        try:
            result.made.append(_decide(connection, hand, state, link, reason))
        except RefusedError as refusal:
            result.refused.append(str(refusal))
    return result


def correct(connection: Connection, hand: Hand, chosen: Chosen, target: str, reason: str = "") -> Result:
    """Reject a link and put one to another target in its place."""
    row = _row(connection, chosen.id)
    if row is not None and row.target == target:
        raise RefusedError(f"It is linked to {target_of(target).name} as it stands; confirm it.")
    rejected = _decide(connection, hand, LinkState.REJECTED, chosen, reason)
    return Result([rejected, add(connection, hand, row.key, target, reason)], [])


def add(
    connection: Connection, hand: Hand, key: str, target: str, reason: str = "",
    state: LinkState = LinkState.CONFIRMED,
) -> int:  # fmt: skip
    """Say that an item is about a target, or with `REJECTED` that it is not, whatever the rules made of it."""
    item_id = connection.execute(_locked(select(ITEM.c.id).where(ITEM.c.key == key))).scalar()
    if item_id is None:
        raise RefusedError(f"There is no item {key}.")
    row = connection.execute(
        _SELECT.where(LINK.c.item_id == item_id, LINK.c.target == target)
    ).one_or_none()  # fmt: skip
    if row is not None:
        if row.state is state:
            raise RefusedError(f"{target_of(target).name}: {row.decided_by} said so already.")
        return _say(connection, hand, row, state, reason)
    said = Word(state, hand.name, hand.at, reason or None, rules_of_today())
    connection.execute(
        insert(LINK).values(
            item_id=item_id, target=target, score=BY_HAND, evidence=(), **_columns(said, BY_HAND)
        )
    )  # fmt: skip
    _follow(connection, item_id, target)
    kind = DecisionKind.ADD if state is LinkState.CONFIRMED else DecisionKind.REJECT
    return record(
        connection, hand, kind, key, item_id=item_id, target=target, after=encode_json(said), reason=reason
    )


def restore(connection: Connection, item_id: int, target: str, before: Word | None, said: Word) -> None:
    """Put a link back to what stood before an editor's word.

    Where that was the rules, and they or the item changed since, they are asked again.
    """
    locked = _locked(select(ITEM.c.changed_at).where(ITEM.c.id == item_id))
    changed_at = connection.execute(locked).scalar_one()
    where = (LINK.c.item_id == item_id) & (LINK.c.target == target)
    if before is None:
        connection.execute(delete(LINK).where(where))
    else:
        score = connection.execute(select(LINK.c.score).where(where)).scalar_one()
        connection.execute(update(LINK).where(where).values(**_columns(before, score)))
    is_as_it_was = said.rules == rules_of_today() and said.at is not None and changed_at <= said.at
    if not is_as_it_was and (before is None or before.state is LinkState.AUTO):
        link_again(connection, described_items(connection, [item_id]), packaged_linker())
    else:
        _follow(connection, item_id, target)


def _follow(connection: Connection, item_id: int, target: str) -> None:
    """What an item concerns hangs on whether it is in scope: after a word on that, ask the rules again."""
    if target == SCOPE:
        link_again(connection, described_items(connection, [item_id]), packaged_linker())


@cache
def rules_of_today() -> str:
    """A short word for this program's vocabulary, signals and rules."""
    return mark(sorted((part, made.digest) for part, made in packaged_linker().made_with().items()))


_SELECT = select(LINK, ITEM.c.key).join_from(LINK, ITEM, ITEM.c.id == LINK.c.item_id)


def _row(connection: Connection, link_id: int) -> Any:
    """The link and its item's key."""
    return connection.execute(_locked(_SELECT.where(LINK.c.id == link_id))).one_or_none()


def _locked(statement: Select[Any]) -> Select[Any]:
    """The same, holding the item against a collection that would link it anew meanwhile.

    Where a collection has it, the desk gives way at once: two that wait for each other's items would end one of them.
    """
    return statement.with_for_update(nowait=True, key_share=True, of=ITEM)


def _decide(connection: Connection, hand: Hand, state: LinkState, chosen: Chosen, reason: str) -> int:
    row = _row(connection, chosen.id)
    check_unchanged(chosen.mark, row, target_of(row.target).name if row else "One link")
    if row.state is state:
        raise RefusedError(f"{target_of(row.target).name}: {row.decided_by} said so already.")
    return _say(connection, hand, row, state, reason)


def _say(connection: Connection, hand: Hand, row: Any, state: LinkState, reason: str) -> int:
    said = Word(state, hand.name, hand.at, reason or None, rules_of_today())
    before = Word(row.state, row.decided_by, row.decided_at, row.reason)
    connection.execute(update(LINK).where(LINK.c.id == row.id).values(**_columns(said, row.score)))
    _follow(connection, row.item_id, row.target)
    return record(
        connection, hand, _KINDS[state], row.key, item_id=row.item_id, target=row.target,
        before=encode_json(before), after=encode_json(said), reason=reason,
    )  # fmt: skip


def _columns(word: Word, score: int) -> dict[str, Any]:
    return {
        "state": word.state, "is_shown": is_shown(word.state, score),
        "decided_by": word.by, "decided_at": word.at, "reason": word.reason,
    }  # fmt: skip
