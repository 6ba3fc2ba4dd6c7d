"""Our conditions against the printed texts: a table made by hand, and every text of the mirror."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from scrapers.records import Section
from scrapers.source import Document
from scrapers.sources import govinfo_bill_text
from tests.conftest import NOW
from tests.mirror import mirror_root
from tracker.config import PROJECT
from tracker.content import Content, load_content
from tracker.content.measures import (
    ACCOUNT_NAMES,
    Account,
    AidCondition,
    Criteria,
    Effect,
    Fate,
    Measure,
    MilestoneKind,
    Term,
    TextStep,
    columns,
    rungs,
)
from tracker.linking.vocabulary import load_vocabulary
from tracker.provisions.facts import SURE
from tracker.provisions.read import read_provisions


@pytest.fixture(scope="module")
def content() -> Content:
    return load_content(PROJECT / "content", entries=frozenset(load_vocabulary().entries))


def condition(content: Content, key: str) -> AidCondition:
    return next(one for one in content.conditions if one.key == key)


def step(words: str) -> TextStep:
    measure, _, kind = words.partition("/")
    return TextStep(measure, MilestoneKind(kind))


FACTS = [
    ("mex-counternarcotics-withholding", "MEX", "2024-nsrp/enacted", "7045(h)", 15, None),
    ("mex-counternarcotics-withholding", "MEX", "2025-nsrp/senate-reported", "7045(f)", 15, None),
    ("mex-counternarcotics-withholding", "MEX", "2026-nsrp/enacted", "7045(h)(2)", 30, None),
    ("mex-counternarcotics-withholding", "MEX", "2027-nsrp/house-reported", "7045(h)(3)", 30, None),
    ("mex-counternarcotics-withholding", "MEX", "2027-nsrp/house-passed", "7045(h)(3)", 50, None),
    ("egy-fmf-withholding", "EGY", "2024-nsrp/enacted", "7041(a)(3)", None, 320_000_000),
    ("egy-fmf-withholding", "EGY", "2026-nsrp/enacted", "7041(a)(4)", None, 320_000_000),
    ("central-america-withholding", "SLV", "2024-nsrp/enacted", "7045(b)(2)(A)", 60, None),
    ("central-america-withholding", "GTM", "2025-nsrp/house-passed", "7045(b)(2)(A)", 80, None),
    ("central-america-withholding", "SLV", "2026-nsrp/enacted", "7045(b)(2)(A)", 50, None),
    ("central-america-withholding", "GTM", "2026-nsrp/enacted", "7045(b)(2)(A)", 50, None),
    ("central-america-withholding", "HND", "2026-nsrp/enacted", "7045(b)(2)(A)", 50, None),
    ("central-america-fmf-bar", "HND", "2026-nsrp/enacted", "7045(b)(2)(C)", None, None),
    ("col-counternarcotics-withholding", "COL", "2024-nsrp/enacted", "7045(c)(3)(A)", 20, None),
    ("col-counternarcotics-withholding", "COL", "2026-nsrp/enacted", "7045(c)(2)(A)", 25, None),
    ("col-human-rights-withholding", "COL", "2026-nsrp/enacted", "7045(c)(2)(B)", 20, None),
    ("hti-armed-forces", "HTI", "2026-nsrp/enacted", "7045(g)(2)", None, 5_000_000),
    ("nga-certification", "NGA", "2026-nsrp/enacted", "7042(e)(1)", 50, None),
    ("nga-certification", "NGA", "2027-nsrp/house-passed", "7042(b)(1)", 100, None),
    ("twn-security-cooperation-notice", "TWN", "2026-defense/enacted", "8143", None, 1_000_000_000),
    ("lbn-army-vetting", "LBN", "2026-defense/enacted", "8034", None, 50_000_000),
    ("jor-border-security-notice", "JOR", "2026-defense/enacted", "8109", None, 267_298_000),
]


@pytest.mark.parametrize(("key", "code", "where", "section", "percent", "dollars"), FACTS)
def test_what_the_texts_say(
    content: Content, key: str, code: str, where: str, section: str, percent: int | None, dollars: int | None
) -> None:
    term = condition(content, key).at(step(where), code)
    assert term is not None
    assert (term.section, term.percent, term.dollars) == (section, percent, dollars)


ABSENT = [
    ("egy-fmf-withholding", "2026-nsrp/house-reported"),
    ("egy-fmf-withholding", "2027-nsrp/house-passed"),
    ("central-america-withholding", "2027-nsrp/house-passed"),
    ("central-america-fmf-bar", "2026-nsrp/house-reported"),
    ("col-human-rights-withholding", "2027-nsrp/house-passed"),
    ("mex-water", "2024-nsrp/enacted"),
]


@pytest.mark.parametrize(("key", "where"), ABSENT)
def test_what_the_texts_do_not_say(content: Content, key: str, where: str) -> None:
    assert condition(content, key).at(step(where)) is None


FATES = [
    ("mex-counternarcotics-withholding", "MEX", Fate.CHANGED, ("share", "15 percent", "30 percent")),
    ("egy-fmf-withholding", "EGY", Fate.MOVED, ("section", "7041(a)(3)", "7041(a)(4)")),
    ("central-america-withholding", "HND", Fate.CHANGED, ("share", "60 percent", "50 percent")),
    ("col-counternarcotics-withholding", "COL", Fate.CHANGED, ("share", "20 percent", "25 percent")),
    ("hti-elections-certification", "HTI", Fate.DROPPED, None),
    ("mex-water", "MEX", Fate.ADDED, None),
    ("notification-list", "PHL", Fate.DROPPED, None),
    ("notification-list", "NGA", Fate.ADDED, None),
    ("notification-list", "EGY", Fate.UNCHANGED, None),
]


@pytest.mark.parametrize(("key", "code", "fate", "change"), FATES)
def test_what_the_act_for_2026_did(
    content: Content, key: str, code: str, fate: Fate, change: tuple[str, str, str] | None
) -> None:
    measures = dict(content.measures)
    laid = columns(measures["2026-nsrp"], measures["2025-nsrp"], measures)
    last = rungs(condition(content, key), laid, code)[-1]
    assert last.fate is fate
    assert change is None or change in last.changes


def test_an_act_that_continues_another_changes_what_it_names(content: Content) -> None:
    measures = dict(content.measures)
    laid = columns(measures["2025-nsrp"], measures["2024-nsrp"], measures)
    elections = rungs(condition(content, "hti-elections-certification"), laid, "HTI")
    assert [rung.fate for rung in elections] == [
        Fate.UNCHANGED, Fate.UNCHANGED, Fate.UNCHANGED, Fate.DROPPED, Fate.REWORDED,
    ]  # fmt: skip
    assert rungs(condition(content, "egy-fmf-withholding"), laid, "EGY")[-1].fate is Fate.UNCHANGED


# --- every text -------------------------------------------------------------------------------------


@cache
def sections_of(url: str) -> tuple[Section, ...]:
    body = (mirror_root() / url.removeprefix("https://")).read_bytes()
    kind = "text/html" if url.endswith(".htm") else "application/xml"
    (text,) = govinfo_bill_text.parse(Document(url, body, kind, NOW, "0" * 64))
    return text.sections


def words_at(measure: Measure, kind: MilestoneKind, section: str) -> str:
    """The words of a section or subdivision in a measure's text, which must have it."""
    milestone = measure.milestone(kind)
    assert milestone is not None
    assert milestone.text is not None
    number, bracket, rest = section.partition("(")
    for one in sections_of(milestone.text):
        division = next((above.number for above in one.steps if above.level == "division"), None)
        if one.number == number and division == milestone.division:
            if not bracket:
                return one.text
            part = next((part for part in one.parts if part.label == bracket + rest), None)
            assert part is not None, (milestone.text, section)
            return one.text[part.start : part.end]
    raise AssertionError((milestone.text, section))


