"""Appropriations measures and conditions on aid as content says them, and the ladder they make. Values only.

A measure is one fiscal year of one subcommittee's bill, whatever bills and acts carry it. Its printed texts are the
ladder's columns. A condition says for every text of its subcommittee what it is there, or that it is not there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum

import msgspec

from tracker.content.sourcing import Basis, PublishedOn, Reviewed


class Subcommittee(StrEnum):
    """Whose bill it is. The names of both have changed, the bills have not."""

    NSRP = "nsrp"
    DEFENSE = "defense"


class MilestoneKind(StrEnum):
    """What happened to a measure. Those of `STEPS` print a text that can be laid beside the others."""

    HOUSE_REPORTED = "house-reported"
    HOUSE_PASSED = "house-passed"
    SENATE_REPORTED = "senate-reported"
    SENATE_PASSED = "senate-passed"
    AGREED = "agreed"
    ENACTED = "enacted"
    CONTINUING = "continuing"
    SUPPLEMENTAL = "supplemental"


STEPS = (
    MilestoneKind.HOUSE_REPORTED,
    MilestoneKind.HOUSE_PASSED,
    MilestoneKind.SENATE_REPORTED,
    MilestoneKind.SENATE_PASSED,
    MilestoneKind.ENACTED,
)
"""The ladder's columns, in its order."""


class Account(StrEnum):
    """What the money is called. The first seven are headings of the foreign assistance bill."""

    FMF = "FMF"
    IMET = "IMET"
    INCLE = "INCLE"
    NADR = "NADR"
    PKO = "PKO"
    ESF = "ESF"
    NSIP = "NSIP"
    AEECA = "AEECA"
    OPERATION_AND_MAINTENANCE = "O&M Defense-Wide"
    DIPLOMATIC_PROGRAMS = "Diplomatic Programs"
    CREDIT_SALES = "AECA 23"
    TITLE_III = "title III"
    TITLE_IV = "title IV"
    TITLES_III_TO_VI = "titles III-VI"
    ALL = "all"


ACCOUNT_NAMES = {
    Account.FMF: "Foreign Military Financing Program",
    Account.IMET: "International Military Education and Training",
    Account.INCLE: "International Narcotics Control and Law Enforcement",
    Account.NADR: "Nonproliferation, Anti-terrorism, Demining and Related Programs",
    Account.PKO: "Peacekeeping Operations",
    Account.ESF: "Economic Support Fund",
    Account.NSIP: "National Security Investment Programs",
    Account.AEECA: "Assistance for Europe, Eurasia and Central Asia",
    Account.OPERATION_AND_MAINTENANCE: "Operation and Maintenance, Defense-Wide",
    Account.DIPLOMATIC_PROGRAMS: "Diplomatic Programs",
    Account.CREDIT_SALES: "military financing under section 23 of the Arms Export Control Act",
    Account.TITLE_III: "bilateral economic assistance (title III)",
    Account.TITLE_IV: "international security assistance (title IV)",
    Account.TITLES_III_TO_VI: "all assistance (titles III to VI)",
    Account.ALL: "all funds of the act",
}

_PACKAGE = re.compile(
    r"https://www\.govinfo\.gov/content/pkg/BILLS-(\d+)(hr|s|hjres|sjres)(\d+)([a-z]+)/(?:xml|html)/[^/]+\.(?:xml|htm)"
)


class Printed(msgspec.Struct, frozen=True):
    """Which printed version of which measure an address is of: `119-hr-7148`, `enr`."""

    bill: str
    version: str


def printed(url: str) -> Printed | None:
    """What the publisher's address of a text says it is of; None for any other address."""
    found = _PACKAGE.fullmatch(url)
    return Printed(f"{found[1]}-{found[2]}-{found[3]}", found[4]) if found else None


