"""The forms of `appropriations/` and `conditions/`: what each file must hold, and the value it becomes. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from scrapers.records import BillType
from tracker.content.fields import Fields
from tracker.content.forms import File, Made, check_name, checked_basis, review
from tracker.content.measures import (
    STEPS,
    Account,
    AidCondition,
    Criteria,
    Effect,
    Measure,
    Milestone,
    MilestoneKind,
    Subcommittee,
    Term,
    TextStep,
    Trigger,
    printed,
)
from tracker.content.problems import Problem
from tracker.content.sourcing import PublishedOn

_KEY = re.compile(rf"(20\d\d)-({'|'.join(Subcommittee)})")
_BILL = re.compile(rf"[1-9]\d{{0,2}}-(?:{'|'.join(BillType)})-[1-9]\d{{0,4}}", re.ASCII)
_LAW = re.compile(r"[1-9]\d{2}-[1-9]\d{0,2}")
_DIVISION = re.compile(r"[A-Z]{1,2}")
_VOTE = re.compile(r"[1-9]\d{0,2}-\d{1,3}")
_SECTION = re.compile(r"[1-9]\d{2,4}(?:\([A-Za-z0-9]+\))*")
_STEP = re.compile(rf"(20\d\d-(?:{'|'.join(Subcommittee)}))/({'|'.join(STEPS)})")
_CODE = re.compile(r"[A-Z]{3}")
_DOLLARS = re.compile(r"[1-9]\d{0,14}")


def measure(file: File) -> Made:
    """`appropriations/2026-nsrp.md`."""
    check_name(file, _KEY, "a fiscal year and a subcommittee, such as 2026-nsrp.md")
    fields = file.fields
    named = _KEY.fullmatch(file.name)
    milestones = tuple(_milestone(each, file) for each in fields.tables("milestones"))
    _check_milestones(file, milestones)
    _check_no_text(file)
    made = Measure(
        key=file.name,
        fiscal_year=int(named[1]) if named else 0,
        subcommittee=Subcommittee(named[2]) if named else Subcommittee.NSRP,
        title=fields.text("title"),
        names=tuple(stated.text for stated in fields.texts("names")),
        stands=fields.sentence("stands"),
        in_force=fields.sentence("in_force"),
        milestones=milestones,
        **review(file),
    )
    return made, ()


def condition(file: File) -> Made:
    """`conditions/egy-fmf-withholding.md`."""
    fields = file.fields
    countries = _countries(fields, file)
    terms = tuple(_term(each, file, countries) for each in fields.tables("terms"))
    absent = _steps(fields, "absent", may_be_empty=True)
    _check_no_text(file)
    made = AidCondition(
        key=file.name,
        title=fields.text("title"),
        countries=countries,
        subcommittee=fields.choice("subcommittee", Subcommittee),
        terms=terms,
        absent=absent,
        **review(file),
    )
    return made, ()


# --- measures ---------------------------------------------------------------------------------------


def _milestone(fields: Fields, file: File) -> Milestone:
    made = Milestone(
        kind=fields.choice("kind", MilestoneKind),
        on=fields.published("on", not_after=file.known.today),
        bill=_formed(fields, "bill", _BILL, "a bill's key such as 119-hr-7148") or "",
        says=fields.sentence("says"),
        sources=tuple(checked_basis(each, file.known) for each in fields.tables("sources")),
        law=_formed(fields, "law", _LAW, "a public law's number such as 119-75", is_needed=False),
        report=fields.optional_text("report"),
        division=_formed(fields, "division", _DIVISION, "a division's letter", is_needed=False),
        vote=_formed(fields, "vote", _VOTE, "votes for and against such as 217-214", is_needed=False),
        text=fields.optional_text("text"),
        continues=_formed(fields, "continues", _KEY, "a measure's key such as 2024-nsrp", is_needed=False),
        until=fields.optional_day("until"),
    )
    fields.finish()
    if made.until is not None and made.kind is not MilestoneKind.CONTINUING:
        fields.problem("until", "is the last day of a continuing resolution, and this is none")
    if made.text is not None:
        found = printed(made.text)
        if made.kind not in STEPS:
            fields.problem(
                "text", f'a milestone that is "{made.kind}" has no column: name its text as a source'
            )
        elif found is None:
            fields.problem(
                "text", f'expected the address of a printed text at govinfo.gov, found "{made.text}"'
            )
        elif found.bill != made.bill:
            fields.problem("text", f"is of {found.bill}, and the milestone of {made.bill}")
    return made


def _check_milestones(file: File, milestones: Sequence[Milestone]) -> None:
    steps = [one.kind for one in milestones if one.is_step]
    for kind in STEPS:
        if steps.count(kind) > 1:
            file.fields.problem("milestones", f'"{kind}" has two texts; a column has one')
    if any(_is_later(one.on, following.on) for one, following in pairwise(milestones)):
        file.fields.problem("milestones", "must stand in the order of their dates")


def _is_later(one: PublishedOn, other: PublishedOn) -> bool:
    """As far as both are known: a year alone is not before its months."""
    parts = [(one.year, other.year), (one.month, other.month), (one.day, other.day)]
    known = [(mine, theirs) for mine, theirs in parts if mine is not None and theirs is not None]
    return [mine for mine, _ in known] > [theirs for _, theirs in known]


# --- conditions -------------------------------------------------------------------------------------


def _countries(fields: Fields, file: File, among: Sequence[str] = ()) -> tuple[str, ...]:
    """Countries by their three letters; `among` are those that a term may name."""
    found = fields.texts("countries", may_be_empty=bool(among))
    for line, code in found:
        entries = file.known.entries
        if not _CODE.fullmatch(code):
            file.report.add(line, f'expected three capital letters such as EGY, found "{code}"', "countries")
        elif entries is not None and f"country:{code}" not in entries:
            file.report.add(line, f"the vocabulary has no country:{code}", "countries")
        elif among and code not in among:
            file.report.add(line, f"{code} is not one of the condition's countries", "countries")
    return tuple(stated.text for stated in found)


def _term(fields: Fields, file: File, countries: tuple[str, ...]) -> Term:
    percent = _formed(
        fields, "percent", re.compile(r"[1-9]\d?|100"), "a percentage from 1 to 100", is_needed=False
    )
    dollars = _formed(fields, "dollars", _DOLLARS, "whole dollars without commas", is_needed=False)
    has_trigger = fields.optional_text("trigger") is not None
    made = Term(
        steps=_steps(fields, "in"),
        section=_formed(fields, "section", _SECTION, "a section such as 7041(a)(3)") or "",
        effect=fields.choice("effect", Effect),
        accounts=_accounts(fields, file),
        says=fields.sentence("says"),
        criteria=fields.choice("criteria", Criteria),
        percent=int(percent) if percent else None,
        dollars=int(dollars) if dollars else None,
        trigger=fields.choice("trigger", Trigger) if has_trigger else None,
        by=fields.optional_text("by"),
        waiver=fields.optional_text("waiver"),
        countries=_countries(fields, file, countries),
    )
    fields.finish()
    if made.effect is Effect.WITHHELD and made.percent is None and made.dollars is None:
        fields.problem("effect", 'what is "withheld" needs `percent` or `dollars`')
    if (made.by is None) != (made.trigger is None):
        fields.problem("by", "goes with `trigger`: who has to do it")
    return made


def _accounts(fields: Fields, file: File) -> tuple[Account, ...]:
    known = {account.value: account for account in Account}
    made = []
    for line, name in fields.texts("accounts"):
        if name in known:
            made.append(known[name])
        else:
            file.report.add(line, f'expected one of {", ".join(known)}, found "{name}"', "accounts")
    return tuple(made)


def _steps(fields: Fields, name: str, *, may_be_empty: bool = False) -> tuple[TextStep, ...]:
    made = []
    for _, words in fields.texts(name, may_be_empty=may_be_empty):
        found = _STEP.fullmatch(words)
        if found:
            made.append(TextStep(found[1], MilestoneKind(found[2])))
        else:
            fields.problem(name, f'expected a text such as 2026-nsrp/house-passed, found "{words}"')
    return tuple(made)


# --- what both hold ---------------------------------------------------------------------------------


def _formed(
    fields: Fields, name: str, form: re.Pattern[str], example: str, *, is_needed: bool = True
) -> str | None:
    words = fields.text(name) if is_needed else fields.optional_text(name)
    if words and not form.fullmatch(words):
        fields.problem(name, f'expected {example}, found "{words}"')
        return None
    return words


def _check_no_text(file: File) -> None:
    """All of it stands in the fields, where it can be compared."""
    if file.parts.body.strip():
        file.report.add(file.parts.body_line, "nothing stands below the front matter here")


# --- one against the other --------------------------------------------------------------------------


def cross_problems(measures: Mapping[str, Measure], conditions: Sequence[AidCondition]) -> Iterator[Problem]:
    """What is only wrong when all files are seen: acts continued that are not there, texts not accounted for."""
    for key, one in measures.items():
        for milestone in one.milestones:
            if milestone.continues and milestone.continues not in measures:
                file = f"appropriations/{key}.md"
                yield Problem(file, 1, "milestones", f"there is no measure {milestone.continues} to continue")
    for condition_ in conditions:
        yield from _unaccounted(condition_, measures)


def _unaccounted(one: AidCondition, measures: Mapping[str, Measure]) -> Iterator[Problem]:
    """Every text of the subcommittee is in exactly one place: so nothing is dropped by being forgotten."""
    file = f"conditions/{one.key}.md"
    own = [measure for measure in measures.values() if measure.subcommittee is one.subcommittee]
    known = {step for measure in own for step in measure.steps}
    said = {step for term in one.terms for step in term.steps}
    for step in sorted((said | set(one.absent)) - known):
        yield Problem(file, 1, "", f"there is no text {step}")
    for step in sorted(said & set(one.absent)):
        yield Problem(file, 1, "absent", f"{step} is named in `terms` as well")
    for step in sorted(known - said - set(one.absent)):
        measure = measures[step.measure]
        milestone = measure.milestone(step.kind)
        if milestone is None or milestone.continues is None:
            yield Problem(file, 1, "", f"{step} is neither in `terms` nor in `absent`")
    for step in sorted(said):
        for code in one.countries:
            count = sum(
                step in term.steps and code in (term.countries or one.countries) for term in one.terms
            )
            if count > 1:
                yield Problem(file, 1, "terms", f"{step} says two things of {code}")
