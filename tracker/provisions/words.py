"""Deadlines in plain words: what is due from whom to whom, when, and how long ago that was. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tracker.provisions.facts import Deadline, Duty
from tracker.sentences import written_date

NO_EVIDENCE = (
    "“No public evidence yet” means that no editor has found a public document that says so. Many reports go to "
    "committees and are never published: it does not mean that nothing was submitted."
)

DUTIES = {
    Duty.REPORT: "Report",
    Duty.CERTIFICATION: "Certification",
    Duty.PLAN: "Plan",
    Duty.STRATEGY: "Strategy",
    Duty.BRIEFING: "Briefing",
    Duty.CONSULTATION: "Consultation",
    Duty.NOTIFICATION: "Notification",
    Duty.APPORTIONMENT: "Apportionment of money",
    Duty.DISBURSEMENT: "Payment of money",
    Duty.ACTION: "Action",
}
_SUBMITTED = {Duty.REPORT, Duty.CERTIFICATION, Duty.PLAN, Duty.STRATEGY, Duty.NOTIFICATION}
_WITH = {Duty.CONSULTATION: "with", Duty.BRIEFING: "of"}


def deadline_title(headings: Sequence[str], path: str) -> str:
    """What it is about, by the headings over it: "Middle East and North Africa: Certification"."""
    return ": ".join(headings) if headings else path[:1].upper() + path[1:]


def who_words(deadline: Deadline) -> str:
    """What is due, from whom and to whom: "Report by the Secretary of State to the Committees on Appropriations"."""
    words = DUTIES[deadline.duty]
    if deadline.by:
        words += f" by {_named(deadline.by)}"
    if deadline.to:
        words += f" {_WITH.get(deadline.duty, 'to')} {_named(deadline.to)}"
    return words


def _named(who: str) -> str:
    """With its article, as far as it takes one."""
    is_bare = who.startswith(("Congress", "each ", "any ", "such "))
    return who if is_bare else f"the {who}"


def rule_words(deadline: Deadline) -> str:
    """When it is due by the law's own reckoning: "30 days after enactment, then every 90 days"."""
    if deadline.day is not None:
        words = f"by {written_date(deadline.day)}"
    else:
        count, unit = deadline.count or 0, deadline.unit or "day"
        span = f"{count} {unit}{'' if count == 1 else 's'}"
        words = f"{span} after {_event(deadline)}"
    if deadline.every:
        words += f", then {deadline.every}"
    if deadline.until:
        words += f" until {written_date(deadline.until)}"
    return words


def _event(deadline: Deadline) -> str:
    if deadline.event is None:
        return "enactment"
    return deadline.event or "an event that the act names"


def days_words(left: int | None) -> str:
    """How long there is, or how long ago it was: "due today", "3 days left", "285 days overdue"."""
    if left is None:
        return "no day of its own"
    if left == 0:
        return "due today"
    days = f"{abs(left):,} day{'' if abs(left) == 1 else 's'}"
    return f"{days} left" if left > 0 else f"{days} overdue"


def evidence_words(deadline: Deadline) -> str:
    """What is public of it where no editor recorded anything."""
    done = "of submission" if deadline.duty in _SUBMITTED else "that it was done"
    return f"No public evidence {done} yet."


def due_words(on: date | None, left: int | None) -> str:
    """The day and how far it is: "5 March 2026, 270 days overdue"."""
    return f"{written_date(on)}, {days_words(left)}" if on else days_words(None)
