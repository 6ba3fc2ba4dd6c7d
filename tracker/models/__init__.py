"""The tables, one noun a file. Models describe; they do not fetch, decide, send or render."""

from tracker.models.bill import (
    Bill,
    BillCommittee,
    BillCosponsor,
    BillDossier,
    BillRelation,
    BillSponsor,
)
from tracker.models.change import Change
from tracker.models.collection import Collection, SourceDocument, Status
from tracker.models.item import Item
from tracker.models.legislator import Committee, CommitteeSeat, Legislator, LegislatorTerm

__all__ = [
    "Bill",
    "BillCommittee",
    "BillCosponsor",
    "BillDossier",
    "BillRelation",
    "BillSponsor",
    "Change",
    "Collection",
    "Committee",
    "CommitteeSeat",
    "Item",
    "Legislator",
    "LegislatorTerm",
    "SourceDocument",
    "Status",
]
