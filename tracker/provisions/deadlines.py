"""What is due by when: reports, certifications, consultations that a text orders. Pure."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from tracker.provisions.actors import actor, last_actor, told
from tracker.provisions.facts import Deadline, Duty
from tracker.provisions.passages import Passages, Span

_COUNTS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "fifteen": 15, "thirty": 30, "sixty": 60, "ninety": 90,
}  # fmt: skip
_PERIOD = (
    r"(?P<count>\d+|"
    + "|".join(_COUNTS)
    + r")[ -](?:calendar |legislative |business )?(?P<unit>day|week|month|year)s?"
)
_BY = r"(?P<by>[Nn]o(?:t)? later than|[Ww]ithin|[Nn]ot more than|[Aa]t the latest|[Bb]y not later than)"
_ENACTED = (
    r"(?:the )?(?:date of )?(?:the )?enactment(?: of (?P<act>this (?:Act|division|section|title|subsection|"
    r"paragraph|joint resolution|resolution)|the [A-Z][^,;.]{3,120}?Act(?: of \d{4}|, \d{4}| for Fiscal Year \d{4})?))?"
)
_AFTER_ENACTMENT = re.compile(rf"\b(?:{_BY} (?:the )?)?{_PERIOD} (?:after|of|following|from) {_ENACTED}")
_AFTER_EVENT = re.compile(
    rf"\b{_BY} (?:the )?{_PERIOD} (?:after|of|following|from) (?P<event>[^,;:.]{{4,200}})"
)
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_DAY = rf"(?P<month>{'|'.join(_MONTHS)}) (?P<day>\d{{1,2}}), (?P<year>\d{{4}})"
_BY_DAY = re.compile(rf"\b(?P<by>[Nn]o(?:t)? later than|[Bb]y|[Oo]n or before) {_DAY}")
_EVERY = re.compile(
    r"\b(?:and |, )?(?P<every>every (?:\d+ )?\w+|each (?:month|quarter|year)|at the start of each quarter|annually|"
    r"quarterly|semiannually|biannually|monthly|weekly|every quarter)(?: period)? thereafter"
)
_UNTIL = re.compile(rf"\b(?:until|through|ending on) {_DAY}")
_DUTIES = (
    (Duty.APPORTIONMENT, re.compile(r"\bapportioned\b")),
    (Duty.DISBURSEMENT, re.compile(r"\bdisbursed\b")),
    (Duty.CERTIFICATION, re.compile(r"\bshall (?:\w+ )?certif(?:y|ies)\b|\bsubmit[^.;]{0,60}? certification\b")),
    (Duty.PLAN, re.compile(r"\b(?:spend(?:ing)?|operating|expenditure|implementation) plans?\b")),
    (Duty.STRATEGY, re.compile(r"\b(?:submit|develop)[^.;]{0,120}?\bstrategy\b")),
    (Duty.CONSULTATION, re.compile(r"\bshall[^.;]{0,60}? consult\b|\bconsultations? shall\b|\bprior consultation\b")),
    (Duty.BRIEFING, re.compile(r"\bshall[^.;]{0,80}? (?:brief|provide[^.;]{0,40}? briefing)\b|\bbriefings?\b")),
    (Duty.NOTIFICATION, re.compile(r"\bshall[^.;]{0,80}? (?:notify|inform)\b")),
    (Duty.REPORT, re.compile(
        r"\bshall[^.;]{0,160}? (?:reports?|submit|transmit|provide to|publish|post)\b|\breports?\b|\bassess(?:ment)?\b"
    )),
)  # fmt: skip


def read_deadlines(passages: Passages) -> list[Deadline]:
    """Every deadline of a section, in its order."""
    text = passages.text
    found: dict[int, Deadline] = {}
    for one in _AFTER_ENACTMENT.finditer(text):
        is_due = one["by"] is not None
        other_act = one["act"] is not None and not one["act"].startswith("this ")
        found[one.start()] = _deadline(
            passages, one, count=_count(one["count"]), unit=one["unit"],
            event=f"enactment of {one['act']}" if other_act else None,
            certainty=(92 if is_due else 50) - (30 if other_act else 0),
        )  # fmt: skip
    for one in _AFTER_EVENT.finditer(text):
        if one.start() not in found and not any(one.start() < other < one.end() for other in found):
            found[one.start()] = _deadline(
                passages,
                one,
                count=_count(one["count"]),
                unit=one["unit"],
                event=one["event"].strip(),
                certainty=75,
            )
    for one in _BY_DAY.finditer(text):
        clause = passages.clause(one.start())
        if re.search(r"\bshall\b", text[clause.start : clause.end]):
            day = _day(one)
            if day:
                certainty = 80 if one["by"].lower().startswith("no") else 55
                found[one.start()] = _deadline(passages, one, day=day, certainty=certainty)
    return [found[start] for start in sorted(found)]


def due_on(deadline: Deadline, enacted_on: date) -> date | None:
    """The day by which it is due; None where that hangs on something else than enactment."""
    if deadline.day:
        return deadline.day
    if not deadline.is_after_enactment or deadline.count is None or deadline.unit is None:
        return None
    return after(enacted_on, deadline.count, deadline.unit)


def after(start: date, count: int, unit: str) -> date:
    """So many days, weeks, months or years after a day; a month that is too short ends on its last day."""
    if unit in ("day", "week"):
        return start + timedelta(days=count * (7 if unit == "week" else 1))
    months = start.month - 1 + count * (12 if unit == "year" else 1)
    year, month = start.year + months // 12, months % 12 + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def _deadline(
    passages: Passages,
    one: re.Match[str],
    *,
    certainty: int,
    count: int | None = None,
    unit: str | None = None,
    event: str | None = None,
    day: date | None = None,
) -> Deadline:
    text = passages.text
    clause = passages.clause(one.start())
    every = _EVERY.match(text, one.end(), clause.end) or _EVERY.search(
        text, one.end(), min(clause.end, one.end() + 40)
    )
    until = _UNTIL.match(text, every.end() + 1, clause.end) if every else None
    duty = _duty(text, one, clause)
    leads = passages.leads(clause.start)
    by = actor(text, one.end(), clause.end) or last_actor(text, clause.start, one.start())
    return Deadline(
        label=passages.label(one.start()), start=one.start(), end=one.end(), words=one[0], certainty=certainty,
        is_quoted=passages.is_quoted(one.start()), duty=duty or Duty.ACTION, count=count, unit=unit, event=event,
        day=day, by=by or next((who for lead in leads if (who := last_actor(text, *lead))), None),
        to=told(text, one.end(), clause.end) or told(text, clause.start, one.start()),
        every=every["every"] if every else None, until=_day(until) if until else None,
        heading=passages.heading(one.start()), countries=passages.countries_of(one.start(), clause),
        clause_start=clause.start, clause_end=clause.end,
    )  # fmt: skip


def _duty(text: str, one: re.Match[str], clause: Span) -> Duty | None:
    """What is due: what stands behind the deadline says it first, then the whole clause."""
    for start in (one.end(), clause.start):
        for duty, pattern in _DUTIES:
            if pattern.search(text, start, min(clause.end, start + 420)):
                return duty
    return None


def _count(words: str) -> int:
    return int(words) if words.isdecimal() else _COUNTS[words]


def _day(found: re.Match[str]) -> date | None:
    try:
        return date(int(found["year"]), _MONTHS.index(found["month"]) + 1, int(found["day"]))
    except ValueError:
        return None


# --- what is repeated ---

_ROUNDS = (
    (re.compile(r"every (\d+) days?"), "day"),
    (re.compile(r"every (\d+) months?"), "month"),
    (re.compile(r"weekly"), "week"),
    (re.compile(r"monthly|(?:every|each) month"), "month"),
    (re.compile(r"quarterly|(?:every|each) quarter"), "quarter"),
    (re.compile(r"semiannually|biannually"), "half-year"),
    (re.compile(r"annually|(?:every|each) (?:calendar |fiscal )?year"), "year"),
)
_LENGTHS = {"quarter": (3, "month"), "half-year": (6, "month")}
_MOST_ROUNDS = 1_000


def next_round(deadline: Deadline, first: date, today: date) -> date | None:
    """The next day, today or later, on which something that is repeated is due again; None where nobody can tell.

    The rounds are counted from the first day. What the text repeats in words that say no length has no next day.
    """
    length = _length(deadline.every or "")
    if length is None:
        return None
    count, unit = length
    for number in range(_MOST_ROUNDS):
        day = after(first, count * number, unit)
        if deadline.until and day > deadline.until:
            return None
        if day >= today:
            return day
    return None


def _length(every: str) -> tuple[int, str] | None:
    for pattern, unit in _ROUNDS:
        found = pattern.match(every.casefold())
        if found:
            count = int(found[1]) if found.groups() else 1
            times, whole = _LENGTHS.get(unit, (1, unit))
            return (count * times, whole) if count else None
    return None
