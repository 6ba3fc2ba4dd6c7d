"""What the editors' finding on a report says it is about: that it belongs here, and what it put to the test. Pure.

The findings stand in `content/reports/`. A report that has one was chosen as one on security assistance, whatever
its title says, and the recommendations and promises under `tests` are the editors' word, not a guess from signals.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

import msgspec

from tracker.content import ReportContent
from tracker.linking.evidence import KEPT, SCOPE, Described, Evidence, FieldName, Proposed
from tracker.watchdogs.names import AUDIT, REPORT, report_of

CHOSEN = ("chosen-by-editors", 97)
TESTED = ("put-to-the-test", 96)


def finding_of(item: Described, findings: Mapping[str, ReportContent]) -> ReportContent | None:
    """The finding on an item, where it is a report that has one, or a recommendation of such a report."""
    key = item.key.partition(":")[2]
    if item.kind == REPORT:
        return findings.get(key)
    return findings.get(report_of(key)) if item.kind == AUDIT else None


def link_finding(kind: str, finding: ReportContent, *, in_scope: bool) -> list[Proposed]:
    """The scope link, and from the report one to each recommendation or promise that it tested: its recommendations
    are in scope with it, and what each concerns its own words say. None of these where an editor at the desk took the
    item out of scope.
    """
    scope = Proposed(SCOPE, CHOSEN[1], (_said(CHOSEN, finding.finding),))
    if kind != REPORT or not in_scope:
        return [scope]
    return [scope, *(Proposed(test.target, TESTED[1], (_said(TESTED, test.how),)) for test in finding.tests)]


def together(proposed: Iterable[Proposed]) -> list[Proposed]:
    """One link to each target, in the order of their coming, with the strongest evidence of all first."""
    found: dict[str, Proposed] = {}
    for link in proposed:
        known = found.setdefault(link.target, link)
        if known is not link:
            strongest, other = sorted((known, link), key=lambda each: -each.score)
            evidence = (*strongest.evidence, *other.evidence)[:KEPT]
            found[link.target] = Proposed(link.target, strongest.score, evidence)
    return list(found.values())


def digest(finding: ReportContent) -> str:
    """Of all that makes links."""
    said = msgspec.json.encode((finding.finding, finding.tests))
    return hashlib.sha256(said).hexdigest()[:16]


def _said(rule: tuple[str, int], words: str) -> Evidence:
    """Our own words: none of the report's are marked."""
    name, score = rule
    return Evidence(name, FieldName.FINDING, score, quote=words)
