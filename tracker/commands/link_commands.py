"""Linking by hand: what the vocabulary of today would make of the items that we hold."""

from __future__ import annotations

from collections.abc import Callable

import click
import msgspec

from tracker.commands.progress import shown_progress
from tracker.content import ContentError
from tracker.db import db, exclusive, writing
from tracker.judgements import store_judgements
from tracker.linking.apply import Report, relink
from tracker.linking.linker import packaged_content, packaged_linker
from tracker.linking.vocabulary import VocabularyError

_SHOWN = 15


@click.command()
@click.option("--all", "everything", is_flag=True, help="Every item again, not only what a change touches.")
@click.option("--preview", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def link(everything: bool, preview: bool, as_json: bool) -> None:
    """Link items to countries, programmes and recommendations after the vocabulary or the rules changed."""
    try:
        report = link_what_changed(
            everything=everything, preview=preview,
            told=lambda planned: _tell(planned, as_json, everything),
        )  # fmt: skip
    except (VocabularyError, ContentError) as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(report)).decode())
    elif not preview and report.items:
        click.echo(f"Done in {report.seconds:.1f} s.")


def link_what_changed(
    *, everything: bool = False, preview: bool = False, told: Callable[[Report], None] = lambda _: None
) -> Report:
    """Bring links and the judgements of `content/` up to this program's vocabulary, rules and files."""
    linker = packaged_linker()
    with shown_progress() as progress, writing(db.engine) as connection, exclusive(connection, "link"):
        report = relink(
            connection, linker, everything=everything, preview=preview, told=told, progress=progress
        )
        if not preview:
            store_judgements(connection, packaged_content())
    return report


def _tell(planned: Report, as_json: bool, everything: bool) -> None:
    """What is about to be written, before it is."""
    if as_json:
        return
    if not planned.because and not everything:
        click.echo("Nothing to link: vocabulary, signals and rules are those the links were made with.")
        return
    changed = ", ".join(planned.because[:_SHOWN])
    more = f" and {len(planned.because) - _SHOWN} more" if len(planned.because) > _SHOWN else ""
    click.echo(f"Changed since links were made: {changed or 'nothing'}{more}.")
    click.echo(
        f"Touches {planned.items:,} items: {planned.links_created:,} links to add, "
        f"{planned.links_changed:,} to word anew, {planned.links_removed:,} to remove."
    )
    largest = sorted(planned.by_target.items(), key=lambda entry: -entry[1])[:_SHOWN]
    for target, count in largest:
        click.echo(f"  {target}: {count:,}")
