"""The schema's history leads where the models are, forwards and backwards, on both engines."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Engine, NullPool, create_engine, inspect, text

import tracker.migrations
import tracker.search
from tests.conftest import Collect
from tests.databases import rows_of
from tests.processes import begin, finish
from tests.publishing import Mirror, bill_file
from tests.sources.saved import FOLDER
from tracker.db import Base, writing
from tracker.migrations import NewerSchemaError, current_revision, migrate, newest_revision

MIGRATIONS = Path(tracker.migrations.__file__).parent


def config(connection: Any = None) -> Config:
    found = Config()
    found.set_main_option("script_location", str(MIGRATIONS))
    found.attributes["connection"] = connection
    return found


def revisions() -> list[str]:
    """Oldest first."""
    return [script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()][::-1]


def up_to(engine: Engine, revision: str) -> None:
    with writing(engine) as connection:
        command.upgrade(config(connection), revision)


def down_to(engine: Engine, revision: str) -> None:
    with writing(engine) as connection:
        command.downgrade(config(connection), revision)


def is_ours(name: str | None) -> bool:
    """Full text is each engine's own and no model of ours."""
    return name is not None and not name.startswith(("item_search", "alembic_version"))


def schema(engine: Engine) -> dict[str, Any]:
    """Tables with their columns, keys and indexes, in comparable form."""
    found = inspect(engine)
    return {
        table: {
            "columns": {
                column["name"]: (str(column["type"]), column["nullable"])
                for column in found.get_columns(table)
            },
            "indexes": sorted(
                (index["name"] or "", index["column_names"]) for index in found.get_indexes(table)
            ),
            "primary": found.get_pk_constraint(table)["constrained_columns"],
            "foreign": sorted(
                (key["constrained_columns"], key["referred_table"]) for key in found.get_foreign_keys(table)
            ),
            "unique": sorted(key["column_names"] for key in found.get_unique_constraints(table)),
        }
        for table in found.get_table_names()
        if is_ours(table)
    }


def test_a_fresh_database_has_what_the_models_say(engine: Engine) -> None:
    def include(_thing: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
        return kind != "table" or is_ours(name)

    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": include, "compare_type": True}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_lists_of_a_bill_are_clustered_by_the_bill_on_sqlite(sqlite_engine: Engine) -> None:
    """Alembic does not compare this, and reading a bill depends on it."""
    with sqlite_engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            made = connection.execute(
                text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": table.name}
            )
            is_clustered = "WITHOUT ROWID" in made.scalar_one()
            assert is_clustered is not table.dialect_options["sqlite"]["with_rowid"], table.name


def test_migrating_tells_from_where_to_where_and_twice_is_quiet(empty_engine: Engine) -> None:
    newest = revisions()[-1]
    assert newest_revision(empty_engine) == newest
    assert current_revision(empty_engine) is None
    assert migrate(empty_engine) == (None, newest)
    before = schema(empty_engine)
    assert migrate(empty_engine) == (newest, newest)
    assert schema(empty_engine) == before


def test_every_step_can_be_taken_back_and_again(empty_engine: Engine) -> None:
    steps = ["base", *revisions()]
    for before, after in pairwise(steps):
        had = schema(empty_engine)
        up_to(empty_engine, after)
        has = schema(empty_engine)
        down_to(empty_engine, before)
        assert schema(empty_engine) == had, after
        up_to(empty_engine, after)
        assert schema(empty_engine) == has, after


def test_taking_back_the_newest_step_and_again_loses_no_row(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    mirror.put_zip({f"119-hr-{number}": bill_file(f"119-hr-{number}") for number in range(1, 4)})
    assert collect(congress="119", type="hr").created == 3
    before = rows_of(engine, without=())
    newest, *older = reversed(revisions())
    if older:
        down_to(engine, older[0])
        assert migrate(engine) == (older[0], newest)
    assert rows_of(engine, without=()) == before


def test_a_bills_lists_survive_their_move_into_its_dossier(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    """Real files: votes, committees, readings, summaries, and fields that are empty."""
    numbers = ("1216", "2972", "3163", "4791")
    folder = FOLDER / "govinfo_billstatus"
    files = {f"117-s-{number}": (folder / f"BILLSTATUS-117s{number}.xml").read_bytes() for number in numbers}
    mirror.put_zip(files, 117, "s")
    assert collect(congress="117", type="s").created == len(numbers)
    before = rows_of(engine, without=())
    down_to(engine, "0002")
    with engine.connect() as connection:
        lines = connection.execute(text("SELECT count(*) FROM bill_action WHERE reading IS NOT NULL"))
        assert lines.scalar_one() > len(numbers)
    up_to(engine, "0003")
    then = inspect(engine).get_table_names()
    up_to(engine, revisions()[-1])
    after = rows_of(engine, without=())
    assert {table: after[table] for table in then if table in after} == {
        table: before[table] for table in then if table in before
    }


def test_roll_calls_that_histories_refer_to_are_found_in_measures_already_held(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    """Real files: one that has the publisher's reference, one in which only the text names the vote."""
    folder = FOLDER / "govinfo_billstatus"
    for congress, number in ((117, 31), (118, 111)):
        body = (folder / f"BILLSTATUS-{congress}sjres{number}.xml").read_bytes()
        mirror.put_zip({f"{congress}-sjres-{number}": body}, congress, "sjres")
        assert collect(congress=str(congress), type="sjres").created == 1
    before = rows_of(engine)["vote_measure"]
    assert [row[0] for row in before] == ["117-s1-484", "118-s2-292"]
    down_to(engine, "0014")
    up_to(engine, revisions()[-1])
    assert rows_of(engine)["vote_measure"] == before


def test_a_database_of_a_later_version_is_not_touched(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    before = schema(engine)
    with pytest.raises(NewerSchemaError, match="9999"):
        migrate(engine)
    assert schema(engine) == before
    assert current_revision(engine) == "9999"


def test_a_migration_that_fails_halfway_leaves_nothing(
    empty_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(tracker.search.CREATE, empty_engine.dialect.name, ("CREATE NONSENSE",))
    with pytest.raises(Exception, match=r"(?i)syntax error"):
        migrate(empty_engine)
    assert schema(empty_engine) == {}
    assert current_revision(empty_engine) is None
    monkeypatch.undo()
    assert migrate(empty_engine) == (None, revisions()[-1])


def migrate_alone(url: URL) -> None:
    migrate(create_engine(url, poolclass=NullPool))


def test_two_that_migrate_at_once_both_end_well(empty_engine: Engine) -> None:
    """Two machines may start at the same moment."""
    empty_engine.dispose()
    others = [begin(migrate_alone, empty_engine.url) for _ in range(2)]
    assert [finish(other) for other in others] == [0, 0]
    assert current_revision(empty_engine) == revisions()[-1]


def test_each_step_says_in_a_sentence_what_it_does() -> None:
    scripts = list(ScriptDirectory.from_config(config()).walk_revisions())
    assert [script.revision for script in scripts if not script.doc.strip().endswith(".")] == []
    assert len({script.down_revision for script in scripts}) == len(scripts), "the history has one line"
