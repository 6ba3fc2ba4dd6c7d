"""GPO's bill status files: every measure before Congress, its actions, sponsors, committees and texts.

The whole of a Congress comes as eight zips, one a type (options `congress=119`, `type=sjres`); what changed
since comes through the batch feed, which names single files. Two schemas live side by side, 3.0.0 and for
eleven reserved numbers of the 117th still 1.0.0, so each file is read by its own version.
Formats: https://github.com/usgpo/bill-status
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Set
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache

from scrapers.errors import DriftError
from scrapers.parsing import (
    Element,
    congress_years,
    day_after,
    drift,
    eastern_date,
    fields,
    parse_date,
    parse_instant,
    parts,
    required,
    xml_root,
)
from scrapers.records import (
    Action,
    AnyRecord,
    Bill,
    BillCommittee,
    BillType,
    Chamber,
    CommitteeActivity,
    CommitteeReport,
    Cosponsor,
    CostEstimate,
    Law,
    RecordedVote,
    RelatedBill,
    Sponsor,
    Summary,
    TextVersion,
    Title,
)
from scrapers.source import Document, Healthy, Request, Source

BULK = "https://www.govinfo.gov/bulkdata/BILLSTATUS"
BATCH_FEED = "https://www.govinfo.gov/rss/billstatus-batch.xml"

# Bulk data begins with the 108th Congress; the upper bound only catches slips of the keyboard.
CONGRESSES = range(108, 200)


def requests(options: Mapping[str, str]) -> Iterator[Request]:
    """A whole Congress where `congress=` names one, else the feed of what changed."""
    if "congress" not in options:
        if "type" in options:
            raise ValueError("option type= goes with congress=")
        yield Request(BATCH_FEED)
        return
    if not options["congress"].isdecimal() or int(options["congress"]) not in CONGRESSES:
        raise ValueError(f"option congress= takes a number from {CONGRESSES[0]}, not {options['congress']!r}")
    congress = int(options["congress"])
    for bill_type in [BillType(options["type"])] if "type" in options else BillType:
        yield Request(_archive(congress, bill_type))


def _archive(congress: int, bill_type: BillType) -> str:
    return f"{BULK}/{congress}/{bill_type}/BILLSTATUS-{congress}-{bill_type}.zip"


def listing(record: AnyRecord) -> str:
    """The archive that holds every measure of the record's Congress and type."""
    assert isinstance(record, Bill)
    return _archive(record.congress, record.type)


def parse(document: Document) -> Iterator[Bill | Request]:
    """One bill out of a status file; out of the batch feed, requests for the files that it lists."""
    if document.url == BATCH_FEED:
        yield from _listed_files(document)
    else:
        yield _bill(document)


# --- the batch feed ---------------------------------------------------------------------------------

# The feed's description is HTML with unquoted links: <a href=https://…/BILLSTATUS-117hr1.xml>
_LISTED = re.compile(rf"href=[\"']?({re.escape(BULK)}/\d+/[a-z]+/BILLSTATUS-\d+[a-z]+\d+\.xml)[\"'\s>]")


def _listed_files(document: Document) -> Iterator[Request]:
    """Each file once, with the time of the last batch that changed it. Batches are not in order."""
    root = xml_root(document)
    if root.tag != "rss":
        raise drift(f"expected an RSS feed, found <{root.tag}>", root)
    items = root.findall("channel/item")
    if not items:
        raise drift("the batch feed lists no batches", root)
    latest: dict[str, datetime] = {}
    for item in items:
        try:
            at = parsedate_to_datetime(item.findtext("pubDate") or "").astimezone(UTC)
        except ValueError as error:
            raise drift("a batch without a date", item) from error
        for url in _LISTED.findall(item.findtext("description") or ""):
            latest[url] = max(at, latest.get(url, at))
    for url, at in sorted(latest.items(), key=lambda pair: (pair[1], pair[0])):
        yield Request(url, changed_at=at)


# --- one status file --------------------------------------------------------------------------------

_FILE_NAME = re.compile(r"BILLSTATUS-(\d+)([a-z]+)(\d+)\.xml$")

