"""From what the queries found to what the API answers. Pure: values in, values out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from tracker.api.answers import (
    BillAnswer,
    BillItem,
    BillList,
    ChangeItem,
    ChangeList,
    EvidenceAnswer,
    ItemReference,
    JudgementAnswer,
    LastRun,
    LatestBills,
    LegislatorAnswer,
    LegislatorItem,
    LegislatorList,
    LinkAnswer,
    SearchItem,
    SearchList,
    SourceDocument,
    SourceItem,
)
from tracker.linking.evidence import Evidence
from tracker.linking.targets import Target
from tracker.phrases import change_sentence, kind_label, recorded_late
from tracker.queries.arms_sales import SaleRow
from tracker.queries.audit_recommendations import AuditRow
from tracker.queries.bills import BillDetail, BillRow
from tracker.queries.changes import ChangeRow
from tracker.queries.legislators import LegislatorDetail, LegislatorRow
from tracker.queries.links import ShownJudgement, ShownLink
from tracker.queries.paging import Page
from tracker.queries.provenance import Provenance
from tracker.queries.reports import ReportRow
from tracker.queries.search import Hit, SearchResult
from tracker.queries.sources import Run, SourceStatus


def source_document(found: Provenance) -> SourceDocument:
    return SourceDocument(
        found.source,
        found.name,
        found.publisher,
        found.url,
        found.fetched_at,
        found.sha256,
        found.fetched_until,
    )


# --- links ------------------------------------------------------------------------------------------


def link_answer(site: str, link: ShownLink) -> LinkAnswer:
    target = link.target
    evidence = tuple(map(evidence_answer, link.evidence))
    return LinkAnswer(
        target.key, target.kind, target.name, _page(site, target), link.score, link.decided_by, evidence
    )


def evidence_answer(one: Evidence) -> EvidenceAnswer:
    return EvidenceAnswer(one.rule, one.field, one.label, one.words, one.quote, one.at, one.score)


def judgement_answer(site: str, judged: ShownJudgement) -> JudgementAnswer:
    target = judged.target
    return JudgementAnswer(
        target.key,
        target.name,
        _page(site, target),
        judged.verdict,
        judged.reason,
        judged.made_on,
        judged.made_by,
    )


def _page(site: str, target: Target) -> str | None:
    return f"{site}{target.href}" if target.href else None


# --- measures ---------------------------------------------------------------------------------------


def bill_item(site: str, bill: BillRow) -> BillItem:
    return BillItem(**_bill_fields(site, bill))


def _bill_fields(site: str, bill: BillRow) -> dict[str, Any]:
    """What a measure has in every answer. Most fields have the row's own names."""
    fields = {name: getattr(bill, name) for name in _FROM_ROW}
    return {
        **fields,
        "page": f"{site}/bills/{bill.key}",
        "in_scope": bill.about.scope is not None,
        "links": tuple(link_answer(site, link) for link in bill.about.links()),
        "judgements": tuple(judgement_answer(site, judged) for judged in bill.about.judgements),
        "sources": (source_document(bill.document),),
    }


_FROM_ROW = tuple(sorted({*BillItem.__struct_fields__} & {*BillRow.__struct_fields__}))


def bill_answer(site: str, detail: BillDetail) -> BillAnswer:
    fields = {name: getattr(detail, name) for name in _FROM_DETAIL}
    fields["track"] = detail.standing.track
    fields["withdrawn_cosponsors"] = detail.withdrawn
    fields["changes"] = tuple(change_item(site, change) for change in detail.changes)
    return BillAnswer(**_bill_fields(site, detail.bill), **fields)


_FROM_DETAIL = tuple(
    sorted({*BillAnswer.__struct_fields__} & {*BillDetail.__struct_fields__} - {*BillItem.__struct_fields__})
)


def bill_list(site: str, page: Page[BillRow]) -> BillList:
    return BillList(tuple(bill_item(site, bill) for bill in page.items), page.next, page.total)


# --- changes ----------------------------------------------------------------------------------------


def change_item(site: str, change: ChangeRow) -> ChangeItem:
    return ChangeItem(
        key=str(change.id),
        kind=change.kind,
        label=kind_label(change.kind),
        title=sentence_of(change),
        url=f"{site}{change.path}",
        item=ItemReference(
            change.item_key.partition(":")[2],
            change.item_kind,
            change.item_name,
            change.item_title,
            f"{site}{change.path}",
        ),
        occurred_on=change.occurred_on,
        first_seen_at=change.first_seen_at,
        recorded=recorded_late(change.occurred_on, change.first_seen_at),
        old=change.old,
        new=change.new,
        sources=(source_document(change.document),),
    )


