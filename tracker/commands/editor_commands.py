"""Logins for the desk, by hand: nobody can register there."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click
import msgspec
from flask import current_app
from sqlalchemy import Connection

from tracker.config import Settings
from tracker.db import db, writing
from tracker.desk import logins
from tracker.desk.rules import RefusedError
from tracker.web.login import LINK_DAYS, WeakPasswordError, password_hash, password_path


@click.group()
def editor() -> None:
    """Who may work at the desk."""


@editor.command()
@click.argument("email")
@click.option("--name", metavar="SIGNATURE", help="The signature that readers see; unset: “Editor 1”.")
@click.option("--password", "ask", is_flag=True, help="Ask for the password instead of printing a link.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def add(email: str, name: str | None, ask: bool, password_stdin: bool) -> None:
    """Make a login. Prints a link that sets its password, once; or takes the password here."""
    given = None
    if password_stdin:
        given = sys.stdin.readline().rstrip("\r\n")
    elif ask:
        given = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    try:
        hashed = None if given is None else password_hash(given)
    except WeakPasswordError as error:
        raise click.ClickException(str(error)) from error
    with _writing() as connection:
        word = logins.add(connection, email, name, hashed, datetime.now(UTC))
        signature = next(
            one.name for one in logins.listed(connection) if one.email == email.strip().casefold()
        )
    click.echo(f"{email} may log in at {_site()}/desk and signs as “{signature}”.")
    if hashed is None:
        _tell_link(word)


@editor.command()
@click.argument("email")
def link(email: str) -> None:
    """Print a new link that sets a password. Ends the editor's sessions and earlier links."""
    with _writing() as connection:
        word = logins.renew(connection, email)
    _tell_link(word)


@editor.command()
@click.argument("email")
def remove(email: str) -> None:
    """End a login. What the editor decided stays, with the signature."""
    with _writing() as connection:
        logins.remove(connection, email)
    click.echo(f"{email} can no longer log in.")


@editor.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def list_(as_json: bool) -> None:
    """Everybody who may log in."""
    with db.engine.connect() as connection:
        found = logins.listed(connection)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode([one._asdict() for one in found])).decode())
        return
    for one in found:
        waits = "" if one.has_password else " (no password yet)"
        click.echo(f"{one.email}: “{one.name}”, since {one.added_at:%Y-%m-%d}{waits}")
    if not found:
        click.echo("Nobody yet. Add one with: editor add EMAIL")


@contextmanager
def _writing() -> Iterator[Connection]:
    try:
        with writing(db.engine) as connection:
            yield connection
    except RefusedError as refusal:
        raise click.ClickException(str(refusal)) from refusal


def _site() -> str:
    settings: Settings = current_app.extensions["settings"]
    return settings.public_url


def _tell_link(word: str) -> None:
    click.echo(f"Set the password within {LINK_DAYS} days, once, at:\n{_site()}{password_path(word)}")
