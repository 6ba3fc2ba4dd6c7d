"""What an SMTP server's answer means for a mail. Pure: the answer and the mail's past in, its state out.

* No answer before the final dot: the server has nothing; sent again, and so often only (a mail that breaks every
  server it meets must not be tried for ever).
* No answer after the dot: nobody knows (RFC 1047). A digest is not sent again, its things are carried into the next;
  what somebody waits for is sent again with the same Message-ID, since a repeat is better than silence.
* 4xx: later, at growing distances, for a day; then the things go into the next digest.
* 5xx to the recipient: the address takes no mail.
* 5xx to the sender, to DATA or to the message: about us. Many of the same in a row stop the sending.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from tracker.mail import Outcome, Stage
from tracker.models import DigestKind, DigestState

RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
"""After the first, second, third and every further refusal that was for now only."""

LONGEST = timedelta(hours=24)
MOST_BREAKS = 6
"""So often a line may break, or a sender end, on one mail before that is taken for the mail's own fault."""

SENT_AGAIN = frozenset(
    {DigestKind.CONFIRMATION, DigestKind.MANAGE, DigestKind.REMINDER, DigestKind.WELCOME, DigestKind.URGENT}
)
"""Kinds that are sent again when nobody knows whether they arrived."""


class Fate(NamedTuple):
    """What becomes of a mail. `burns_try` counts an attempt; `is_bounce`: the address refused it for good;
    `is_ours`: the server refused us, not the reader.
    """

    state: DigestState
    retry_at: datetime | None = None
    burns_try: bool = True
    is_bounce: bool = False
    is_ours: bool = False


def fate(outcome: Outcome, kind: DigestKind, attempts: int, queued_at: datetime, now: datetime) -> Fate:
    """The fate of a mail that was tried `attempts` times before."""
    if outcome.is_sent:
        return Fate(DigestState.SENT)
    if outcome.is_unsendable:
        return Fate(DigestState.FAILED)
    if outcome.is_open:
        return after_unknown_end(kind, now)
    reply = outcome.reply
    if reply is None:
        return Fate(DigestState.FAILED) if attempts + 1 >= MOST_BREAKS else _later(attempts, queued_at, now)
    if not reply.is_final:
        return _later(attempts, queued_at, now)
    if outcome.stage is Stage.RCPT:
        return Fate(DigestState.FAILED, is_bounce=True)
    return Fate(DigestState.FAILED, is_ours=True)


def after_unknown_end(kind: DigestKind, now: datetime) -> Fate:
    """The fate of a mail whose dot went out and whose answer nobody has."""
    if kind in SENT_AGAIN:
        return Fate(DigestState.RETRY, now + RETRY_AFTER[0])
    return Fate(DigestState.UNCERTAIN)


def _later(attempts: int, queued_at: datetime, now: datetime) -> Fate:
    again = now + RETRY_AFTER[min(attempts, len(RETRY_AFTER) - 1)]
    return Fate(DigestState.FAILED) if again - queued_at > LONGEST else Fate(DigestState.RETRY, again)
