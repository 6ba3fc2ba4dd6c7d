"""The life of an audit recommendation: open, partly addressed, closed, gone from the list, open again. Pure.

A publisher gives one record an addressee; here they are one recommendation. What a listing says is set against what
is held: the next facts come out, and the changes between the two. Nothing is announced for a re-spelling.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

import msgspec

from scrapers.records import AuditKind, AuditListing, AuditRecommendation
from scrapers.times import EASTERN
from tracker.changes import Draft, digest
from tracker.watchdogs.names import audit_key, fold
from tracker.watchdogs.statuses import OPEN_STATUSES, AuditStatus, most_open, read_status

_LONGEST_TOLD = 400
_COMMENTS_KEPT = 40


class Addressee(msgspec.Struct, frozen=True, omit_defaults=True):
    """One who was told to do it, and where it stands with them: as printed (`raw`) and as we read it.

    `comment` is what the watchdog says was done about it, `comment_mark` stands for its words where the words
    themselves are not held. `gone_on`: since when a list of open ones has it no more.
    """

    name: str
    raw: str
    status: AuditStatus
    is_priority: bool | None = None
    comment: str | None = None
    comment_mark: str = ""
    closed_on: date | None = None
    gone_on: date | None = None


class Comment(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the watchdog said of an addressee's doings from `since` on: the day of the listing that first had it."""

    addressee: str
    text: str
    since: date


class AuditFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that is held of an audit recommendation but its report.

    `text` is the watchdog's own words, None in the bundled facts; `text_mark` stands for them. `comments` are all
    that there were, the oldest first. Amounts are whole US cents, nominal.
    """

    kind: AuditKind
    text_mark: str
    addressees: tuple[Addressee, ...]
    number: str | None = None
    text: str | None = None
    topics: tuple[str, ...] = ()
    issued_on: date | None = None
    comments: tuple[Comment, ...] = ()
    questioned_cents: int | None = None
    better_use_cents: int | None = None

    @property
    def status(self) -> AuditStatus:
        """As open as its most open addressee."""
        return most_open(one.status for one in self.addressees)

    @property
    def is_priority(self) -> bool | None:
        """Whether the watchdog calls it one of those that matter most; None where it does not say."""
        said = [one.is_priority for one in self.addressees if one.is_priority is not None]
        return any(said) if said else None


class Heard(NamedTuple):
    """An audit recommendation as one listing tells it. `as_of` is None where the listing does not say."""

    key: str
    watchdog: str
    report: str
    report_title: str | None
    listing: AuditListing
    as_of: datetime | None
    facts: AuditFacts


# --- one of several records -------------------------------------------------------------------------


def gather(found: Iterable[AuditRecommendation]) -> dict[str, Heard]:
    """The recommendations of a listing by key: records of one number are one, each with an addressee."""
    grouped: dict[str, list[AuditRecommendation]] = {}
    for record in found:
        key = audit_key(record)
        if any(_is_another(record, known) for known in grouped.get(key, ())):
            key = audit_key(record, by_words=True)  # a number printed twice in a report
        grouped.setdefault(key, []).append(record)
    return {key: _heard(key, records) for key, records in grouped.items()}


def _is_another(one: AuditRecommendation, known: AuditRecommendation) -> bool:
    """Whether it tells the same addressee something else."""
    return fold(one.addressee) == fold(known.addressee) and fold(one.text) != fold(known.text)


def _heard(key: str, records: Sequence[AuditRecommendation]) -> Heard:
    first = records[0]
    addressees = {fold(record.addressee): _addressee(record) for record in reversed(records)}
    facts = AuditFacts(
        kind=first.kind,
        number=first.number,
        text=first.text,
        text_mark=digest(fold(first.text)),
        addressees=tuple(sorted(addressees.values(), key=lambda one: fold(one.name))),
        topics=tuple(dict.fromkeys(topic for record in records for topic in record.topics)),
        issued_on=first.issued_on,
        questioned_cents=first.questioned_cents,
        better_use_cents=first.better_use_cents,
    )
    return Heard(key, first.watchdog, first.report, first.report_title, first.listing, first.as_of, facts)


def _addressee(record: AuditRecommendation) -> Addressee:
    comment = (record.comments or "").strip() or None
    return Addressee(
        name=" ".join(record.addressee.split()),
        raw=record.status,
        status=read_status(record.status),
        is_priority=record.is_priority,
        comment=comment,
        comment_mark=digest(fold(comment)) if comment else "",
        closed_on=record.closed_on,
    )


def listed_on(as_of: datetime) -> date:
    """The day in Washington that a listing is of."""
    return as_of.astimezone(EASTERN).date()


# --- what is held, after a listing ------------------------------------------------------------------


class Pair(NamedTuple):
    """An addressee as held and as heard. Neither is the other's where they do not pair."""

    held: Addressee | None
    heard: Addressee | None


