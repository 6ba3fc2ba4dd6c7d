"""Appropriations measures, the ladder of their conditions, and the law's own words where a collection brought them.

What is said of them is content; the store adds which bills we hold a page on, and the texts that were collected.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple, cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from scrapers.records import Section
from tracker.content.measures import (
    AidCondition,
    Column,
    Fate,
    Measure,
    Milestone,
    Printed,
    Rung,
    Subcommittee,
    TextStep,
    columns,
    printed,
    rungs,
)
from tracker.linking.linker import packaged_content
from tracker.models import BillTextVersion, Item, Provision
from tracker.queries.country_names import Country, all_countries
from tracker.queries.provenance import COLUMNS, DOCUMENT, Provenance, provenance

TEXT = cast(Table, BillTextVersion.__table__)
PROVISION = cast(Table, Provision.__table__)
ITEM = cast(Table, Item.__table__)


# --- measures ---------------------------------------------------------------------------------------


@cache
def all_measures() -> tuple[Measure, ...]:
    """The newest fiscal year first, foreign assistance before defense."""
    order = list(Subcommittee)
    found = packaged_content().measures.values()
    return tuple(sorted(found, key=lambda one: (-one.fiscal_year, order.index(one.subcommittee))))


def measure_of(key: str) -> Measure | None:
    return packaged_content().measures.get(key)


def prior(measure: Measure) -> Measure | None:
    """The same subcommittee's measure of the year before, where it is held."""
    return measure_of(f"{measure.fiscal_year - 1}-{measure.subcommittee}")


def laid_out(measure: Measure) -> list[Column]:
    """The texts to lay side by side for a measure."""
    return columns(measure, prior(measure), dict(packaged_content().measures))


@cache
def all_conditions() -> tuple[AidCondition, ...]:
    """What withholds money first."""
    return tuple(sorted(packaged_content().conditions, key=lambda one: (one.strength, one.title)))


# --- the ladder -------------------------------------------------------------------------------------


class CountryRungs(NamedTuple):
    """One condition as it concerns one country, in every column."""

    condition: AidCondition
    rungs: tuple[Rung, ...]

    @property
    def last(self) -> Rung:
        return self.rungs[-1]


class CountryLadder(NamedTuple):
    """What concerns one country."""

    country: Country
    conditions: tuple[CountryRungs, ...]


def read_ladder(measure: Measure, codes: Collection[str] = ()) -> list[CountryLadder]:
    """Country by country, each condition that any of the measure's texts or the prior act has."""
    laid, known = laid_out(measure), all_countries()
    own = [one for one in all_conditions() if one.subcommittee is measure.subcommittee]
    wanted = {code for one in own for code in one.countries}
    if codes:
        wanted &= set(codes)
    found = []
    for code in known:
        if code in wanted:
            laid_for = [_rungs(one, laid, code) for one in own if code in one.countries]
            there = tuple(one for one in laid_for if any(rung.term for rung in one.rungs))
            if there:
                found.append(CountryLadder(known[code], there))
    return found


def _rungs(condition: AidCondition, laid: Sequence[Column], code: str) -> CountryRungs:
    return CountryRungs(condition, tuple(rungs(condition, laid, code)))


class InForce(NamedTuple):
    """A condition on a country's aid in the newest act, and what the newest bill after it would do."""

    condition: AidCondition
    measure: Measure
    now: Rung
    proposed: Rung | None
    proposed_by: Measure | None


def conditions_on(code: str) -> list[InForce]:
    """What the newest acts and the bills after them say of aid to a country, withheld money first."""
    found = []
    for subcommittee in Subcommittee:
        own = [one for one in all_measures() if one.subcommittee is subcommittee]
        act = next((one for one in own if one.enacted is not None), None)
        if act is not None:
            following = next(
                (one for one in own if one.fiscal_year == act.fiscal_year + 1 and one.steps), None
            )
            found += _in_force(code, act, following)
    return found


def _in_force(code: str, act: Measure, following: Measure | None) -> list[InForce]:
    now = {one.condition.key: one.last for ladder in read_ladder(act, [code]) for one in ladder.conditions}
    later = read_ladder(following, [code]) if following else []
    proposed = {one.condition.key: one.last for ladder in later for one in ladder.conditions}
    found = []
    for condition in all_conditions():
        key = condition.key
        if key in now and (now[key].term or (key in proposed and proposed[key].fate is Fate.ADDED)):
            found.append(InForce(condition, act, now[key], proposed.get(key), following))
    return found


# --- what the store adds ----------------------------------------------------------------------------


