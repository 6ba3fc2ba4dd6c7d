"""GPO's bill status files: every measure before Congress, its actions, sponsors, committees and texts.

The whole of a Congress comes as eight zips, one a type (options `congress=119`, `type=sjres`); what changed
since comes through the batch feed, which names single files. Two schemas live side by side, 3.0.0 and for
eleven reserved numbers of the 117th still 1.0.0, so each file is read by its own version.
Formats: https://github.com/usgpo/bill-status
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache, partial

from scrapers.errors import DriftError
from scrapers.parsing import (
    Days,
    Element,
    Fields,
    drift,
    each,
    each_flat,
    fields,
    parts,
    unwrapped,
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
    Record,
    RecordedVote,
    RelatedBill,
    Sponsor,
    Summary,
    TextVersion,
    Title,
)
from scrapers.source import Document, Healthy, Request, Source
from scrapers.times import congress_years, day_after, eastern_date, parse_instant

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
_SUBJECTS = frozenset({"legislativeSubjects", "policyArea"})
_SUBJECT = frozenset({"name", "parentSubject", "updateDate"})
_COMMITTEE = frozenset({"activities", "chamber", "name", "subcommittees", "systemCode", "type"})
_ACTIVITY = frozenset({"date", "name"})
_SUMMARY = frozenset({
    "actionDate", "actionDesc", "cdata", "lastSummaryUpdateDate", "name", "text", "updateDate", "versionCode",
})  # fmt: skip
_CDATA = frozenset({"text"})
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
    try:
        return _read(document, found)
    except KeyError as error:
        raise drift(f"{error.args[0]} is missing or empty", bill) from error
    except DriftError as error:
        raise (error if error.place else drift(error.message, bill)) from error


def _read(document: Document, found: dict[str, Element]) -> Bill:
    """The record; a KeyError or a DriftError without a place is about <bill> itself."""
    congress = _number(_text(found, "congress"))
    if congress not in CONGRESSES:
        raise DriftError(f"there is no {congress}. Congress in this series")
    bill_type = _bill_type(_text(found, "type" if "type" in found else "billType"))
    number = _number(_text(found, "number" if "number" in found else "billNumber"))
    _check_identity(document.url, f"{congress}{bill_type.value}{number}")
    updated_at = parse_instant(_text(found, "updateDate"))
    if updated_at > day_after(document.fetched_at):
        raise DriftError(f"updateDate {updated_at} lies in the future")
    title = " ".join(_text(found, "title").split())
    days = _days(congress)
    actions = each(found.get("actions"), partial(_action, days), beside=_ACTION_COUNTS)
    if not actions and not _is_reserved(title):
        raise KeyError("actions")
    sponsors = found.get("sponsors")
    return Bill(
        congress=congress,
        type=bill_type,
        number=number,
        title=title,
        introduced_on=days[_text(found, "introducedDate")],
        updated_at=updated_at,
        origin_chamber=_chamber(_text(found, "originChamber")),
        policy_area=_policy_area(found),
        is_by_request=sponsors is not None and any(map(_is_by_request, sponsors)),
        sponsors=each_flat(sponsors, _sponsor, _PERSON),
        cosponsors=each_flat(found.get("cosponsors"), partial(_cosponsor, days), _PERSON),
        actions=actions,
        titles=_titles(found["titles"]),
        committees=_committees(found.get("committees")),
        subjects=_subjects(found.get("subjects")),
        summaries=_summaries(found.get("summaries"), days),
        texts=_texts(found.get("textVersions")),
        related=each(found.get("relatedBills"), _related),
        laws=each_flat(found.get("laws"), _law, _LAW),
        reports=each_flat(found.get("committeeReports"), _report, _REPORT, name="committeeReport"),
        cost_estimates=each_flat(found.get("cboCostEstimates"), _cost_estimate, _COST_ESTIMATE),
        notes=_notes(found.get("notes")),
    )


def _text(found: dict[str, Element], name: str) -> str:
    text = found[name].text
    if not text or text.isspace():
        raise KeyError(name)
    return text.strip()


def _is_reserved(title: str) -> bool:
    """Low numbers are kept for the leaders; until used, such a bill has no action and no sponsor."""
    return title.startswith("Reserved for the ")


def _check_identity(url: str, inside: str) -> None:
    """The file's name and what stands inside must agree: a mixed-up file must not overwrite another bill."""
    named = _FILE_NAME.search(url)
    if named and "".join(named.groups()) != inside:
        raise DriftError(f"the file is named {''.join(named.groups())} but holds {inside}")