def sentence_of(change: ChangeRow) -> str:
    """The sentence that says what changed."""
    return change_sentence(change.kind, change.old, change.new, change.occurred_on)


def change_list(site: str, page: Page[ChangeRow]) -> ChangeList:
    return ChangeList(tuple(change_item(site, change) for change in page.items), page.next, page.total)


# --- legislators ------------------------------------------------------------------------------------


def legislator_item(site: str, person: LegislatorRow) -> LegislatorItem:
    return LegislatorItem(**_legislator_fields(site, person))


def _legislator_fields(site: str, person: LegislatorRow) -> dict[str, Any]:
    fields = {name: getattr(person, name) for name in _FROM_PERSON}
    return {
        **fields,
        "key": person.bioguide,
        "title": person.full_name,
        "url": f"https://bioguide.congress.gov/search/bio/{person.bioguide}",
        "page": f"{site}/legislators/{person.bioguide}",
        "sources": (source_document(person.document),),
    }


_FROM_PERSON = tuple(sorted({*LegislatorItem.__struct_fields__} & {*LegislatorRow.__struct_fields__}))


def legislator_answer(site: str, detail: LegislatorDetail) -> LegislatorAnswer:
    bioguide = detail.person.bioguide
    return LegislatorAnswer(
        **_legislator_fields(site, detail.person),
        terms=detail.terms,
        seats=detail.seats,
        sponsored=_latest(site, detail.sponsored, sponsor=bioguide),
        cosponsored=_latest(site, detail.cosponsored, cosponsor=bioguide),
        votes=f"{site}/api/v1/votes?member={bioguide}",
    )


def _latest(site: str, page: Page[BillRow], **which: str) -> LatestBills:
    items = tuple(bill_item(site, bill) for bill in page.items)
    return LatestBills(items, page.total, f"{site}/api/v1/bills?{urlencode(which)}")


def legislator_list(site: str, page: Page[LegislatorRow]) -> LegislatorList:
    return LegislatorList(tuple(legislator_item(site, one) for one in page.items), page.next, page.total)


# --- sources ----------------------------------------------------------------------------------------


def source_item(site: str, source: SourceStatus, newest: Provenance | None) -> SourceItem:
    return SourceItem(
        key=source.key,
        title=source.name,
        url=source.home_url,
        page=f"{site}/status",
        publisher=source.publisher,
        covers=source.covers,
        licence=source.licence,
        rhythm_hours=source.rhythm.total_seconds() / 3600,
        health=source.health,
        last_good_at=source.last_good_at,
        last_run=_last_run(source.last_run) if source.last_run else None,
        documents=source.documents,
        items=source.items,
        missing=source.missing,
        sources=(source_document(newest),) if newest else (),
    )


def _last_run(run: Run) -> LastRun:
    """Problems are counted, not quoted: a crash names what is ours to know."""
    fields = {name: getattr(run, name) for name in LastRun.__struct_fields__}
    return LastRun(**{**fields, "problems": len(run.problems)})


# --- search -----------------------------------------------------------------------------------------


def search_list(site: str, result: SearchResult) -> SearchList:
    named = tuple(_found_bill(site, bill, None) for bill in result.measures)
    found = tuple(_search_item(site, hit) for hit in result.hits.items)
    return SearchList(named + found, result.hits.next, len(named) + result.hits.total, result.query)


def _search_item(site: str, hit: Hit) -> SearchItem:
    words = "".join(text for text, _ in hit.excerpt).strip() or None
    found = hit.item
    if isinstance(found, BillRow):
        return _found_bill(site, found, words)
    return SearchItem(
        key=found.key,
        kind=_KINDS[type(found)],
        name=hit.name,
        title=found.title,
        url=found.url,
        page=f"{site}{hit.path}",
        status=hit.status,
        changed_at=found.changed_at,
        sources=(source_document(found.document),),
        excerpt=words,
    )


_KINDS: Mapping[type[Any], str] = {
    SaleRow: "arms-sale", ReportRow: "report", AuditRow: "audit-recommendation",
}  # fmt: skip


def _found_bill(site: str, bill: BillRow, excerpt: str | None) -> SearchItem:
    return SearchItem(kind="bill", **_bill_fields(site, bill), excerpt=excerpt)