_NAMES = {
    "EGY": "Egypt", "ISR": "Israel", "JOR": "Jordan", "LBN": "Leban", "COL": "Colombia", "SLV": "El Salvador",
    "GTM": "Guatemala", "HND": "Honduras", "HTI": "Hait", "MEX": "Mexic", "PHL": "Philippines", "UKR": "Ukrain",
    "TWN": "Taiwan", "IRQ": "Iraq", "NGA": "Nigeria", "SSD": "South Sudan", "SYR": "Syria", "SOM": "Somalia",
    "YEM": "Yemen",
}  # fmt: skip
_TRIGGERS = {
    "certification": "certif",
    "report": "report",
    "notification": "notif",
    "consultation": "consult",
    "determination": "determin",
    "plan": "spend plan",
}
ACCOUNTS_NAMED = {Account.FMF, Account.INCLE, Account.PKO, Account.NSIP, Account.ESF, Account.AEECA,
                  Account.OPERATION_AND_MAINTENANCE, Account.DIPLOMATIC_PROGRAMS}  # fmt: skip


@pytest.mark.mirror
def test_every_condition_stands_in_its_section(content: Content) -> None:
    measures, looked_at = content.measures, 0
    for one in content.conditions:
        for term in one.terms:
            for at in term.steps:
                milestone = measures[at.measure].milestone(at.kind)
                assert milestone is not None
                if milestone.continues:
                    continue  # it changes words of the act that it continues; the facts above hold those
                words = words_at(measures[at.measure], at.kind, term.section)
                number, bracket, rest = term.section.partition("(")
                around = words_at(measures[at.measure], at.kind, f"{number}{bracket}{rest.partition('(')[0]}")
                _check(one, term, words, around, at)
                looked_at += 1
    assert looked_at > 200