# What the schema's elements are, so that a new or renamed one is noticed. Amendments are left to the
# chambers' own record; the others of the first block carry no fact that a page shows.
_BILL = frozenset({
    "amendments", "calendarNumbers", "cdata", "constitutionalAuthorityStatementText", "createDate",
    "latestAction", "legislationUrl", "originChamberCode", "recordedVotes", "updateDateIncludingText",

    "actions", "billNumber", "billType", "cboCostEstimates", "committeeReports", "committees", "congress",
    "cosponsors", "introducedDate", "laws", "notes", "number", "originChamber", "policyArea",
    "relatedBills", "sponsors", "subjects", "summaries", "textVersions", "title", "titles", "type",
    "updateDate", "version",
})  # fmt: skip
_TOP = frozenset({"version", "bill", "dublinCore"})
_ACTION = frozenset({
    "actionCode", "actionDate", "actionTime", "calendarNumber", "committees", "links", "recordedVotes",
    "sourceSystem", "text", "type",
})  # fmt: skip
_ACTION_COUNTS = frozenset({"actionByCounts", "actionTypeCounts"})
_SYSTEM = frozenset({"code", "name"})
_VOTE = frozenset({"chamber", "congress", "date", "rollNumber", "sessionNumber", "url", "fullActionName"})
_NAMED_CODE = frozenset({"name", "systemCode"})
_PERSON = frozenset({
    "bioguideId", "byRequestType", "district", "firstName", "fullName", "gpoId", "identifiers",
    "isByRequest", "isOriginalCosponsor", "lastName", "middleName", "party", "sponsorshipDate",
    "sponsorshipWithdrawnDate", "state",
})  # fmt: skip
_TITLE = frozenset({
    "billTextVersionCode", "billTextVersionName", "chamberCode", "chamberName", "parentTitleType",
    "sourceSystem", "title", "titleType", "titleTypeCode", "updateDate",
})  # fmt: skip
_SUBJECTS = frozenset({"billSubjects", "legislativeSubjects", "policyArea"})
_SUBJECT = frozenset({"name", "parentSubject", "updateDate"})
_COMMITTEE = frozenset({"activities", "chamber", "name", "subcommittees", "systemCode", "type"})
_ACTIVITY = frozenset({"date", "name"})
_SUMMARY = frozenset({
    "actionDate", "actionDesc", "cdata", "lastSummaryUpdateDate", "name", "text", "updateDate", "versionCode",
})  # fmt: skip
_TEXT = frozenset({"date", "formats", "type"})
_FORMAT = frozenset({"type", "url"})
_RELATED = frozenset({
    "congress", "latestAction", "latestTitle", "number", "relationshipDetails", "title", "type", "url",
})  # fmt: skip
_RELATION = frozenset({"identifiedBy", "type"})
_LAW = frozenset({"number", "type"})
_REPORT = frozenset({"citation"})
_COST_ESTIMATE = frozenset({"description", "pubDate", "title", "url"})
_NOTE = frozenset({"links", "text"})
# Schema 1.0.0 puts one more element around these lists. Only reserved numbers still use it, and there
# the lists are empty.
_OLD_WRAPPERS = frozenset({"billCommittees", "billSummaries"})


def _bill(document: Document) -> Bill:
    root = xml_root(document)
    if root.tag != "billStatus":
        raise DriftError(f"expected <billStatus>, found <{root.tag}>", url=document.url)
    top = parts(root, _TOP)
    if "bill" not in top:
        raise drift("<bill> is missing", root)
    bill = top["bill"]
    found = parts(bill, _BILL)
    version = top["version"].text if "version" in top else bill.findtext("version")
    if version not in ("3.0.0", "1.0.0"):
        raise drift(f"unknown schema version {version!r}", root)

    def text(*names: str) -> str:
        for name in names:
            if name in found and (value := found[name].text):
                return value.strip()
        raise drift(f"{' or '.join(names)} is missing or empty", bill)

    congress = _number(text("congress"), "congress", bill)
    if congress not in CONGRESSES:
        raise drift(f"there is no {congress}. Congress in this series", bill)
    bill_type = _bill_type(text("type", "billType"), bill)
    number = _number(text("number", "billNumber"), "number", bill)
    _check_identity(document.url, congress, bill_type, number, bill)
    updated_at = parse_instant(text("updateDate"))
    if updated_at > day_after(document.fetched_at):
        raise drift(f"updateDate {updated_at} lies in the future", bill)
    first, last = congress_years(congress)
    believe = _within(first, last + _LATE_PAPERS)
    title = " ".join(text("title").split())
    actions = _actions(found.get("actions"), believe)
    if not actions and not _is_reserved(title):
        raise drift("actions is missing or empty", bill)
    if "titles" not in found:
        raise drift("titles is missing", bill)
    sponsors, by_request = _sponsors(found.get("sponsors"))
    return Bill(
        congress=congress,
        type=bill_type,
        number=number,
        title=title,
        introduced_on=believe(text("introducedDate"), "introducedDate", bill),
        updated_at=updated_at,
        origin_chamber=_chamber(text("originChamber"), bill),
        policy_area=_policy_area(found),
        is_by_request=by_request,
        sponsors=sponsors,
        cosponsors=_cosponsors(found.get("cosponsors"), believe),
        actions=actions,
        titles=_titles(found["titles"]),
        committees=_committees(found.get("committees")),
        subjects=_subjects(found.get("subjects")),
        summaries=_summaries(found.get("summaries"), believe),
        texts=_texts(found.get("textVersions")),
        related=_related(found.get("relatedBills")),
        laws=_laws(found.get("laws")),
        reports=_reports(found.get("committeeReports")),
        cost_estimates=_cost_estimates(found.get("cboCostEstimates")),
        notes=_notes(found.get("notes")),
    )


