"""Deadlines and the calendar for programs: the board, one deadline, what is to come, and all of it as events."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
from flask import abort

from tracker.api import compose
from tracker.api.answers import Next, PageUrl, Sources, Total, Url, note
from tracker.api.asking import Args, site
from tracker.api.formats import DatedEvent
from tracker.api.parameters import read_place
from tracker.api.tables import PROVENANCE, Table
from tracker.db import db
from tracker.provisions import words
from tracker.provisions.facts import Duty
from tracker.queries.calendar import Dated, DatedKind, chosen_days, day_named, days_of, read_dated_filter
from tracker.queries.deadlines import Entry, Group, chosen_entries, read_deadline_filter
from tracker.web.calendar import known_days
from tracker.web.clock import today
from tracker.web.deadlines import all_entries

# --- shapes -----------------------------------------------------------------------------------------


class SubmissionAnswer(msgspec.Struct, frozen=True):
    """Public evidence that it was done, recorded by an editor."""

    on: Annotated[str, note("ISO, as exactly as it is known.")]
    says: str
    by: str
    documents: Annotated[tuple[str, ...], note("Addresses.")]


class DeadlineItem(msgspec.Struct, frozen=True, kw_only=True):
    """Something that an act orders by a day. Without `submission` there is no public evidence that it was done."""

    key: Annotated[str, msgspec.Meta(examples=["119-hr-7148-f-7041-c-30-days"])]
    kind: str = "deadline"
    title: str
    url: Annotated[Url, note("The official text.")]
    page: PageUrl
    due: Annotated[date | None, note("The first day; null where it counts from another event.")]
    next_due: Annotated[date | None, note("The next day of what is repeated.")]
    days_left: Annotated[int | None, note("Of the day that counts now; negative when it is past.")]
    group: Annotated[Group, note("Where on the board it stands today.")]
    duty: Duty
    by: Annotated[str | None, note("Who must do it, as the act says.")]
    to: str | None
    rule: Annotated[str, note("How the day is reckoned, in words.")]
    every: str | None
    until: date | None
    countries: Annotated[tuple[str, ...], note("ISO 3166 alpha-3.")]
    act: Annotated[str, note("The key of its bill."), msgspec.Meta(examples=["119-hr-7148"])]
    law: str | None
    enacted_on: date
    is_in_force: bool
    superseded_by: str | None
    section: Annotated[str, note("Where it stands in the act.")]
    concerns_aid: Annotated[bool, note("False for what the same act orders on other matters.")]
    words: Annotated[str | None, note("The sentence that orders it; null until a collection brought it.")]
    confirmed_by: str | None
    submission: SubmissionAnswer | None
    links: Annotated[tuple[str, ...], note("The bill, countries and recommendations that it bears on.")]
    sources: Sources


class DeadlineList(msgspec.Struct, frozen=True):
    """Part of the board, by day; what has no day comes last."""

    items: tuple[DeadlineItem, ...]
    next: Next
    total: Total


class DatedAnswer(msgspec.Struct, frozen=True):
    """A day to come."""

    key: str
    kind: DatedKind
    on: date
    title: str
    note: str
    page: PageUrl
    url: Url
    countries: tuple[str, ...]


class CalendarAnswer(msgspec.Struct, frozen=True):
    """What is to come, the nearest first."""

    items: tuple[DatedAnswer, ...]


# --- asking -----------------------------------------------------------------------------------------


def found_entries(args: Args) -> list[Entry]:
    """The board's entries that a filter leaves."""
    return chosen_entries(all_entries(), read_deadline_filter(args), today())


def deadlines(args: Args) -> DeadlineList:
    place, found = read_place(args), found_entries(args)
    keys = [one.key for one in found]
    start = keys.index(place.after) + 1 if place.after in keys else 0
    shown = found[start : start + place.limit]
    following = shown[-1].key if start + place.limit < len(found) else None
    return DeadlineList(tuple(map(_item, shown)), following, len(found))


def deadline(key: str) -> DeadlineItem:
    found = next((one for one in all_entries() if one.key == key and not one.is_withdrawn), None)
    return _item(found or abort(404, f"There is no deadline {key[:80]} here."))


def found_days(args: Args) -> list[Dated]:
    """Days to come that a filter leaves, with those that were withdrawn."""
    return chosen_days(known_days(), read_dated_filter(args))


def calendar_answer(args: Args) -> CalendarAnswer:
    return CalendarAnswer(tuple(_dated(one) for one in found_days(args) if not one.is_withdrawn))


# --- composing --------------------------------------------------------------------------------------


