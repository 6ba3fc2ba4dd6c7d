"""The words for evidence: every rule has some, offsets hold, and nothing quoted is ever obeyed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker import linking
from tracker.linking.evidence import Evidence, Field, FieldName, Match, evidence_of
from tracker.linking.scope_rules import RULES as SCOPE_RULES
from tracker.linking.targets import target_of
from tracker.queries.links import ShownLink
from tracker.web.evidence import RULES, field_words, filed_as, parted, quotation, rule_words, vouched_words

LINKING = Path(linking.__file__).parent


def rule_names() -> Iterator[str]:
    """Every rule that the code of linking names: each stands beside its score."""
    yield from (rule.name for rule in SCOPE_RULES)
    for path in LINKING.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Tuple) and len(node.elts) == 2:
                name, score = node.elts
                if (
                    isinstance(name, ast.Constant)
                    and isinstance(name.value, str)
                    and isinstance(score, ast.Constant)
                    and isinstance(score.value, int)
                ):
                    yield name.value


def test_every_rule_has_a_plain_sentence() -> None:
    names = set(rule_names())
    assert len(names) > 40
    assert sorted(names - RULES.keys()) == []
    assert all(words.endswith(".") and "-" not in words.split()[0] for words in RULES.values())


def test_a_rule_that_is_gone_is_shown_by_its_name() -> None:
    assert rule_words("once-upon-a-time") == "By the rule “once upon a time”."


@pytest.mark.parametrize(
    ("field", "label", "words"),
    [
        (FieldName.TITLE, "", "In the title"),
        (FieldName.OTHER_TITLE, "Official Title as Introduced", "In another title, “Official Title as Introduced”"),
        (FieldName.SUBJECT, "", "Subject given by the Congressional Research Service"),
        (FieldName.POLICY_AREA, "", "Policy area given by the Congressional Research Service"),
        (FieldName.SUMMARY, "Passed House",
         "In the summary by the Congressional Research Service, version “Passed House”"),
        (FieldName.SUMMARY, "watchdog’s summary", "In the watchdog’s summary"),
        (FieldName.TEXT, "Enrolled Bill", "In the text, “Enrolled Bill”"),
        (FieldName.TEXT, "recommendation 4", "In recommendation 4"),
        (FieldName.FINDING, "", "In our words"),
    ],
)  # fmt: skip
def test_a_field_in_words(field: FieldName, label: str, words: str) -> None:
    assert field_words(Evidence("x", field, 90, label=label)) == words


def test_every_field_has_words() -> None:
    assert all(field_words(Evidence("x", field, 90)) for field in FieldName)


def evidence_in(text: str, words: str, field: FieldName = FieldName.SUMMARY) -> Evidence:
    start = text.index(words)
    return evidence_of(
        "name-in-summary", Field(field, text), Match("x", start, start + len(words), "names"), 80
    )


def test_the_words_are_marked_in_what_stands_around_them() -> None:
    piece = evidence_in("Aid to Egypt's forces ends.", "Egypt")
    assert quotation(piece) == "Aid to <mark>Egypt</mark>&#39;s forces ends."


def test_a_cut_is_shown() -> None:
    long = " ".join(["word"] * 60)
    assert quotation(evidence_in(f"{long} Egypt {long}", "Egypt")).startswith("… word")
    assert quotation(evidence_in(f"{long} Egypt {long}", "Egypt")).endswith("word …")
    assert quotation(evidence_in("Egypt", "Egypt", FieldName.TITLE)) == "<mark>Egypt</mark>"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<script>alert(1)</script> ", " & \"more\" 'words' {{ 7 * 7 }} %s %(x)s"),
        ("\u202eturned\u202c ", "\u2067 isolated\u2069"),
        ("two\r\nlines\t", "\n\nand a blank"),
        ("é\u0301 accents \U0001f54a ", " <mark>its own</mark>"),
        ("", ""),
        ("%", "%"),
    ],
)
def test_hostile_words_stay_words(before: str, after: str) -> None:
    quoted = quotation(evidence_in(f"{before}Egypt{after}", "Egypt"))
    assert quoted.count("<mark>") == quoted.count("</mark>") == 1
    assert "<mark>Egypt</mark>" in quoted
    assert "<script" not in quoted
    assert not {"\u202e", "\u202c", "\u2067", "\r", "\n", "\t"} & set(quoted)


@given(st.text(max_size=40), st.text(min_size=1, max_size=10), st.text(max_size=40))
def test_whatever_is_quoted_one_part_is_marked(before: str, words: str, after: str) -> None:
    piece = Evidence("x", FieldName.TEXT, 80, words=words, start=len(before), quote=before + words + after,
                     at=len(before))  # fmt: skip
    quoted = quotation(piece)
    assert quoted.count("<mark>") <= 1
    assert "<" not in quoted.replace("<mark>", "").replace("</mark>", "")


def test_who_stands_behind_a_link() -> None:
    link = ShownLink(target_of("country:EGY"), 90, (), None, None, None)
    assert vouched_words(link) == "Found by rule; no editor has looked at it yet."
    at = datetime(2026, 11, 2, 2, tzinfo=UTC)
    confirmed = ShownLink(target_of("country:EGY"), 90, (), "kim@example.org", at, "Section 3 says so.")
    assert vouched_words(confirmed) == "Confirmed by kim@example.org on 1 November 2026: Section 3 says so."


def link_to(country: str, *words: tuple[FieldName, str], by: str | None = None) -> ShownLink:
    evidence = tuple(Evidence("crs-subject", field, 90, words=text) for field, text in words)
    return ShownLink(target_of(f"country:{country}"), 90, evidence, by, None, None)


def test_places_that_a_measure_is_only_filed_under_stand_apart_by_name() -> None:
    subject, title = FieldName.SUBJECT, FieldName.TITLE
    named = link_to("EGY", (title, "Egypt"), (subject, "Egypt"))
    confirmed = link_to("HTI", (subject, "Haiti"), by="An editor")
    added = link_to("UKR", by="An editor")
    filed = [
        link_to("COD", (subject, "Democratic Republic of the Congo")),
        link_to("COL", (subject, "Colombia")),
    ]
    found = parted([filed[0], named, filed[1], confirmed, added])
    assert found.quoted == (named, confirmed, added)
    assert found.filed == (filed[1], filed[0])


@pytest.mark.parametrize(
    ("country", "subjects", "words"),
    [
        ("EGY", ["Egypt"], ""),
        ("PSE", ["Gaza Strip"], " (as “Gaza Strip”)"),
        ("CHN", ["China", "Tibet"], " (as “China” and “Tibet”)"),
    ],
)
def test_a_subject_that_is_not_the_countrys_name_is_said(
    country: str, subjects: list[str], words: str
) -> None:
    assert filed_as(link_to(country, *((FieldName.SUBJECT, subject) for subject in subjects))) == words
