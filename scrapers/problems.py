"""What a run found wrong: kept with the run, and shown on the status page."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class ProblemKind(StrEnum):
    """Why something a run brought was not used as it came."""

    FETCH = "fetch"
    DRIFT = "drift"
    SHORT = "short"
    SHRUNK = "shrunk"
    STALE = "stale"
    CRASH = "crash"


class Problem(msgspec.Struct, frozen=True):
    """What is wrong, where, in words for a person. `place` is inside the document, where known."""

    kind: ProblemKind
    source: str
    document: str
    message: str
    place: str = ""
