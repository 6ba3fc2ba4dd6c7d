"""The tables, one noun a file. Models describe; they do not fetch, decide, send or render."""

from tracker.content.model import Verdict
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
from tracker.models.editor import Editor, LoginAttempt
from tracker.models.item import Item
from tracker.models.legislator import Committee, CommitteeSeat, Legislator, LegislatorTerm
from tracker.models.link import (
    Decision,
    DecisionKind,
    Judgement,
    Link,
    LinkedWith,
    LinkState,
    Origin,
    is_shown,
)

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
    "Decision",
    "DecisionKind",
    "Editor",
    "Item",
    "Judgement",
    "Legislator",
    "LegislatorTerm",
    "Link",
    "LinkState",
    "LinkedWith",
    "LoginAttempt",
    "Origin",
    "SourceDocument",
    "Status",
    "Verdict",
    "is_shown",
]
