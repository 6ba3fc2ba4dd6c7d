"""An editor's word on a fact: it stands whenever the text is read again, and on no other words."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine, insert, select, update
from sqlalchemy.orm import Session

from scrapers.records import BillText, BillType, Section
from tests.conftest import NOW
from tests.databases import rows_of
from tracker.db import encode_json, writing
from tracker.desk.fact_words import FACT_WORD
from tracker.ingest.texts import TEXT, read_again, store_texts
from tracker.models import WITHOUT_WORDS, FactKind, LinkState, SourceDocument, TextDeadline
from tracker.provisions.facts import Duty

UNSURE = "30 days after the enactment of this Act, the Secretary of State shall submit a report to Congress."


def text(*sections: Section) -> BillText:
    return BillText(
        119, BillType.HR, 7148, "law", "https://www.govinfo.gov/x", sections, law="119-75",
        enacted_on=date(2026, 2, 3),
    )  # fmt: skip


def section(words: str = UNSURE, number: str = "7042") -> Section:
    return Section((), words, number)


@pytest.fixture
def document_id(engine: Engine) -> int:
    with Session(engine) as session:
        document = SourceDocument(
            source="govinfo_bill_text", url="https://www.govinfo.gov/x", sha256="0" * 64, fetched_at=NOW,
            parser_version=1,
        )  # fmt: skip
        session.add(document)
        session.commit()
        return document.id


def store(engine: Engine, document_id: int, *sections: Section) -> None:
    with writing(engine) as connection:
        store_texts(connection, [text(*sections)], document_id)


def deadline(engine: Engine) -> TextDeadline:
    with Session(engine) as session:
        return session.execute(select(TextDeadline)).scalar_one()


def say(engine: Engine, state: LinkState, fact: str | None = None) -> None:
    stands = deadline(engine)
    with writing(engine) as connection:
        connection.execute(
            insert(FACT_WORD).values(
                bill_key="119-hr-7148", version="law", kind=FactKind.DEADLINE, key=stands.key,
                words=stands.fact.words, state=state, fact=fact, decided_by="An editor", decided_at=NOW,
            )
        )  # fmt: skip


def test_what_the_rules_are_unsure_of_waits(engine: Engine, document_id: int) -> None:
    store(engine, document_id, section())
    found = deadline(engine)
    assert (found.state, found.is_sure, found.fact.certainty) == (LinkState.AUTO, False, 50)


@pytest.mark.parametrize(("state", "is_shown"), [(LinkState.CONFIRMED, True), (LinkState.REJECTED, False)])
def test_a_word_stands_when_the_text_is_read_again(
    engine: Engine, document_id: int, state: LinkState, is_shown: bool
) -> None:
    store(engine, document_id, section())
    say(engine, state)
    store(engine, document_id, section("Congress finds nothing about Egypt.", "7000"), section())
    found = deadline(engine)
    assert (found.state, found.is_sure) == (state, is_shown)


def test_a_corrected_fact_stays_corrected(engine: Engine, document_id: int) -> None:
    store(engine, document_id, section())
    fact = deadline(engine).fact
    say(engine, LinkState.CONFIRMED, encode_json(fact).replace('"report"', '"briefing"'))
    store(engine, document_id, section("Congress finds nothing about Egypt.", "7000"), section())
    found = deadline(engine).fact
    assert (found.duty, found.words, found.count) == (Duty.BRIEFING, fact.words, 30)


def test_a_word_is_not_of_other_words_at_the_same_place(engine: Engine, document_id: int) -> None:
    store(engine, document_id, section())
    say(engine, LinkState.CONFIRMED)
    store(
        engine, document_id, section(UNSURE.replace("after the enactment", "after the date of the enactment"))
    )
    assert deadline(engine).state is LinkState.AUTO


def test_newer_rules_read_what_is_stored(engine: Engine, document_id: int) -> None:
    store(engine, document_id, section())
    with writing(engine) as connection:
        before = rows_of(engine)
        assert read_again(connection) == 0
        connection.execute(update(TEXT).values(rules=0))
        connection.execute(update(TextDeadline).values(key=""))
    with writing(engine) as connection:
        assert read_again(connection) == 1
    assert rows_of(engine) == before


def test_a_text_without_its_words_keeps_its_facts(engine: Engine, document_id: int) -> None:
    store(engine, document_id, section())
    with writing(engine) as connection:
        connection.execute(update(TEXT).values(rules=0, digest=WITHOUT_WORDS))
        connection.execute(update(TextDeadline).values(key=""))
        connection.exec_driver_sql(
            'UPDATE provision SET section = \'{"steps":[],"text":"","number":"7042"}\''
        )
        assert read_again(connection) == 1
    assert deadline(engine).key == "7042-30-days"
