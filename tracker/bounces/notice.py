"""What a returned mail says: a delivery status (RFC 3464), a complaint (RFC 5965), or a server's own words. Pure.

The standard's forms are read with the standard library, the rest by flufl.bounce, which knows the servers of thirty
years. Which digest it is about is not read from the text, which anybody can write, but from the address it came to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import policy
from email.message import Message
from email.parser import BytesParser
from email.utils import getaddresses

from flufl.bounce import all_failures

from tracker.bounces.rules import Notice, Returned

_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_CODE = re.compile(r"\b(4\d\d|5\d\d)[ -]")
_WORDS = 200
LARGEST = 1024 * 1024
"""Bytes of a returned mail that are looked at."""

_PLACES = ("X-Original-To", "Delivered-To", "Envelope-To", "X-Envelope-To", "To")


def parsed(raw: bytes) -> Message:
    """The mail as the standard library sees it, in its forgiving way: no input makes it raise."""
    return BytesParser(policy=policy.compat32).parsebytes(raw[:LARGEST])


def addresses_of(mail: Message) -> list[str]:
    """The addresses to which a mail may have come, the surest first."""
    found = []
    for name in _PLACES:
        values = [str(value) for value in mail.get_all(name, [])]
        found += [address for _, address in getaddresses(values) if address]
    return list(dict.fromkeys(found))


def read_notice(mail: Message) -> Notice | None:
    """What it says; None for a mail that is no return of one: somebody's holiday answer, or an advertisement."""
    return _complaint(mail) or _delivery_status(mail) or _own_words(mail)


def _complaint(mail: Message) -> Notice | None:
    for part in _parts(mail, "message/feedback-report"):
        fields = _fields(part)
        kind = fields.get("feedback-type", "abuse").strip().lower()
        if kind == "not-spam":
            return None
        return Notice(Returned.COMPLAINT, words=f"complaint: {kind}"[:_WORDS])
    return None


def _delivery_status(mail: Message) -> Notice | None:
    for part in _parts(mail, "message/delivery-status"):
        for block in _inner(part):
            action = str(block.get("Action", "")).strip().lower()
            if action in ("failed", "delayed"):
                status = _first(_STATUS, str(block.get("Status", "")))
                told = " ".join(str(block.get("Diagnostic-Code", "")).split()) or status
                return _failed(status or _first(_STATUS, told) or _from_code(told), told, action == "delayed")
            if action in ("delivered", "relayed", "expanded"):
                return None
    return None


def _own_words(mail: Message) -> Notice | None:
    try:
        temporary, permanent = all_failures(mail)
    except Exception:  # noqa: BLE001  # the boundary: thirty years of servers, and whoever imitates one
        return None
    if not temporary and not permanent:
        return None
    text = _text(mail)
    status = _first(_STATUS, text)
    return _failed(status, " ".join(text.split()), is_delayed=False, is_soft=not permanent)


def _failed(status: str, words: str, is_delayed: bool, is_soft: bool = False) -> Notice:
    if is_delayed:
        return Notice(Returned.DELAYED, status, words[:_WORDS])
    soft = is_soft or status.startswith("4")
    return Notice(Returned.SOFT if soft else Returned.HARD, status, words[:_WORDS])


def _from_code(words: str) -> str:
    """A status of the class that a plain reply code has, where no other is given."""
    code = _first(_CODE, words + " ")
    return f"{code[0]}.0.0" if code else ""


def _first(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match[1] if match else ""


def _parts(mail: Message, content_type: str) -> Iterator[Message]:
    return (part for part in mail.walk() if part.get_content_type() == content_type)


def _fields(part: Message) -> dict[str, str]:
    """The fields of a feedback report, whether the parser took it for a message or for text."""
    inner = _inner(part)
    if inner:
        return {name.lower(): str(value) for one in inner for name, value in one.items()}
    pairs = (line.partition(":") for line in str(part.get_payload()).splitlines())
    return {name.strip().lower(): value.strip() for name, _, value in pairs if value}


def _inner(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []


def _text(mail: Message) -> str:
    for part in mail.walk():
        if part.get_content_maintype() == "text":
            payload = part.get_payload(decode=True)
            return payload.decode("utf-8", "replace")[:4000] if isinstance(payload, bytes) else ""
    return ""