# Laws are signed and reports filed up to a few months after a Congress ends.
_LATE_PAPERS = timedelta(days=366)


@lru_cache(maxsize=32)
def _days(congress: int) -> Days:
    first, last = congress_years(congress)
    return Days(first, last + _LATE_PAPERS)


def _filled(*texts: str | None) -> None:
    if not all(texts):
        raise DriftError("a required element is empty")


def _number(text: str | None) -> int:
    if not text or not (text.isascii() and text.isdecimal() and len(text) < 9):
        raise DriftError(f"not a number: {(text or '')[:40]!r}")
    return int(text)


_TYPES = {bill_type.upper(): bill_type for bill_type in BillType}
_CHAMBERS = {"House": Chamber.HOUSE, "Senate": Chamber.SENATE}


def _bill_type(text: str) -> BillType:
    if text not in _TYPES:
        raise DriftError(f"unknown type of measure {(text or '')[:40]!r}")
    return _TYPES[text]


def _chamber(text: str) -> Chamber:
    if text not in _CHAMBERS:
        raise DriftError(f"unknown chamber {(text or '')[:40]!r}")
    return _CHAMBERS[text]


def _instant(text: str | None) -> datetime | None:
    return parse_instant(text) if text else None


# --- actions ----------------------------------------------------------------------------------------


def _action(days: Days, item: Element) -> Action:
    found = parts(item, _ACTION)
    text = {name: child.text for name, child in found.items()}.get
    system = found.get("sourceSystem")
    return Action(
        days[found["actionDate"].text or ""],
        text("text"),
        text("actionCode"),
        text("type"),
        fields(system, _SYSTEM).get("name") if system is not None else None,
        text("actionTime"),
        tuple([
            fields(entry, _NAMED_CODE)["systemCode"] for entry in found["committees"]
        ]) if "committees" in found else (),
        each_flat(found["recordedVotes"], _vote, _VOTE, name="recordedVote") if "recordedVotes" in found else (),
    )  # fmt: skip


def _vote(found: Fields) -> RecordedVote:
    return RecordedVote(
        chamber=_chamber(found["chamber"]),
        congress=_number(found["congress"]),
        session=_number(found["sessionNumber"]),
        roll=_number(found["rollNumber"]),
        url=found.get("url"),
        voted_at=_instant(found.get("date")),
    )


# --- people -----------------------------------------------------------------------------------------


def _sponsor(found: Fields) -> Sponsor:
    bioguide, name = found["bioguideId"], found["fullName"]
    _filled(bioguide, name)
    return Sponsor(bioguide, name, found.get("party"), found.get("state"), _district(found.get("district")))


def _is_by_request(item: Element) -> bool:
    """Y or N in schema 3.0.0; 1.0.0 has another element, filled only when it is by request."""
    return item.findtext("isByRequest") == "Y" or bool(item.findtext("byRequestType"))


_IS_ORIGINAL = {"True": True, "False": False, None: None}


def _cosponsor(days: Days, found: Fields) -> Cosponsor:
    get = found.get
    bioguide, name, sponsored = found["bioguideId"], found["fullName"], get("sponsorshipDate")
    original, withdrawn = get("isOriginalCosponsor"), get("sponsorshipWithdrawnDate")
    if not bioguide or not name or original not in _IS_ORIGINAL:
        raise DriftError(f"a cosponsor without name, or isOriginalCosponsor is {original!r}")
    return Cosponsor(
        bioguide,
        name,
        days[sponsored] if sponsored else None,
        _IS_ORIGINAL[original],
        get("party"),
        get("state"),
        _district(get("district")),
        days[withdrawn] if withdrawn else None,
    )


