"""Texts in the bundled facts: figures, days and places come back, sentences do not, and a collection brings them."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.orm import Session

from scrapers.bodies import Bodies
from scrapers.records import Section
from scrapers.source import Document
from scrapers.sources import govinfo_bill_text
from tests.conftest import NOW, Collect, FakeClock, collector
from tests.databases import rows_of
from tests.mirror import mirror_root
from tests.publishing import Mirror
from tests.tracker.test_texts import EH, RS, SAVED, put_measure
from tracker.ingest.texts import wanted_texts
from tracker.linking.linker import packaged_content
from tracker.models import BillTextVersion, Change, FundingLine, Link, Provision, TextCondition, TextDeadline
from tracker.provisions.facts import Condition, Deadline, Fact, Figure
from tracker.provisions.read import Provision as ReadProvision
from tracker.provisions.read import kept, read_provisions
from tracker.queries.provisions import account_lines, deadlines_in_force
from tracker.snapshot import BUNDLE, export, facts, load
from tracker.snapshot.texts import part_of, provision_of

KEY = Path(__file__).parent.parent / "provisions" / "fy2026_deadlines.tsv"
BUNDLED_FILE = BUNDLE / "119-security-assistance.jsonl.zst"


@pytest.fixture
def file(engine: Engine, mirror: Mirror, collect: Collect, tmp_path: Path) -> Path:
    """A measure with its text, and the text of one that is not held."""
    put_measure(mirror)
    mirror.put(EH, (SAVED / "engrossed.htm").read_bytes())
    collect(congress="119", type="s")
    collect("govinfo_bill_text", bill="119-s-1780")
    collect("govinfo_bill_text", package="BILLS-118hr8771eh", format="html")
    export(engine, tmp_path / "facts.jsonl", keys=["119-s-1780"])
    return tmp_path / "facts.jsonl"


@pytest.fixture
def other(sqlite_template: Path, tmp_path: Path) -> Iterator[Engine]:
    shutil.copyfile(sqlite_template, tmp_path / "other.db")
    made = create_engine(f"sqlite:///{tmp_path}/other.db")
    yield made
    made.dispose()


def test_only_texts_of_the_measures_asked_for_are_written(file: Path) -> None:
    (text,) = facts.read(file).texts
    assert (text.bill, text.version, text.document) == ("119-s-1780", "rs", RS)
    assert [(one.position, one.number, len(one.deadlines)) for one in text.provisions] == [
        (0, "1", 0), (1, "2", 2), (2, "3", 0),
    ]  # fmt: skip


def test_a_loaded_text_has_its_facts_and_none_of_its_words(file: Path, engine: Engine, other: Engine) -> None:
    load(other, file, NOW)
    with Session(engine) as before, Session(other) as after:
        for table in (FundingLine, TextCondition, TextDeadline):
            told = before.execute(select(table.fact).where(table.text_id == 1)).scalars()
            assert [_without_words(fact) for fact in told] == after.execute(
                select(table.fact)
            ).scalars().all()
        held = after.scalars(select(BillTextVersion)).one()
        assert (held.bill_key, held.has_words, str(held.issued_on)) == ("119-s-1780", False, "2025-06-18")
        assert held.item_id is not None
        assert {row.section.text for row in after.scalars(select(Provision))} == {""}
        paths = [row.path for row in after.scalars(select(Provision).order_by(Provision.position))]
        assert paths == ["section 1", "section 2", "section 3"]


def _without_words(fact: Fact) -> Fact:
    kinds: dict[type, str] = {Figure: "figures", Condition: "conditions", Deadline: "deadlines"}
    kind = kinds[type(fact)]
    whole = ReadProvision(0, Section((), ""), **{kind: (fact,)})  # type: ignore[arg-type]
    found: tuple[Any, ...] = getattr(provision_of(part_of(whole)), kind)
    return found[0]  # type: ignore[no-any-return]


def test_what_is_loaded_is_written_again_in_the_same_bytes(file: Path, other: Engine, tmp_path: Path) -> None:
    load(other, file, NOW)
    export(other, tmp_path / "again.jsonl", keys=["119-s-1780"])
    assert facts.read(tmp_path / "again.jsonl").texts == facts.read(file).texts


def test_loading_twice_writes_nothing(file: Path, other: Engine) -> None:
    load(other, file, NOW)
    before = rows_of(other)
    assert load(other, file, NOW).counts["texts"] == 0
    assert rows_of(other) == before


def test_a_text_that_was_read_here_keeps_its_words(file: Path, engine: Engine) -> None:
    before = rows_of(engine)
    load(engine, file, NOW)
    assert rows_of(engine) == before


def test_a_collection_brings_the_words_and_no_news(
    sqlite_engine: Engine, file: Path, mirror: Mirror, bodies: Bodies, fake_clock: FakeClock
) -> None:
    load(sqlite_engine, file, NOW)
    collect = collector(sqlite_engine, mirror.root, bodies, fake_clock)
    assert collect("govinfo_bill_text", bill="119-s-1780").updated == 1
    with Session(sqlite_engine) as session:
        assert session.scalars(select(BillTextVersion)).one().has_words
        assert all(row.section.text for row in session.scalars(select(Provision)))
        deadline = session.scalars(select(TextDeadline)).first()
        assert deadline is not None
        assert "Not later than 180 days" in deadline.fact.words
        assert "country:MEX" in session.scalars(select(Link.target)).all()
        assert session.scalars(select(Change)).all() == []


def test_a_bundled_text_is_asked_for_whatever_its_measure_is_about(
    sqlite_engine: Engine, engine: Engine, file: Path
) -> None:
    load(sqlite_engine, file, NOW)
    with sqlite_engine.connect() as connection:
        assert (RS,) in list(wanted_texts(connection, {}))
    with engine.connect() as connection:
        assert (RS,) not in list(wanted_texts(connection, {}))  # it was read, and its measure is not in scope


def test_texts_that_our_content_names_are_asked_for(sqlite_engine: Engine) -> None:
    with sqlite_engine.connect() as connection:
        asked = {url for urls in wanted_texts(connection, {}) for url in urls}
        assert list(wanted_texts(connection, {"bill": "119-s-1780"})) == []
    named = {
        milestone.text
        for measure in packaged_content().measures.values()
        for milestone in measure.milestones
        if milestone.text
    }
    assert len(named) >= 17
    assert named <= asked


# --- the bundle -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bundle() -> facts.Facts:
    return facts.read(BUNDLED_FILE)


@pytest.fixture(scope="module")
def loaded(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    path = tmp_path_factory.mktemp("bundle") / "tracker.db"
    shutil.copyfile(sqlite_template, path)
    engine = create_engine(f"sqlite:///{path}")
    load(engine, BUNDLED_FILE, NOW)
    yield engine
    engine.dispose()


def test_the_bundle_has_every_text_of_the_ladder(bundle: facts.Facts) -> None:
    held = {text.document for text in bundle.texts}
    for measure in packaged_content().measures.values():
        for milestone in measure.milestones:
            assert milestone.text is None or milestone.text in held, milestone.text
    assert len(bundle.texts) >= 143


def test_the_bundle_has_no_sentence_of_a_law(bundle: facts.Facts) -> None:
    """What is longer than a heading would be one; headings are capitalised titles."""
    for text in bundle.texts:
        for provision in msgspec.to_builtins(text.provisions):
            for field, words in _strings(provision):
                assert len(words) <= (240 if field == "heading" else 200), (text.key, field, words)
                assert field in FIELDS, field


FIELDS = {
    "level", "number", "heading", "country", "countries", "label", "kind", "bound", "funds", "trigger", "by", "to",
    "duty", "unit", "event", "day", "every", "until",
}  # fmt: skip


def _strings(value: Any, field: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield field, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _strings(inner, name)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _strings(inner, field)


def test_the_bundle_tells_what_is_due_under_the_act_of_2026(loaded: Engine) -> None:
    """Against the key made by reading division F."""
    with KEY.open(encoding="utf-8") as file:
        expected = {
            (row["section"].casefold(), row["part"], int(row["days"]), date.fromisoformat(row["due"]))
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        }
    with Session(loaded) as session:
        found = {
            (_name(one.provision).casefold(), one.deadline.label, one.deadline.count, one.due)
            for one in deadlines_in_force(session)
            if one.version.law == "119-75"
            and one.provision.path.startswith("division F,")
            and one.deadline.is_after_enactment
        }
    assert len(expected) >= 41
    assert expected <= found


def _name(provision: Provision) -> str:
    return provision.number or provision.heading or ""


def test_the_bundle_tells_accounts_as_printed_and_as_amended(loaded: Engine) -> None:
    with Session(loaded) as session:
        found = account_lines(session, "INCLE", 2025)
    amended = [(one.line.dollars, one.line.effective) for one in found if one.version.version == "eh"]
    assert amended == [(1_566_183_000, 2_066_183_000)]


@cache
def _read(url: str) -> tuple[str | None, list[ReadProvision]]:
    body = (mirror_root() / url.removeprefix("https://")).read_bytes()
    kind = "text/html" if url.endswith(".htm") else "application/xml"
    (text,) = govinfo_bill_text.parse(Document(url, body, kind, NOW, "0" * 64))
    return text.title, kept(read_provisions(text.sections), text.title)


@pytest.mark.mirror
def test_every_fact_of_the_bundle_is_read_in_its_text(bundle: facts.Facts) -> None:
    """The texts of the ladder, from the first letter: what the bundle says of them is what the rules find now."""
    named = {
        milestone.text for measure in packaged_content().measures.values() for milestone in measure.milestones
    }
    looked_at = 0
    for text in bundle.texts:
        if text.document in named and looked_at < 6:
            title, provisions = _read(text.document)
            assert title == text.title
            assert tuple(map(part_of, provisions)) == text.provisions, text.key
            looked_at += 1
    assert looked_at == 6
