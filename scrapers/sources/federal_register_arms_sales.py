"""Notices of proposed arms sales in the Federal Register: the unclassified text of what went to Congress.

The Register's list names documents, newest first; each is one notice under section 36(b) of the Arms Export
Control Act. A notice never changes once it is printed, so that each is fetched once. Its bytes do change (links to
e-mail addresses are written anew at every fetch), and contact details are left out before anything is read.
Format: https://www.federalregister.gov/developers/documentation/api/v1
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec

from scrapers.arms_sales import (
    DAY,
    DOLLARS,
    TRANSMITTAL,
    article,
    articles,
    dollars,
    elements,
    estimated_total,
    html_root,
    one_line,
    states_emergency,
    text_digest,
    written_day,
)
from scrapers.errors import DriftError
from scrapers.records import ArmsSaleNotice, EarlierReport, SaleArticle, SaleKind
from scrapers.source import Document, Healthy, Request, Source

SITE = "https://www.federalregister.gov"
LIST = (
    f"{SITE}/api/v1/documents.json?conditions%5Bterm%5D=%22arms+sales+notification%22"
    "&conditions%5Bagencies%5D%5B%5D=defense-department&conditions%5Btype%5D%5B%5D=NOTICE&per_page="
)
NEWEST = f"{LIST}100"


def of_year(year: str) -> str:
    """The list of one year's notices, some three hundred at most."""
    return f"{LIST}1000&conditions%5Bpublication_date%5D%5Byear%5D={year}"


class _Listed(msgspec.Struct):
    title: str
    document_number: str
    publication_date: date
    raw_text_url: str


class _List(msgspec.Struct):
    total_pages: int
    results: list[_Listed]


def requests(options: Mapping[str, str]) -> Iterator[Request]:
    """The newest notices, or those of a year."""
    year = options.get("year")
    if year is not None and not re.fullmatch(r"(?:19|20)\d\d", year):
        raise ValueError(f"year takes a year such as 2025, not {year[:20]!r}")
    yield Request(of_year(year) if year else NEWEST)


def parse(document: Document) -> Iterator[ArmsSaleNotice | Request]:
    """The documents that a list names, or the notice that a text is."""
    if document.url.startswith(LIST):
        yield from _listed(document)
    else:
        yield _notice(document)


def _listed(document: Document) -> Iterator[Request]:
    try:
        found = msgspec.json.decode(document.body, type=_List)
    except msgspec.DecodeError as error:
        raise DriftError(str(error), url=document.url) from error
    if document.url != NEWEST and found.total_pages > 1:
        raise DriftError("the year's list has more than one page", url=document.url)
    for one in found.results:
        if "arms sale" in one.title.lower():  # the search also finds notices that only speak of them
            # A day later, so that a document which was still being published is read again.
            printed = datetime.combine(one.publication_date, time(), UTC) + timedelta(days=1)
            yield Request(one.raw_text_url, changed_at=printed)


# --- a notice ---------------------------------------------------------------------------------------

_ISSUE = re.compile(rf"\[Federal Register Volume (?P<volume>\d+), Number \d+ \(\w+, (?P<day>{DAY})\)\]")
_PAGES = re.compile(r"^\[Pages? (?P<first>\d+)(?:-\d+)?\]$", re.MULTILINE)
_NUMBER = re.compile(r"^\[FR Doc No: (?P<number>[\w-]+)\]$", re.MULTILINE)
_PAGE_BREAK = re.compile(r"\s*\n\[\[Page \d+\]\]\n\s*?\n?")
_CONTACT = re.compile(
    r"^FOR FURTHER INFORMATION CONTACT:.*?(?=^SUPPLEMENTARY INFORMATION:)", re.MULTILINE | re.DOTALL
)
_HEADER = re.compile(rf"^\[Transmittal No\.? (?P<number>{TRANSMITTAL})\]$", re.MULTILINE)
_BODY = re.compile(
    rf"\bTransmittal\s+No\.?\s+(?:RSAT\s+)?(?P<number>{TRANSMITTAL})\s*$", re.IGNORECASE | re.MULTILINE
)
_HEADING = re.compile(r"^Arms Sales? Notification(?:; ?\w+)?$", re.MULTILINE | re.IGNORECASE)
_SECTION = re.compile(r"36\(b\)\s*\((?P<part>1|5\)\s*\([A-C])\)", re.IGNORECASE)
_CORRECTS = re.compile(r"\bin\s+FR\s+Doc\.\s+(?P<number>\d{4}-\d{5})")
_TITLE = re.compile(r"^POLICY JUSTIFICATION\n\s*\n(?P<title>\S.*?)\n\s*\n", re.MULTILINE | re.DOTALL)
_CLASSIFIED = re.compile(
    r"highest\s+level\s+of\s+classification\b.*?\bis\s+(?P<level>[A-Z][A-Z/ ]+)\b", re.DOTALL
)

