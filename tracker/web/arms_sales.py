"""Proposed arms sales: the list with its filters, one sale with the clock of Congress, and those to a country."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from flask import Blueprint, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from scrapers.records import SaleArticle, SaleKind
from tracker.arms_sales import words
from tracker.arms_sales.facts import SaleFacts
from tracker.arms_sales.review import load_terms
from tracker.db import db
from tracker.queries.arms_sales import (
    Held,
    SaleDetail,
    SaleFilter,
    SaleRow,
    held_sales,
    list_sales,
    read_sale,
    read_sale_filter,
    resolutions_naming,
    running_sales,
    sales_to,
    same_as,
)
from tracker.queries.bills import BillFilter, Scope, list_bill_ids
from tracker.queries.country_names import Country
from tracker.queries.paging import Place
from tracker.selection import MEASURES
from tracker.web.caching import current_version, remembered
from tracker.web.clock import today
from tracker.web.formatting import capital, counted, tidy
from tracker.web.freshness import known_on
from tracker.web.listing import address, chosen, formats, neighbours, read_place

blueprint = Blueprint("arms_sales", __name__)

PATH = "/arms-sales"
PARAMETERS = ("country", "year", "kind")
SOURCES = ("federal_register_arms_sales", "state_arms_sales")
DISAPPROVAL = '"congressional disapproval of the proposed"'
"""The words that the titles of resolutions against a sale have in common."""
SHOWN_OF_COUNTRY = 6
KINDS = {
    SaleKind.NOTIFICATION: "Notifications",
    SaleKind.ENHANCEMENT: "Enhancements of earlier ones",
    SaleKind.CORRECTION: "Corrections of others not held",
}


@blueprint.get(PATH)
def index() -> str:
    which = read_sale_filter(request.args)
    parameters = chosen(*PARAMETERS)
    page = list_sales(db.session, which, today=today(), place=read_place(request.args))
    held = remembered(current_version(), "arms sales", lambda: held_sales(db.session))
    return render_template(
        "arms_sales/index.html",
        page=page,
        words=words,
        sentence=list_sentence(page.total, which),
        running=running_sales(db.session, today=today()),
        fields=_fields(parameters, held),
        is_narrowed=bool(parameters),
        held=held,
        resolutions=remembered(current_version(), "disapprovals", _disapprovals),
        terms=load_terms(),
        as_of=as_of(),
        formats=formats(PATH, parameters, "json", "csv", "atom"),
        feed=address(f"{PATH}.atom", parameters),
        **neighbours(PATH, parameters, page),
    )


@blueprint.get(f"{PATH}/<key>")
def show(key: str) -> str | Response:
    detail = read_sale(db.session, key, today=today())
    if detail is None:
        return _elsewhere(key)
    return render_template(
        "arms_sales/show.html",
        detail=detail,
        sale=detail.sale,
        facts=detail.sale.facts,
        words=words,
        lists=article_lists(detail.sale.facts),
        values=value_rows(detail),
        missing=missing_words(detail.sale.kind),
        terms=load_terms(),
        as_of=as_of(),
        bills_as_of=known_on(MEASURES),
        formats=formats(
            f"{PATH}/{key}", {}, "json", "csv", "atom", *(("ics",) if detail.sale.review.last_day else ())
        ),
    )


def _elsewhere(key: str) -> Response:
    """The way to the sale where a number is spelled otherwise or a page got its number; else a page that says no."""
    meant = same_as(db.session, key)
    upper = key.upper()
    if meant is None and upper != key and read_sale(db.session, upper, today=today()):
        meant = upper
    if meant is not None:
        return redirect(f"{PATH}/{meant}", 301)
    is_number = words.TRANSMITTAL.fullmatch(upper) is not None
    page = render_template(
        "arms_sales/unknown.html",
        text=tidy(key)[:80],
        resolutions=resolutions_naming(db.session, upper, today=today()) if is_number else (),
        as_of=as_of(),
    )
    return Response(page, status=404, mimetype="text/html")


def as_of() -> str:
    """The day on which the sources of notices last answered, in words."""
    return known_on(*SOURCES)


def _disapprovals() -> int:
    """How many resolutions of disapproval the list of measures has."""
    which = BillFilter(q=DISAPPROVAL, scope=Scope.SECURITY_ASSISTANCE)
    return list_bill_ids(db.session, which, place=Place(limit=1)).total


# --- parts of the pages -----------------------------------------------------------------------------


def list_sentence(total: int, which: SaleFilter) -> str:
    """How many there are, and of what."""
    found = counted(total, "notification")
    if which.kind is SaleKind.ENHANCEMENT:
        found = counted(
            total, "enhancement of earlier notifications", "enhancements of earlier notifications"
        )
    elif which.kind is SaleKind.CORRECTION:
        found = counted(
            total, "correction of a notice that is not held", "corrections of notices that are not held"
        )
    year = f" in {which.year}" if which.year else ""
    if which.kind is None:
        found = f"{found} of possible arms sales"
    return f"{capital(found)}{year}, the newest first."


def _fields(parameters: Mapping[str, str], held: Held) -> list[dict[str, object]]:
    choices: dict[str, tuple[str, list[tuple[str, str]]]] = {
        "country": (
            "Country",
            [("", "Every country"), *((country.code, country.name) for country in held.countries)],
        ),
        "year": ("Year of notification", [("", "Every year"), *((str(one), str(one)) for one in held.years)]),
        "kind": ("Kind", [("", "Every kind"), *((kind.value, label) for kind, label in KINDS.items())]),
    }
    return [
        {
            "name": name,
            "label": label,
            "kind": "select",
            "options": options,
            "value": parameters.get(name, "").upper() if name == "country" else parameters.get(name, ""),
        }
        for name, (label, options) in choices.items()
    ]


class ArticleList(NamedTuple):
    """Articles of one sort, under what they are called."""

    heading: str
    articles: tuple[SaleArticle, ...]


def article_lists(facts: SaleFacts) -> list[ArticleList]:
    """The articles by what the law calls them; empty ones are left out."""
    unsaid = "Added" if facts.kind is SaleKind.ENHANCEMENT else "To be bought"
    headings = {True: "Major defense equipment", None: unsaid, False: "Other articles and services"}
    found = (
        ArticleList(heading, tuple(one for one in facts.articles if one.is_major is is_major))
        for is_major, heading in headings.items()
    )
    return [one for one in found if one.articles]


def value_rows(detail: SaleDetail) -> list[list[str | Markup]]:
    """The estimated values to the dollar; what is not published, or not in what is held, says so."""
    facts = detail.sale.facts
    parts = (
        ("Major defense equipment", facts.major_dollars),
        ("Other", facts.other_dollars),
        ("Total, at most", facts.total_dollars),
    )
    none = Markup('<span class="none">{}</span>').format(missing_words(detail.sale.kind))
    return [[label, none if dollars is None else f"{dollars:,}"] for label, dollars in parts]


def missing_words(kind: SaleKind) -> str:
    """Why a value is not here: a correction is of a notice that was published and is not held."""
    return "not held" if kind is SaleKind.CORRECTION else "not published"


class CountrySales(NamedTuple):
    """What a country's page shows of them."""

    rows: tuple[SaleRow, ...]
    total: int
    as_of: str
    note: str


def country_sales(country: Country) -> CountrySales:
    """The newest sales proposed to a country."""
    page = sales_to(db.session, country, today=today(), limit=SHOWN_OF_COUNTRY)
    return CountrySales(page.items, page.total, as_of(), words.NOT_A_SALE)
