"""The addresses under /api/v1, described for programs in /api/v1/openapi.json."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, request
from spectree import Response as Described
from spectree import SpecTree
from spectree.config import ModeEnum
from spectree.model_adapter import get_msgspec_model_adapter

from tracker.api import appropriations, arms_sales, asking, assistance, countries
from tracker.api import deadlines as board
from tracker.api import recommendations as measured_against
from tracker.api import reports as watchdogs
from tracker.api import votes as roll_calls
from tracker.api.answers import (
    BillAnswer,
    BillList,
    ChangeItem,
    ChangeList,
    Index,
    LegislatorAnswer,
    LegislatorList,
    Problem,
    SearchList,
    SourceItem,
    SourceList,
)
from tracker.api.appropriations import AppropriationsAnswer, AppropriationsList
from tracker.api.arms_sales import ArmsSaleAnswer, ArmsSaleList
from tracker.api.assistance import AssistanceAnswer
from tracker.api.countries import CountryAnswer, CountryList
from tracker.api.deadlines import DeadlineItem, DeadlineList
from tracker.api.parameters import (
    ArmsSaleParameters,
    AuditParameters,
    BillParameters,
    ChangeParameters,
    CountryParameters,
    DeadlineParameters,
    LegislatorParameters,
    Paging,
    ReportParameters,
    SearchParameters,
    VoteParameters,
)
from tracker.api.recommendations import RecommendationAnswer, RecommendationList
from tracker.api.replies import json_reply, settings
from tracker.api.reports import AuditAnswer, AuditList, ReportAnswer, ReportList
from tracker.api.votes import VoteAnswer, VoteList

v1 = Blueprint("api_v1", __name__, url_prefix="/api/v1")

_LISTS = (
    "bills", "countries", "recommendations", "promises", "reports", "audit-recommendations", "appropriations",
    "arms-sales", "deadlines", "changes", "votes", "legislators", "sources", "search",
)  # fmt: skip

spec = SpecTree(
    "flask",
    mode=ModeEnum.strict,
    model_adapter=get_msgspec_model_adapter(),
    naming_strategy=lambda shape: shape.__name__,
    nested_naming_strategy=lambda _parent, child: child,
    validation_error_model=Problem,
    annotations=False,
    title="Security Assistance Tracker",
    version="1",
    description=(
        "Public facts about U.S. military and police aid before Congress, each with the document that says "
        "so. Anybody may read them without a key. A list comes in parts: send its `next` as `after` for the "
        "part that follows."
    ),
)

View = Callable[..., Response]


def _list(name: str, shape: type[Any], parameters: type[Any]) -> Callable[[View], View]:
    """Describe an address that answers with a list."""
    return spec.validate(
        query=parameters,
        resp=Described(
            HTTP_200=(shape, "Part of the list."),
            HTTP_400=(Problem, "A parameter that cannot be understood, by name."),
        ),
        validation_error_status=400,
        operation_id=name,
        skip_validation=True,  # each question reads its own parameters, as the pages do
    )


def _one(name: str, shape: type[Any], key: str) -> Callable[[View], View]:
    """Describe an address that answers with one thing."""
    return spec.validate(
        resp=Described(HTTP_200=(shape, "It is here."), HTTP_404=(Problem, "It is not.")),
        validation_error_status=404,
        path_parameter_descriptions={"key": key},
        operation_id=name,
        skip_validation=True,
    )


@v1.get("/bills")
@_list("listBills", BillList, BillParameters)
def bills() -> Response:
    """Measures before Congress.

    Bills and resolutions of both chambers, those with the latest official action first, with where each
    stands and what comes next in plain words. The filters are those of the page /bills.
    """
    return json_reply(asking.bills(request.args))


@v1.get("/bills/<key>")
@_one("readBill", BillAnswer, "Congress, type and number: 119-s-1780.")
def bill(key: str) -> Response:
    """One measure.

    Everything that is held of it: sponsors and cosponsors, committees, the official history, votes, texts,
    summaries, related measures, and the newest entries of the log of changes.
    """
    return json_reply(asking.bill(key))


@v1.get("/countries")
@_list("listCountries", CountryList, CountryParameters)
def list_of_countries() -> Response:
    """Countries and territories.

    Everywhere that receives or could receive U.S. security assistance, by key, with how many measures before
    Congress are linked to it; those with none are listed as well.
    """
    return json_reply(countries.countries(request.args))


@v1.get("/countries/<key>")
@_one("readCountry", CountryAnswer, "ISO 3166 alpha-3: EGY.")
def country(key: str) -> Response:
    """One country.

    Its brief if there is one, the newest measures by what the editors hold them to do, each with the words that
    link it, what else those measures name, and the newest changes.
    """
    return json_reply(countries.country(key))


@v1.get("/recommendations")
@_list("listRecommendations", RecommendationList, Paging)
def recommendations() -> Response:
    """The three recommendations.

    What each asks and of whom, in our words, with how many measures advance it or weaken it in the editors'
    judgement, how many more concern it, and every judgement with its reason.
    """
    return json_reply(measured_against.recommendations(request.args))


@v1.get("/recommendations/<key>")
@_one("readRecommendation", RecommendationAnswer, "Its short name: restrict-alliances-with-abusers.")
def recommendation(key: str) -> Response:
    """One recommendation.

    What it asks and how we would know, the measures for it, against it and not judged, each with its evidence,
    the countries that they name, and the newest changes.
    """
    return json_reply(measured_against.recommendation("recommendations", key))


@v1.get("/promises")
@_list("listPromises", RecommendationList, Paging)
def promises() -> Response:
    """The government's thirteen promises.

    The goals and guidelines of Presidential Policy Directive 23, in our words, with the same figures and
    judgements as the recommendations have.
    """
    return json_reply(measured_against.promises(request.args))


@v1.get("/promises/<key>")
@_one("readPromise", RecommendationAnswer, "Its short name: ppd23-guideline-7.")
def promise(key: str) -> Response:
    """One promise.

    What it says and how we would know, the measures for it, against it and not judged, each with its evidence,
    the countries that they name, and the newest changes.
    """
    return json_reply(measured_against.recommendation("promises", key))


@v1.get("/countries/<key>/assistance")
@_one("readCountryAssistance", AssistanceAnswer, "ISO 3166 alpha-3: EGY.")
def country_assistance(key: str) -> Response:
    """Money to one country.

    Every figure of assistance that is held, of every release, with its fiscal year, type, account and source, and
    military and police aid set against all aid. Never add figures of different types or releases.
    """
    return json_reply(assistance.country_assistance(key))


@v1.get("/appropriations")
@_list("listAppropriations", AppropriationsList, Paging)
def list_of_appropriations() -> Response:
    """Appropriations measures.

    A fiscal year's bill of one subcommittee, whatever bills and acts carry it, the newest year first, with where it
    stands and what is in force.
    """
    return json_reply(appropriations.measures(request.args))


@v1.get("/appropriations/<key>")
@_one("readAppropriations", AppropriationsAnswer, "A fiscal year and a subcommittee: 2026-nsrp.")
def appropriations_measure(key: str) -> Response:
    """One appropriations measure.

    With its steps and their documents, what each text gives the accounts, and the conditions on aid country by
    country and text by text, with what became of each since the act before.
    """
    return json_reply(appropriations.measure(key))


@v1.get("/arms-sales")
@_list("listArmsSales", ArmsSaleList, ArmsSaleParameters)
def list_of_arms_sales() -> Response:
    """Notifications of possible arms sales.

    Under section 36(b) of the Arms Export Control Act, the last notified first, with what may be sold to whom, at
    most for how much, and how long Congress has to forbid it. A notification is not a sale: never add values.
    """
    return json_reply(arms_sales.sales(request.args))


@v1.get("/arms-sales/<key>")
@_one("readArmsSale", ArmsSaleAnswer, "The transmittal number: 26-23.")
def arms_sale(key: str) -> Response:
    """One notification.

    With every document on it, what it enhances or is enhanced by, the resolutions that name it with the words
    that say so, and the newest changes.
    """
    return json_reply(arms_sales.sale(key))


@v1.get("/reports")
@_list("listReports", ReportList, ReportParameters)
def list_of_reports() -> Response:
    """Reports of watchdogs.

    Auditors, inspectors general, Congress's researchers and organisations, the newest first, with what each found
    in our words where that is written, and how many of its recommendations stand where.
    """
    return json_reply(watchdogs.reports(request.args))


@v1.get("/reports/<key>")
@_one("readReport", ReportAnswer, "The watchdog and the number: gao-25-107622.")
def report(key: str) -> Response:
    """One report.

    With its recommendations and what became of each, every document that tells of it, what is odd about its dates,
    and the newest changes.
    """
    return json_reply(watchdogs.report(key))


@v1.get("/audit-recommendations")
@_list("listAuditRecommendations", AuditList, AuditParameters)
def list_of_audit_recommendations() -> Response:
    """What watchdogs told agencies and Congress to do.

    Who was told what, where it stands, and how old it is. One that its watchdog's list has no more is no longer
    listed until a page says how it was closed.
    """
    return json_reply(watchdogs.audits(request.args))


@v1.get("/audit-recommendations/<key>")
@_one("readAuditRecommendation", AuditAnswer, "Its report's key and its number: gao-25-107622-4.")
def audit_recommendation(key: str) -> Response:
    """One audit recommendation.

    With where it stands with each addressee, the watchdog's comments over time, and the newest changes.
    """
    return json_reply(watchdogs.audit(key))


@v1.get("/deadlines")
@_list("listDeadlines", DeadlineList, DeadlineParameters)
def deadlines() -> Response:
    """What acts order by a day.

    Reports, certifications, consultations and other duties, by day, with the act and section that order them and the
    public evidence that they were done, if an editor recorded any. Without it nobody knows whether they were: many
    reports are never published.
    """
    return json_reply(board.deadlines(request.args))


@v1.get("/deadlines/<key>")
@_one("readDeadline", DeadlineItem, "Act, section and rule: 119-hr-7148-f-7041-c-30-days.")
def deadline(key: str) -> Response:
    """One thing that an act orders.

    From whom, to whom, by which day and by which words of which section.
    """
    return json_reply(board.deadline(key))


@v1.get("/changes")
@_list("listChanges", ChangeList, ChangeParameters)
def changes() -> Response:
    """The public log of what changed.

    Newest first, by when it was first seen here, which may be later than the day it happened. Each entry
    says in a sentence what changed, and has the old value and the new one.
    """
    return json_reply(asking.changes(request.args))


@v1.get("/changes/<key>")
@_one("readChange", ChangeItem, "The entry's number in the log.")
def change(key: str) -> Response:
    """One entry of the log.

    What changed on which item, when it happened by its source, and when it was first seen here.
    """
    return json_reply(asking.change(key))


@v1.get("/votes")
@_list("listVotes", VoteList, VoteParameters)
def votes() -> Response:
    """Roll-call votes.

    Those of both chambers on measures before Congress, the newest first, with what was decided in plain words and how
    each party voted. Votes without a list of names are not in here.
    """
    return json_reply(roll_calls.votes(request.args))


@v1.get("/votes/<key>")
@_one("readVote", VoteAnswer, "Congress, chamber with session, number: 119-s1-165.")
def vote(key: str) -> Response:
    """One roll-call vote.

    With how each member voted, as printed and as yea, nay, present or not voting, and the district where the list of
    members tells it.
    """
    return json_reply(roll_calls.vote(key))


@v1.get("/legislators")
@_list("listLegislators", LegislatorList, LegislatorParameters)
def legislators() -> Response:
    """Members of Congress.

    Those in office, and former members whom a measure names, in the order of their names.
    """
    return json_reply(asking.legislators(request.args))


@v1.get("/legislators/<key>")
@_one("readLegislator", LegislatorAnswer, "The bioguide id: S000033.")
def legislator(key: str) -> Response:
    """One member of Congress.

    Terms, committee seats, and the latest of the measures that the member introduced or joined.
    """
    return json_reply(asking.legislator(key))


@v1.get("/sources")
@_list("listSources", SourceList, Paging)
def sources() -> Response:
    """Where the facts come from.

    Every source with its publisher, how often it is read, when that last went well, and how much is held of
    it.
    """
    return json_reply(asking.sources(request.args))


@v1.get("/sources/<key>")
@_one("readSource", SourceItem, "The source's key: govinfo_billstatus.")
def source(key: str) -> Response:
    """One source.

    Its publisher, what it covers, whether what is held of it is current, and how its last reading ended.
    """
    return json_reply(asking.source(key))


@v1.get("/search")
@_list("search", SearchList, SearchParameters)
def search() -> Response:
    """Measures by number or by words.

    A number in any spelling finds its measure; anything else finds the measures with all those words, best
    first, with some of the text around them.
    """
    return json_reply(asking.found(request.args))


# --- the API itself ---------------------------------------------------------------------------------


@v1.get("/")
def index() -> Response:
    """Where everything is."""
    root = f"{settings().public_url}/api/v1"
    lists = {name: f"{root}/{name}" for name in _LISTS}
    return json_reply(Index(settings().site_name, f"{root}/openapi.json", lists))


@v1.get("/openapi.json")
def openapi() -> Response:
    """The description of every address, for programs."""
    return json_reply(document())


def document() -> dict[str, Any]:
    """The OpenAPI document of the running application."""
    described = spec.spec
    schemas = {
        name: schema
        for name, schema in described["components"]["schemas"].items()
        if not name.endswith(("Parameters", "Paging"))  # they stand in their operations
    }
    return {
        **described,
        "components": {**described["components"], "schemas": schemas},
        "servers": [{"url": settings().public_url}],
    }


@v1.get("/<path:rest>")
def nothing(rest: str) -> Response:
    """Whatever else is asked for here gets its answer as JSON, too."""
    abort(404, f"There is nothing at /api/v1/{rest[:80]}.")
