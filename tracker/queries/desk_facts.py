"""Facts of texts that wait for an editor: what the rules are not sure of, on foreign and security assistance."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import false, select
from sqlalchemy.orm import Session

from scrapers.records import Section
from tracker.desk.facts import TABLES, fact_mark
from tracker.models import FactKind, LinkState
from tracker.provisions.facts import Deadline, Fact, Figure
from tracker.queries.paging import Page, Place, read_choice, read_word
from tracker.queries.texts import PROVISION, TextRow, age, texts_held


class WaitingFact(msgspec.Struct, frozen=True, kw_only=True):
    """A fact as an editor sees it. `choice` names it in forms; `clause` has the fact's words from `start` to `end`."""

    choice: str
    kind: FactKind
    key: str
    fact: Fact
    text: TextRow
    path: str
    heading: str | None
    clause: str
    start: int
    end: int
    countries: tuple[str, ...]


class FactFilter(msgspec.Struct, frozen=True):
    """Which waiting facts: of one kind, of one measure; None for any."""

    kind: FactKind | None = None
    bill: str | None = None


def read_fact_filter(args: Mapping[str, str]) -> FactFilter:
    """The filter that an address asks for. Raises BadParameterError."""
    return FactFilter(read_choice(args, "kind", FactKind), read_word(args, "bill") or None)


def waiting_facts(session: Session, which: FactFilter) -> list[WaitingFact]:
    """What waits, of acts first, then of the newest texts, the surest on top."""
    texts = {text.id: text for text in newest_of_each(texts_held(session))}
    found = [
        _fact(kind, row, texts[row.text_id])
        for kind, table in TABLES.items()
        if which.kind is None or kind is which.kind
        for row in session.execute(
            select(table, PROVISION.c.path, PROVISION.c.heading, PROVISION.c.section)
            .join_from(
                table, PROVISION,
                (PROVISION.c.text_id == table.c.text_id) & (PROVISION.c.position == table.c.position),
            )
            .where(
                table.c.state == LinkState.AUTO, table.c.is_sure == false(), PROVISION.c.concerns_aid,
                table.c.text_id.in_(texts),
            )
        )
        if not row.fact.is_quoted and (which.bill is None or texts[row.text_id].bill_key == which.bill)
    ]  # fmt: skip
    return sorted(found, key=_usefulness)


def newest_of_each(texts: list[TextRow]) -> list[TextRow]:
    """The version of each measure that counts: the law, the enrolled bill, or the last printing."""
    best: dict[str, TextRow] = {}
    for text in texts:
        if text.bill_key not in best or age(text) > age(best[text.bill_key]):
            best[text.bill_key] = text
    return list(best.values())


def _usefulness(one: WaitingFact) -> tuple[Any, ...]:
    day = one.text.on or date.min
    return one.text.enacted_on is None, -day.toordinal(), one.text.bill_key, -one.fact.certainty, one.choice


def page_of(found: list[WaitingFact], place: Place) -> Page[WaitingFact]:
    """Part of the queue: after one fact or before another."""
    choices = [one.choice.rpartition(":")[0] for one in found]
    if place.before in choices:
        end = choices.index(place.before)
        start = max(0, end - place.limit)
    else:
        start = choices.index(place.after) + 1 if place.after in choices else 0
    shown = found[start : start + place.limit]
    end = start + len(shown)
    return Page(
        tuple(shown),
        len(found),
        start + 1 if shown else 0,
        end,
        choices[end - 1] if end < len(found) else None,
        choices[start] if start else None,
    )


def _fact(kind: FactKind, row: Any, text: TextRow) -> WaitingFact:
    clause, start, end = _clause(row.section, row.fact)
    return WaitingFact(
        choice=f"{kind}:{row.text_id}:{row.position}:{row.number}:{fact_mark(row)}", kind=kind, key=row.key,
        fact=row.fact, text=text, path=row.path, heading=row.heading, clause=clause, start=start, end=end,
        countries=tuple(getattr(row.fact, "countries", ())),
    )  # fmt: skip


_AROUND = 300
_LONGEST = 1_200


def _clause(section: Section, fact: Fact) -> tuple[str, int, int]:
    """The words around a fact, and where in them its own are; empty without the law's words."""
    if not section.text:
        return "", 0, 0
    begin, end = fact.start, fact.end
    if isinstance(fact, Figure | Deadline) and fact.clause_start <= fact.start < fact.end <= fact.clause_end:
        begin, end = fact.clause_start, fact.clause_end
    begin, end = max(begin, fact.start - _AROUND), min(end, max(fact.end, fact.start) + _LONGEST)
    return section.text[begin:end], fact.start - begin, min(fact.end, end) - begin
