"""Deciding at the desk, on both engines: the effect and its log together, taken back, and never overwritten."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any, cast

import pytest
from sqlalchemy import Connection, Engine, Table, func, insert, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tests.conftest import NOW, Collect, FakeClock
from tests.publishing import Mirror, bill_file
from tracker.db import writing
from tracker.desk import held, judgements, links, logins, undo
from tracker.desk.links import Chosen, Result
from tracker.desk.log import Hand, deciding
from tracker.desk.rules import (
    LONGEST_REASON,
    Logged,
    RefusedError,
    check_reason,
    find_target,
    link_mark,
    why_not_undone,
)
from tracker.ledger import held_runs
from tracker.linking.apply import relink
from tracker.linking.evidence import SCOPE
from tracker.linking.linker import packaged_linker
from tracker.models import (
    Change,
    Decision,
    DecisionKind,
    Item,
    Judgement,
    Link,
    LinkState,
    Origin,
    SourceDocument,
    Verdict,
)
from tracker.queries.desk import last_decided, list_decisions, list_held
from tracker.queries.freshness import data_version

LINK = cast(Table, Link.__table__)
ITEM = cast(Table, Item.__table__)
DECISION = cast(Table, Decision.__table__)
JUDGEMENT = cast(Table, Judgement.__table__)
CHANGE = cast(Table, Change.__table__)

KEY = "119-hr-1"
ITEM_KEY = f"bill:{KEY}"
EGYPT, KENYA = "country:EGY", "country:KEN"
ADVANCED = "recommendation:restrict-alliances-with-abusers"
TITLE = "A bill to limit foreign military financing for Egypt."


@pytest.fixture
def bill(mirror: Mirror, collect: Collect) -> str:
    """A measure about Egypt, linked by the rules as it is collected."""
    mirror.put_zip({KEY: bill_file(KEY, title=TITLE), "119-hr-2": bill_file("119-hr-2", title="On parks.")})
    assert collect(congress="119", type="hr").created == 2
    return ITEM_KEY


def hand(name: str = "Ann", minutes: int = 0) -> Hand:
    return Hand(name, NOW + timedelta(minutes=minutes))


def link_of(engine: Engine, target: str = EGYPT, key: str = ITEM_KEY) -> Any:
    with engine.connect() as connection:
        statement = select(LINK).join(ITEM, ITEM.c.id == LINK.c.item_id)
        return connection.execute(
            statement.where(ITEM.c.key == key, LINK.c.target == target)
        ).one_or_none()  # fmt: skip


def seen(engine: Engine, target: str = EGYPT) -> Chosen:
    row = link_of(engine, target)
    return Chosen(row.id, link_mark(row))


def act(engine: Engine, what: Callable[..., Any], *arguments: Any) -> Any:
    with deciding(engine) as connection:
        return what(connection, *arguments)


def say(engine: Engine, state: LinkState, *, by: Hand | None = None, target: str = EGYPT) -> Result:
    result: Result = act(engine, links.decide, by or hand(), state, [seen(engine, target)])
    return result


def decisions(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(select(DECISION).order_by(DECISION.c.id)))


# --- links --------------------------------------------------------------------------------------------------


def test_a_decision_and_its_effect_are_one(engine: Engine, bill: str) -> None:
    assert say(engine, LinkState.REJECTED) == Result([1], [])
    row = link_of(engine)
    assert (row.state, row.is_shown, row.decided_by, row.decided_at) == (
        LinkState.REJECTED, False, "Ann", NOW
    )  # fmt: skip
    (logged,) = decisions(engine)
    assert (logged.kind, logged.subject, logged.target, logged.made_by) == (
        DecisionKind.REJECT, ITEM_KEY, EGYPT, "Ann"
    )  # fmt: skip


def test_what_fails_halfway_leaves_nothing(engine: Engine, bill: str) -> None:
    def add_and_fail(connection: Connection) -> None:
        links.add(connection, hand(), bill, KENYA)
        raise KeyError

    with pytest.raises(KeyError):
        act(engine, add_and_fail)
    assert link_of(engine, KENYA) is None
    assert decisions(engine) == []


def test_the_second_of_two_editors_sees_that_it_was_decided(engine: Engine, bill: str) -> None:
    both_saw = seen(engine)
    for by, state in (("Ann", LinkState.CONFIRMED), ("Bo", LinkState.REJECTED)):
        result = act(engine, links.decide, hand(by), state, [both_saw])
    assert result == Result([], ["Egypt: Ann already confirmed this."])
    assert link_of(engine).decided_by == "Ann"


def test_evidence_that_changed_meanwhile_is_looked_at_again(engine: Engine, bill: str) -> None:
    before = seen(engine)
    with writing(engine) as connection:
        connection.execute(update(LINK).where(LINK.c.id == before.id).values(score=71))
    result = act(engine, links.decide, hand(), LinkState.CONFIRMED, [before])
    assert result.refused == ["Egypt: the evidence changed since you opened the page; look again."]
    gone = act(engine, links.decide, hand(), LinkState.CONFIRMED, [Chosen(999_999, before.mark)])
    assert gone.refused == ["One link: this link is gone; the rules no longer make it."]


def test_in_bulk_what_can_be_decided_is(engine: Engine, bill: str) -> None:
    stale = seen(engine, SCOPE)
    say(engine, LinkState.CONFIRMED, target=SCOPE)
    result = act(engine, links.decide, hand("Bo"), LinkState.REJECTED, [seen(engine), stale])
    assert len(result.made) == len(result.refused) == 1
    assert link_of(engine).state is LinkState.REJECTED
    assert link_of(engine, SCOPE).state is LinkState.CONFIRMED


def test_correcting_rejects_one_and_adds_the_other(engine: Engine, bill: str) -> None:
    result = act(engine, links.correct, hand(), seen(engine), KENYA, "Its section 2 names Kenya.")
    assert [row.kind for row in decisions(engine)] == [DecisionKind.REJECT, DecisionKind.ADD]
    assert len(result.made) == 2
    assert link_of(engine).state is LinkState.REJECTED
    kenya = link_of(engine, KENYA)
    assert (kenya.state, kenya.is_shown, kenya.evidence, kenya.reason) == (
        LinkState.CONFIRMED, True, (), "Its section 2 names Kenya."
    )  # fmt: skip
    with pytest.raises(RefusedError, match="confirm it"):
        act(engine, links.correct, hand(), seen(engine, KENYA), KENYA)


def test_adding_what_was_rejected_confirms_it_and_twice_is_told(engine: Engine, bill: str) -> None:
    say(engine, LinkState.REJECTED)
    act(engine, links.add, hand("Bo"), bill, EGYPT, "It does.")
    assert (link_of(engine).state, link_of(engine).decided_by) == (LinkState.CONFIRMED, "Bo")
    with pytest.raises(RefusedError, match="Bo said so already"):
        act(engine, links.add, hand(), bill, EGYPT)
    with pytest.raises(RefusedError, match="no item"):
        act(engine, links.add, hand(), "bill:119-hr-404", EGYPT)


# --- an editor's word against the rules ---------------------------------------------------------------------


def again(engine: Engine) -> None:
    with writing(engine) as connection:
        relink(connection, packaged_linker(), everything=True)


def test_a_rejected_match_does_not_come_back(
    engine: Engine, bill: str, mirror: Mirror, collect: Collect
) -> None:
    say(engine, LinkState.REJECTED)
    again(engine)
    assert link_of(engine).state is LinkState.REJECTED
    later = bill_file(
        KEY, updated="2026-03-01T10:00:00Z", title=f"{TITLE[:-1]}, and for other purposes, in Egypt."
    )
    mirror.put_zip({KEY: later, "119-hr-2": bill_file("119-hr-2", title="On parks.")})
    assert collect(congress="119", type="hr").updated == 1
    row = link_of(engine)
    assert (row.state, row.is_shown, row.decided_by) == (LinkState.REJECTED, False, "Ann")


def test_a_confirmed_or_added_link_stays_when_its_words_go(
    engine: Engine, bill: str, mirror: Mirror, collect: Collect
) -> None:
    say(engine, LinkState.CONFIRMED)
    act(engine, links.add, hand(), bill, KENYA)
    later = bill_file(KEY, updated="2026-03-01T10:00:00Z", title="A bill on something else.")
    mirror.put_zip({KEY: later, "119-hr-2": bill_file("119-hr-2", title="On parks.")})
    assert collect(congress="119", type="hr").updated == 1
    again(engine)
    assert [link_of(engine, target).state for target in (EGYPT, KENYA)] == [LinkState.CONFIRMED] * 2
    assert link_of(engine, SCOPE) is None, "what nobody decided about follows the rules"


def test_out_of_scope_stays_out_before_any_rule_says_otherwise(
    engine: Engine, bill: str, mirror: Mirror, collect: Collect
) -> None:
    act(engine, links.add, hand(), "bill:119-hr-2", SCOPE, "", LinkState.REJECTED)
    later = bill_file("119-hr-2", updated="2026-03-01T10:00:00Z", title=TITLE)
    mirror.put_zip({KEY: bill_file(KEY, title=TITLE), "119-hr-2": later})
    assert collect(congress="119", type="hr").updated == 1
    assert link_of(engine, SCOPE, "bill:119-hr-2").state is LinkState.REJECTED
    assert link_of(engine, EGYPT, "bill:119-hr-2").state is LinkState.AUTO


# --- taking back --------------------------------------------------------------------------------------------


def test_undoing_puts_back_what_stood_before_and_is_logged(engine: Engine, bill: str) -> None:
    before = tuple(link_of(engine))
    say(engine, LinkState.REJECTED)
    assert act(engine, undo.undo, hand("Bo"), [1]) == Result([2], [])
    assert tuple(link_of(engine)) == before
    last = decisions(engine)[-1]
    assert (last.kind, last.undoes, last.made_by) == (DecisionKind.UNDO, 1, "Bo")


def test_undoing_twice_or_under_a_later_decision_is_refused(engine: Engine, bill: str) -> None:
    say(engine, LinkState.CONFIRMED)
    say(engine, LinkState.REJECTED, by=hand("Bo", 1))
    assert act(engine, undo.undo, hand(), [1]).refused == [
        "Somebody has decided again since; undo the later decision first."
    ]
    assert act(engine, undo.undo, hand(), [2]).made == [3]
    assert (link_of(engine).state, link_of(engine).decided_by) == (LinkState.CONFIRMED, "Ann")
    assert act(engine, undo.undo, hand(), [2]).refused == ["This decision was already undone."]
    assert act(engine, undo.undo, hand(), [3]).refused == ["An undo is not undone; decide again instead."]
    assert act(engine, undo.undo, hand(), [1]).made == [4]
    assert link_of(engine).state is LinkState.AUTO
    assert act(engine, undo.undo, hand(), [77]).refused == ["There is no such decision."]


def test_undoing_asks_the_rules_about_what_changed_since(
    engine: Engine, bill: str, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    """The words that made the link left the title while an editor's word held it."""
    say(engine, LinkState.CONFIRMED)
    fake_clock.forward(hours=1)
    later = bill_file(KEY, updated="2026-03-01T10:00:00Z", title="A bill on Kenya.")
    mirror.put_zip({KEY: later, "119-hr-2": bill_file("119-hr-2", title="On parks.")})
    collect(congress="119", type="hr")
    act(engine, undo.undo, hand(), [1])
    assert link_of(engine) is None
    assert link_of(engine, KENYA).state is LinkState.AUTO


