"""Deciding about facts that were read out of texts: confirm, reject, or put right what the rules read wrong.

What is said is a row of its own (`fact_word`), put back whenever the text is read again, and shown at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple, cast

import msgspec
from sqlalchemy import Connection, Table, delete, insert, select, update

from tracker.db import encode_json
from tracker.desk.fact_words import FACT_WORD, TYPES, is_sure
from tracker.desk.links import Result
from tracker.desk.log import Hand, record
from tracker.desk.rules import VERDICT_OF, RefusedError, mark
from tracker.models import (
    BillTextVersion,
    DecisionKind,
    FactKind,
    FundingLine,
    LinkState,
    TextCondition,
    TextDeadline,
)
from tracker.provisions.facts import AmountKind, Condition, Deadline, Duty, Fact, Figure
from tracker.provisions.identity import fact_subject

TABLES: Mapping[FactKind, Table] = {
    FactKind.FIGURE: cast(Table, FundingLine.__table__),
    FactKind.CONDITION: cast(Table, TextCondition.__table__),
    FactKind.DEADLINE: cast(Table, TextDeadline.__table__),
}
TEXT = cast(Table, BillTextVersion.__table__)
_KINDS = {LinkState.CONFIRMED: DecisionKind.CONFIRM_FACT, LinkState.REJECTED: DecisionKind.REJECT_FACT}


class ChosenFact(NamedTuple):
    """A fact that an editor chose, with the mark of what they saw of it."""

    kind: FactKind
    text_id: int
    position: int
    number: int
    mark: str


class FactSaid(msgspec.Struct, frozen=True, omit_defaults=True):
    """What stands behind a fact, and the fact as it stood, as the log keeps them."""

    state: LinkState
    fact: str
    by: str | None = None
    is_corrected: bool = False


def fact_mark(row: Any) -> str:
    """The mark of a fact's row: who stands behind it, and what it says."""
    return mark(row.key, row.state.value, encode_json(row.fact))


def decide(
    connection: Connection, hand: Hand, state: LinkState, chosen: Iterable[ChosenFact], reason: str = ""
) -> Result:
    """Confirm or reject facts. One that changed since it was seen is left alone, and told."""
    result = Result([], [])
    for one in chosen:
        try:
            row = _row(connection, one)
            result.made.append(_say(connection, hand, one.kind, row, state, row.fact, reason))
        except RefusedError as refusal:
            result.refused.append(str(refusal))
    return result


def correct(
    connection: Connection, hand: Hand, chosen: ChosenFact, given: Mapping[str, str], reason: str = ""
) -> Result:
    """Put a fact right and confirm it. Fields that are left empty stay as they are."""
    row = _row(connection, chosen)
    right = corrected_fact(row.fact, given)
    if right == row.fact:
        raise RefusedError("Nothing is put right; confirm it as it stands.")
    return Result([_say(connection, hand, chosen.kind, row, LinkState.CONFIRMED, right, reason)], [])


def corrected_fact(fact: Fact, given: Mapping[str, str]) -> Fact:
    """The fact with what an editor wrote. Raises RefusedError for what it cannot be.

    What its key is made of cannot be written: then it is another fact, and this one is rejected.
    """
    said = {name: words for name, value in given.items() if (words := " ".join(value.split())[:200])}
    match fact:
        case Deadline():
            return msgspec.structs.replace(
                fact,
                duty=_one_of(Duty, said, "duty", fact.duty),
                by=said.get("by", fact.by),
                to=said.get("to", fact.to),
            )
        case Condition():
            percent, dollars = _number(said, "percent", None), _number(said, "dollars", None)
            if percent is not None and dollars is not None:
                raise RefusedError("A condition has a percentage or a sum, not both.")
            if percent is not None and percent > 100:
                raise RefusedError("More than 100 percent cannot be withheld.")
            changed = msgspec.structs.replace(fact, by=said.get("by", fact.by))
            if percent is not None:
                return msgspec.structs.replace(changed, percent=float(percent), dollars=None)
            return (
                changed
                if dollars is None
                else msgspec.structs.replace(changed, percent=None, dollars=dollars)
            )
        case Figure():
            funds = (said["account"],) if "account" in said else fact.funds
            return msgspec.structs.replace(
                fact, kind=_one_of(AmountKind, said, "kind", fact.kind), funds=funds
            )
        case _:
            raise RefusedError("This cannot be put right here.")


def _one_of(among: Any, said: Mapping[str, str], name: str, stands: Any) -> Any:
    if name not in said:
        return stands
    if said[name] not in among._value2member_map_:
        raise RefusedError(f"{said[name][:40]} is none of {', '.join(among)}.")
    return among(said[name])


