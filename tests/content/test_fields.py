"""Dates, addresses and sentences as front matter writes them."""

from __future__ import annotations

import pytest

from tracker.content import PublishedOn
from tracker.content.fields import is_web_address, published_on, sentence_problem

DATES = [
    ("2013-04-05", PublishedOn(2013, 4, 5), "5 April 2013"),
    ("2013-04", PublishedOn(2013, 4), "April 2013"),
    ("2013", PublishedOn(2013), "2013"),
]


@pytest.mark.parametrize(("words", "published", "written"), DATES)
def test_a_date_is_as_exact_as_it_is_known(words: str, published: PublishedOn, written: str) -> None:
    assert published_on(words) == published
    assert str(published) == words
    assert published.written == written


@pytest.mark.parametrize(
    "words", ["", "5 April 2013", "2013-4-5", "2013-02-29", "2013-13", "0000", "2013-04-05T00", "٢٠١٣"]
)
def test_anything_else_is_no_date(words: str) -> None:
    assert published_on(words) is None


@pytest.mark.parametrize(
    "words",
    [
        "https://a.gov",
        "https://a.b.gov/c",
        "https://a.gov:8443/x?y=%20z#q",
        "https://a.gov?q=",
        "HTTPS://A.GOV/",
    ],
)
def test_an_https_address(words: str) -> None:
    assert is_web_address(words)


@pytest.mark.parametrize(
    "words",
    ["", "http://a.gov/", "https://", "https://localhost/", "https://a.gov/b c", "https://user@a.gov/",
     "https://a.gov/<b>", "javascript:alert(1)", "https://[::1", "//a.gov", 'https://a.gov/"'],
)  # fmt: skip
def test_no_https_address(words: str) -> None:
    assert not is_web_address(words)


@pytest.mark.parametrize(
    "words",
    [
        "One sentence.",
        "Is it one?",
        "Section 36(b) of the Act says so.",
        "The U.S. Senate agreed to H.Con.Res. 5 and S. 1780 under Sec. 3.",
        "H.R. 7148 pays 1.5 million dollars to Dr. Who.",
        "It says “no.”",
        "It ends in the U.S.",
        "It names e.g. Egypt (see No. 25–16).",
    ],
)
def test_one_sentence(words: str) -> None:
    assert sentence_problem(words) is None


@pytest.mark.parametrize(
    "words",
    [
        "No end",
        "Two. Sentences.",
        "One? Two.",
        "It says “no.” Then more.",
        "It (too). And more.",
        "In 2025. 30 more.",
    ],
)
def test_not_one_sentence(words: str) -> None:
    assert sentence_problem(words) is not None
