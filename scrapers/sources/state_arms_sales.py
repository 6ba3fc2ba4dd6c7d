"""Arms sales that the State Department tells of on its site when it notifies Congress.

A release comes weeks before the notice in the Federal Register and says less: no day of delivery, no table of
values, and sometimes no transmittal number. Releases are edited in place, so those that the listing shows are
asked for at every run. Until 26 February 2026 the Defense Security Cooperation Agency published them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta

from lxml.html import HtmlElement

from scrapers.arms_sales import (
    TRANSMITTAL,
    article,
    articles,
    elements,
    estimated_total,
    html_root,
    one_line,
    states_emergency,
    text_digest,
    written_day,
)
from scrapers.errors import DriftError
from scrapers.records import ArmsSaleNotice, SaleArticle, SaleKind
from scrapers.source import Document, Healthy, Request, Source

SITE = "https://www.state.gov"
LISTING = f"{SITE}/arms-sales-congressional-notifications"
PATH = "/releases/bureau-of-political-military-affairs/"
RELEASES = f"{SITE}{PATH}"
HEADING = "Foreign Military Sales: Congressional Notification"

WATCHED = ("2026/06/singapore-hellfire-missiles", "2026/04/tunisia-border-security-project-phase-iii")
"""Releases that are asked for whether or not the listing, which shows ten at a time, still has them."""

_NAME = r"\d{4}/\d{2}/[a-z0-9-]+"


def requests(options: Mapping[str, str]) -> Iterator[Request]:
    """The listing and the releases that we watch, or one release by name."""
    name = options.get("release")
    if name is not None:
        if not re.fullmatch(_NAME, name):
            raise ValueError(f"release takes the end of its address, such as {WATCHED[0]}")
        yield Request(f"{RELEASES}{name}/")
        return
    yield Request(LISTING)
    for watched in WATCHED:
        yield Request(f"{RELEASES}{watched}/")


def parse(document: Document) -> Iterator[ArmsSaleNotice | Request]:
    """The releases that the listing names, or the notice that a release is."""
    if document.url == LISTING:
        yield from _listed(document)
    else:
        yield _release(document)


def _listed(document: Document) -> Iterator[Request]:
    """Releases in the order of the page. One without any is not the listing that we know: see `collect`."""
    links = (link.get("href", "") for link in elements(html_root(document), "//a[@href]"))
    found = (re.fullmatch(rf"(?:{SITE})?{PATH}(?P<name>{_NAME})/?", link) for link in links)
    for name in dict.fromkeys(match["name"] for match in found if match):
        yield Request(f"{RELEASES}{name}/")


# --- a release --------------------------------------------------------------------------------------

_NUMBER_LINE = re.compile(
    rf"\[?(?:Transmittal\s*(?:No\.?)?\s*)?#?\s*(?:RSAT\s+)?(?P<number>{TRANSMITTAL})\]?"
)
_PURCHASER = re.compile(r"(?:^|\. +)(?:The )?(?P<purchaser>[A-Z][^.\n]+?) has requested\b", re.MULTILINE)
_COMBINED = re.compile(r"This notification is for a combined total of (?P<listed>.+?)\. ")
_END = r"\.(?: +(?=The |This )|$)"
_REQUESTED = re.compile(rf"has requested to buy (?!the following non-)(?P<listed>.+?){_END}", re.MULTILINE)
_OTHER = re.compile(
    rf"following non-(?:MDE|major defense equipment)\b[^:]*: (?P<listed>.+?){_END}",
    re.IGNORECASE | re.MULTILINE,
)


def _release(document: Document) -> ArmsSaleNotice:
    root = html_root(document)
    heading = _one(root, "//p[contains(@class, 'doctype-meta')]", document)
    if heading != HEADING:
        raise DriftError(f"the page is no notification of an arms sale: {heading[:60]!r}", url=document.url)
    paragraphs = _paragraphs(root)
    number = next((match["number"] for words in paragraphs if (match := _NUMBER_LINE.fullmatch(words))), None)
    text = "\n".join(paragraphs)
    purchaser = _PURCHASER.search(text)
    if purchaser is None:
        raise DriftError("the release does not say to whom the sale is", url=document.url)
    title = _one(root, "//h1", document)
    day = _one(root, "//p[contains(@class, 'article-meta__publish-date')]", document)
    try:
        return ArmsSaleNotice(
            url=document.url,
            kind=SaleKind.NOTIFICATION,
            published_on=written_day(day),
            heading=heading,
            text_sha256=text_digest(f"{title}\n{text}"),
            transmittal=number,
            title=title,
            purchaser=purchaser["purchaser"],
            total_dollars=estimated_total(text),
            articles=tuple(_articles(text)),
            is_emergency=states_emergency(text),
        )
    except DriftError as error:
        raise DriftError(error.message, url=document.url, place=error.place) from error


def _one(root: HtmlElement, path: str, document: Document) -> str:
    """The words of the one element at a path."""
    found = elements(root, path)
    if len(found) != 1:
        raise DriftError(f"the page has {len(found)} of {path}", url=document.url)
    return one_line(found[0].text_content())


def _paragraphs(root: HtmlElement) -> list[str]:
    """The release's own paragraphs, in either form of the page."""
    path = "//div[contains(@class, 'wp-block-classic')]//p | //p[contains(@class, 'wp-block-paragraph')]"
    return [words for element in elements(root, path) if (words := one_line(element.text_content()))]


def _articles(text: str) -> Iterator[SaleArticle]:
    """What is to be bought: where more is added to an earlier case, the combined total counts."""
    combined, requested = _COMBINED.search(text), _REQUESTED.search(text)
    if combined:
        yield article(combined["listed"], is_major=None)
    elif requested:
        yield from articles(requested["listed"], is_major=None)
    other = _OTHER.search(text)
    if other:
        yield from articles(other["listed"], is_major=False)


SOURCE = Source(
    key="state_arms_sales",
    name="Arms sales, State Department releases",
    publisher="U.S. Department of State, Bureau of Political-Military Affairs",
    covers="Releases on proposed foreign military sales at the time when Congress is notified: purchaser, articles, "
    "estimated value.",
    home_url=LISTING,
    licence="Public domain (17 U.S.C. 105)",
    rhythm=timedelta(hours=12),
    hosts=frozenset({"www.state.gov"}),
    parser_version=1,
    healthy=Healthy(normal_day=15),
    requests=requests,
    parse=parse,
    listing=lambda _: LISTING,
    options={"release": f"one release by the end of its address: {WATCHED[0]}"},
    content_types=frozenset({"text/html"}),
    maximum_bytes=5 * 1024 * 1024,
)
