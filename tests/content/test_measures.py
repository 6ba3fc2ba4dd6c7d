"""Appropriations measures and conditions as content: every rule with a file that breaks it, and the ladder."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.content.folder import FILES, load, problems, write
from tracker.content.measures import (
    Column,
    Effect,
    Fate,
    MilestoneKind,
    Printed,
    TextStep,
    columns,
    printed,
    rungs,
)

PACKAGES = "https://www.govinfo.gov/content/pkg"
LAST_YEAR = f"""\
---
title: Foreign aid
names: ["Foreign aid, always"]
stands: The act is law.
in_force: The year has ended.
milestones:
  - kind: enacted
    on: 2025
    bill: 119-hr-1
    says: It becomes law.
    law: 119-1
    division: F
    text: {PACKAGES}/BILLS-119hr1enr/xml/BILLS-119hr1enr.xml
    sources:
      - {{title: Text, url: "https://example.gov/text", date: 2025}}
reviewed_on: 2026-11-22
review_due: 2027-02-22
---
"""
THIS_YEAR = f"""\
---
title: Foreign aid
names: ["Foreign aid, always"]
stands: The House has passed it.
in_force: Nothing is.
milestones:
  - kind: house-reported
    on: 2026-03-01
    bill: 119-hr-2
    says: The committee reports it.
    report: H. Rept. 119-1
    text: {PACKAGES}/BILLS-119hr2rh/html/BILLS-119hr2rh.htm
    sources:
      - {{title: Text, url: "https://example.gov/text", date: 2026-03-01}}
  - kind: house-passed
    on: 2026-04-01
    bill: 119-hr-2
    says: The House passes it.
    vote: 217-209
    text: {PACKAGES}/BILLS-119hr2eh/xml/BILLS-119hr2eh.xml
    sources:
      - {{title: Roll call, url: "https://example.gov/roll", date: 2026-04-01}}
  - kind: continuing
    on: 2026-09-01
    bill: 119-hr-3
    until: 2026-12-11
    says: It goes on.
    sources:
      - {{title: Roll call, url: "https://example.gov/roll", date: 2026-04-01}}
reviewed_on: 2026-11-22
review_due: 2027-02-22
---
"""
CONDITION = """\
---
title: Money withheld
countries: [EGY]
subcommittee: nsrp
terms:
  - in: [2025-nsrp/enacted]
    section: 7041(a)(3)
    effect: withheld
    accounts: [FMF]
    percent: 15
    trigger: certification
    by: Secretary of State
    criteria: statement
    says: A share waits for a certification.
  - in: [2026-nsrp/house-passed]
    section: 7041(a)(4)
    effect: withheld
    accounts: [FMF]
    percent: 30
    trigger: certification
    by: Secretary of State
    waiver: by the President
    criteria: statement
    says: A share waits for a certification.
