"""The bundled facts by hand: write them, load them, and what a first start does."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec
from flask import current_app

from tracker.commands.link_commands import link_what_changed
from tracker.commands.progress import shown_progress
from tracker.config import Settings
from tracker.content import ContentError
from tracker.db import db, writing
from tracker.ingest.texts import read_again
from tracker.linking.vocabulary import VocabularyError
from tracker.migrations import NewerSchemaError, migrate
from tracker.snapshot import BUNDLE, SnapshotError, Summary, ensure_bundled, export, load
from tracker.snapshot.copies import Period, read_copies, read_period

_as_json = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")


@click.group()
def snapshot() -> None:
    """The bundled facts: export them to a file, or load a file."""


@snapshot.command("export")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--bill", "keys", multiple=True, metavar="KEY", help="These instead of the usual choice.")
@click.option(
    "--taken", "given", multiple=True, metavar="SOURCE=WHEN",
    help="When a source's documents were taken from the publisher, where copies were read here later and the mirror "
    "does not say: a day, a month, a year, or FIRST/LAST.",
)  # fmt: skip
@_as_json
def export_command(path: Path, keys: tuple[str, ...], given: tuple[str, ...], as_json: bool) -> None:
    """Write the facts on security assistance to PATH (compressed where it ends in .zst)."""
    settings: Settings = current_app.extensions["settings"]
    try:
        with shown_progress() as progress:
            summary = export(
                db.engine, path, keys=keys or None, taken=dict(map(_taken, given)),
                copies=read_copies(settings.tracker_mirror), progress=progress,
            )  # fmt: skip
    except SnapshotError as error:
        raise click.ClickException(str(error)) from error
    _report("wrote", [summary], as_json)


@snapshot.command("load")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_as_json
def load_command(path: Path, as_json: bool) -> None:
    """Add what the file PATH has and the database has not; nothing is overwritten."""
    try:
        summary = load(db.engine, path, datetime.now(UTC))
    except SnapshotError as error:
        raise click.ClickException(str(error)) from error
    _report("added", [summary], as_json)


@click.command()
def bootstrap() -> None:
    """Make the database ready to serve: the current schema, the bundled facts if it is empty, current links."""
    began = time.monotonic()
    try:
        before, after = migrate(db.engine)
        loaded = ensure_bundled(db.engine, datetime.now(UTC), BUNDLE)
        with writing(db.engine) as connection:
            read_again(connection)
        linked = link_what_changed()
    except (NewerSchemaError, SnapshotError, VocabularyError, ContentError) as error:
        raise click.ClickException(str(error)) from error
    if before != after:
        click.echo(f"Schema {after}, was {before or 'empty'}")
    if loaded:
        _report("added", loaded, as_json=False)
        click.echo(f"Loaded the bundled facts in {time.monotonic() - began:.1f} s")
    elif linked.because:
        click.echo(
            f"Linked {linked.items:,} items again: {linked.links_created:,} links added, "
            f"{linked.links_removed:,} removed"
        )


def _taken(pair: str) -> tuple[str, Period]:
    source, _, when = pair.partition("=")
    period = read_period(when)
    if period is None:
        raise click.UsageError(
            f"--taken takes SOURCE= with a day (2026-06-01), a month, a year or FIRST/LAST, not {pair!r}"
        )
    return source, period


def _report(verb: str, summaries: Sequence[Summary], as_json: bool) -> None:
    if as_json:
        found = summaries[0] if len(summaries) == 1 else summaries
        click.echo(msgspec.json.format(msgspec.json.encode(found)).decode())
        return
    for summary in summaries:
        counts = ", ".join(f"{count:,} {kind}" for kind, count in summary.counts.items())
        click.echo(f"{summary.file}: {verb} {counts}; as of {summary.as_of:%-d %B %Y}")
