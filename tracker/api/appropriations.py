"""Appropriations for programs: the measures, one with its steps and accounts, and the ladder of its conditions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, NamedTuple

import msgspec
from flask import abort

from tracker.api import compose
from tracker.api.answers import (
    Next,
    PageUrl,
    Sources,
    Total,
    Url,
    note,
)
from tracker.api.asking import Args, site
from tracker.api.parameters import read_place
from tracker.api.tables import Table
from tracker.content.measures import (
    Account,
    Criteria,
    Effect,
    Fate,
    Measure,
    Milestone,
    MilestoneKind,
    Rung,
    Subcommittee,
    Trigger,
)
from tracker.db import db
from tracker.provisions.facts import AmountKind
from tracker.queries.accounts import NEW_MONEY, Found, Printing, account_of, every_amount, printings
from tracker.queries.appropriations import (
    CountryRungs,
    all_measures,
    held_documents,
    laid_out,
    measure_of,
    milestone_of,
    read_ladder,
)
from tracker.queries.country_names import Country
from tracker.web.accounts import amounts, printing_words
from tracker.web.appropriations import column_words, fate_words

# --- shapes -----------------------------------------------------------------------------------------


class CitedDocument(msgspec.Struct, frozen=True):
    """A document that a step rests on. `date` is ISO, as exactly as it is known."""

    title: str
    url: str
    date: str


class TotalAnswer(msgspec.Struct, frozen=True):
    """New money for an account in a text, in whole nominal dollars; `effective` is with floor amendments printed after
    it, `place` the section that it stands in.
    """

    account: Annotated[str, msgspec.Meta(examples=["FMF"])]
    dollars: int
    effective: int
    place: str


class StepAnswer(msgspec.Struct, frozen=True):
    """One thing that happened to a measure. `text` is the address of the text that it printed."""

    kind: MilestoneKind
    on: Annotated[str, note("ISO, as exactly as it is known.")]
    bill: Annotated[str, msgspec.Meta(examples=["119-hr-7148"])]
    says: str
    law: str | None
    report: str | None
    division: str | None
    vote: str | None
    text: str | None
    continues: Annotated[str | None, note("The measure whose act it continues.")]
    totals: tuple[TotalAnswer, ...]
    documents: tuple[CitedDocument, ...]


class AppropriationsItem(msgspec.Struct, frozen=True, kw_only=True):
    """A fiscal year's bill of one subcommittee, whatever carries it."""

    key: Annotated[str, msgspec.Meta(examples=["2026-nsrp"])]
    kind: str
    title: str
    url: Annotated[Url, note("The newest text.")]
    page: PageUrl
    fiscal_year: int
    subcommittee: Subcommittee
    names: Annotated[tuple[str, ...], note("What it has been called.")]
    status: Annotated[str, note("Where it stands, in our words.")]
    in_force: Annotated[str, note("What is in force today, in our words.")]
    links: Annotated[tuple[str, ...], note("The keys of the bills that carry it.")]
    reviewed_on: str
    review_due: str
    sources: Sources


class ConditionAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A condition on aid to one country in one text. `is_there` is false where the text does not have it.

    `fate` is against what was in force the year before; `changes` say what differs, old and new.
    """

    country: Annotated[str, note("ISO 3166 alpha-3.")]
    condition: str
    title: str
    text: Annotated[str, note("Which text, as 2026-nsrp/house-passed.")]
    text_in_words: str
    is_there: bool
    fate: Fate
    fate_in_words: str
    changes: tuple[tuple[str, str, str], ...]
    says: str | None = None
    section: str | None = None
    effect: Effect | None = None
    accounts: tuple[Account, ...] = ()
    percent: int | None = None
    dollars: int | None = None
    trigger: Trigger | None = None
    by: str | None = None
    waiver: str | None = None
    criteria: Criteria | None = None
    url: Annotated[str | None, note("The official text.")] = None


class AppropriationsAnswer(AppropriationsItem, frozen=True, kw_only=True):
    """A measure with its steps, and its conditions text by text."""

    steps: tuple[StepAnswer, ...]
    conditions: tuple[ConditionAnswer, ...]


class AppropriationsList(msgspec.Struct, frozen=True):
    """Part of the list of measures, the newest fiscal year first."""

    items: tuple[AppropriationsItem, ...]
    next: Next
    total: Total


class ConditionsAnswer(msgspec.Struct, frozen=True):
    """The ladder of one measure: each condition on each country in each text."""

    key: str
    page: PageUrl
    items: tuple[ConditionAnswer, ...]


# --- asking -----------------------------------------------------------------------------------------


def measures(args: Args) -> AppropriationsList:
    """All of them, in parts that go by key."""
    place, found = read_place(args), all_measures()
    keys = [one.key for one in found]
    start = keys.index(place.after) + 1 if place.after in keys else 0
    shown = found[start : start + place.limit]
    following = shown[-1].key if start + place.limit < len(found) else None
    return AppropriationsList(
        tuple(AppropriationsItem(**_fields(one)) for one in shown), following, len(found)
    )


def measure_named(key: str) -> Measure:
    return measure_of(key) or abort(404, f"There is no appropriations measure {key[:80]} here.")


def measure(key: str) -> AppropriationsAnswer:
    one = measure_named(key)
    return AppropriationsAnswer(
        **_fields(one),
        steps=tuple(_step(one, milestone) for milestone in one.milestones),
        conditions=tuple(_condition(cell) for cell in ladder_cells(one)),
    )


def conditions(key: str) -> ConditionsAnswer:
    one = measure_named(key)
    cells = tuple(_condition(cell) for cell in ladder_cells(one))
    return ConditionsAnswer(one.key, f"{site()}{one.path}/conditions", cells)


class LadderCell(NamedTuple):
    """One condition on one country in one text."""

    country: Country
    laid: CountryRungs
    rung: Rung


def ladder_cells(one: Measure) -> Iterator[LadderCell]:
    for country in read_ladder(one):
        for laid in country.conditions:
            for rung in laid.rungs:
                yield LadderCell(country.country, laid, rung)


class AccountAnswer(msgspec.Struct, frozen=True):
    """An account with every amount for it in the texts of the measures described here. Nothing is added up.

    `kind` is `appropriation` for new money; `rescission`, `transfer` and `substituted` are none.
    """

    key: Annotated[str, msgspec.Meta(examples=["FMF"])]
    title: str
    page: PageUrl
    amounts: tuple[AmountAnswer, ...]


class AmountAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One amount in one text."""

    fiscal_year: int
    text: Annotated[str, note("Which text, as 2026-nsrp/house-passed.")]
    bill: str
    kind: AmountKind
    dollars: int
    effective: int
    in_place_of: int | None
    place: Annotated[str, note("The division, title and heading or section.")]
    url: Annotated[Url, note("The official text.")]


def account(code: str) -> AccountAnswer:
    found = account_of(code) or abort(404, f"There is no account {code[:80]} here.")
    return AccountAnswer(
        found.code, found.name, f"{site()}/appropriations/accounts/{found.code}",
        tuple(
            AmountAnswer(
                fiscal_year=cell.printing.measure.fiscal_year, text=_text_key(cell), bill=cell.printing.milestone.bill,
                kind=cell.amount.kind, dollars=cell.amount.dollars, effective=cell.amount.effective,
                in_place_of=cell.amount.in_place_of, place=cell.amount.place, url=cell.printing.url,
            )
            for cell in amount_cells(list(printings()))
            if cell.amount.account == found.code
        ),
    )  # fmt: skip


def amount_cells(laid: Sequence[Printing]) -> list[Found]:
    """Every amount of these texts."""
    return every_amount(laid, amounts())


def _text_key(cell: Found) -> str:
    return f"{cell.printing.measure.key}/{cell.printing.milestone.kind}"


# --- composing --------------------------------------------------------------------------------------


def _fields(one: Measure) -> dict[str, Any]:
    newest = laid_out(one)[-1].milestone
    documents = held_documents(db.session, [one]).values()
    return {
        "key": one.key,
        "kind": "appropriations",
        "title": one.name,
        "url": newest.text or newest.sources[0].url,
        "page": f"{site()}{one.path}",
        "fiscal_year": one.fiscal_year,
        "subcommittee": one.subcommittee,
        "names": one.names,
        "status": one.stands,
        "in_force": one.in_force,
        "links": tuple(f"bill:{key}" for key in one.carriers),
        "reviewed_on": one.reviewed_on.isoformat(),
        "review_due": one.review_due.isoformat(),
        "sources": tuple(compose.source_document(document) for document in documents),
    }


