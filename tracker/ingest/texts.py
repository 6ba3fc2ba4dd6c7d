"""Texts of measures into rows: a version, its sections that matter, and what was read out of them.

A text whose digest stands is left alone. One that differs is written anew as a whole, for a section that changed
moves the others. Its measure is linked again, with the text among its fields. What an editor said of a fact is put
back on it whenever it is written.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, cast

import msgspec
from sqlalchemy import Connection, Table, delete, select, update

from scrapers import records
from scrapers.roll_calls import key_of_address
from tracker.bulk import allocate_ids, insert_rows
from tracker.desk.fact_words import Words, corrected, is_sure, standing_words
from tracker.linking.apply import link_again
from tracker.linking.evidence import SCOPE
from tracker.linking.linker import packaged_content, packaged_linker
from tracker.linking.stored import described_items
from tracker.models import (
    WITHOUT_WORDS,
    Bill,
    BillDossier,
    BillTextVersion,
    FactKind,
    FundingLine,
    Item,
    Link,
    LinkState,
    Provision,
    ProvisionCountry,
    TextCondition,
    TextDeadline,
)
from tracker.provisions import read
from tracker.provisions.identity import keyed
from tracker.stages import Stage

TEXT = cast(Table, BillTextVersion.__table__)
PROVISION = cast(Table, Provision.__table__)
FUNDING = cast(Table, FundingLine.__table__)
CONDITION = cast(Table, TextCondition.__table__)
DEADLINE = cast(Table, TextDeadline.__table__)
COUNTRY = cast(Table, ProvisionCountry.__table__)
BILL = cast(Table, Bill.__table__)
DOSSIER = cast(Table, BillDossier.__table__)
ITEM = cast(Table, Item.__table__)
LINK = cast(Table, Link.__table__)

RULES = 4
"""Which rules facts are read with; counted up when they find other facts in the same words."""

_OF_TEXT = (COUNTRY, DEADLINE, CONDITION, FUNDING, PROVISION)


class Outcome(NamedTuple):
    """Texts that were new, differed or stood."""

    created: int
    updated: int
    unchanged: int


def wanted_texts(connection: Connection, options: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """The addresses of every text of the measures in scope, of those that carry appropriations described here, and of
    those that came with the bundle without their words; or of the one measure that option `bill=` names.
    """
    asked = select(DOSSIER.c.texts).join_from(DOSSIER, ITEM, ITEM.c.id == DOSSIER.c.item_id)
    if "bill" in options:
        asked = asked.where(ITEM.c.key == f"bill:{options['bill']}")
    else:
        asked = asked.join(LINK, LINK.c.item_id == ITEM.c.id).where(LINK.c.target == SCOPE, LINK.c.is_shown)
        yield from ((url,) for url in _named_in_content())
        bundled = connection.execute(
            select(TEXT.c.url).where(TEXT.c.digest == WITHOUT_WORDS).order_by(TEXT.c.id)
        )
        yield from ((url,) for url in bundled.scalars().all())
    for texts in connection.execute(asked.order_by(ITEM.c.id)).scalars().all():
        for text in texts:
            if text.urls:
                yield text.urls


def _named_in_content() -> Iterator[str]:
    """The texts that our content on appropriations names: those of measures that we do not hold are among them."""
    for measure in packaged_content().measures.values():
        for milestone in measure.milestones:
            yield from filter(None, [milestone.text])
            yield from (source.url for source in milestone.sources if key_of_address(source.url) is None)


def store_texts(connection: Connection, found: Sequence[records.BillText], document_id: int) -> Outcome:
    """Create, replace or leave each."""
    tally = {"created": 0, "updated": 0, "unchanged": 0}
    for text in found:
        tally[_store(connection, text, document_id)] += 1
    return Outcome(**tally)


def _store(connection: Connection, text: records.BillText, document_id: int) -> str:
    values = _values(connection, text, _digest(text), document_id)
    held = connection.execute(
        select(TEXT).where(TEXT.c.bill_key == text.key, TEXT.c.version == text.version)
    ).one_or_none()
    if held is not None and {name: getattr(held, name) for name in values} == values:
        return "unchanged"
    if held is None:
        (text_id,) = allocate_ids(connection, TEXT, 1)
        insert_rows(connection, TEXT, [(text_id, *values.values())])
    else:
        text_id = held.id
        connection.execute(update(TEXT).where(TEXT.c.id == text_id).values(**values))
    if held is None or (held.digest, held.rules) != (values["digest"], RULES):
        provisions = read.kept(read.read_provisions(text.sections), text.title)
        _write(connection, _Text(text_id, text.key, text.version, text.title), provisions)
    if values["item_id"] is not None:
        items = described_items(connection, [values["item_id"]])
        link_again(connection, items, packaged_linker())
    return "created" if held is None else "updated"


def store_facts(
    connection: Connection, text: records.BillText, provisions: Sequence[read.Provision], document_id: int
) -> None:
    """A text of which only the facts are known: it is not here yet, and what reads it later writes it anew."""
    (text_id,) = allocate_ids(connection, TEXT, 1)
    values = _values(connection, text, WITHOUT_WORDS, document_id)
    insert_rows(connection, TEXT, [(text_id, *values.values())])
    _write(connection, _Text(text_id, text.key, text.version, text.title), provisions)


def stored_provisions(connection: Connection, text_id: int) -> list[read.Provision]:
    """What was read in a text, as it was stored."""
    facts: dict[int, dict[Table, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for table in (FUNDING, CONDITION, DEADLINE):
        rows = connection.execute(
            select(table.c.position, table.c.fact)
            .where(table.c.text_id == text_id)
            .order_by(table.c.position, table.c.number)
        )
        for row in rows:
            facts[row.position][table].append(row.fact)
    return [
        read.Provision(
            row.position, row.section,
            figures=tuple(facts[row.position][FUNDING]),
            conditions=tuple(facts[row.position][CONDITION]),
            deadlines=tuple(facts[row.position][DEADLINE]),
            mentions=row.mentions,
        )
        for row in connection.execute(
            select(PROVISION).where(PROVISION.c.text_id == text_id).order_by(PROVISION.c.position)
        )
    ]  # fmt: skip


def _digest(text: records.BillText) -> str:
    return hashlib.sha256(msgspec.json.encode(text.sections)).hexdigest()


def _values(connection: Connection, text: records.BillText, digest: str, document_id: int) -> dict[str, Any]:
    """The version's row, in the table's order after `id`."""
    item = connection.execute(
        select(ITEM.c.id, BILL.c.standing)
        .join_from(ITEM, BILL, BILL.c.id == ITEM.c.id)
        .where(ITEM.c.key == f"bill:{text.key}")
    ).one_or_none()
    enacted_on = text.enacted_on
    if (
        enacted_on is None
        and item is not None
        and item.standing.stage is Stage.BECAME_LAW
        and _is_final(text)
    ):
        enacted_on = item.standing.since
    return {
        "item_id": item.id if item else None,
        "bill_key": text.key,
        "version": text.version,
        "title": text.title,
        "law": text.law,
        "issued_on": text.issued_on,
        "enacted_on": enacted_on,
        "url": text.url,
        "digest": digest,
        "document_id": document_id,
        "rules": RULES,
    }


def _is_final(text: records.BillText) -> bool:
    return text.version == "enr" or text.law is not None


class _Text(NamedTuple):
    """The version that facts are written of."""

    id: int
    bill_key: str
    version: str
    title: str | None


def read_again(connection: Connection) -> int:
    """Read the stored sections of every text with the rules of today; answers how many were read with older ones.

    The facts of a text without its words, as the bundle has it, stay as they are and are named anew.
    """
    older = connection.execute(
        select(TEXT.c.id, TEXT.c.bill_key, TEXT.c.version, TEXT.c.title, TEXT.c.digest).where(
            TEXT.c.rules != RULES
        )
    ).all()
    for *text, digest in older:
        stored = stored_provisions(connection, text[0])
        found = stored if digest == WITHOUT_WORDS else _read_anew(stored)
        _write(connection, _Text(*text), found)
        connection.execute(update(TEXT).where(TEXT.c.id == text[0]).values(rules=RULES))
    return len(older)


def _read_anew(stored: Sequence[read.Provision]) -> list[read.Provision]:
    """The same sections at their places, with what the rules find in them now."""
    read_now = read.read_provisions([one.section for one in stored])
    placed = (
        msgspec.structs.replace(one, position=before.position)
        for before, one in zip(stored, read_now, strict=True)
    )
    return list(placed)


def _write(connection: Connection, text: _Text, provisions: Sequence[read.Provision]) -> None:
    """The sections that matter and their facts, in place of what was there."""
    for table in _OF_TEXT:
        connection.execute(delete(table).where(table.c.text_id == text.id))
    insert_rows(connection, PROVISION, [
        (text.id, one.position, read.section_path(one.section), one.section.number, one.section.heading,
         read.fiscal_year(one.section, text.title), one.section, one.mentions, read.concerns_aid(one, text.title))
        for one in provisions
    ])  # fmt: skip
    words = standing_words(connection, text.bill_key, text.version)
    years = {one.position: read.fiscal_year(one.section, text.title) for one in provisions}
    insert_rows(connection, FUNDING, [
        (text.id, position, number, fact.kind, fact.funds[0] if fact.funds else None, years[position],
         fact.dollars, fact.effective, said.is_sure, fact, said.key, said.state)
        for position, number, fact, said in _said(provisions, FactKind.FIGURE, words)
    ])  # fmt: skip
    insert_rows(connection, CONDITION, [
        (text.id, position, number, fact.kind, said.is_sure, fact, said.key, said.state)
        for position, number, fact, said in _said(provisions, FactKind.CONDITION, words)
    ])  # fmt: skip
    insert_rows(connection, DEADLINE, [
        (text.id, position, number, fact.duty, said.is_sure, fact, said.key, said.state)
        for position, number, fact, said in _said(provisions, FactKind.DEADLINE, words)
    ])  # fmt: skip
    insert_rows(connection, COUNTRY, [
        (text.id, one.position, mention.country) for one in provisions for mention in one.mentions
    ])  # fmt: skip


_FACTS_OF = {
    FactKind.FIGURE: lambda one: one.figures,
    FactKind.CONDITION: lambda one: one.conditions,
    FactKind.DEADLINE: lambda one: one.deadlines,
}


class _Said(NamedTuple):
    """A fact's key, and who stands behind it."""

    key: str
    state: LinkState
    is_sure: bool


def _said(
    provisions: Sequence[read.Provision], kind: FactKind, words: Words
) -> Iterator[tuple[int, int, Any, _Said]]:
    """Every fact of a kind with its place, its number there and its key, and with an editor's word where one stands."""
    places = [(one.position, number) for one in provisions for number in range(len(_FACTS_OF[kind](one)))]
    named = keyed((one.section, _FACTS_OF[kind](one)) for one in provisions)
    for (position, number), (key, fact) in zip(places, named, strict=True):
        word = words.of(kind, key, fact)
        state = word.state if word else LinkState.AUTO
        shown = corrected(fact, word.fact) if word and word.fact else fact
        yield position, number, shown, _Said(key, state, is_sure(fact, state))
