"""The board of deadlines: what acts order to be reported, certified or done by a day, and what is public of it.

An act stands once, as the law where we have that text and else as its enrolled bill. What the rules are not sure of
waits at the desk and is not here. That something was submitted is only said where an editor recorded it with its
source; everything else is without public evidence, which does not mean that it was not done.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, cast

import msgspec
from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from scrapers.records import Section
from tracker.content.measures import Measure, Milestone, MilestoneKind
from tracker.content.model import Submission
from tracker.linking.linker import packaged_content, packaged_linker
from tracker.linking.targets import all_targets
from tracker.models import (
    BillTextVersion,
    Decision,
    FactKind,
    FactWord,
    Item,
    LinkState,
    Provision,
    TextDeadline,
)
from tracker.provisions.deadlines import due_on, next_round
from tracker.provisions.facts import Deadline
from tracker.provisions.identity import fact_subject
from tracker.provisions.read import is_on_aid
from tracker.queries.country_names import Country, all_countries
from tracker.queries.links import read_country_code
from tracker.queries.paging import BadParameterError, read_choice, read_word
from tracker.queries.provenance import COLUMNS, DOCUMENT, Provenance, provenance
from tracker.sentences import name_of_key

TEXT = cast(Table, BillTextVersion.__table__)
PROVISION = cast(Table, Provision.__table__)
DEADLINE = cast(Table, TextDeadline.__table__)
FACT_WORD = cast(Table, FactWord.__table__)
DECISION = cast(Table, Decision.__table__)
ITEM = cast(Table, Item.__table__)

SOON = 45
"""Days from now within which something is due soon."""


class Act(msgspec.Struct, frozen=True):
    """A law that orders something. `superseded_by` is the law that took its place, in words; None while in force."""

    bill_key: str
    version: str
    title: str
    law: str | None
    enacted_on: date
    url: str
    is_held: bool
    superseded_by: str | None
    measures: tuple[str, ...]

    @property
    def is_in_force(self) -> bool:
        return self.superseded_by is None


class Group(StrEnum):
    """Where on the board something stands today."""

    OVERDUE = "overdue"
    SOON = "soon"
    LATER = "later"
    REPEATED = "repeated"
    UNDATED = "undated"
    SUBMITTED = "submitted"
    PAST = "past"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """Something due. `key` names it for good: `119-hr-7148-f-7041-h-3-a-15-days`.

    `due` is the first day, None where it hangs on another event; `next_on` the next of what is repeated. `clause` is
    the sentence that orders it, with the deadline's own words from `start` to `end`; empty where only a live
    collection brings the law's words. `sequence` counts what editors decided about it, and `is_withdrawn` says that
    they rejected it.
    """

    key: str
    act: Act
    path: str
    label: str
    headings: tuple[str, ...]
    deadline: Deadline
    due: date | None
    next_on: date | None
    clause: str
    start: int
    end: int
    countries: tuple[Country, ...]
    concerns: tuple[str, ...]
    concerns_aid: bool
    submission: Submission | None
    decided_by: str | None
    sequence: int
    is_withdrawn: bool
    document: Provenance

    @property
    def on(self) -> date | None:
        """The day that counts now."""
        return self.next_on or self.due

    def days_left(self, today: date) -> int | None:
        """0 on the day itself, below it is overdue; None without a day."""
        return (self.on - today).days if self.on else None

    def group(self, today: date) -> Group:
        if self.submission is not None:
            return Group.SUBMITTED
        if not self.act.is_in_force:
            return Group.PAST
        if self.deadline.every:
            return Group.REPEATED
        left = self.days_left(today)
        if left is None:
            return Group.UNDATED
        return Group.OVERDUE if left < 0 else Group.SOON if left <= SOON else Group.LATER


class DeadlineFilter(msgspec.Struct, frozen=True):
    """Which deadlines: on a country, by an office, of an act, that bear on a recommendation; None for any.

    `everything` adds what stands in the same acts and is not about foreign or security assistance.
    """

    country: str | None = None
    actor: str | None = None
    act: str | None = None
    recommendation: str | None = None
    group: Group | None = None
    everything: bool = False


def read_deadline_filter(args: Mapping[str, str]) -> DeadlineFilter:
    """The filter that an address asks for. Raises BadParameterError."""
    scope, slug = read_word(args, "scope"), read_word(args, "recommendation")
    if scope not in ("", "all"):
        raise BadParameterError("scope", "scope takes all, or is left out.")
    targets = {
        key.partition(":")[2]: key for key in all_targets() if key.startswith(("recommendation:", "promise:"))
    }
    if slug and slug not in targets:
        raise BadParameterError("recommendation", "recommendation takes the short name of one.")
    return DeadlineFilter(
        country=read_country_code(args.get("country")),
        actor=read_word(args, "actor") or None,
        act=read_word(args, "act") or None,
        recommendation=targets.get(slug),
        group=read_choice(args, "group", Group),
        everything=scope == "all",
    )


def chosen_entries(entries: Iterable[Entry], which: DeadlineFilter, today: date) -> list[Entry]:
    """The entries that a filter leaves, by day; what has none comes last."""
    found = [
        one
        for one in entries
        if not one.is_withdrawn
        and (which.everything or one.concerns_aid)
        and (which.country is None or any(country.code == which.country for country in one.countries))
        and (which.actor is None or _folded(which.actor) in _folded(one.deadline.by or ""))
        and (which.act is None or one.act.bill_key == which.act)
        and (which.recommendation is None or which.recommendation in one.concerns)
        and (which.group is None or one.group(today) is which.group)
    ]
    return sorted(found, key=_by_day)


def _folded(words: str) -> str:
    return " ".join(words.casefold().split())


def _by_day(one: Entry) -> tuple[bool, date, str]:
    return one.on is None, one.on or date.max, one.key


# --- reading ----------------------------------------------------------------------------------------


def read_entries(session: Session, *, today: date) -> tuple[Entry, ...]:
    """Everything that acts order, with what editors withdrew."""
    acts = _acts(session)
    by_id = {text_id: act for text_id, (act, _) in acts.items()}
    rows = session.execute(
        select(
            DEADLINE.c.text_id, DEADLINE.c.key, DEADLINE.c.state, DEADLINE.c.is_sure, DEADLINE.c.fact,
            PROVISION.c.path, PROVISION.c.heading, PROVISION.c.section, PROVISION.c.concerns_aid,
        )
        .join_from(
            DEADLINE, PROVISION,
            (PROVISION.c.text_id == DEADLINE.c.text_id) & (PROVISION.c.position == DEADLINE.c.position),
        )
        .where(DEADLINE.c.text_id.in_(by_id), DEADLINE.c.is_sure | (DEADLINE.c.state == LinkState.REJECTED))
        .order_by(DEADLINE.c.text_id, DEADLINE.c.position, DEADLINE.c.number)
    )  # fmt: skip
    decided = _decided(session)
    return tuple(_entry(row, by_id[row.text_id], acts[row.text_id][1], decided, today) for row in rows)


def _entry(
    row: Any, act: Act, document: Provenance, decided: Mapping[str, tuple[str | None, int]], today: date
) -> Entry:
    fact: Deadline = row.fact
    due = due_on(fact, act.enacted_on)
    clause, start, end = clause_of(row.section, fact)
    known = all_countries()
    key = f"{act.bill_key}-{row.key}"
    name = fact_subject(act.bill_key, act.version, FactKind.DEADLINE, row.key)
    decided_by, sequence = decided.get(name, (None, 0))
    return Entry(
        key=key, act=act, path=row.path, label=fact.label,
        headings=headings_over(row.heading, row.section, fact), deadline=fact, due=due,
        next_on=next_round(fact, due, today) if due and fact.every else None,
        clause=clause, start=start, end=end,
        countries=tuple(known[code] for code in fact.countries if code in known),
        concerns=packaged_linker().signalled(f"{fact.heading or ''}. {clause}"),
        concerns_aid=row.concerns_aid and bool(act.measures or fact.countries or is_on_aid(act.title)),
        submission=packaged_content().submissions.get(key),
        decided_by=decided_by if row.state is LinkState.CONFIRMED else None, sequence=sequence,
        is_withdrawn=row.state is LinkState.REJECTED, document=document,
    )  # fmt: skip


_LONGEST = 900
"""Characters of a sentence of the law that a list shows; longer ones are cut around the deadline."""


def clause_of(section: Section, fact: Deadline) -> tuple[str, int, int]:
    """The sentence that a deadline stands in, and where in it its own words are; empty without the law's words."""
    if not section.text:
        return "", 0, 0
    begin, end = fact.clause_start, fact.clause_end
    if not begin <= fact.start < fact.end <= end:
        begin, end = fact.start, fact.end
    if end - begin > _LONGEST:
        begin = max(begin, fact.start - _LONGEST // 3)
        end = min(end, begin + _LONGEST)
    return section.text[begin:end], fact.start - begin, fact.end - begin


def headings_over(section_heading: str | None, section: Section, fact: Deadline) -> tuple[str, ...]:
    """The headings that a fact stands under, the widest first, each once."""
    over = (part.heading for part in section.parts if part.start <= fact.start < part.end)
    found = filter(None, (section_heading, *over, fact.heading))
    return tuple({heading.casefold(): heading for heading in found}.values())


def _acts(session: Session) -> dict[int, tuple[Act, Provenance]]:
    """The text that stands for each act, by its row."""
    rows = session.execute(
        select(TEXT, ITEM.c.title.label("item_title"), *COLUMNS)
        .join_from(TEXT, DOCUMENT, DOCUMENT.c.id == TEXT.c.document_id)
        .join(ITEM, ITEM.c.id == TEXT.c.item_id, isouter=True)
        .where(TEXT.c.enacted_on.is_not(None))
    )
    best: dict[str, Any] = {}
    for row in rows:
        if row.bill_key not in best or _rank(row) > _rank(best[row.bill_key]):
            best[row.bill_key] = row
    return {row.id: (_act(row), provenance(row)) for row in best.values()}


def _rank(row: Any) -> tuple[bool, bool, bool, int]:
    """One whose words are here before one that only has its facts, and then the law before its enrolled bill."""
    return bool(row.digest), row.law is not None, row.version == "enr", row.id


def _act(row: Any) -> Act:
    carried = carries(row.bill_key)
    law = row.law or next((stone.law for _, stone in carried if stone.law), None)
    return Act(
        bill_key=row.bill_key,
        version=row.version,
        title=row.item_title or row.title or row.bill_key,
        law=law,
        enacted_on=row.enacted_on,
        url=row.url,
        is_held=row.item_id is not None,
        superseded_by=superseded_by(row.bill_key),
        measures=tuple(dict.fromkeys(measure.key for measure, _ in carried)),
    )


def act_name(act: Act) -> str:
    """What an act is called in a list: "Public Law 119-75 (H.R. 7148)"."""
    bill = name_of_key(act.bill_key).partition(" (")[0]
    return f"Public Law {act.law} ({bill})" if act.law else name_of_key(act.bill_key)


# --- which act is in force --------------------------------------------------------------------------

_IN_FORCE = (MilestoneKind.ENACTED, MilestoneKind.CONTINUING, MilestoneKind.SUPPLEMENTAL)


def carries(bill_key: str) -> list[tuple[Measure, Milestone]]:
    """The appropriations measures that a law provides or continues, each with how."""
    return [
        (measure, stone)
        for measure in packaged_content().measures.values()
        for stone in measure.milestones
        if stone.bill == bill_key and stone.kind in _IN_FORCE
    ]


def superseded_by(bill_key: str) -> str | None:
    """The law that took an act's place, in words; None where it is in force for one of its measures, or carries none.

    The yearly act of a subcommittee gives way to its next one, a continuing resolution to the act of its year; a
    supplemental act stands beside both.
    """
    found = [_successor(measure, stone) for measure, stone in carries(bill_key)]
    return None if not found or None in found else found[0]


def _successor(measure: Measure, stone: Milestone) -> str | None:
    if stone.kind is MilestoneKind.SUPPLEMENTAL:
        return None
    first = measure.fiscal_year + (stone.kind is MilestoneKind.ENACTED)
    later = [
        one
        for one in packaged_content().measures.values()
        if one.subcommittee is measure.subcommittee and one.fiscal_year >= first and one.enacted is not None
    ]
    if not later:
        return None
    newest = max(later, key=lambda one: one.fiscal_year)
    law = newest.enacted.law if newest.enacted else None
    return f"Public Law {law}" if law else f"the act for {newest.fiscal_year}"


# --- what editors decided ---------------------------------------------------------------------------


def _decided(session: Session) -> dict[str, tuple[str | None, int]]:
    """Who decided last about each fact, and how many decisions there were, by its name in the log."""
    counts = session.execute(
        select(DECISION.c.subject, func.count())
        .where(DECISION.c.subject.startswith("fact:"))
        .group_by(DECISION.c.subject)
    )
    by = {
        fact_subject(row.bill_key, row.version, row.kind, row.key): row.decided_by
        for row in session.execute(
            select(
                FACT_WORD.c.bill_key,
                FACT_WORD.c.version,
                FACT_WORD.c.kind,
                FACT_WORD.c.key,
                FACT_WORD.c.decided_by,
            )
        )
    }
    return {subject: (by.get(subject), count) for subject, count in counts}


def changed_at(entries: Sequence[Entry]) -> datetime | None:
    """When the newest document among these was fetched."""
    return max((one.document.fetched_at for one in entries), default=None)


def actors_of(entries: Iterable[Entry]) -> list[str]:
    """Who must do something, each once."""
    return sorted({one.deadline.by for one in entries if one.deadline.by})
