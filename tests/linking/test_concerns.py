"""Which recommendations and promises an item concerns: signals count in what is in scope, and by where they stand."""

from __future__ import annotations

import pytest

from tracker.linking.concerns import link_concerns
from tracker.linking.evidence import Described, Field, FieldName, Match

TARGET = "recommendation:restrict"
SIGNALS = {"term:vetting": (TARGET,), TARGET: (TARGET,), "authority:leahy": (TARGET, "promise:p")}


def item(*fields: tuple[FieldName, str]) -> Described:
    return Described("bill:x", "bill", tuple(Field(name, text) for name, text in fields))


def word(entry: str, text: str, words: str) -> Match:
    start = text.index(words)
    return Match(entry, start, start + len(words), "phrases")


@pytest.mark.parametrize(
    ("field", "score"),
    [
        (FieldName.TITLE, 85),
        (FieldName.OTHER_TITLE, 80),
        (FieldName.SUBJECT, 80),
        (FieldName.SUMMARY, 75),
        (FieldName.TEXT, 60),
    ],
)
def test_a_signal_is_worth_what_its_field_is(field: FieldName, score: int) -> None:
    text = "On vetting of units"
    found = [[word("term:vetting", text, "vetting")]]
    (link,) = link_concerns(item((field, text)), found, SIGNALS, in_scope=True)
    assert (link.target, link.score) == (TARGET, score)
    assert link.evidence[0].words == "vetting"


def test_different_signals_strengthen_each_other_and_the_same_words_do_not() -> None:
    text = "vetting, vetting and the Leahy law"
    twice = [Match("term:vetting", 0, 7, "phrases"), Match("term:vetting", 9, 16, "phrases")]
    about = item((FieldName.TEXT, text))
    assert link_concerns(about, [twice], SIGNALS, in_scope=True)[0].score == 60
    both = [*twice, word("authority:leahy", text, "Leahy law")]
    scores = {link.target: link.score for link in link_concerns(about, [both], SIGNALS, in_scope=True)}
    assert scores == {TARGET: 66, "promise:p": 60}


def test_outside_the_scope_nothing_is_concerned() -> None:
    text = "On vetting of school bus drivers"
    found = [[word("term:vetting", text, "vetting")]]
    assert link_concerns(item((FieldName.TITLE, text)), found, SIGNALS, in_scope=False) == []


def test_policy_areas_signal_nothing() -> None:
    about = item((FieldName.POLICY_AREA, "vetting"))
    found = [[word("term:vetting", "vetting", "vetting")]]
    assert link_concerns(about, found, SIGNALS, in_scope=True) == []