def _check(one: AidCondition, term: Term, words: str, around: str, at: TextStep) -> None:
    """`around` is the whole subsection, which says of whom and often of what money it speaks."""
    where = (one.key, str(at), term.section)
    if term.criteria is Criteria.OTHER_ACT:
        assert "7046(d)" in words, where
        return
    if term.percent is not None:
        assert f"{term.percent} percent" in words, where
    if term.dollars is not None:
        assert f"${term.dollars:,}" in words, where
    if term.trigger is not None:
        assert _TRIGGERS[term.trigger] in words.lower(), where
    if term.waiver:
        assert "waive" in words, where
    assert ("explanatory statement" in words) == (term.criteria is Criteria.STATEMENT), where
    if term.criteria is Criteria.REPORT:
        assert "report accompanying this Act" in words, where
    if term.effect is Effect.BARRED:
        assert "none of the funds" in words.lower() or "may not be" in words, where
    for account in term.accounts:
        if account in ACCOUNTS_NAMED:
            printed = around.replace("Defense- Wide", "Defense-Wide")  # as H.R. 4016 breaks the word
            assert ACCOUNT_NAMES[account] in printed, (*where, account)
    for code in term.countries or one.countries:
        assert _NAMES[code] in around, (*where, code)


@pytest.mark.mirror
def test_the_notification_list_has_whom_we_say(content: Content) -> None:
    one = condition(content, "notification-list")
    for term in one.terms:
        for at in term.steps:
            words = words_at(content.measures[at.measure], at.kind, term.section)
            listed = {code for code in one.countries if _NAMES[code] in words}
            assert listed == set(term.countries), str(at)


@pytest.mark.mirror
def test_every_document_named_lies_in_the_mirror(content: Content) -> None:
    root = mirror_root()
    feeds = (root / "appropriations.house.gov", root / "www.appropriations.senate.gov")
    said = "".join(path.read_text("utf-8") for feed in feeds for path in feed.rglob("*") if path.is_file())
    for measure in content.measures.values():
        for milestone in measure.milestones:
            for source in milestone.sources:
                path = root / source.url.removeprefix("https://")
                assert path.is_file() or source.url.removeprefix("https") in said or _zipped(path), source.url


