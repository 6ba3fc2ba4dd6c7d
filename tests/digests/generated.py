"""Made-up selections for tests of what every mail must be, whatever is in it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.digests.site import SENDER
from tracker.changes import KINDS
from tracker.digests.reading import clean
from tracker.digests.selection import (
    Correction,
    Due,
    Entry,
    Frame,
    ItemFacts,
    Mark,
    Match,
    News,
    Selection,
)
from tracker.stages import Stage

TODAY = date(2026, 11, 2)
TARGETS = {
    "country:EGY": ("Egypt", "/countries/EGY"),
    "bill:119-s-1780": ("S. 1780", "/bills/119-s-1780"),
    "search:leahy & <vetting>": ("“leahy & <vetting>”", "/search?q=leahy%20%26%20%3Cvetting%3E"),
    "topic:arms-sales": ("Arms sales", "/arms-sales"),
    "source:gao_reports": ("GAO reports", "/status"),
}
HOSTILE = (
    "\r\nBcc: everybody@example.org",
    "<script>alert(1)</script>",
    "&quot;&amp;&#0;",
    "\u202eright to left\u202c and \u2067isolated\u2069",
    "\ue000unsubscribe\ue001",
    "{{ 7 * 7 }}{% raw %}%(name)s",
    "\x00\x07\x1b[31m",
    "=?utf-8?q?encoded?=",
    ".\n.\r\n.",
    "From here on",
    "Ærø – “quoted” … 日本語 🙂",
    "a" * 300,
    '"><img src=x onerror=alert(1)>',
)

WORDS = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80),
    st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=3).map(" ".join),
)
SENTENCES = WORDS.map(lambda words: clean(f"It says {words} and no more"))
REASONS = st.lists(st.sampled_from(sorted(TARGETS)), min_size=1, max_size=3, unique=True).map(
    lambda targets: tuple(sorted(targets))
)


@st.composite
def items(draw: st.DrawFn) -> ItemFacts:
    number = draw(st.integers(1, 12))
    last_day = draw(st.none() | st.just(TODAY + timedelta(days=number)))
    return ItemFacts(
        f"bill:119-s-{number}", "bill", f"S. {number}", clean(f"A bill on {draw(WORDS)}"), f"/bills/119-s-{number}",
        status=draw(st.just("") | SENTENCES), next_step=draw(st.just("") | SENTENCES), last_day=last_day,
        act="Congress has until then." if last_day else "",
        calendar=f"/bills/119-s-{number}.ics" if last_day else "", cosponsors=number,
    )  # fmt: skip


def is_dated(item: ItemFacts) -> bool:
    return item.last_day is not None


@st.composite
def days(draw: st.DrawFn) -> ItemFacts:
    """What an act orders by a day."""
    title = clean(f"Report by {draw(WORDS)}")
    number = draw(st.integers(0, 14))
    return ItemFacts(
        f"deadline-{number}", "deadline", title, title, f"/deadlines#{number}",
        last_day=TODAY + timedelta(days=number), act=draw(SENTENCES), calendar=f"/calendar/deadline-{number}.ics",
        document="https://www.govinfo.gov/content/pkg/PLAW-119publ75/html/PLAW-119publ75.htm",
    )  # fmt: skip


@st.composite
def news(draw: st.DrawFn) -> News:
    number = draw(st.integers(1, 10_000))
    kind = draw(st.sampled_from((*KINDS, "a_kind_of_tomorrow_that_nobody_named")))
    new: Any = draw(
        st.sampled_from(
            [Stage.PASSED_HOUSE.value, {"chamber": "house", "yeas": 220, "nays": 200}, {"buyer": "Egypt", "dollars": 5},
             None, 7, "unheard of"]
        )
    )  # fmt: skip
    return News(
        number, kind if kind in KINDS else "action", draw(items()), draw(SENTENCES), None, new,
        draw(st.none() | st.just(TODAY - timedelta(days=number % 40))), datetime(2026, 11, 2, 8, tzinfo=UTC),
        "Bill status", "https://www.govinfo.gov/bulkdata/BILLSTATUS/119/s/BILLSTATUS-119s1.xml",
        draw(st.none() | st.just(("Who voted how", "https://clerk.house.gov/Votes/2026165"))),
    )  # fmt: skip


ENTRIES = st.builds(Entry, news(), REASONS, st.sampled_from(Mark))


def selections(most: int = 30) -> st.SearchStrategy[Selection]:
    """Anything that a mail could be about."""
    return st.builds(
        Selection,
        st.lists(ENTRIES, max_size=most, unique_by=lambda entry: entry.news.id).map(tuple),
        st.lists(st.builds(Match, items(), REASONS), max_size=3).map(tuple),
        st.lists(
            st.builds(Correction, news(), st.just(TODAY - timedelta(days=3)), news(), REASONS), max_size=3
        ).map(tuple),
        st.lists(st.builds(Due, items().filter(is_dated) | days(), REASONS), max_size=13).map(tuple),
    )


def frame(kind: str = "digest") -> Frame:
    """What stands around a selection."""
    return Frame(
        SENDER.site_name, SENDER.public_url, TODAY, "recorded 1 to 2 November 2026, Washington time",
        "18 of 20 sources are current.", "/mail/" + 64 * "a", TARGETS, kind,
    )  # fmt: skip
