"""Where tests find the offline mirror of publishers' files that lies beside the project.

Tests that read it are marked `mirror`. Without a mirror they are skipped on a person's machine and fail where
`CI` is set, so that a build cannot pass by not looking.
"""

from __future__ import annotations

import os
from pathlib import Path

from tests.missing import missing

PROJECT = Path(__file__).resolve().parent.parent


def mirror_root() -> Path:
    """The mirror's directory, from TRACKER_TEST_MIRROR or beside the project; skips or fails without one."""
    root = Path(os.environ.get("TRACKER_TEST_MIRROR") or PROJECT.parent / "shared" / "upstream")
    if not root.is_dir():
        missing(f"no mirror at {root}; set TRACKER_TEST_MIRROR")
    return root