def test_undoing_asks_the_rules_where_they_changed_since(
    engine: Engine, bill: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing(engine) as connection:
        connection.execute(update(LINK).where(LINK.c.target == EGYPT).values(score=33, is_shown=False))
    say(engine, LinkState.CONFIRMED)
    act(engine, undo.undo, hand(), [1])
    assert link_of(engine).score == 33, "nothing changed, so it is as it was"
    say(engine, LinkState.CONFIRMED)
    monkeypatch.setattr("tracker.desk.links.rules_of_today", lambda: "others")
    act(engine, undo.undo, hand(), [3])
    assert link_of(engine).score > 70


def test_undoing_an_addition_leaves_nothing(engine: Engine, bill: str) -> None:
    act(engine, links.correct, hand(), seen(engine), KENYA)
    with Session(engine) as session:
        together = last_decided(session, "Ann")
    assert [row.kind for row in together] == [DecisionKind.REJECT, DecisionKind.ADD]
    act(engine, undo.undo, hand(), [row.id for row in together])
    assert link_of(engine, KENYA) is None
    assert link_of(engine).state is LinkState.AUTO
    with Session(engine) as session:
        assert last_decided(session, "Ann") == []


@pytest.mark.parametrize(
    ("kind", "others", "refused"),
    [
        (DecisionKind.CONFIRM, [], False),
        (DecisionKind.RELEASE, [], True),
        (DecisionKind.CONFIRM, [Logged(2, DecisionKind.UNDO, (), 1)], True),
        (DecisionKind.CONFIRM, [Logged(2, DecisionKind.REJECT, ("a",), None)], True),
        (DecisionKind.CONFIRM, [Logged(2, DecisionKind.REJECT, ("b",), None)], False),
        (DecisionKind.CONFIRM,
         [Logged(2, DecisionKind.REJECT, ("a",), None), Logged(3, DecisionKind.UNDO, (), 2)], False),
    ],
)  # fmt: skip
def test_what_can_be_taken_back(kind: DecisionKind, others: list[Logged], refused: bool) -> None:
    decision = Logged(1, kind, ("a",), None)
    assert bool(why_not_undone(decision, [decision, *others])) is refused


# --- judgements ---------------------------------------------------------------------------------------------


def judge(engine: Engine, by: str = "Ann", verdict: Verdict = Verdict.ADVANCES) -> Any:
    return act(
        engine, judgements.judge, hand(by), ITEM_KEY, ADVANCED, verdict, "Section 2 bars aid to units.",
        date(2026, 11, 2),
    )  # fmt: skip


def standing(engine: Engine) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        columns = (JUDGEMENT.c[name] for name in ("id", "verdict", "reason", "made_on", "made_by", "origin"))
        return [tuple(row) for row in connection.execute(select(*columns).order_by(JUDGEMENT.c.id))]


def test_a_judgement_is_signed_dated_withdrawn_and_put_back(engine: Engine, bill: str) -> None:
    judge(engine)
    ((number, *said),) = standing(engine)
    assert said == [
        Verdict.ADVANCES, "Section 2 bars aid to units.", date(2026, 11, 2), "Ann", Origin.DESK
    ]  # fmt: skip
    with pytest.raises(RefusedError, match="Ann holds that it advances"):
        judge(engine, "Bo")
    judge(engine, "Bo", Verdict.WEAKENS)
    act(engine, judgements.withdraw, hand("Bo"), number)
    with pytest.raises(RefusedError, match="somebody withdrew it"):
        act(engine, judgements.withdraw, hand("Bo"), number)
    assert [row[1] for row in standing(engine)] == [Verdict.WEAKENS]
    act(engine, undo.undo, hand(), [3])
    assert [row[1:] for row in standing(engine)][-1] == tuple(said)
    act(engine, undo.undo, hand(), [1])
    assert [row[1] for row in standing(engine)] == [Verdict.WEAKENS]


def test_a_judgement_of_a_file_is_not_withdrawn_here(engine: Engine, bill: str) -> None:
    with writing(engine) as connection:
        item_id = connection.execute(select(ITEM.c.id).where(ITEM.c.key == bill)).scalar_one()
        connection.execute(
            insert(JUDGEMENT).values(
                id=5, item_id=item_id, target=ADVANCED, verdict=Verdict.ADVANCES, reason="So.",
                made_on=date(2026, 11, 1), made_by="the editors", origin=Origin.CONTENT,
            )
        )  # fmt: skip
    with pytest.raises(RefusedError, match=r"content/bills/119-hr-1\.md"):
        act(engine, judgements.withdraw, hand(), 5)


# --- held changes -------------------------------------------------------------------------------------------


@pytest.fixture
def waiting(engine: Engine, bill: str) -> int:
    """Three changes that a collection holds back; answers the collection's number."""
    with writing(engine) as connection:
        item_id = connection.execute(select(ITEM.c.id).where(ITEM.c.key == bill)).scalar_one()
        document = connection.execute(
            select(func.max(cast(Table, SourceDocument.__table__).c.id))
        ).scalar_one()
        for number in range(3):
            connection.execute(
                insert(CHANGE).values(
                    item_id=item_id, kind="title", natural_key=f"title:{number}", occurred_on=None,
                    first_seen_at=NOW, old=f"Title {number}", new=f"Title {number + 1}", document_id=document,
                    collection_id=1, held=True,
                )
            )  # fmt: skip
    return 1


def changes(engine: Engine) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        columns = [column for column in CHANGE.c if column.name != "id"]
        return sorted(map(tuple, connection.execute(select(*columns))), key=repr)


def test_held_changes_are_shown_and_released_for_good(engine: Engine, waiting: int) -> None:
    with Session(engine) as session:
        (shown,) = list_held(session, sample=2)
    assert (shown.run.changes, [change.new for change in shown.sample]) == (3, ["Title 1", "Title 2"])
    with pytest.raises(RefusedError, match="You were shown 2 changes and 3 wait now"):
        act(engine, held.release, hand(), waiting, 2)
    act(engine, held.release, hand(), waiting, 3)
    assert [row[-1] for row in changes(engine)] == [False] * 3
    with pytest.raises(RefusedError, match="somebody has decided"):
        act(engine, held.drop, hand("Bo"), waiting, 3)
    assert "cannot be called back" in act(engine, undo.undo, hand(), [1]).refused[0]


def test_dropped_changes_can_be_put_back_to_wait(engine: Engine, waiting: int) -> None:
    before = changes(engine)
    act(engine, held.drop, hand(), waiting, 3)
    assert changes(engine) == []
    assert act(engine, undo.undo, hand(), [1]).made == [2]
    assert changes(engine) == before
    with engine.connect() as connection:
        assert [run.changes for run in held_runs(connection)] == [3]
    with Session(engine) as session:
        assert [row.count for row in list_decisions(session).items] == [3, 3]


# --- pages and clocks ---------------------------------------------------------------------------------------


def test_every_decision_makes_pages_new(engine: Engine, bill: str) -> None:
    def version() -> str:
        with Session(engine) as session:
            return data_version(session)

    versions = [version()]
    for do in (
        lambda: say(engine, LinkState.REJECTED),
        lambda: act(engine, undo.undo, hand(), [1]),
        lambda: judge(engine),
    ):
        do()
        versions.append(version())
    assert len(set(versions)) == 4
    assert versions[-1] == version()


@pytest.mark.parametrize(
    "engine", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)  # SQLite has one writer
@pytest.mark.parametrize("name", ["desk", "link"])
def test_decisions_wait_for_each_other_and_for_relinking(engine: Engine, name: str) -> None:
    """The log's numbers would otherwise not be the order in which decisions can be seen."""
    taking = text("SELECT pg_try_advisory_xact_lock(hashtext(:name))")
    with deciding(engine), engine.connect() as other:
        assert not other.execute(taking, {"name": name}).scalar_one()
    with engine.connect() as other:
        assert other.execute(taking, {"name": name}).scalar_one()


@pytest.mark.parametrize("engine", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)
def test_the_desk_gives_way_to_a_collection_that_has_the_item(engine: Engine, bill: str) -> None:
    chosen = seen(engine)
    with writing(engine) as collection:
        collection.execute(update(ITEM).where(ITEM.c.key == bill).values(title="Another"))
        with pytest.raises(OperationalError):
            act(engine, links.decide, hand(), LinkState.CONFIRMED, [chosen])
        collection.rollback()
    assert act(engine, links.decide, hand(), LinkState.CONFIRMED, [chosen]).made


def test_of_many_at_the_same_moment_one_decides(engine: Engine, bill: str) -> None:
    chosen, start = seen(engine), Barrier(4)

    def decide(number: int) -> Result:
        start.wait()
        result: Result = act(engine, links.decide, hand(f"Editor {number}"), LinkState.CONFIRMED, [chosen])
        return result

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(decide, range(4)))
    assert sorted(len(result.made) for result in results) == [0, 0, 0, 1]
    assert len(decisions(engine)) == 1


