"""Where an audit recommendation stands: each publisher's wording in one table. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from tracker.watchdogs.names import fold


class AuditStatus(StrEnum):
    """Where a recommendation stands, the most open first.

    `no_longer_listed`: a list of open ones had it and has it no more, and no page says why. `closed`: closed, and
    it is not said how. `unknown`: a wording that is in no table.
    """

    OPEN = "open"
    PARTIALLY_ADDRESSED = "partially_addressed"
    UNKNOWN = "unknown"
    NO_LONGER_LISTED = "no_longer_listed"
    CLOSED_NOT_IMPLEMENTED = "closed_not_implemented"
    CLOSED_NO_LONGER_VALID = "closed_no_longer_valid"
    CLOSED = "closed"
    CLOSED_IMPLEMENTED = "closed_implemented"


OPEN_STATUSES = (AuditStatus.OPEN, AuditStatus.PARTIALLY_ADDRESSED, AuditStatus.UNKNOWN)
"""Those that nobody says are done with."""

LABELS: dict[AuditStatus, str] = {
    AuditStatus.OPEN: "open",
    AuditStatus.PARTIALLY_ADDRESSED: "partially addressed",
    AuditStatus.UNKNOWN: "status not known",
    AuditStatus.NO_LONGER_LISTED: "no longer listed",
    AuditStatus.CLOSED_NOT_IMPLEMENTED: "closed, not implemented",
    AuditStatus.CLOSED_NO_LONGER_VALID: "closed, no longer valid",
    AuditStatus.CLOSED: "closed",
    AuditStatus.CLOSED_IMPLEMENTED: "closed, implemented",
}

_WORDINGS: dict[str, AuditStatus] = {
    "open": AuditStatus.OPEN,
    "unimplemented": AuditStatus.OPEN,
    "unresolved": AuditStatus.OPEN,
    "open unresolved": AuditStatus.OPEN,
    # An inspector general's "resolved" means that the agency has agreed what to do, and has not done it.
    "resolved": AuditStatus.OPEN,
    "open resolved": AuditStatus.OPEN,
    "resolved open": AuditStatus.OPEN,
    "open partially addressed": AuditStatus.PARTIALLY_ADDRESSED,
    "partially addressed": AuditStatus.PARTIALLY_ADDRESSED,
    "open partially implemented": AuditStatus.PARTIALLY_ADDRESSED,
    "closed": AuditStatus.CLOSED,
    "closed implemented": AuditStatus.CLOSED_IMPLEMENTED,
    "implemented": AuditStatus.CLOSED_IMPLEMENTED,
    "closed not implemented": AuditStatus.CLOSED_NOT_IMPLEMENTED,
    "closed unimplemented": AuditStatus.CLOSED_NOT_IMPLEMENTED,
    "not implemented": AuditStatus.CLOSED_NOT_IMPLEMENTED,
    "closed no longer valid": AuditStatus.CLOSED_NO_LONGER_VALID,
    "no longer valid": AuditStatus.CLOSED_NO_LONGER_VALID,
}
"""By the words alone: dashes of every length, hyphens, blanks and case are not part of a wording."""


def read_status(raw: str) -> AuditStatus:
    """The status that a publisher's wording stands for: `Open--Partially Addressed`, `Open – Partially Addressed`."""
    return _WORDINGS.get(fold(raw), AuditStatus.UNKNOWN)


def most_open(found: Iterable[AuditStatus]) -> AuditStatus:
    """A recommendation is as open as its most open addressee."""
    order = list(AuditStatus)
    return min(found, key=order.index, default=AuditStatus.UNKNOWN)


def status_label(status: AuditStatus | str) -> str:
    """A status in words; one that this version does not know is shown in its own."""
    try:
        return LABELS[AuditStatus(status)]
    except ValueError:
        return str(status).replace("_", " ")
