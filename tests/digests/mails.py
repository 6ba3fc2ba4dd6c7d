"""The short mails with plain values, for tests of their words and their looks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from tests.digests.site import SENDER
from tracker.digests.letters import Heartbeat
from tracker.digests.message import Links, Words, personal
from tracker.digests.render import render_letter
from tracker.subscriptions.mails import (
    Confirmation,
    FollowedThing,
    ManageLink,
    Reminder,
    SampleChange,
    Welcome,
)

FOLLOWS = (
    FollowedThing("country:EGY", "Egypt", "/countries/EGY", "every kind of change", volume="about 3 items a week"),
    FollowedThing("bill:119-s-1780", "S. 1780", "/bills/119-s-1780", "votes; committees", at_once=True),
)  # fmt: skip
SAMPLE = (
    SampleChange("H.R. 1", "A bill on <vetting> & aid.", "/bills/119-hr-1", "It became law.", date(2026, 10, 30)),
)  # fmt: skip
_UNTIL = datetime(2026, 11, 4, 9, tzinfo=UTC)
_SCHEDULE = "every day at 7:00, Washington time"

VALUES: dict[str, Any] = {
    "confirmation": Confirmation(
        seed="s", expires_at=_UNTIL, is_first=True, follows=FOLLOWS, schedule=_SCHEDULE,
        volume="Expect about 3 items a week, reckoned from the last 90 days.", sample=SAMPLE,
    ),
    "reminder": Reminder(
        seed="s", expires_at=_UNTIL, asked_on=date(2026, 10, 31), deleted_on=date(2026, 11, 7), follows=FOLLOWS,
        schedule=_SCHEDULE,
    ),
    "welcome": Welcome(
        follows=FOLLOWS, schedule=_SCHEDULE, volume="", first_due_at=_UNTIL, sample=SAMPLE
    ),
    "manage": ManageLink(seed="s", expires_at=_UNTIL),
    "heartbeat": Heartbeat(2, date(2026, 10, 3), "18 of 20 sources are current."),
}  # fmt: skip


def short_mail(name: str, **other: Any) -> Words:
    """The words of a short mail."""
    words = render_letter(
        name, other.get("mail", VALUES[name]), site_name=SENDER.site_name, public_url=SENDER.public_url,
        link=f"{SENDER.public_url}/confirm/TOKEN",
    )  # fmt: skip
    return personal(words, Links(f"{SENDER.public_url}/u/v1.sREADER.PROOF"))


def short_mails() -> dict[str, str]:
    """The HTML of each."""
    return {name: short_mail(name).html for name in VALUES}
