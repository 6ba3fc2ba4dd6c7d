"""A database as a new installation has it: the bundled facts and the editors' judgements, and nothing else."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, create_engine

from tests.conftest import NOW
from tracker.db import writing
from tracker.judgements import store_judgements
from tracker.linking.linker import packaged_content
from tracker.snapshot import ensure_bundled


def fill(url: URL, _folder: Path) -> None:
    """Load the bundle into a database that has the newest schema."""
    engine = create_engine(url)
    assert ensure_bundled(engine, NOW)
    with writing(engine) as connection:
        store_judgements(connection, packaged_content())
    engine.dispose()
