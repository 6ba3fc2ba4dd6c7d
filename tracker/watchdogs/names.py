"""What reports and audit recommendations are called: keys that hold whatever is re-spelled, and short names. Pure.

A report is its number; dates may be wrong and titles change, so neither is in a key. An audit recommendation is its
report with its kind and the number printed in it; one without a number is known by its addressee and its words.
"""

from __future__ import annotations

import re
from typing import Final

from scrapers.records import AuditKind, AuditRecommendation, Report
from tracker.changes import digest

REPORT: Final = "report"
AUDIT: Final = "audit-recommendation"

_LONGEST_SLUG = 40
_LONGEST_NUMBER = 11
"""With a report of 40 characters and the word "matter" a key then has the 80 that its column holds."""
_UNNUMBERED = re.compile(r".+-page-[0-9a-f]{12}")
_AUDIT = re.compile(r"(?P<report>.+?)-(?P<matter>matter-)?(?P<words>words-)?(?P<number>[^-]+)")


def fold(text: str) -> str:
    """A text by its letters and digits alone: what a re-spelling leaves as it is."""
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def slug(text: str) -> str:
    """Small letters and digits with hyphens between; the same for every spelling of a number."""
    return "-".join(re.findall(r"[a-z0-9]+", text.casefold()))


def report_slug(watchdog: str, number: str | None, page: str) -> str:
    """What stands behind `report:`, by the number, or for want of one by `page`: the guid or address.

    `gao-25-107622` for the watchdog `gao`; the watchdog's name goes before numbers that do not begin with it.
    """
    if number is None or not slug(number):
        return f"{slug(watchdog)[: _LONGEST_SLUG - 18]}-page-{digest(page)}"
    own, name = slug(watchdog), slug(number)
    whole = name if name.startswith(f"{own}-") else f"{own}-{name}"
    return whole if len(whole) <= _LONGEST_SLUG else f"{whole[: _LONGEST_SLUG - 13]}-{digest(whole)}"


def report_key(report: Report) -> str:
    """The key of the report that a record is of: `report:gao-25-107622`."""
    return f"{REPORT}:{report_slug(report.watchdog, report.number, report.guid or report.url)}"


def audit_key(found: AuditRecommendation, *, by_words: bool = False) -> str:
    """The key of an audit recommendation: `audit-recommendation:gao-25-107622-4`, `…-matter-1` for Congress.

    `by_words` where its number does not tell it from another of the report. The mark is made of the addressee and
    the words, so that only other words make another recommendation.
    """
    report = report_slug(found.watchdog, found.report, found.report)
    kind = "matter-" if found.kind is AuditKind.MATTER else ""
    number = slug(found.number or "").replace("-", ".")[:_LONGEST_NUMBER]
    if not number or by_words:
        mark = digest(f"{fold(found.addressee)}|{fold(found.text)}")
        return f"{AUDIT}:{report[: _LONGEST_SLUG - 7]}-{kind}words-{mark}"
    return f"{AUDIT}:{report}-{kind}{number}"


def report_name(key: str, title: str) -> str:
    """What a report is called in a list: its number, or its title where it has none."""
    name = key.partition(":")[2]
    return title if _UNNUMBERED.fullmatch(name) else _numbered(name)


def _numbered(name: str) -> str:
    """A number as its publisher prints it, as far as the key tells: "GAO-25-107622", "NSIAD-00-31", "R43361"."""
    prefix, _, rest = name.partition("-")
    is_whole = prefix not in ("gao", "crs") or not rest[:1].isalpha()
    return name.upper() if is_whole else rest.upper()


def audit_name(key: str) -> str:
    """What an audit recommendation is called in a list: "GAO-25-107622, recommendation 4"."""
    name = key.partition(":")[2]
    match = _AUDIT.fullmatch(name)
    if match is None:
        return name.upper()
    number = "" if match["words"] else f" {match['number'].replace('.', '-')}"
    what = f"matter{number} for Congress" if match["matter"] else f"recommendation{number}"
    return f"{_numbered(match['report'])}, {what}"


def report_of(key: str) -> str:
    """The key of the report of an audit recommendation, both without their kinds: `gao-25-107622`."""
    match = _AUDIT.fullmatch(key)
    return match["report"] if match else key


def agency_slug(name: str) -> str:
    """An addressee as an address has it: `department-of-state`."""
    whole = slug(name)
    return whole if len(whole) <= 80 else f"{whole[:67]}-{digest(whole)}"
