"""Reports and audit recommendations in the bundled facts: there and back, without anybody's prose."""

from __future__ import annotations

import hashlib
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine, create_engine, select

from tests.conftest import Collect, FakeClock, sqlite_url
from tests.publishing import Mirror
from tests.watchdogs import LIST, NEXT_WEEK, audit, fill, later, listing_source, put_listing
from tracker.models import AuditRecommendation, Change, Item, Link, Report
from tracker.snapshot import SnapshotError, export, facts, load

ITEMS, REPORTS, AUDITS = Item.__table__, Report.__table__, AuditRecommendation.__table__
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def bundle(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is exported of the reports and the two weeks of `tests.watchdogs`."""
    folder = tmp_path_factory.mktemp("bundle")
    shutil.copyfile(sqlite_template, folder / "full.db")
    fill(sqlite_url(folder / "full.db"), folder)
    full = create_engine(sqlite_url(folder / "full.db"))
    export(full, folder / "facts.jsonl", keys=[])
    full.dispose()
    return folder / "facts.jsonl"


def held(engine: Engine) -> dict[str, Any]:
    """The rows of recommendations by key, as far as a bundle can tell them."""
    with engine.connect() as connection:
        rows = connection.execute(
            select(ITEMS.c.key, AUDITS.c.status, AUDITS.c.is_priority, AUDITS.c.as_of, AUDITS.c.gone_on)
            .join_from(AUDITS, ITEMS, ITEMS.c.id == AUDITS.c.id)
        )  # fmt: skip
        return {row.key: tuple(row[1:]) for row in rows}


def test_only_what_is_in_scope_is_in_it_and_no_prose(bundle: Path) -> None:
    content = bundle.read_text()
    for prose in (
        "units of Egypt", "When we confirm", "State had begun", "Egypt received arms", "Mend the roads",
        "aid to Colombia",
    ):  # fmt: skip
        assert prose not in content
    found = facts.read(bundle)
    assert {line.slug for line in found.reports} >= {"gao-25-107622", "gao-25-107003", "gao-04-1"}
    assert "gao-20-9" not in {line.slug for line in found.reports}
    assert len([line for line in found.reports if line.slug == "gao-25-107003"]) == 2  # two documents
    assert [line.slug for line in found.reports if line.is_known_only] == ["gao-04-1"]
    assert "gao-22-3-1" not in {line.slug for line in found.audit_recommendations}


def test_what_is_loaded_is_what_was_exported_and_makes_no_change(
    engine: Engine, bundle: Path, tmp_path: Path
) -> None:
    summary = load(engine, bundle, NOW)
    assert summary.counts == facts.read(bundle).header.counts
    with engine.connect() as connection:
        assert connection.execute(select(Change.id)).all() == []
        counts = dict(connection.execute(
            select(ITEMS.c.key, REPORTS.c.open_count).join_from(REPORTS, ITEMS, ITEMS.c.id == REPORTS.c.id)
        ).all())  # fmt: skip
        scope = connection.execute(
            select(ITEMS.c.key).join(Link.__table__, Link.item_id == ITEMS.c.id)
            .where(Link.target == "scope:security-assistance", Link.is_shown)
        ).scalars().all()  # fmt: skip
    assert counts["report:gao-25-107622"] == 5
    assert "report:gao-25-107622" in scope  # by the editors' finding, though its summary stayed behind
    export(engine, tmp_path / "again.jsonl", keys=[])
    again = facts.read(tmp_path / "again.jsonl")
    kept = {line.slug for line in again.audit_recommendations}
    assert [line for line in facts.read(bundle).audit_recommendations if line.slug in kept] == list(
        again.audit_recommendations
    )
    assert load(engine, bundle, NOW).counts["reports"] == 0


def test_the_first_collection_fills_the_words_in_and_tells_only_what_really_changed(
    engine: Engine, bundle: Path, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    load(engine, bundle, NOW)
    before = held(engine)
    (unnumbered,) = [key for key in before if "gao-04-1" in key]
    fake_clock.forward(days=7)
    rows = [
        *(later(audit(str(number))) for number in (2, 4)),
        later(audit("3", is_priority=False), comments="As of October 2026, State had begun <to> vet."),
        *(later(audit("5", agency)) for agency in ("Department of State", "Department of Defense")),
        later(audit("5", "U.S. Agency for International Development")),
    ]
    rows[0] = msgspec.structs.replace(rows[0], status="Open--Partially Addressed")
    rows[1] = msgspec.structs.replace(rows[1], status="Open--Partially Addressed")  # this one is new
    put_listing(mirror, rows)
    outcome = collect(listing_source("gao_products", LIST))
    assert outcome.created == 0
    with engine.connect() as connection:
        told = connection.execute(
            select(ITEMS.c.key, Change.kind).join_from(ITEMS, Change, Change.item_id == ITEMS.c.id)
            .order_by(ITEMS.c.key)
        ).all()  # fmt: skip
        texts = connection.execute(select(AUDITS.c.facts)).scalars().all()
    assert [(key.partition(":")[2], kind) for key, kind in told] == [
        (unnumbered.partition(":")[2], "audit_disappeared"),
        ("gao-25-107622-4", "audit_status"),
        ("gao-25-107622-matter-1", "audit_disappeared"),
    ]
    assert sum(one.text is not None for one in texts) == 4
    assert (
        held(engine)["audit-recommendation:gao-25-107622-1"] == before["audit-recommendation:gao-25-107622-1"]
    )
    assert held(engine)["audit-recommendation:gao-25-107622-2"][2] == NEXT_WEEK


def test_a_list_that_is_not_in_the_file_is_named(bundle: Path, tmp_path: Path) -> None:
    found = [msgspec.json.decode(line) for line in bundle.read_bytes().splitlines()]
    line = next(line for line in found if line.get("record") == "audit_recommendation")
    line["listed_in"] = "https://example.org/nowhere"
    body = b"".join(msgspec.json.encode(one) + b"\n" for one in found[1:])
    found[0]["sha256"] = hashlib.sha256(body).hexdigest()
    path = tmp_path / "facts.jsonl"
    path.write_bytes(msgspec.json.encode(found[0]) + b"\n" + body)
    with pytest.raises(SnapshotError, match="not in the file: https://example"):
        facts.read(path)
