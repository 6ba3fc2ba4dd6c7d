"""What is to come on a day: deadlines of acts, last days for Congress on arms sales, ends of continuing resolutions.

One function for each kind, and one line in `KINDS`. A name is for good, so that a moved or withdrawn day is the same
entry in a reader's calendar.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from enum import StrEnum

import msgspec
from sqlalchemy.orm import Session

from tracker.arms_sales.words import NOT_A_SALE
from tracker.content.measures import MilestoneKind
from tracker.linking.linker import packaged_content
from tracker.provisions.deadlines import next_round
from tracker.provisions.words import deadline_title, evidence_words, rule_words, who_words
from tracker.queries.arms_sales import running_sales
from tracker.queries.deadlines import Entry, Group, act_name
from tracker.queries.links import read_country_code
from tracker.queries.paging import read_choice

APPROPRIATIONS = "topic:appropriations"


class DatedKind(StrEnum):
    """What sort of day it is."""

    DEADLINE = "deadline"
    ARMS_SALE = "arms-sale"
    CONTINUING = "continuing-resolution"


class Dated(msgspec.Struct, frozen=True, kw_only=True):
    """A day and what is on it. `name` is for good; `source_url` is the document that sets the day.

    `sequence` grows when an editor decides about it, or what we hold of it changes; one that is withdrawn was
    announced and does not stand. `targets` are the follows that it concerns, `bill` the law that it is of.
    """

    name: str
    kind: DatedKind
    on: date
    title: str
    note: str
    path: str
    source_url: str
    countries: tuple[str, ...] = ()
    sequence: int = 0
    is_withdrawn: bool = False
    targets: tuple[str, ...] = ()
    bill: str | None = None


Find = Callable[[Session, tuple[Entry, ...], date], Iterator[Dated]]


def deadline_days(_session: Session, entries: tuple[Entry, ...], today: date) -> Iterator[Dated]:
    """What acts order by a day; of what is repeated the first day and the next one."""
    for one in entries:
        if one.concerns_aid and one.group(today) is not Group.PAST:
            yield from days_of(one)


def days_of(one: Entry) -> Iterator[Dated]:
    """The days of one deadline."""
    days = {day: "" for day in (one.due,) if day} | {
        day: f"-{day}" for day in (one.next_on,) if day and day != one.due
    }
    for on, suffix in days.items():
        said = one.submission.says if one.submission else evidence_words(one.deadline)
        yield Dated(
            name=f"deadline-{one.key}{suffix}",
            kind=DatedKind.DEADLINE,
            on=on,
            title=f"{who_words(one.deadline)}: {deadline_title(one.headings, one.path)}",
            note=f"Due {rule_words(one.deadline)}, by {act_name(one.act)}, {one.path}{one.label}. {said}",
            path=f"/deadlines#{one.key}",
            source_url=one.act.url,
            countries=tuple(country.code for country in one.countries),
            sequence=one.sequence,
            is_withdrawn=one.is_withdrawn,
            targets=_followed(one),
            bill=one.act.bill_key,
        )


def _followed(one: Entry) -> tuple[str, ...]:
    """Whose follow a deadline concerns: of its countries, of what it bears on, of its act, of appropriations."""
    topic = (APPROPRIATIONS,) if one.act.measures else ()
    return (*(country.target for country in one.countries), *one.concerns, f"bill:{one.act.bill_key}", *topic)


def review_days(session: Session, _entries: tuple[Entry, ...], today: date) -> Iterator[Dated]:
    """The last days on which a joint resolution can forbid the offer of a proposed arms sale."""
    for sale in running_sales(session, today=today):
        if sale.review.last_day is not None:
            yield Dated(
                name=f"arms-sale-{sale.key}-last-day",
                kind=DatedKind.ARMS_SALE,
                on=sale.review.last_day,
                title=f"{sale.name}: last of {sale.review.days} days for a joint resolution",
                note=f"{sale.title} {NOT_A_SALE}",
                path=sale.path,
                source_url=sale.url,
                countries=(sale.country.code,) if sale.country else (),
                sequence=sale.revision,
            )


def resolution_days(_session: Session, _entries: tuple[Entry, ...], _today: date) -> Iterator[Dated]:
    """The last days of continuing resolutions, each once whatever it continues."""
    seen = set()
    for measure in packaged_content().measures.values():
        for stone in measure.milestones:
            if stone.kind is MilestoneKind.CONTINUING and stone.until and stone.bill not in seen:
                seen.add(stone.bill)
                yield Dated(
                    name=f"continuing-resolution-{stone.bill}",
                    kind=DatedKind.CONTINUING,
                    on=stone.until,
                    title=f"Last day of the continuing resolution for fiscal year {measure.fiscal_year}",
                    note=stone.says,
                    path=measure.path,
                    source_url=stone.sources[0].url,
                    targets=(APPROPRIATIONS, f"bill:{stone.bill}"),
                    bill=stone.bill,
                )


KINDS: Mapping[DatedKind, Find] = {
    DatedKind.DEADLINE: deadline_days,
    DatedKind.ARMS_SALE: review_days,
    DatedKind.CONTINUING: resolution_days,
}


def days_to_come(session: Session, entries: tuple[Entry, ...], *, today: date) -> list[Dated]:
    """Every day from today on, the nearest first, with those that were withdrawn."""
    found = (one for find in KINDS.values() for one in find(session, entries, today))
    return sorted((one for one in found if one.on >= today), key=lambda one: (one.on, one.name))


def day_named(session: Session, entries: tuple[Entry, ...], name: str, *, today: date) -> Dated | None:
    """One day by its name, also when it is past; None where there is no such."""
    for one in entries:
        rest = name.removeprefix(f"deadline-{one.key}")
        if rest == name:
            continue
        days = {day.name: day for day in days_of(_in_round(one, rest.removeprefix("-")))}
        if name in days:
            return days[name]
    found = (one for find in (review_days, resolution_days) for one in find(session, entries, today))
    return next((one for one in found if one.name == name), None)


def _in_round(one: Entry, written: str) -> Entry:
    """A repeated deadline as of the round of that day (ISO), where there is one."""
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return one
    found = next_round(one.deadline, one.due, day) if one.due and one.deadline.every else None
    return msgspec.structs.replace(one, next_on=found) if found == day else one


class DatedFilter(msgspec.Struct, frozen=True):
    """Which days: of one kind, on a country; None for any."""

    kind: DatedKind | None = None
    country: str | None = None


def chosen_days(found: list[Dated], which: DatedFilter) -> list[Dated]:
    """The days that a filter leaves."""
    return [
        one
        for one in found
        if (which.kind is None or one.kind is which.kind)
        and (which.country is None or which.country in one.countries)
    ]


def read_dated_filter(args: Mapping[str, str]) -> DatedFilter:
    """The filter that an address asks for. Raises BadParameterError."""
    return DatedFilter(read_choice(args, "kind", DatedKind), read_country_code(args.get("country")))
