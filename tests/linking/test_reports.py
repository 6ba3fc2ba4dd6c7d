"""Links of reports: what linking looks at of a report, and how right they are on the labelled sample."""

from __future__ import annotations

import pytest

from tests.linking.evaluation import PRECISION, RECALL, labels
from tests.linking.report_evaluation import LABELLED, measure_reports
from tests.mirror import mirror_root
from tracker.linking.describe import describe_report
from tracker.linking.evidence import Field, FieldName

ASKS = ("The Secretary of State should track it.", "recommendation 1")


def test_a_report_is_its_title_summary_and_recommendations() -> None:
    item = describe_report("gao-25-1", "Aid: Track It", "Much is lost.", [ASKS, ASKS])
    assert (item.key, item.kind) == ("report:gao-25-1", "report")
    assert item.fields == (
        Field(FieldName.TITLE, "Aid: Track It"),
        Field(FieldName.SUMMARY, "Much is lost.", "summary of the report"),
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
