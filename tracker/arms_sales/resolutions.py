"""Which joint resolutions are against which proposed sale. Pure.

A resolution that names a transmittal number is against that sale and no other. One that names none is tied only
where it names the country and an article of the sale by its designation, and was introduced while the sale was
under review or soon after. A tie keeps the words that it rests on; without such words there is no tie.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from scrapers.records import SaleArticle
from tracker.linking.evidence import Described, Evidence, Field, FieldName, Match, evidence_of

NAMED = "names-transmittal"
ALIKE = "names-country-and-article"

_DISAPPROVAL = re.compile(
    r"congressional disapproval of the (?:proposed (?:(?:foreign )?military )?(?:sales?|exports?|transfers?|licen[sc]e)"
    r"|report of enhancement)",
    re.IGNORECASE,
)
_TRANSMITTAL = re.compile(
    r"\bTransmittal\s+No\.?\s+(?P<office>RSAT|DDTC)?\s*(?P<year>\d{2})[-‐‑–](?P<rest>[0-9A-Z]{2,4})\b"
)
# What tells one article from another: a designation with a figure in it (M142, CH-47F, AGM-114R).
_DESIGNATION = re.compile(r"\b(?=[A-Z0-9/-]*\d)[A-Z]{1,5}[-/]?[A-Z0-9][A-Z0-9/-]*\b")
_SOON = timedelta(days=90)


class Sale(NamedTuple):
    """As much of a sale as a resolution can name. `names` are those of the country, as texts write it."""

    transmittal: str | None
    names: tuple[str, ...]
    articles: tuple[SaleArticle, ...]
    delivered_on: date | None


def is_disapproval(title: str) -> bool:
    """Whether a measure is one that would forbid an arms sale, by its title."""
    return bool(_DISAPPROVAL.search(title))


def transmittals_named(text: str) -> list[tuple[str, int, int]]:
    """The transmittals of government sales that a text names, with where; licences (`DDTC 24-052`) are others."""
    return [
        (f"{match['year']}-{match['rest']}", match.start(), match.end())
        for match in _TRANSMITTAL.finditer(text)
        if match["office"] != "DDTC"
    ]


def tie(sale: Sale, resolution: Described, introduced_on: date) -> tuple[Evidence, ...]:
    """The words by which a resolution is against a sale; empty where it is not."""
    if any(_TRANSMITTAL.search(field.text) for field in resolution.fields):
        return tuple(_by_number(sale, resolution.fields))[:1]
    return _by_likeness(sale, resolution.fields, introduced_on)


def _by_number(sale: Sale, fields: Iterable[Field]) -> Iterator[Evidence]:
    for field in fields:
        for transmittal, start, end in transmittals_named(field.text):
            if transmittal == sale.transmittal:
                yield evidence_of(NAMED, field, Match(f"arms-sale:{transmittal}", start, end, ""), 100)


def _by_likeness(sale: Sale, fields: Sequence[Field], introduced_on: date) -> tuple[Evidence, ...]:
    day = sale.delivered_on
    if day is None or not day <= introduced_on <= day + _SOON:
        return ()
    country = _first(fields, sale.names, frozenset({FieldName.TITLE, FieldName.OTHER_TITLE}))
    designations = {
        found for article in sale.articles for found in _DESIGNATION.findall(article.name) if len(found) > 2
    }
    article = _first(fields, sorted(designations), frozenset({FieldName.SUMMARY, FieldName.TEXT}))
    return (article, country) if article and country else ()


def _first(fields: Iterable[Field], words: Iterable[str], where: frozenset[FieldName]) -> Evidence | None:
    """The first of some words, whole, in some fields."""
    wanted = [word for word in words if word]
    if not wanted:
        return None
    pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, wanted))})(?![\w-])")
    for field in fields:
        match = pattern.search(field.text) if field.name in where else None
        if match:
            return evidence_of(ALIKE, field, Match("", match.start(), match.end(), ""), 75)
    return None
