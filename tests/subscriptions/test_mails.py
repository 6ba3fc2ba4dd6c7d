"""What the short mails say survives the database, and is checked when it is read."""

from __future__ import annotations

import msgspec
import pytest

from tests.conftest import NOW
from tracker.models import DigestKind, Frequency
from tracker.subscriptions.mails import (
    VALUES,
    Confirmation,
    FollowedThing,
    ManageLink,
    Reminder,
    SampleChange,
    Welcome,
    from_values,
    to_values,
)
from tracker.subscriptions.schedule import Schedule, all_zones, is_zone

EGYPT = FollowedThing(
    "country:EGY", "Egypt", "/countries/EGY", "votes; committees", volume="about 3 items a week"
)
SAMPLE = SampleChange("S. 1780", "On <aid>", "/bills/119-s-1780", "It moved.", NOW.date())
MAILS: dict[DigestKind, msgspec.Struct] = {
    DigestKind.CONFIRMATION: Confirmation(
        seed="x", expires_at=NOW, is_first=True, follows=(EGYPT,), schedule="s", volume="v", sample=(SAMPLE,)
    ),
    DigestKind.REMINDER: Reminder(
        seed="x", expires_at=NOW, asked_on=NOW.date(), deleted_on=NOW.date(), follows=(EGYPT,), schedule="s"
    ),
    DigestKind.WELCOME: Welcome(follows=(EGYPT,), schedule="s", volume="v", first_due_at=NOW),
    DigestKind.MANAGE: ManageLink(seed="x", expires_at=NOW),
}


@pytest.mark.parametrize("kind", VALUES)
def test_every_short_mail_is_read_as_it_was_written(kind: DigestKind) -> None:
    kept = msgspec.json.decode(msgspec.json.encode(to_values(MAILS[kind])))
    assert from_values(kind, kept) == MAILS[kind]


def test_values_of_another_kind_are_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        from_values(DigestKind.CONFIRMATION, to_values(MAILS[DigestKind.MANAGE]))


def test_a_schedule_has_words() -> None:
    assert Schedule().in_words == "every day at 7:00, Washington time"
    weekly = Schedule("Pacific/Port_Moresby", 18, Frequency.WEEKLY, 4)
    assert weekly.in_words == "every Friday at 18:00, Port Moresby time"


def test_zones_are_places_and_utc() -> None:
    assert is_zone("Africa/Cairo")
    assert is_zone("UTC")
    assert not is_zone("Africa/Atlantis")
    assert not is_zone("posixrules")
    assert list(all_zones()[:-1]) == sorted(all_zones()[:-1])