# --- words from outside -------------------------------------------------------------------------------------


def test_a_reason_is_one_line_of_sense() -> None:
    assert check_reason("  It\r\nnames\x00 \u202eunits. ") == "It names units."
    for bad in ("", " \n ", "x" * (LONGEST_REASON + 1)):
        with pytest.raises(RefusedError):
            check_reason(bad)
    assert check_reason("", required=False) == ""


@pytest.mark.parametrize(
    ("text", "found"),
    [("country:EGY", EGYPT), ("Egypt", EGYPT), (" egypt ", EGYPT), ("EGY", None), ("", None),
     ("Twin", None), ("term:x", None), ("<script>", None)],
)  # fmt: skip
def test_a_target_is_found_by_key_or_name(text: str, found: str | None) -> None:
    names = {EGYPT: "Egypt", "country:AAA": "Twin", "region:aaa": "Twin", "term:x": "X"}
    if found:
        assert find_target(text, names, ("country", "region")) == found
    else:
        with pytest.raises(RefusedError):
            find_target(text, names, ("country", "region"))


# --- logins -------------------------------------------------------------------------------------------------


def added(engine: Engine, email: str = "Ann@Example.org", name: str | None = "Ann") -> str:
    with writing(engine) as connection:
        return logins.add(connection, email, name, None, NOW)


