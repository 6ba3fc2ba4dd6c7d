"""A small content folder in which everything is right, for tests to break one thing of."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tracker.content import Content, ContentError, load_content

TODAY = date(2026, 11, 22)

ENTRIES = frozenset({"authority:leahy-law", "country:EGY"})

RECOMMENDATION = """\
---
title: Keep out of it
number: 1
kind: recommendation
source: {publisher: A publisher, date: 2015, url: https://example.org/}
asks: Do not take part.
of: [Congress]
parts:
  - {key: first, asks: "Stop."}
  - {key: second, asks: "Say why."}
indicators:
  - "It has stopped."
signals:
  entries: [authority:leahy-law]
  phrases: ["vetting", "gross violations"]
reviewed_on: 2026-11-22
review_due: 2027-05-22
---
One paragraph.

Another, with a [promise](/promises/ppd23-goal-1).
"""

PROMISE = """\
---
title: Help them help themselves
number: 1
kind: goal
source: {publisher: The White House, title: Fact sheet, date: 2013-04-05, url: https://example.gov/sheet}
asks: Help.
of: [Department of State]
indicators: [They can.]
signals:
  phrases: [partner capacity]
reviewed_on: 2026-11-22
review_due: 2027-05-22
---
One paragraph.

Another.
"""

BILL = """\
---
does: The bill asks for a strategy.
rests_on:
  - {title: "Text, section 3", url: "https://example.gov/text.xml", date: 2025-05-15}
judgements:
  - target: promise:ppd23-goal-1
    verdict: advances
    on: 2026-11-22
    by: the editors
    reason: Section 3 of H.R. 7148 asks the U.S. Secretary of State for it.
reviewed_on: 2026-11-22
review_due: 2027-05-22
---
"""

REPORT = """\
---
number: GAO-25-1
watchdog: GAO
title: "Aid: They Should Count It"
rests_on:
  - {title: Product record, part: summary, url: "https://example.gov/gao-25-1", date: 2025-09-16}
tests:
  - {target: promise:ppd23-goal-1, how: It asks whether the help was counted.}
reviewed_on: 2026-11-22
review_due: 2027-05-22
---
Nobody at the U.S. Department counted it. Half
was lost.
"""

WORDS = "plain words of ours " * 13

BRIEF = f"""\
---
title: Egypt
lead: It gets much.
reviewed_on: 2026-11-22
review_due: 2027-05-22
sources:
  - {{id: audit, publisher: An office, title: An audit, date: 2016-04-12, url: "https://example.gov/a?b=1"}}
  - {{id: act, publisher: Congress, title: An act, date: 2026-02, url: https://example.gov, item: "bill:119-hr-7148"}}
---
## What the United States gives
{WORDS}[^act] {WORDS}[^audit][^act]

## Under what law
{WORDS}

## What went wrong
{WORDS}

## What watchdogs found
{WORDS}

## What Congress is doing
{WORDS}

## What is not public
Nothing.
"""

PAGE = """\
---
title: About
reviewed_on: 2026-11-22
review_due: 2027-05-22
---
We [follow](/bills) bills.
"""

FILES = {
    "recommendations/keep-out.md": RECOMMENDATION,
    "promises/ppd23-goal-1.md": PROMISE,
    "bills/119-s-1780.md": BILL,
    "countries/EGY.md": BRIEF,
    "pages/about.md": PAGE,
    "reports/gao-25-1.md": REPORT,
}


def write(folder: Path, files: dict[str, str] = FILES) -> Path:
    """The files in a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def load(folder: Path) -> Content:
    return load_content(folder, entries=ENTRIES, today=TODAY)


def problems(folder: Path) -> list[str]:
    """What is wrong with the folder, a line each."""
    try:
        load(folder)
    except ContentError as error:
        return [str(problem) for problem in error.problems]
    return []
