"""What stands in a feed or a calendar: changes, measures and milestones as entries. Pure.

An entry's identifier is a tag: address (RFC 4151) made of what names the fact for good, never of a row's
number, so that a database built again gives the same ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

from tracker.api.compose import sentence_of
from tracker.api.formats import DatedEvent, Entry
from tracker.phrases import action_clause, kind_label, recorded_late
from tracker.queries.bills import BillDetail, BillRow
from tracker.queries.changes import ChangeRow
from tracker.queries.countries import Course
from tracker.stages import Milestone, Reading

_TAGGED_SINCE = "2026"

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
"""When a feed was last changed that never had an entry."""


def tag(site: str, *parts: str) -> str:
    """An identifier that stays the same wherever a thing is shown."""
    host = urlsplit(site).hostname or "localhost"
    return f"tag:{host},{_TAGGED_SINCE}:" + "/".join(quote(part, safe=":@") for part in parts)


def change_entries(site: str, changes: Iterable[ChangeRow], natural_keys: Mapping[int, str]) -> list[Entry]:
    """Changes as they stand in the log. `natural_keys` has what names each for good, by its number."""
    return [_change_entry(site, change, natural_keys[change.id]) for change in changes]


def _change_entry(site: str, change: ChangeRow, natural_key: str) -> Entry:
    late = recorded_late(change.occurred_on, change.first_seen_at)
    lines = [sentence_of(change) + (f" ({late.capitalize()}.)" if late else ""),
             f"{change.item_name}: {change.item_title}",
             f"Source: {change.document.name}"]  # fmt: skip
    return Entry(
        id=tag(site, change.item_key, change.kind, natural_key),
        title=f"{change.item_name}: {kind_label(change.kind).lower()}",
        url=f"{site}{change.path}",
        updated=change.first_seen_at,
        summary="\n".join(lines),
        category=change.kind,
        source_url=change.document.document_url,
    )


def bill_entries(site: str, bills: Iterable[BillRow]) -> list[Entry]:
    """Measures as they stand now; an entry is updated when what we hold of its measure is."""
    return [
        Entry(
            id=tag(site, f"bill:{bill.key}"),
            title=f"{bill.name}: {bill.title}",
            url=f"{site}/bills/{bill.key}",
            updated=bill.changed_at,
            summary=f"{bill.status}\nNext: {bill.next_step}",
            category=bill.stage.value,
            source_url=bill.document.document_url,
        )
        for bill in bills
    ]


def milestone_events(site: str, detail: BillDetail) -> list[DatedEvent]:
    """The steps forward of a measure as days of a calendar."""
    bill = detail.bill
    course = Course(bill.key, bill.name, bill.title, bill.changed_at, detail.standing)
    return course_events(site, [course], detail.names)


def course_events(site: str, courses: Iterable[Course], names: Mapping[str, str]) -> list[DatedEvent]:
    """The steps forward of several measures; `names` are those of committees by code."""
    host = urlsplit(site).hostname or "localhost"
    return [
        DatedEvent(
            uid=f"{name}@{host}",
            on=stone.on,
            summary=f"{course.name}: {_step(stone, names)}",
            description=course.title,
            url=f"{site}/bills/{course.key}",
        )
        for course in courses
        for name, stone in zip(
            _step_names(course.key, course.standing.track), course.standing.track, strict=True
        )
    ]


def _step(stone: Milestone, names: Mapping[str, str]) -> str:
    reading = Reading(
        stone.event, stone.chamber, stone.yeas, stone.nays, stone.roll, stone.manner, stone.needed
    )
    return action_clause(reading, [names[code] for code in stone.committees if code in names])


def _step_names(key: str, track: Sequence[Milestone]) -> list[str]:
    """A name for each step that later steps do not change; the same step twice on a day is counted."""
    seen: Counter[str] = Counter()
    names = []
    for stone in track:
        where = stone.chamber.value if stone.chamber else "president"
        name = f"{key}-{stone.event.value}-{stone.on.isoformat()}-{where}"
        names.append(f"{name}-{seen[name]}" if seen[name] else name)
        seen[name] += 1
    return names
