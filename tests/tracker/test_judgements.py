"""Judgements of the content files in rows: what the files say, for the measures that we hold, and nothing else."""

from __future__ import annotations

from datetime import date
from typing import cast

import msgspec
from sqlalchemy import Engine, Table, insert, select

from tests.conftest import Collect
from tests.publishing import Mirror, bill_file
from tracker.content import BillContent, Body, Content, Judgement, Verdict
from tracker.db import writing
from tracker.judgements import store_judgements
from tracker.models import Item, Origin
from tracker.models import Judgement as Row

ROW = cast(Table, Row.__table__)
ITEM = cast(Table, Item.__table__)
DAY = date(2026, 11, 22)
TARGET = "recommendation:restrict-alliances-with-abusers"


def judged(reason: str, verdict: Verdict = Verdict.ADVANCES) -> Judgement:
    return Judgement(TARGET, verdict, DAY, "the editors", reason)


def content(**bills: tuple[Judgement, ...]) -> Content:
    return Content(
        bills={
            key: BillContent(
                key=key, does="It does.", rests_on=(), judgements=judgements, body=Body(),
                reviewed_on=DAY, review_due=DAY,
            )
            for key, judgements in bills.items()
        }
    )  # fmt: skip


def stored(engine: Engine) -> list[tuple[str, str, str]]:
    with engine.connect() as connection:
        rows = connection.execute(
            select(ITEM.c.key, ROW.c.verdict, ROW.c.reason)
            .join_from(ROW, ITEM, ITEM.c.id == ROW.c.item_id)
            .order_by(ITEM.c.key, ROW.c.reason)
        )
        return [(key, verdict.value, reason) for key, verdict, reason in rows]


def store(engine: Engine, found: Content) -> int:
    with writing(engine) as connection:
        return store_judgements(connection, found)


def test_rows_follow_the_files(engine: Engine, collect: Collect, mirror: Mirror) -> None:
    mirror.put_zip({"119-hr-1": bill_file("119-hr-1"), "119-hr-2": bill_file("119-hr-2")})
    collect(congress="119", type="hr")
    first = content(
        **{"119-hr-1": (judged("One."), judged("Two.", Verdict.WEAKENS)), "119-hr-9": (judged("Not held."),)}
    )
    assert store(engine, first) == 2
    assert stored(engine) == [("bill:119-hr-1", "advances", "One."), ("bill:119-hr-1", "weakens", "Two.")]
    assert store(engine, first) == 0, "twice is quiet"
    reworded = content(**{"119-hr-1": (judged("One, said better."),), "119-hr-2": (judged("New."),)})
    assert store(engine, reworded) == 4
    assert stored(engine) == [
        ("bill:119-hr-1", "advances", "One, said better."),
        ("bill:119-hr-2", "advances", "New."),
    ]


def test_what_the_desk_wrote_stays(engine: Engine, collect: Collect, mirror: Mirror) -> None:
    mirror.put_zip({"119-hr-1": bill_file("119-hr-1")})
    collect(congress="119", type="hr")
    with writing(engine) as connection:
        item_id = connection.execute(select(ITEM.c.id)).scalar_one()
        values = {"item_id": item_id, **msgspec.structs.asdict(judged("By the desk."))}
        values |= {"made_on": values.pop("on"), "made_by": values.pop("by"), "origin": Origin.DESK}
        connection.execute(insert(ROW).values(**values))
    store(engine, content())
    assert stored(engine) == [("bill:119-hr-1", "advances", "By the desk.")]


def test_a_measure_that_arrives_brings_its_judgements(
    engine: Engine, collect: Collect, mirror: Mirror
) -> None:
    """S. 1780 of the 119th is judged in the packaged content."""
    mirror.put_zip({"119-s-1780": bill_file("119-s-1780")}, bill_type="s")
    collect(congress="119", type="s")
    assert {key for key, _, _ in stored(engine)} == {"bill:119-s-1780"}
