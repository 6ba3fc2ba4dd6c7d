"""What a fact is called, so that it is the same fact when its text is read again. Pure.

A key says where the fact stands and what it is, and not in which words: a better rule that ends a clause elsewhere, a
new markup, or a bundle without the law's sentences leave it as it was. Facts that would be called the same are told
apart by their order.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from scrapers.records import Section
from tracker.provisions.facts import Condition, Deadline, Fact, Figure

_LONGEST = 60


def keyed(section_facts: Iterable[tuple[Section, Iterable[Fact]]]) -> Iterator[tuple[str, Fact]]:
    """Every fact of a text with its key, in the text's order: `f-7041-h-3-a-15-days`."""
    seen: Counter[str] = Counter()
    for section, facts in section_facts:
        place = _place(section)
        for fact in facts:
            key = "-".join(filter(None, (place, _slug(fact.label), _what(fact))))
            seen[key] += 1
            yield (key if seen[key] == 1 else f"{key}-{seen[key]}"), fact


def section_keys(sections: Iterable[Section]) -> list[str]:
    """A key for each section of a text, in its order: `f-7041`."""
    seen: Counter[str] = Counter()
    keys = []
    for section in sections:
        key = _place(section) or "section"
        seen[key] += 1
        keys.append(key if seen[key] == 1 else f"{key}-{seen[key]}")
    return keys


_LONGEST_SUBJECT = 120


def fact_subject(bill_key: str, version: str, kind: str, key: str) -> str:
    """What the desk's log calls a fact: `fact:119-hr-7148/law/deadline/f-7041-c-30-days`, bounded."""
    subject = f"fact:{bill_key}/{version}/{kind}/{key}"
    if len(subject) <= _LONGEST_SUBJECT:
        return subject
    return f"{subject[: _LONGEST_SUBJECT - 17]}~{hashlib.sha256(key.encode()).hexdigest()[:16]}"


def _place(section: Section) -> str:
    """The division and the section's number; without a number the innermost numbered step and the heading."""
    numbered = [step for step in section.steps if step.number]
    division = next((_slug(step.number or "") for step in numbered if step.level == "division"), "")
    if section.number:
        return "-".join(filter(None, (division, _slug(section.number))))
    title = next((f"t{_slug(step.number or '')}" for step in reversed(numbered) if step.level == "title"), "")
    return "-".join(filter(None, (division, title, _short(_slug(section.heading or "")))))


def _what(fact: Fact) -> str:
    """What tells facts of one kind at one place apart."""
    match fact:
        case Deadline(day=day) if day is not None:
            return f"by-{day.isoformat()}"
        case Deadline(count=count, unit=unit, event=event) if count is not None:
            after = "" if event is None else "-after-event"
            return f"{count}-{unit}{'s' if count != 1 else ''}{after}"
        case Figure(dollars=dollars):
            return str(dollars)
        case Condition(kind=kind):
            return kind.value
        case _:
            return ""


def _slug(words: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", words.casefold()))


def _short(slug: str) -> str:
    """A long heading is cut and keeps a digest of the whole, so that two do not become one."""
    if len(slug) <= _LONGEST:
        return slug
    return f"{slug[: _LONGEST - 9]}-{hashlib.sha256(slug.encode()).hexdigest()[:8]}"
