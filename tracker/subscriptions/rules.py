"""Who may ask for how much, and what an ask leads to. Pure: counts and times in, a word out.

A stranger can type anybody's address. So what is asked for before an address is proved leads to one mail a day at most,
and to no mail at all for an address that must not be written to.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median
from typing import NamedTuple

import msgspec

from tracker.models import Frequency
from tracker.subscriptions.schedule import WASHINGTON, Schedule

DAY = timedelta(days=1)

CONFIRM_FOR = timedelta(hours=48)
"""For how long a confirmation link holds."""
MANAGE_FOR = timedelta(hours=1)
"""For how long a link to the manage page holds, until it is opened."""
SESSION_FOR = timedelta(minutes=30)
"""For how long the manage page stays open once it is."""

REMIND_AFTER = timedelta(hours=48)
KEEP_TOKENS_FOR = timedelta(days=14)
"""After their end, so that a page can say "this link is used up", and that sign-ups by the hour are known."""

FORGET_UNCONFIRMED_AFTER = timedelta(days=7)
FORGET_STOPPED_AFTER = timedelta(days=30)
PAUSE = timedelta(days=14)

FORM_AT_LEAST = timedelta(seconds=2)
"""Nobody reads and fills the form faster; a program does."""
FORM_AT_MOST = timedelta(hours=12)

MOST_BY_ADDRESS = 5
"""Asks for one address in a day that are looked at; the rest is only counted."""
MOST_BY_NETWORK = 60
"""The same by network (a /24 or /48): a school behind one address still gets in, a list of addresses does not."""
MANAGE_LINKS_A_DAY = 2

MOST_FOLLOWS = 200
"""What one subscriber may follow. Beyond it a search or a topic serves better."""


class Limit(NamedTuple):
    """Asks of the last day, for one address and from one network, this one not counted."""

    by_address: int
    by_network: int


def is_heard(asked: Limit) -> bool:
    """Whether an ask is looked at, or only counted. Whoever sent it is told the same."""
    return asked.by_address < MOST_BY_ADDRESS and asked.by_network < MOST_BY_NETWORK


# --- what is asked ----------------------------------------------------------------------------------


class AskedFollow(msgspec.Struct, frozen=True):
    """A target, the groups of kinds that are wanted (None: all), and whether what is urgent comes at once."""

    target: str
    kinds: tuple[str, ...] | None = None
    at_once: bool = False


class FollowAsk(msgspec.Struct, frozen=True, tag="follow", kw_only=True):
    """Follow these. How often and when counts only for an address that is new: a later ask adds and changes nothing."""

    follows: tuple[AskedFollow, ...]
    zone: str = WASHINGTON
    hour: int = 7
    frequency: Frequency = Frequency.DAILY
    weekday: int = 0
    home_state: str | None = None
    home_district: int | None = None
    heartbeat: bool = False

    @property
    def schedule(self) -> Schedule:
        return Schedule(self.zone, self.hour, self.frequency, self.weekday)


class ManageAsk(msgspec.Struct, frozen=True, tag="manage"):
    """Send the link to the manage page."""


Ask = FollowAsk | ManageAsk


# --- whether a mail goes out ------------------------------------------------------------------------


class Outcome(StrEnum):
    """What happens about a confirmation mail."""

    NOW = "now"
    LATER = "later"
    NOT = "not"


class LastConfirmation(NamedTuple):
    """The newest confirmation mail to an address: when it goes or went out, and whether its link was followed."""

    at: datetime
    is_used: bool


def confirmation(last: LastConfirmation | None, now: datetime) -> Outcome:
    """One confirmation mail an address and day, whatever is asked.

    Within the day nothing is sent while the first link is open, since its page shows all that was asked for. Where it
    was followed already, the next mail waits until the day is over, so that no ask of a real reader is lost.
    """
    if last is None or now - last.at >= DAY:
        return Outcome.NOW
    return Outcome.LATER if last.is_used and last.at <= now else Outcome.NOT


# --- when many ask at once --------------------------------------------------------------------------

_SURGE = 20
_QUIET_SITE = 100
"""A site with hardly any sign-ups may have so many an hour before a person is asked."""


def surge_limit(hourly: Sequence[int]) -> int:
    """How many confirmation mails an hour go out by themselves: twenty times the median hour, and no fewer than 100."""
    return max(_QUIET_SITE, round(_SURGE * median(hourly))) if hourly else _QUIET_SITE