_LABELS = {
    "purchaser": r"Prospective Purchaser",
    "value": r"Total Estimated Value",
    "articles": r"Description and Quantity or Quantities of Articles or Services under Consideration for Purchase",
    "department": r"Military Department",
    "prior": r"Prior Related Cases, if any",
    "commission": r"Sales Commission, Fee, etc\., Paid, Offered, or Agreed to be Paid",
    "sensitivity": r"Sensitivity of Technology"
    r"(?: Contained in the Defense Articles? or Defense Services? Proposed to be Sold)?",
    "delivered": r"Date Report Delivered to Congress",
    "original": r"Sec\. 36\(b\)\(1\), AECA Transmittal No\.",
    "description": r"Description",
    "significance": r"Significance",
    "justification": r"Justification",
}  # fmt: skip
_ITEM = re.compile(
    r"^ *\((?:i{1,3}|iv|vi{0,3}|ix)\) +(?:"
    + "|".join(rf"(?P<{name}>" + words.replace(" ", r"\s+") + ")" for name, words in _LABELS.items())
    + r") ?:",
    re.MULTILINE | re.IGNORECASE,
)
_ANY_ITEM = re.compile(r"^ *\((?:i{1,3}|iv|vi{0,3}|ix)\) ", re.MULTILINE)


def _notice(document: Document) -> ArmsSaleNotice:
    text = _text(document)
    try:
        return _read(text)
    except DriftError as error:
        raise DriftError(error.message, url=document.url, place=error.place) from error


def _text(document: Document) -> str:
    """The words of the page without page marks, contact details and marks of classification."""
    root = html_root(document)
    for link in elements(root, "//a[contains(@href, 'email-protection')]"):
        link.drop_tree()
    blocks = elements(root, "//pre")
    if len(blocks) != 1:
        raise DriftError(f"the page has {len(blocks)} blocks of text", url=document.url)
    text = _PAGE_BREAK.sub("\n", blocks[0].text_content().replace("\r\n", "\n"))
    return re.sub(r"\(U\) ?", "", _CONTACT.sub("", text))


def _read(text: str) -> ArmsSaleNotice:
    issue = _only(_ISSUE, text, "issue of the Federal Register")
    number = _only(_NUMBER, text, "document number")["number"]
    heading = one_line(_only(_HEADING, text, "heading")[0])
    published_on = written_day(issue["day"])
    transmittal = _transmittal(text)
    facts = _items(text)
    kind = SaleKind.NOTIFICATION
    if "correction" in heading.lower():
        kind = SaleKind.CORRECTION
    elif "original" in facts:
        kind = SaleKind.ENHANCEMENT
    elif "purchaser" not in facts:
        raise DriftError("the notice has neither a purchaser nor the word correction")
    corrected = _CORRECTS.search(text)
    return ArmsSaleNotice(
        url=f"{SITE}/d/{number}",
        kind=kind,
        published_on=published_on,
        heading=heading,
        text_sha256=text_digest(text),
        number=number,
        citation=f"{issue['volume']} FR {_only(_PAGES, text, 'page')['first']}",
        transmittal=transmittal,
        section=_section(text) if facts else None,
        title=_title(text),
        classification=_classification(text),
        is_emergency=states_emergency(text),
        corrects=corrected["number"] if corrected and kind is SaleKind.CORRECTION else None,
        **(_enhancement(facts) if kind is SaleKind.ENHANCEMENT else _offer(facts)),
    )


def _only(pattern: re.Pattern[str], text: str, what: str) -> re.Match[str]:
    match = pattern.search(text)
    if match is None:
        raise DriftError(f"the notice has no {what}")
    return match


def _transmittal(text: str) -> str:
    """The number in brackets on top; the text below may spell it otherwise, but must mean the same."""
    header = _only(_HEADER, text, "transmittal number")["number"]
    others = {match["number"] for match in _BODY.finditer(text)} - {header}
    if others:
        raise DriftError(f"the transmittal is {header} on top and {', '.join(sorted(others))} below")
    return header


def _section(text: str) -> str:
    part = _only(_SECTION, text.partition("Transmittal No. ")[2] or text, "section of the law")["part"]
    return "36(b)(1)" if part == "1" else f"36(b)(5)({part[-1].upper()})"


