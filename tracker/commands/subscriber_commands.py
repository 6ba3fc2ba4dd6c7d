"""Subscriptions by hand: for operators, and for trying the mails out. Figures never show an address."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click
import msgspec
from flask import current_app
from sqlalchemy.orm import Session

from tracker.config import Settings
from tracker.db import db, writing
from tracker.models import Frequency
from tracker.queries.followed import read_targets
from tracker.subscriptions.ending import erase_for_good
from tracker.subscriptions.files import folders_of
from tracker.subscriptions.kinds import GROUPS, groups_for, read_groups
from tracker.subscriptions.managing import export
from tracker.subscriptions.operating import MOST_TARGETS, SuppressedError, add_confirmed, read_counts
from tracker.subscriptions.requests import note, take
from tracker.subscriptions.rules import AskedFollow, FollowAsk
from tracker.subscriptions.schedule import DAYS, WASHINGTON, Schedule, is_zone
from tracker.subscriptions.store import find_subscriber
from tracker.tokens import address_key
from tracker.web.follow_forms import read_address

_as_json = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")


@click.group()
def subscriber() -> None:
    """Who gets mail: add, show, erase, count."""


@subscriber.command()
@click.argument("email")
@click.option(
    "--follow",
    "targets",
    multiple=True,
    required=True,
    metavar="TARGET",
    help="country:EGY, bill:119-s-1780, topic:arms-sales, search:WORDS …; may be repeated.",
)
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice([group.key for group in GROUPS]),
    help="Only this group of kinds of change; may be repeated.",
)
@click.option("--frequency", type=click.Choice([frequency.value for frequency in Frequency]), default="daily")
@click.option("--zone", default=WASHINGTON, metavar="ZONE", help=f"An IANA time zone; unset: {WASHINGTON}.")
@click.option("--hour", type=click.IntRange(0, 23), default=7, help="The local hour; unset: 7.")
@click.option(
    "--weekday",
    type=click.Choice([day.lower() for day in DAYS]),
    default="monday",
    help="Of a weekly digest; unset: monday.",
)
@click.option("--at-once", is_flag=True, help="Mail what is urgent without waiting for the digest.")
@click.option("--confirmed", is_flag=True, help="Begin at once, without a mail to confirm it.")
@_as_json
def add(
    email: str, targets: tuple[str, ...], kinds: tuple[str, ...], frequency: str, zone: str, hour: int,
    weekday: str, at_once: bool, confirmed: bool, as_json: bool,
) -> None:  # fmt: skip
    """Have EMAIL follow something. Without --confirmed it gets the mail that asks whether it wants that."""
    address = read_address(email)
    if address is None:
        raise click.UsageError(f"{email} is no e-mail address")
    if not is_zone(zone):
        raise click.UsageError(f"there is no time zone {zone}")
    days = [day.lower() for day in DAYS]
    schedule = Schedule(zone, hour, Frequency(frequency), days.index(weekday))
    follows = _follows(targets, kinds, at_once=at_once)
    if confirmed:
        _begin(address, follows, schedule)
    else:
        _ask(address, follows, schedule)
    _tell(address, as_json)


def _follows(targets: tuple[str, ...], kinds: tuple[str, ...], *, at_once: bool) -> tuple[AskedFollow, ...]:
    found, unknown = read_targets(db.session, targets)
    if unknown:
        raise click.UsageError(f"there is nothing to follow at {', '.join(unknown)}")

    def wanted(target: str) -> tuple[str, ...] | None:
        return read_groups(kinds, [group.key for group in groups_for(target)])

    return tuple(AskedFollow(one.target, wanted(one.target), at_once) for one in found)


def _begin(address: str, follows: tuple[AskedFollow, ...], schedule: Schedule) -> None:
    try:
        with writing(db.engine) as connection:
            add_confirmed(connection, _secret(), address, follows, schedule, _now())
    except SuppressedError as error:
        raise click.ClickException("this address is suppressed: nothing may be sent to it") from error


def _ask(address: str, follows: tuple[AskedFollow, ...], schedule: Schedule) -> None:
    ask = FollowAsk(
        follows=follows, zone=schedule.zone, hour=schedule.hour, frequency=schedule.frequency,
        weekday=schedule.weekday,
    )  # fmt: skip
    with writing(db.engine) as connection:
        note(connection, _secret(), address, "an operator", ask, _now())
    take(db.engine, _secret(), _now())


@subscriber.command()
@click.argument("email")
@_as_json
def show(email: str, as_json: bool) -> None:
    """All that is held of EMAIL."""
    if _number(email) is None:
        raise click.ClickException("no such subscriber")
    _tell(email, as_json)


@subscriber.command()
@click.argument("email")
@click.option(
    "--never-again", is_flag=True, help="Keep a keyed digest, so that nothing is ever sent to it again."
)
def erase(email: str, never_again: bool) -> None:
    """Delete everything that is held of EMAIL."""
    number = _number(email)
    folders = folders_of(current_app.extensions["settings"])
    if number is None or not erase_for_good(
        db.engine, number, _now(), never_again=never_again, folders=folders
    ):
        raise click.ClickException("no such subscriber")
    click.echo("Erased: the address, what it followed, and the record of what was sent.")


@subscriber.command("list")
@_as_json
def list_(as_json: bool) -> None:
    """Subscriptions in figures, without addresses."""
    with db.engine.connect() as connection:
        counts = read_counts(connection, targets=MOST_TARGETS)
    if as_json:
        _print(counts)
        return
    click.echo(f"{counts.in_words}. {counts.suppressed:,} addresses are suppressed.")
    click.echo(f"{counts.asks_waiting:,} asks wait to be looked at.")
    for state, count in counts.mails.items():
        click.echo(f"  mails {state}: {count:,}")
    for target, count in counts.targets:
        click.echo(f"  {target}: {count:,}")
    if counts.needs_a_person:
        click.echo(counts.needs_a_person)


@subscriber.command("take")
def take_() -> None:
    """Look at what was asked for on the pages now; the worker does it every second."""
    click.echo(f"Took {take(db.engine, _secret(), _now()):,} asks.")


# --- what they share --------------------------------------------------------------------------------


def _tell(email: str, as_json: bool) -> None:
    number = _number(email)
    with db.engine.connect() as connection:
        found = export(connection, number, _now()) if number is not None else None
    if found is None:
        raise click.ClickException(
            "nothing was done: this address is suppressed, or too much was asked for it"
        )
    if as_json:
        _print(found)
        return
    click.echo(f"{found['state']}: {msgspec.convert(found['schedule'], Schedule).in_words}")
    for follow in found["follows"]:
        click.echo(f"  follows {follow['target']}: {follow['thing']['kinds']}")
    for thing in found["waiting"]:
        click.echo(f"  to be confirmed by mail: {thing['target']}")
    if found["due_at"]:
        click.echo(f"  next digest {found['due_at']}")


def _number(email: str) -> int | None:
    with Session(db.engine) as session:
        row = find_subscriber(session.connection(), address_key(_secret(), read_address(email) or email))
    return row.id if row is not None else None


def _print(value: Any) -> None:
    click.echo(msgspec.json.format(msgspec.json.encode(value)).decode())


def _secret() -> str:
    settings: Settings = current_app.extensions["settings"]
    return settings.signing_key


def _now() -> datetime:
    return datetime.now(UTC)
