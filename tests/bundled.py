"""A database as a new installation has it: the bundled facts, and nothing else."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, create_engine

from tests.conftest import NOW
from tracker.snapshot import BUNDLE, load

BUNDLED_FILE = BUNDLE / "119-security-assistance.jsonl.zst"


def fill(url: URL, _folder: Path) -> None:
    """Load the bundle into a database that has the newest schema."""
    engine = create_engine(url)
    load(engine, BUNDLED_FILE, NOW)
    engine.dispose()