def _is_reserved(title: str) -> bool:
    """Low numbers are kept for the leaders; until used, such a bill has no action and no sponsor."""
    return title.startswith("Reserved for the ")


def _check_identity(url: str, congress: int, bill_type: BillType, number: int, bill: Element) -> None:
    """The file's name and what stands inside must agree: a mixed-up file must not overwrite another bill."""
    named = _FILE_NAME.search(url)
    inside = f"{congress}{bill_type.value}{number}"
    if named and "".join(named.groups()) != inside:
        raise drift(f"the file is named {''.join(named.groups())} but holds {inside}", bill)


Believe = Callable[[str, str, Element], date]

# Laws are signed and reports filed up to a few months after a Congress ends.
_LATE_PAPERS = timedelta(days=366)


@lru_cache(maxsize=32)
def _within(earliest: date, latest: date) -> Believe:
    """Reads a date of one Congress; remembers what it has read, for a Congress has few dates."""

    @lru_cache(maxsize=2_000)
    def read(text: str) -> date | None:
        day = parse_date(text)
        return day if earliest <= day <= latest else None

    def believe(text: str, what: str, element: Element) -> date:
        try:
            day = read(text)
        except DriftError as error:
            raise drift(f"{what} is {error.message}", element) from error
        if day is None:
            raise drift(f"{what} {text} is not between {earliest} and {latest}", element)
        return day

    return believe


def _number(text: str, what: str, element: Element) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 9):
        raise drift(f"{what} is not a number: {text[:40]!r}", element)
    return int(text)


_TYPES = {bill_type.upper(): bill_type for bill_type in BillType}


def _bill_type(text: str, element: Element) -> BillType:
    if text not in _TYPES:
        raise drift(f"unknown type of measure {text[:40]!r}", element)
    return _TYPES[text]


_CHAMBERS = {"House": Chamber.HOUSE, "Senate": Chamber.SENATE}


def _chamber(text: str, element: Element) -> Chamber:
    if text not in _CHAMBERS:
        raise drift(f"unknown chamber {text[:40]!r}", element)
    return _CHAMBERS[text]


def _items(element: Element | None, name: str = "item", beside: Set[str] = frozenset()) -> Iterator[Element]:
    """The repeated children; anything else that is not named in `beside` is drift."""
    if element is None:
        return
    for child in element:
        if child.tag == name:
            yield child
        elif child.tag not in beside:
            raise drift(f"unknown element {child.tag}", element)


def _instant(text: str | None, element: Element) -> datetime | None:
    try:
        return parse_instant(text) if text else None
    except DriftError as error:
        raise drift(error.message, element) from error


# --- actions ----------------------------------------------------------------------------------------


def _actions(element: Element | None, believe: Believe) -> tuple[Action, ...]:
    return tuple([_action(item, believe) for item in _items(element, beside=_ACTION_COUNTS)])


