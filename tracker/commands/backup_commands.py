"""The whole database to a file and back, by hand."""

from __future__ import annotations

import time
from pathlib import Path

import click

from tracker import backup as backups
from tracker.db import db


@click.command()
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
def backup(path: Path) -> None:
    """Write the whole database to PATH while the site serves."""
    began = time.monotonic()
    try:
        size = backups.backup(db.engine, path)
    except backups.BackupError as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        f"{path}: {size / 1e6:,.1f} MB in {time.monotonic() - began:.1f} s. It has subscribers' addresses."
    )


@click.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(path: Path) -> None:
    """Bring an empty database to what the backup PATH has."""
    try:
        schema = backups.restore(db.engine, path)
    except backups.BackupError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Restored {path} (schema {schema}), and brought it to the current schema.")
