"""How long work tells what it has done. Who shows it, and whether, is the caller's affair."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


def quiet(_what: str, _done: int, _total: int) -> None:
    """No progress shown."""