def _title(text: str) -> str | None:
    match = _TITLE.search(text)
    return one_line(match["title"]).replace("--", " – ") if match else None


def _classification(text: str) -> str | None:
    match = _CLASSIFIED.search(text)
    return one_line(match["level"]) if match else None


def _items(text: str) -> dict[str, str]:
    """The numbered items by what they are about. An item that we do not know is drift."""
    # What follows has numbers of its own; an enhancement has no justification under a heading.
    body = text.partition("\nPOLICY JUSTIFICATION\n")[0].partition("\n[FR Doc. ")[0]
    matches = list(_ITEM.finditer(body))
    known = {match.start() for match in matches}
    for other in _ANY_ITEM.finditer(body):
        if other.start() not in known:
            words = body[other.start() :].strip().partition("\n")[0]
            raise DriftError(f"an item that no notice had before: {words[:60]!r}")
    facts: dict[str, str] = {}
    end = len(body)
    for match in reversed(matches):
        facts[str(match.lastgroup)] = body[match.end() : end].strip("\n")
        end = match.start()
    return facts


# --- what an offer says -----------------------------------------------------------------------------

_ROW = r"^ *{}\s*\*?\s*\.*\s*(?P<dollars>" + DOLLARS + r")\s*$"
_MAJOR = re.compile(_ROW.format(r"Major Defense Equipment"), re.MULTILINE)
_OTHER = re.compile(_ROW.format("Other"), re.MULTILINE)
_TOTAL = re.compile(_ROW.format("TOTAL"), re.MULTILINE)
_FUNDING = re.compile(r"^ *Funding Source:(?P<source>.*)$", re.MULTILINE)
_MAJOR_LIST = re.compile(r"^ *Major Defense Equipment \(MDE\):", re.MULTILINE)
_OTHER_LIST = re.compile(r"^ *Non-(?:Major Defense Equipment|MDE)(?: \(MDE\))?:", re.MULTILINE)
_ENTRY = re.compile(r"^ {2,}", re.MULTILINE)
_CASE = re.compile(r"\b[A-Z0-9]{2}-[A-Z]-[A-Z]{3}\b")
_ROUNDED = 0.02  # each of three figures is rounded by itself


def _offer(facts: Mapping[str, str]) -> dict[str, Any]:
    """A proposed letter of offer; a correction may have none of it."""
    if not facts:
        return {}
    for name in ("purchaser", "value", "articles", "department", "delivered"):
        if name not in facts:
            raise DriftError(f"the notice has no {_LABELS[name].lower()}")
    value, department = facts["value"], one_line(facts["department"])
    major, other, total = (
        dollars(_only(pattern, value, what)["dollars"])
        for pattern, what in ((_MAJOR, "value of equipment"), (_OTHER, "other value"), (_TOTAL, "total"))
    )
    if abs(total - major - other) > _ROUNDED * total:
        raise DriftError(f"the values do not add up: {major} and {other} are not {total}")
    funding = _FUNDING.search(value)
    return {
        "purchaser": one_line(facts["purchaser"]),
        "major_dollars": major,
        "other_dollars": other,
        "total_dollars": total,
        "articles": tuple(_articles(facts["articles"])),
        "funding_source": one_line(funding["source"]) if funding else None,
        "military_department": department.partition("(")[0].strip(),
        "cases": tuple(_CASE.findall(department)),
        "prior_cases": _plain(facts.get("prior")),
        "sales_commission": _plain(facts.get("commission")),
        "sensitivity": _plain(facts.get("sensitivity")),
        "delivered_on": _delivered(facts),
    }


def _plain(text: str | None) -> str | None:
    return one_line(text).rstrip(".") or None if text else None


def _delivered(facts: Mapping[str, str]) -> date:
    match = re.match(rf"\s*(?P<day>{DAY})", facts["delivered"])
    if match is None:
        raise DriftError(f"no day of delivery: {facts['delivered'].strip()[:40]!r}")
    return written_day(match["day"])


def _articles(text: str) -> Iterator[SaleArticle]:
    major, other = _only(_MAJOR_LIST, text, "list of equipment"), _OTHER_LIST.search(text)
    for entry in _ENTRY.split(text[major.end() : other.start() if other else len(text)]):
        name = one_line(entry)
        if name and name.lower() != "none":
            yield article(name, is_major=True)
    if other:
        # "The following items will also be included:" stands before the list.
        lead, colon, listed = text[other.end() :].partition(":")
        yield from articles(listed if colon else lead, is_major=False)


