"""Commands for people: every job by hand. Text for eyes, `--json` for scripts, non-zero when it failed."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Any

import click
import msgspec
from flask import Flask, current_app
from sqlalchemy import Engine

from scrapers.registry import all_sources
from scrapers.times import EASTERN
from tracker import ledger, migrations
from tracker.commands.backup_commands import backup, restore
from tracker.commands.digest_commands import digest
from tracker.commands.editor_commands import editor
from tracker.commands.link_commands import link
from tracker.commands.progress import shown_progress
from tracker.commands.snapshot_commands import bootstrap, snapshot
from tracker.commands.subscriber_commands import subscriber
from tracker.commands.worker_commands import worker
from tracker.config import Settings
from tracker.db import db, writing
from tracker.digests.deliver import why_stopped
from tracker.ingest import Report
from tracker.jobs import Work, collect_source
from tracker.linking.apply import is_outdated
from tracker.linking.linker import packaged_content, packaged_linker
from tracker.queries.sources import Health, SourceStatus, list_sources
from tracker.sentences import written_within
from tracker.subscriptions.operating import read_counts
from tracker.web.formatting import rhythm, washington_day


def register(app: Flask) -> None:
    """Add every command to the application."""
    for command in (
        migrate,
        sources,
        collect,
        link,
        held,
        digest,
        editor,
        subscriber,
        snapshot,
        bootstrap,
        worker,
        backup,
        restore,
        check,
    ):
        app.cli.add_command(command)


def settings() -> Settings:
    """The running application's settings."""
    found: Settings = current_app.extensions["settings"]
    return found


def engine() -> Engine:
    return db.engine


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    click.echo(msgspec.json.format(msgspec.json.encode(value)).decode())


@click.command()
def migrate() -> None:
    """Bring the database to the current schema."""
    try:
        before, after = migrations.migrate(engine())
    except migrations.NewerSchemaError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Schema {after}" + ("" if before == after else f", was {before or 'empty'}"))


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def sources(as_json: bool) -> None:
    """Every source: publisher, rhythm, last good collection, health."""
    found = list_sources(db.session, datetime.now(UTC))
    if as_json:
        print_json(found)
        return
    for source in found:
        click.echo(f"{source.key}: {source.health}. {_last_good(source)}, {rhythm(source.rhythm)}.")
        click.echo(
            f"  {source.name}, {source.publisher}. {source.items:,} items, {source.documents:,} documents."
        )
        for problem in source.last_run.problems[:5] if source.last_run else ():
            click.echo(f"  {problem.kind}: {problem.document} {problem.place}: {problem.message}")


def _last_good(source: SourceStatus) -> str:
    """When the last good collection was; of what came with the program as much as is known of when it was taken."""
    run = source.bundled
    if run and run.bundled_as_of and run.bundled_until:
        return f"Facts taken {written_within(washington_day(run.bundled_as_of), run.bundled_until)}"
    when = f"{source.last_good_at:%Y-%m-%d %H:%M} UTC" if source.last_good_at else "never"
    return f"Last good collection {when}"


@click.command()
@click.option("--release", type=int, metavar="COLLECTION", help="Publish the changes of this collection.")
@click.option("--drop", type=int, metavar="COLLECTION", help="Forget the changes of this collection.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def held(release: int | None, drop: int | None, as_json: bool) -> None:
    """Changes that wait for a person: list them, release or drop a collection's."""
    with writing(engine()) as connection:
        if release is not None:
            click.echo(f"Released {ledger.release(connection, release):,} changes.", err=as_json)
        if drop is not None:
            click.echo(f"Dropped {ledger.drop(connection, drop):,} changes.", err=as_json)
        waiting = ledger.held_runs(connection)
    if as_json:
        print_json(waiting)
        return
    for run in waiting:
        click.echo(
            f"{run.collection}: {run.source}, {run.started_at:%Y-%m-%d}, {run.changes:,} changes: {run.because}"
        )
    if not waiting:
        click.echo("No changes are held.")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def check(as_json: bool) -> None:
    """Configuration and health; fails when something needs a person."""
    problems = []
    if migrations.current_revision(engine()) != migrations.newest_revision(engine()):
        problems.append("the database's schema is not this program's: run `flask --app wsgi migrate`")
    else:
        with engine().connect() as connection:
            held_back = ledger.held_runs(connection)
            if is_outdated(connection, packaged_linker()):
                problems.append("links were made with another vocabulary: run `flask --app wsgi link`")
            mails = read_counts(connection).needs_a_person
        problems += [mails] if mails else []
        problems += [f"{run.changes} changes of {run.source} are held: {run.because}" for run in held_back]
        now = datetime.now(UTC)
        if stopped := why_stopped(engine(), now):
            problems.append(f"mail is {stopped}")
        states = list_sources(db.session, now)
        problems += [
            f"{source.key} is {source.health}" for source in states if source.health == Health.BROKEN
        ]
        problems += [
            f"{review.title} was to be reviewed by {review.due} ({review.path})"
            for review in packaged_content().reviews_due(datetime.now(EASTERN).date())
        ]
    if as_json:
        print_json({"ok": not problems, "problems": problems})
    else:
        click.echo("\n".join(problems) or "All is well.")
    if problems:
        sys.exit(1)


@click.command()
@click.argument("keys", nargs=-1, metavar="[SOURCE]...")
@click.option("--all", "everything", is_flag=True, help="Every source.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only what changed since this day (UTC).")
@click.option("--option", "pairs", multiple=True, metavar="KEY=VALUE", help="An option of the source.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def collect(
    keys: tuple[str, ...], everything: bool, since: datetime | None, pairs: tuple[str, ...], as_json: bool
) -> None:
    """Run sources now and store what they bring."""
    known = all_sources()
    unknown = [key for key in keys if key not in known]
    if unknown:
        raise click.UsageError(f"no source {', '.join(unknown)}; there are: {', '.join(known)}")
    if not keys and not everything:
        raise click.UsageError("name a source, or --all")
    options = dict(_pair(pair) for pair in pairs)
    work = Work(engine(), settings())
    reports = []
    for key in keys or sorted(
        known, key=lambda key: known[key].wanted is not None
    ):  # after those they wait for
        with shown_progress() as progress:
            report = collect_source(
                work, known[key], options, progress, since=since.replace(tzinfo=UTC) if since else None
            )
        reports.append(report)
        if not as_json:
            click.echo(_in_words(report))
    if as_json:
        print_json(reports[0] if len(reports) == 1 else reports)
    if any(report.needs_a_person for report in reports):
        sys.exit(1)


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise click.UsageError(f"--option takes KEY=VALUE, not {text!r}")
    return key, value


def _in_words(report: Report) -> str:
    lines = [
        f"{report.source}: {report.status}, {report.documents:,} documents, {report.created:,} new, "
        f"{report.updated:,} updated, {report.unchanged:,} unchanged, {report.changes:,} changes, "
        f"{report.seconds:.1f} s"
    ]
    if report.held:
        lines.append(f"  {report.held:,} changes held for an editor: {report.held_because}")
    lines += [f"  {p.kind}: {p.document} {p.place}: {p.message}" for p in report.problems[:20]]
    if len(report.problems) > 20:
        lines.append(f"  and {len(report.problems) - 20} more problems")
    return "\n".join(lines)