absent: [2026-nsrp/house-reported]
reviewed_on: 2026-11-22
review_due: 2027-02-22
---
"""
OLD, NEW, CONDITIONS = (
    "appropriations/2025-nsrp.md",
    "appropriations/2026-nsrp.md",
    "conditions/egy-withheld.md",
)
MORE = {OLD: LAST_YEAR, NEW: THIS_YEAR, CONDITIONS: CONDITION}


class Case(NamedTuple):
    """In `file` write `new` for `old`; exactly these problems follow."""

    file: str
    old: str
    new: str
    told: tuple[str, ...]


CASES = {
    "a text below the fields": Case(
        OLD, "2027-02-22\n---\n", "2027-02-22\n---\nMore.\n", (f"{OLD}:19: nothing stands below the front matter here",)
    ),
    "a kind that is none": Case(
        OLD, "kind: enacted", "kind: vetoed",
        (f'{OLD}:7: milestones[0].kind: expected "house-reported" or "house-passed" or "senate-reported" or '
         '"senate-passed" or "agreed" or "enacted" or "continuing" or "supplemental", found "vetoed"',),
    ),
    "no bill": Case(
        OLD, "bill: 119-hr-1\n", "bill: H.R. 1\n",
        (f'{OLD}:9: milestones[0].bill: expected a bill\'s key such as 119-hr-7148, found "H.R. 1"',
         f"{OLD}:13: milestones[0].text: is of 119-hr-1, and the milestone of "),
    ),
    "a text of another bill": Case(
        OLD, "bill: 119-hr-1\n", "bill: 119-s-1\n",
        (f"{OLD}:13: milestones[0].text: is of 119-hr-1, and the milestone of 119-s-1",),
    ),
    "a text that is no printed text": Case(
        NEW, "BILLS-119hr2rh/html/BILLS-119hr2rh.htm", "elsewhere",
        (f'{NEW}:12: milestones[0].text: expected the address of a printed text at govinfo.gov, found '
         f'"{PACKAGES}/elsewhere"',),
    ),
    "a text with no column": Case(
        NEW, "kind: house-reported", "kind: continuing",
        (f'{NEW}:12: milestones[0].text: a milestone that is "continuing" has no column: name its text as a source',),
    ),
    "two texts of one step": Case(
        NEW, "kind: house-reported", "kind: house-passed",
        (f'{NEW}:6: milestones: "house-passed" has two texts; a column has one',),
    ),
    "out of order": Case(
        NEW, "on: 2026-03-01\n    bill", "on: 2026-05\n    bill",
        (f"{NEW}:6: milestones: must stand in the order of their dates",),
    ),
    "no vote": Case(
        NEW, "vote: 217-209", "vote: most",
        (f'{NEW}:19: milestones[1].vote: expected votes for and against such as 217-214, found "most"',),
    ),
    "a last day that is none": Case(
        NEW, "until: 2026-12-11", "until: 2026-12-32",
        (f'{NEW}:26: milestones[2].until: expected a date such as 2026-11-22, found "2026-12-32"',),
    ),
    "a last day of what has none": Case(
        NEW, "    vote: 217-209\n", "    vote: 217-209\n    until: 2026-12-11\n",
        (f"{NEW}:20: milestones[1].until: is the last day of a continuing resolution, and this is none",),
    ),
    "an act continued that is not there": Case(
        NEW, "    vote: 217-209\n", "    vote: 217-209\n    continues: 2020-nsrp\n",
        (f"{NEW}:1: milestones: there is no measure 2020-nsrp to continue",),
    ),
    "a country that is none": Case(
        CONDITIONS, "[EGY]", "[EGX]", (f"{CONDITIONS}:3: countries: the vocabulary has no country:EGX",)
    ),
    "a text that is none": Case(
        CONDITIONS, "absent: [2026-nsrp/house-reported]", "absent: [2026-nsrp/house-reported, 2026-nsrp/enacted]",
        (f"{CONDITIONS}:1: there is no text 2026-nsrp/enacted",),
    ),
    "a text forgotten": Case(
        CONDITIONS, "absent: [2026-nsrp/house-reported]\n", "",
        (f"{CONDITIONS}:1: 2026-nsrp/house-reported is neither in `terms` nor in `absent`",),
    ),
    "a text in both": Case(
        CONDITIONS, "absent: [2026", "absent: [2026-nsrp/house-passed, 2026",
        (f"{CONDITIONS}:1: absent: 2026-nsrp/house-passed is named in `terms` as well",),
    ),
    "a text said twice": Case(
        CONDITIONS, "in: [2026-nsrp/house-passed]", "in: [2026-nsrp/house-passed, 2025-nsrp/enacted]",
        (f"{CONDITIONS}:1: terms: 2025-nsrp/enacted says two things of EGY",),
    ),
    "a step misspelled": Case(
        CONDITIONS, "in: [2026-nsrp/house-passed]", "in: [2026-nsrp/passed]",
        (f'{CONDITIONS}:15: terms[1].in: expected a text such as 2026-nsrp/house-passed, found "2026-nsrp/passed"',),
    ),
    "withheld, and no share": Case(
        CONDITIONS, "    percent: 15\n", "",
        (f'{CONDITIONS}:8: terms[0].effect: what is "withheld" needs `percent` or `dollars`',),
    ),
    "more than all": Case(
        CONDITIONS, "percent: 15", "percent: 101",
        (f'{CONDITIONS}:8: terms[0].effect: what is "withheld" needs `percent` or `dollars`',
         f'{CONDITIONS}:10: terms[0].percent: expected a percentage from 1 to 100, found "101"'),
    ),
    "an account that is none": Case(
        CONDITIONS, "accounts: [FMF]\n    percent: 15", "accounts: [XMF]\n    percent: 15",
        (f"{CONDITIONS}:9: accounts: expected one of FMF, IMET, INCLE, NADR, PKO, ESF, NSIP, AEECA, "
         'O&M Defense-Wide, Diplomatic Programs, AECA 23, title III, title IV, titles III-VI, all, found "XMF"',),
    ),
    "a trigger and nobody": Case(
        CONDITIONS, "    by: Secretary of State\n    criteria", "    criteria",
        (f"{CONDITIONS}:6: terms[0].by: goes with `trigger`: who has to do it",),
    ),
    "no section": Case(
        CONDITIONS, "section: 7041(a)(3)", "section: paragraph 3",
        (f'{CONDITIONS}:7: terms[0].section: expected a section such as 7041(a)(3), found "paragraph 3"',),
    ),
    "two sentences": Case(
        CONDITIONS, "certification.\n  - in", "certification. It waits.\n  - in",
        (f'{CONDITIONS}:14: terms[0].says: expected one sentence; another begins after "certification."',),
    ),
    "a country of a term that the condition does not have": Case(
        CONDITIONS, "    percent: 15\n", "    percent: 15\n    countries: [ISR]\n",
        (f"{CONDITIONS}:11: countries: the vocabulary has no country:ISR",),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_wrong_is_told_with_its_place(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    text = MORE[case.file]
    assert text.count(case.old) == 1, "the case no longer fits the file"
    write(tmp_path, FILES | MORE | {case.file: text.replace(case.old, case.new)})
    assert problems(tmp_path) == list(case.told)


def test_names_are_checked(tmp_path: Path) -> None:
    write(tmp_path, FILES | MORE | {"appropriations/nsrp.md": LAST_YEAR})
    assert problems(tmp_path) == [
        "appropriations/nsrp.md:1: the file's name must be a fiscal year and a subcommittee, such as 2026-nsrp.md"
    ]


def test_a_measure_becomes_a_value(tmp_path: Path) -> None:
    content = load(write(tmp_path, FILES | MORE))
    one = content.measures["2026-nsrp"]
    assert (one.fiscal_year, one.subcommittee, one.path) == (2026, "nsrp", "/appropriations/2026-nsrp")
    assert [str(step) for step in one.steps] == ["2026-nsrp/house-reported", "2026-nsrp/house-passed"]
    passed = one.milestone(MilestoneKind.HOUSE_PASSED)
    assert passed is not None
    assert (passed.vote, passed.until) == ("217-209", None)
    assert one.milestones[-1].until == date(2026, 12, 11)
    assert one.enacted is None
    assert one.carriers == ("119-hr-2", "119-hr-3")
    assert [review.path for review in content.reviews_due(one.review_due)][:2] == [
        "/appropriations/2025-nsrp", "/appropriations/2026-nsrp",
    ]  # fmt: skip
    (condition,) = content.conditions
    assert condition.path == "/appropriations/2026-nsrp/conditions#egy-withheld"
    assert condition.terms[1].effect is Effect.WITHHELD


def laid(tmp_path: Path) -> tuple[list[Column], list[tuple[Fate, tuple[tuple[str, str, str], ...]]]]:
    content = load(write(tmp_path, FILES | MORE))
    measures = dict(content.measures)
    side_by_side = columns(measures["2026-nsrp"], measures["2025-nsrp"], measures)
    found = rungs(content.conditions[0], side_by_side, "EGY")
    return side_by_side, [(rung.fate, rung.changes) for rung in found]


def test_a_condition_is_laid_beside_the_prior_act(tmp_path: Path) -> None:
    side_by_side, fates = laid(tmp_path)
    assert [(str(one.step), one.is_prior) for one in side_by_side] == [
        ("2025-nsrp/enacted", True), ("2026-nsrp/house-reported", False), ("2026-nsrp/house-passed", False),
    ]  # fmt: skip
    assert fates == [
        (Fate.UNCHANGED, ()),
        (Fate.DROPPED, ()),
        (Fate.CHANGED, (("share", "15 percent", "30 percent"), ("waiver", "none", "by the President"))),
    ]


@pytest.mark.parametrize(
    ("url", "text"),
    [
        (f"{PACKAGES}/BILLS-118hr2882enr/xml/BILLS-118hr2882enr.xml", Printed("118-hr-2882", "enr")),
        (f"{PACKAGES}/BILLS-118s4797rs/html/BILLS-118s4797rs.htm", Printed("118-s-4797", "rs")),
        (f"{PACKAGES}/PLAW-119publ75/uslm/PLAW-119publ75.xml", None),
        ("https://example.gov/", None),
    ],
)
def test_an_address_says_what_text_it_is_of(url: str, text: Printed | None) -> None:
    assert printed(url) == text


def test_texts_sort_by_measure() -> None:
    assert str(TextStep("2026-nsrp", MilestoneKind.ENACTED)) == "2026-nsrp/enacted"
