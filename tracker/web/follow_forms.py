"""What the forms of the mail service hold: drawn with it, and read from what was sent. Values in, values out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec
from email_validator import EmailNotValidError, validate_email
from werkzeug.datastructures import MultiDict

from tracker import tokens
from tracker.models import Frequency
from tracker.queries.followed import Followed
from tracker.states import HOMES
from tracker.subscriptions.kinds import GROUPS, Group, groups_for, read_groups
from tracker.subscriptions.rules import FORM_AT_LEAST, FORM_AT_MOST, AskedFollow
from tracker.subscriptions.schedule import DAYS, WASHINGTON, Schedule, all_zones, is_zone, zone_name

TRAP = "website"
"""A field that nobody sees. What has it filled in is a program, and is answered like everybody."""
STAMP = "drawn"

LONGEST_ADDRESS = 254


Sent = MultiDict[str, str]
"""A form as it was sent."""


class Problem(NamedTuple):
    """What is wrong with a field, in a sentence; `field` is the id of where it can be mended."""

    field: str
    sentence: str


class Wishes(msgspec.Struct, frozen=True):
    """How often, when, and with what more."""

    schedule: Schedule = Schedule()
    home_state: str | None = None
    home_district: int | None = None
    heartbeat: bool = False
    at_once: bool = False


USUAL = Wishes()
"""Daily at seven in Washington, until somebody chooses."""


# --- an address -------------------------------------------------------------------------------------


def read_address(text: str) -> str | None:
    """An address that mail can be sent to, in its plain form; None for what is none. Asks no server."""
    try:
        found = validate_email(text.strip(), check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError:
        return None
    address = f"{found.local_part}@{found.ascii_domain}"
    return address if len(address) <= LONGEST_ADDRESS else None


ADDRESS_PROBLEM = Problem("address", "Write an e-mail address, such as name@example.org.")


# --- whether a person sent it -----------------------------------------------------------------------


def stamp_problem(secret: str, stamp: str, now: datetime) -> Problem | None:
    """What is wrong with when the form was drawn. Nothing about the address plays a part in it."""
    age = tokens.form_age(secret, stamp, now)
    if age is None:
        return Problem("send", "We could not tell that this form came from our page. Please send it again.")
    if age < FORM_AT_LEAST:
        return Problem("send", "That was faster than anybody reads. Please look it over and send it again.")
    if age > FORM_AT_MOST:
        hours = FORM_AT_MOST // timedelta(hours=1)
        return Problem("send", f"This page was open for more than {hours} hours. Please send it again.")
    return None


def is_trapped(sent: Sent) -> bool:
    """Whether a program filled in what no person sees."""
    return bool(sent.get(TRAP, "").strip())


# --- what is wished ---------------------------------------------------------------------------------

_SMALL = re.compile(r"\d{1,2}", re.ASCII)


def read_wishes(sent: Sent) -> tuple[Wishes, list[Problem]]:
    """The schedule and the rest, and what is wrong with them; what is not sent is as usual."""
    usual, problems = Schedule(), []
    zone = sent.get("zone", "") or usual.zone
    if not is_zone(zone):
        problems.append(Problem("zone", "Choose a time zone from the list."))
        zone = usual.zone
    hour = _number(sent.get("hour", ""), usual.hour, range(24))
    weekday = _number(sent.get("weekday", ""), usual.weekday, range(7))
    frequency = Frequency.WEEKLY if sent.get("frequency", "") == Frequency.WEEKLY else Frequency.DAILY
    state = sent.get("home_state", "").upper()
    if state and state not in HOMES:
        problems.append(Problem("home_state", "Choose a state or territory from the list."))
        state = ""
    district = sent.get("home_district", "").strip()
    if district and not _SMALL.fullmatch(district):
        problems.append(
            Problem("home_district", "Write the number of your district, 0 where the state is one.")
        )
        district = ""
    return (
        Wishes(
            Schedule(zone, hour, frequency, weekday),
            state or None,
            int(district) if district and state else None,
            bool(sent.get("heartbeat", "")),
            bool(sent.get("at_once", "")),
        ),
        problems,
    )


def _number(text: str, usual: int, allowed: range) -> int:
    number = int(text) if _SMALL.fullmatch(text) else -1
    return number if number in allowed else usual


def asked_follows(
    targets: Iterable[Followed], ticked: Sequence[str], *, at_once: bool
) -> tuple[AskedFollow, ...]:
    """A follow for each target, with those of the ticked groups that can bring anything on it."""
    return tuple(
        AskedFollow(one.target, read_groups(ticked, [group.key for group in groups_for(one.target)]), at_once)
        for one in targets
    )


def offered_groups(targets: Iterable[str]) -> tuple[Group, ...]:
    """The groups that can bring anything on any of the targets, in our order."""
    keys = {group.key for target in targets for group in groups_for(target)}
    return tuple(group for group in GROUPS if group.key in keys)


# --- what there is to choose ------------------------------------------------------------------------

_USUAL_ZONES: Mapping[str, str] = {
    WASHINGTON: "Eastern (Washington, New York)",
    "America/Chicago": "Central (Chicago)",
    "America/Denver": "Mountain (Denver)",
    "America/Phoenix": "Arizona (Phoenix)",
    "America/Los_Angeles": "Pacific (Los Angeles)",
    "America/Anchorage": "Alaska (Anchorage)",
    "Pacific/Honolulu": "Hawaii (Honolulu)",
    "America/Puerto_Rico": "Atlantic (Puerto Rico)",
}


class Choices(msgspec.Struct, frozen=True):
    """What the selects of the form offer, each as (value, words)."""

    hours: tuple[tuple[int, str], ...]
    days: tuple[tuple[int, str], ...]
    usual_zones: tuple[tuple[str, str], ...]
    zones: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    states: tuple[tuple[str, str], ...]


def _zones_by_continent() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for zone in all_zones():
        continent = zone.partition("/")[0] if "/" in zone else "Everywhere"
        groups.setdefault(continent, []).append((zone, zone if zone == "UTC" else zone_name(zone)))
    return tuple((continent, tuple(zones)) for continent, zones in groups.items())


CHOICES = Choices(
    tuple((hour, f"{hour}:00") for hour in range(24)),
    tuple(enumerate(DAYS)),
    tuple(_USUAL_ZONES.items()),
    _zones_by_continent(),
    tuple((home.code, home.name) for home in HOMES.values()),
)


# --- how it is drawn --------------------------------------------------------------------------------


class Form(msgspec.Struct, frozen=True):
    """What every form of the mail service is drawn with: what was written before, and what is wrong with it."""

    stamp: str
    address: str = ""
    wishes: Wishes = USUAL
    problems: tuple[Problem, ...] = ()
    choices: Choices = CHOICES
    stamp_field: str = STAMP
    trap: str = TRAP

    def wrong(self, field: str) -> str:
        """What is wrong with a field; empty where nothing is."""
        return next((problem.sentence for problem in self.problems if problem.field == field), "")