def _zipped(path: Path) -> bool:
    """A single bill's status lies in its archive as well."""
    return path.name.startswith("BILLSTATUS-119") and any(path.parent.glob("*.zip"))


# --- what the rules find ----------------------------------------------------------------------------

FOLLOWED = frozenset({
    "EGY", "ISR", "JOR", "LBN", "COL", "SLV", "GTM", "HND", "HTI", "MEX", "PHL", "UKR", "TWN",
    "IRQ", "KEN", "MLI", "NGA", "SOM", "SSD", "SYR", "YEM",
})  # fmt: skip
"""The countries of whose conditions all are described: thirteen by choice, and those with a brief."""

NO_AID_TO_IT = (
    ("ISR", "move the United States embassy", "where our embassy stands"),
    ("ISR", "may be made available for the IAEA", "money for an agency, which falls away if Israel is shut out"),
    ("ISR", "United Nations Human Rights Council", "money for the council"),
    ("ISR", "International Commission of Inquiry", "money for the commission"),
    ("UKR", "affirmative steps intended to support or be supportive of the Russian", "aid to other governments"),
    ("YEM", "revoke the designation of Ansarallah", "who is on a list"),
    ("TWN", "assessed contributions to a specialized agency", "dues to bodies that keep Taiwan out"),
    ("TWN", "display any map that depicts Taiwan", "maps"),
    ("TWN", "Visits and Travel", "how officials may meet"),
    ("HTI", "prioritized for countries with national and local governments", "which countries come first; Haiti "
     "stands in the sentence before"),
)  # fmt: skip
"""Conditions that name a country and tie no string to aid for it: words of theirs, and what they are about."""


@pytest.mark.mirror
@pytest.mark.parametrize("kind", [MilestoneKind.ENACTED, None])
def test_every_condition_that_the_rules_are_sure_of_is_told(
    content: Content, kind: MilestoneKind | None
) -> None:
    """In the acts, and in every other text of the ladder: each stands in `conditions/`, or is no string on aid."""
    assert set(content.briefs) <= FOLLOWED
    missing, seen, passed_over = [], 0, set()
    for measure in content.measures.values():
        for milestone in measure.milestones:
            if milestone.text is None or (milestone.kind is MilestoneKind.ENACTED) != (kind is not None):
                continue
            own = tuple(
                one for one in sections_of(milestone.text)
                if milestone.division in (None, next((s.number for s in one.steps if s.level == "division"), None))
            )  # fmt: skip
            for provision in read_provisions(own):
                for found in provision.conditions:
                    if found.certainty < SURE or found.is_quoted:
                        continue
                    place = f"{provision.section.number or ''}{found.label}"
                    for code in FOLLOWED & set(found.countries):
                        words = provision.section.text[found.start : found.end]
                        seen += 1
                        other = next(
                            (n for n, (c, w, _) in enumerate(NO_AID_TO_IT) if c == code and w in words), None
                        )
                        if other is not None:
                            passed_over.add(other)
                        elif not _told(content, measure, TextStep(measure.key, milestone.kind), code, place):
                            missing.append((measure.key, str(milestone.kind), code, place, words[:120]))
    assert missing == []
    assert seen > (60 if kind else 150)
    assert kind is not None or len(passed_over) == len(NO_AID_TO_IT)


def _told(content: Content, measure: Measure, at: TextStep, code: str, place: str) -> bool:
    """A condition on that country stands at the place, within it, or around it."""
    return any(
        f"{place}(".startswith(f"{term.section}(") or f"{term.section}(".startswith(f"{place}(")
        for one in content.conditions
        if one.subcommittee is measure.subcommittee and code in one.countries
        for term in one.terms
        if at in term.steps and code in (term.countries or one.countries)
    )
