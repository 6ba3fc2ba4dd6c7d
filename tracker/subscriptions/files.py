"""Mails that lie as files beside the database: those that no relay took, and those that came back.

Whoever is erased must be gone from there, too. Outside production mails are files in `instance/mail/`; returned mail is
filed in a maildir, and what is in it for longer than backups are kept goes by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from tracker.config import Settings

KEEP_RETURNED_FOR = timedelta(days=35)


def folders_of(settings: Settings) -> tuple[Path, ...]:
    """Where mails lie as files."""
    returned = settings.bounce_folder
    inboxes = (returned / "new", returned / "cur") if returned else ()
    return (settings.instance / "mail", *inboxes)


def erase_files(folders: Iterable[Path], address: str) -> int:
    """Delete every file in which the address stands, as a whole word in any case; answers how many."""
    pattern = re.compile(rb"(?<![\w.+-])" + re.escape(address.encode()) + rb"(?![\w-]|\.\w)", re.IGNORECASE)
    found = [
        path for folder in folders for path in folder.glob("*") if path.is_file() and _has(path, pattern)
    ]
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)


def _has(path: Path, pattern: re.Pattern[bytes]) -> bool:
    try:
        return pattern.search(path.read_bytes()) is not None
    except FileNotFoundError:  # another process filed or deleted it meanwhile
        return False


def forget_returned(folder: Path, now: datetime) -> int:
    """Delete returned mail that has lain in the maildir for long; answers how many."""
    before = (now - KEEP_RETURNED_FOR).timestamp()
    old = [path for path in (folder / "cur").glob("*") if path.stat().st_mtime < before]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
