"""What a run of planning did, for the command, the worker and the log."""

from __future__ import annotations

from datetime import datetime

import msgspec

MOST_PROBLEMS = 50
"""So many are named; one cause can break very many follows."""


class Report(msgspec.Struct):
    """What a run did. `due` readers had their period: `planned` get a digest, `quiet` ones have nothing new,
    `held` of the planned wait for a person (`held_because`). `urgent` mails go at once, `folded` ones were too late for
    that. `bodies` is how many different ones were made, `matches` what followed things newly match.
    """

    at: datetime
    newest: int = 0
    due: int = 0
    planned: int = 0
    quiet: int = 0
    had: int = 0
    """Readers who had a digest of that period already: they changed their hour."""
    urgent: int = 0
    folded: int = 0
    heartbeats: int = 0
    held: int = 0
    held_because: str = ""
    bodies: int = 0
    matches: int = 0
    problems: list[str] = []
    seconds: float = 0.0
