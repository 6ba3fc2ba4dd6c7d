"""The words for evidence: what each rule of linking says, where words stood, and the words with a marker on them.

`templates/components/evidence.html` draws with these wherever a link shows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from flask import Flask
from markupsafe import Markup, escape

from tracker.arms_sales import resolutions
from tracker.linking.evidence import Evidence, FieldName
from tracker.linking.scope_rules import RULES as SCOPE_RULES
from tracker.queries.links import ShownLink
from tracker.sentences import written_date
from tracker.templating import shown
from tracker.web.formatting import listed, visible, washington_day

_FIELDS = ("title", "other-title", "subject", "summary", "text")
_KINDS_OF_WORDS = {
    "name": "It is named.",
    "people": "Its people are named, or something as theirs.",
    "own-place": "Its capital is named, or another place that lies in it.",
    "supported-word": "A word that can mean it, and what else the measure says speaks for it.",
    "named": "It is named.",
    "signal": "Words that are a sign of it.",
}

RULES: Mapping[str, str] = {
    **{rule.name: rule.reason for rule in SCOPE_RULES},
    **{f"{kind}-in-{field}": words for kind, words in _KINDS_OF_WORDS.items() for field in _FIELDS},
    "crs-subject": "The measure is filed under it.",
    resolutions.NAMED: "It names the number of the notification.",
    resolutions.ALIKE: "It names the country and an article of the sale, and was introduced within 90 days of it.",
    "chosen-by-editors": "The editors chose it as a report on security assistance.",
    "put-to-the-test": "The editors say how the report put it to the test.",
    "in-a-long-list": "One of many places in a row, which says little about the measure.",
    "people-in-a-list": "One of several peoples or languages in a row.",
    "named-once-in-text": "It is named once, and not in a list of places.",
    "in-passing-in-text": "One of many places that the text names, and only in passing.",
}
"""What each rule found, as a sentence that follows on where the words stood."""


def rule_words(rule: str) -> str:
    """A rule in plain words. One that this program no longer has is shown by its name."""
    return RULES.get(rule) or f"By the rule “{rule.replace('-', ' ')}”."


_CRS = "by the Congressional Research Service"


def field_words(evidence: Evidence) -> str:
    """Where the words stood: "In the summary by the Congressional Research Service, version “Passed House”"."""
    match evidence.field:
        case FieldName.TITLE:
            return "In the title"
        case FieldName.OTHER_TITLE | FieldName.SUMMARY | FieldName.TEXT if evidence.label[:1].islower():
            # A part of a notice or report, and no name of a version.
            return f"In {'' if evidence.label[-1].isdigit() else 'the '}{evidence.label}"
        case FieldName.OTHER_TITLE:
            return f"In another title, “{evidence.label}”" if evidence.label else "In another title"
        case FieldName.SUBJECT:
            return f"Subject given {_CRS}"
        case FieldName.POLICY_AREA:
            return f"Policy area given {_CRS}"
        case FieldName.SUMMARY:
            version = f", version “{evidence.label}”" if evidence.label else ""
            return f"In the summary {_CRS}{version}"
        case FieldName.TEXT:
            return f"In the text, “{evidence.label}”" if evidence.label else "In the text"
        case FieldName.FINDING:
            return "In our words"


_RUNS_ON = frozenset({FieldName.SUMMARY, FieldName.TEXT})
_LONG_TAIL = 60
"""A quotation keeps up to 90 characters after the words, cut at a blank: so many and no full stop is a cut title."""


def quotation(evidence: Evidence) -> Markup:
    """The words that made the link, marked, in those that stood around them.

    Everything is escaped, and unseen marks are taken out of each part by itself, so that the offsets hold.
    """
    start, end = evidence.at, evidence.at + len(evidence.words)
    before, words, after = (
        _inner(part) for part in (evidence.quote[:start], evidence.quote[start:end], evidence.quote[end:])
    )
    opening = "… " if evidence.start > evidence.at else ""
    runs_on = evidence.field in _RUNS_ON or len(after) > _LONG_TAIL
    closing = " …" if runs_on and not after.rstrip().endswith((".", "…", "?", "!")) else ""
    if not words:
        return escape(f"{opening}{before.lstrip()}{after.rstrip()}{closing}")
    before, after = shown(f"{opening}{before.lstrip()}"), shown(f"{after.rstrip()}{closing}")
    return Markup(f"{before}<mark>{shown(words)}</mark>{after}")  # noqa: S704  # each part is escaped


def _inner(text: str) -> str:
    """A part of a quotation on one line; a blank at its edge stays, since the next part goes on after it."""
    shown = visible(text)
    line = " ".join(shown.split())
    if not line:
        return " " if shown else ""
    return f"{' ' * shown[0].isspace()}{line}{' ' * shown[-1].isspace()}"


def vouched_words(link: ShownLink) -> str:
    """Who stands behind a link: the editor who confirmed it, or the rules alone."""
    if link.decided_by is None:
        return "Found by rule; no editor has looked at it yet."
    when = f" on {written_date(washington_day(link.decided_at))}" if link.decided_at else ""
    reason = f": {link.reason}" if link.reason else "."
    return f"Confirmed by {link.decided_by}{when}{reason}"


class Parted(NamedTuple):
    """An item's links to places: those with words of its own to show, and those that it is only filed under."""

    quoted: tuple[ShownLink, ...]
    filed: tuple[ShownLink, ...]


def parted(links: Sequence[ShownLink]) -> Parted:
    """Links to places apart by what they rest on; the filed ones, which are equally strong, by name."""
    filed = [link for link in links if _is_only_filed(link)]
    quoted = [link for link in links if not _is_only_filed(link)]
    return Parted(tuple(quoted), tuple(sorted(filed, key=lambda link: link.target.name)))


def _is_only_filed(link: ShownLink) -> bool:
    subjects = [piece.field is FieldName.SUBJECT for piece in link.evidence]
    return bool(subjects) and all(subjects) and link.decided_by is None


def filed_as(link: ShownLink) -> str:
    """The subjects that a place was filed under where they say something else: " (as “Gaza Strip”)"."""
    words = [visible(piece.words) for piece in link.evidence]
    return "" if words == [link.target.name] else f" (as {listed([f'“{word}”' for word in words])})"


FILTERS: dict[str, Callable[..., Any]] = {
    "field_words": field_words,
    "filed_as": filed_as,
    "parted": parted,
    "quotation": quotation,
    "rule_words": rule_words,
    "vouched_words": vouched_words,
}


def register(app: Flask) -> None:
    """Give the filters to the templates."""
    app.jinja_env.filters.update(FILTERS)