def test_a_login_is_made_renewed_and_removed(engine: Engine) -> None:
    first = added(engine)
    with writing(engine) as connection:
        assert [one.email for one in logins.listed(connection)] == ["ann@example.org"]
        second = logins.renew(connection, "ann@example.org")
        assert logins.holder(connection, first) is None
        assert logins.set_password(connection, second, "hash")
        assert not logins.set_password(connection, second, "other"), "a link works once"
        assert logins.listed(connection)[0].has_password
        logins.remove(connection, "ANN@example.org")
        assert logins.listed(connection) == []
        with pytest.raises(RefusedError, match="no editor"):
            logins.renew(connection, "ann@example.org")


@pytest.mark.parametrize(
    ("email", "name"),
    [("ann@example.org", "Other"), ("ANN@example.org", None), ("bo@example.org", "ann"), ("nonsense", None),
     ("bo@example.org", "bo@example.org"), ("bo@example.org", "x" * 81), ("a b@example.org", None)],
)  # fmt: skip
def test_a_login_that_would_be_mistaken_is_refused(engine: Engine, email: str, name: str | None) -> None:
    added(engine)
    with pytest.raises(RefusedError):
        added(engine, email, name)


def test_a_signature_stays_one_persons(engine: Engine) -> None:
    added(engine)
    with writing(engine) as connection:
        logins.remove(connection, "ann@example.org")
    with pytest.raises(RefusedError, match="was another editor's"):
        added(engine)
    added(engine, name=None)
    with engine.connect() as connection:
        assert logins.listed(connection)[0].name == "Editor 2"