def _step(measure: Measure, one: Milestone) -> StepAnswer:
    return StepAnswer(
        one.kind, str(one.on), one.bill, one.says, one.law, one.report, one.division, one.vote, one.text,
        one.continues,
        tuple(
            TotalAnswer(amount.account, amount.dollars, amount.effective, amount.place)
            for amount in amounts().of(Printing(measure, one))
            if amount.kind is NEW_MONEY
        ),
        tuple(CitedDocument(source.title, source.url, str(source.date)) for source in one.sources),
    )  # fmt: skip


def _condition(cell: LadderCell) -> ConditionAnswer:
    rung, term = cell.rung, cell.rung.term
    facts: dict[str, Any] = {}
    if term is not None:
        milestone = milestone_of(rung.stands_in)
        facts = {
            "url": milestone.text if milestone else None,
            **{name: getattr(term, name) for name in _OF_TERM},
        }
    return ConditionAnswer(
        country=cell.country.code,
        condition=cell.laid.condition.key,
        title=cell.laid.condition.title,
        text=str(rung.column.step),
        text_in_words=column_words(rung.column),
        is_there=term is not None,
        fate=rung.fate,
        fate_in_words=fate_words(rung),
        changes=rung.changes,
        **facts,
    )


_OF_TERM = (
    "says", "section", "effect", "accounts", "percent", "dollars", "trigger", "by", "waiver", "criteria",
)  # fmt: skip


# --- files ------------------------------------------------------------------------------------------

MEASURES = Table(
    (
        ("key", lambda one, _: one.key),
        ("fiscal_year", lambda one, _: one.fiscal_year),
        ("subcommittee", lambda one, _: one.subcommittee),
        ("title", lambda one, _: one.title),
        ("status", lambda one, _: one.stands),
        ("in_force", lambda one, _: one.in_force),
        ("bills", lambda one, _: " ".join(one.carriers)),
        ("law", lambda one, _: one.enacted.law if one.enacted else None),
        ("reviewed_on", lambda one, _: one.reviewed_on),
        ("page", lambda one, address: f"{address}{one.path}"),
    )
)

AMOUNTS = Table(
    (
        ("fiscal_year", lambda cell, _: cell.printing.measure.fiscal_year),
        ("text", lambda cell, _: _text_key(cell)),
        ("text_in_words", lambda cell, _: printing_words(cell.printing)),
        ("bill", lambda cell, _: cell.printing.milestone.bill),
        ("date", lambda cell, _: str(cell.printing.milestone.on)),
        ("account", lambda cell, _: cell.amount.account),
        ("kind", lambda cell, _: cell.amount.kind),
        ("dollars", lambda cell, _: cell.amount.dollars),
        ("effective_dollars", lambda cell, _: cell.amount.effective),
        ("in_place_of", lambda cell, _: cell.amount.in_place_of),
        ("place", lambda cell, _: cell.amount.place),
        ("url", lambda cell, _: cell.printing.url),
    )
)
"""Only `appropriation` is new money; the other kinds are never added to it."""


def _of_term(name: str) -> tuple[str, Any]:
    return name, lambda cell, _site: getattr(cell.rung.term, name) if cell.rung.term else None


def _text_url(cell: LadderCell, _site: str) -> str | None:
    milestone = milestone_of(cell.rung.stands_in) if cell.rung.term else None
    return milestone.text if milestone else None


CONDITIONS = Table(
    (
        ("country", lambda cell, _: cell.country.code),
        ("country_name", lambda cell, _: cell.country.name),
        ("condition", lambda cell, _: cell.laid.condition.key),
        ("title", lambda cell, _: cell.laid.condition.title),
        ("text", lambda cell, _: str(cell.rung.column.step)),
        ("text_in_words", lambda cell, _: column_words(cell.rung.column)),
        ("is_there", lambda cell, _: cell.rung.term is not None),
        ("fate", lambda cell, _: cell.rung.fate),
        ("fate_in_words", lambda cell, _: fate_words(cell.rung)),
        *map(_of_term, _OF_TERM[:3]),
        ("accounts", lambda cell, _: "; ".join(cell.rung.term.accounts) if cell.rung.term else None),
        *map(_of_term, _OF_TERM[4:]),
        ("url", _text_url),
    )
)