def _action(item: Element, believe: Believe) -> Action:
    found = parts(item, _ACTION)
    text = {name: child.text for name, child in found.items()}
    system = found.get("sourceSystem")
    return Action(
        believe(required(text, "actionDate", item), "actionDate", item),
        text.get("text"),
        text.get("actionCode"),
        text.get("type"),
        fields(system, _SYSTEM).get("name") if system is not None else None,
        text.get("actionTime"),
        tuple([
            required(fields(entry, _NAMED_CODE), "systemCode", entry)
            for entry in _items(found.get("committees"))
        ]),
        tuple([_vote(entry) for entry in _items(found.get("recordedVotes"), "recordedVote")]),
    )  # fmt: skip


def _vote(element: Element) -> RecordedVote:
    found = fields(element, _VOTE)
    return RecordedVote(
        chamber=_chamber(required(found, "chamber", element), element),
        congress=_number(required(found, "congress", element), "congress", element),
        session=_number(required(found, "sessionNumber", element), "sessionNumber", element),
        roll=_number(required(found, "rollNumber", element), "rollNumber", element),
        url=found.get("url"),
        voted_at=_instant(found.get("date"), element),
    )


# --- people -----------------------------------------------------------------------------------------


def _sponsors(element: Element | None) -> tuple[tuple[Sponsor, ...], bool]:
    people = []
    by_request = False
    for item in _items(element):
        found = fields(item, _PERSON)
        people.append(Sponsor(
            required(found, "bioguideId", item), required(found, "fullName", item), found.get("party"),
            found.get("state"), _district(found),
        ))  # fmt: skip
        # isByRequest is Y or N in 3.0.0; 1.0.0 has byRequestType, set only when it is by request.
        by_request = by_request or found.get("isByRequest") == "Y" or bool(found.get("byRequestType"))
    return tuple(people), by_request


_IS_ORIGINAL = {"True": True, "False": False, None: None}


def _cosponsors(element: Element | None, believe: Believe) -> tuple[Cosponsor, ...]:
    people = []
    for item in _items(element):
        found = fields(item, _PERSON)
        sponsored, original = found.get("sponsorshipDate"), found.get("isOriginalCosponsor")
        if original not in _IS_ORIGINAL:
            raise drift(f"isOriginalCosponsor is {original!r}", item)
        withdrawn = found.get("sponsorshipWithdrawnDate")
        people.append(
            Cosponsor(
                required(found, "bioguideId", item),
                required(found, "fullName", item),
                believe(sponsored, "sponsorshipDate", item) if sponsored else None,
                _IS_ORIGINAL[original],
                found.get("party"),
                found.get("state"),
                _district(found),
                believe(withdrawn, "sponsorshipWithdrawnDate", item) if withdrawn else None,
            )
        )
    return tuple(people)


def _district(found: dict[str, str | None]) -> int | None:
    text = found.get("district")
    return int(text) if text and text.isdecimal() else None


# --- titles, subjects, summaries --------------------------------------------------------------------


def _titles(element: Element) -> tuple[Title, ...]:
    titles = []
    for item in _items(element):
        found = fields(item, _TITLE)
        title = found.get("title")
        if title:  # the publisher leaves a few empty
            kind = required(found, "titleType", item)
            titles.append(Title(kind, " ".join(title.split()), found.get("chamberName")))
    return tuple(titles)


def _policy_area(found: dict[str, Element]) -> str | None:
    """Stands twice, on the bill and among its subjects; either may be missing."""
    for holder, path in ((found.get("policyArea"), "name"), (found.get("subjects"), "policyArea/name")):
        name = holder.findtext(path) if holder is not None else None
        if name:
            return name
    return None


def _subjects(element: Element | None) -> tuple[str, ...]:
    if element is None:
        return ()
    found = parts(element, _SUBJECTS)
    return tuple([
        required(fields(item, _SUBJECT), "name", item) for item in _items(found.get("legislativeSubjects"))
    ])  # fmt: skip


def _summaries(element: Element | None, believe: Believe) -> tuple[Summary, ...]:
    summaries = []
    for item in _items(element, "summary", beside=_OLD_WRAPPERS):
        found = parts(item, _SUMMARY)
        text = {name: child.text for name, child in found.items()}
        html = text.get("text")
        if not html and "cdata" in found:  # some files of 2026 have the text one level deeper
            html = found["cdata"].findtext("text")
        summaries.append(Summary(
            required(text, "versionCode", item),
            believe(required(text, "actionDate", item), "actionDate", item),
            text.get("actionDesc"),
            html.strip() if html else None,
            _instant(text.get("updateDate") or text.get("lastSummaryUpdateDate"), item),
        ))  # fmt: skip
    return tuple(summaries)