def held_bills(session: Session, keys: Iterable[str]) -> frozenset[str]:
    """Which of these bills have a page here."""
    wanted = {f"bill:{key}" for key in keys}
    found = session.scalars(select(ITEM.c.key).where(ITEM.c.key.in_(wanted)))
    return frozenset(key.removeprefix("bill:") for key in found)


class Place(NamedTuple):
    """Where words stand: a text, the division of it, and the section with its subdivision."""

    text: Printed
    division: str | None
    section: str


def place_of(rung: Rung) -> Place | None:
    """Where the rung's words stand; an act that continues another has none of its own."""
    if rung.term is None:
        return None
    milestone = milestone_of(rung.stands_in)
    text = printed(milestone.text or "") if milestone and not milestone.continues else None
    return Place(text, milestone.division, rung.term.section) if text and milestone else None


def milestone_of(step: TextStep) -> Milestone | None:
    measure = measure_of(step.measure)
    return measure.milestone(step.kind) if measure else None


def read_quotes(session: Session, places: Iterable[Place]) -> Mapping[Place, str]:
    """The words at those places, of the texts that were collected."""
    wanted = set(places)
    numbers = {place.section.partition("(")[0] for place in wanted}
    bills = {place.text.bill for place in wanted}
    rows = session.execute(
        select(TEXT.c.bill_key, TEXT.c.version, PROVISION.c.section)
        .join_from(PROVISION, TEXT, TEXT.c.id == PROVISION.c.text_id)
        .where(TEXT.c.bill_key.in_(bills), PROVISION.c.number.in_(numbers))
    )
    sections: dict[tuple[str, str, str | None, str | None], Section] = {
        (row.bill_key, row.version, division_of(row.section), row.section.number): row.section for row in rows
    }
    quotes = {}
    for place in wanted:
        number, bracket, rest = place.section.partition("(")
        section = sections.get((place.text.bill, place.text.version, place.division, number))
        words = words_at(section, bracket + rest) if section else None
        if words:
            quotes[place] = words
    return quotes


def texts_read(session: Session, laid: Sequence[Column]) -> Mapping[Printed, str]:
    """The pages of those texts of a ladder that are read here."""
    wanted = {text for column in laid if (text := printed(column.milestone.text or ""))}
    rows = session.execute(
        select(TEXT.c.bill_key, TEXT.c.version).where(TEXT.c.bill_key.in_({text.bill for text in wanted}))
    )
    held = {Printed(row.bill_key, row.version) for row in rows}
    return {text: f"/bills/{text.bill}/texts/{text.version}" for text in wanted & held}


def section_addresses(session: Session, places: Iterable[Place]) -> Mapping[Place, str]:
    """The pages on which those places are read here, of the texts that were."""
    wanted = set(places)
    rows = session.execute(
        select(TEXT.c.bill_key, TEXT.c.version, PROVISION.c.section)
        .join_from(PROVISION, TEXT, TEXT.c.id == PROVISION.c.text_id)
        .where(
            TEXT.c.bill_key.in_({place.text.bill for place in wanted}),
            PROVISION.c.number.in_({place.section.partition("(")[0] for place in wanted}),
        )
    )
    held = {(row.bill_key, row.version, division_of(row.section), row.section.number) for row in rows}
    return {
        place: f"/bills/{place.text.bill}/texts/{place.text.version}/"
        + "-".join(filter(None, ((place.division or "").lower(), place.section.partition("(")[0])))
        for place in wanted
        if (place.text.bill, place.text.version, place.division, place.section.partition("(")[0]) in held
    }


def division_of(section: Section) -> str | None:
    return next((step.number for step in section.steps if step.level == "division"), None)


def words_at(section: Section, label: str) -> str | None:
    """A subdivision's words with all below it; the whole section's without a label."""
    if not label:
        return section.text
    part = next((part for part in section.parts if part.label == label), None)
    return section.text[part.start : part.end] if part else None


def held_documents(session: Session, measures: Iterable[Measure]) -> Mapping[Printed, Provenance]:
    """Where the collected texts of these measures came from."""
    wanted = {text for one in measures for each in one.milestones if (text := printed(each.text or ""))}
    rows = session.execute(
        select(TEXT.c.bill_key, TEXT.c.version, *COLUMNS)
        .join_from(TEXT, DOCUMENT, DOCUMENT.c.id == TEXT.c.document_id)
        .where(TEXT.c.bill_key.in_({text.bill for text in wanted}))
    )
    found = {Printed(row.bill_key, row.version): provenance(row) for row in rows}
    return {
        text: found[text] for text in sorted(wanted, key=lambda one: (one.bill, one.version)) if text in found
    }
