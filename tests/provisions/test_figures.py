"""What a dollar figure is an amount of: a case for each rule, and no invented figure."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.records import Part, Section
from tests.provisions.documents import section
from tracker.provisions.accounts import account_of
from tracker.provisions.facts import Bound, Figure
from tracker.provisions.funding import dollars
from tracker.provisions.read import read_provisions


def figures(one: Section) -> tuple[Figure, ...]:
    return read_provisions([one])[0].figures


ACCOUNT = "Peacekeeping Operations"


@pytest.mark.parametrize(
    ("number", "text", "kinds"),
    [
        (None, "For necessary expenses, $335,458,000, of which $1,000 may remain available.", "appropriation portion"),
        (None, "For expenses (not to exceed $700,000), $5,000,000.", "limit appropriation"),
        (None, "For X, $10: Provided, That not to exceed $4 may be used for entertainment.", "appropriation portion"),
        (None, "For X, $9.\nIn addition, for Y, $8.", "appropriation appropriation"),
        ("1", "Of the balances under the heading “Peacekeeping Operations”, $50,000,000 are permanently rescinded.",
         "rescission"),
        ("1", "Of such funds, $33,000,000 shall be withheld from obligation until the Secretary reports.", "withheld"),
        ("1", "Up to $5,000,000 may be transferred to, and merged with, other funds.", "transfer"),
        ("1", "There are authorized to be appropriated $7,800,000,000 for payment.", "authorisation"),
        ("1", "An agreement valued in excess of $5,000,000 shall be notified.", "threshold"),
        ("1", "so as to result in an appropriation estimated at $0.", "estimate"),
        ("1", "section 2 shall be applied by substituting “$74,996,000” for “$374,996,000”.", "substituted replaced"),
        ("1", "Not less than $75,000,000 shall be made available for assistance for Egypt.", "portion"),
        ("1", "A plain $3 stands here.", "memo"),
    ],
)  # fmt: skip
def test_kinds(number: str | None, text: str, kinds: str) -> None:
    one = section(number, text, heading=ACCOUNT)
    assert " ".join(figure.kind.value for figure in figures(one)) == kinds


def test_what_no_rule_fits_is_for_a_person() -> None:
    (figure,) = figures(section("1", "A plain $3 stands here."))
    assert figure.certainty < 70


def test_a_list_takes_bound_country_and_accounts_from_its_introduction() -> None:
    lead = "Of the funds under the heading “Economic Support Fund” for Vietnam, not less than—"
    one = section("1", f"{lead}\n(1) $30,000 shall be for health; and\n(2) $3 for schools.", parts=(
        Part("(1)", len(lead) + 1, len(lead) + 39), Part("(2)", len(lead) + 40, len(lead) + 58),
    ))  # fmt: skip
    assert [(found.bound, found.funds, found.countries, found.label) for found in figures(one)] == [
        (Bound.AT_LEAST, ("ESF",), ("VNM",), "(1)"),
        (Bound.AT_LEAST, ("ESF",), ("VNM",), "(2)"),
    ]


def test_should_binds_nobody() -> None:
    (figure,) = figures(section("1", "Of the funds, $50,000,000 should be made available for Venezuela."))
    assert not figure.is_binding


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("$0", 0),
        ("$1,425,000,000", 1_425_000_000),
        ("$1,421,275,728.70", 1_421_275_728),
        ("$2.5 billion", 2_500_000_000),
    ],
)
def test_amounts(words: str, amount: int) -> None:
    assert dollars(words) == amount


@pytest.mark.parametrize(
    ("heading", "account"),
    [
        ("Foreign Military Financing Program", "FMF"),
        ("International Security Assistance—Department of State—International Narcotics Control and Law Enforcement",
         "INCLE"),
        ("Democracy Fund", "Democracy Fund"),
    ],
)  # fmt: skip
def test_accounts(heading: str, account: str) -> None:
    assert account_of(heading) == account


@given(
    st.lists(st.sampled_from(
        ["$1,000 ", "$2 million ", "of which ", "not to exceed ", "(increased by $5) ", "for Egypt ",
         "shall be withheld ", "Provided, That ", "under the heading “Peacekeeping Operations” ", ". The ", "\n",
         "until the Secretary certifies "]
    ))
)  # fmt: skip
def test_every_figure_is_in_the_text_and_none_twice(pieces: list[str]) -> None:
    text = "".join(pieces).strip()
    found = figures(section("1", text))
    assert all(text[figure.start : figure.end] == figure.words for figure in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    standing = sum(text.count(amount) for amount in ("$1,000", "$2 million"))
    assert len(found) + sum(len(figure.adjustments) for figure in found) == standing + text.count("$5")