def _number(said: Mapping[str, str], name: str, stands: int | None) -> int | None:
    if name not in said:
        return stands
    digits = said[name].replace(",", "")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 15):
        raise RefusedError(f"“{said[name][:40]}” is no number.")
    return int(digits)


def restore(connection: Connection, subject: str, before: FactSaid) -> None:
    """Put a fact back to what stood before an editor's word."""
    bill_key, version, kind_name, _ = subject.removeprefix("fact:").split("/", 3)
    kind = FactKind(kind_name)
    row = _named(connection, kind, bill_key, version, subject)
    if row is None:
        raise RefusedError("The text no longer has this fact.")
    fact = msgspec.json.decode(before.fact, type=TYPES[kind])
    _write_word(
        connection, kind, row, before.state, fact if before.is_corrected else None, before.by, None, None
    )
    _update(connection, kind, row, before.state, fact)


def _row(connection: Connection, one: ChosenFact) -> Any:
    table = TABLES[one.kind]
    row = connection.execute(
        _select(table).where(
            table.c.text_id == one.text_id, table.c.position == one.position, table.c.number == one.number
        )
    ).one_or_none()
    if row is None:
        raise RefusedError("One fact is gone: its text was read again. Look again.")
    if fact_mark(row) != one.mark:
        if row.state is not LinkState.AUTO:
            raise RefusedError(f"Somebody already {VERDICT_OF[row.state]} {row.key}.")
        raise RefusedError(f"{row.key}: it was read otherwise since you opened the page; look again.")
    return row


def _select(table: Table) -> Any:
    return select(table, TEXT.c.bill_key, TEXT.c.version, TEXT.c.item_id).join_from(
        table, TEXT, TEXT.c.id == table.c.text_id
    )


def _named(connection: Connection, kind: FactKind, bill_key: str, version: str, subject: str) -> Any:
    table = TABLES[kind]
    rows = connection.execute(_select(table).where(TEXT.c.bill_key == bill_key, TEXT.c.version == version))
    return next((row for row in rows if fact_subject(bill_key, version, kind, row.key) == subject), None)


def _say(
    connection: Connection, hand: Hand, kind: FactKind, row: Any, state: LinkState, fact: Fact, reason: str
) -> int:
    word = connection.execute(
        select(FACT_WORD).where(
            FACT_WORD.c.bill_key == row.bill_key, FACT_WORD.c.version == row.version, FACT_WORD.c.kind == kind,
            FACT_WORD.c.key == row.key,
        )
    ).one_or_none()  # fmt: skip
    before = FactSaid(
        row.state, encode_json(row.fact), word.decided_by if word else None, bool(word and word.fact)
    )
    is_corrected = fact != row.fact
    _write_word(
        connection, kind, row, state, fact if is_corrected else None, hand.name, hand.at, reason or None
    )
    _update(connection, kind, row, state, fact)
    return record(
        connection, hand, _KINDS[state], fact_subject(row.bill_key, row.version, kind, row.key), item_id=row.item_id,
        before=encode_json(before), after=encode_json(FactSaid(state, encode_json(fact), hand.name, is_corrected)),
        reason=reason,
    )  # fmt: skip


def _write_word(
    connection: Connection, kind: FactKind, row: Any, state: LinkState, fact: Fact | None, by: str | None, at: Any,
    reason: str | None,
) -> None:  # fmt: skip
    """The word in place of what was said before; none where the rules alone stand behind it again."""
    where = (
        (FACT_WORD.c.bill_key == row.bill_key)
        & (FACT_WORD.c.version == row.version)
        & (FACT_WORD.c.kind == kind)
        & (FACT_WORD.c.key == row.key)
    )
    stood = connection.execute(select(FACT_WORD).where(where)).one_or_none()
    connection.execute(delete(FACT_WORD).where(where))
    if state is LinkState.AUTO:
        return
    decided_at = at or (stood.decided_at if stood else datetime.now(UTC))
    connection.execute(
        insert(FACT_WORD).values(
            bill_key=row.bill_key, version=row.version, kind=kind, key=row.key, words=row.fact.words, state=state,
            fact=encode_json(fact) if fact else None, decided_by=by or "", decided_at=decided_at, reason=reason,
        )
    )  # fmt: skip


def _update(connection: Connection, kind: FactKind, row: Any, state: LinkState, fact: Fact) -> None:
    table = TABLES[kind]
    columns: dict[str, Any] = {"state": state, "is_sure": is_sure(fact, state), "fact": fact}
    match fact:
        case Deadline():
            columns["duty"] = fact.duty
        case Condition():
            columns["kind"] = fact.kind
        case Figure():
            columns |= {"kind": fact.kind, "account": fact.funds[0] if fact.funds else None}
    connection.execute(
        update(table)
        .where(table.c.text_id == row.text_id, table.c.position == row.position, table.c.number == row.number)
        .values(**columns)
    )