def pair(held: Sequence[Addressee], heard: Sequence[Addressee]) -> list[Pair]:
    """Which addressee is which: by name, and where agencies were merged or renamed, by what is left over.

    Those that were listed and are no more stand for the new ones when all were replaced, or as many; or when the
    new name has the old one in it.
    """
    by_name = {fold(one.name): one for one in held}
    names = {fold(one.name) for one in heard}
    pairs = [Pair(by_name[fold(one.name)], one) for one in heard if fold(one.name) in by_name]
    fresh = [one for one in heard if fold(one.name) not in by_name]
    left = [one for one in held if fold(one.name) not in names]
    listed = [one for one in left if one.gone_on is None]
    if fresh and not pairs:
        became = {fold(old.name): fresh[0] for old in left}
        became |= {fold(old.name): new for old, new in zip(listed or left, fresh, strict=False)}
    elif len(fresh) == len(listed):
        became = {fold(old.name): new for old, new in zip(listed, fresh, strict=True)}
    else:
        became = {
            fold(old.name): new
            for old in left
            for new in fresh
            if f" {fold(old.name)} " in f" {fold(new.name)} "
        }
    taken = {fold(new.name) for new in became.values()}
    pairs += [Pair(old, became.get(fold(old.name))) for old in left]
    return pairs + [Pair(None, new) for new in fresh if fold(new.name) not in taken]


def settle(held: AuditFacts, heard: AuditFacts, listing: AuditListing, on: date) -> AuditFacts:
    """What is held after a listing of `on` that has the recommendation.

    From a list of open ones an addressee that it lacks is gone; another listing may leave one out.
    """
    after: dict[str, Addressee] = {}
    for old, new in pair(held.addressees, heard.addressees):
        if new is not None:
            after[fold(new.name)] = new
        elif old is not None:
            gone = _gone(old, on) if listing is AuditListing.OPEN_ONLY else old
            after[fold(gone.name)] = gone
    addressees = tuple(sorted(after.values(), key=lambda one: fold(one.name)))
    return AuditFacts(
        kind=heard.kind,
        number=heard.number,
        text=heard.text if heard.text is not None else held.text,
        text_mark=heard.text_mark,
        addressees=addressees,
        topics=heard.topics or held.topics,
        issued_on=heard.issued_on or held.issued_on,
        comments=_history(held, addressees, on),
        questioned_cents=_known(heard.questioned_cents, held.questioned_cents),
        better_use_cents=_known(heard.better_use_cents, held.better_use_cents),
    )


def first_held(heard: AuditFacts, on: date) -> AuditFacts:
    """What is held of one that is new here."""
    return msgspec.structs.replace(heard, comments=_history(heard, heard.addressees, on))


def vanish(held: AuditFacts, on: date) -> AuditFacts:
    """What is held of one that a healthy list of open ones has no more. One that was closed stays closed."""
    return msgspec.structs.replace(held, addressees=tuple(_gone(one, on) for one in held.addressees))


def _gone(one: Addressee, on: date) -> Addressee:
    if one.status not in OPEN_STATUSES:
        return one
    return msgspec.structs.replace(one, status=AuditStatus.NO_LONGER_LISTED, gone_on=on)


def _history(held: AuditFacts, addressees: Sequence[Addressee], on: date) -> tuple[Comment, ...]:
    """Every comment that there was, each once; the words of one that stayed stay as they were first."""
    known = {digest(fold(one.text)) for one in held.comments}
    fresh = {
        one.comment_mark: Comment(one.name, one.comment, on)
        for one in addressees
        if one.comment and one.comment_mark not in known
    }
    return (*held.comments, *fresh.values())[-_COMMENTS_KEPT:]


def _known(new: int | None, old: int | None) -> int | None:
    return old if new is None else new


# --- what changed -----------------------------------------------------------------------------------


class Moved(NamedTuple):
    """An addressee's status, before and after; `before` is None for one who was not told before."""

    addressee: str
    before: AuditStatus | None
    after: AuditStatus


def opened(facts: AuditFacts, on: date) -> Draft:
    """The change that a new recommendation is."""
    new = {
        "kind": facts.kind.value,
        "addressees": [one.name for one in facts.addressees],
        "status": facts.status.value,
        "is_priority": facts.is_priority,
        "text": _cut(facts.text or ""),
    }
    return Draft("audit_opened", "opened", facts.issued_on or on, None, new)