def _item(one: Entry) -> DeadlineItem:
    fact, act = one.deadline, one.act
    return DeadlineItem(
        key=one.key,
        title=words.deadline_title(one.headings, one.path),
        url=act.url,
        page=f"{site()}/deadlines#{one.key}",
        due=one.due,
        next_due=one.next_on,
        days_left=one.days_left(today()),
        group=one.group(today()),
        duty=fact.duty,
        by=fact.by,
        to=fact.to,
        rule=words.rule_words(fact),
        every=fact.every,
        until=fact.until,
        countries=tuple(country.code for country in one.countries),
        act=act.bill_key,
        law=act.law,
        enacted_on=act.enacted_on,
        is_in_force=act.is_in_force,
        superseded_by=act.superseded_by,
        section=f"{one.path}{one.label}",
        concerns_aid=one.concerns_aid,
        words=one.clause or None,
        confirmed_by=one.decided_by,
        submission=_submission(one),
        links=(f"bill:{act.bill_key}", *(country.target for country in one.countries), *one.concerns),
        sources=(compose.source_document(one.document),),
    )


def _submission(one: Entry) -> SubmissionAnswer | None:
    said = one.submission
    if said is None:
        return None
    return SubmissionAnswer(str(said.on), said.says, said.by, tuple(source.url for source in said.sources))


def _dated(one: Dated) -> DatedAnswer:
    return DatedAnswer(
        one.name, one.kind, one.on, one.title, one.note, f"{site()}{one.path}", one.source_url, one.countries
    )


# --- calendars --------------------------------------------------------------------------------------


def dated_events(found: Iterable[Dated]) -> list[DatedEvent]:
    """Days as events of a calendar; one that was withdrawn is told as cancelled."""
    host = urlsplit(site()).hostname or "localhost"
    return [
        DatedEvent(
            uid=f"{one.name}@{host}",
            on=one.on,
            summary=one.title,
            description=one.note,
            url=f"{site()}{one.path}",
            sequence=one.sequence,
            is_cancelled=one.is_withdrawn,
        )
        for one in found
    ]


def deadline_events(args: Args) -> list[DatedEvent]:
    """The board as events: what acts in force order by a day, and what was withdrawn."""
    which, day = read_deadline_filter(args), today()
    stood = [msgspec.structs.replace(one, is_withdrawn=False) for one in all_entries() if one.is_withdrawn]
    withdrawn = (msgspec.structs.replace(one, is_withdrawn=True) for one in chosen_entries(stood, which, day))
    found = (one for one in chosen_entries(all_entries(), which, day) if one.group(day) is not Group.PAST)
    return dated_events(day for one in (*found, *withdrawn) for day in days_of(one))


def day_events(name: str) -> list[DatedEvent]:
    """One day of the calendar by its name, as mails link to it; 404 where there is no such."""
    found = day_named(db.session, all_entries(), name, today=today())
    return dated_events([found or abort(404, f"There is no day {name[:80]} here.")])


def country_events(code: str) -> list[DatedEvent]:
    """What acts in force order on one country, for its own calendar."""
    return deadline_events({"country": code})


# --- files ------------------------------------------------------------------------------------------


def _of(name: str) -> tuple[str, Any]:
    return name, lambda one, _site: getattr(one.deadline, name)


DEADLINES = Table(
    (
        ("key", lambda one, _: one.key),
        ("due", lambda one, _: one.due),
        ("next_due", lambda one, _: one.next_on),
        ("days_left", lambda one, _: one.days_left(today())),
        ("group", lambda one, _: one.group(today())),
        ("title", lambda one, _: words.deadline_title(one.headings, one.path)),
        *map(_of, ("duty", "by", "to")),
        ("rule", lambda one, _: words.rule_words(one.deadline)),
        ("countries", lambda one, _: " ".join(country.code for country in one.countries)),
        ("act", lambda one, _: one.act.bill_key),
        ("law", lambda one, _: one.act.law),
        ("enacted_on", lambda one, _: one.act.enacted_on),
        ("is_in_force", lambda one, _: one.act.is_in_force),
        ("section", lambda one, _: f"{one.path}{one.label}"),
        ("words", lambda one, _: one.clause),
        ("submitted_on", lambda one, _: str(one.submission.on) if one.submission else None),
        (
            "evidence",
            lambda one, _: one.submission.says if one.submission else words.evidence_words(one.deadline),
        ),
        ("url", lambda one, _: one.act.url),
        ("page", lambda one, address: f"{address}/deadlines#{one.key}"),
        *PROVENANCE,
    )
)

DAYS = Table(
    (
        ("key", lambda one, _: one.name),
        ("kind", lambda one, _: one.kind),
        ("on", lambda one, _: one.on),
        ("title", lambda one, _: one.title),
        ("note", lambda one, _: one.note),
        ("countries", lambda one, _: " ".join(one.countries)),
        ("url", lambda one, _: one.source_url),
        ("page", lambda one, address: f"{address}{one.path}"),
    )
)
