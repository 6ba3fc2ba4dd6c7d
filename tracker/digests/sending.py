"""From the settings to a run of sending: which way, written how, under which sender, signed, and to whom not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from ipaddress import ip_address

from sqlalchemy import Connection, Engine

from tracker.bounces.intake import note_refusal
from tracker.bounces.verp import verp_address
from tracker.config import Settings
from tracker.digests.deliver import Out, Report, Write, send
from tracker.digests.letters import Writer
from tracker.digests.message import Mail, Sender, render_mail
from tracker.digests.outbox import Claimed
from tracker.dkim_signature import Key, signed
from tracker.mail import Patience, Route, route_from


class NotAllowedError(Exception):
    """Outside production mail goes to nobody but those whom MAIL_ONLY names."""

    def __init__(self) -> None:
        super().__init__("outside PRODUCTION mail goes only to those whom MAIL_ONLY names")


def sender_from(settings: Settings) -> Sender:
    """Who our mail is from."""
    taken_in_at = settings.bounce_address if settings.bounce_folder else ""
    return Sender(settings.site_name, settings.public_url, settings.mail_from, taken_in_at)


def out_from(settings: Settings, patience: Patience | None = None) -> Out:
    """Which way mail goes. Raises RelayUrlError for an SMTP_URL that cannot be read."""
    route = route_from(settings.smtp_url) if settings.smtp_url.strip() else None
    return Out(route, settings.instance / "mail", patience or Patience())


def writer_from(settings: Settings) -> Write:
    """What makes mails of rows: the letter, the sender by which it comes back, the signature."""
    sender, secret = sender_from(settings), settings.signing_key
    letters = Writer(sender, secret)
    key = key_from(settings, sender)
    may_get = allowed(settings)

    def one(row: Claimed, connection: Connection) -> Mail | Exception:
        if not may_get(row.address):
            return NotAllowedError()
        try:
            (letter,) = letters.letters(connection, [row])
            return finished(row.id, render_mail(letter, sender), letter.queued_at)
        except Exception as error:  # noqa: BLE001  # the boundary: one mail that cannot be written never stops the rest
            return error

    def finished(number: int, mail: Mail, queued_at: datetime) -> Mail:
        message = signed(mail.message, key, queued_at) if key else mail.message
        if settings.bounce_address:
            return Mail(verp_address(settings.bounce_address, secret, number), mail.recipient, message)
        return Mail(mail.sender, mail.recipient, message)

    def write(connection: Connection, rows: Sequence[Claimed]) -> Mapping[int, Mail | Exception]:
        allowed_rows = [row for row in rows if may_get(row.address)]
        try:
            written = letters.letters(connection, allowed_rows)
        except Exception:  # noqa: BLE001  # the boundary: find out which of them it is
            return {row.id: one(row, connection) for row in rows}
        found: dict[int, Mail | Exception] = {row.id: NotAllowedError() for row in rows}
        for row, letter in zip(allowed_rows, written, strict=True):
            found[row.id] = finished(row.id, render_mail(letter, sender), letter.queued_at)
        return found

    return write


def key_from(settings: Settings, sender: Sender) -> Key | None:
    """The key to sign with, if one is set."""
    if settings.dkim_key is None:
        return None
    domain = settings.dkim_domain or sender.address.rpartition("@")[2]
    return Key(settings.dkim_key.read_bytes(), settings.dkim_selector, domain)


def allowed(settings: Settings) -> Callable[[str], bool]:
    """Who may get mail. In production everybody; elsewhere a relay on another machine sends only to MAIL_ONLY.

    A copy of the site with real subscribers must not write to them.
    """
    route = route_from(settings.smtp_url) if settings.smtp_url.strip() else None
    named = frozenset(settings.mail_only.casefold().replace(",", " ").split())
    if settings.production or route is None or (_is_here(route) and not named):
        return lambda _: True
    return lambda address: bool({address.casefold(), "@" + address.casefold().rpartition("@")[2]} & named)


def _is_here(route: Route) -> bool:
    return all(_is_loopback(relay.host) for relay in route.relays)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def send_due(
    engine: Engine,
    settings: Settings,
    now: Callable[[], datetime],
    *,
    is_stopping: Callable[[], bool] = lambda: False,
) -> Report:
    """Send what is due, once."""
    return send(
        engine, out_from(settings), writer_from(settings), now, bounced=note_refusal, is_stopping=is_stopping
    )
