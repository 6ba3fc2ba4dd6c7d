"""What linking may look at of each kind of item, from the record that its source yields. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scrapers import records
from tracker.arms_sales.facts import SaleFacts
from tracker.arms_sales.words import article_words
from tracker.linking.evidence import Described, Field, FieldName
from tracker.sanitise import plain_text


def describe_bill(bill: records.Bill, texts: Iterable[tuple[str, str]] = ()) -> Described:
    """A measure: every title once, the latest summary, what the Congressional Research Service files it under, and
    the sections of its latest text that matter, each with its place.
    """
    return described(
        f"bill:{bill.key}",
        "bill",
        title=bill.title,
        other_titles=((title.title, title.type) for title in bill.titles),
        summary=summary_words(bill.summaries),
        subjects=bill.subjects,
        policy_area=bill.policy_area,
        committees=(committee.code for committee in bill.committees),
        texts=texts,
    )


def describe_sale(key: str, title: str, facts: SaleFacts, headings: Iterable[str]) -> Described:
    """A proposed arms sale: what it is called, who would buy, under which heading it was published, and what.

    The purchaser and the heading stand beside the title because they say as much: "Jordan" is a country there.
    """
    # Behind a colon a heading only says that Congress is told, which would pass for a call for oversight.
    names = sorted({heading.partition(":")[0] for heading in headings})
    beside = [(name, "heading of the notice") for name in names]
    if facts.purchaser:
        beside.append((facts.purchaser, "prospective purchaser"))
    item = described(key, "arms-sale", title=title, other_titles=beside)
    texts = (
        (facts.funding_source, "funding source"),
        ("; ".join(map(article_words, facts.articles)), "articles and services"),
    )
    fields = (Field(FieldName.TEXT, text, label) for text, label in texts if text)
    return Described(item.key, item.kind, (*item.fields, *fields))


def describe_report(
    key: str, title: str, summary: str | None = None, recommendations: Iterable[tuple[str, str]] = ()
) -> Described:
    """A watchdog's report: its title, the watchdog's summary, and the text of each recommendation with its label
    ("recommendation 4"). One that several agencies were given counts once.
    """
    texts = dict.fromkeys(recommendations)
    return described(
        f"report:{key}",
        "report",
        title=title,
        summary=(summary, "watchdog’s summary") if summary else None,
        texts=texts,
    )


def describe_audit(key: str, report_title: str, text: str | None) -> Described:
    """An audit recommendation: what its report is called, and its own words. `key` is without its kind."""
    return described(
        f"audit-recommendation:{key}",
        "audit-recommendation",
        title=report_title,
        summary=(text, "recommendation") if text else None,
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
    texts: Iterable[tuple[str, str]] = (),
) -> Described:
    """An item's fields in the order of their weight. Titles, the summary and sections of text come with their label."""
    fields = [Field(FieldName.TITLE, title)]
    others = {text: label for text, label in other_titles if text != title}
    fields += [Field(FieldName.OTHER_TITLE, text, label) for text, label in others.items()]
    fields += [Field(FieldName.SUBJECT, subject) for subject in subjects]
    if policy_area:
        fields.append(Field(FieldName.POLICY_AREA, policy_area))
    if summary and summary[0]:
        fields.append(Field(FieldName.SUMMARY, *summary))
    fields += [Field(FieldName.TEXT, text, label) for text, label in texts]
    return Described(key, kind, tuple(fields), policy_area, frozenset(committees))