class Milestone(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened to a measure, with the documents that say so.

    `text` is the address of the printed text, which makes it a column of the ladder; `division` is where the measure
    stands in it. An act that only continues an earlier one names that one's key in `continues`. `until` is the last
    day of a continuing resolution, where it is held.
    """

    kind: MilestoneKind
    on: PublishedOn
    bill: str
    says: str
    sources: tuple[Basis, ...]
    law: str | None = None
    report: str | None = None
    division: str | None = None
    vote: str | None = None
    text: str | None = None
    continues: str | None = None
    until: date | None = None

    @property
    def is_step(self) -> bool:
        return self.text is not None and self.kind in STEPS


class Measure(Reviewed, frozen=True, kw_only=True):
    """A fiscal year's bill of one subcommittee. `key` is `2026-nsrp`; milestones stand in their order."""

    key: str
    fiscal_year: int
    subcommittee: Subcommittee
    title: str
    names: tuple[str, ...]
    stands: str
    in_force: str
    milestones: tuple[Milestone, ...]

    @property
    def path(self) -> str:
        return f"/appropriations/{self.key}"

    @property
    def name(self) -> str:
        return f"{self.title}, fiscal year {self.fiscal_year}"

    @property
    def steps(self) -> tuple[TextStep, ...]:
        """The ladder's columns that are this measure's own."""
        made = (TextStep(self.key, one.kind) for one in self.milestones if one.is_step)
        return tuple(sorted(made, key=lambda step: STEPS.index(step.kind)))

    def milestone(self, kind: MilestoneKind) -> Milestone | None:
        """The milestone whose text is that step."""
        return next((one for one in self.milestones if one.kind is kind and one.is_step), None)

    @property
    def enacted(self) -> Milestone | None:
        """The act that provides the money, or None while there is none."""
        return next((one for one in self.milestones if one.kind is MilestoneKind.ENACTED), None)

    @property
    def carriers(self) -> tuple[str, ...]:
        """The keys of the bills that carry it, in their order."""
        return tuple(dict.fromkeys(one.bill for one in self.milestones))


class TextStep(msgspec.Struct, frozen=True, order=True):
    """One text of one measure: `2026-nsrp/house-passed`."""

    measure: str
    kind: MilestoneKind

    def __str__(self) -> str:
        return f"{self.measure}/{self.kind}"


class Effect(StrEnum):
    """What a condition does to the money, the strongest first."""

    WITHHELD = "withheld"
    CONDITIONED = "conditioned"
    BARRED = "barred"
    LIMITED = "limited"
    REPORT = "report"
    CONSULTATION = "consultation"
    TERMS = "terms"
    NOTICE = "notice"


class Trigger(StrEnum):
    """What has to happen before the money moves."""

    CERTIFICATION = "certification"
    DETERMINATION = "determination"
    REPORT = "report"
    NOTIFICATION = "notification"
    CONSULTATION = "consultation"
    PLAN = "plan"


class Criteria(StrEnum):
    """Where it stands what is asked for."""

    TEXT = "text"
    STATEMENT = "statement"
    REPORT = "report"
    OTHER_ACT = "other-act"


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """What a condition is in some texts that say the same in the same place.

    `countries` are those that it concerns there, where not all of the condition's do.
    """

    steps: tuple[TextStep, ...]
    section: str
    effect: Effect
    accounts: tuple[Account, ...]
    says: str
    criteria: Criteria
    percent: int | None = None
    dollars: int | None = None
    trigger: Trigger | None = None
    by: str | None = None
    waiver: str | None = None
    countries: tuple[str, ...] = ()


class AidCondition(Reviewed, frozen=True, kw_only=True):
    """A string tied to money for some countries, followed through the texts of one subcommittee."""

    key: str
    title: str
    countries: tuple[str, ...]
    subcommittee: Subcommittee
    terms: tuple[Term, ...]
    absent: tuple[TextStep, ...]

    @property
    def path(self) -> str:
        """Where it stands in full: on the newest ladder that has it."""
        newest = max(step.measure for term in self.terms for step in term.steps)
        return f"/appropriations/{newest}/conditions#{self.key}"

    @property
    def strength(self) -> int:
        """Its place in a list: what withholds money comes first."""
        return min(list(Effect).index(term.effect) for term in self.terms)

    def at(self, step: TextStep, country: str | None = None) -> Term | None:
        """What it is in a text, for one country where asked for one; None where it is not there."""
        for term in self.terms:
            if step in term.steps and (not country or not term.countries or country in term.countries):
                return term
        return None


# --- the ladder -------------------------------------------------------------------------------------


class Fate(StrEnum):
    """What became of a condition from the prior act to a text."""

    ADDED = "added"
    DROPPED = "dropped"
    CHANGED = "changed"
    REWORDED = "reworded"
    MOVED = "moved"
    UNCHANGED = "unchanged"
    ABSENT = "absent"


class Column(msgspec.Struct, frozen=True):
    """One text of the ladder. `stands_in` is the step whose words apply there: another one's where it is continued."""

    step: TextStep
    milestone: Milestone
    stands_in: TextStep
    is_prior: bool = False


class Rung(msgspec.Struct, frozen=True):
    """A condition in one column, against the prior act. `changes` are (what, old, new) in words."""

    column: Column
    fate: Fate
    term: Term | None
    stands_in: TextStep
    changes: tuple[tuple[str, str, str], ...] = ()


def columns(measure: Measure, prior: Measure | None, measures: dict[str, Measure]) -> list[Column]:
    """The texts to lay side by side: the act of the year before, then the measure's own in their order."""
    made: list[Column] = []
    if prior is not None:
        made += [
            _column(step, prior, measures, is_prior=True)
            for step in prior.steps
            if step.kind is MilestoneKind.ENACTED
        ]
    return made + [_column(step, measure, measures) for step in measure.steps]


def _column(
    step: TextStep, measure: Measure, measures: dict[str, Measure], *, is_prior: bool = False
) -> Column:
    milestone = measure.milestone(step.kind)
    assert milestone is not None  # a step is made of its milestone
    continued = measures.get(milestone.continues or "")
    stands_in = TextStep(continued.key, MilestoneKind.ENACTED) if continued else step
    return Column(step, milestone, stands_in, is_prior)


def rungs(condition: AidCondition, laid: Sequence[Column], country: str | None = None) -> list[Rung]:
    """The condition in every column; all but the first are compared with the prior act where there is one."""
    found = [_find(condition, column, country) for column in laid]
    has_prior = bool(laid) and laid[0].is_prior
    before = found[0][0] if has_prior else None
    made: list[Rung] = []
    for column, (term, stands_in) in zip(laid, found, strict=True):
        fate, changes = compare(before if has_prior else term, term)
        made.append(Rung(column, fate, term, stands_in, changes))
    return made


def _find(condition: AidCondition, column: Column, country: str | None) -> tuple[Term | None, TextStep]:
    """An act that continues another may still change a condition by name: its own words come first."""
    own = condition.at(column.step, country)
    return (own, column.step) if own else (condition.at(column.stands_in, country), column.stands_in)


def compare(old: Term | None, new: Term | None) -> tuple[Fate, tuple[tuple[str, str, str], ...]]:
    """What became of a condition, and which of its facts differ."""
    if old is None or new is None:
        return (Fate.ADDED if new else Fate.DROPPED if old else Fate.ABSENT), ()
    changes = tuple(
        (what, before, after)
        for (what, before), (_, after) in zip(_facts(old), _facts(new), strict=True)
        if before != after
    )
    if changes:
        return Fate.CHANGED, changes
    if old.says != new.says:
        return Fate.REWORDED, ()
    if old.section != new.section:
        return Fate.MOVED, (("section", old.section, new.section),)
    return Fate.UNCHANGED, ()


def _facts(term: Term) -> Iterator[tuple[str, str]]:
    """What can be compared, in words; an account's new name is no change of a condition."""
    yield "what it does", EFFECTS[term.effect]
    yield "share", share(term) or "no share named"
    yield "what is needed", TRIGGERS[term.trigger] if term.trigger else "nothing"
    yield "where the criteria stand", CRITERIA[term.criteria]
    yield "waiver", term.waiver or "none"


def share(term: Term) -> str:
    """How much of the money: "30 percent", "$320,000,000" or nothing."""
    if term.percent is not None:
        return f"{term.percent} percent"
    return f"${term.dollars:,}" if term.dollars is not None else ""


EFFECTS = {
    Effect.WITHHELD: "withholds money",
    Effect.CONDITIONED: "makes money depend on a condition",
    Effect.BARRED: "bars money",
    Effect.LIMITED: "limits what money may do",
    Effect.NOTICE: "asks for notice before money is committed",
    Effect.CONSULTATION: "asks for consultation",
    Effect.REPORT: "asks for a report first",
    Effect.TERMS: "sets terms of payment",
}

TRIGGERS = {
    Trigger.CERTIFICATION: "a certification",
    Trigger.DETERMINATION: "a determination",
    Trigger.REPORT: "a report",
    Trigger.NOTIFICATION: "a notification",
    Trigger.CONSULTATION: "a consultation",
    Trigger.PLAN: "a spend plan",
}

CRITERIA = {
    Criteria.TEXT: "in the text itself",
    Criteria.STATEMENT: "in the explanatory statement",
    Criteria.REPORT: "in the committee’s report",
    Criteria.OTHER_ACT: "in another act that it names",
}
