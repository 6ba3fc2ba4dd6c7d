"""The facts that are read out of a text. Offsets are code points in the text of the section that holds the fact."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import msgspec

SURE = 70
"""From this certainty (0 to 100) a fact is shown as it is; below it waits for a person."""


class Fact(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """`label` is the subdivision, `(a)(3)(B)`; `text[start:end]` of the section are `words`.

    A quoted fact stands in words that amend another law: "this Act" in it is that other law. Of a text that is not
    here (see `BillTextVersion.has_words`) a fact has its label and no offsets, and whatever is in the text's own words
    is empty.
    """

    label: str
    start: int
    end: int
    words: str
    certainty: int
    is_quoted: bool = False


class AmountKind(StrEnum):
    """What a figure is an amount of. Only appropriations are new money; a portion is part of what stands above it."""

    APPROPRIATION = "appropriation"
    PORTION = "portion"
    LIMIT = "limit"
    TRANSFER = "transfer"
    RESCISSION = "rescission"
    WITHHELD = "withheld"
    SUBSTITUTED = "substituted"
    REPLACED = "replaced"
    AUTHORISATION = "authorisation"
    ESTIMATE = "estimate"
    THRESHOLD = "threshold"
    MEMO = "memo"


class Bound(StrEnum):
    """Whether a figure is the amount, the least or the most of it."""

    EXACT = "exact"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


class Figure(Fact, frozen=True, kw_only=True):
    """One dollar figure. `clause_start` and `clause_end` bound the clause that it stands in.

    `dollars` is as printed; `adjustments` are the floor amendments printed after it, which the House never adds up;
    `effective` is with them. `funds` are accounts by their code or heading, or titles ("title IV").
    """

    kind: AmountKind
    dollars: int
    bound: Bound = Bound.EXACT
    adjustments: tuple[int, ...] = ()
    funds: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    is_binding: bool = True
    in_place_of: int | None = None
    clause_start: int = 0
    clause_end: int = 0

    @property
    def effective(self) -> int:
        return self.dollars + sum(self.adjustments)


class ConditionKind(StrEnum):
    """What a condition does to the money."""

    WITHHOLDING = "withholding"
    CONDITION = "condition"
    PROHIBITION = "prohibition"
    NOTIFICATION = "notification"


class Trigger(StrEnum):
    """What has to happen first."""

    CERTIFICATION = "certification"
    DETERMINATION = "determination"
    REPORT = "report"
    NOTIFICATION = "notification"
    CONSULTATION = "consultation"


class Condition(Fact, frozen=True, kw_only=True):
    """A string tied to money. `demands` are what must be certified or reported, in the text's words.

    `criteria_elsewhere`: what is demanded stands in the explanatory statement and not here.
    """

    kind: ConditionKind
    countries: tuple[str, ...] = ()
    funds: tuple[str, ...] = ()
    percent: float | None = None
    dollars: int | None = None
    trigger: Trigger | None = None
    by: str | None = None
    to: str | None = None
    demands: tuple[str, ...] = ()
    waiver: str | None = None
    exceptions: tuple[str, ...] = ()
    criteria_elsewhere: bool = False
    heading: str | None = None


class Duty(StrEnum):
    """What is due."""

    REPORT = "report"
    CERTIFICATION = "certification"
    PLAN = "plan"
    STRATEGY = "strategy"
    BRIEFING = "briefing"
    CONSULTATION = "consultation"
    NOTIFICATION = "notification"
    APPORTIONMENT = "apportionment"
    DISBURSEMENT = "disbursement"
    ACTION = "action"


class Deadline(Fact, frozen=True, kw_only=True):
    """Something due by a day. `words` are the deadline's own, `clause_start`/`clause_end` bound its clause.

    Either `count` and `unit` after enactment, or after the `event` named, or a `day` that the text gives.
    `every` and `until` are of what is repeated after the first time.
    """

    duty: Duty
    count: int | None = None
    unit: str | None = None
    event: str | None = None
    day: date | None = None
    by: str | None = None
    to: str | None = None
    every: str | None = None
    until: date | None = None
    heading: str | None = None
    countries: tuple[str, ...] = ()
    clause_start: int = 0
    clause_end: int = 0

    @property
    def is_after_enactment(self) -> bool:
        return self.count is not None and self.event is None and not self.is_quoted


class Mention(msgspec.Struct, frozen=True):
    """A country named in a section, where first, and how often."""

    country: str
    label: str
    start: int
    end: int
    count: int
