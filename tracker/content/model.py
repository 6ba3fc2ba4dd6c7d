"""What content files say, checked: recommendations, promises, what we say about bills, briefs, pages. Values only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType

import msgspec

from tracker.content.measures import AidCondition, Measure
from tracker.content.sourcing import Basis, PublishedOn, Reviewed


class Kind(StrEnum):
    """A recommendation of ours, or one of the two sorts of promise in the government's directive."""

    RECOMMENDATION = "recommendation"
    GOAL = "goal"
    GUIDELINE = "guideline"


class Verdict(StrEnum):
    """What the editors hold a measure to do to a recommendation or promise."""

    ADVANCES = "advances"
    WEAKENS = "weakens"


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A public document that something rests on. Without a title only its publisher is sure."""

    publisher: str
    title: str | None
    date: PublishedOn
    url: str


class CitedSource(msgspec.Struct, frozen=True, kw_only=True):
    """A source of a brief. `number` is its place in the list, `references` the ids of where the text cites it.

    `item` is the key of what the site itself holds of it, and `path` that item's page.
    """

    id: str
    number: int
    publisher: str
    title: str
    date: PublishedOn
    url: str
    references: tuple[str, ...]
    item: str | None = None
    path: str | None = None


class Heading(msgspec.Struct, frozen=True):
    """A heading of a text, with its id in the page."""

    level: int
    id: str
    text: str


class InternalLink(msgspec.Struct, frozen=True):
    """A link from a content file to a page of this site."""

    file: str
    line: int
    path: str


class Body(msgspec.Struct, frozen=True):
    """The text below the front matter, rendered and safe. `words` does not count headings or references."""

    html: str = ""
    headings: tuple[Heading, ...] = ()
    words: int = 0


class Part(msgspec.Struct, frozen=True):
    """One of the things that a recommendation asks for; the key is stable."""

    key: str
    asks: str


class Signals(msgspec.Struct, frozen=True):
    """What suggests that an item concerns something: vocabulary entries by key, and phrases in any casing."""

    entries: tuple[str, ...]
    phrases: tuple[str, ...]


class Recommendation(Reviewed, frozen=True, kw_only=True):
    """A recommendation, or a promise of the government: the same questions are put to both."""

    slug: str
    kind: Kind
    number: int
    title: str
    source: Source
    asks: str
    of: tuple[str, ...]
    parts: tuple[Part, ...]
    indicators: tuple[str, ...]
    signals: Signals
    body: Body

    @property
    def target(self) -> str:
        """Its key in links and judgements."""
        family = "recommendation" if self.kind is Kind.RECOMMENDATION else "promise"
        return f"{family}:{self.slug}"

    @property
    def path(self) -> str:
        family = "recommendations" if self.kind is Kind.RECOMMENDATION else "promises"
        return f"/{family}/{self.slug}"


class Judgement(msgspec.Struct, frozen=True):
    """What a measure does to a recommendation or promise, in the editors' opinion, with its reason."""

    target: str
    verdict: Verdict
    on: date
    by: str
    reason: str


class BillContent(Reviewed, frozen=True, kw_only=True):
    """What we say about a bill ourselves. `key` is the bill's without its kind: `119-s-1780`."""

    key: str
    does: str
    rests_on: tuple[Basis, ...]
    judgements: tuple[Judgement, ...]
    body: Body

    @property
    def path(self) -> str:
        return f"/bills/{self.key}"


class PromiseTest(msgspec.Struct, frozen=True):
    """A recommendation or promise that a report put to the test, and how, in the editors' opinion."""

    target: str
    how: str


class ReportContent(Reviewed, frozen=True, kw_only=True):
    """What a watchdog's report found, in one or two sentences of our own.

    `key` is the report's without its kind (`gao-25-107622`): its number in small letters. `finding` is plain text.
    """

    key: str
    number: str
    watchdog: str
    title: str
    finding: str
    rests_on: tuple[Basis, ...]
    tests: tuple[PromiseTest, ...]

    @property
    def path(self) -> str:
        return f"/reports/{self.key}"


class CountryBrief(Reviewed, frozen=True, kw_only=True):
    """A country's brief. `code` is ISO 3166 alpha-3; sources stand in the order in which the text cites them."""

    code: str
    title: str
    lead: str
    sources: tuple[CitedSource, ...]
    body: Body

    @property
    def path(self) -> str:
        return f"/countries/{self.code}"


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """Public evidence that something due was done. `key` is the deadline's, as its address on the board has it."""

    key: str
    on: PublishedOn
    says: str
    sources: tuple[Basis, ...]
    by: str
    signed_on: date


class Page(Reviewed, frozen=True, kw_only=True):
    """Any other text of the site."""

    slug: str
    title: str
    body: Body

    @property
    def path(self) -> str:
        return f"/{self.slug}"


class Review(msgspec.Struct, frozen=True):
    """A file that is to be read again."""

    due: date
    reviewed_on: date
    title: str
    path: str


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """All content. Recommendations go by number, promises goals first; the others are found by key."""

    recommendations: tuple[Recommendation, ...] = ()
    promises: tuple[Recommendation, ...] = ()
    bills: Mapping[str, BillContent] = MappingProxyType({})
    reports: Mapping[str, ReportContent] = MappingProxyType({})
    briefs: Mapping[str, CountryBrief] = MappingProxyType({})
    pages: Mapping[str, Page] = MappingProxyType({})
    measures: Mapping[str, Measure] = MappingProxyType({})
    conditions: tuple[AidCondition, ...] = ()
    submissions: Mapping[str, Submission] = MappingProxyType({})
    links: tuple[InternalLink, ...] = ()

    @property
    def signals(self) -> Mapping[str, Signals]:
        """The signals of each recommendation and promise, by its target."""
        return {one.target: one.signals for one in (*self.recommendations, *self.promises)}

    def tests_of(self, target: str) -> list[ReportContent]:
        """The reports that put a recommendation or promise (`promise:ppd23-goal-1`) to the test, latest first."""
        return sorted(
            (
                report
                for report in self.reports.values()
                if any(test.target == target for test in report.tests)
            ),
            key=lambda report: (max(str(basis.date) for basis in report.rests_on), report.key),
            reverse=True,
        )

    def reviews_due(self, today: date) -> list[Review]:
        """What is to be read again by now, longest due first."""
        return sorted(
            (review for review in self._reviews() if review.due <= today),
            key=lambda review: (review.due, review.path),
        )

    def _reviews(self) -> Iterator[Review]:
        called: list[tuple[str, Reviewed]] = [
            *((one.title, one) for one in (*self.recommendations, *self.promises)),
            *((one.title, one) for one in self.briefs.values()),
            *((one.title, one) for one in self.pages.values()),
            *((one.title, one) for one in self.reports.values()),
            *((one.title, one) for one in self.conditions),
            *((measure.name, measure) for measure in self.measures.values()),
            *((bill.key, bill) for bill in self.bills.values()),
        ]
        for title, one in called:
            yield Review(one.review_due, one.reviewed_on, title, one.path)
