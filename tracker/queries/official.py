"""Addresses of the official pages for people: votes, laws and reports. Pure."""

from __future__ import annotations

import re
from datetime import date

from scrapers.records import BillType, Chamber
from tracker.sentences import ordinal

_CONGRESS_GOV_TYPES = {
    BillType.HR: "house-bill",
    BillType.S: "senate-bill",
    BillType.HJRES: "house-joint-resolution",
    BillType.SJRES: "senate-joint-resolution",
    BillType.HCONRES: "house-concurrent-resolution",
    BillType.SCONRES: "senate-concurrent-resolution",
    BillType.HRES: "house-resolution",
    BillType.SRES: "senate-resolution",
}
_REPORT = re.compile(r"(?P<chamber>[HS]|Ex)\. Rept\. (?P<congress>\d+)-(?P<number>\d+)")
_REPORT_KINDS = {"H": "house-report", "S": "senate-report", "Ex": "executive-report"}


def measure_page(congress: int, type: BillType, number: int) -> str:
    """The measure on congress.gov."""
    return f"https://www.congress.gov/bill/{ordinal(congress)}-congress/{_CONGRESS_GOV_TYPES[type]}/{number}"


def vote_page(chamber: Chamber, congress: int, session: int, roll: int, on: date) -> str:
    """The roll call as the chamber's clerk shows it."""
    if chamber is Chamber.HOUSE:
        return f"https://clerk.house.gov/Votes/{on.year}{roll}"
    folder = f"vote{congress}{session}"
    return (
        "https://www.senate.gov/legislative/LIS/roll_call_votes/"
        f"{folder}/vote_{congress}_{session}_{roll:05}.htm"
    )


def law_page(type: str, number: str) -> str:
    """A law by its number ("117-328") on govinfo.gov."""
    congress, _, rest = number.partition("-")
    kind = "pvt" if type.startswith("Private") else "publ"
    return f"https://www.govinfo.gov/app/details/PLAW-{congress}{kind}{rest}"


def report_page(citation: str) -> str | None:
    """A committee report by its citation ("H. Rept. 117-400") on congress.gov."""
    found = _REPORT.match(citation)
    if found is None:
        return None
    kind = _REPORT_KINDS[found["chamber"]]
    return (
        f"https://www.congress.gov/congressional-report/{ordinal(int(found['congress']))}-congress/"
        f"{kind}/{found['number']}"
    )