def differences(held: AuditFacts, after: AuditFacts, on: date, stamp: str) -> Iterator[Draft]:
    """Every change from what was held to what is, in a fixed order; `on` is the day of the listing that says so.

    `stamp` tells one telling from another, so that what comes and goes twice is told twice.
    """
    pairs = _lasting(pair(held.addressees, after.addressees))
    yield from _status_changes(after, pairs, on, stamp)
    if held.is_priority is not None and after.is_priority not in (None, held.is_priority):
        key = f"{'set' if after.is_priority else 'unset'}@{stamp}"
        yield Draft("audit_priority", key, on, held.is_priority, after.is_priority)
    yield from _comment_changes(pairs, on, stamp)


def disappeared(held: AuditFacts, on: date, stamp: str) -> Draft:
    """The change that a recommendation is which a list of open ones has no more."""
    new = {"since": _day(held.issued_on), "addressees": [one.name for one in held.addressees]}
    return Draft("audit_disappeared", f"gone@{stamp}", on, held.status.value, new)


def _lasting(pairs: Sequence[Pair]) -> list[Pair]:
    """Of several that were merged into one, only the most open stands before it."""
    merged: dict[str, list[Addressee]] = {}
    found = []
    for old, new in pairs:
        if old is not None and new is not None:
            merged.setdefault(fold(new.name), []).append(old)
        else:
            found.append(Pair(old, new))
    by_name = {fold(new.name): new for _, new in pairs if new is not None}
    together = []
    for name, olds in merged.items():
        status = most_open(old.status for old in olds)
        same = next((old for old in olds if old.comment_mark == by_name[name].comment_mark), None)
        chosen = same or next(old for old in olds if old.status is status)
        together.append(Pair(msgspec.structs.replace(chosen, status=status), by_name[name]))
    return [*together, *found]


def _status_changes(after: AuditFacts, pairs: Sequence[Pair], on: date, stamp: str) -> Iterator[Draft]:
    moved = [
        Moved(new.name, old.status if old else None, new.status)
        for old, new in pairs
        if new is not None and (old is None or old.status is not new.status)
    ]
    steps = {(one.before, one.after) for one in moved}
    is_whole = len(steps) == 1 and len(moved) == len(after.addressees)
    for one in moved[:1] if is_whole else moved:
        new: dict[str, object] = {"status": one.after.value, "since": _day(after.issued_on)}
        key = f"{one.after.value}@{stamp}"
        if not is_whole:
            new["addressee"] = one.addressee
            key = f"{one.after.value}:{digest(fold(one.addressee))}@{stamp}"
        was_done = one.before is not None and one.before not in OPEN_STATUSES
        kind = "audit_reopened" if was_done and one.after in OPEN_STATUSES else "audit_status"
        yield Draft(kind, key, on, one.before.value if one.before else None, new)


def _comment_changes(pairs: Sequence[Pair], on: date, stamp: str) -> Iterator[Draft]:
    """New words only. One that is told of several addressees is one change; the first ever heard is none."""
    told: dict[str, list[Pair]] = {}
    for old, new in pairs:
        if old is not None and new is not None and new.comment and old.comment_mark != new.comment_mark:
            told.setdefault(new.comment_mark, []).append(Pair(old, new))
    for mark, found in told.items():
        (old, new), names = found[0], [one.heard.name for one in found if one.heard]
        if old is None or new is None:
            continue
        before = _cut(old.comment) if old.comment else None
        yield Draft(
            "audit_comment",
            f"{mark}@{stamp}",
            on,
            before,
            {"text": _cut(new.comment or ""), "addressees": names},
        )


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_TOLD else f"{line[:_LONGEST_TOLD].rsplit(' ', 1)[0]} …"


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


# --- a whole list that lacks some -------------------------------------------------------------------

_SHRINK_SHARE = 0.2
_ALWAYS_BELIEVED = 5


def is_believable(gone: int, listed_before: int) -> bool:
    """Whether so many may have vanished from a list at once: nobody closes a fifth of what is open in a week."""
    return gone <= max(_ALWAYS_BELIEVED, _SHRINK_SHARE * listed_before)


def gone_from(listed: Mapping[int, str], heard: Iterable[int]) -> list[int]:
    """Of those that a list had before, by id, the ones that it has no more."""
    seen = set(heard)
    return [item_id for item_id in listed if item_id not in seen]
