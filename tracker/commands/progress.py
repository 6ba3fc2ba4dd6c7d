"""Progress on a terminal for what takes over two seconds; silence otherwise and elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from scrapers.progress import Progress

_QUIET_SECONDS = 2.0
_EVERY_SECONDS = 0.1


@contextmanager
def shown_progress(clock: Callable[[], float] = time.monotonic) -> Iterator[Progress]:
    """A progress function that rewrites one line of standard error, and clears it at the end."""
    began = last = clock()
    is_shown = False

    def show(what: str, done: int, total: int) -> None:
        nonlocal last, is_shown
        now = clock()
        if not sys.stderr.isatty() or now - began < _QUIET_SECONDS or now - last < _EVERY_SECONDS:
            return
        last, is_shown = now, True
        share = f", {100 * done // total}%" if total else ""
        click.echo(f"\r\033[K{what}: {done:,} of {total:,}{share}", nl=False, err=True)

    try:
        yield show
    finally:
        if is_shown:
            click.echo("\r\033[K", nl=False, err=True)
