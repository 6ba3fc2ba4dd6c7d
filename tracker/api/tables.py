"""The columns of the CSV files: a header and one function a file. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from tracker.api.compose import sentence_of
from tracker.models import Verdict
from tracker.phrases import kind_label, stage_label
from tracker.queries.bills import BillRow
from tracker.queries.provenance import Provenance

Column = tuple[str, Callable[[Any, str], Any]]
"""A column's name, and its value from a row and our own address."""


class Table(NamedTuple):
    """A file's columns."""

    columns: tuple[Column, ...]

    @property
    def header(self) -> list[str]:
        return [name for name, _ in self.columns]

    def cells(self, row: Any, site: str) -> list[Any]:
        """A row's values, in the order of the header."""
        return [value(row, site) for _, value in self.columns]


def _field(name: str) -> Column:
    return name, lambda row, _site: getattr(row, name)


def _document(name: str, field: str) -> Column:
    def value(row: Any, _site: str) -> Any:
        document: Provenance = row.document
        return getattr(document, field)

    return name, value


PROVENANCE = (
    _document("source", "source"),
    _document("source_url", "url"),
    _document("source_fetched_at", "fetched_at"),
    _document("source_sha256", "sha256"),
    _document("source_fetched_until", "fetched_until"),
)


def _sponsor(field: str) -> Callable[[BillRow, str], Any]:
    return lambda bill, _site: getattr(bill.sponsor, field) if bill.sponsor else None


def _judged(verdict: Verdict) -> Callable[[BillRow, str], str]:
    """Short names of the recommendations and promises that editors hold it to do that to."""
    return lambda bill, _site: " ".join(
        judged.target.slug for judged in bill.about.judgements if judged.verdict is verdict
    )


BILLS = Table(
    (
        *map(_field, ("key", "name", "title", "congress", "type", "number", "introduced_on",
                      "latest_action_on", "stage")),
        ("stage_in_words", lambda bill, _: stage_label(bill.stage)),
        *map(_field, ("status", "next_step", "has_died")),
        ("sponsor", _sponsor("name")),
        ("sponsor_bioguide", _sponsor("bioguide")),
        ("sponsor_party", _sponsor("party")),
        ("sponsor_state", _sponsor("state")),
        *map(_field, ("cosponsor_count", "policy_area")),
        ("in_scope", lambda bill, _: bill.about.scope is not None),
        ("countries", lambda bill, _: " ".join(link.target.slug for link in bill.about.countries)),
        ("concerns", lambda bill, _: " ".join(link.target.slug for link in bill.about.concerns)),
        *((verdict.value, _judged(verdict)) for verdict in Verdict),
        *map(_field, ("url",)),
        ("page", lambda bill, site: f"{site}/bills/{bill.key}"),
        *map(_field, ("changed_at", "missing_since")),
        *PROVENANCE,
    )
)  # fmt: skip

CHANGES = Table(
    (
        *map(_field, ("id", "first_seen_at", "occurred_on", "kind")),
        ("label", lambda change, _: kind_label(change.kind)),
        *map(_field, ("item_key", "item_name", "item_title")),
        ("sentence", lambda change, _: sentence_of(change)),
        ("page", lambda change, site: f"{site}{change.path}"),
        *PROVENANCE,
    )
)
