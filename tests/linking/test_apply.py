"""Links in rows: made with what is collected, again when the vocabulary changes, and never over an editor's word."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

import msgspec
import pytest
from sqlalchemy import Engine, Table, select, update

from tests.conftest import Collect
from tests.publishing import Mirror, bill_file
from tracker.db import writing
from tracker.linking.apply import Report, is_outdated, relink
from tracker.linking.evidence import SCOPE
from tracker.linking.linker import Linker, packaged_content, packaged_linker
from tracker.linking.vocabulary import Entry, Vocabulary, load_vocabulary
from tracker.models import Item, Link, LinkState

LINK = cast(Table, Link.__table__)
ITEM = cast(Table, Item.__table__)

FOREIGN = "<name>International Affairs</name>"
EGYPT = "To limit foreign military financing for Egypt, and for other purposes"
TITLES = {
    "119-hr-1": EGYPT,
    "119-hr-2": "To require a report on security assistance to the Republic of Kenya",
    "119-hr-3": "To designate the post office in Cuba, Missouri",
    "119-hr-4": "To name a bridge",
}


def changed(key: str, **fields: Any) -> Linker:
    """The packaged linker with one vocabulary entry different."""
    return with_entries(key, lambda entry: msgspec.structs.replace(entry, **fields))


def with_entries(key: str, change: Any) -> Linker:
    entries: dict[str, Entry] = dict(load_vocabulary().entries)
    entries[key] = change(entries.get(key))
    return Linker(Vocabulary(entries.values()), packaged_content())


@pytest.fixture
def collected(collect: Collect, mirror: Mirror, engine: Engine) -> Engine:
    """Four measures, linked as they came, with the vocabulary noted."""
    mirror.put_zip({key: file(key) for key in TITLES})
    collect(congress="119", type="hr")
    run(engine, packaged_linker())
    return engine


def file(key: str, **parts: str) -> bytes:
    return bill_file(key, **{"title": TITLES[key], "policyArea": FOREIGN, **parts})


def run(engine: Engine, linker: Linker, **how: Any) -> Report:
    with writing(engine) as connection:
        return relink(connection, linker, **how)


def links(engine: Engine) -> dict[str, set[str]]:
    """Targets by item key."""
    found: dict[str, set[str]] = {}
    with engine.connect() as connection:
        for key, target in connection.execute(
            select(ITEM.c.key, LINK.c.target).join_from(LINK, ITEM, ITEM.c.id == LINK.c.item_id)
        ):
            found.setdefault(key.removeprefix("bill:"), set()).add(target)
    return found


def row_of(engine: Engine, target: str) -> Any:
    with engine.connect() as connection:
        return connection.execute(select(LINK).where(LINK.c.target == target)).one()


def decide(engine: Engine, target: str, state: LinkState) -> None:
    with writing(engine) as connection:
        connection.execute(
            update(LINK)
            .where(LINK.c.target == target)
            .values(
                state=state, is_shown=state is LinkState.CONFIRMED, decided_by="an editor",
                decided_at=datetime(2026, 11, 1, tzinfo=UTC),
            )
        )  # fmt: skip


def test_what_is_collected_is_linked_in_the_same_run(collected: Engine) -> None:
    found = links(collected)
    assert {"country:EGY", "programme:fmf", SCOPE} <= found["119-hr-1"]
    assert {"country:KEN", SCOPE} <= found["119-hr-2"]
    assert "119-hr-3" not in found
    assert "119-hr-4" not in found


def test_evidence_quotes_the_words_where_they_stand(collected: Engine) -> None:
    (evidence, *_) = row_of(collected, "country:EGY").evidence
    assert evidence.words == "Egypt"
    assert EGYPT[evidence.start :].startswith("Egypt")
    assert evidence.quote[evidence.at :].startswith("Egypt")


def test_linking_again_changes_nothing(collected: Engine) -> None:
    before = links(collected)
    assert run(collected, packaged_linker()).because == []
    again = run(collected, packaged_linker(), everything=True)
    assert (again.items, again.links_created, again.links_changed, again.links_removed) == (4, 0, 0, 0)
    assert links(collected) == before


@pytest.mark.parametrize(
    ("key", "fields", "touched", "gained", "lost"),
    [
        # An entry loses its words: the item that had them is found by the words that were.
        ("country:EGY", {"names": ("Misr",)}, 1, {}, {"119-hr-1": "country:EGY"}),
        # An entry gains words that one item has.
        ("country:EGY", {"names": ("Egypt", "bridge")}, 2, {"119-hr-4": "country:EGY"}, {}),
        # Only the note differs: the item is looked at, nothing is written.
        ("country:KEN", {"note": "A note."}, 1, {}, {}),
        # An entry that no item speaks of touches none.
        ("country:TUV", {"note": "A note."}, 0, {}, {}),
    ],
)
def test_a_change_in_the_vocabulary_touches_only_what_it_can(
    collected: Engine,
    key: str,
    fields: dict[str, Any],
    touched: int,
    gained: Mapping[str, str],
    lost: Mapping[str, str],
) -> None:
    before = links(collected)
    linker = changed(key, **fields)
    report = run(collected, linker)
    assert report.because == [key]
    assert report.items == touched
    after = links(collected)
    assert {item: target for item, target in gained.items() if target in after.get(item, set())} == gained
    assert {
        item: target for item, target in lost.items() if target in before[item] - after.get(item, set())
    } == lost
    assert run(collected, linker).items == 0, "the second run has nothing to do"


def test_a_new_near_miss_takes_away_what_it_hides(collected: Engine) -> None:
    near_miss = Entry(key="near-miss:egypt-valley", name="egypt-valley", names=("for Egypt",))
    report = run(collected, with_entries("near-miss:egypt-valley", lambda _: near_miss))
    assert report.items == 1
    assert "country:EGY" not in links(collected)["119-hr-1"]
    assert "-country:EGY" in report.by_target


def test_a_preview_says_what_would_change_and_changes_nothing(collected: Engine) -> None:
    before = links(collected)
    told: list[Report] = []
    linker = changed("country:EGY", names=("Misr",))
    report = run(collected, linker, preview=True, told=told.append)
    assert report.by_target["-country:EGY"] == 1
    assert told == [report]
    assert links(collected) == before
    with collected.connect() as connection:
        assert is_outdated(connection, linker)
        assert not is_outdated(connection, packaged_linker())


def test_it_is_told_before_anything_is_written(collected: Engine) -> None:
    with writing(collected) as connection:
        seen: list[int] = []

        def look(_: Report) -> None:
            seen.append(len(connection.execute(select(LINK).where(LINK.c.target == "country:EGY")).all()))

        relink(connection, changed("country:EGY", names=("Misr",)), told=look)
    assert seen == [1]
    assert "country:EGY" not in links(collected).get("119-hr-1", set())


@pytest.mark.parametrize("state", [LinkState.CONFIRMED, LinkState.REJECTED])
def test_an_editors_word_outlasts_rules_and_collections(
    collected: Engine, collect: Collect, mirror: Mirror, state: LinkState
) -> None:
    decide(collected, "country:EGY", state)
    before = row_of(collected, "country:EGY")
    run(collected, changed("country:EGY", names=("Misr",)))
    run(collected, packaged_linker(), everything=True)
    mirror.put_zip(
        {**{key: file(key) for key in TITLES},
         "119-hr-1": file("119-hr-1", updated="2026-03-01T00:00:00Z", title=f"{EGYPT} and Egypt again")}
    )  # fmt: skip
    assert collect(congress="119", type="hr").updated == 1
    assert row_of(collected, "country:EGY") == before


@pytest.mark.parametrize(
    ("state", "concerns"), [(LinkState.CONFIRMED, True), (LinkState.REJECTED, False)]
)  # fmt: skip
def test_what_an_item_concerns_hangs_on_the_editors_word_on_scope(
    collect: Collect, mirror: Mirror, engine: Engine, state: LinkState, concerns: bool
) -> None:
    title = "To require end-use monitoring of defense articles transferred to Egypt"
    mirror.put_zip({"119-hr-1": bill_file("119-hr-1", title=title, policyArea=FOREIGN)})
    collect(congress="119", type="hr")
    decide(engine, SCOPE, state)
    run(engine, packaged_linker(), everything=True)
    targets = links(engine)["119-hr-1"]
    assert any(target.startswith(("recommendation:", "promise:")) for target in targets) is concerns


def test_an_updated_bill_is_linked_anew(collected: Engine, collect: Collect, mirror: Mirror) -> None:
    mirror.put_zip(
        {**{key: file(key) for key in TITLES},
         "119-hr-1": file("119-hr-1", updated="2026-03-01T00:00:00Z",
                          title="To limit foreign military financing for Tunisia")}
    )  # fmt: skip
    collect(congress="119", type="hr")
    assert "country:TUN" in links(collected)["119-hr-1"]
    assert "country:EGY" not in links(collected)["119-hr-1"]


def test_links_wait_in_a_database_that_was_never_linked(
    collect: Collect, mirror: Mirror, engine: Engine
) -> None:
    """What yesterday's version collected has no links; the first run makes them all."""
    mirror.put_zip({key: file(key) for key in TITLES})
    collect(congress="119", type="hr")
    expected = links(engine)
    with writing(engine) as connection:
        connection.execute(LINK.delete())
    report = run(engine, packaged_linker())
    assert report.items == 4
    assert links(engine) == expected
