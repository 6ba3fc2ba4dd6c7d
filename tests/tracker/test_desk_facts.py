"""Facts at the desk, on both engines: decided, put right, taken back, and never overwritten by reading again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from scrapers.records import Section
from tests.conftest import NOW
from tests.law_site import SECTIONS, act, put_texts
from tracker.db import writing
from tracker.desk import facts, undo
from tracker.desk.fact_words import FACT_WORD
from tracker.desk.facts import ChosenFact, corrected_fact
from tracker.desk.links import Result
from tracker.desk.log import Hand, deciding
from tracker.desk.rules import RefusedError
from tracker.models import Decision, DecisionKind, FactKind, LinkState, TextDeadline
from tracker.provisions.facts import (
    AmountKind,
    Condition,
    ConditionKind,
    Deadline,
    Duty,
    Fact,
    Figure,
)
from tracker.queries.deadlines import read_entries
from tracker.queries.desk import last_decided, list_decisions
from tracker.queries.desk_facts import FactFilter, WaitingFact, page_of, waiting_facts
from tracker.queries.paging import Place

KENYA = "f-7042-60-days"


@pytest.fixture(autouse=True)
def _law(engine: Engine) -> None:
    put_texts(engine, act())


def hand(name: str = "Ann", minutes: int = 0) -> Hand:
    return Hand(name, NOW + timedelta(minutes=minutes))


def waiting(engine: Engine, which: FactFilter | None = None) -> list[WaitingFact]:
    with Session(engine) as session:
        return waiting_facts(session, which or FactFilter())


def seen(engine: Engine, key: str = KENYA) -> ChosenFact:
    (found,) = [one for one in waiting(engine) if one.key == key]
    kind, text, position, number, mark = found.choice.split(":")
    return ChosenFact(FactKind(kind), int(text), int(position), int(number), mark)


def act_on(engine: Engine, what: Any, *arguments: Any) -> Any:
    with deciding(engine) as connection:
        return what(connection, *arguments)


def on_the_board(engine: Engine) -> set[str]:
    with Session(engine) as session:
        return {one.key for one in read_entries(session, today=NOW.date()) if not one.is_withdrawn}


def deadline(engine: Engine, key: str = KENYA) -> TextDeadline:
    with Session(engine) as session:
        return session.execute(select(TextDeadline).where(TextDeadline.key == key)).scalar_one()


def test_what_waits_has_its_words_and_is_not_on_the_board(engine: Engine) -> None:
    (found,) = waiting(engine)
    assert (found.kind, found.key, found.path) == (FactKind.DEADLINE, KENYA, "division F, section 7042")
    assert found.clause[found.start : found.end] == "60 days after the date of enactment of this Act"
    assert f"119-hr-7148-{KENYA}" not in on_the_board(engine)
    assert waiting(engine, FactFilter(kind=FactKind.FIGURE)) == []
    assert waiting(engine, FactFilter(bill="119-hr-1")) == []


def test_a_confirmed_fact_is_on_the_board_and_signed(engine: Engine) -> None:
    assert act_on(engine, facts.decide, hand(), LinkState.CONFIRMED, [seen(engine)]) == Result([1], [])
    assert f"119-hr-7148-{KENYA}" in on_the_board(engine)
    assert waiting(engine) == []
    with Session(engine) as session:
        (entry,) = [one for one in read_entries(session, today=NOW.date()) if one.key.endswith(KENYA)]
        assert (entry.decided_by, entry.sequence) == ("Ann", 1)
        (row,) = list_decisions(session).items
        assert (row.kind, row.made_by, row.why_not) == (DecisionKind.CONFIRM_FACT, "Ann", None)


def test_a_word_outlives_reading_again(engine: Engine) -> None:
    act_on(engine, facts.decide, hand(), LinkState.CONFIRMED, [seen(engine)])
    put_texts(engine, act(sections=(*SECTIONS, Section(SECTIONS[0].steps, "More on Chad.", "7050"))))
    assert (deadline(engine).state, deadline(engine).is_sure) == (LinkState.CONFIRMED, True)


def test_a_rejected_fact_stays_away_and_is_withdrawn_from_calendars(engine: Engine) -> None:
    act_on(engine, facts.decide, hand(), LinkState.REJECTED, [seen(engine)])
    put_texts(engine, act(sections=(*SECTIONS, Section(SECTIONS[0].steps, "More on Chad.", "7050"))))
    assert waiting(engine) == []
    assert f"119-hr-7148-{KENYA}" not in on_the_board(engine)
    with Session(engine) as session:
        assert [one.key for one in read_entries(session, today=NOW.date()) if one.is_withdrawn] == [
            f"119-hr-7148-{KENYA}"
        ]


def test_a_fact_is_put_right_and_stays_so(engine: Engine) -> None:
    given = {"duty": "briefing", "by": "Inspector General", "to": ""}
    act_on(engine, facts.correct, hand(), seen(engine), given)
    put_texts(engine, act(sections=(*SECTIONS, Section(SECTIONS[0].steps, "More on Chad.", "7050"))))
    fact = deadline(engine).fact
    assert (deadline(engine).duty, fact.duty, fact.by, fact.count) == (
        Duty.BRIEFING,
        Duty.BRIEFING,
        "Inspector General",
        60,
    )


def test_the_second_of_two_editors_sees_that_it_was_decided(engine: Engine) -> None:
    both_saw = seen(engine)
    act_on(engine, facts.decide, hand("Ann"), LinkState.CONFIRMED, [both_saw])
    result = act_on(engine, facts.decide, hand("Bo"), LinkState.REJECTED, [both_saw])
    assert result == Result([], [f"Somebody already confirmed {KENYA}."])
    assert deadline(engine).state is LinkState.CONFIRMED


def test_a_fact_that_was_read_otherwise_is_looked_at_again(engine: Engine) -> None:
    before = seen(engine)
    old = SECTIONS[2]
    changed = Section(
        old.steps,
        old.text.replace("a report on Kenya", "a list of all Kenyan units"),
        old.number,
        old.heading,
    )
    put_texts(engine, act(sections=(*SECTIONS[:2], changed)))
    result = act_on(engine, facts.decide, hand(), LinkState.CONFIRMED, [before])
    assert len(result.refused) == 1
    assert deadline(engine).state is LinkState.AUTO


@pytest.mark.parametrize("is_corrected", [False, True])
def test_a_decision_is_taken_back(engine: Engine, is_corrected: bool) -> None:
    before = deadline(engine).fact
    if is_corrected:
        act_on(engine, facts.correct, hand(), seen(engine), {"by": "President"})
    else:
        act_on(engine, facts.decide, hand(), LinkState.REJECTED, [seen(engine)])
    with Session(engine) as session:
        (last,) = last_decided(session, "Ann")
    assert act_on(engine, undo.undo, hand(minutes=1), [last.id]) == Result([2], [])
    assert deadline(engine).fact == before
    assert [one.key for one in waiting(engine)] == [KENYA]
    with writing(engine) as connection:
        assert connection.execute(select(FACT_WORD)).all() == []
        assert len(connection.execute(select(Decision.id)).all()) == 2


def test_only_the_top_decision_is_taken_back(engine: Engine) -> None:
    act_on(engine, facts.decide, hand(), LinkState.REJECTED, [seen(engine)])
    row = deadline(engine)
    again = ChosenFact(FactKind.DEADLINE, row.text_id, row.position, row.number, facts.fact_mark(row))
    act_on(engine, facts.decide, hand("Bo", 1), LinkState.CONFIRMED, [again])
    assert act_on(engine, undo.undo, hand(minutes=2), [1]).made == []
    act_on(engine, undo.undo, hand(minutes=2), [2])
    assert deadline(engine).state is LinkState.REJECTED
    with writing(engine) as connection:
        word = connection.execute(select(FACT_WORD)).one()
    assert (word.state, word.decided_by) == (LinkState.REJECTED, "Ann")


def fact(of: type[Fact], **more: Any) -> Any:
    return of(**{"label": "", "start": 0, "end": 0, "words": "", "certainty": 60, **more})


@pytest.mark.parametrize(
    ("before", "given"),
    [
        (fact(Deadline, duty=Duty.REPORT), {"duty": "feast"}),
        (fact(Condition, kind=ConditionKind.WITHHOLDING), {"percent": "120"}),
        (fact(Condition, kind=ConditionKind.WITHHOLDING), {"percent": "ten"}),
        (fact(Condition, kind=ConditionKind.WITHHOLDING), {"percent": "10", "dollars": "5"}),
        (fact(Figure, kind=AmountKind.MEMO, dollars=1), {"kind": "gold"}),
    ],
)
def test_what_a_fact_cannot_be_is_refused(before: Fact, given: dict[str, str]) -> None:
    with pytest.raises(RefusedError):
        corrected_fact(before, given)


def test_a_share_or_a_sum_is_put_right() -> None:
    held = fact(Condition, kind=ConditionKind.WITHHOLDING, percent=15.0)
    assert corrected_fact(held, {"dollars": "1,000,000"}).dollars == 1_000_000  # type: ignore[attr-defined]
    assert corrected_fact(held, {"dollars": "1,000,000"}).percent is None  # type: ignore[attr-defined]
    assert corrected_fact(held, {"percent": "30"}).percent == 30  # type: ignore[attr-defined]
    memo = fact(Figure, kind=AmountKind.MEMO, dollars=1)
    assert corrected_fact(memo, {"kind": "limit", "account": "FMF"}).funds == ("FMF",)  # type: ignore[attr-defined]


def test_the_queue_comes_in_parts(engine: Engine) -> None:
    due = "days after the date of enactment of this Act, the Secretary shall submit a report on Kenya."
    more = tuple(
        Section(SECTIONS[0].steps, f"{number} {due}", str(8000 + number)) for number in range(10, 15)
    )
    put_texts(engine, act(sections=(*SECTIONS, *more)))
    found = waiting(engine)
    first = page_of(found, Place(limit=4))
    rest = page_of(found, Place(after=first.next, limit=4))
    assert (first.total, len(first.items), len(rest.items), rest.next) == (6, 4, 2, None)
    assert page_of(found, Place(before=rest.previous, limit=4)).items == first.items
