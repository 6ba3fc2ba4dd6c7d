"""Links of reports: what linking looks at of a report, and how right they are on the labelled sample."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from tests.linking.evaluation import PRECISION, RECALL, labels
from tests.linking.report_evaluation import LABELLED, measure_report_scope, measure_reports
from tests.linking.scope_evaluation import PRECISION as SCOPE_PRECISION
from tests.mirror import mirror_root
from tracker.content import Content, PromiseTest, ReportContent
from tracker.linking.describe import describe_audit, describe_report
from tracker.linking.evidence import CONFIDENT, SCOPE, Field, FieldName
from tracker.linking.linker import WHOLE, Linker, packaged_linker
from tracker.linking.match import contains_any
from tracker.linking.vocabulary import load_vocabulary

ASKS = ("The Secretary of State should track it.", "recommendation 1")


def test_a_report_is_its_title_summary_and_recommendations() -> None:
    item = describe_report("gao-25-1", "Aid: Track It", "Much is lost.", [ASKS, ASKS])
    assert (item.key, item.kind) == ("report:gao-25-1", "report")
    assert item.fields == (
        Field(FieldName.TITLE, "Aid: Track It"),
        Field(FieldName.SUMMARY, "Much is lost.", "watchdog’s summary"),
        Field(FieldName.TEXT, *ASKS),
    )


def test_a_report_of_which_only_the_title_is_held_has_one_field() -> None:
    assert describe_report("r44979", "Kosovo: Background").fields == (
        Field(FieldName.TITLE, "Kosovo: Background"),
    )


def test_the_sample_is_large_enough_and_nothing_is_judged_twice() -> None:
    judged = [(label.item, label.target) for label in labels(LABELLED)]
    assert len(judged) >= 150
    assert len(set(judged)) == len(judged)


@pytest.mark.mirror
def test_links_of_reports_are_as_right_as_those_of_bills() -> None:
    measured = measure_reports(mirror_root())
    assert measured.recall >= RECALL
    assert measured.share >= PRECISION
    assert {label.item for label in measured.lost} <= {"report:in12292", "report:r43773"}


@pytest.mark.mirror
def test_scope_of_reports_is_as_good_as_promised() -> None:
    measured = measure_report_scope(mirror_root())
    assert measured.precision >= SCOPE_PRECISION
    assert len(measured.right) >= 80


# --- findings -----------------------------------------------------------------------------------------

FINDING = ReportContent(
    key="gao-25-1",
    number="GAO-25-1",
    watchdog="GAO",
    title="Trucks: Count Them",
    finding="Nobody counted the trucks.",
    rests_on=(),
    tests=(PromiseTest("promise:ppd23-guideline-7", "It asks whether anybody counts."),),
    reviewed_on=date(2026, 11, 30),
    review_due=date(2027, 5, 30),
)
REPORT = describe_report("gao-25-1", "Trucks: Count Them")


def linker(*findings: ReportContent) -> Linker:
    return Linker(load_vocabulary(), Content(reports={finding.key: finding for finding in findings}))


def test_a_report_with_a_finding_is_in_scope_and_concerns_what_it_tested() -> None:
    assert linker().propose(REPORT) == []
    links = {link.target: link for link in linker(FINDING).propose(REPORT)}
    assert set(links) == {SCOPE, "promise:ppd23-guideline-7"}
    assert all(link.score >= CONFIDENT for link in links.values())
    assert links[SCOPE].evidence[0].quote == "Nobody counted the trucks."
    assert links["promise:ppd23-guideline-7"].evidence[0].quote == "It asks whether anybody counts."


def test_a_finding_stands_before_the_words_that_rules_found() -> None:
    found = linker(FINDING).propose(describe_report("gao-25-1", "Foreign Military Sales: Count Them"))
    (scope,) = [link for link in found if link.target == SCOPE]
    assert [each.rule for each in scope.evidence] == ["chosen-by-editors", "programme-in-title"]


def test_an_editors_word_at_the_desk_stands_above_a_finding() -> None:
    assert [link.target for link in linker(FINDING).propose(REPORT, in_scope=False)] == [SCOPE]


def test_a_finding_is_of_a_report_and_nothing_else() -> None:
    assert linker(FINDING).propose(REPORT._replace(kind="bill", key="bill:gao-25-1")) == []


def test_a_changed_finding_touches_its_report_by_the_title() -> None:
    before, after = linker(FINDING).made_with(), linker(replace(FINDING, finding="They did.")).made_with()
    changed = {part for part in after if before[part].digest != after[part].digest}
    assert changed == {"finding:gao-25-1", WHOLE}
    assert contains_any(after["finding:gao-25-1"].words)(REPORT.fields[0].text)


def test_a_recommendation_of_a_chosen_report_is_in_scope_with_it_and_tests_nothing_itself() -> None:
    linker = packaged_linker()
    report = describe_report("gao-25-107622", "Aid: Track It")
    asked = describe_audit("gao-25-107622-4", "Aid: Track It", "Mend it.")
    other = describe_audit("gao-99-1-4", "Aid: Track It", "Mend it.")
    assert SCOPE in {link.target for link in linker.propose(report)}
    assert len(linker.propose(report)) > 1
    assert [link.target for link in linker.propose(asked)] == [SCOPE]
    assert all(link.score < CONFIDENT for link in linker.propose(other))