def test_tries_are_counted_by_account_and_by_address(engine: Engine) -> None:
    def admit(connection: Connection, account: str, address: str, minutes: int = 0) -> bool:
        return logins.admit(connection, "key", account, address, NOW + timedelta(minutes=minutes))

    with writing(engine) as connection:
        for _ in range(logins.MOST_BY_ACCOUNT):
            assert admit(connection, "ann", "192.0.2.1")
        assert not admit(connection, "ann", "192.0.2.99"), "from anywhere"
        assert admit(connection, "bo", "192.0.2.1")
        logins.forgive(connection, "key", "ann")
        assert admit(connection, "ann", "192.0.2.1")
        for number in range(logins.MOST_BY_ADDRESS):
            last = admit(connection, f"nobody{number}", "192.0.2.1")
        assert not last
        assert admit(connection, "cy", "192.0.2.1", minutes=16), "the window moves on"


def test_no_account_or_address_is_kept(engine: Engine) -> None:
    with writing(engine) as connection:
        logins.admit(connection, "key", "ann@example.org", "192.0.2.1", datetime(2026, 1, 1, tzinfo=UTC))
        kept = repr(list(connection.execute(select(logins.ATTEMPT))))
    assert "ann" not in kept
    assert "192" not in kept


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("2001:db8::1", "2001:db8::ffff:2", True), ("2001:db8::1", "2001:db8:0:1::1", False),
     ("192.0.2.1", "192.0.2.2", False), ("unix:", "unix:", True)],
)  # fmt: skip
def test_a_household_is_one_address(one: str, other: str, same: bool) -> None:
    assert (logins.network_of(one) == logins.network_of(other)) is same
