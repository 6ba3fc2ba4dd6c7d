"""What linking may look at of each kind of item, from the record that its source yields. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scrapers import records
from tracker.linking.evidence import Described, Field, FieldName
from tracker.sanitise import plain_text


def describe_bill(bill: records.Bill) -> Described:
    """A measure: every title once, the latest summary, and what the Congressional Research Service files it under."""
    return described(
        f"bill:{bill.key}",
        "bill",
        title=bill.title,
        other_titles=((title.title, title.type) for title in bill.titles),
        summary=summary_words(bill.summaries),
        subjects=bill.subjects,
        policy_area=bill.policy_area,
        committees=(committee.code for committee in bill.committees),
    )


def summary_words(summaries: Sequence[records.Summary]) -> tuple[str, str] | None:
    """The latest summary in plain words, and which version of the measure it is of."""
    latest = summaries[-1] if summaries else None
    return (plain_text(latest.html), latest.description or "") if latest and latest.html else None


def described(
    key: str,
    kind: str,
    *,
    title: str,
    other_titles: Iterable[tuple[str, str]] = (),
    summary: tuple[str, str] | None = None,
    subjects: Iterable[str] = (),
    policy_area: str | None = None,
    committees: Iterable[str] = (),
) -> Described:
    """An item's fields in the order of their weight. Titles and the summary come with their label."""
    fields = [Field(FieldName.TITLE, title)]
    others = {text: label for text, label in other_titles if text != title}
    fields += [Field(FieldName.OTHER_TITLE, text, label) for text, label in others.items()]
    fields += [Field(FieldName.SUBJECT, subject) for subject in subjects]
    if policy_area:
        fields.append(Field(FieldName.POLICY_AREA, policy_area))
    if summary and summary[0]:
        fields.append(Field(FieldName.SUMMARY, *summary))
    return Described(key, kind, tuple(fields), policy_area, frozenset(committees))