# --- committees, texts, related measures, laws ------------------------------------------------------


def _committees(element: Element | None) -> tuple[BillCommittee, ...]:
    found: list[BillCommittee] = []
    for item in _items(element, beside=_OLD_WRAPPERS):
        committee, subcommittees = _committee(item, None)
        found.append(committee)
        found += [_committee(child, committee)[0] for child in _items(subcommittees)]
    return tuple(found)


def _committee(item: Element, parent: BillCommittee | None) -> tuple[BillCommittee, Element | None]:
    found = parts(item, _COMMITTEE)
    text = {name: child.text for name, child in found.items()}
    committee = BillCommittee(
        required(text, "systemCode", item),
        required(text, "name", item),
        parent.chamber if parent else text.get("chamber"),
        text.get("type"),
        parent.code if parent else None,
        tuple([_activity(entry) for entry in _items(found.get("activities"))]),
    )
    return committee, found.get("subcommittees")


def _activity(item: Element) -> CommitteeActivity:
    found = fields(item, _ACTIVITY)
    return CommitteeActivity(required(found, "name", item), _instant(found.get("date"), item))


def _texts(element: Element | None) -> tuple[TextVersion, ...]:
    texts = []
    for item in _items(element):
        found = parts(item, _TEXT)
        kind = found["type"].text if "type" in found else None
        if not kind:  # the 2022 files hold one empty stub a bill
            continue
        when = found["date"].text if "date" in found else None  # enrolled bills often have none
        urls = [fields(entry, _FORMAT).get("url") for entry in _items(found.get("formats"))]
        texts.append(
            TextVersion(kind, eastern_date(when) if when else None, tuple([url for url in urls if url]))
        )
    return tuple(texts)


def _related(element: Element | None) -> tuple[RelatedBill, ...]:
    related = []
    for item in _items(element):
        found = parts(item, _RELATED)
        text = {name: child.text for name, child in found.items()}
        title = text.get("title") or text.get("latestTitle")
        relationships = [fields(entry, _RELATION) for entry in _items(found.get("relationshipDetails"))]
        related.append(RelatedBill(
            _number(required(text, "congress", item), "congress", item),
            _bill_type(required(text, "type", item), item),
            _number(required(text, "number", item), "number", item),
            " ".join(title.split()) if title else None,
            tuple([(entry.get("type") or "", entry.get("identifiedBy") or "") for entry in relationships]),
        ))  # fmt: skip
    return tuple(related)


def _laws(element: Element | None) -> tuple[Law, ...]:
    laws = []
    for item in _items(element):
        found = fields(item, _LAW)
        laws.append(Law(required(found, "type", item), required(found, "number", item)))
    return tuple(laws)


def _reports(element: Element | None) -> tuple[CommitteeReport, ...]:
    return tuple([
        CommitteeReport(required(fields(item, _REPORT), "citation", item))
        for item in _items(element, "committeeReport")
    ])  # fmt: skip


def _cost_estimates(element: Element | None) -> tuple[CostEstimate, ...]:
    estimates = []
    for item in _items(element):
        found = fields(item, _COST_ESTIMATE)
        estimates.append(CostEstimate(
            required(found, "title", item), required(found, "url", item), _instant(found.get("pubDate"), item)
        ))  # fmt: skip
    return tuple(estimates)


def _notes(element: Element | None) -> tuple[str, ...]:
    return tuple([text for item in _items(element) if (text := fields(item, _NOTE).get("text"))])


SOURCE = Source(
    key="govinfo_billstatus",
    name="Bill status",
    publisher="U.S. Government Publishing Office",
    covers="Every bill and resolution since the 108th Congress: actions, sponsors, committees, texts.",
    home_url="https://www.govinfo.gov/bulkdata/BILLSTATUS",
    licence="U.S. Government work, public domain (17 U.S.C. 105)",
    rhythm=timedelta(hours=4),
    hosts=frozenset({"www.govinfo.gov"}),
    parser_version=1,
    healthy=Healthy(normal_day=4_000),
    content_types=frozenset({"application/xml", "text/xml", "application/rss+xml", "application/zip"}),
    requests=requests,
    parse=parse,
    read_ahead=xml_root,
    listing=listing,
    options={
        "congress": "a whole Congress from its zips, for instance 119",
        "type": "with congress=, one type only: " + ", ".join(BillType),
    },
)
