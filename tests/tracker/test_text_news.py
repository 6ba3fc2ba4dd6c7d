"""New texts in the ledger: what changed against the version before, once, and never on a first reading."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from scrapers.records import BillText, BillType, Section
from tests.conftest import Collect
from tests.provisions.documents import ACT_OF_2024, ACT_OF_2026, division
from tests.publishing import Mirror, action, bill_file
from tests.sources.saved import FOLDER
from tests.tracker.test_texts import RS, put_measure
from tracker.db import writing
from tracker.ingest.text_news import newest_text, text_drafts
from tracker.ingest.texts import store_texts
from tracker.linking.vocabulary import load_vocabulary
from tracker.models import Change, Item, SourceDocument
from tracker.phrases import change_sentence
from tracker.provisions.news import provision_drafts
from tracker.provisions.read import read_provisions

HELD = (
    "of the funds made available for assistance for Mexico under title IV shall be withheld from obligation until the "
    "Secretary of State certifies to the Committees on Appropriations that it has taken steps."
)
NAMES = {"MEX": "Mexico"}


def text(version: str, share: int, days: int = 30, *more: Section) -> BillText:
    sections = (
        Section((), f"{share} percent {HELD}", "1", "Mexico"),
        Section(
            (),
            f"Not later than {days} days after the date of enactment of this Act, the Secretary of State shall submit "
            "a report on Mexico.",
            "2",
            "Report",
        ),
        *more,
    )
    return BillText(
        119, BillType.S, 1780, version, f"https://www.govinfo.gov/{version}", sections, title="On Mexico"
    )


@pytest.fixture
def measure(engine: Engine, mirror: Mirror, collect: Collect) -> int:
    """A measure that is held without texts; answers a document's number."""
    mirror.put_zip({"119-s-1780": bill_file("119-s-1780", actions=action("2025-05-15"))}, bill_type="s")
    collect(congress="119", type="s")
    with Session(engine) as session:
        return session.execute(select(SourceDocument.id)).scalars().first() or 0


def drafts(engine: Engine, document_id: int, *texts: BillText) -> list[str]:
    """The sentences of what these texts, stored in one run, bring."""
    with writing(engine) as connection:
        before = newest_text(connection)
        store_texts(connection, list(texts), document_id)
        found = text_drafts(connection, before)
        assert text_drafts(connection, newest_text(connection)) == []
    return [change_sentence(one.kind, one.old, one.new, one.occurred_on) for _, one, _ in found]


def test_a_first_reading_is_silent(engine: Engine, measure: int) -> None:
    assert drafts(engine, measure, text("is", 15), text("rs", 30)) == []


def test_a_new_version_is_told_against_the_one_before(engine: Engine, measure: int) -> None:
    drafts(engine, measure, text("is", 15), text("rs", 15))
    more = Section((), f"50 percent {HELD.replace('Mexico', 'Nigeria')}", "3", "Nigeria")
    assert drafts(engine, measure, text("es", 30, 60, more)) == [
        "A new text changes section 1 on Mexico: 15% → 30% (30% withheld, certification by the Secretary of State).",
        "A new text changes section 2 on Mexico: 30 days after enactment → 60 days after enactment (Report by the "
        "Secretary of State).",
        "A new text adds to section 3 on Nigeria: 50% withheld, certification by the Secretary of State.",
    ]
    assert drafts(engine, measure, text("rfh", 30, 60)) == [
        "A new text drops from section 3 on Nigeria: 50% withheld, certification by the Secretary of State."
    ]


def test_an_older_version_that_comes_late_is_no_news(engine: Engine, measure: int) -> None:
    drafts(engine, measure, text("es", 30))
    assert drafts(engine, measure, text("is", 15)) == []


def test_reading_a_text_again_is_no_news(engine: Engine, measure: int) -> None:
    drafts(engine, measure, text("is", 15))
    assert drafts(engine, measure, text("is", 30)) == []


def test_the_same_words_bring_nothing(engine: Engine, measure: int) -> None:
    drafts(engine, measure, text("is", 15))
    assert drafts(engine, measure, text("rs", 15)) == []


def test_keys_are_made_of_what_the_change_is(engine: Engine, measure: int) -> None:
    with writing(engine) as connection:
        store_texts(connection, [text("is", 15)], measure)
        before = newest_text(connection)
        store_texts(connection, [text("rs", 30, 60)], measure)
        found = [one for _, one, _ in text_drafts(connection, before)]
    assert [one.natural_key for one in found] == ["rs:condition:1:changed", "rs:deadline:2:changed"]
    assert found[0].new == {
        "text": "rs", "since": "is", "fact": "condition", "place": "1", "countries": ["MEX"], "names": ["Mexico"],
        "what": "30% withheld, certification by the Secretary of State", "value": "30%",
    }  # fmt: skip


def test_a_collection_writes_them_and_a_second_one_nothing(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    put_measure(mirror)
    collect(congress="119", type="s")
    assert collect("govinfo_bill_text", bill="119-s-1780").changes == 0
    saved = (FOLDER / "govinfo_bill_text" / "reported-in-senate.xml").read_bytes()
    later = RS.replace("1780rs", "1780es")
    mirror.put(later, saved.replace(b"180 days", b"90 days"))
    both = (
        f"<item><type>Reported in Senate</type><date>2025-06-18T04:00:00Z</date><formats><item><type>XML</type>"
        f"<url>{RS}</url></item></formats></item><item><type>Passed Senate</type><date>2025-07-18T04:00:00Z</date>"
        f"<formats><item><type>XML</type><url>{later}</url></item></formats></item>"
    )
    put_measure(mirror, textVersions=both, updateDate="2026-03-01T10:00:00Z")
    collect(congress="119", type="s")
    assert collect("govinfo_bill_text", bill="119-s-1780").changes > 0
    assert collect("govinfo_bill_text", bill="119-s-1780").changes == 0
    with Session(engine) as session:
        found = session.execute(
            select(Change).join(Item).where(Change.kind == "provision_changed", Item.key == "bill:119-s-1780")
        ).scalars()
        sentences = [change_sentence(one.kind, one.old, one.new, one.occurred_on) for one in found]
    assert any("180 days after enactment → 90 days after enactment" in sentence for sentence in sentences)


@pytest.mark.mirror
def test_the_act_of_2026_against_that_of_2024() -> None:
    found = provision_drafts(
        read_provisions(division(ACT_OF_2024, "F")), read_provisions(division(ACT_OF_2026, "F")),
        version="enr", occurred_on=date(2026, 2, 3), since="118-hr-2882/enr",
        names={key.partition(":")[2]: one.name for key, one in load_vocabulary().entries.items()},
    )  # fmt: skip
    said = {change_sentence(one.kind, one.old, one.new, one.occurred_on) for one in found}
    assert (
        "A new text of 3 February 2026 changes section 7045(h)(2) on Mexico: 15% → 30% (30% withheld, certification "
        "by the Secretary of State)."
    ) in said
    assert any("“FMF”: $6,133,397,000 → $6,158,397,000" in sentence for sentence in said)
    assert not any("7041(a)(4)" in sentence for sentence in said)  # it moved, unchanged
    assert len({one.natural_key for one in found}) == len(found)
    assert max(len(one.natural_key) for one in found) <= 200