# --- what an enhancement says -----------------------------------------------------------------------

_EARLIER = re.compile(
    rf"On\s+(?P<day>{DAY}),\s+Congress\s+was\s+notified\s+by\s+congressional\s+certification\s+transmittal\s+number\s+"
    rf"(?P<number>{TRANSMITTAL})\b"
)
_THIS = re.compile(r"^ *This\s+(?:transmittal|notification|report)\b", re.MULTILINE)
_ADDITION = re.compile(r"\baddition\s+of\s+(?P<listed>.+?)\.\s", re.DOTALL)
_NEW_MAJOR = re.compile(
    rf"MDE\s+value\s+will\s+(?:increase|decrease)\s+by\s+{DOLLARS}\s+to\s+a\s+revised\s+(?P<dollars>{DOLLARS})"
)
_MAJOR_SHARE = re.compile(rf"MDE\s+(?:will\s+)?constitutes?\s+(?P<dollars>{DOLLARS})\s+of\s+this\s+total")
_NEW_OTHER = re.compile(
    rf"non-MDE\s+value\s+(?:will\s+\w+\s+by\s+{DOLLARS}\s+)?to\s+(?:a\s+revised\s+)?(?P<dollars>{DOLLARS})"
)
_SAME_TOTAL = re.compile(rf"total\s+case\s+value\s+of\s+(?P<dollars>{DOLLARS})\s+will\s+remain\s+unchanged")
_NEW_TOTAL = re.compile(
    rf"total\s+case\s+value\s+will\s+(?:increase|decrease)\s+by\s+{DOLLARS}\s+to\s+a\s+revised\s+(?P<dollars>{DOLLARS})"
)


def _enhancement(facts: Mapping[str, str]) -> dict[str, Any]:
    """A report of an enhancement: what it adds and to what the values come. What it does not say stays unknown.

    It tells the sale's whole history with all totals that there were; only what follows "This transmittal
    notifies" is its own.
    """
    for name in ("purchaser", "original", "description", "delivered"):
        if name not in facts:
            raise DriftError(f"the report has no {_LABELS[name].lower()}")
    described = facts["description"]
    own = _THIS.search(described)
    if own is None:
        raise DriftError("the report does not say what it notifies")
    notified = described[own.start() :]
    original = re.match(rf"\s*(?P<number>{TRANSMITTAL})\b", facts["original"])
    if original is None:
        raise DriftError(f"no original transmittal: {facts['original'].strip()[:40]!r}")
    department = re.search(r"^ *Implementing Agency:(?P<agency>.*)$", facts["original"], re.MULTILINE)
    funding = _FUNDING.search(facts["original"])
    return {
        "purchaser": one_line(facts["purchaser"]),
        "major_dollars": _amount(notified, _NEW_MAJOR, _MAJOR_SHARE),
        "other_dollars": _amount(notified, _NEW_OTHER),
        "total_dollars": _amount(notified, _SAME_TOTAL, _NEW_TOTAL) or estimated_total(notified),
        "articles": tuple(
            one for match in _ADDITION.finditer(notified) for one in articles(match["listed"], is_major=None)
        ),
        "funding_source": one_line(funding["source"]) if funding else None,
        "military_department": one_line(department["agency"]) if department else None,
        "delivered_on": _delivered(facts),
        "original": original["number"],
        "earlier": tuple(
            EarlierReport(match["number"], written_day(match["day"]))
            for match in _EARLIER.finditer(described)
        ),
    }


def _amount(text: str, *patterns: re.Pattern[str]) -> int | None:
    match = next(filter(None, (pattern.search(text) for pattern in patterns)), None)
    return dollars(match["dollars"]) if match else None


SOURCE = Source(
    key="federal_register_arms_sales",
    name="Arms sales notifications",
    publisher="Office of the Federal Register",
    covers="Notices of proposed arms sales under section 36(b) of the Arms Export Control Act: purchaser, articles, "
    "estimated value, and when the report reached Congress; enhancements and corrections.",
    home_url=f"{SITE}/documents/search?conditions%5Bterm%5D=%22arms+sales+notification%22",
    licence="Public domain (17 U.S.C. 105)",
    rhythm=timedelta(days=1),
    hosts=frozenset({"www.federalregister.gov"}),
    parser_version=1,
    healthy=Healthy(normal_day=25),
    requests=requests,
    parse=parse,
    listing=lambda _: NEWEST,
    options={"year": "the notices of one year, such as 2025"},
    content_types=frozenset({"application/json", "text/html", "text/plain"}),
    maximum_bytes=20 * 1024 * 1024,
)
