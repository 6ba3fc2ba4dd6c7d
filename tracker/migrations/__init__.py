"""The schema's history. `flask migrate` brings a database to the newest; each file does one thing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from tracker.db import exclusive, writing

if TYPE_CHECKING:
    from alembic.config import Config

# Alembic is imported where it is used: it is large, and only migrating needs it.


class NewerSchemaError(Exception):
    """The database was made by a later version of this program: it must not be touched by this one."""


def _config(engine: Engine) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["engine"] = engine
    return config


def current_revision(engine: Engine) -> str | None:
    """The schema the database has; None for an empty one."""
    from alembic.runtime.migration import MigrationContext

    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision(engine: Engine) -> str | None:
    """The schema this program knows."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_config(engine)).get_current_head()


def migrate(engine: Engine) -> tuple[str | None, str | None]:
    """Bring the database to the newest schema; answers the revisions before and after."""
    from alembic import command
    from alembic.script import ScriptDirectory

    config = _config(engine)
    before = current_revision(engine)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if before is not None and before not in known:
        raise NewerSchemaError(f"the database has schema {before}, which this version does not know")
    with writing(engine) as connection, exclusive(connection, "migrate"):
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return before, current_revision(engine)
