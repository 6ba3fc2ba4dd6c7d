"""What follows will bring: in words, how much, and the last real changes as a sample. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
from sqlalchemy.orm import Session

from scrapers.times import EASTERN
from tracker.changes import KINDS
from tracker.phrases import change_sentence
from tracker.queries.changes import ChangeRow
from tracker.queries.followed import (
    Followed,
    History,
    Volume,
    list_followed,
    read_history,
    read_target,
    read_volume,
)
from tracker.queries.paging import Place
from tracker.subscriptions.kinds import groups_in_words, kinds_of
from tracker.subscriptions.mails import FollowedThing, SampleChange
from tracker.subscriptions.rules import AskedFollow

SAMPLE = 5


class Outlook(msgspec.Struct, frozen=True):
    """Each follow in words with its own volume, the volume of all together, and the newest changes on them.

    While there is no change yet, `history` has what the official record tells from before.
    """

    follows: tuple[FollowedThing, ...]
    volume: Volume
    sample: tuple[ChangeRow, ...]
    history: History = History()

    def sample_in_words(self) -> tuple[SampleChange, ...]:
        """The sample as a mail shows it."""
        return tuple(
            SampleChange(
                change.item_name,
                change.item_title,
                change.path,
                change_sentence(change.kind, change.old, change.new, change.occurred_on),
                change.first_seen_at.astimezone(EASTERN).date(),
            )
            for change in self.sample
        )


def read_outlook(
    session: Session, follows: Sequence[AskedFollow], now: datetime, *, sample: int = SAMPLE
) -> Outlook:
    """What these follows would bring."""
    things = tuple(in_words(session, one, now) for one in follows)
    targets, kinds = [one.target for one in follows], _kinds(follows)
    newest = list_followed(session, targets, kinds, Place(limit=sample)).items if sample and targets else ()
    before = History()
    if sample and not newest:
        before = read_history(session, targets, now.astimezone(EASTERN).date(), sample)
    return Outlook(things, read_volume(session, targets, kinds, now), tuple(newest), before)


def in_words(session: Session, follow: AskedFollow, now: datetime | None = None) -> FollowedThing:
    """A follow by name; with `now`, also how much it brings. One whose target is gone is named by its key."""
    target = read_target(session, follow.target) or Followed(follow.target, "", follow.target, "/")
    volume = read_volume(session, [follow.target], wanted_kinds(follow.kinds), now) if now else None
    return FollowedThing(
        follow.target,
        target.title,
        target.path,
        groups_in_words(follow.kinds),
        follow.at_once,
        volume.in_words if volume and volume.is_known else "",
    )


def wanted_kinds(groups: Iterable[str] | None) -> frozenset[str] | None:
    """The kinds of change in these groups; None for all."""
    return None if groups is None else kinds_of(groups, KINDS)


def _kinds(follows: Sequence[AskedFollow]) -> frozenset[str] | None:
    """What any of the follows wants. Follows with different kinds are counted as if each wanted them all."""
    if any(one.kinds is None for one in follows):
        return None
    return wanted_kinds(group for one in follows for group in one.kinds or ())
