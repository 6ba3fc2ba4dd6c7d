"""Whatever is typed becomes words: no query syntax survives."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.conftest import NOW
from tracker.queries.full_text import pieces
from tracker.queries.search import search
from tracker.queries.words import read_phrases

TODAY = NOW.date()


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("military aid", [["military"], ["aid"]]),
        ('"military aid" Egypt', [["military", "aid"], ["Egypt"]]),
        ("“military aid”", [["military", "aid"]]),
        ("end-use", [["end", "use"]]),
        ("NOT (a OR b)*", [["NOT"], ["a"], ["OR"], ["b"]]),
        ('title:"x" ^y', [["title"], ["x"], ["y"]]),
        ("", []),
        ("*** --- ()", []),
        ('"', []),
    ],
)
def test_words_and_phrases(text: str, phrases: list[list[str]]) -> None:
    assert read_phrases(text) == phrases


def test_only_a_dozen_words_count() -> None:
    assert sum(map(len, read_phrases("word " * 50))) == 12


@pytest.mark.parametrize(
    "attack",
    [
        '"', '""', '"""', "'", "';--", "NEAR(a b)", "a NEAR b", "a AND", "OR", "NOT", "-egypt", "egypt*", "^egypt",
        "title:egypt", "{title body}:egypt", "a + b", "(", ")", "((((", "a\x00b", "\\", "%", "_", "a:b:c", "<->",
        "a & b | !c", "a <-> b", "':*", "🕊", "\u202eegypt", "a" * 5000, "a " * 5000, "${x}", "{{7*7}}",
        "\ud800", "ﬁ", "İ", "ß", "ǅ",
    ],
)  # fmt: skip
def test_no_attack_is_syntax(session: Session, attack: str) -> None:
    """Neither engine objects, and none finds more than the words say."""
    result = search(session, attack, today=TODAY)
    assert result.hits.total <= 200


def test_marks_are_pieces_of_text() -> None:
    assert list(pieces("a \x02<b>\x03 c")) == [("a ", False), ("<b>", True), (" c", False)]
    assert list(pieces("\x02open")) == [("open", False)]