@lru_cache(maxsize=100)
def _district(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 4 else None


# --- titles, subjects, summaries --------------------------------------------------------------------


def _titles(element: Element) -> tuple[Title, ...]:
    return tuple([title for title in each_flat(element, _title, _TITLE) if title.title])


def _title(found: Fields) -> Title:
    """The publisher leaves a few titles empty."""
    return Title(found["titleType"], " ".join((found["title"] or "").split()), found.get("chamberName"))


def _policy_area(found: dict[str, Element]) -> str | None:
    """Stands twice, on the bill and among its subjects; either may be missing."""
    for holder in (found.get("policyArea"), _subject_parts(found.get("subjects")).get("policyArea")):
        name = fields(holder, _SUBJECT).get("name") if holder is not None else None
        if name:
            return str(name)
    return None


def _subject_parts(element: Element | None) -> dict[str, Element]:
    holder = unwrapped(element, "billSubjects")
    return {} if holder is None else parts(holder, _SUBJECTS)


def _subjects(element: Element | None) -> tuple[str, ...]:
    holder = _subject_parts(element).get("legislativeSubjects")
    if holder is None:
        return ()
    names = tuple([fields(item, _SUBJECT)["name"] for item in holder])
    _filled(*names)
    return names


def _summaries(element: Element | None, days: Days) -> tuple[Summary, ...]:
    holder = unwrapped(element, "billSummaries")
    name = "summary" if holder is element else "item"
    return each(holder, partial(_summary, days), name=name)


def _summary(days: Days, item: Element) -> Summary:
    found = parts(item, _SUMMARY)
    text = {name: child.text for name, child in found.items()}
    html = text.get("text")
    if not html and "cdata" in found:  # some files of 2026 have the text one level deeper
        html = fields(found["cdata"], _CDATA).get("text")
    _filled(text["versionCode"])
    return Summary(
        text["versionCode"] or "",
        days[text["actionDate"] or ""],
        text.get("actionDesc"),
        html.strip() if html else None,
        _instant(text.get("lastSummaryUpdateDate") or text.get("updateDate")),
    )


# --- committees, texts, related measures, laws ------------------------------------------------------


def _committees(element: Element | None) -> tuple[BillCommittee, ...]:
    """Each committee, then its subcommittees."""
    found: list[BillCommittee] = []
    for committee in each(unwrapped(element, "billCommittees"), _committee):
        found += committee.all
    return tuple(found)


class _WithParts(Record, frozen=True):
    all: tuple[BillCommittee, ...]


def _committee(item: Element) -> _WithParts:
    found = parts(item, _COMMITTEE)
    committee = _one_committee(found, None)
    subcommittees = each(
        found.get("subcommittees"), lambda child: _one_committee(parts(child, _COMMITTEE), committee)
    )
    return _WithParts((committee, *subcommittees))


def _one_committee(found: dict[str, Element], parent: BillCommittee | None) -> BillCommittee:
    text = {name: child.text for name, child in found.items()}
    code, name = text["systemCode"], text["name"]
    if not code or not name:
        raise DriftError("a committee without code or name")
    return BillCommittee(
        code,
        name,
        parent.chamber if parent else text.get("chamber"),
        text.get("type"),
        parent.code if parent else None,
        each_flat(found.get("activities"), _activity, _ACTIVITY),
    )


def _activity(found: Fields) -> CommitteeActivity:
    _filled(found["name"])
    return CommitteeActivity(found["name"], _instant(found.get("date")))


def _texts(element: Element | None) -> tuple[TextVersion, ...]:
    """The 2022 files hold one empty stub a bill, which says nothing."""
    return tuple([version for version in each(element, _text_version) if version.type])


def _text_version(item: Element) -> TextVersion:
    found = parts(item, _TEXT)
    when = found["date"].text if "date" in found else None  # enrolled bills often have none
    urls = [fields(entry, _FORMAT).get("url") for entry in found.get("formats", ())]
    return TextVersion(
        found["type"].text or "", eastern_date(when) if when else None, tuple([url for url in urls if url])
    )


def _related(item: Element) -> RelatedBill:
    found = parts(item, _RELATED)
    text = {name: child.text for name, child in found.items()}
    title = text.get("title") or text.get("latestTitle")
    details = [fields(entry, _RELATION) for entry in found.get("relationshipDetails", ())]
    return RelatedBill(
        _number(text["congress"]),
        _bill_type(text["type"] or ""),
        _number(text["number"]),
        " ".join(title.split()) if title else None,
        tuple([(entry.get("type") or "", entry.get("identifiedBy") or "") for entry in details]),
    )


def _law(found: Fields) -> Law:
    _filled(found["type"], found["number"])
    return Law(found["type"], found["number"])


def _report(found: Fields) -> CommitteeReport:
    _filled(found["citation"])
    return CommitteeReport(found["citation"])


def _cost_estimate(found: Fields) -> CostEstimate:
    _filled(found["title"], found["url"])
    return CostEstimate(found["title"], found["url"], _instant(found.get("pubDate")))


def _notes(element: Element | None) -> tuple[str, ...]:
    if element is None:
        return ()
    return tuple([text for item in element if (text := fields(item, _NOTE).get("text"))])


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
    member_type=Bill,
    listing=listing,
    options={
        "congress": "a whole Congress from its zips, for instance 119",
        "type": "with congress=, one type only: " + ", ".join(BillType),
    },
)
