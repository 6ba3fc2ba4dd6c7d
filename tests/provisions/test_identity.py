"""Keys of facts: what they are made of, and that reading again in other words gives the same."""

from __future__ import annotations

import pytest

from scrapers.records import Part, Section, Step
from tests.provisions.documents import ACT_OF_2026, provisions
from tracker.provisions.facts import Fact
from tracker.provisions.identity import keyed
from tracker.provisions.read import Provision, concerns_aid, read_provisions

STATE = Step(
    "division", "F", "National Security, Department of State, and Related Programs Appropriations Act, 2026"
)
HOUSING = Step("division", "D", "Transportation, Housing and Urban Development Appropriations Act, 2026")
DEFENSE = Step("division", "A", "Department of Defense Appropriations Act, 2026")
DUE = "Not later than 30 days after the date of enactment of this Act, the Secretary shall submit a report."


def facts(*sections: Section) -> list[tuple[Section, list[Fact]]]:
    return [(one.section, [*one.deadlines, *one.figures]) for one in read_provisions(sections)]


def test_a_key_says_where_and_what() -> None:
    title = Step("title", "IV", "International Security Assistance")
    found = [
        Section((STATE,), f"(a) In general.—{DUE}", "7041", parts=(Part("(a)", 0, 20),)),
        Section((STATE, title), "For necessary expenses, $119,152,000.", heading="Military Education"),
        Section((), "Not later than March 1, 2027, the Secretary shall submit a report.", "3"),
    ]
    assert [key for key, _ in keyed(facts(*found))] == [
        "f-7041-a-30-days",
        "f-tiv-military-education-119152000",
        "3-by-2027-03-01",
    ]


def test_twins_are_told_apart_by_their_order() -> None:
    section = Section((), f"{DUE}\n{DUE}", "3")
    assert [key for key, _ in keyed(facts(section))] == ["3-30-days", "3-30-days-2"]


def test_long_headings_stay_short_and_apart() -> None:
    sections = [Section((), DUE, heading="A fund for " + "very " * 30 + end) for end in ("one", "two")]
    one, two = (key for key, _ in keyed(facts(*sections)))
    assert one != two
    assert len(one) < 100


def test_other_words_at_the_same_place_are_the_same_fact() -> None:
    (before,) = keyed(facts(Section((), DUE, "3")))
    (after,) = keyed(facts(Section((), DUE.replace("a report", "a long report to Congress"), "3")))
    assert before[0] == after[0]


@pytest.mark.mirror
def test_every_fact_of_the_act_has_a_key_of_its_own() -> None:
    for kind in ("figures", "conditions", "deadlines"):
        found = [
            key for key, _ in keyed((one.section, getattr(one, kind)) for one in provisions(ACT_OF_2026))
        ]
        assert len(found) == len(set(found))
        assert max(map(len, found)) <= 160


def one(section: Section) -> Provision:
    (found,) = read_provisions([section])
    return found


@pytest.mark.parametrize(
    ("steps", "text", "title", "expected"),
    [
        ((STATE,), DUE, None, True),
        ((HOUSING,), DUE, None, False),
        ((HOUSING,), f"In Egypt: {DUE}", None, False),
        ((DEFENSE,), DUE, None, False),
        ((DEFENSE,), f"{DUE} It is on assistance to Jordan.", None, True),
        ((), DUE, "To hold the security forces of a country to account", True),
        ((), DUE, "To lend small businesses a hand", False),
        ((), f"{DUE} It is on Egypt.", "To lend small businesses a hand", True),
        ((), DUE, "Making appropriations for the Department of Housing", False),
        ((Step("division", "J", "Health Care Extenders"),), f"In Haiti: {DUE}", None, False),
    ],
)
def test_what_concerns_aid(steps: tuple[Step, ...], text: str, title: str | None, expected: bool) -> None:
    assert concerns_aid(one(Section(steps, text, "3")), title) is expected
