"""Digests by hand: plan what is due, see one without sending it, let go what the flood brake holds."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec
from flask import current_app

from tracker.config import Settings
from tracker.db import db, patient, writing
from tracker.digests.message import Letter, Links, message_id, personal, render_mail
from tracker.digests.plan import held_digests, plan, release
from tracker.digests.preview import preview
from tracker.digests.report import Report
from tracker.digests.sending import send_due, sender_from
from tracker.mail import RelayUrlError

_as_json = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")


@click.group()
def digest() -> None:
    """Digests: plan, preview, send, release."""


@digest.command("plan")
@click.option("--at", "at", metavar="ISO", help="As of this instant (with its zone, or UTC) instead of now.")
@_as_json
def plan_command(at: str | None, as_json: bool) -> None:
    """Queue a digest for everybody who is due and has news, and what is urgent for those who want it at once."""
    report = plan(db.engine, sender_from(_settings()), _settings().signing_key, _instant(at))
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(report)).decode())
        return
    for line in in_words(report):
        click.echo(line)


@digest.command("preview")
@click.argument("address", metavar="EMAIL")
@click.option(
    "--all-changes",
    is_flag=True,
    help="Everything recorded on what the address follows, not only what is new.",
)
@click.option("--html", "as_html", is_flag=True, help="The HTML part instead of the plain text.")
@click.option(
    "--to", "path", type=click.Path(dir_okay=False, path_type=Path),
    help="Write the whole message to this file (.eml), as a mail program opens it; with --html the page.",
)  # fmt: skip
@_as_json
def preview_command(address: str, all_changes: bool, as_html: bool, path: Path | None, as_json: bool) -> None:
    """Show the digest that EMAIL would get now. Nothing is sent and nobody's place is moved.

    For an address that follows nothing: an example of real facts, which says what it is made of.
    """
    settings, now = _settings(), datetime.now(UTC)
    sender = sender_from(settings)
    found = preview(db.engine, sender, settings.signing_key, now, address, all_changes=all_changes)
    links = Links(f"{settings.public_url}/manage")
    words = personal(found.words, links)
    if path is not None and as_html:
        path.write_text(words.html, encoding="utf-8")
    elif path is not None:
        named = message_id(address, "preview", now.isoformat(), sender.host)
        letter = Letter("digest", "preview", named, now, address, found.words, links)
        path.write_bytes(render_mail(letter, sender).message)
    if path is not None:
        click.echo(f"Wrote {path}", err=True)
    if as_json:
        value = {"subject": words.subject, "text": words.text, "html": words.html, "items": found.size,
                 "would_be_sent": found.is_due, "notice": found.notice}  # fmt: skip
        click.echo(msgspec.json.format(msgspec.json.encode(value)).decode())
    elif path is None:
        click.echo(words.html if as_html else f"Subject: {words.subject}\n\n{words.text}")


@digest.command("send")
@_as_json
def send_command(as_json: bool) -> None:
    """Send what is queued and due, once. Without SMTP_URL mails are files in `instance/mail/`."""
    settings = _settings()
    try:
        report = send_due(patient(db.engine), settings, lambda: datetime.now(UTC))
    except RelayUrlError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(report)).decode())
    else:
        where = "by the relay" if settings.smtp_url else f"as files to {settings.instance / 'mail'}"
        click.echo(
            f"{report.sent:,} sent {where}, {report.retry:,} to be tried again, {report.failed:,} failed, "
            f"{report.uncertain:,} uncertain. {report.seconds:.1f} s"
        )
    if report.problem:
        raise click.ClickException(report.problem)


@digest.command("release")
@click.option("--drop", is_flag=True, help="Never send them instead.")
@click.option("--list", "only_list", is_flag=True, help="Only say what is held, and why.")
@_as_json
def release_command(drop: bool, only_list: bool, as_json: bool) -> None:
    """Let the digests go that the flood brake holds, or drop them."""
    with writing(db.engine) as connection:
        held = held_digests(connection)
        count = 0 if only_list else release(connection, drop=drop)
    if as_json:
        value = {"held": [{"because": because, "digests": number} for because, number in held],
                 "dropped" if drop else "released": count}  # fmt: skip
        click.echo(msgspec.json.format(msgspec.json.encode(value)).decode())
        return
    for because, number in held:
        click.echo(f"{number:,} held: {because}")
    if not held:
        click.echo("No digests are held.")
    elif not only_list:
        click.echo(f"{'Dropped' if drop else 'Released'} {count:,}.")


def in_words(report: Report) -> list[str]:
    """What a run did, a line each."""
    lines = [
        f"{report.due:,} were due: {report.planned:,} get a digest ({report.bodies:,} different ones), "
        f"{report.quiet:,} have nothing new, {report.had:,} had theirs. {report.seconds:.1f} s"
    ]
    if report.urgent or report.folded:
        lines.append(f"{report.urgent:,} urgent mails queued, {report.folded:,} too late to be urgent")
    if report.heartbeats:
        lines.append(f"{report.heartbeats:,} were told that nothing is new")
    if report.held:
        lines.append(f"{report.held:,} wait for a person: {report.held_because} (flask digest release)")
    return lines + [f"  {problem}" for problem in report.problems]


def _instant(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.UsageError(f"--at takes an instant such as 2026-11-02T09:00Z, not {text!r}") from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found
