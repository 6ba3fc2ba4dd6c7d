"""Every rule of every kind of file, each with a file that breaks it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from tests.content.folder import FILES, WORDS, problems, write

RECOMMENDATION, PROMISE, BILL, BRIEF, PAGE, REPORT = FILES


class Case(NamedTuple):
    """In `file` write `new` for `old`; exactly these problems follow, without the file's name."""

    file: str
    old: str
    new: str
    told: tuple[str, ...]


CASES = {
    # fields
    "a field is missing": Case(PROMISE, "asks: Help.\n", "", ("2: asks: is missing",)),
    "a field is none": Case(
        PAGE,
        "title: About\n",
        "title: About\nauthor: Somebody\n",
        ("3: author: there is no such field; there are: review_due, reviewed_on, title",),
    ),
    "a field in a list is none": Case(
        BILL, "by: the editors\n", "by: the editors\n    because: so\n",
        ("10: judgements[0].because: there is no such field; there are: by, on, reason, target, verdict",),
    ),
    "words where a list belongs": Case(PROMISE, "[Department of State]", "State", ("7: of: expected a list",)),
    "a list where words belong": Case(
        PROMISE, "asks: Help.", "asks: [Help.]", ("6: asks: expected words, found a list or fields",)
    ),
    "words where fields belong": Case(
        PROMISE, "  phrases: [partner capacity]", "  words",
        ("9: signals: expected fields, each as `name: value`",),
    ),
    "an empty list": Case(PROMISE, "[They can.]", "[]", ("8: indicators: is empty",)),
    "an empty entry": Case(PROMISE, "[They can.]", '[They can., ""]', ("8: indicators[1]: is empty",)),
    "an entry twice": Case(
        RECOMMENDATION, '"gross violations"', '"Vetting"',
        ('15: signals.phrases[1]: "Vetting" is there twice',),
    ),
    "a reference in a field": Case(
        BRIEF, "It gets much.", "It gets much.[^act]",
        ("3: lead: references to sources ([^…]) belong in the text below",),
    ),
    "no address": Case(
        BILL, "https://example.gov/text.xml", "http://example.gov/text.xml",
        ('4: rests_on[0].url: expected an address that begins with https://, found "http://example.gov/text.xml"',),
    ),
    "not a whole date": Case(
        PAGE, "reviewed_on: 2026-11-22", "reviewed_on: 2026-11",
        ('3: reviewed_on: expected a date such as 2026-11-22, found "2026-11"',),
    ),
    "no such day": Case(
        PAGE, "reviewed_on: 2026-11-22", "reviewed_on: 2026-02-30",
        ('3: reviewed_on: expected a date such as 2026-11-22, found "2026-02-30"',),
    ),
    "no such month": Case(
        BRIEF, "date: 2026-02,", "date: 2026-13,",
        ('8: sources[1].date: expected a date such as 2013-04-05, 2013-04 or 2013, found "2026-13"',),
    ),
    # dates
    "reviewed in the future": Case(
        PAGE, "reviewed_on: 2026-11-22", "reviewed_on: 2026-11-23",
        ("3: reviewed_on: lies in the future: today is 2026-11-22",),
    ),
    "due before it was reviewed": Case(
        PAGE, "review_due: 2027-05-22", "review_due: 2026-11-22",
        ("4: review_due: must come after reviewed_on, 2026-11-22",),
    ),
    "judged in the future": Case(
        BILL, "on: 2026-11-22\n    by", "on: 2027-01-01\n    by",
        ("8: judgements[0].on: lies in the future: today is 2026-11-22",),
    ),
    "a source from the future": Case(
        BRIEF, "date: 2016-04-12", "date: 2026-12-01",
        ("7: sources[0].date: lies in the future: today is 2026-11-22",),
    ),
    # recommendations and promises
    "a promise among recommendations": Case(
        RECOMMENDATION, "kind: recommendation", "kind: goal",
        ('4: kind: expected "recommendation" in this folder',),
    ),
    "a kind that is none": Case(
        PROMISE, "kind: goal", "kind: hope",
        (
            '4: kind: expected "goal", as the file is named',
            '4: kind: expected "recommendation" or "goal" or "guideline", found "hope"',
        ),
    ),
    "a promise of another kind than its name": Case(
        PROMISE, "kind: goal", "kind: guideline", ('4: kind: expected "goal", as the file is named',)
    ),
    "a promise of another number than its name": Case(
        PROMISE, "number: 1", "number: 2", ("3: number: expected 1, as the file is named",)
    ),
    "no number": Case(
        RECOMMENDATION, "number: 1", "number: one", ('3: number: expected a number from 1, found "one"',)
    ),
    "parts of a promise": Case(
        PROMISE, "number: 1", "number: 1\nparts: []",
        ("4: parts: there is no such field; there are: asks, indicators, kind, number, of, review_due, "
         "reviewed_on, signals, source, title",),
    ),
    "a part twice": Case(RECOMMENDATION, "key: second", "key: first", ('10: parts: "first" is there twice',)),
    "a part's key is no key": Case(
        RECOMMENDATION, "key: second", "key: The Second",
        ('10: parts[1].key: expected small letters, digits and single hyphens, found "The Second"',),
    ),
    "more than it asks in one sentence": Case(
        PROMISE, "asks: Help.", "asks: Help. And go.",
        ('6: asks: expected one sentence; another begins after "Help."',),
    ),
    "no entry of the vocabulary": Case(
        RECOMMENDATION, "[authority:leahy-law]", "[authority:lahey-law]",
        ("14: signals.entries: the vocabulary has no authority:lahey-law",),
    ),
    "no entry at all": Case(
        RECOMMENDATION, "[authority:leahy-law]", "[the Leahy law]",
        ('14: signals.entries: expected a key such as authority:leahy-law, found "the Leahy law"',),
    ),
    "no signals": Case(
        PROMISE, "phrases: [partner capacity]", "phrases: []",
        ("9: signals: expected `entries` or `phrases`",),
    ),
    "a phrase of nothing": Case(
        PROMISE, "[partner capacity]", "[a b]", ('10: signals.phrases: "a b" is too short to mean anything',)
    ),
    "too little text": Case(
        PROMISE, "\nAnother.\n", "", ("14: the text must have 2 to 5 paragraphs; it has 1",)
    ),
    "too much text": Case(
        PROMISE, "\nAnother.\n", "\nAnother.\n" * 5, ("14: the text must have 2 to 5 paragraphs; it has 6",)
    ),
    # bills
    "no target": Case(
        BILL, "promise:ppd23-goal-1", "promise:ppd23-goal-9",
        ('6: judgements[0].target: there is no recommendation or promise "promise:ppd23-goal-9"',),
    ),
    "a verdict that is none": Case(
        BILL, "verdict: advances", "verdict: mentions",
        ('7: judgements[0].verdict: expected "advances" or "weakens", found "mentions"',),
    ),
    "a person signs": Case(
        BILL, "by: the editors", "by: A. Person",
        ('9: judgements[0].by: in content only "the editors" sign, found "A. Person"',),
    ),
    "no reason": Case(
        BILL, "reason: Section 3 of H.R. 7148 asks the U.S. Secretary of State for it.", 'reason: ""',
        ("10: judgements[0].reason: is empty",),
    ),
    "a reason in two sentences": Case(
        BILL, "State for it.", "State for it. That is good.",
        ('10: judgements[0].reason: expected one sentence; another begins after "it."',),
    ),
    "a reason without end": Case(
        BILL, "State for it.", "State for it",
        ("10: judgements[0].reason: expected a sentence that ends with a full stop",),
    ),
    "judged twice alike": Case(
        BILL, "reviewed_on",
        "  - {target: promise:ppd23-goal-1, verdict: advances, on: 2026-11-22, by: the editors, reason: So.}\n"
        "reviewed_on",
        ('11: judgements: "advances promise:ppd23-goal-1" is there twice',),
    ),
    "it rests on nothing": Case(
        BILL,
        'rests_on:\n  - {title: "Text, section 3", url: "https://example.gov/text.xml", date: 2025-05-15}\n',
        "rests_on: []\n",
        ("3: rests_on: is empty",),
    ),
    # briefs
    "a source that nothing calls": Case(
        BRIEF, "[^audit]", "", ('7: sources: nothing in the text cites "audit"',)
    ),
    "a reference to no source": Case(BRIEF, "[^audit]", "[^audit][^adit]", ('11: no source has the id "adit"',)),
    "a source twice": Case(
        BRIEF, "id: act", "id: audit",
        ('8: sources: "audit" is there twice', '11: no source has the id "act"', '11: no source has the id "act"'),
    ),
    "an item that is none": Case(
        BRIEF, "bill:119-hr-7148", "H.R. 7148",
        ("8: sources[1].item: expected an item's key such as bill:119-hr-7148, found \"H.R. 7148\"",),
    ),
    "a heading is missing": Case(
        BRIEF, "## What went wrong", "", ('10: the heading "## What went wrong" is missing',)
    ),
    "a heading of its own": Case(
        BRIEF, "## What is not public", "## What to do\nMuch.\n\n## What is not public",
        ('25: "## What to do" is not one of the six headings of a brief',),
    ),
    "a heading twice": Case(
        BRIEF, "## What is not public", "## Under what law\nMuch.\n\n## What is not public",
        ('25: "## Under what law" is there twice',),
    ),
    "headings in another order": Case(
        BRIEF, "## Under what law", "## What watchdogs found",
        (
            '10: the heading "## Under what law" is missing',
            '19: "## What watchdogs found" is there twice',
        ),
    ),
    "nothing below a heading": Case(BRIEF, "Nothing.\n", "", ('25: nothing stands below "## What is not public"',)),
    "text above the first heading": Case(
        BRIEF, "---\n## What the", "---\nFirst.\n\n## What the",
        ('10: the text must begin with "## What the United States gives"',),
    ),
    "a long brief": Case(
        BRIEF, "Nothing.", WORDS * 6, ("10: the text must have 300 to 600 words; it has 624",)
    ),
    # pages
    "a page without text": Case(PAGE, "We [follow](/bills) bills.\n", "", ("6: the text is missing",)),
    # reports
    "a report of another number than its name": Case(
        REPORT, "GAO-25-1", "GAO-25-2",
        ('2: number: expected the number that the file is named after, found "GAO-25-2"',),
    ),
    "a report without a finding": Case(
        REPORT, "Nobody at the U.S. Department counted it. Half\nwas lost.\n", "", ("12: the text is missing",)
    ),
    "a finding in three sentences": Case(
        REPORT, "was lost.", "was lost. Half was not.",
        ('12: expected at most 2 sentences; another begins after "lost."',),
    ),
    "a finding without end": Case(
        REPORT, "was lost.", "was lost", ("12: expected a sentence that ends with a full stop",)
    ),
    "a finding that is more than words": Case(
        REPORT, "was lost.", "was *lost*.",
        ("12: expected one paragraph of plain words, without emphasis, links or lists",),
    ),
    "a finding in two paragraphs": Case(
        REPORT, "counted it. ", "counted it.\n\n",
        ("12: expected one paragraph of plain words, without emphasis, links or lists",),
    ),
    "a finding that cites": Case(
        REPORT, "was lost.", "was lost[^a].",
        (
            "12: expected one paragraph of plain words, without emphasis, links or lists",
            '13: no source has the id "a"',
        ),
    ),
    "a finding from no page": Case(REPORT, "part: summary, ", "", ("6: rests_on[0].part: is missing",)),
    "a test of no promise": Case(
        REPORT, "promise:ppd23-goal-1", "promise:ppd23-goal-9",
        ('8: tests[0].target: there is no recommendation or promise "promise:ppd23-goal-9"',),
    ),
    "a test twice": Case(
        REPORT, "reviewed_on", "  - {target: promise:ppd23-goal-1, how: It asks again.}\nreviewed_on",
        ('9: tests: "promise:ppd23-goal-1" is there twice',),
    ),
    "a test that does not say how": Case(
        REPORT, "how: It asks whether the help was counted.", "how: Counting",
        ("8: tests[0].how: expected a sentence that ends with a full stop",),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_broken_rule_is_told_with_line_and_field(tmp_path: Path, case: Case) -> None:
    text = FILES[case.file]
    assert text.count(case.old) >= 1
    write(tmp_path, FILES | {case.file: text.replace(case.old, case.new, 1)})
    assert [told.removeprefix(f"{case.file}:") for told in problems(tmp_path)] == list(case.told)


def test_the_files_that_the_cases_break_are_right(tmp_path: Path) -> None:
    assert problems(write(tmp_path)) == []


def test_headings_of_a_brief_that_changed_places(tmp_path: Path) -> None:
    text = (
        FILES[BRIEF].replace("## Under what law", "## ?").replace("## What went wrong", "## Under what law")
    )
    write(tmp_path, FILES | {BRIEF: text.replace("## ?", "## What went wrong")})
    assert problems(tmp_path) == [
        'countries/EGY.md:13: "## Under what law" belongs here, not "## What went wrong"'
    ]


def test_a_short_brief(tmp_path: Path) -> None:
    write(tmp_path, FILES | {BRIEF: FILES[BRIEF].replace(WORDS.strip(), "Few words.")})
    assert "the text must have 300 to 600 words; it has 13" in problems(tmp_path)[0]


def test_one_measure_may_advance_and_weaken_the_same(tmp_path: Path) -> None:
    more = (
        "  - {target: promise:ppd23-goal-1, verdict: weakens, on: 2026-11-22, by: the editors, reason: So.}\n"
    )
    write(tmp_path, FILES | {BILL: FILES[BILL].replace("reviewed_on", more + "reviewed_on")})
    assert problems(tmp_path) == []


def test_a_bill_may_be_described_and_not_judged(tmp_path: Path) -> None:
    start, end = FILES[BILL].index("judgements"), FILES[BILL].index("reviewed_on")
    write(tmp_path, FILES | {BILL: FILES[BILL][:start] + FILES[BILL][end:]})
    assert problems(tmp_path) == []


def test_two_recommendations_with_one_number(tmp_path: Path) -> None:
    write(tmp_path, FILES | {"recommendations/another.md": FILES[RECOMMENDATION]})
    assert problems(tmp_path) == [
        "recommendations/another.md:1: number: another recommendation is number 1 as well",
        "recommendations/keep-out.md:1: number: another recommendation is number 1 as well",
    ]


NAMES = [
    (RECOMMENDATION, "recommendations/Keep_Out.md", "the file's name must be small-letters-and-hyphens.md"),
    (PROMISE, "promises/goal-1.md", "the file's name must be ppd23-goal-1.md or ppd23-guideline-1.md"),
    (BILL, "bills/s1780-119.md", "the file's name must be a bill's key, such as 119-s-1780.md"),
    (BILL, "bills/119-sr-1780.md", "the file's name must be a bill's key, such as 119-s-1780.md"),
    (BRIEF, "countries/egypt.md", "the file's name must be a country's three capital letters (ISO 3166)"),
    (BRIEF, "countries/XYZ.md", "the vocabulary has no country:XYZ"),
    (REPORT, "reports/GAO-25-1.md", "the file's name must be a report's number in small letters"),
    (PAGE, "pages/About us.md", "the file's name must be small-letters-and-hyphens.md"),
]


@pytest.mark.parametrize(("file", "name", "message"), NAMES)
def test_a_files_name_must_fit(tmp_path: Path, file: str, name: str, message: str) -> None:
    kept = FILES if file == PROMISE else {key: text for key, text in FILES.items() if key != file}
    (told,) = problems(write(tmp_path, kept | {name: FILES[file]}))
    assert told.startswith(f"{name}:1: {message}")
