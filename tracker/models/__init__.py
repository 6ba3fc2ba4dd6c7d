"""The tables, one noun a file. Models describe; they do not fetch, decide, send or render."""

from tracker.content.model import Verdict
from tracker.models.arms_sale import ArmsSale, ArmsSaleDocument
from tracker.models.assistance import AssistanceFigure, AssistanceRelease
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
from tracker.models.digest import Digest, DigestBody, DigestKind, DigestState
from tracker.models.editor import Editor, LoginAttempt
from tracker.models.item import Item
from tracker.models.job import JobRun, JobStatus, Lease
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
from tracker.models.matched import TargetMatch, WatchedTarget
from tracker.models.provision import (
    WITHOUT_WORDS,
    BillTextVersion,
    FactKind,
    FactWord,
    FundingLine,
    Provision,
    ProvisionCountry,
    TextCondition,
    TextDeadline,
)
from tracker.models.report import AuditAddressee, AuditRecommendation, Report, ReportDocument
from tracker.models.subscriber import (
    Follow,
    FollowState,
    Frequency,
    MailRequest,
    MailToken,
    Mute,
    PausedBecause,
    Purpose,
    Subscriber,
    SubscriberState,
    SuppressedBecause,
    Suppression,
)
from tracker.models.vote import Via, Vote, VoteMeasure, VotePosition

__all__ = [
    "WITHOUT_WORDS",
    "ArmsSale",
    "ArmsSaleDocument",
    "AssistanceFigure",
    "AssistanceRelease",
    "AuditAddressee",
    "AuditRecommendation",
    "Bill",
    "BillCommittee",
    "BillCosponsor",
    "BillDossier",
    "BillRelation",
    "BillSponsor",
    "BillTextVersion",
    "Change",
    "Collection",
    "Committee",
    "CommitteeSeat",
    "Decision",
    "DecisionKind",
    "Digest",
    "DigestBody",
    "DigestKind",
    "DigestState",
    "Editor",
    "FactKind",
    "FactWord",
    "Follow",
    "FollowState",
    "Frequency",
    "FundingLine",
    "Item",
    "JobRun",
    "JobStatus",
    "Judgement",
    "Lease",
    "Legislator",
    "LegislatorTerm",
    "Link",
    "LinkState",
    "LinkedWith",
    "LoginAttempt",
    "MailRequest",
    "MailToken",
    "Mute",
    "Origin",
    "PausedBecause",
    "Provision",
    "ProvisionCountry",
    "Purpose",
    "Report",
    "ReportDocument",
    "SourceDocument",
    "Status",
    "Subscriber",
    "SubscriberState",
    "SuppressedBecause",
    "Suppression",
    "TargetMatch",
    "TextCondition",
    "TextDeadline",
    "Verdict",
    "Via",
    "Vote",
    "VoteMeasure",
    "VotePosition",
    "WatchedTarget",
    "is_shown",
]
