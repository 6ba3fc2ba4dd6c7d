"""The newest reports of all federal inspectors general, from the list they share.

Ten reports a page, 38,000 in all: a run reads the first pages, further ones by option. Reports of the State
Department and of USAID are also read from lists of their own, which reach further back (`state_oig`, `usaid_oig`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from scrapers.oversight import LIST, list_url, source_of_list
from scrapers.source import Request

PAGES = 3


def requests(options: Mapping[str, str]) -> Iterator[Request]:
    """The newest page, or the one from which to read on; or one report."""
    if "report" in options:
        yield Request(f"{LIST.removesuffix('/federal')}/{options['report'].strip('/')}")
        return
    start = options.get("start", "0")
    if not (start.isascii() and start.isdigit() and len(start) < 5) or int(start) % PAGES:
        raise ValueError(f"start takes a page's number, from 0 and by {PAGES}, not {start[:20]!r}")
    yield Request(list_url(page=int(start)))


SOURCE = replace(
    source_of_list(
        key="oversight_gov",
        name="Reports of inspectors general",
        publisher="Council of the Inspectors General on Integrity and Efficiency",
        covers="Audits, inspections and evaluations of federal inspectors general: title, number, day, agencies "
        "reviewed, how many recommendations, and where the report is.",
        home_url=LIST,
        pages=PAGES,
        normal_day=60,
    ),
    requests=requests,
    options={
        "start": f"the page to begin at, from 0 and by {PAGES}; {PAGES} pages are read",
        "report": "one report by the end of its address, such as audit/audit-of-x",
    },
)
